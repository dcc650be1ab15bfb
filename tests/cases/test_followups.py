"""Child benefit goes out by itself when the child stands in the register, unless something changed."""

from __future__ import annotations

from itertools import islice

import pytest

from connectors.base import Unavailable
from portal.cases.back.concluding import conclude
from portal.cases.deciding.reopening import reopen
from portal.cases.journey.followups import answer_change
from portal.cases.journey.payloads import payload_of
from portal.cases.models import Case, CitizenTask, Delivery, Outcome, Phase, Restriction
from portal.cases.out import outbox
from portal.cases.reading.names import agency_of
from portal.cases.reading.timeline import update_label
from portal.cases.reading.wording import standing_of
from portal.cases.restricting.verbs import lift, restrict_field
from portal.cases.talk.withdrawing import withdraw
from portal.ledger.models import DataUse, StaffAction
from portal.people.actor import Actor
from tests.cases.answers import CHILD, TWIN
from tests.cases.steps import deed_made, deliver_all, submitted
from tests.cast import NOOR_BSN
from tests.factories import make_officer, spare_bsns
from tests.registers import Register

MIA, SAM = islice(spare_bsns(), 2)


@pytest.fixture
def waiting(noor: Actor) -> Case:
    """The deed is made, and child benefit waits for the child."""
    cases = submitted(noor)
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    return cases["kinderbijslag"]


def _phase(case: Case) -> str:
    case.refresh_from_db()
    return case.phase


def test_nothing_goes_out_before_the_deed(noor: Actor, register: Register) -> None:
    case = submitted(noor)["kinderbijslag"]
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    assert _phase(case) == Phase.WAITING


def test_it_goes_out_when_the_register_knows_the_child(waiting: Case, register: Register) -> None:
    deliver_all()
    assert _phase(waiting) == Phase.WAITING
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    deliver_all()
    assert _phase(waiting) == Phase.ARRIVED
    assert [child["bsn"] for child in payload_of(waiting)["facts"]["brp.children"]["value"]] == [MIA]
    assert waiting.due_on is not None


def test_an_older_child_and_another_name_are_no_match(waiting: Case, register: Register) -> None:
    register.born(NOOR_BSN, SAM, "Mia", "2019-05-01")
    register.born(NOOR_BSN, MIA, "Noa", "2026-11-20")
    deliver_all()
    assert _phase(waiting) == Phase.WAITING


def test_accents_and_capitals_are_no_difference(waiting: Case, register: Register) -> None:
    register.born(NOOR_BSN, MIA, "MÍA", "2026-11-20")
    deliver_all()
    assert _phase(waiting) == Phase.SENT


def test_both_twins_must_be_there(noor: Actor, register: Register) -> None:
    cases = submitted(noor, child=[CHILD, TWIN])
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    assert _phase(cases["kinderbijslag"]) == Phase.WAITING
    register.born(NOOR_BSN, SAM, "Sam", "2026-11-20")
    deliver_all()
    found = payload_of(Case.objects.get(pk=cases["kinderbijslag"].pk))["facts"]["brp.children"]["value"]
    assert [child["bsn"] for child in found] == [MIA, SAM]


def test_a_register_that_is_down_costs_time_only(waiting: Case, register: Register) -> None:
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    register.failure = Unavailable("down")
    deliver_all()
    assert _phase(waiting) == Phase.WAITING
    register.failure = None
    deliver_all()
    assert _phase(waiting) == Phase.SENT


def test_a_new_address_is_asked_about_first(noor: Actor, waiting: Case, register: Register) -> None:
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    register.people[NOOR_BSN]["brp.address"] = {"kind": "address", "lines": ["Brink 9", "9002 BB Heidedorp"]}
    deliver_all()
    assert _phase(waiting) == Phase.NEEDS_YOU
    task = CitizenTask.objects.get(case=waiting)
    assert task.about == ["brp.address"]
    answer_change(task=task, send_it=True, actor=noor)
    answer_change(task=task, send_it=False, actor=noor)  # too late: the first answer counts
    deliver_all()
    deliver_all()
    assert _phase(waiting) == Phase.ARRIVED
    assert payload_of(waiting)["facts"]["brp.address"]["value"]["lines"][0] == "Brink 9"


