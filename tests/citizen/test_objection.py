"""Objecting to a decision: in one click, once, with the decision in it; and the outcome on paper."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from portal import paper as pdf
from portal.cases.back.concluding import conclude
from portal.cases.models import Case, Delivery, Message, Outcome, Phase, Proceeding
from portal.cases.objecting import receipt_words
from portal.cases.proceedings import close_proceeding
from portal.people.actor import Actor
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

REASONS = "Mijn kind woont bij mij."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


@pytest.fixture
def svb(cast: Cast) -> Actor:
    return Actor.of_user(cast.other_officer)


@pytest.fixture
def refused(cast: Cast, svb: Actor, settings: Any) -> Case:
    """Child benefit, which the SVB has and refuses on Tuesday 3 March 2026: objection until 14 April."""
    settings.PORTAL_NOW = date(2026, 3, 3)
    case = submitted(actor(cast.citizen))["kinderbijslag"]
    Case.objects.filter(pk=case.pk).update(
        phase=Phase.HANDLED, received_on=date(2026, 2, 2), their_reference=case.reference
    )
    Delivery.objects.create(case=case, kind="file", destination="svb", delivered_at="2026-02-02T10:00Z")
    motivation = "Uw kind woont niet bij u."
    conclude(case=case, kind=Outcome.Kind.REFUSED, motivation=motivation, actor=svb)
    return Case.objects.select_related("journey", "citizen", "outcome").get(pk=case.pk)


def _path(case: Case, more: str = "") -> str:
    return f"/aanvragen/{case.reference}/{more}"


def _page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def _objects(client: Client, case: Case, reasons: str = "", key: str = "") -> Any:
    form = {"reasons": reasons, "key": key or str(uuid4())}
    return client.post(_path(case, "bezwaar/"), form, follow=True)


def test_a_refusal_offers_objection_until_its_day_in_one_click(noor: Client, refused: Case) -> None:
    page = _page(noor, _path(refused))
    assert "U krijgt geen kinderbijslag." in page
    assert "U kunt bezwaar maken tot en met dinsdag 14 april 2026." in page
    answer = _objects(noor, refused)
    assert "Uw bezwaar is verstuurd." in answer.content.decode()
    text = Message.objects.get().text
    for part in (
        refused.reference,
        "3 maart 2026",
        "Uw kind woont niet bij u.",
        "Mijn redenen stuur ik later.",
    ):
        assert part in text
    proceeding = Proceeding.objects.get()
    assert (proceeding.kind, proceeding.opened_on) == ("objection", date(2026, 3, 3))
    deliver_all()
    page = _page(noor, _path(refused))
    assert "Er loopt een bezwaar." in page
    assert "heeft de SVB het." in page
    # Thirteen weeks from the end of the term to object (AKW 30).
    assert "De SVB beslist op uw bezwaar uiterlijk dinsdag 14 juli 2026" in page


def test_pressed_twice_it_is_one_objection_and_reasons_may_follow(noor: Client, refused: Case) -> None:
    key = str(uuid4())
    for _ in range(2):
        _objects(noor, refused, key=key)
    _objects(noor, refused)
    assert Delivery.objects.filter(kind="objection").count() == 1
    assert "Bezwaar aanvullen" in _page(noor, _path(refused, "bezwaar/"))
    key = str(uuid4())
    for _ in range(2):
        _objects(noor, refused, REASONS, key)
    assert Delivery.objects.filter(kind="objection").count() == 2
    assert Proceeding.objects.count() == 1
    assert "Dit hoort bij mijn bezwaar van dinsdag 3 maart 2026." in Message.objects.latest("created_at").text


def test_what_waits_or_cannot_go_says_so(noor: Client, refused: Case) -> None:
    _objects(noor, refused)
    fresh = Case.objects.get(pk=refused.pk)
    assert receipt_words(fresh).endswith("Wij bezorgen het nog bij de SVB.")
    Delivery.objects.filter(kind="objection").update(needs_human="refused")
    assert "Bel de SVB: er loopt een termijn." in receipt_words(Case.objects.get(pk=refused.pk))


def test_too_late_is_said_and_taken(noor: Client, refused: Case, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 4, 15)
    assert "Schrijf erbij waarom het later werd." in _page(noor, _path(refused, "bezwaar/"))
    _objects(noor, refused, REASONS)
    assert Proceeding.objects.count() == 1


def test_there_is_no_button_where_the_law_gives_no_objection(
    noor: Client, refused: Case, svb: Actor, cast: Cast
) -> None:
    _objects(noor, refused)
    close_proceeding(case=refused, proceeding_id=Proceeding.objects.get().pk, actor=svb)
    assert noor.get(_path(refused, "bezwaar/")).status_code == 404
    assert "/bezwaar/" not in _page(noor, _path(refused))
    neighbour = logged_in(cast.neighbour)
    assert neighbour.get(_path(refused, "bezwaar/")).status_code == 404
    assert neighbour.get(_path(refused, "besluit.pdf")).status_code == 404


def test_the_outcome_on_paper_says_what_the_page_says(noor: Client, refused: Case) -> None:
    try:
        pdf.weasyprint()
    except pdf.PdfUnavailable:
        pytest.skip("no Pango on this machine")
    answer = noor.get(_path(refused, "besluit.pdf"))
    document = PdfReader(BytesIO(answer.content))
    text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    for part in (
        "U krijgt geen kinderbijslag.",
        "Uw kind woont niet bij u.",
        "14 april 2026",
        "Juridisch Loket",
    ):
        assert part in text
    root: Any = document.root_object
    assert root["/MarkInfo"]["/Marked"], "a screen reader can read it"
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"], "and says its title, not the name of the file"
    assert document.metadata
    assert document.metadata.title == f"Kinderbijslag {refused.reference} – Levensloket"


def test_without_a_way_to_make_a_pdf_the_page_says_so(
    noor: Client, refused: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_pango(*_: object) -> bytes:
        raise pdf.PdfUnavailable

    monkeypatch.setattr("portal.cases.reading.outcome_letter.paper", no_pango)
    answer = noor.get(_path(refused, "besluit.pdf"), follow=True)
    assert "Druk deze pagina af." in answer.content.decode()
