"""From which age somebody asks for something alone, by the law of each service."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from lifeevents.model import AloneFrom, Article
from portal.cases.journey.age import TooYoung, require_age
from portal.cases.models import Case, Journey
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Absent, Known
from portal.people.actor import Actor, Mandate
from tests.cases.steps import answered, seen
from tests.cast import logged_in

MATTERS_OF_THE_BRP = ("brp-correctie", "verhuismelding", "vertrek-buitenland", "briefadres", "geheimhouding")


def _born(day: str) -> Known:
    now: datetime = timezone.now()
    return Known({"date": day}, "brp", now, now)


@pytest.mark.parametrize("name", MATTERS_OF_THE_BRP)
def test_in_matters_of_the_brp_one_acts_alone_from_sixteen(name: str, settings: Any) -> None:
    """Wet BRP 2.48, 2.55(5) and 2.59. Before that a parent does it."""
    settings.PORTAL_NOW = date(2026, 11, 29)
    service = [catalogue().services[name]]
    parent = Mandate(uuid.uuid4(), "guardian", None, hides_places=False)
    with pytest.raises(TooYoung):
        require_age(service, {"brp.birth": _born("2010-11-30")}, None)
    require_age(service, {"brp.birth": _born("2010-11-29")}, None)
    require_age(service, {"brp.birth": _born("2010-11-30")}, parent)
    # A day that nobody knows stops nobody: whom it is about may be of any age.
    require_age(service, {"brp.birth": Absent("brp", timezone.now(), timezone.now())}, None)


def test_who_is_too_young_reads_who_can_do_it_and_nothing_is_sent(
    noor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    journey = answered(noor)
    real = Journey.services.func  # type: ignore[attr-defined]
    older = AloneFrom(years=99, article=Article(name="artikel 2.48 Wet BRP", verified=True))

    def for_the_old(self: Journey) -> Any:
        first, *rest = real(self)
        return (dataclasses.replace(first, alone_from=older), *rest)

    form = {"seen": seen(journey)}
    monkeypatch.setattr(Journey.services, "func", for_the_old)
    browser = logged_in(noor.require_user())
    page = browser.post(f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/controle/", form)
    assert page.status_code == 403
    for words in ("Vraag uw ouder of voogd", "vanaf 99 jaar", "Er is niets verstuurd."):
        assert words in page.content.decode()
    assert not Case.objects.exists()