def test_what_changes_after_the_answer_is_asked_again(noor: Actor, waiting: Case, register: Register) -> None:
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    register.people[NOOR_BSN]["brp.address"] = {"kind": "address", "lines": ["Brink 9", "9002 BB Heidedorp"]}
    deliver_all()
    register.people[NOOR_BSN]["brp.address"] = {"kind": "unknown"}
    answer_change(task=CitizenTask.objects.get(case=waiting), send_it=True, actor=noor)
    deliver_all()
    assert _phase(waiting) == Phase.NEEDS_YOU
    assert CitizenTask.objects.filter(case=waiting, answered_at=None).count() == 1


def test_a_death_after_the_answer_stops_it(noor: Actor, waiting: Case, register: Register) -> None:
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    register.people[NOOR_BSN]["brp.address"] = {"kind": "unknown"}
    deliver_all()
    register.people[MIA]["brp.alive"] = {"alive": False}
    answer_change(task=CitizenTask.objects.get(case=waiting), send_it=True, actor=noor)
    deliver_all()
    assert _phase(waiting) == Phase.STOPPED


def test_the_citizen_may_say_no_to_what_changed(noor: Actor, waiting: Case, register: Register) -> None:
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    register.people[NOOR_BSN]["brp.address"] = {"kind": "unknown"}
    deliver_all()
    answer_change(task=CitizenTask.objects.get(case=waiting), send_it=False, actor=noor)
    deliver_all()
    assert _phase(waiting) == Phase.WITHDRAWN


@pytest.mark.parametrize("who", [NOOR_BSN, MIA])
def test_after_a_death_nothing_goes_out_and_a_person_calls(
    waiting: Case, register: Register, who: str
) -> None:
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    register.people[who]["brp.alive"] = {"alive": False}
    deliver_all()
    assert _phase(waiting) == Phase.STOPPED
    assert "medewerker" in standing_of(waiting).sentence
    assert [row.needs_human for row in outbox.waiting_for_a_person()] == ["call"]
    assert not Delivery.objects.filter(case=waiting, kind="file").exists()


@pytest.mark.parametrize("kind", ["undetermined", "temporarily-none"])
def test_unclear_custody_is_for_the_officer(waiting: Case, register: Register, kind: str) -> None:
    custody = [{"type": "the register's word", "kind": kind}]
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20", **{"brp.custody": custody})
    deliver_all()
    assert payload_of(Case.objects.get(pk=waiting.pk))["attention"] == ["custody"]


def test_a_refused_deed_stops_what_waited_for_it(noor: Actor) -> None:
    cases = submitted(noor)
    deliver_all()
    officer = Actor.of_user(make_officer("gemeente-waterstad"))
    conclude(case=cases["geboorteaangifte"], kind=Outcome.Kind.REFUSED, motivation="Dubbel.", actor=officer)
    waiting = cases["kinderbijslag"]
    assert _phase(waiting) == Phase.STOPPED
    assert standing_of(waiting).label == "Stopgezet: de geboorteaangifte is niet gelukt"


def _opened_again(case: Case, external_id: str) -> None:
    officer = Actor.of_user(make_officer("gemeente-waterstad", name=external_id))
    reopen(
        case=case,
        actor=officer,
        ground="law",
        article="artikel 8:72 Awb",
        text="De rechter gaf u gelijk.",
        external_id=external_id,
    )


def _concluded(case: Case, kind: Outcome.Kind, why: str) -> None:
    officer = Actor.of_user(make_officer("gemeente-waterstad", name=why))
    conclude(case=case, kind=kind, motivation=why, actor=officer)


