"""Every door for files and every bad file: refused with a reason and a way on, and nothing half stored."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.cases.models import Case, CitizenTask, Delivery, Document, DraftFile, Journey, Message
from portal.cases.talk import pdf as looking
from portal.cases.talk.asking import ask
from portal.cases.talk.files import LARGEST
from portal.cases.talk.pdf import MOST_UNPACKED
from portal.cases.talk.words import why_not_file, why_not_text
from portal.people.actor import Actor
from tests.cases.answers import ANSWERS
from tests.cast import logged_in
from tests.talk.files import EICAR, SCRIPT, as_85, lzw, packed, page, pdf, png, stream

TEXT = "Zie de bijlage."
BAD = {
    "an empty one": ("akte.pdf", b"", "empty"),
    "26 MB": ("akte.pdf", b"%PDF-" + b"0" * (26 * 1024 * 1024), "large"),
    "a program under a right name": ("akte.pdf", b"MZ\x90\x00" + b"0" * 99, "kind"),
    "a page under the name of a picture": ("foto.png", b"<html><script>alert(1)</script></html>", "kind"),
    "SVG with a script": ("foto.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "kind"),
    "a locked PDF": ("akte.pdf", pdf(b"trailer\n<</Encrypt 8 0 R>>"), "encrypted"),
    "a PDF with a script": ("akte.pdf", pdf(b"8 0 obj\n" + SCRIPT + b"\nendobj"), "script"),
    "a script that is packed": ("akte.pdf", pdf(packed(b"8 0 " + SCRIPT)), "script"),
    "a PDF whose objects are a bomb": ("akte.pdf", pdf(packed(b"\0" * (MOST_UNPACKED + 1))), "bomb"),
    "a PDF with a page that is a bomb": ("akte.pdf", pdf(page(b"\0" * 2_000_000)), "bomb"),
    "a PDF with a page of LZW that is a bomb": (
        "akte.pdf",
        pdf(stream(lzw(bytes(2_000_000)), b"/LZW")),
        "bomb",
    ),
    "a PDF with a bomb as text": (
        "akte.pdf",
        pdf(stream(as_85(zlib.compress(bytes(2_000_000))), b"/ASCII85Decode /FlateDecode")),
        "bomb",
    ),
    "a PDF that is packed twice": ("akte.pdf", pdf(page(b"0", filters=b"/FlateDecode/FlateDecode")), "bomb"),
    "a picture that is a bomb": ("foto.png", png(60_000, 60_000), "bomb"),
    "EICAR": ("eicar.com", EICAR, "kind"),
}


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page may unpack to a million bytes here: a real bomb takes seconds to make."""
    monkeypatch.setattr(looking, "MOST_OF_A_STREAM", 1_000_000)


@pytest.fixture
def citizen(noor: Actor) -> Client:
    return logged_in(noor.require_user())


Door = Callable[[SimpleUploadedFile | None], Any]


def _message(citizen: Client, case: Case, _task: CitizenTask) -> Door:
    key = str(uuid.uuid4())
    path = f"/aanvragen/{case.reference}/berichten/"
    return lambda file: citizen.post(path, _with(file, {"text": TEXT, "key": key}))


def _answer(citizen: Client, case: Case, task: CitizenTask) -> Door:
    path = f"/aanvragen/{case.reference}/taken/{task.pk}/"
    return lambda file: citizen.post(path, _with(file, {"text": TEXT, "do": "send"}))


def _complaint(citizen: Client, case: Case, _task: CitizenTask) -> Door:
    key = str(uuid.uuid4())
    path = f"/aanvragen/{case.reference}/klacht/"
    return lambda file: citizen.post(path, _with(file, {"conduct": TEXT, "key": key}))


def _question(citizen: Client, _case: Case, _task: CitizenTask) -> Door:
    base = citizen.post("/levensgebeurtenissen/kind-krijgen/begin/").headers["Location"]
    path = f"{base.removesuffix('gegevens/')}vragen/birth/1/"
    journey = Journey.objects.get(state="draft")
    (field,) = [
        one.id for group in journey.services[0].ask if group.id == "birth" for one in group.document_questions
    ]
    return lambda file: citizen.post(path, {**ANSWERS["birth"][0], **({field: file} if file else {})})


