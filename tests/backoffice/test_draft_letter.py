"""The letter of an outcome before it counts: by the code of the letter itself, marked, and kept nowhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from lifeevents.model import dump
from portal import paper as pdf
from portal.cases.desk.proposals import conclude_due
from portal.cases.models import Case, Notice, Notification, Outcome, PrintBatch, Proposal
from portal.cases.notices.letters import hand_over, letters_of, printed
from portal.ledger.models import DataUse
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import redefine
from tests.helpdesk.filing import Channel, Identity, amal, filed, writes_down
from tests.registers import Register

SAID = {
    "kind": "granted",
    "motivation": "De akte is gemaakt.",
    "deviation": "De verklaring komt later.",
    "article": "artikel 19a BW 1",
}
MARK = "Concept"
NOT_YET = "Dit is nog geen besluit. Alleen de organisatie ziet dit."


@pytest.fixture(autouse=True)
def can_make_a_pdf() -> None:
    try:
        pdf.weasyprint()
    except pdf.PdfUnavailable:
        pytest.skip("no Pango on this machine")


@pytest.fixture
def cast(db: None, register: Register, settings: Any) -> Cast:
    settings.PORTAL_NOW = date(2026, 3, 3)
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A birth that Waterstad has."""
    case = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=case.pk)


def _draft(client: Client, case: Case, form: dict[str, str] = SAID) -> Any:
    return client.post(f"/medewerker/{case.reference}/afronden/", form | {"bekijk": "brief"})


def _text(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def _unmarked(draft: str) -> str:
    """The letter without what marks it as a draft: on each sheet, and above it."""
    return " ".join(draft.replace(NOT_YET, "").replace(MARK, "").split())


def test_it_is_the_letter_that_the_citizen_gets_marked_as_a_draft(cast: Cast, case: Case) -> None:
    answer = _draft(logged_in(cast.officer), case)
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="concept-{case.reference}.pdf"'
    draft = _text(answer.content)
    assert MARK in draft
    assert NOT_YET in draft
    assert not Proposal.objects.exists()
    logged_in(cast.officer).post(f"/medewerker/{case.reference}/afronden/", SAID)
    letter = _text(logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/besluit.pdf").content)
    assert SAID["motivation"] in letter
    assert MARK not in letter
    assert _unmarked(draft) == letter


def test_nothing_is_kept_of_it_and_the_citizen_sees_no_more_than_that_somebody_looked(
    cast: Cast, case: Case
) -> None:
    rows = (Notice, Notification, PrintBatch, Proposal, Outcome)
    counted = [one._default_manager.count() for one in rows]
    uses = DataUse.objects.count()
    assert _draft(logged_in(cast.officer), case).status_code == 200
    assert [one._default_manager.count() for one in rows] == counted
    fresh = DataUse.objects.order_by("pk")[uses:].values_list("operation", flat=True)
    assert set(fresh) == {DataUse.Operation.VIEW}, "as of each look at the page"
    page = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert SAID["motivation"] not in page
    assert MARK not in page


def test_it_is_written_in_the_language_of_the_citizen(cast: Cast, case: Case) -> None:
    type(case.citizen).objects.filter(pk=case.citizen_id).update(language="en")
    draft = _text(_draft(logged_in(cast.officer), case).content)
    assert "This is not a decision yet." in draft
    assert "Why" in draft


def test_who_must_confirm_it_reads_the_letter_of_what_was_proposed(cast: Cast, case: Case) -> None:
    services = [replace(one, confirmed_by={"every": "lead"}) for one in case.journey.services]
    redefine(case.journey, dump(tuple(services)))
    logged_in(cast.officer).post(f"/medewerker/{case.reference}/afronden/", SAID)
    draft = _text(_draft(logged_in(cast.lead), case, {}).content)
    assert SAID["motivation"] in draft
    assert MARK in draft
    assert Proposal.objects.get().effective_at is None


def test_what_is_not_right_yet_makes_no_letter(cast: Cast, case: Case) -> None:
    answer = _draft(logged_in(cast.officer), case, {"kind": "granted", "motivation": ""})
    assert answer.status_code == 422
    assert answer["Content-Type"].startswith("text/html")


def test_another_agency_and_the_citizen_get_none(cast: Cast, case: Case) -> None:
    for stranger in (cast.other_officer, cast.helpdesk, cast.auditor, cast.operator, cast.citizen):
        assert _draft(logged_in(stranger), case).status_code == 404


def test_who_has_no_account_gets_it_as_the_print_house_makes_it(cast: Cast) -> None:
    case = filed(writes_down(cast.helpdesk, amal(), channel=Channel.DESK, identity=Identity.PAPERS))
    deliver_all()
    hand_over()
    officer = logged_in(cast.officer)
    draft = _text(_draft(officer, case).content)
    officer.post(f"/medewerker/{case.reference}/afronden/", SAID)
    batch = hand_over()
    assert batch is not None
    (letter,) = letters_of(batch)
    sent = _text(printed(letter))
    address = " ".join(letter.to)
    assert "Opvangweg 3" in address
    assert "Opvangweg" not in draft
    instead = "Hier komen de naam en het adres, als de brief wordt gedrukt."
    assert _unmarked(draft).replace(instead, address) == sent


def test_without_a_way_to_make_a_pdf_the_page_shows_it(
    cast: Cast, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_pango(*_: object) -> bytes:
        raise pdf.PdfUnavailable

    monkeypatch.setattr("portal.cases.reading.outcome_letter.paper", no_pango)
    page = _draft(logged_in(cast.officer), case).content.decode()
    assert "Druk deze pagina af." in page
    assert "ll-preview" in page
    assert conclude_due() == 0
