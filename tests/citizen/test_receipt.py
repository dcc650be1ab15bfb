"""As soon as the agency has a request there is a receipt: since when, what counts, and what was sent."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any, Literal

import pytest
from django.test import Client
from pypdf import PdfReader

from portal import paper as pdf
from portal.cases.journey.payloads import payload_of, seal_payload
from portal.cases.models import Case, Journey
from portal.cases.reading.receipt import receipt_of
from tests.cases.steps import deed_made, deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, logged_in, make_cast
from tests.factories import spare_bsns
from tests.registers import Register

MIA = next(spare_bsns())


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Everybody."""
    return make_cast()


@pytest.fixture
def citizen(cast: Cast) -> Client:
    """Noor, logged in."""
    return logged_in(cast.citizen)


@pytest.fixture
def sent(cast: Cast) -> Case:
    """A birth that is on its way."""
    return submitted(actor(cast.citizen))["geboorteaangifte"]


@pytest.fixture
def birth(sent: Case) -> Case:
    """The same when the municipality has it."""
    deliver_all()
    return Case.objects.get(pk=sent.pk)


def _url(case: Case, name: str = "ontvangstbevestiging/") -> str:
    return f"/aanvragen/{case.reference}/{name}"


def test_there_is_none_before_the_agency_has_it(citizen: Client, sent: Case) -> None:
    assert receipt_of(sent) is None
    assert citizen.get(_url(sent)).status_code == 404
    assert citizen.get(_url(sent, "ontvangstbevestiging.pdf")).status_code == 404
    assert "ntvangstbevestiging" not in citizen.get(f"/aanvragen/{sent.reference}/").content.decode()


def test_it_is_said_in_the_inbox_and_stands_behind_the_case(citizen: Client, birth: Case) -> None:
    assert "De ontvangstbevestiging staat klaar." in citizen.get("/aanvragen/").content.decode()
    assert f'href="{_url(birth)}"' in citizen.get(f"/aanvragen/{birth.reference}/").content.decode()


def test_it_says_who_has_it_since_when_and_what_was_sent(citizen: Client, birth: Case) -> None:
    page = citizen.get(_url(birth)).content.decode()
    assert "gemeente Waterstad heeft uw aangifte sinds" in page
    assert birth.reference in page
    assert "Noor" in page  # what was fetched
    assert "Mia" in page  # what was typed
    assert "4:3a" not in page  # a deed is no decision on an application


def test_who_applies_reads_the_article_and_the_last_day(birth: Case, register: Register) -> None:
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    deed_made(birth)
    deliver_all()
    deliver_all()
    receipt = receipt_of(Case.objects.get(service="kinderbijslag", citizen=birth.citizen))
    assert receipt is not None
    said = " ".join(receipt.sentences)
    assert "artikel 4:3a" in said
    assert "beslist uiterlijk" in said


@pytest.mark.parametrize(
    ("intake", "words"),
    [("portal", "de dag waarop u die in Levensloket verstuurde"), ("agency", "die kreeg")],
)
def test_which_day_counts_depends_on_whether_the_portal_is_the_agencys_intake(
    birth: Case, monkeypatch: pytest.MonkeyPatch, intake: Literal["portal", "agency"], words: str
) -> None:
    service = replace(birth.definition, intake=intake)
    monkeypatch.setattr(Journey, "service", lambda _self, _name: service)
    receipt = receipt_of(Case.objects.get(pk=birth.pk))
    assert receipt is not None
    assert words in receipt.sentences[1]


def test_the_neighbour_sees_none(cast: Cast, birth: Case) -> None:
    client = logged_in(cast.neighbour)
    assert client.get(_url(birth)).status_code == 404
    assert client.get(_url(birth, "ontvangstbevestiging.pdf")).status_code == 404


def _paper(citizen: Client, case: Case) -> tuple[PdfReader, str]:
    try:
        pdf.weasyprint()
    except pdf.PdfUnavailable:
        pytest.skip("this machine has no Pango")
    answer = citizen.get(_url(case, "ontvangstbevestiging.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    return reader, " ".join(page.extract_text() for page in reader.pages)


def test_on_paper_it_says_the_same_and_can_be_read_aloud(citizen: Client, birth: Case) -> None:
    reader, text = _paper(citizen, birth)
    assert birth.reference in text
    assert "Mia" in text
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in root["/Metadata"].get_data()


def test_a_secret_address_is_not_on_paper(citizen: Client, birth: Case) -> None:
    payload = payload_of(birth)
    payload["facts"]["brp.address"]["secret"] = True
    seal_payload(birth, payload)
    birth.save()
    street = payload["facts"]["brp.address"]["value"]["lines"][0]
    _, text = _paper(citizen, birth)
    assert street not in text
    assert "Geheim" in text


def test_where_no_pdf_can_be_made_the_page_says_the_same(
    citizen: Client, birth: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> None:
        raise pdf.PdfUnavailable

    monkeypatch.setattr(pdf, "weasyprint", missing)
    answer = citizen.get(_url(birth, "ontvangstbevestiging.pdf"))
    assert answer.status_code == 503
    assert "Op deze pagina staat hetzelfde" in answer.content.decode()
