"""What the citizen sends is what the citizen saw, once."""

from __future__ import annotations

import pytest

from portal.cases.back.concluding import conclude
from portal.cases.journey import journeys
from portal.cases.journey.journeys import AlreadySubmitted
from portal.cases.journey.payloads import payload_of
from portal.cases.journey.submit import Changed, LevelTooLow, NotReady, request_follow_up, submit
from portal.cases.models import Case, Delivery, Outcome, Phase
from portal.people.actor import Actor
from tests.cases.steps import answered, begun, deliver_all, seen, submitted
from tests.factories import make_officer

_FOLLOW_UPS = ["kinderbijslag"]


def test_each_agency_gets_its_own_case_and_the_follow_up_waits(noor: Actor) -> None:
    cases = submitted(noor)
    assert {(case.service, case.agency, case.phase) for case in cases.values()} == {
        ("geboorteaangifte", "gemeente-waterstad", Phase.SENT),
        ("kinderbijslag", "svb", Phase.WAITING),
    }
    assert [(row.case_id, row.kind) for row in Delivery.objects.all()] == [
        (cases["geboorteaangifte"].pk, "file")
    ]


def test_the_place_of_birth_decides_which_municipality(noor: Actor) -> None:
    cases = submitted(noor, birth=[{"birth_place": "9002", "role": "gave_birth"}])
    assert cases["geboorteaangifte"].agency == "gemeente-heidedorp"


def test_an_agency_gets_only_what_its_service_needs(noor: Actor) -> None:
    cases = submitted(noor)
    svb = payload_of(cases["kinderbijslag"])
    assert set(svb["facts"]) == {"brp.name", "brp.address", "home.with_partner"}
    assert svb["facts"]["home.with_partner"]["value"] == {"answer": False}
    assert set(svb["answers"]) == {"benefit"}
    assert "benefit" not in payload_of(cases["geboorteaangifte"])["answers"]


def test_sending_again_gives_the_same_cases(noor: Actor) -> None:
    journey = answered(noor)
    hash_ = seen(journey)
    first = submit(journey=journey, seen=hash_, follow_ups=_FOLLOW_UPS, level="midden")
    again = submit(journey=journey, seen=hash_, follow_ups=_FOLLOW_UPS, level="midden")
    assert {case.pk for case in first} == {case.pk for case in again}
    assert Case.objects.count() == 2


def test_sending_again_with_something_else_in_it_is_refused(noor: Actor) -> None:
    journey = answered(noor)
    submit(journey=journey, seen=seen(journey), follow_ups=_FOLLOW_UPS, level="midden")
    with pytest.raises(AlreadySubmitted):
        submit(journey=journey, seen=seen(journey), follow_ups=[], level="midden")
    with pytest.raises(AlreadySubmitted):
        journeys.answer(journey=journey, group="birth", index=0, item={"birth_place": "9002"})


def test_what_changed_since_the_review_page_is_not_sent(noor: Actor) -> None:
    journey = answered(noor)
    before = seen(journey)
    journeys.answer(
        journey=journey, group="birth", index=0, item={"birth_place": "9002", "role": "gave_birth"}
    )
    with pytest.raises(Changed):
        submit(journey=journey, seen=before, follow_ups=_FOLLOW_UPS, level="midden")
    assert not Case.objects.exists()


def test_what_is_not_filled_in_is_named(noor: Actor) -> None:
    journey = begun(noor)
    with pytest.raises(NotReady) as missing:
        submit(journey=journey, seen=seen(journey), follow_ups=[], level="midden")
    assert [page.group.id for page in missing.value.pages] == [
        "birth",
        "child",
        "parents",
        "remark",
        "benefit",
    ]


def test_a_municipality_that_is_not_connected_gets_nothing(noor: Actor) -> None:
    journey = answered(noor, birth=[{"birth_place": "elsewhere", "role": "gave_birth"}])
    with pytest.raises(Changed):
        submit(journey=journey, seen=seen(journey), follow_ups=[], level="midden")


@pytest.mark.parametrize("level", ["basis", "", "root"])
def test_a_login_that_is_too_weak_sends_nothing(noor: Actor, level: str) -> None:
    journey = answered(noor)
    with pytest.raises(LevelTooLow):
        submit(journey=journey, seen=seen(journey), follow_ups=[], level=level)
    assert not Case.objects.exists()


def test_a_service_that_was_left_out_can_be_asked_for_later_once(noor: Actor) -> None:
    journey = submitted(noor, follow_ups=())["geboorteaangifte"].journey
    first = request_follow_up(journey=journey, service="kinderbijslag", level="midden")
    again = request_follow_up(journey=journey, service="kinderbijslag", level="midden")
    assert (first.pk, first.phase) == (again.pk, Phase.WAITING)
    with pytest.raises(LookupError):
        request_follow_up(journey=journey, service="paspoort", level="midden")


def test_what_is_asked_for_after_a_refusal_stops_at_once(noor: Actor) -> None:
    deed = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    officer = Actor.of_user(make_officer(deed.agency))
    conclude(case=deed, kind=Outcome.Kind.REFUSED, motivation="Dubbel.", actor=officer)
    case = request_follow_up(journey=deed.journey, service="kinderbijslag", level="midden")
    case.refresh_from_db()
    assert case.phase == Phase.STOPPED


def test_the_journey_keeps_its_definitions_when_the_catalogue_changes(noor: Actor) -> None:
    case = submitted(noor)["kinderbijslag"]
    stored = case.journey.definitions
    assert stored[1]["id"] == "kinderbijslag"
    assert case.definition.decision_term is not None
    assert case.definition.decision_term.weeks == 8


def test_the_answers_and_the_payload_are_sealed_in_the_database(noor: Actor) -> None:
    case = submitted(noor)["geboorteaangifte"]
    stored = bytes(case.sealed_payload) + bytes(case.journey.sealed_answers or b"")
    assert b"Mia" not in stored
    assert b"Wit" not in stored
