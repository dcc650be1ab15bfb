"""By telephone, at a desk and on paper: the same request, and what is not on a screen goes by letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from connectors.base import Person, Unavailable
from portal import clock
from portal.access.assist.verbs import NotAllowed
from portal.access.filing import verbs
from portal.access.filing.verbs import FilingEnded, start_filing, writing_down
from portal.access.models import Filing
from portal.cases.back.concluding import conclude
from portal.cases.deciding.calls import note_call
from portal.cases.forgetting import forget_unregistered
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.journeys import OutOfScope
from portal.cases.journey.payloads import payload_of, payload_or_none, requests_of
from portal.cases.journey.submit import LevelTooLow, fingerprint, submit
from portal.cases.models import Case, Journey, Notification, Outcome
from portal.cases.notices import letters
from portal.cases.notices.letters import Letter
from portal.cases.out.subjects import subject_of
from portal.cases.own import own_journeys
from portal.cases.talk.asking import ask
from portal.ledger.engine.gather import Failed
from portal.ledger.keys import destroy_key
from portal.ledger.log.uses import uses_of
from portal.people.actor import Actor
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen, Role, User
from portal.people.unregistered import details_of, find_or_create_unregistered
from portal.people.verbs import NoBsn, bsn_of, find_or_create_citizen_user
from tests.cases.steps import answered, deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, citizen_of, make_cast
from tests.factories import make_citizen, make_officer, make_staff, redefine
from tests.helpdesk.filing import (
    AMAL,
    Channel,
    Identity,
    amal,
    filed,
    filled_in,
    knows_self,
    on_paper,
    sent_by,
    writes_down,
)
from tests.helpdesk.steps import HELPER_BSN
from tests.registers import Register


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Everybody; Noor has an account too."""
    cache.clear()
    return make_cast()


@pytest.fixture
def noor(db: None, register: Register) -> Citizen:
    """Noor, who never logged in."""
    cache.clear()
    return make_citizen(NOOR_BSN)


@pytest.fixture
def helper(db: None) -> User:
    return knows_self(make_staff(Role.HELPDESK, name="Hanna Vos"))


def _letters() -> list[Letter]:
    batch = letters.hand_over()
    return list(letters.letters_of(batch)) if batch else []


def _log(citizen: Citizen) -> list[str]:
    return [use.outcome for use in reversed(uses_of(citizen)) if use.outcome.startswith("filing-")]


# --- The same request --------------------------------------------------------------------------------


def test_by_telephone_goes_the_same_request_as_the_citizen_would_send(helper: User, noor: Citizen) -> None:
    by_phone = payload_of(filed(writes_down(helper, noor)))
    own = payload_of(submitted(Actor.of_user(find_or_create_citizen_user(noor)))["geboorteaangifte"])
    said = by_phone.pop("filed")
    for payload in (by_phone, own):
        for fact in payload["facts"].values():
            fact.pop("observed_at")
    assert by_phone == own
    assert said["channel"] == "phone"
    assert said["received_on"] == clock.today().isoformat()
    assert said["words"].startswith("Per telefoon, opgenomen door een medewerker.")


def test_it_arrives_at_the_agency_and_the_clock_starts_on_the_day_of_the_call(
    helper: User, noor: Citizen
) -> None:
    case = filed(writes_down(helper, noor))
    deliver_all()
    case.refresh_from_db()
    assert (case.phase, case.received_on) == ("arrived", clock.today())


def test_a_paper_form_counts_from_the_day_that_it_came_in(helper: User, noor: Citizen) -> None:
    """Where the portal is the intake of the agency; elsewhere the agency reads the day (Awb 2:3, 6:15)."""
    came = clock.today() - timedelta(days=4)
    signed = on_paper(helper, noor, received_on=came)
    journey = filled_in(signed)
    redefine(journey, [{**one, "intake": "portal"} for one in journey.definitions])
    (case,) = sent_by(signed, journeys.journey_for(actor=signed, journey_id=journey.pk)).values()
    assert case.received_on == came
    assert payload_of(case)["filed"]["received_on"] == came.isoformat()
    document = case.documents.get()
    assert document.title == "Ondertekend formulier"
    assert not Filing.objects.exclude(sealed_scan=None).exists()


def test_at_the_own_desk_of_an_agency_the_day_of_the_form_counts_too(cast: Cast) -> None:
    came = clock.today() - timedelta(days=4)
    case = filed(on_paper(cast.officer, citizen_of(cast.citizen), received_on=came))
    deliver_all()
    case.refresh_from_db()
    assert case.received_on == came


@pytest.mark.parametrize("days", [1, -40])
def test_a_day_to_come_or_of_long_ago_is_refused(days: int, helper: User, noor: Citizen) -> None:
    with pytest.raises(NotAllowed, match="day"):
        on_paper(helper, noor, received_on=clock.today() + timedelta(days=days))


