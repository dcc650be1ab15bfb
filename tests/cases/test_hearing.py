"""What an agency's own system says becomes the citizen's news: in any order, and as often as it is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.test import Client
from django.utils import timezone

from connectors.base import (
    Asked,
    Destination,
    Envelope,
    Heard,
    Item,
    Once,
    Post,
    Reading,
    Receipt,
    Refused,
    Report,
    Unavailable,
)
from portal import clock
from portal.cases.back.hearing import read_back
from portal.cases.back.subscriptions import agency_of_credential, subscribe
from portal.cases.models import Case, CitizenTask, Delivery, Outcome, Phase, Subscription
from portal.cases.out import outages, outbox
from portal.cases.out.delivery import deliver
from portal.cases.reading.connections import check_all
from portal.cases.reading.inbox import open_tasks
from portal.cases.reading.wording import standing_of
from portal.cases.talk.asking import Answer, answer
from portal.catalogue import catalogue, connectors
from portal.ledger.models import ConnectorState
from portal.ledger.states import TRIAL_EVERY, agency_key, is_down
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.factories import make_operator

ZAAK = "https://agency.example/zaken/1"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
STATUSES = [
    Heard("s1", "status", "Geregistreerd", "", NOON),
    Heard("s2", "status", "In behandeling", "", NOON + timedelta(hours=1)),
    Heard("s3", "status", "Afgehandeld", "", NOON + timedelta(hours=2)),
]
RESULT = Heard("r1", "result", "Akte opgemaakt", "De akte is gemaakt.", NOON + timedelta(hours=2))


class BackOffice(Destination):
    """An agency with a system of its own, of which a test says what it tells and whether it is there."""

    name: ClassVar[str] = "zgw"
    notifies = True

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.away = False
        self.calls: list[str] = []
        self.subscribed: list[tuple[str, str]] = []
        self.posts: list[Post] = []

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        self._reach("file")
        self.envelope = envelope
        return Receipt(ZAAK, timezone.now())

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        raise AssertionError("nothing is in dispute here")

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        self._reach("read")
        now = str(len(self.heard))
        return None if version == now else Reading(tuple(self.heard), now)

    def send(self, their_reference: str, post: Post, once: Once) -> None:
        self._reach("send")
        self.posts.append(post)

    def subscribe(self, callback: str, credential: str) -> None:
        self._reach("subscribe")
        self.subscribed.append((callback, credential))

    def check(self) -> None:
        self._reach("check")

    def _reach(self, what: str) -> None:
        self.calls.append(what)
        if self.away:
            raise Unavailable("away")


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> BackOffice:
    office = BackOffice()
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: office)
    return office


@pytest.fixture
def case(noor: Actor, office: BackOffice) -> Case:
    """A birth that the agency has."""
    case = submitted(noor)["geboorteaangifte"]
    deliver_all()
    return _reload(case)


def _reload(case: Case) -> Case:
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


def test_the_agency_gets_its_own_words(case: Case, office: BackOffice) -> None:
    assert office.envelope.zaaktype == "GEBOORTE-AANGIFTE"
    assert office.envelope.properties["geboorteplaats"] == "9001"
    assert '"Mia"' in office.envelope.properties["kinderen"]
    assert "bijzonderheden" not in office.envelope.properties
    assert case.their_reference == ZAAK


def test_what_the_agency_did_meanwhile_outranks_our_own_note_that_it_arrived(
    case: Case, office: BackOffice
) -> None:
    office.heard = STATUSES[:2]  # both set before our note, as when a worker died in between
    read_back(case_id=case.pk)
    assert _reload(case).phase == Phase.HANDLED


def test_a_status_is_taken_over_in_our_words(case: Case, office: BackOffice) -> None:
    office.heard = STATUSES[:2]
    read_back(case_id=case.pk)
    # We knew that it had arrived; that the agency says so with an older date changes nothing.
    assert {update.text for update in case.updates.all()} == {"", "Geregistreerd", "In behandeling"}


@pytest.mark.parametrize("order", [[0, 1, 2], [2, 1, 0], [1, 1, 2, 0, 2]])
def test_order_and_repetition_make_no_difference(case: Case, office: BackOffice, order: list[int]) -> None:
    for index in order:
        office.heard = [*office.heard, STATUSES[index], RESULT]
        read_back(case_id=case.pk)
    assert Outcome.objects.get(case=case).kind == Outcome.Kind.GRANTED
    assert case.updates.filter(external_id="s2").count() == (1 if 1 in order else 0)
    assert _reload(case).phase == Phase.DECIDED


def test_the_outcome_releases_what_waited_for_it(case: Case, office: BackOffice) -> None:
    office.heard = [*STATUSES, RESULT]
    read_back(case_id=case.pk)
    assert Delivery.objects.filter(kind="release").count() == 1
    assert "geregeld" in standing_of(_reload(case)).label


def test_a_result_without_its_end_status_is_not_an_outcome_yet(case: Case, office: BackOffice) -> None:
    office.heard = [STATUSES[0], RESULT]
    read_back(case_id=case.pk)
    assert not Outcome.objects.exists()


def test_a_word_that_nobody_knows_changes_nothing(case: Case, office: BackOffice) -> None:
    office.heard = [Heard("s9", "status", "Iets nieuws", "", NOON)]
    read_back(case_id=case.pk)
    assert _reload(case).phase == Phase.ARRIVED


def test_nothing_new_is_not_read_again(case: Case, office: BackOffice) -> None:
    office.heard = STATUSES[:1]
    read_back(case_id=case.pk)
    version = _reload(case).heard_version
    read_back(case_id=case.pk)
    assert _reload(case).heard_version == version == "1"


def test_an_agency_that_is_away_is_read_later(case: Case, office: BackOffice) -> None:
    office.away = True
    assert read_back(case_id=case.pk) is False
    assert _reload(case).phase == Phase.ARRIVED
    assert is_down(agency_key("gemeente-waterstad"))


def test_a_destination_that_is_away_is_not_called_again_until_it_is_back(
    noor: Actor, office: BackOffice
) -> None:
    case = submitted(noor)["geboorteaangifte"]
    row = Delivery.objects.get(case=case)
    office.away = True
    deliver(delivery_id=row.pk)
    assert is_down(agency_key("gemeente-waterstad"))
    assert "nu niet bereikbaar" in standing_of(_reload(case)).sentence
    Delivery.objects.update(not_before=timezone.now())
    office.calls.clear()
    deliver(delivery_id=row.pk)
    assert office.calls == []
    _time_to_probe()
    outages.probe()
    assert is_down(agency_key("gemeente-waterstad"))
    office.away = False
    Delivery.objects.update(not_before=timezone.now() + timedelta(hours=1))
    _time_to_probe()
    outages.probe()
    deliver(delivery_id=row.pk)
    assert _reload(case).phase == Phase.ARRIVED


def _time_to_probe() -> None:
    ConnectorState.objects.update(probed_at=timezone.now() - TRIAL_EVERY)


def test_what_waits_goes_out_when_an_operator_finds_the_agency_back(
    noor: Actor, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up = replace(connectors(), sources={}, destinations={"gemeente-waterstad": office})
    monkeypatch.setattr("portal.cases.reading.connections.connectors", lambda: set_up)
    case = submitted(noor)["geboorteaangifte"]
    row = Delivery.objects.get(case=case)
    office.away = True
    deliver(delivery_id=row.pk)
    office.away = False
    Delivery.objects.update(not_before=timezone.now() + timedelta(hours=1))
    check_all()
    deliver(delivery_id=row.pk)
    assert _reload(case).phase == Phase.ARRIVED


def test_one_request_that_fails_does_not_stop_the_others(
    noor: Actor, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = submitted(noor)["geboorteaangifte"]

    def fail(*_args: object) -> Receipt:
        raise Unavailable("500")

    monkeypatch.setattr(office, "file", fail)
    deliver(delivery_id=Delivery.objects.get(case=case).pk)
    assert not is_down(agency_key("gemeente-waterstad"))
    assert outbox.due(timezone.now() + timedelta(hours=1)).count() == 1


def test_a_subscription_replaces_the_one_before(db: None, office: BackOffice) -> None:
    for _ in range(2):
        subscribe(agency="gemeente-waterstad", destination=office, callback="http://localhost/x")
    (_, first), (_, second) = office.subscribed
    assert (agency_of_credential(first), agency_of_credential(second)) == (None, "gemeente-waterstad")
    assert second not in Subscription.objects.get().credential_hmac


@pytest.mark.parametrize(("error", "count"), [(Unavailable("lost?"), 2), (Refused("no"), 1)])
def test_a_subscription_that_failed_leaves_the_one_before(
    db: None, office: BackOffice, monkeypatch: pytest.MonkeyPatch, error: Exception, count: int
) -> None:
    subscribe(agency="gemeente-waterstad", destination=office, callback="http://localhost/x")
    ((_, before),) = office.subscribed

    def fail(callback: str, credential: str) -> None:
        raise error

    monkeypatch.setattr(office, "subscribe", fail)
    with pytest.raises(type(error)):
        subscribe(agency="gemeente-waterstad", destination=office, callback="http://localhost/x")
    assert agency_of_credential(before) == "gemeente-waterstad"
    # Where the answer may have been lost after the effect, the new credential counts as well.
    assert Subscription.objects.count() == count


class TestCallback:
    """The address that the agency calls."""

    URL = "/api/v1/notificaties/gemeente-waterstad/"

    @pytest.fixture
    def credential(self, office: BackOffice, db: None) -> str:
        subscribe(agency="gemeente-waterstad", destination=office, callback="x")
        return office.subscribed[0][1]

    def _call(self, credential: str | None, body: object = None, url: str = URL) -> int:
        headers = {"Authorization": credential} if credential else {}
        hint = {"kanaal": "zaken", "hoofdObject": ZAAK, "resource": "status", "actie": "create"}
        response = Client(enforce_csrf_checks=True).post(
            url, hint if body is None else body, content_type="application/json", headers=headers
        )
        return int(response.status_code)

    def test_without_a_credential_401(self, credential: str) -> None:
        assert self._call(None) == 401

    @pytest.mark.parametrize("wrong", ["Bearer x", "x", "Basic eDp4"])
    def test_with_a_wrong_one_403(self, credential: str, wrong: str) -> None:
        assert self._call(wrong) == 403

    def test_at_another_agencys_address_403(self, credential: str) -> None:
        assert self._call(credential, url="/api/v1/notificaties/svb/") == 403

    def test_with_its_own_204_and_a_bell(
        self, credential: str, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        rung: list[tuple[str, str]] = []
        monkeypatch.setattr(outbox, "ring", lambda row, task: rung.append((row, task)))
        assert self._call(credential) == 204
        assert rung == [(str(case.pk), outbox.READ)]

    def test_a_case_that_is_not_ours_is_no_mistake_and_rings_nothing(
        self, credential: str, case: Case, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(outbox, "ring", lambda *_args, **_kwargs: pytest.fail("rang"))
        assert self._call(credential, {"kanaal": "zaken", "hoofdObject": "https://evil.example/"}) == 204
        assert self._call(credential, {"kanaal": "test"}) == 204

    @pytest.mark.parametrize("body", [[], "x", {"hoofdObject": ZAAK}, {"kanaal": "z" * 5000}])
    def test_a_body_that_is_no_notification_400(self, credential: str, body: object) -> None:
        assert self._call(credential, body) == 400


def test_an_agency_that_speaks_our_words_needs_no_list_of_them(
    case: Case, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BackOffice, "speaks_ours", True)
    office.heard = [Heard("u1", "status", "handled", "Wij kijken ernaar.", timezone.now())]
    read_back(case_id=case.pk)
    assert Case.objects.get(pk=case.pk).phase == Phase.HANDLED
    assert case.updates.get(external_id="u1").text == "Wij kijken ernaar."
    office.heard.append(Heard("u2", "result", "granted", "De akte is gemaakt.", timezone.now()))
    read_back(case_id=case.pk)
    assert Case.objects.get(pk=case.pk).phase == Phase.DECIDED
    assert Outcome.objects.get(case=case).motivation == "De akte is gemaakt."


@pytest.mark.parametrize("result", ["perhaps", "partly"])  # A deed is made or not: never in part.
def test_a_word_of_ours_that_is_none_or_not_for_this_service_changes_nothing(
    case: Case, office: BackOffice, monkeypatch: pytest.MonkeyPatch, result: str
) -> None:
    monkeypatch.setattr(BackOffice, "speaks_ours", True)
    before = Case.objects.get(pk=case.pk).phase
    office.heard = [
        Heard("u1", "status", "decided", "", timezone.now()),
        Heard("u2", "result", result, "", timezone.now()),
    ]
    read_back(case_id=case.pk)
    assert Case.objects.get(pk=case.pk).phase == before
    assert not Outcome.objects.exists()


# --- What cannot be taken over ----------------------------------------------------------------------


def _looks() -> list[tuple[str, str, str, str]]:
    rows = outbox.waiting_for_a_person()
    return [(row.case.reference, row.destination, row.needs_human, row.last_error) for row in rows]


STRANGE = Heard("s9", "status", "Geparkeerd", "", NOON + timedelta(hours=1))


def test_a_word_that_nobody_knows_is_for_a_person_to_look_at(case: Case, office: BackOffice) -> None:
    office.heard = [STATUSES[0], STRANGE, replace(STRANGE, external_id="s10", word="Vergeten")]
    for _ in range(2):
        read_back(case_id=case.pk)
    assert _looks() == [
        (
            case.reference,
            case.agency,
            "unknown",
            "the status 'Geparkeerd' is not in the catalogue; the status 'Vergeten' is not in the catalogue",
        )
    ]
    case = _reload(case)
    assert "Een medewerker zoekt het uit" not in standing_of(case).sentence, "what the citizen sent is there"


def test_once_the_word_is_known_the_case_is_read_again(
    case: Case, office: BackOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.heard = [STATUSES[0], STRANGE]
    read_back(case_id=case.pk)
    (row,) = outbox.waiting_for_a_person()
    assert outbox.replay(row_id=row.pk, staff=make_operator())
    deliver(delivery_id=row.pk)
    assert _reload(case).read_at is None, "it is read as soon as there is room"
    read_back(case_id=case.pk)
    assert len(_looks()) == 1, "nothing was mended"
    known = catalogue().services[case.service]
    assert known.zgw is not None
    mended = replace(known, zgw=replace(known.zgw, statuses={**known.zgw.statuses, "Geparkeerd": "handled"}))
    today = replace(catalogue(), services={**catalogue().services, case.service: mended})
    monkeypatch.setattr("portal.cases.back.hearing.catalogue", lambda: today)
    outbox.replay(row_id=row.pk, staff=make_operator())
    deliver(delivery_id=row.pk)
    read_back(case_id=case.pk)
    assert _looks() == []
    assert _reload(case).phase == Phase.HANDLED


@pytest.mark.parametrize(
    ("results", "says"),
    [
        ([], "closed without a result"),
        ([replace(RESULT, word="Zoek")], "the result 'Zoek' is not in the catalogue"),
    ],
)
def test_an_end_that_cannot_be_taken_over_is_for_a_person_to_look_at(
    case: Case, office: BackOffice, results: list[Heard], says: str
) -> None:
    office.heard = [*STATUSES, *results]
    read_back(case_id=case.pk)
    assert [look[3] for look in _looks()] == [says]
    office.heard = [*STATUSES, RESULT]
    Case.objects.filter(pk=case.pk).update(heard_version="")
    read_back(case_id=case.pk)
    assert _looks() == []


def test_another_result_than_the_citizen_read_is_for_a_person_to_look_at(
    case: Case, office: BackOffice
) -> None:
    office.heard = [*STATUSES, RESULT]
    read_back(case_id=case.pk)
    assert _looks() == []
    office.heard = [*STATUSES, replace(RESULT, word="Niet mogelijk", external_id="r2"), STATUSES[2]]
    read_back(case_id=case.pk)
    (look,) = _looks()
    assert "changed its result to 'Niet mogelijk'" in look[3]
    assert Outcome.objects.get(case=case).kind == Outcome.Kind.GRANTED


# --- An agency with an intake of its own asks the citizen ---------------------------------------------


def _asks(**more: Any) -> Heard:
    items, until = (Item("works", "yes_no", "Werkt u?"),), clock.today() + timedelta(days=14)
    given: dict[str, Any] = {"what": "Stuur de akte", "until": until, "items": items} | more
    return Heard("u1", "status", "needs_you", "Wij missen hem.", timezone.now(), Asked(**given))


@pytest.fixture
def speaks_ours(office: BackOffice, monkeypatch: pytest.MonkeyPatch) -> BackOffice:
    """The same agency, in our own words."""
    monkeypatch.setattr(BackOffice, "speaks_ours", True)
    return office


def test_a_question_with_a_form_is_asked_once_and_the_answer_names_it(
    case: Case, noor: Actor, speaks_ours: BackOffice
) -> None:
    speaks_ours.heard = [_asks()]
    for _ in range(2):
        Case.objects.filter(pk=case.pk).update(heard_version="")
        read_back(case_id=case.pk)
    (task,) = open_tasks(actor=noor)
    assert (task.what, task.why, task.due_on) == (
        "Stuur de akte",
        "Wij missen hem.",
        clock.today() + timedelta(days=14),
    )
    assert _reload(case).phase == Phase.NEEDS_YOU
    answer(task=task, actor=noor, answer=Answer("Kijk maar", {"works": "no"}))
    deliver_all()
    (post,) = speaks_ours.posts
    assert (post.kind, post.about) == ("answer", "u1")
    assert post.text == "Werkt u?\nNee\n\nKijk maar"
    Case.objects.filter(pk=case.pk).update(heard_version="")
    read_back(case_id=case.pk)
    assert (_reload(case).phase, open_tasks(actor=noor)) == (Phase.HANDLED, [])
    assert _looks() == []


def test_an_agency_that_went_on_asks_nothing_any_more(
    case: Case, noor: Actor, speaks_ours: BackOffice
) -> None:
    asks = _asks()
    later = asks.set_at + timedelta(microseconds=5)
    speaks_ours.heard = [asks]
    read_back(case_id=case.pk)
    speaks_ours.heard = [asks, Heard("u2", "status", "handled", "", later)]
    read_back(case_id=case.pk)
    assert (_reload(case).phase, open_tasks(actor=noor)) == (Phase.HANDLED, [])
    other = CitizenTask.objects.get()
    assert other.dropped_at


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"until": date(2020, 1, 1)}, "a question until 2020-01-01, which has been already"),
        ({"what": "x" * 300}, "a question that cannot be kept"),
        ({"items": (Item("Not an id", "text", "x"),)}, "a question that cannot be kept"),
        ({"items": (Item("a", "text", "x"), Item("a", "text", "y"))}, "a question with the same id twice"),
    ],
)
def test_a_question_that_cannot_be_asked_is_for_a_person_and_the_citizen_reads_that_the_agency_waits(
    case: Case, noor: Actor, speaks_ours: BackOffice, more: dict[str, Any], why: str
) -> None:
    speaks_ours.heard = [_asks(**more)]
    read_back(case_id=case.pk)
    assert [look[3] for look in _looks()] == [why]
    (task,) = open_tasks(actor=noor)
    assert (task.why, task.questions, _reload(case).phase) == ("Wij missen hem.", [], Phase.NEEDS_YOU)