DOORS = (_message, _answer, _complaint, _question)


def _with(file: SimpleUploadedFile | None, typed: dict[str, Any]) -> dict[str, Any]:
    return {**typed, "document": file} if file else typed


@pytest.fixture
def task(case: Case, officer: Actor) -> CitizenTask:
    return ask(
        case=case, actor=officer, what="De akte", why="Wij missen hem.", external_id="q1", wants_document=True
    )


def _stored() -> tuple[int, ...]:
    kinds = (Document, DraftFile, Message, Delivery, Case)
    return tuple(kind.objects.count() for kind in kinds)


@pytest.mark.parametrize("door", DOORS, ids=lambda one: one.__name__.strip("_"))
def test_each_bad_file_is_refused_with_a_reason_and_a_way_on_at_each_door(
    citizen: Client, case: Case, task: CitizenTask, door: Any
) -> None:
    send = door(citizen, case, task)
    before = _stored()
    for what, (name, content, reason) in BAD.items():
        answer = send(SimpleUploadedFile(name, content, content_type="application/pdf"))
        assert answer.status_code == 422, what
        assert why_not_file(reason) in unescape(answer.content.decode()), what
        assert _stored() == before, what
    # The way on: a right one goes.
    assert send(SimpleUploadedFile("akte.pdf", pdf())).status_code == 302
    assert _stored() != before


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\geheim\\akte.pdf", "/etc/akte.pdf", "a" * 300])
def test_a_path_in_a_name_goes_nowhere_and_no_name_is_kept(
    citizen: Client, case: Case, task: CitizenTask, name: str
) -> None:
    file = SimpleUploadedFile("x", pdf())
    # As a hostile program sends it: Django's own class would take the path out before it goes.
    file._name = name  # type: ignore[attr-defined]
    assert _message(citizen, case, task)(file).status_code == 302
    document = Document.objects.get()
    assert name not in str(document.__dict__)
    saved = citizen.get(f"/aanvragen/{case.reference}/documenten/{document.pk}/")
    assert saved.headers["Content-Disposition"].startswith('attachment; filename="Bijlage.pdf"')
    assert saved.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


NAMES = ["", "..", ".", "uploads/", "C:\\map\\", "\x07"]
"""What is no name: nothing, a place, a path without an end, and what nobody can read."""


def _raw(name: str, content: bytes, field: str = "document", **typed: str) -> dict[str, Any]:
    """A form as a program writes it: no library puts the name right first."""
    head = '--grens\r\nContent-Disposition: form-data; name="{}"'
    parts = [f"{head.format(key)}\r\n\r\n{value}\r\n" for key, value in typed.items()]
    escaped = name.replace("\\", "\\\\")
    parts.append(f'{head.format(field)}; filename="{escaped}"\r\nContent-Type: application/pdf\r\n\r\n')
    body = "".join(parts).encode() + content + b"\r\n--grens--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=grens"}