def test_the_citizen_reads_who_wrote_what_down_and_when_without_a_name(helper: User, noor: Citizen) -> None:
    filed(writes_down(helper, noor))
    assert _log(noor) == ["filing-begun:phone:questions", "filing-sent:phone"]


def test_one_service_of_an_event_can_be_written_down_alone(helper: User, noor: Citizen) -> None:
    journey = filled_in(writes_down(helper, noor), chosen=("geboorteaangifte",))
    assert [one.id for one in journey.services] == ["geboorteaangifte"]


def test_what_asks_for_more_than_a_telephone_call_waits_for_a_signature(helper: User, noor: Citizen) -> None:
    by_phone = writes_down(helper, noor)
    journey = filled_in(by_phone)
    journey = redefine(journey, [{**one, "level": "substantieel"} for one in journey.definitions])
    journey = journeys.journey_for(actor=by_phone, journey_id=journey.pk)
    with pytest.raises(LevelTooLow):
        sent_by(by_phone, journey)
    verbs.end_filing(staff=by_phone)
    signed = on_paper(helper, noor, received_on=clock.today())
    journey = journeys.journey_for(actor=signed, journey_id=journey.pk)
    (case,) = sent_by(signed, journey).values()
    assert payload_of(case)["filed"]["channel"] == "paper"


def test_what_the_citizen_finishes_online_is_their_own(helper: User, noor: Citizen) -> None:
    draft = filled_in(writes_down(helper, noor))
    own = Actor.of_user(find_or_create_citizen_user(noor))
    journey = journeys.journey_for(actor=own, journey_id=draft.pk)
    seen = fingerprint(requests_of(journey, answers_of(journey)))
    (case,) = submit(journey=journey, seen=seen, follow_ups=(), level="midden")
    assert "filed" not in payload_of(case)
    assert Journey.objects.get(pk=draft.pk).filing_id is None


# --- Without a BSN -----------------------------------------------------------------------------------


def test_who_has_no_bsn_files_by_name_and_v_number(helper: User, register: Register) -> None:
    case = filed(writes_down(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS))
    payload = payload_of(case)
    assert payload["facts"]["brp.name"]["value"]["family_name"] == "Haddad"
    assert payload["facts"]["brp.name"]["provisional"] is True
    assert payload["filed"]["v_number"] == "2801234567"
    assert "Er is een tolk nodig." in payload["filed"]["words"]
    assert case.agency == "gemeente-waterstad"
    assert register.asked == []


def test_no_register_is_asked_and_that_is_a_failure_not_an_empty_answer(
    helper: User, register: Register
) -> None:
    journey = filled_in(writes_down(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS))
    known = journeys.known(journey)
    assert {type(one) for one in known.values()} == {Failed}
    with pytest.raises(NoBsn):
        bsn_of(journey.citizen)


def test_the_same_person_is_found_again_and_a_namesake_is_not(db: None) -> None:
    first = amal()
    assert amal() == first
    twin = find_or_create_unregistered(details=replace(AMAL, first_names="Amina"), language="nl")
    assert twin != first
    found = details_of(first)
    assert found is not None
    assert found.v_number == "2801234567"


# --- Letters -----------------------------------------------------------------------------------------


def test_the_receipt_goes_by_letter_with_a_copy_of_what_was_sent(helper: User, noor: Citizen) -> None:
    case = filed(writes_down(helper, noor))
    deliver_all()
    (letter,) = _letters()
    assert letter.to == ["Noor de Wit", "Gracht 1", "9001 AA Waterstad"]
    (part,) = letter.parts
    assert part.kind == "receipt"
    assert part.more["receipt"].reference == case.reference
    assert part.more["facts"]
    assert part.more["answers"]


def test_also_with_an_account_the_receipt_of_a_call_is_on_paper(cast: Cast) -> None:
    filed(writes_down(cast.helpdesk, citizen_of(cast.citizen)))
    deliver_all()
    assert [part.kind for letter in _letters() for part in letter.parts] == ["receipt"]


def test_question_and_decision_are_written_out_until_the_person_logs_in(helper: User, noor: Citizen) -> None:
    case = filed(writes_down(helper, noor))
    deliver_all()
    _letters()
    officer = Actor.of_user(make_officer(case.agency))
    case.refresh_from_db()
    ask(
        case=case,
        actor=officer,
        what="Stuur een kopie van de akte.",
        why="Wij willen die zien.",
        external_id="q1",
    )
    conclude(case=case, kind=Outcome.Kind.REFUSED, motivation="De akte ontbreekt.", actor=officer)
    (letter,) = _letters()
    assert [part.kind for part in letter.parts] == ["task", "decision"]
    assert "Stuur een kopie van de akte." in letter.parts[0].sentences
    # Once there is an account, the page has it; a letter says no more than that something waits.
    find_or_create_citizen_user(noor)
    assert not _again(letter)


