"""What the rule proposes beside the officer's own judgement, departing from it, and how that reads."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from lifeevents.rules import evaluate
from portal import paper as pdf
from portal.api.shapes import OutcomeShape
from portal.cases.deciding.before import NeedsReasons
from portal.cases.desk.proposals import conclude_due, propose
from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.journey import journeys
from portal.cases.journey.payloads import payload_of, seal_payload
from portal.cases.journey.submit import submit
from portal.cases.judging.ruling import Ruling, establish, findings_of, ruling_of
from portal.cases.judging.trace import opened, shown_trace, why_of
from portal.cases.models import Case, Delivery, Finding, Outcome, Proposal
from portal.catalogue import catalogue, rules
from portal.ledger.keys import destroy_key
from portal.ledger.models import StaffAction
from portal.people.models import Role, User
from tests.cases.steps import deliver_all, reloaded, seen, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

YES = {"kind": "granted", "motivation": "U krijgt AOW vanaf vandaag."}
NOT_HEARD = {"not_heard": "own", "not_heard_because": "U gaf uw geboortedatum zelf."}
NO = {"kind": "refused", "motivation": "U krijgt nu geen AOW."} | NOT_HEARD
WHY = {"deviation": "U werkte al uw hele leven.", "article": "artikel 8 AOW"}
ANSWERS = {
    "pension": {"years_abroad": "0", "tax_credit": "yes"},
    "payment": {"own_iban": "NL02ABNA0123456789"},
    "story": {},
}


@pytest.fixture(autouse=True)
def a_minute(settings: Any) -> None:
    settings.UNDO_SECONDS = 60


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """Noor, who is not that old, asked the SVB for a state pension."""
    noor = actor(cast.citizen)
    journey = journeys.begin_journey(actor=noor, event=catalogue().events["met-pensioen"], chosen=["aow"])
    journeys.gather_facts(journey=journey)
    for group, item in ANSWERS.items():
        journeys.answer(journey=journey, group=group, index=0, item=item)
    journey = reloaded(journey)
    (case,) = submit(journey=journey, seen=seen(journey), follow_ups=(), level="midden")
    deliver_all()
    return _again(case)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.other_officer)


def _again(case: Case) -> Case:
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


def _open(client: Client, case: Case, more: str = "") -> str:
    answer = client.get(f"/medewerker/{case.reference}/{more}")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def _ends(client: Client, case: Case, form: dict[str, str], status: int = 200) -> str:
    answer = client.post(f"/medewerker/{case.reference}/afronden/", form, follow=True)
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def _a_minute_passes() -> None:
    Proposal.objects.update(effective_at=F("effective_at") - timedelta(seconds=61))
    conclude_due()


def _departs(officer: Client, lead: User, case: Case) -> Outcome:
    _ends(officer, case, YES | WHY)
    logged_in(lead).post(f"/medewerker/{case.reference}/afronden/bevestigen/")
    _a_minute_passes()
    return Outcome.objects.get(case=case)


SAID = [
    "Volgens de regel krijgt u geen AOW",
    "Daar is voor u van afgeweken.",
    "U hebt de AOW-leeftijd nog niet.",
    "Hieraan is niet voldaan",
    "AOW 7(1)(a), 7a",
    "Wanneer bent u geboren?",
    "Een medewerker heeft dit bekeken en besloten.",
    WHY["deviation"],
    "Dat mag volgens artikel 8 AOW.",
]
"""What the citizen reads of it, on the page as on paper."""

# --- What the rule says -------------------------------------------------------------------------------


def test_the_rule_stands_beside_the_outcome_with_its_article(case: Case, officer: Client) -> None:
    page = _open(officer, case)
    assert "U kunt waarschijnlijk geen AOW" in page
    assert "u hebt de AOW-leeftijd nog niet (AOW 7(1)(a), 7a)" in page


def test_where_only_time_stands_in_the_way_no_refusal_is_proposed() -> None:
    """Somebody asks a few months before the day: to grant it from then on departs from no rule."""
    rule, on = rules().rules["aow"], date(2026, 11, 29)
    proposed = []
    for birth in ("1960-03-17", "1994-03-02"):
        known = {"birth": birth, "years_insured": 50, "married": False}
        ruling = Ruling(rule, on, evaluate(rule, known, on=on), known, known)
        assert ruling.verdict.verdict is False
        proposed.append((ruling.proposes, ruling.is_departed_from("granted")))
    assert proposed == [(None, False), (Outcome.Kind.REFUSED, True)]


def test_a_service_without_a_rule_has_no_such_block(cast: Cast, register: Register) -> None:
    deed = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    client = logged_in(cast.officer)
    assert "Wat zegt de regel?" not in _open(client, deed)
    assert client.get(f"/medewerker/{deed.reference}/regel/").status_code == 404


def test_what_the_citizen_disputes_decides_nothing(cast: Cast, case: Case, officer: Client) -> None:
    noor = actor(cast.citizen)
    held = held_value(actor=noor, field="brp.birth", case=case)
    dispute(actor=noor, field="brp.birth", held=held, right=None, explanation="Ik ben veel ouder.")
    assert ruling_of(_again(case), payload_of(case)).proposes is None  # type: ignore[union-attr]
    assert "Wij kunnen nog niet zeggen of u" in _open(officer, case)


@pytest.mark.parametrize("mark", ["provisional", "under_investigation", "disputed"])
def test_only_what_is_sure_counts(case: Case, mark: str) -> None:
    payload = payload_of(case)
    payload["facts"]["brp.birth"][mark] = "x" if mark == "disputed" else True
    if mark == "disputed":
        # The mark that was sent along; the open ones are asked of the database.
        payload["facts"]["brp.birth"]["provisional"] = True
    ruling = ruling_of(case, payload)
    assert ruling is not None
    assert "birth" not in ruling.known


def test_an_officer_establishes_what_the_registers_leave_open(
    cast: Cast, case: Case, officer: Client
) -> None:
    payload = payload_of(case)
    payload["facts"]["brp.birth"]["value"] |= {"date": "1955-03-01"}
    seal_payload(case, payload)
    case.save()
    page = _open(officer, case, "regel/")
    assert "Hoeveel hele jaren woonde of werkte u in Nederland" in page
    path = f"/medewerker/{case.reference}/regel/"
    assert officer.post(path, {"asked": "years_insured", "answer": "veel"}).status_code == 422
    officer.post(path, {"asked": "years_insured", "answer": "50"})
    assert "U kunt waarschijnlijk AOW-pensioen krijgen" in _open(officer, case)
    assert "vastgesteld door de organisatie" in _open(officer, case, "regel/")
    assert StaffAction.objects.get(what="facts-established").user == cast.other_officer
    assert b"years_insured" not in bytes(Finding.objects.get().sealed_facts)
    officer.post(path, {"again": "1"})
    assert findings_of(case) == {}
    assert "U kunt waarschijnlijk AOW" not in _open(officer, case)


def test_another_agency_reads_no_rule_and_establishes_nothing(cast: Cast, case: Case) -> None:
    for client in (logged_in(cast.officer), logged_in(cast.helpdesk)):
        path = f"/medewerker/{case.reference}/regel/"
        assert client.get(path).status_code == 404
        assert client.post(path, {"asked": "years_insured", "answer": "50"}).status_code == 404
    assert not Finding.objects.exists()


def test_what_the_agency_before_established_does_not_go_along(cast: Cast, case: Case) -> None:
    establish(case=case, actor=actor(cast.other_officer), facts={"years_insured": "50"})
    assert findings_of(case) == {"years_insured": "50"}
    case.agency = "uwv"
    assert findings_of(case) == {}


# --- Departing ------------------------------------------------------------------------------------------


def test_another_outcome_needs_reasons_and_an_article(cast: Cast, case: Case, officer: Client) -> None:
    assert "een andere uitkomst dan de regel geeft" in _ends(officer, case, YES, 422)
    assert "Noem het artikel" in _ends(officer, case, YES | {"deviation": "Het is niet eerlijk."}, 422)
    ruling = ruling_of(case, payload_of(case))
    halves: list[dict[str, Any]] = [{}, {"deviation": "x"}, {"article": "x"}]
    for reasons in halves:
        with pytest.raises(NeedsReasons):
            propose(
                case=case,
                actor=actor(cast.other_officer),
                kind=Outcome.Kind.GRANTED,
                motivation="Ja.",
                ruling=ruling,
                **reasons,
            )
    assert not Proposal.objects.exists()


def test_any_officer_departs_and_a_lead_confirms(cast: Cast, case: Case, officer: Client) -> None:
    colleague = User.objects.create(role=Role.OFFICER, agency="svb", name="Bea de Graaf")
    page = _ends(officer, case, YES | WHY)
    assert "Een leidinggevende moet dit bevestigen." in page
    assert "Daar is voor u van afgeweken." in page
    path = f"/medewerker/{case.reference}/afronden/bevestigen/"
    for somebody in (cast.other_officer, colleague, cast.lead):
        logged_in(somebody).post(path)
        assert Proposal.objects.get().effective_at is None
    logged_in(cast.other_lead).post(path)
    _a_minute_passes()
    outcome = Outcome.objects.get()
    assert (outcome.kind, outcome.decided_by) == (Outcome.Kind.GRANTED, Outcome.By.HUMAN)
    assert (outcome.deviation, outcome.deviation_article) == (WHY["deviation"], WHY["article"])
    acts = StaffAction.objects.filter(what__startswith="outcome-").order_by("pk")
    whats = acts.values_list("what", "user__name")
    assert list(whats) == [("outcome-departing", "Petra Kok"), ("outcome-confirmed", "Guus Prins")]


def test_the_outcome_of_the_rule_needs_nobody_else(case: Case, officer: Client) -> None:
    assert "De inwoner leest dit vanaf" in _ends(officer, case, NO)
    _a_minute_passes()
    outcome = Outcome.objects.get()
    trace = opened(case, outcome)
    assert trace is not None
    assert trace["proposes"] == "refused"
    assert not shown_trace(case, outcome).departs  # type: ignore[union-attr]


def test_the_citizen_reads_why_on_the_page_and_on_paper(cast: Cast, case: Case, officer: Client) -> None:
    preview = _ends(officer, case, YES | WHY | {"bekijk": "1"})
    assert "Een medewerker heeft dit bekeken en besloten." in preview
    _departs(officer, cast.other_lead, case)
    noor = logged_in(cast.citizen)
    page = re.sub(r"\s+", " ", noor.get(f"/aanvragen/{case.reference}/").content.decode())
    for words in SAID:
        assert words in page
    assert "Petra" not in page


def test_the_letter_says_the_same(cast: Cast, case: Case, officer: Client) -> None:
    try:
        pdf.weasyprint()
    except pdf.PdfUnavailable:
        pytest.skip("no Pango on this machine")
    _departs(officer, cast.other_lead, case)
    paper = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/besluit.pdf").content
    text = re.sub(r"\s+", " ", " ".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages))
    for words in SAID:
        assert words in text


def test_once_its_term_is_over_the_outcome_stands_without_the_facts(
    cast: Cast, case: Case, officer: Client
) -> None:
    outcome = _departs(officer, cast.other_lead, case)
    destroy_key(case.citizen, case.retention)
    assert why_of(_again(case), outcome).trace is None
    page = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert "Een medewerker heeft dit bekeken en besloten." in page
    assert "Wanneer bent u geboren?" not in page


def test_what_a_rule_said_is_kept_as_it_was(
    cast: Cast, case: Case, officer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = _departs(officer, cast.other_lead, case)
    before = shown_trace(case, outcome)
    monkeypatch.setattr("portal.cases.judging.ruling.rules", None)
    assert shown_trace(case, outcome) == before


# --- How it reads -----------------------------------------------------------------------------------------

HARD = "Derhalve wordt uw aanvraag conform vigerende regelgeving niet in behandeling genomen."


def test_a_hint_says_how_hard_the_reasons_are_to_read(case: Case, officer: Client) -> None:
    live = officer.post("/medewerker/leesniveau/", {"motivation": HARD}).content.decode()
    assert "derhalve" in live
    assert "Ongeveer niveau" in live
    assert "Goed te lezen" in officer.post("/medewerker/leesniveau/", YES).content.decode()
    # Without JavaScript it comes with the preview; it forbids nothing.
    page = _ends(officer, case, NO | {"motivation": HARD, "bekijk": "1"})
    assert "derhalve" in page.split('id="leesniveau"')[1][:600]
    _ends(officer, case, NO | {"motivation": HARD})
    assert Proposal.objects.get().motivation == HARD


def test_what_an_officer_writes_is_text_and_no_markup(cast: Cast, case: Case, officer: Client) -> None:
    evil = "<script>alert(1)</script>"
    _ends(officer, case, {**NO, "motivation": evil, "deviation": evil, "article": evil})
    logged_in(cast.other_lead).post(f"/medewerker/{case.reference}/afronden/bevestigen/")
    _a_minute_passes()
    for page in (
        _open(officer, case),
        logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode(),
    ):
        assert evil not in page
        assert "&lt;script&gt;alert(1)" in page


def test_an_agency_reads_in_the_api_what_the_rule_said(cast: Cast, case: Case, officer: Client) -> None:
    outcome = _departs(officer, cast.other_lead, case)
    said = OutcomeShape(outcome).data
    assert (said["decidedBy"], said["deviationArticle"]) == ("human", "artikel 8 AOW")
    assert said["rule"]["proposes"] == "refused"
    assert [step["article"] for step in said["rule"]["steps"]] == ["AOW 7(1)(a), 7a"]


# --- What stands around it ------------------------------------------------------------------------------


def test_an_officer_reads_what_the_citizen_wrote_and_only_what_this_agency_has(
    cast: Cast, case: Case, officer: Client
) -> None:
    payload = payload_of(case)
    payload["answers"]["story"] = [{"story": "Ik woonde <b>lang</b> op een boot."}]
    seal_payload(case, payload)
    case.save()
    elsewhere = submitted(actor(cast.citizen))
    deliver_all()
    page = _open(officer, case)
    assert "Ik woonde &lt;b&gt;lang&lt;/b&gt; op een boot." in page.split("Wat is verstuurd")[0]
    assert "Hoe het ging" in page
    assert elsewhere["geboorteaangifte"].reference not in page
    # What waits for another one is not at the agency yet.
    assert elsewhere["kinderbijslag"].reference not in page
    assert "Andere aanvragen van deze inwoner bij u" not in page
    Delivery.objects.create(
        case=elsewhere["kinderbijslag"], kind="file", destination="svb", delivered_at="2026-02-02T10:00Z"
    )
    assert elsewhere["kinderbijslag"].reference in _open(officer, case)


# --- What it costs -------------------------------------------------------------------------------------

MOST = 12


def _questions(client: Client, path: str) -> list[str]:
    client.get(path)  # what a process reads once: the catalogue, definitions, content types
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return [one["sql"][:150] for one in asked]


def test_a_work_list_and_the_page_of_a_case_ask_the_database_little(case: Case, officer: Client) -> None:
    for path in ("/medewerker/", f"/medewerker/{case.reference}/"):
        asked = [sql for sql in _questions(officer, path) if "SAVEPOINT" not in sql]
        assert len(asked) <= MOST, asked