def test_what_stopped_for_a_refusal_waits_again_when_that_is_opened_and_goes_out(
    noor: Actor, register: Register
) -> None:
    cases = submitted(noor)
    deliver_all()
    deed, waiting = cases["geboorteaangifte"], cases["kinderbijslag"]
    for time in ("eerst", "daarna"):
        _concluded(deed, Outcome.Kind.REFUSED, f"Dubbel, {time}.")
        assert _phase(waiting) == Phase.STOPPED
        _opened_again(deed, time)
        assert _phase(waiting) == Phase.WAITING
        assert not waiting.deliveries.exists()
    newest = waiting.updates.first()
    assert newest is not None
    label = update_label(newest, waiting, agency_of(waiting))
    assert label == "Wij wachten opnieuw op een antwoord, en sturen dit dan alsnog"
    _concluded(deed, Outcome.Kind.GRANTED, "De akte is gemaakt.")
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    assert _phase(waiting) == Phase.SENT


def test_what_the_citizen_took_back_waits_for_nothing_again(noor: Actor) -> None:
    cases = submitted(noor)
    deliver_all()
    withdraw(case=cases["kinderbijslag"], actor=noor)
    _concluded(cases["geboorteaangifte"], Outcome.Kind.REFUSED, "Dubbel.")
    _opened_again(cases["geboorteaangifte"], "r1")
    assert _phase(cases["kinderbijslag"]) == Phase.WITHDRAWN


def test_what_was_woken_and_did_not_go_is_held_back_when_its_ground_falls_away(
    noor: Actor, waiting: Case, register: Register
) -> None:
    deed = Case.objects.get(service="geboorteaangifte")
    assert Delivery.objects.filter(case=waiting, kind="release").exists()
    _opened_again(deed, "r1")
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    assert _phase(waiting) == Phase.WAITING
    _concluded(deed, Outcome.Kind.GRANTED, "De akte is opnieuw gemaakt.")
    deliver_all()
    assert _phase(waiting) == Phase.SENT


def test_what_nobody_began_to_send_is_kept_back(noor: Actor, waiting: Case, register: Register) -> None:
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    assert _phase(waiting) == Phase.SENT
    withdraw(case=waiting, actor=noor)  # the page was opened before it was released
    deliver_all()
    assert _phase(waiting) == Phase.WITHDRAWN
    assert not Delivery.objects.filter(case=waiting).exclude(kind="release").exists()


def test_what_the_citizen_restricted_keeps_it_back_until_that_is_over(
    noor: Actor, waiting: Case, register: Register
) -> None:
    """Nothing is used by itself that may not be used (AVG 18)."""
    found = restrict_field(actor=noor, field="brp.address", why=Restriction.Why.CONTESTED)
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    assert _phase(waiting) == Phase.WAITING
    lift(actor=noor, restriction=found)
    deliver_all()
    deliver_all()
    assert _phase(waiting) == Phase.ARRIVED


def test_what_was_withdrawn_does_not_go_out(noor: Actor, waiting: Case, register: Register) -> None:
    withdraw(case=waiting, actor=noor)
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deliver_all()
    assert _phase(waiting) == Phase.WITHDRAWN
    assert not Delivery.objects.filter(case=waiting, kind="file").exists()


def test_the_same_outcome_twice_is_one(waiting: Case) -> None:
    deed = waiting.journey.cases.get(service="geboorteaangifte")
    first = deed_made(deed)
    assert deed_made(deed).pk == first.pk
    assert Delivery.objects.filter(kind="release").count() == 1


def test_who_concluded_is_known_to_the_auditor_only(waiting: Case) -> None:
    action = StaffAction.objects.get(what="case-concluded")
    line = DataUse.objects.filter(operation_id=action.operation_id).latest("id")
    assert (line.operation, line.outcome) == ("outcome", "granted")
    assert action.user is not None
    assert action.user.agency == "gemeente-waterstad"
