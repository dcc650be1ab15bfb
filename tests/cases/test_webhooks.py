"""An agency that fetches its cases is told that something waits, by a call that it can believe."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from connectors import faults
from connectors.base import Unavailable
from connectors.signing import signed_headers
from portal.cases.models import Delivery, Webhook
from portal.cases.tasks import sweep
from portal.cases.webhooks import telling
from portal.cases.webhooks.noting import note_waiting_for
from portal.cases.webhooks.setting import (
    WrongAddress,
    checked_address,
    remove_webhook,
    retry_webhook,
    set_webhook,
)
from portal.cases.webhooks.telling import MAX_ATTEMPTS, due_webhooks, tell
from portal.ledger.models import StaffAction
from tests.cases.steps import deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, logged_in, make_cast
from tests.connectors.other_side import Asked, OtherSide, raw
from tests.registers import Register

WATERSTAD = "gemeente-waterstad"
SCREEN = "/medewerker/meldingen/"
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "connect-an-agency.md"
HEARD = raw(b"", status=204, content_type=None)
BUSY = raw(b"", status=503, content_type=None)

Check = Callable[..., bool]


@pytest.fixture
def cast(db: None, register: Register, settings: Any) -> Cast:
    """Everybody; the agencies are on this machine, as in the demo."""
    settings.PRACTICE = True
    return make_cast()


@pytest.fixture
def side() -> Iterator[OtherSide]:
    """Where Waterstad listens."""
    with OtherSide(HEARD) as side:
        yield side


@pytest.fixture
def check() -> Check:
    """The check of the document, as an agency would copy it."""
    return the_check_of_the_document()


def the_check_of_the_document() -> Check:
    """What `docs/connect-an-agency.md` gives an agency, run as it stands there."""
    block, _ = re.findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(block, names)  # noqa: S102  (the document is ours)
    found: Check = names["is_from_levensloket"]
    return found


def _set(cast: Cast, address: str) -> dict[str, str]:
    """The secret by its key id."""
    key_id, secret = set_webhook(actor=actor(cast.operator), agency=WATERSTAD, address=address)
    return {key_id: secret}


def _hook() -> Webhook:
    return Webhook.objects.get(pk=WATERSTAD)


def _parts(asked: Asked, address: str) -> tuple[str, str, dict[str, str], bytes]:
    return asked.method, address, asked.headers, asked.body


# --- Being told ---------------------------------------------------------------------------------------


def test_an_agency_is_told_once_that_a_case_arrived(cast: Cast, side: OtherSide, check: Check) -> None:
    address = f"{side.url}/hooks/levensloket"
    secrets = _set(cast, address)
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    assert due_webhooks() == []
    deliver_all()

    assert due_webhooks() == [WATERSTAD]
    for _ in range(2):
        tell(agency=WATERSTAD)

    (asked,) = side.asked
    told = asked.json()
    assert told.keys() == {"agency", "waiting", "since"}
    assert (told["agency"], told["waiting"]) == (WATERSTAD, {"case": 1})
    for personal in (case.reference, NOOR_BSN, "Noor", str(case.pk)):
        assert personal not in asked.body.decode()
    assert check(*_parts(asked, address), secrets, set())
    hook = _hook()
    assert (hook.waiting, hook.waiting_since, hook.attempts) == ({}, None, 0)
    assert hook.told_at is not None
    assert due_webhooks() == []


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        (Delivery.Kind.ANSWER, "answer"),
        (Delivery.Kind.MESSAGE, "message"),
        (Delivery.Kind.WITHDRAW, "withdrawal"),
        (Delivery.Kind.OBJECTION, "objection"),
        (Delivery.Kind.REPORT, "dispute"),
    ],
)
def test_each_kind_of_thing_is_counted_by_its_name(
    cast: Cast, side: OtherSide, kind: Delivery.Kind, word: str
) -> None:
    _set(cast, side.url)
    assert note_waiting_for(WATERSTAD, kind=kind)
    assert not note_waiting_for(WATERSTAD, kind=kind)  # it is about to be told already
    tell(agency=WATERSTAD)
    assert [asked.json()["waiting"] for asked in side.asked] == [{word: 2}]


def test_what_was_not_committed_is_not_told(cast: Cast, side: OtherSide) -> None:
    _set(cast, side.url)
    with transaction.atomic():
        note_waiting_for(WATERSTAD, kind="file")
        transaction.set_rollback(True)
    tell(agency=WATERSTAD)
    assert side.asked == []


def test_what_comes_during_the_call_still_waits(
    cast: Cast, side: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(cast, side.url)
    note_waiting_for(WATERSTAD, kind="file")
    monkeypatch.setattr(telling, "_call", lambda hook: note_waiting_for(WATERSTAD, kind="message"))
    tell(agency=WATERSTAD)
    hook = _hook()
    assert hook.waiting == {"message": 1}
    assert hook.waiting_since is not None
    assert due_webhooks() == [WATERSTAD]


def test_two_workers_do_not_tell_the_same(
    cast: Cast, side: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(cast, side.url)
    note_waiting_for(WATERSTAD, kind="file")
    calls = []

    def call(hook: Webhook) -> None:
        calls.append(hook.pk)
        tell(agency=WATERSTAD)  # another worker, meanwhile

    monkeypatch.setattr(telling, "_call", call)
    tell(agency=WATERSTAD)
    assert calls == [WATERSTAD]


def test_the_timetable_rings_for_an_agency_whose_bell_was_lost(
    cast: Cast, side: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(cast, side.url)
    note_waiting_for(WATERSTAD, kind="file")
    rung: list[str] = []
    monkeypatch.setattr("portal.cases.out.outbox.ring", lambda pk, task="": rung.append(f"{task} {pk}"))
    sweep()
    assert f"portal.cases.tasks.tell {WATERSTAD}" in rung


def test_an_agency_that_is_sent_its_cases_is_told_nothing(
    cast: Cast, side: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(cast, side.url)
    monkeypatch.setattr("connectors.destinations.hold.destination.HoldDestination.pulls", False)
    assert not note_waiting_for(WATERSTAD, kind="file")
    assert _hook().waiting == {}


# --- When it does not work ----------------------------------------------------------------------------


def test_an_agency_that_is_away_is_tried_later_and_at_last_shown_to_operators(cast: Cast) -> None:
    with OtherSide(BUSY) as side:
        _set(cast, side.url)
        note_waiting_for(WATERSTAD, kind="file")
        for attempt in range(1, MAX_ATTEMPTS + 1):
            before = timezone.now()
            tell(agency=WATERSTAD)
            hook = _hook()
            assert (hook.attempts, hook.lease_until) == (attempt, None)
            assert hook.not_before > before + timedelta(seconds=0.9)
            assert (hook.stopped_at is None) == (attempt < MAX_ATTEMPTS)
            tell(agency=WATERSTAD)  # not before its time
            Webhook.objects.update(not_before=before)
        assert len(side.asked) == MAX_ATTEMPTS
    assert _hook().waiting == {"case": 1}
    page = logged_in(cast.operator).get(SCREEN).content.decode()
    assert "Gestopt sinds" in page
    assert "answered 503" in page
    assert due_webhooks() == []

    assert logged_in(cast.operator).post(f"{SCREEN}{WATERSTAD}/opnieuw/").status_code == 302
    assert due_webhooks() == [WATERSTAD]
    assert not retry_webhook(actor=actor(cast.operator), agency=WATERSTAD)


def test_an_agency_says_itself_when_to_come_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _set(cast, "http://127.0.0.1:9/")
    note_waiting_for(WATERSTAD, kind="file")

    def call(hook: Webhook) -> None:
        raise Unavailable("busy", retry_after=120.0)

    monkeypatch.setattr(telling, "_call", call)
    before = timezone.now()
    tell(agency=WATERSTAD)
    assert timedelta(seconds=119) < _hook().not_before - before < timedelta(seconds=180)


def test_attempts_that_end_with_their_worker_come_to_an_end(cast: Cast, side: OtherSide) -> None:
    _set(cast, side.url)
    note_waiting_for(WATERSTAD, kind="file")
    gone = timezone.now() - timedelta(seconds=1)
    Webhook.objects.update(attempts=MAX_ATTEMPTS, lease_until=gone)
    tell(agency=WATERSTAD)
    assert (side.asked, _hook().last_error) == ([], "each attempt broke off")
    assert _hook().stopped_at is not None


@pytest.mark.parametrize(("point", "calls"), [("webhook.before-call", 1), ("webhook.answered", 2)])
def test_a_worker_that_dies_leaves_it_to_another_who_tells_it(
    cast: Cast, side: OtherSide, monkeypatch: pytest.MonkeyPatch, point: str, calls: int
) -> None:
    _set(cast, side.url)
    note_waiting_for(WATERSTAD, kind="file")

    def die(name: str) -> None:
        if name == point:
            raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(telling, "fault_point", die)
        with pytest.raises(SystemExit):
            tell(agency=WATERSTAD)
    assert due_webhooks() == []  # its lease still holds
    Webhook.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    tell(agency=WATERSTAD)
    assert [asked.json()["waiting"] for asked in side.asked] == [{"case": 1}] * calls
    assert (_hook().waiting, _hook().attempts) == ({}, 0)


def test_an_address_that_was_changed_during_the_call_keeps_its_own_state(
    cast: Cast, side: OtherSide, monkeypatch: pytest.MonkeyPatch
) -> None:
    _set(cast, side.url)
    note_waiting_for(WATERSTAD, kind="file")

    def call(hook: Webhook) -> None:
        _set(cast, f"{side.url}/other")
        raise Unavailable("gone")

    monkeypatch.setattr(telling, "_call", call)
    tell(agency=WATERSTAD)
    assert (_hook().attempts, _hook().last_error, _hook().waiting) == (0, "", {"case": 1})


# --- Believing it -------------------------------------------------------------------------------------

ADDRESS = "https://agency.example/hooks"
BODY = b'{"agency": "gemeente-waterstad", "waiting": {"case": 1}}'
SECRETS = {"levensloket-1": "a secret of at least 32 characters"}


def _signed(**change: Any) -> dict[str, str]:
    given = {"key_id": "levensloket-1", "secret": SECRETS["levensloket-1"]} | change
    headers = signed_headers("POST", ADDRESS, BODY, {}, **given)
    return {name.lower(): value for name, value in headers.items()}


def test_the_check_of_the_document_believes_a_true_call_once(check: Check) -> None:
    headers, seen = _signed(), set[str]()
    assert check("POST", ADDRESS, headers, BODY, SECRETS, seen)
    assert not check("POST", ADDRESS, headers, BODY, SECRETS, seen)
    assert check("POST", ADDRESS, _signed(), BODY, SECRETS, seen)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        # Made when the test runs: what is too early by five minutes is not so any more later on.
        (dict, "unsigned"),
        (lambda: _signed(secret="another"), "another secret"),
        (lambda: _signed(key_id="levensloket-2"), "another key"),
        (lambda: _signed(now=timezone.now() - timedelta(seconds=301)), "stale"),
        (lambda: _signed(now=timezone.now() + timedelta(seconds=330)), "from the future"),
        (lambda: _signed() | {"content-digest": "sha-256=:AAAA:"}, "another digest"),
        (lambda: _signed() | {"date": "Tue, 20 Apr 2021 02:07:55 GMT"}, "another date"),
        (lambda: _signed() | {"signature": "levensloket=:é:"}, "no signature"),
    ],
)
def test_the_check_of_the_document_refuses_what_is_forged_or_stale(
    check: Check, wrong: Callable[[], dict[str, str]], why: str
) -> None:
    assert not check("POST", ADDRESS, wrong(), BODY, SECRETS, set()), why


def test_the_check_of_the_document_serves_an_intake_too(check: Check) -> None:
    given = {"Idempotency-Key": "LL-7K4M-Q9XC"}
    signed = signed_headers(
        "POST", ADDRESS, BODY, given, key_id="levensloket-1", secret=SECRETS["levensloket-1"]
    )
    headers = {name.lower(): value for name, value in (given | signed).items()}
    assert check("POST", ADDRESS, headers, BODY, SECRETS, set())
    assert not check("POST", ADDRESS, headers | {"idempotency-key": "LL-0000-0000"}, BODY, SECRETS, set())
    assert not check("POST", ADDRESS, _signed() | {"idempotency-key": "LL-0000-0000"}, BODY, SECRETS, set())


def test_the_check_of_the_document_refuses_what_was_changed(check: Check) -> None:
    headers = _signed()
    assert not check("POST", ADDRESS, headers, BODY.replace(b"1", b"2"), SECRETS, set())
    assert not check("POST", f"{ADDRESS}/other", headers, BODY, SECRETS, set())
    assert not check("PUT", ADDRESS, headers, BODY, SECRETS, set())
    covered = headers["signature-input"].replace('"content-digest"', '"x-other"')
    assert not check("POST", ADDRESS, headers | {"signature-input": covered}, BODY, SECRETS, set())


# --- The operator's screen ----------------------------------------------------------------------------


def test_an_operator_sets_an_address_and_sees_the_secret_once(cast: Cast, side: OtherSide) -> None:
    operator = logged_in(cast.operator)
    shown = operator.post(f"{SCREEN}{WATERSTAD}/", {"address": f"{side.url}/hooks"})
    key_id, secret = re.findall(r"<code>([^<]+)</code>", shown.content.decode())
    page = operator.get(SCREEN).content.decode()
    assert f"{side.url}/hooks" in page
    assert key_id in page
    assert secret not in page
    assert secret.encode() not in bytes(_hook().secret)
    assert StaffAction.objects.get(what="webhook-set").user == cast.operator

    note_waiting_for(WATERSTAD, kind="file")
    assert "Er staat iets klaar" in operator.get(SCREEN).content.decode()
    assert operator.post(f"{SCREEN}{WATERSTAD}/stop/").status_code == 302
    assert not Webhook.objects.exists()
    assert not remove_webhook(actor=actor(cast.operator), agency=WATERSTAD)
    tell(agency=WATERSTAD)
    assert side.asked == []


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://agency.example/", "address"),
        ("https://", "address"),
        ("agency.example", "address"),
        ("https://user:pass@agency.example/", "address"),
        ("https://agency.example/?a=1", "address"),
        ("https://agency.example/" + "x" * 500, "address"),
        ("http://agency.example/", "https"),
        ("https://localhost/", "private"),
        ("http://127.0.0.1:8000/", "private"),
        ("https://[::1]/", "private"),
        ("https://10.0.0.5/", "private"),
        ("https://169.254.169.254/latest", "private"),
        ("https://[fd12::1]/", "private"),
        ("https://[::ffff:10.0.0.5]/", "private"),
        ("https://2130706433/", "private"),
    ],
)
def test_no_address_of_our_own_network_can_be_set(address: str, why: str, settings: Any) -> None:
    settings.PRACTICE = False
    with pytest.raises(WrongAddress) as wrong:
        checked_address(address)
    assert wrong.value.why == why


def test_outside_the_demo_this_machine_is_not_called_even_where_its_address_was_set(
    cast: Cast, side: OtherSide, settings: Any
) -> None:
    _set(cast, side.url)
    note_waiting_for(WATERSTAD, kind="file")
    settings.PRACTICE = False
    tell(agency=WATERSTAD)
    assert side.connections == 0
    assert _hook().attempts == 1


def test_a_wrong_address_is_said_in_words(cast: Cast) -> None:
    operator = logged_in(cast.operator)
    answer = operator.post(f"{SCREEN}{WATERSTAD}/", {"address": "http://agency.example/"})
    assert answer.status_code == 422
    assert "Het adres moet beginnen met https://." in answer.content.decode()
    assert not Webhook.objects.exists()


@pytest.mark.parametrize(("point", "calls"), [("webhook.before-call", 1), ("webhook.answered", 2)])
def test_who_breaks_off_around_the_call_tells_again_when_the_claim_is_over(
    point: str, calls: int, cast: Cast, side: OtherSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To be told twice is harmless: it says that something waits, and never what."""
    _set(cast, f"{side.url}/hooks/levensloket")
    submitted(actor(cast.citizen))
    deliver_all()
    monkeypatch.setattr(faults, "_folder", tmp_path)
    faults.arm(tmp_path, point, "raise")
    with pytest.raises(faults.Broken):
        tell(agency=WATERSTAD)
    Webhook.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    tell(agency=WATERSTAD)
    assert faults.met(tmp_path, point) == ["raise"]
    assert len(side.asked) == calls
    assert due_webhooks() == []
