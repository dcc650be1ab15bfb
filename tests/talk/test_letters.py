"""Letters of agencies in plain text or Word: taken as files to save, and never with a program in them."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client

from portal.cases.models import Case
from portal.cases.talk import letters
from portal.cases.talk.files import WrongFile, kind_of
from portal.cases.talk.letters import TEXT, WORD, kind_of_letter
from portal.cases.talk.writing import add_document, write
from portal.people.actor import Actor
from tests.cast import logged_in
from tests.talk.files import pdf

_TYPES = b'<Types><Override PartName="/word/document.xml" ContentType="application/xml"/></Types>'
_RELATION = (
    b'<Relationships><Relationship Type="x/%s" Target="https://elsewhere.example/" %s/></Relationships>'
)
OUTSIDE = b'TargetMode="External"'


def docx(**parts: bytes) -> bytes:
    """A Word document with more parts in it; `_` in their names stands for `/`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", parts.pop("types", _TYPES))
        made.writestr("word/document.xml", b"<document/>")
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("Geachte mevrouw, wij schrijven u. é €\r\n".encode(), TEXT),
        (b"\xef\xbb\xbfWith a mark", TEXT),
        (docx(), WORD),
        (docx(**{"word___rels": b""}), WORD),
        # A link that a person must press is no program.
        (docx(**{"word___rels__document.xml.rels": _RELATION % (b"hyperlink", OUTSIDE)}), WORD),
        (pdf(), "application/pdf"),
    ],
)
def test_what_an_agency_may_show(content: bytes, kind: str) -> None:
    assert kind_of_letter(content) == kind


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (docx(**{"word__vbaProject.bin": b"x"}), "script"),
        (docx(**{"word__activeX__activeX1.xml": b"x"}), "script"),
        (docx(**{"word__embeddings__oleObject1.bin": b"x"}), "script"),
        (docx(types=b"application/vnd.ms-word.document.macroEnabled.main+xml"), "script"),
        (
            docx(**{"word___rels__settings.xml.rels": _RELATION % (b"attachedTemplate", OUTSIDE)}),
            "script",
        ),
        (docx(**{"word___rels__document.xml.rels": _RELATION % (b"oleObject", OUTSIDE)}), "script"),
        (docx(**{"word___rels__x.rels": "<Relationships/>".encode("utf-16")}), "script"),
        (docx()[:-30], "kind"),
        (b"PK\x03\x04 and something else", "kind"),
        (b"MZ\x90\x00", "kind"),
        (b"\xff\xfeG\x00", "kind"),
        (b"text with \x1b[31m in it", "kind"),
        (b"", "empty"),
        (pdf(b"<</S /JavaScript>>"), "script"),
    ],
)
def test_what_may_do_harm_is_refused(content: bytes, why: str) -> None:
    with pytest.raises(WrongFile, match=why):
        kind_of_letter(content)


def test_what_fills_the_memory_of_who_opens_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "_LARGEST_UNPACKED", 1_000_000)
    with pytest.raises(WrongFile, match="bomb"):
        kind_of_letter(docx(**{"word__media": b"\0" * 1_000_000}))


@pytest.mark.parametrize("content", [b"Plain text", docx()])
def test_a_citizen_sends_what_everybody_can_open(content: bytes) -> None:
    with pytest.raises(WrongFile, match="kind"):
        kind_of(content)


@pytest.mark.parametrize(
    ("content", "kind", "ending"),
    [(b"<script>alert(1)</script>", "text/plain; charset=utf-8", "txt"), (docx(), WORD, "docx")],
)
def test_the_citizen_saves_it_and_no_browser_opens_it(
    noor: Actor, officer: Actor, case: Case, content: bytes, kind: str, ending: str
) -> None:
    document = add_document(case=case, actor=officer, content=content, title="Brief", external_id="d1")
    client: Client = logged_in(noor.require_user())
    answer = client.get(f"/aanvragen/{case.reference}/documenten/{document.pk}/")
    assert answer.content == content
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Content-Disposition"] == f'attachment; filename="Brief.{ending}"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert f"{ending.upper()}, " in client.get(f"/aanvragen/{case.reference}/").content.decode()
    with pytest.raises(WrongFile):
        write(case=case, actor=noor, text="Zie de bijlage.", external_id="m1", files=[content])