def test_what_was_said_in_a_call_is_written_out_too(helper: User, noor: Citizen) -> None:
    case = filed(writes_down(helper, noor))
    deliver_all()
    _letters()
    officer = Actor.of_user(make_officer(case.agency))
    note_call(case=case, actor=officer, said="Het kind is thuis geboren.", was_reached=True, call_id=uuid4())
    (letter,) = _letters()
    said = ["Dit bespraken wij met u aan de telefoon:", "Het kind is thuis geboren."]
    assert [part.sentences for part in letter.parts] == [said]
    note_call(case=case, actor=officer, said="U nam niet op.", was_reached=False, call_id=uuid4())
    (letter,) = _letters()
    assert [part.sentences for part in letter.parts] == [["Wij belden u:", "U nam niet op."]]


def _again(letter: Letter) -> list[Any]:
    row = Notification.objects.get(pk=letter.name)
    assert row.batch is not None
    return [part for one in letters.letters_of(row.batch) for part in one.parts]


def test_who_has_no_bsn_gets_letters_at_the_address_they_gave(helper: User, register: Register) -> None:
    filed(writes_down(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS))
    deliver_all()
    (letter,) = _letters()
    assert letter.to == ["Amal Haddad", "Opvangweg 3", "9001 AB Waterstad"]


def test_a_caller_cannot_lead_the_letters_of_somebody_else_away(
    helper: User, noor: Citizen, register: Register
) -> None:
    """The register does not answer and the caller says another address: then nobody gets a letter there."""
    by_phone = writes_down(helper, noor)
    register.failure = Unavailable("away")
    journey = filled_in(by_phone)
    elsewhere = {"street": "Elders", "number": "9", "postcode": "9001 ZZ", "city": "Waterstad"}
    named = {"first_names": "Noor", "family_name": "Wit"}
    for name, value in {
        "brp.name": named,
        "brp.birth": {"date": "1994-03-02"},
        "brp.address": elsewhere,
    }.items():
        if name in journeys.needed_fields(journey):
            journeys.enter(journey=journey, field=name, value=value)
    sent_by(by_phone, journeys.journey_for(actor=by_phone, journey_id=journey.pk))
    deliver_all()
    assert _letters() == []
    assert Notification.objects.get(channel="post").needs_human == "call"


# --- What must not be --------------------------------------------------------------------------------


def test_nobody_writes_something_down_for_oneself_or_for_a_colleague(helper: User) -> None:
    colleague = make_citizen("999990032")
    User.objects.create(role="helpdesk", name="Een ander", own_bsn_hmac=keyed_hmac("bsn", "999990032"))
    for person in (make_citizen(HELPER_BSN), colleague):
        with pytest.raises(NotAllowed, match="own"):
            writes_down(helper, person)


def test_who_did_not_say_who_they_are_writes_nothing_down(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="unknown-self"):
        start_filing(
            staff=actor(cast.helpdesk),
            citizen=citizen_of(cast.citizen),
            channel=Channel.PHONE,
            identity=Identity.QUESTIONS,
        )


@pytest.mark.parametrize("name", ["editor", "operator", "auditor", "citizen"])
def test_others_write_nothing_down(name: str, cast: Cast) -> None:
    user = getattr(cast, name)
    with pytest.raises(NotAllowed, match="role"):
        start_filing(staff=actor(user), citizen=amal(), channel=Channel.DESK, identity=Identity.PAPERS)


def test_who_is_in_danger_is_not_helped_by_questions_on_the_telephone(helper: User, noor: Citizen) -> None:
    noor.safety_flag = True
    noor.save()
    with pytest.raises(NotAllowed, match="identity"):
        writes_down(helper, noor)
    assert writes_down(helper, noor, channel=Channel.DESK, identity=Identity.PAPERS).hides_places


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("brp.guardianship", {"under_guardianship": True}, "curatele"),
        ("brp.alive", {"alive": False}, "died"),
    ],
)
def test_who_could_not_file_after_a_login_cannot_by_telephone_either(
    field: str, value: dict[str, bool], why: str, helper: User, noor: Citizen, register: Register
) -> None:
    register.people[NOOR_BSN][field] = value
    with pytest.raises(NotAllowed, match=why):
        writes_down(helper, noor)


def test_who_has_a_bsn_is_not_taken_at_their_word(helper: User, noor: Citizen) -> None:
    with pytest.raises(NotAllowed, match="identity"):
        writes_down(helper, noor, identity=Identity.STATED)


