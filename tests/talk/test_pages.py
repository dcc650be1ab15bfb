"""The pages of the talk: the citizen's, and the officer's, which are two views on the same thing."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal import clock
from portal.cases.models import Case, CitizenTask, Delivery, Document, Message, Phase
from portal.cases.talk.asking import Answer, answer, answer_of, ask, draft_of
from portal.cases.talk.files import LARGEST
from portal.cases.talk.writing import add_document, write
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from tests.cases.steps import deliver_all
from tests.cast import logged_in
from tests.talk.conftest import fresh
from tests.talk.files import pdf

DIRECTION = "\u202egnp.exe"


@pytest.fixture
def citizen(noor: Actor) -> Client:
    return logged_in(noor.require_user())


@pytest.fixture
def desk(officer: Actor) -> Client:
    return logged_in(officer.require_user())


def asked(case: Case, officer: Actor, **more: Any) -> CitizenTask:
    given: dict[str, Any] = {"what": "Stuur de akte", "why": "Wij missen hem.", "external_id": "q1"} | more
    return ask(case=case, actor=officer, **given)


def address(case: Case, task: CitizenTask) -> str:
    return f"/aanvragen/{case.reference}/taken/{task.pk}/"


def a_file(content: bytes, name: str = "akte.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def key(client: Client, path: str, action: str = "") -> str:
    """The id in the form that a page shows now."""
    text = page(client, path)
    found = re.findall(r'name="(?:\w+-)?key" value="([0-9a-f-]{36})"', text)
    return found[0] if found else str(uuid.uuid4())


# --- The citizen --------------------------------------------------------------------------------------


def test_a_question_is_on_top_of_the_overview_with_its_last_day(
    citizen: Client, officer: Actor, case: Case
) -> None:
    asked(case, officer, until=clock.today() + timedelta(days=14))
    home = page(citizen, "/")
    assert "<title>(1)" in home
    assert home.index("Stuur de akte") < home.index("Iets anders regelen")
    assert "Wij missen hem." in page(citizen, f"/aanvragen/{case.reference}/")


def test_a_question_is_answered_in_steps_and_then_stands_there_as_it_went_out(
    citizen: Client, officer: Actor, case: Case
) -> None:
    task = asked(case, officer, wants_document=True)
    here = address(case, task)
    assert citizen.post(here, {"text": "Half", "do": "save"}).status_code == 302
    assert "Half" in page(citizen, here)
    refused = citizen.post(here, {"text": "Half", "do": "send"})
    assert refused.status_code == 422
    assert "Kies een bestand dat u meestuurt." in refused.content.decode()
    for _ in range(2):
        citizen.post(here, {"text": "Half", "document": a_file(pdf()), "do": "add"})
    first = Document.objects.order_by("created_at")[0]
    citizen.post(here, {"text": "Half", "remove": str(first.pk)})
    assert Document.objects.count() == 1
    sent = citizen.post(here, {"text": "Alstublieft", "do": "send"})
    assert sent.headers["Location"] == f"/aanvragen/{case.reference}/"
    after = page(citizen, here)
    assert "Alstublieft" in after
    assert "<form" not in after.split("<main")[1].split("</main>")[0]


def test_a_file_chosen_with_the_last_button_goes_along(citizen: Client, officer: Actor, case: Case) -> None:
    task = asked(case, officer, wants_document=True)
    citizen.post(address(case, task), {"text": "", "document": a_file(pdf()), "do": "send"})
    task.refresh_from_db()
    assert task.answered_at
    assert task.documents.count() == 1


def test_the_second_tab_reads_that_the_first_answer_counts(
    citizen: Client, officer: Actor, case: Case
) -> None:
    task = asked(case, officer)
    here = address(case, task)
    citizen.post(here, {"text": "Eén", "do": "send"})
    second = citizen.post(here, {"text": "Twee", "do": "send"}, follow=True)
    assert "Alleen uw eerste antwoord is verstuurd" in second.content.decode()
    task.refresh_from_db()
    assert answer_of(task).text == "Eén"
    assert Delivery.objects.filter(kind="answer").count() == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "leeg.pdf", "Dit bestand is leeg"),
        (b"%PDF-" + b"0" * (LARGEST + 1), "groot.pdf", "groter dan 25 MB"),
        (b"MZ", "akte.pdf", "Dit is geen PDF, JPEG of PNG"),
        (b"<svg><script/></svg>", "foto.png", "Dit is geen PDF, JPEG of PNG"),
        (pdf(b"<</Encrypt 8 0 R>>"), "../../slot.pdf", "zit een slot"),
        (pdf(b"<</S /JavaScript>>"), "a\x00b.pdf", "zit een programma"),
    ],
)
def test_a_wrong_file_is_refused_with_a_way_on_and_what_was_typed_stays(
    citizen: Client, officer: Actor, case: Case, content: bytes, name: str, words: str
) -> None:
    task = asked(case, officer)
    answer = citizen.post(
        address(case, task), {"text": "Bewaar mij", "document": a_file(content, name), "do": "send"}
    )
    assert answer.status_code == 422
    assert words in unescape(answer.content.decode())
    assert "Bewaar mij" in answer.content.decode()
    task.refresh_from_db()
    assert (task.answered_at, draft_of(task).text) == (None, "Bewaar mij")
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [("a" * 100_000, "te lang"), ("a\x00b", "niet kunnen bewaren"), (" \r\n ", "Vul dit in")],
)
def test_a_text_that_cannot_be_kept_is_refused_with_a_reason(
    citizen: Client, case: Case, text: str, words: str
) -> None:
    here = f"/aanvragen/{case.reference}/berichten/"
    answer = citizen.post(here, {"text": text, "key": key(citizen, here)})
    assert answer.status_code == 422
    assert words in unescape(answer.content.decode())
    assert not Message.objects.exists()


def test_markup_and_marks_of_direction_stand_as_text_in_a_place_of_their_own(
    citizen: Client, desk: Client, case: Case
) -> None:
    here = f"/aanvragen/{case.reference}/berichten/"
    text = f"<script>alert(1)</script>\r\n{DIRECTION}"
    assert citizen.post(here, {"text": text, "key": key(citizen, here)}).status_code == 302
    for client, path in ((citizen, here), (desk, f"/medewerker/{case.reference}/gesprek/")):
        raw = client.get(path).content.decode()
        assert "&lt;script&gt;alert(1)" in raw
        assert f'dir="auto">&lt;script&gt;alert(1)&lt;/script&gt;<br>{DIRECTION}</p>' in raw


def test_a_message_pressed_twice_is_one(citizen: Client, case: Case) -> None:
    here = f"/aanvragen/{case.reference}/berichten/"
    fields = {"text": "Klopt dit?", "key": key(citizen, here)}
    for _ in range(2):
        citizen.post(here, fields)
    assert Message.objects.count() == 1


def test_what_is_new_stands_on_the_overview_until_it_is_read(
    citizen: Client, desk: Client, case: Case
) -> None:
    talk = f"/medewerker/{case.reference}/gesprek/"
    desk.post(f"{talk}bericht/", {"text": "Wij bellen u.", "key": str(uuid.uuid4())})
    assert "Bericht over geboorteaangifte" in page(citizen, "/")
    assert "Wij bellen u." in page(citizen, f"/aanvragen/{case.reference}/berichten/")
    assert "Bericht over geboorteaangifte" not in page(citizen, "/")
    assert "Gelezen" in page(desk, talk)


def test_a_document_is_saved_as_a_file_that_can_do_nothing(
    citizen: Client, officer: Actor, case: Case
) -> None:
    added = add_document(case=case, actor=officer, content=pdf(), title="Kopie van de akte", external_id="d1")
    here = page(citizen, f"/aanvragen/{case.reference}/")
    path = f"/aanvragen/{case.reference}/documenten/{added.pk}/"
    assert path in here
    answer = citizen.get(path)
    assert answer.content == pdf()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Kopie-van-de-akte.pdf"'
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in answer.headers["Cache-Control"]


def test_who_added_a_document_sees_that_the_other_side_opened_it(
    citizen: Client, desk: Client, noor: Actor, officer: Actor, case: Case
) -> None:
    theirs = add_document(case=case, actor=officer, content=pdf(), title="De akte", external_id="d1")
    write(case=case, actor=noor, text="Hierbij.", external_id="m1", files=[pdf()])
    mine = Document.objects.get(message__external_id="m1")
    faces = {desk: f"/medewerker/{case.reference}/", citizen: f"/aanvragen/{case.reference}/"}
    lists = {desk: f"{faces[desk]}gesprek/", citizen: faces[citizen]}
    for giver, reader, document in ((desk, citizen, theirs), (citizen, desk, mine)):
        own, path = lists[giver], f"documenten/{document.pk}/"
        assert giver.get(f"{faces[giver]}{path}").status_code == 200
        assert _opened(document) is None, "who gave it does not read it"
        assert "Geopend" not in page(giver, own)
        assert reader.get(f"{faces[reader]}{path}").status_code == 200
        first = _opened(document)
        assert first
        assert "Geopend" in page(giver, own)
        reader.get(f"{faces[reader]}{path}")
        assert _opened(document) == first


def _opened(document: Document) -> datetime | None:
    return Document.objects.get(pk=document.pk).read_at


def test_a_document_that_is_being_checked_is_named_and_not_given(
    citizen: Client, officer: Actor, case: Case, settings: Any
) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    added = add_document(case=case, actor=officer, content=pdf(), title="Brief", external_id="d1")
    assert "Wordt gecontroleerd op virussen" in page(citizen, f"/aanvragen/{case.reference}/")
    assert citizen.get(f"/aanvragen/{case.reference}/documenten/{added.pk}/").status_code == 404


def test_taking_back_says_first_what_it_does(citizen: Client, case: Case) -> None:
    here = f"/aanvragen/{case.reference}/intrekken/"
    text = page(citizen, here)
    for words in ("Wij laten de gemeente Waterstad weten", "niet terugdraaien", "Trek in"):
        assert words in text
    assert fresh(case).phase == Phase.ARRIVED
    citizen.post(here)
    assert fresh(case).phase == Phase.WITHDRAWN
    assert "Verstuur bericht" not in page(citizen, f"/aanvragen/{case.reference}/berichten/")


# --- The officer --------------------------------------------------------------------------------------


def test_an_officer_asks_and_reads_the_answer_with_its_document(
    citizen: Client, desk: Client, case: Case
) -> None:
    talk = f"/medewerker/{case.reference}/gesprek/"
    fields = {
        "ask-key": key(desk, talk),
        "ask-what": "Stuur de akte",
        "ask-why": "Wij missen hem.",
        "ask-until": (clock.today() + timedelta(days=7)).isoformat(),
        "ask-wants_document": "on",
        "ask-questions": "Waar bent u geboren?\nWanneer?",
    }
    for _ in range(2):
        assert desk.post(f"{talk}vraag/", fields).status_code == 302
    task = CitizenTask.objects.get()
    assert [one["id"] for one in task.questions] == ["q1", "q2"]
    assert "Wacht op de inwoner" in page(desk, talk)
    given = {"q1": "In Waterstad", "q2": "In mei", "document": a_file(pdf()), "do": "send"}
    assert citizen.post(address(case, task), given).status_code == 302
    deliver_all()
    text = page(desk, talk)
    for words in ("Waar bent u geboren?", "In Waterstad", "In mei"):
        assert words in text
    document = Document.objects.get()
    saved = desk.get(f"/medewerker/{case.reference}/documenten/{document.pk}/")
    assert saved.content == pdf()
    outcomes = set(DataUse.objects.filter(operation="view").values_list("outcome", flat=True))
    assert {"messages-opened", "document-opened"} <= outcomes


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ask-what": ""}, "id_ask-what"),
        ({"ask-why": "a\x00"}, "niet kunnen bewaren"),
        ({"ask-until": "2020-01-01"}, "Kies een dag die nog komt."),
        ({"ask-questions": "a\n" * 21}, "Stel hooguit 20 vragen."),
        ({"ask-questions": "a" * 201}, "Maak elke vraag korter"),
        ({"ask-key": "x"}, "id_ask-"),
    ],
)
def test_a_question_that_is_not_right_is_not_asked(
    desk: Client, case: Case, changed: dict[str, str], words: str
) -> None:
    talk = f"/medewerker/{case.reference}/gesprek/"
    fields = {"ask-key": str(uuid.uuid4()), "ask-what": "Stuur", "ask-why": "Graag."} | changed
    answer = desk.post(f"{talk}vraag/", fields)
    assert answer.status_code == 422
    assert words in unescape(answer.content.decode())
    assert not CitizenTask.objects.exists()


def test_an_officer_adds_the_letter_of_a_decision(citizen: Client, desk: Client, case: Case) -> None:
    talk = f"/medewerker/{case.reference}/gesprek/"
    fields = {
        "document-key": str(uuid.uuid4()),
        "document-title": "Besluit",
        "document-content": a_file(pdf()),
        "document-decision": "on",
    }
    assert desk.post(f"{talk}document/", fields).status_code == 302
    assert Document.objects.get().decision
    assert "Besluit" in page(citizen, f"/aanvragen/{case.reference}/")


def test_a_withdrawn_case_has_no_outcome_at_the_desk(citizen: Client, desk: Client, case: Case) -> None:
    citizen.post(f"/aanvragen/{case.reference}/intrekken/")
    deliver_all()
    late = {"kind": "granted", "motivation": "Klaar."}
    answer = desk.post(f"/medewerker/{case.reference}/afronden/", late, follow=True)
    assert "De inwoner heeft dit ingetrokken" in answer.content.decode()
    assert fresh(case).phase == Phase.WITHDRAWN
    assert "Vraag de inwoner iets" not in page(desk, f"/medewerker/{case.reference}/gesprek/")


def test_the_file_with_all_that_we_hold_has_what_was_said(
    citizen: Client, officer: Actor, noor: Actor, case: Case
) -> None:
    task = asked(case, officer)
    answer(task=task, actor=noor, answer=Answer("Hier is hij."))
    attached = write(case=case, actor=noor, text="Klopt dit?", external_id="m1", files=[pdf()])
    add_document(case=case, actor=officer, content=pdf(), title="Kopie van de akte", external_id="d1")
    (sent,) = citizen.post("/mijn-gegevens/download.json").json()["sent"]
    told = [(line["by"], line["kind"], line["title"], line["text"]) for line in sent["said"]]
    assert told == [
        ("agency", "question", "Stuur de akte", "Wij missen hem."),
        ("citizen", "answer", "Stuur de akte", "Hier is hij."),
        ("citizen", "message", "", attached.text),
        ("citizen", "document", "Bijlage", ""),
        ("agency", "document", "Kopie van de akte", ""),
    ]
