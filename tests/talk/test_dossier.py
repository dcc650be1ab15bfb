"""Everything about a case to keep: one PDF, or a ZIP with the files as well."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from portal.cases.back.concluding import conclude
from portal.cases.models import Case, Outcome
from portal.cases.talk.asking import Answer, answer, ask
from portal.cases.talk.writing import add_document, write
from portal.citizen import dossier
from portal.ledger.keys import destroy_key
from portal.people.actor import Actor
from tests.cast import logged_in
from tests.talk.conftest import fresh
from tests.talk.files import pdf


@pytest.fixture
def talked(noor: Actor, officer: Actor, case: Case) -> Case:
    """Both said something, with files, and there is a decision."""
    task = ask(case=case, actor=officer, what="Stuur de akte", why="Die missen wij.", external_id="q1")
    answer(task=task, actor=noor, answer=Answer(text="Hij ligt bij mijn moeder."))
    write(case=case, actor=noor, text="<b>Haast</b> \u202egnp", external_id="m1", files=[pdf()])
    title = "../../etc/passwd \u202e <b>Besluit</b>"
    add_document(case=case, actor=officer, content=pdf(), title=title, external_id="d1")
    conclude(case=fresh(case), kind=Outcome.Kind.GRANTED, motivation="De akte is gemaakt.", actor=officer)
    return fresh(case)


@pytest.fixture
def citizen(noor: Actor) -> Client:
    return logged_in(noor.require_user())


def words(content: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_the_pdf_has_all_that_was_said_and_sent_and_how_it_ended(citizen: Client, talked: Case) -> None:
    answer = citizen.get(f"/aanvragen/{talked.reference}/dossier.pdf")
    assert answer["Content-Disposition"] == f'attachment; filename="{talked.reference}.pdf"'
    said = words(answer.content)
    for text in (
        "Geboorteaangifte is geregeld.",
        "De akte is gemaakt.",
        "Stuur de akte",
        "Hij ligt bij mijn moeder.",
        "<b>Haast</b>",
        talked.reference,
        "Wat u verstuurde",
    ):
        assert text in said
    reader: Any = PdfReader(io.BytesIO(answer.content))
    assert reader.root_object["/MarkInfo"]["/Marked"], "a screen reader can read it"


def test_the_zip_has_the_pdf_and_each_file_under_a_safe_name(citizen: Client, talked: Case) -> None:
    answer = citizen.get(f"/aanvragen/{talked.reference}/dossier.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            f"{talked.reference}.pdf",
            "documenten/001-bijlage.pdf",
            "documenten/002-etcpasswd-bbesluitb.pdf",
        ]
        assert archive.read("documenten/001-bijlage.pdf") == pdf()


def test_what_does_not_fit_is_named_and_left_out(
    citizen: Client, talked: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier, "MOST_BYTES", len(pdf()) + 1)
    answer = citizen.get(f"/aanvragen/{talked.reference}/dossier.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert len(archive.namelist()) == 2
        assert "Te groot om mee te gaan" in words(archive.read(f"{talked.reference}.pdf"))


def test_what_was_destroyed_is_said(citizen: Client, talked: Case) -> None:
    destroy_key(talked.citizen, talked.retention)
    answer = citizen.get(f"/aanvragen/{talked.reference}/dossier.zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.namelist() == [f"{talked.reference}.pdf"]
        assert "gewist" in words(archive.read(f"{talked.reference}.pdf"))