def test_the_telephone_opens_no_draft_and_no_case_that_the_citizen_began(cast: Cast) -> None:
    own = answered(actor(cast.citizen))
    by_phone = writes_down(cast.helpdesk, citizen_of(cast.citizen))
    assert own not in own_journeys(by_phone)
    with pytest.raises(journeys.BegunByAnother):
        filled_in(by_phone)


def test_an_officer_takes_at_the_own_desk_what_goes_to_the_own_agency(cast: Cast) -> None:
    at_desk = writes_down(cast.officer, amal(), channel=Channel.DESK, identity=Identity.PAPERS)
    case = filed(at_desk)
    assert (case.agency, case.received_on) == ("gemeente-waterstad", clock.today())
    verbs.end_filing(staff=at_desk)
    other = writes_down(cast.other_officer, amal(), channel=Channel.DESK, identity=Identity.PAPERS)
    with pytest.raises(OutOfScope):
        filled_in(other, chosen=("geboorteaangifte",))
    assert not own_journeys(other).exists()


def test_an_officer_sends_nothing_to_another_municipality(cast: Cast) -> None:
    elsewhere = make_officer("gemeente-duinzicht")
    at_desk = writes_down(elsewhere, amal(), channel=Channel.DESK, identity=Identity.PAPERS)
    with pytest.raises(OutOfScope):
        filed(at_desk)
    assert not Case.objects.exists()


def test_it_ends_by_itself_and_sends_nothing_after_that(helper: User, noor: Citizen) -> None:
    by_phone = writes_down(helper, noor)
    journey = filled_in(by_phone)
    with time_machine.travel(timezone.now() + verbs.LASTS + timedelta(seconds=1), tick=True):
        with pytest.raises(FilingEnded):
            sent_by(by_phone, journey)
        assert by_phone.filing is not None
        with pytest.raises(FilingEnded):
            writing_down(helper, str(by_phone.filing.filing_id))
    assert not Case.objects.exists()


def test_a_role_that_is_taken_back_ends_it_at_once(helper: User, noor: Citizen) -> None:
    by_phone = writes_down(helper, noor)
    assert by_phone.filing is not None
    helper.role = "editor"
    with pytest.raises(FilingEnded):
        writing_down(helper, str(by_phone.filing.filing_id))


def test_a_form_that_was_never_sent_does_not_stay(helper: User, noor: Citizen) -> None:
    on_paper(helper, noor, received_on=clock.today())
    assert Filing.objects.exclude(sealed_scan=None).count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=1), tick=True):
        assert verbs.forget_old_scans() == 1
    assert not Filing.objects.exclude(sealed_scan=None).exists()


def test_awaited_things_ask_a_person_where_no_register_can_say_it(helper: User, register: Register) -> None:
    """A child benefit waits for the child in the register: without a BSN nobody can look."""
    desk = writes_down(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS)
    journey = filled_in(desk, chosen=("geboorteaangifte", "kinderbijslag"))
    seen = fingerprint(requests_of(journey, answers_of(journey)))
    assert desk.filing is not None
    cases = submit(
        journey=journey, seen=seen, follow_ups=("kinderbijslag",), level="hoog", filing=desk.filing
    )
    by_service = {case.service: case for case in cases}
    deliver_all()
    birth = by_service["geboorteaangifte"]
    birth.refresh_from_db()
    officer = Actor.of_user(make_officer(birth.agency))
    conclude(case=birth, kind=Outcome.Kind.GRANTED, motivation="Klaar.", actor=officer)
    deliver_all()
    waiting = by_service["kinderbijslag"].deliveries.get()
    assert waiting.needs_human


# --- What agencies get -------------------------------------------------------------------------------


def test_an_agency_reads_who_it_is_that_has_no_bsn(helper: User, register: Register) -> None:
    case = filed(writes_down(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS))
    subject = subject_of(case, payload_of(case))
    assert subject.bsn == ""
    assert subject.person == Person(case.reference, "Amal", "", "Haddad", "1990-05-01", "2801234567")
    assert "Haddad" not in repr(subject)


# --- Keeping -----------------------------------------------------------------------------------------


def test_who_somebody_without_a_bsn_was_goes_when_nothing_of_theirs_is_kept(
    helper: User, register: Register
) -> None:
    case = filed(writes_down(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS))
    citizen = case.citizen
    Citizen.objects.filter(pk=citizen.pk).update(created_at=timezone.now() - timedelta(days=60))
    assert forget_unregistered() == 0
    for retention in (case.retention, case.journey.retention):
        destroy_key(citizen, retention)
    assert forget_unregistered() == 1
    assert details_of(citizen) is None
    assert payload_or_none(case) is None
