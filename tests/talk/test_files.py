"""What is no harmless PDF, JPEG or PNG is refused with a reason, whatever its name says."""

from __future__ import annotations

import contextlib
import io
import tracemalloc
import zipfile

import pytest

from portal.cases.talk import pdf as looking
from portal.cases.talk.files import LARGEST, WrongFile, as_download, kind_of
from portal.cases.talk.pdf import MOST_OF_A_STREAM, MOST_UNPACKED
from portal.cases.talk.words import why_not_file
from tests.talk.files import EICAR, SCRIPT, jpeg, packed, page, pdf, png


def zip_bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"\0" * 10_000_000)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf(), "application/pdf"),
        (pdf(packed(b"1 0 <</Type /Catalog>>")), "application/pdf"),
        (pdf(page(b"BT (Naam) Tj ET")), "application/pdf"),
        (pdf(page(b"\0" * 1_000_000)), "application/pdf"),
        (pdf(b"8 0 obj\n<</Length 9>>\nstream\nABCDEFGHI\nendstream\nendobj"), "application/pdf"),
        (pdf(b"8 0 obj\n<</Title (Encrypt, JavaScript and Launch)>>\nendobj"), "application/pdf"),
        (png(), "image/png"),
        (jpeg(4000, 3000), "image/jpeg"),
    ],
)
def test_ordinary_documents_and_photographs_are_taken(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"0" * LARGEST, "large"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "kind"),
        (b"<html>%PDF-", "kind"),
        (b"MZ\x90\x00", "kind"),
        (EICAR, "kind"),
        (zip_bomb(), "kind"),
        (pdf(b"8 0 obj\n<</Filter /Standard /V 4>>\nendobj\ntrailer\n<</Encrypt 8 0 R>>"), "encrypted"),
        (pdf(b"trailer\n<</#45ncrypt 8 0 R>>"), "encrypted"),
        (pdf(b"8 0 obj\n" + SCRIPT + b"\nendobj"), "script"),
        (pdf(b"8 0 obj\n<</S /Java#53cript /JS (x)>>\nendobj"), "script"),
        (pdf(b"8 0 obj\n<</S /Launch /F (calc.exe)>>\nendobj"), "script"),
        (pdf(packed(b"8 0 " + SCRIPT)), "script"),
        (pdf(packed(b"8 0 " + SCRIPT, kind=b"/Obj#53tm")), "script"),
        (pdf(packed(b"8 0 x", b"/Filter [/ASCIIHexDecode /FlateDecode]")), "script"),
        (pdf(packed(b"8 0 x", b"/Filter /FlateDecode /DecodeParms <</Predictor 12>>")), "script"),
        (pdf(packed(b"8 0 x", b"/Filter 7 0 R")), "script"),
        (pdf(packed(b"\0" * (MOST_UNPACKED + 1))), "bomb"),
        (pdf(page(b"0", filters=b"/FlateDecode /FlateDecode")), "bomb"),
        (pdf(page(b"0", filters=b"/FlateDecode /Fl#61teDecode")), "bomb"),
        (png(60_000, 60_000), "bomb"),
        (jpeg(60_000, 60_000), "bomb"),
    ],
)
def test_what_may_do_harm_is_refused_with_a_reason_and_a_way_on(content: bytes, reason: str) -> None:
    with pytest.raises(WrongFile) as refused:
        kind_of(content)
    assert str(refused.value) == reason
    assert len(why_not_file(reason).split(". ")) >= 2, "what is wrong, and what one can do"


def test_two_bombs_count_together() -> None:
    half = packed(b"\0" * (MOST_UNPACKED // 2 + 1))
    with pytest.raises(WrongFile, match="bomb"):
        kind_of(pdf(half, half))


def test_a_page_that_is_a_bomb_is_refused_and_nothing_of_it_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it unpacks to: no more of it is in memory than a lump."""
    megabyte = b"\0" * (1024 * 1024)
    assert len(megabyte) * 400 == MOST_OF_A_STREAM
    monkeypatch.setattr(looking, "MOST_OF_A_STREAM", 40 * len(megabyte))
    bomb = pdf(page(*[megabyte] * 41))
    assert len(bomb) < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(WrongFile, match="bomb"):
            kind_of(bomb)
        assert tracemalloc.get_traced_memory()[1] < 8 * len(megabyte)
    finally:
        tracemalloc.stop()


def test_pages_that_are_a_bomb_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "MOST_OF_ALL", 5_000_000)
    one = page(b"\0" * 2_000_000)
    assert kind_of(pdf(one, one)) == "application/pdf"
    with pytest.raises(WrongFile, match="bomb"):
        kind_of(pdf(one, one, one))


@pytest.mark.parametrize("word", [b"/ObjStm ", b"stream\n", b"x obj stream\n"])
def test_a_file_that_begins_something_again_and_again_is_looked_into_once(word: bytes) -> None:
    """Looked for from each of them to the end of the file, this would not be over today."""
    with contextlib.suppress(WrongFile):
        kind_of(pdf(word * (LARGEST // 4 // len(word))))


def test_a_large_file_is_looked_into_in_a_bearable_time() -> None:
    photograph = (
        b"8 0 obj\n<</Filter /DCTDecode>>\nstream\n" + b"#4 /Obj " * 2_900_000 + b"\nendstream\nendobj"
    )
    assert kind_of(pdf(photograph)) == "application/pdf"


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", 'a"; filename="b.exe', "Brief\r\nSet-Cookie: x", "", "é"]
)
def test_a_download_is_a_file_to_save_whatever_it_is_called(name: str) -> None:
    answer = as_download(pdf(), "application/pdf", name=name)
    said = answer.headers["Content-Disposition"]
    assert said.startswith('attachment; filename="')
    assert said.endswith('.pdf"')
    inner = said.removeprefix('attachment; filename="').removesuffix('.pdf"')
    assert set(inner) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")
    assert inner
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
