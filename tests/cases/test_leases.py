"""A worker that stood still, with its machine, past its lease: by then another one has done its work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core import mail
from django.db import models
from django.utils import timezone

from connectors.base import Unavailable
from connectors.http import Client
from portal.cases.models import Case, Delivery, Notice, Notification, Webhook
from portal.cases.notices import noting, sending
from portal.cases.notices.models import Channel
from portal.cases.notices.preferences import give_contact, verify
from portal.cases.out import delivery, leases
from portal.cases.webhooks import telling
from portal.cases.webhooks.noting import note_waiting_for
from portal.cases.webhooks.setting import set_webhook
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.factories import make_operator
from tests.talk.conftest import System

LATER = leases.LEASE + timedelta(seconds=10)
ADDRESS = "noor@voorbeeld.example"


@pytest.fixture
def stands_still(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`stands_still(module, point, rows, other)`: at that point the machine sleeps, and another one works."""

    def stands_still(module: Any, point: str, rows: type[models.Model], other: Callable[[], None]) -> None:
        def sleep(name: str) -> None:
            if name != point:
                return
            monkeypatch.setattr(module, "fault_point", lambda _name: None)
            rows._default_manager.filter(lease_until__isnull=False).update(
                lease_until=timezone.now() - timedelta(seconds=1)
            )
            other()
            now = timezone.now() + LATER
            monkeypatch.setattr(leases, "timezone", SimpleNamespace(now=lambda: now))

        monkeypatch.setattr(module, "fault_point", sleep)

    return stands_still


@pytest.fixture
def case(noor: Actor) -> Case:
    return submitted(noor, follow_ups=())["geboorteaangifte"]


@pytest.fixture
def notification(noor: Actor, case: Case, settings: Any) -> Notification:
    """A mail that is due."""
    settings.NOTICE_QUIET_HOURS, settings.NOTICE_GATHER = (0, 0), timedelta()
    given = give_contact(actor=noor, channel=Channel.MAIL, address=ADDRESS)
    sending.notify(row_id=given.pk)
    code = next(word.strip(".") for word in str(mail.outbox[0].body).split() if word.strip(".").isdecimal())
    verify(actor=noor, channel=Channel.MAIL, code=code)
    mail.outbox.clear()
    Notification.objects.all().delete()
    noting.note(case=case, kind=Notice.Kind.MESSAGE, about="1")
    return Notification.objects.get()


def test_it_mails_nothing_twice(notification: Notification, stands_still: Callable[..., None]) -> None:
    def other() -> None:
        sending.notify(row_id=notification.pk)
        assert len(mail.outbox) == 1

    stands_still(sending, "notice.before-send", Notification, other)
    sending.notify(row_id=notification.pk)
    assert len(mail.outbox) == 1
    notification.refresh_from_db()
    assert notification.delivered_at is not None
    assert notification.last_error == ""


def test_it_notes_no_failure_over_what_another_did(
    notification: Notification, stands_still: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any) -> None:
        raise Unavailable("sms: no answer")

    def other() -> None:
        sending.notify(row_id=notification.pk)
        monkeypatch.setattr(sending, "_mail", fails)

    stands_still(sending, "notice.before-send", Notification, other)
    sending.notify(row_id=notification.pk)
    notification.refresh_from_db()
    assert (notification.last_error, notification.attempts) == ("", 2)
    assert notification.delivered_at is not None


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What an agency was told."""
    told: list[Any] = []
    monkeypatch.setattr(Client, "tell", lambda _self, body, trace_id: told.append(body))
    return told


@pytest.fixture
def hook(db: None, settings: Any) -> Webhook:
    """An agency that must be told of one thing."""
    settings.PRACTICE = True
    operator = Actor.of_user(make_operator())
    set_webhook(actor=operator, agency="gemeente-heidedorp", address="http://127.0.0.1:9/")
    note_waiting_for("gemeente-heidedorp", kind="file")
    return Webhook.objects.get()


def test_it_tells_an_agency_nothing_twice(
    hook: Webhook, told: list[Any], stands_still: Callable[..., None]
) -> None:
    def other() -> None:
        telling.tell(agency=hook.agency)
        assert len(told) == 1
        note_waiting_for(hook.agency, kind="file")

    stands_still(telling, "webhook.before-call", Webhook, other)
    telling.tell(agency=hook.agency)
    assert len(told) == 1
    hook.refresh_from_db()
    assert hook.waiting == {"case": 1}, "what came since is still told"
    assert hook.last_error == ""


def test_what_it_told_is_counted_by_who_has_it_now(
    hook: Webhook, told: list[Any], stands_still: Callable[..., None]
) -> None:
    stands_still(telling, "webhook.answered", Webhook, lambda: telling.tell(agency=hook.agency))
    telling.tell(agency=hook.agency)
    hook.refresh_from_db()
    assert (hook.waiting, hook.last_error) == ({}, "")


def test_it_files_nothing_twice(case: Case, stands_still: Callable[..., None], monkeypatch: Any) -> None:
    system = System()
    made: list[str] = []

    def file(envelope: Any, once: Any) -> Any:
        def make() -> dict[str, str]:
            made.append(envelope.reference)
            return {}

        once("zaak", make, lambda: {} if made else None)
        return System.file(system, envelope, once)

    monkeypatch.setattr(system, "file", file)
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: system)
    row = Delivery.objects.get(case=case, kind="file")
    stands_still(delivery, "step.begun", Delivery, lambda: delivery.deliver(delivery_id=row.pk))
    delivery.deliver(delivery_id=row.pk)
    deliver_all()
    assert made == [case.reference]
    row.refresh_from_db()
    assert row.delivered_at is not None
