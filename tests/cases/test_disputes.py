"""What a citizen says is wrong: kept once, marked wherever the value is, told, and seen to its end."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from connectors.base import Destination, Envelope, Once, Reading, Receipt, Report, Unavailable
from portal.access.representation import MandateEnded
from portal.cases.back.concluding import conclude
from portal.cases.disputes.corrections import CannotAsk, ask_correction
from portal.cases.disputes.holders import close_report, report_to_holder, staff_dispute
from portal.cases.disputes.marks import content_of
from portal.cases.disputes.proofs import open_proof
from portal.cases.disputes.showing import history, shown_dispute, state_words
from portal.cases.disputes.verbs import (
    StillRunning,
    dispute,
    dispute_for,
    held_value,
    withdraw_dispute,
)
from portal.cases.journey.age import TooYoung
from portal.cases.journey.followups import answer_change
from portal.cases.journey.journeys import look_up
from portal.cases.journey.payloads import payload_of
from portal.cases.journey.submit import LevelTooLow
from portal.cases.models import Case, CitizenTask, Delivery, Dispute, DisputeEvent, Outcome
from portal.cases.out.outbox import claim
from portal.cases.retention import purge
from portal.cases.talk.documents import content_of as document_bytes
from portal.cases.talk.files import TooMany, WrongFile
from portal.cases.talk.withdrawing import withdraw
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Known, fact_of
from portal.ledger.models import DataKey, DataUse, Fact, StaffAction
from portal.people.actor import Actor, Mandate
from tests.cases.steps import begun, deed_made, deliver_all, submitted
from tests.cast import NOOR_BSN
from tests.factories import make_citizen_user, make_officer, spare_bsns
from tests.registers import Register

FIELD = "brp.address"
RIGHT = {"street": "Gracht", "number": "3", "postcode": "9001 AA", "city": "Waterstad"}
WHY = "Ik ben in mei verhuisd."
PDF = b"%PDF-1.7 a letter of the landlord"


def said(actor: Actor, *, field: str = FIELD, right: Any = RIGHT, why: str = WHY, **more: Any) -> Dispute:
    """The citizen says it."""
    held = held_value(actor=actor, field=field)
    return dispute(actor=actor, field=field, held=held, right=right, explanation=why, **more)


def asked(actor: Actor, **more: Any) -> Dispute:
    """The citizen says it and asks the municipality."""
    found = said(actor, **more)
    ask_correction(actor=actor, dispute=found, level="midden")
    return again(actor, found)


def again(actor: Actor, found: Dispute) -> Dispute:
    """As the next request reads it."""
    return dispute_for(actor=actor, dispute_id=found.pk)


def kinds(found: Dispute) -> list[str]:
    """What happened to it, in order."""
    return [event.kind for event in found.events.all()]


def decide(case: Case | None, kind: Outcome.Kind, why: str) -> None:
    """The municipality decides."""
    assert case is not None
    officer = Actor.of_user(make_officer(case.agency))
    conclude(case=case, kind=kind, motivation=why, actor=officer)


# --- Saying it ------------------------------------------------------------------------------------


def test_what_is_said_is_sealed_and_names_the_value_its_source_and_why(noor: Actor) -> None:
    begun(noor)
    found = said(noor)
    content = content_of(found)
    assert (found.source, found.state) == ("brp", Dispute.State.OPEN)
    assert content.old["lines"] == ["Gracht 1", "9001 AA Waterstad"]
    assert (content.right, content.explanation) == (RIGHT, WHY)
    (event,) = found.events.all()
    assert WHY.encode() not in bytes(found.sealed) + bytes(event.sealed_note or b"")


def test_what_is_said_is_gone_when_its_key_is_destroyed(noor: Actor) -> None:
    begun(noor)
    found = said(noor, proofs=[PDF])
    proof = found.proofs.get()
    DataKey.objects.filter(retention=found.retention).delete()
    for look in (lambda: content_of(found), lambda: open_proof(proof)):
        with pytest.raises(Exception, match="gegevens-betwisten-2-jaar"):
            look()


def test_it_is_kept_while_it_is_open_and_for_two_years_after(noor: Actor, settings: Any) -> None:
    begun(noor)
    found = said(noor)
    year = found.created_at.year
    settings.PORTAL_NOW = date(year + 3, 6, 1)
    purge(dry_run=False)
    assert again(noor, found).is_open
    withdraw_dispute(actor=noor, dispute=found)
    settings.PORTAL_NOW = date(year + 1, 6, 1)
    purge(dry_run=False)
    assert again(noor, found).state == Dispute.State.WITHDRAWN
    settings.PORTAL_NOW = date(year + 3, 6, 1)
    purge(dry_run=False)
    with pytest.raises(Dispute.DoesNotExist):
        again(noor, found)


def test_only_a_value_that_we_hold_can_be_wrong(noor: Actor) -> None:
    begun(noor)
    for field in ("brp.custody", "brp.nothing"):
        with pytest.raises(LookupError):
            held_value(actor=noor, field=field)


def test_saying_it_again_changes_the_one_that_is_open(noor: Actor) -> None:
    begun(noor)
    first = said(noor)
    second = said(noor, right=None, why="Ik weet alleen dat het niet klopt.")
    assert first.pk == second.pk
    assert content_of(second).right is None
    assert kinds(second) == ["said", "changed"]


def test_what_is_over_can_be_said_anew(noor: Actor) -> None:
    begun(noor)
    first = said(noor)
    withdraw_dispute(actor=noor, dispute=first)
    assert said(noor).pk != first.pk
    assert again(noor, first).state == Dispute.State.WITHDRAWN


def test_it_stands_in_the_log_without_a_word_of_it(noor: Actor) -> None:
    begun(noor)
    said(noor)
    line = DataUse.objects.get(operation=DataUse.Operation.DISPUTE)
    assert (line.fields, line.outcome, line.recipient) == ([FIELD], "said", "levensloket")
    assert "16" in line.ground
    assert line.commitment
    assert WHY not in str(DataUse.objects.values())


# --- Proof ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (b"\xff\xd8\xff\xe0 a photograph", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n a scan", "image/png"),
    ],
)
def test_a_proof_is_kept_as_it_was_sent(noor: Actor, content: bytes, kind: str) -> None:
    begun(noor)
    proof = said(noor, proofs=[content]).proofs.get()
    assert (proof.content_type, proof.size) == (kind, len(content))
    assert open_proof(proof) == content
    assert content not in bytes(proof.sealed)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>%PDF-", b"MZ\x90\x00", b"GIF89a", b"PK\x03\x04", b"%PDF-" + b"a" * 25 * 1024 * 1024],
    ids=["empty", "html", "program", "gif", "zip", "too large"],
)
def test_another_file_is_refused_and_nothing_is_kept(noor: Actor, content: bytes) -> None:
    begun(noor)
    with pytest.raises(WrongFile):
        said(noor, proofs=[content])
    assert not Dispute.objects.exists()


def test_there_are_five_documents_at_most(noor: Actor) -> None:
    begun(noor)
    for _ in range(5):
        found = said(noor, proofs=[PDF])
    with pytest.raises(TooMany):
        said(noor, proofs=[PDF])
    assert found.proofs.count() == 5
    assert found.events.count() == 5


# --- Road b: every agency that has it, or will -----------------------------------------------------


class Agencies(Destination):
    """All agencies, which keep what they are told and fail when a test says so."""

    name = "test"

    def __init__(self) -> None:
        self.told: list[Report] = []
        self.filed: list[Envelope] = []
        self.failure: Exception | None = None

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        self.filed.append(envelope)
        return Receipt(f"A-{envelope.reference}", envelope.submitted_at)

    def report(self, their_reference: str, report: Report, once: Once) -> None:
        def tell() -> Any:
            self.told.append(report)
            if self.failure:
                raise self.failure
            return {}

        def find() -> Any:
            return {} if report.reference in {one.reference for one in self.told} else None

        once("told", tell, find)

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        return None

    def check(self) -> None:
        return None


@pytest.fixture
def agencies(monkeypatch: pytest.MonkeyPatch) -> Agencies:
    agencies = Agencies()
    monkeypatch.setattr("connectors.registry.Connectors.destination", lambda _self, _name: agencies)
    return agencies


def test_an_agency_that_has_the_value_is_told_once_with_a_line_in_the_log(
    noor: Actor, agencies: Agencies
) -> None:
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    deliver_all()
    found = said(noor)
    for _ in range(2):
        deliver_all()
    (told,) = agencies.told
    assert (told.kind, told.about, told.agency) == ("disputed", FIELD, "gemeente-waterstad")
    assert "Gracht 3, 9001 AA Waterstad" in told.text
    assert WHY in told.text
    assert told.reference.startswith(f"{found.reference}.")
    assert kinds(found) == ["said", "told"]
    lines = DataUse.objects.filter(fields=[FIELD], recipient=case.agency, operation="disclosure")
    assert [line.moment for line in lines.order_by("id")] == ["begin", "end"]


def test_an_agency_whose_ground_was_withdrawn_since_is_told_nothing_and_a_person_looks(
    noor: Actor, agencies: Agencies, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(noor, follow_ups=())
    deliver_all()
    said(noor)
    own = catalogue()
    service = own.services["geboorteaangifte"]
    fields = tuple(name for name in service.activity.fields if name != FIELD)
    less = replace(service, activity=replace(service.activity, fields=fields))
    services = {**own.services, service.id: less}
    monkeypatch.setattr("portal.cases.out.grounds.catalogue", lambda: replace(own, services=services))
    deliver_all()
    row = Delivery.objects.get(kind="report")
    assert (row.needs_human, row.delivered_at) == ("config", None)
    assert agencies.told == []
    assert not DataUse.objects.filter(fields=[FIELD], operation="disclosure").exists()


def test_news_about_a_case_waits_until_the_agency_has_the_case(noor: Actor, agencies: Agencies) -> None:
    submitted(noor, follow_ups=())
    said(noor)
    row = Delivery.objects.get(kind="report")
    assert claim(row.pk) is None
    deliver_all()
    deliver_all()
    assert len(agencies.told) == 1


def test_an_answer_that_got_lost_is_not_told_twice(noor: Actor, agencies: Agencies) -> None:
    submitted(noor, follow_ups=())
    deliver_all()
    said(noor)
    agencies.failure = Unavailable("lost")
    deliver_all()
    agencies.failure = None
    deliver_all()
    assert len(agencies.told) == 1
    assert Delivery.objects.get(kind="report").delivered_at is not None


def test_what_was_not_sent_yet_simply_carries_the_mark(noor: Actor, agencies: Agencies) -> None:
    case = submitted(noor)["kinderbijslag"]
    said(noor)
    case.refresh_from_db()
    entry = payload_of(case)["facts"][FIELD]
    assert (entry["disputed"], entry["right"]) == (WHY, RIGHT)
    assert not case.deliveries.exists()


def test_a_mark_travels_with_a_follow_up_and_its_agency_then_knows(
    noor: Actor, register: Register, agencies: Agencies
) -> None:
    cases = submitted(noor)
    deliver_all()
    found = said(noor)
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    register.born(NOOR_BSN, next(spare_bsns()), "Mia", "2026-11-20")
    for _ in range(3):
        deliver_all()
    benefit = next(one for one in agencies.filed if one.service == "kinderbijslag")
    assert benefit.payload["facts"][FIELD]["disputed"] == WHY
    assert found.events.filter(kind="told", agency="svb").count() == 1
    assert [report.agency for report in agencies.told] == ["gemeente-waterstad"]


def test_what_is_sent_later_carries_the_mark_and_is_noted(noor: Actor, agencies: Agencies) -> None:
    begun(noor)
    found = said(noor)
    case = submitted(noor, follow_ups=())["geboorteaangifte"]
    assert payload_of(case)["facts"][FIELD]["disputed"] == WHY
    assert list(found.marks.values_list("case", flat=True)) == [case.pk]
    deliver_all()
    assert agencies.told == [], "it stands in the request itself"
    assert kinds(found) == ["said", "told"]


def test_who_never_got_the_value_and_who_is_done_are_told_nothing(noor: Actor, agencies: Agencies) -> None:
    cases = submitted(noor, follow_ups=())
    deliver_all()
    look_up(actor=noor, event=catalogue().events["gegevens-verbeteren"])
    found = said(noor, field="brp.children", right="Ik heb een kind", why="Mia is er al.")
    deed_made(cases["geboorteaangifte"])
    late = said(noor)
    deliver_all()
    assert agencies.told == []
    assert not found.marks.exists()
    assert not late.marks.exists()


def test_another_citizens_cases_are_left_alone(noor: Actor, register: Register, agencies: Agencies) -> None:
    submitted(noor, follow_ups=())
    other = Actor.of_user(make_citizen_user(bsn := next(spare_bsns())))
    register.people[bsn] = dict(register.people[NOOR_BSN])
    begun(other)
    said(other)
    assert not Delivery.objects.filter(kind="report").exists()


def test_a_secret_address_is_not_spelled_out_in_what_is_told(
    noor: Actor, register: Register, agencies: Agencies
) -> None:
    register.secret.add(FIELD)
    submitted(noor, follow_ups=())
    deliver_all()
    said(noor)
    deliver_all()
    (told,) = agencies.told
    assert "Gracht" not in told.text
    assert WHY not in told.text
    assert "geheim" in told.text


def test_agencies_hear_what_is_added_and_that_it_is_right_after_all(noor: Actor, agencies: Agencies) -> None:
    submitted(noor, follow_ups=())
    deliver_all()
    said(noor)
    deliver_all()
    found = said(noor, why="Ik heb nu ook een brief.")
    deliver_all()
    withdraw_dispute(actor=noor, dispute=found)
    deliver_all()
    assert [report.kind for report in agencies.told] == ["disputed", "disputed", "withdrawn"]
    assert len({report.reference for report in agencies.told}) == 3
    assert "een brief" in agencies.told[1].text


# --- Road a: the request to correct it ------------------------------------------------------------


def test_the_request_is_a_case_of_the_municipality_with_its_own_clock(noor: Actor) -> None:
    begun(noor)
    found = asked(noor, proofs=[PDF])
    case = found.correction
    assert case is not None
    assert (case.service, case.agency, found.state) == ("brp-correctie", "gemeente-waterstad", "reported")
    deliver_all()
    case.refresh_from_db()
    assert case.received_on is not None
    assert case.due_on is not None
    assert (case.due_on - case.received_on).days >= 28
    assert "beslist uiterlijk" in state_words(again(noor, found))


def test_exactly_what_is_needed_goes_along(noor: Actor) -> None:
    begun(noor)
    found = asked(noor, field="brp.name", right={"first_names": "Nora", "family_name": "Wit"}, proofs=[PDF])
    assert found.correction is not None
    payload = payload_of(found.correction)
    assert list(payload["facts"]) == ["brp.name"]
    (answers,) = payload["answers"]["correction"]
    (document,) = found.correction.documents.all()
    assert answers == {
        "right_value": "Nora Wit",
        "explanation": WHY,
        "proof": [{"id": str(document.pk), "media_type": "application/pdf", "size": len(PDF)}],
    }
    assert document_bytes(document) == PDF
    assert found.correction.definition.needs == ("brp.name",)


def test_asking_twice_is_asking_once(noor: Actor) -> None:
    begun(noor)
    found = asked(noor)
    ask_correction(actor=noor, dispute=found, level="midden")
    assert Case.objects.filter(service="brp-correctie").count() == 1
    assert kinds(found) == ["said", "asked"]


def test_the_register_is_asked_on_the_ground_of_the_request(noor: Actor, register: Register) -> None:
    submitted(noor)
    before = len(register.asked)
    asked(noor)
    # The day of birth says whether somebody may ask for this alone (Wet BRP 2.55(5)).
    assert register.asked[before:] == [(NOOR_BSN, frozenset({FIELD, "brp.birth"}))]


def test_a_register_that_is_down_loses_nothing_of_what_was_said(noor: Actor, register: Register) -> None:
    begun(noor)
    found = said(noor)
    register.failure = Unavailable("down")
    with pytest.raises(CannotAsk, match="down"):
        ask_correction(actor=noor, dispute=found, level="midden")
    register.failure = None
    ask_correction(actor=noor, dispute=again(noor, found), level="midden")
    assert again(noor, found).correction is not None


@pytest.mark.parametrize(
    ("field", "right", "municipality", "why"),
    [
        (FIELD, None, "9001", "unknown"),
        (FIELD, RIGHT, "0363", "no-agency"),
    ],
)
def test_what_cannot_be_asked_says_why(
    noor: Actor, register: Register, field: str, right: Any, municipality: str, why: str
) -> None:
    register.people[NOOR_BSN][FIELD] = {**register.people[NOOR_BSN][FIELD], "municipality": municipality}
    begun(noor)
    found = said(noor, field=field, right=right)
    with pytest.raises(CannotAsk, match=why):
        ask_correction(actor=noor, dispute=found, level="midden")
    assert again(noor, found).state == Dispute.State.OPEN


@pytest.mark.parametrize(("born", "may"), [("2010-11-30", False), ("2010-11-29", True)])
def test_from_sixteen_one_asks_alone_and_before_that_a_parent_does(
    noor: Actor, register: Register, settings: Any, born: str, may: bool
) -> None:
    """Wet BRP 2.55(5)."""
    settings.PORTAL_NOW = date(2026, 11, 29)
    register.people[NOOR_BSN]["brp.birth"] = {"date": born}
    begun(noor)
    found = said(noor)
    if may:
        ask_correction(actor=noor, dispute=found, level="midden")
    else:
        with pytest.raises(TooYoung):
            ask_correction(actor=noor, dispute=found, level="midden")
        parent = Mandate(uuid.uuid4(), "guardian", None, hides_places=False)
        with pytest.raises(MandateEnded):
            # Old enough; what stops it is that this mandate was never given.
            ask_correction(actor=replace(noor, mandate=parent), dispute=found, level="midden")
    assert Case.objects.exists() is may


def test_a_login_that_is_too_weak_asks_nothing(noor: Actor) -> None:
    begun(noor)
    found = said(noor)
    with pytest.raises(LevelTooLow):
        ask_correction(actor=noor, dispute=found, level="basis")
    assert not Case.objects.exists()


def test_corrected_the_register_is_asked_afresh_and_every_agency_hears_it(
    noor: Actor, register: Register, agencies: Agencies
) -> None:
    waiting = submitted(noor)["kinderbijslag"]
    deliver_all()
    found = asked(noor)
    deliver_all()
    deliver_all()
    decide(found.correction, Outcome.Kind.GRANTED, "U woont op nummer 3.")
    found = again(noor, found)
    assert found.state == Dispute.State.CORRECTED
    register.people[NOOR_BSN][FIELD] = {**register.people[NOOR_BSN][FIELD], "lines": ["Gracht 3"]}
    assert Fact.objects.get(field=FIELD).valid_until <= timezone.now()
    begun(noor)
    fresh = fact_of(found.citizen, FIELD)
    assert isinstance(fresh, Known)
    assert fresh.value["lines"] == ["Gracht 3"]
    waiting.refresh_from_db()
    assert payload_of(waiting)["facts"][FIELD]["disputed"] == ""
    deliver_all()
    assert [report.kind for report in agencies.told] == ["disputed", "corrected"]


def test_a_value_that_was_corrected_meanwhile_is_shown_before_a_follow_up_goes_out(
    noor: Actor, register: Register, agencies: Agencies
) -> None:
    cases = submitted(noor)
    deliver_all()
    found = asked(noor)
    deliver_all()
    decide(found.correction, Outcome.Kind.GRANTED, "Goed.")
    register.people[NOOR_BSN][FIELD] = {**register.people[NOOR_BSN][FIELD], "lines": ["Gracht 3"]}
    deed_made(cases["geboorteaangifte"])
    register.born(NOOR_BSN, next(spare_bsns()), "Mia", "2026-11-20")
    deliver_all()
    task = CitizenTask.objects.get()
    assert task.about == [FIELD]
    answer_change(task=task, send_it=True, actor=noor)
    for _ in range(2):
        deliver_all()
    benefit = next(one for one in agencies.filed if one.service == "kinderbijslag")
    assert benefit.payload["facts"][FIELD]["value"]["lines"] == ["Gracht 3"]
    assert benefit.payload["facts"][FIELD]["disputed"] == ""


def test_refused_the_reasons_and_the_objection_are_there(noor: Actor) -> None:
    begun(noor)
    found = asked(noor)
    deliver_all()
    decide(found.correction, Outcome.Kind.REFUSED, "U staat daar niet ingeschreven.")
    found = again(noor, found)
    outcome = Outcome.objects.get(case=found.correction)
    assert found.state == Dispute.State.REJECTED
    assert (outcome.remedy, outcome.remedy_until is not None) == ("objection", True)
    assert history(found)[0].why == "U staat daar niet ingeschreven."


def test_what_was_granted_leaves_nothing_to_object_to(noor: Actor) -> None:
    begun(noor)
    found = asked(noor)
    deliver_all()
    decide(found.correction, Outcome.Kind.GRANTED, "Goed.")
    assert Outcome.objects.get().remedy == "none"


def test_a_request_that_runs_is_not_simply_taken_back(noor: Actor) -> None:
    begun(noor)
    found = asked(noor)
    with pytest.raises(StillRunning):
        withdraw_dispute(actor=noor, dispute=found)
    assert again(noor, found).is_open


# --- What the portal works out ----------------------------------------------------------------------


def test_what_was_worked_out_is_corrected_where_it_comes_from(noor: Actor, register: Register) -> None:
    """Of Partner and who lives there the municipality gets what its own request covers: the partner."""
    _lives_with_sam(register)
    begun(noor)
    found = asked(noor, field="home.with_partner", right="Ik woon alleen.")
    assert found.correction is not None
    assert found.correction.agency == "gemeente-waterstad"
    facts = payload_of(found.correction)["facts"]
    assert list(facts) == ["brp.partner"]
    assert (facts["brp.partner"]["disputed"], facts["brp.partner"]["right"]) == (WHY, "Ik woon alleen.")
    assert kinds(found) == ["said", "asked"]


def test_corrected_both_it_and_what_it_comes_from_are_asked_afresh(noor: Actor, register: Register) -> None:
    _lives_with_sam(register)
    begun(noor)
    found = asked(noor, field="home.with_partner", right="Ik woon alleen.")
    deliver_all()
    decide(found.correction, Outcome.Kind.GRANTED, "Dat klopte niet.")
    over = Fact.objects.filter(
        field__in=["home.with_partner", "brp.partner"], valid_until__lte=timezone.now()
    )
    assert over.count() == 2
    assert again(noor, found).state == Dispute.State.CORRECTED


def _lives_with_sam(register: Register) -> None:
    sam = {"bsn": next(spare_bsns()), "full": "Sam Wit"}
    register.people[NOOR_BSN] |= {"brp.partner": sam, "brp.household": [sam]}


# --- A request that is taken back -------------------------------------------------------------------


def test_a_request_to_correct_is_withdrawn_like_any_other_and_the_dispute_says_so(
    noor: Actor, agencies: Agencies
) -> None:
    begun(noor)
    found = asked(noor)
    deliver_all()
    assert found.correction is not None
    withdraw(case=found.correction, actor=noor)
    assert found.correction.deliveries.filter(kind=Delivery.Kind.WITHDRAW).count() == 1
    found = again(noor, found)
    assert found.is_open
    assert state_words(found) == "Volgens u klopt dit niet. U trok uw vraag om het te verbeteren in."
    assert "trok die vraag weer in" in shown_dispute(found).staff_words
    newest, *older = history(found)
    assert newest.what == "U trok uw vraag aan de gemeente Waterstad in"
    assert "U vroeg de gemeente Waterstad om het te verbeteren" in [one.what for one in older]
    withdraw_dispute(actor=noor, dispute=found)
    assert again(noor, found).state == Dispute.State.WITHDRAWN


def test_what_was_taken_back_can_be_asked_anew_and_is_then_decided(noor: Actor, agencies: Agencies) -> None:
    begun(noor)
    first = asked(noor).correction
    deliver_all()
    assert first is not None
    withdraw(case=first, actor=noor)
    found = asked(noor)
    assert found.correction_id != first.pk
    assert kinds(found) == ["said", "asked", "changed", "asked"]
    deliver_all()
    assert "beslist" in state_words(again(noor, found))
    decide(found.correction, Outcome.Kind.GRANTED, "Goed.")
    assert again(noor, found).state == Dispute.State.CORRECTED


# --- The agency's own report of doubt ---------------------------------------------------------------


@pytest.fixture
def told(noor: Actor, agencies: Agencies) -> Dispute:
    """The municipality of the birth knows."""
    submitted(noor, follow_ups=())
    deliver_all()
    found = said(noor)
    deliver_all()
    return found


@pytest.fixture
def officer(db: None) -> Actor:
    return Actor.of_user(make_officer("gemeente-waterstad"))


def test_an_officer_who_reports_it_is_named_to_the_auditor_alone(
    noor: Actor, told: Dispute, officer: Actor
) -> None:
    for _ in range(2):
        report_to_holder(actor=officer, dispute=told)
    told = again(noor, told)
    assert told.state == Dispute.State.REPORTED
    assert kinds(told) == ["said", "told", "reported"]
    assert history(told)[0].what == "De gemeente Waterstad heeft dit gemeld bij uw gemeente"
    assert StaffAction.objects.get(what="dispute-reported").user == officer.user


@pytest.mark.parametrize(
    ("corrected", "state"), [(True, Dispute.State.CORRECTED), (False, Dispute.State.REJECTED)]
)
def test_what_came_of_the_report_ends_it(
    noor: Actor, told: Dispute, officer: Actor, corrected: bool, state: str
) -> None:
    report_to_holder(actor=officer, dispute=told)
    close_report(actor=officer, dispute=told, corrected=corrected, reason="Wij hoorden het van de gemeente.")
    told = again(noor, told)
    assert told.state == state
    assert history(told)[0].why == "Wij hoorden het van de gemeente."


def test_without_a_report_there_is_nothing_to_close(noor: Actor, told: Dispute, officer: Actor) -> None:
    close_report(actor=officer, dispute=told, corrected=True, reason="Zomaar.")
    assert again(noor, told).state == Dispute.State.OPEN


def test_while_the_citizens_request_runs_not_taken_over_closes_nothing(
    noor: Actor, told: Dispute, officer: Actor
) -> None:
    ask_correction(actor=noor, dispute=told, level="midden")
    report_to_holder(actor=officer, dispute=told)
    close_report(actor=officer, dispute=told, corrected=False, reason="Geen reden.")
    told = again(noor, told)
    assert told.is_open
    assert kinds(told)[-1] == "not-taken-over"


def test_an_agency_without_the_value_finds_nothing(told: Dispute) -> None:
    svb = Actor.of_user(make_officer("svb"))
    for reference in (told.reference, "LL-2222-2222"):
        with pytest.raises(Dispute.DoesNotExist):
            staff_dispute(actor=svb, reference=reference)
    report_to_holder(actor=svb, dispute=told)
    assert not told.events.filter(kind="reported").exists()


def test_history_cannot_be_rewritten(told: Dispute) -> None:
    with pytest.raises(Exception, match="append-only"):
        DisputeEvent.objects.filter(dispute=told).update(agency="svb")