@pytest.fixture
def doors(citizen: Client, case: Case, task: CitizenTask, officer: Actor) -> list[Any]:
    """Every form with a file about a case: who sends it, where, the field of the file, and what is typed."""
    key, base = str(uuid.uuid4()), f"/aanvragen/{case.reference}/"
    desk = f"/medewerker/{case.reference}/gesprek/"
    works = logged_in(officer.require_user())
    return [
        (citizen, f"{base}berichten/", "document", {"text": TEXT, "key": key}),
        (citizen, f"{base}taken/{task.pk}/", "document", {"text": TEXT, "do": "send"}),
        (citizen, f"{base}klacht/", "document", {"conduct": TEXT, "key": key}),
        (works, f"{desk}bericht/", "document", {"text": TEXT, "key": key}),
        (works, f"{desk}document/", "document-content", {"document-title": "Brief", "document-key": key}),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_without_a_name_is_refused_and_who_sends_it_hears_why(doors: list[Any], name: str) -> None:
    before = _stored()
    for client, path, field, typed in doors:
        answer = client.post(path, **_raw(name, pdf(), field, **typed))
        assert answer.status_code == 422, path
        assert why_not_file("nameless") in unescape(answer.content.decode()), path
        assert _stored() == before, path


def test_a_bomb_in_a_pdf_is_refused_from_an_officer_too(doors: list[Any]) -> None:
    before = _stored()
    bombs = [BAD["a PDF whose objects are a bomb"][1], BAD["a PDF with a page that is a bomb"][1]]
    for client, path, field, typed in doors[3:]:
        for bomb in bombs:
            answer = client.post(path, {**typed, field: SimpleUploadedFile("brief.pdf", bomb)})
            assert answer.status_code == 422, path
            assert why_not_file("bomb") in unescape(answer.content.decode()), path
            assert _stored() == before, path


def test_a_question_of_a_draft_says_so_too(citizen: Client) -> None:
    base = citizen.post("/levensgebeurtenissen/kind-krijgen/begin/").headers["Location"]
    groups = Journey.objects.get(state="draft").services[0].ask
    (field,) = [one.id for group in groups if group.id == "birth" for one in group.document_questions]
    sent = _raw("", pdf(), field, **{key: str(value) for key, value in ANSWERS["birth"][0].items()})
    answer = citizen.post(f"{base.removesuffix('gegevens/')}vragen/birth/1/", **sent)
    assert answer.status_code == 422
    assert why_not_file("nameless") in unescape(answer.content.decode())
    assert not DraftFile.objects.exists()


def test_a_form_in_which_no_file_was_chosen_goes_as_it_is(citizen: Client, case: Case) -> None:
    """A browser sends an empty name, and nothing in it."""
    path, key = f"/aanvragen/{case.reference}/berichten/", str(uuid.uuid4())
    assert citizen.post(path, **_raw("", b"", text=TEXT, key=key)).status_code == 302
    assert Message.objects.get().text == TEXT


def test_what_is_as_large_as_may_be_is_taken_and_a_byte_more_is_not(
    citizen: Client, case: Case, task: CitizenTask
) -> None:
    tail = pdf()
    full = tail + b" " * (LARGEST - len(tail))
    assert _message(citizen, case, task)(SimpleUploadedFile("a.pdf", full + b" ")).status_code == 422
    assert _message(citizen, case, task)(SimpleUploadedFile("a.pdf", full)).status_code == 302


@pytest.mark.parametrize("door", [_message, _complaint], ids=lambda one: one.__name__.strip("_"))
@pytest.mark.parametrize(
    ("text", "reason"),
    [("een\x00nul", "control"), ("x" * 100_000, "long"), ("  \r\n ", "empty")],
    ids=["NUL", "100,000 characters", "nothing"],
)
def test_a_text_that_cannot_be_kept_says_why_and_nothing_goes(
    citizen: Client, case: Case, task: CitizenTask, door: Any, text: str, reason: str
) -> None:
    before, key = _stored(), str(uuid.uuid4())
    where, field = ("berichten", "text") if door is _message else ("klacht", "conduct")
    answer = citizen.post(f"/aanvragen/{case.reference}/{where}/", {field: text, "key": key})
    assert answer.status_code == 422
    assert why_not_text(reason) in unescape(answer.content.decode())
    assert _stored() == before


@pytest.mark.parametrize(
    "text",
    [
        "\u202eGeen\u202c naam",
        "<script>alert(1)</script>",
        "{{ 7*7 }}",
        "Onderwerp\r\nBcc: ander@voorbeeld.example",
    ],
    ids=["bidi marks", "markup", "a template", "CRLF"],
)
def test_any_other_text_is_text_and_nothing_else(
    citizen: Client, case: Case, task: CitizenTask, text: str
) -> None:
    key = str(uuid.uuid4())
    path = f"/aanvragen/{case.reference}/berichten/"
    assert citizen.post(path, {"text": text, "key": key}).status_code == 302
    assert Message.objects.get().text == text.replace("\r\n", "\n")
    page = citizen.get(path).content.decode()
    assert "<script>alert(1)" not in page
    assert "49" not in page.partition("{{ 7*7 }}")[0][-20:]
