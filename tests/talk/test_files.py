"""What is no harmless PDF, JPEG or PNG is refused with a reason, whatever its name says."""

from __future__ import annotations

import contextlib
import io
import random
import tracemalloc
import zipfile
import zlib

import pytest

from portal.cases.talk import filters
from portal.cases.talk import pdf as looking
from portal.cases.talk.files import LARGEST, WrongFile, as_download, kind_of
from portal.cases.talk.filters import MOST_READ, Budget, sizes_of
from portal.cases.talk.pdf import MOST_OF_A_STREAM, MOST_UNPACKED
from portal.cases.talk.words import why_not_file
from portal.paper import weasyprint
from tests.talk.files import (
    EICAR,
    SCRIPT,
    as_85,
    as_hex,
    jpeg,
    lzw,
    packed,
    page,
    pdf,
    png,
    run_length,
    stream,
)


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


BLANK = bytes(2_000_000)
PACKED = {
    "LZW": (lzw(BLANK), b"/LZWDecode", b""),
    "LZW by its short name": (lzw(BLANK), b"/LZW", b""),
    "LZW whose name is written with numbers": (lzw(BLANK), b"/#4cZWDecode", b""),
    "LZW that is not early": (lzw(BLANK, early=False), b"/LZWDecode", b" /DecodeParms <</EarlyChange 0>>"),
    "LZW with a predictor": (lzw(BLANK), b"/LZWDecode", b" /DecodeParms [<</Predictor 12 /Columns 4>>]"),
    "LZW as text": (as_85(lzw(BLANK)), b"/ASCII85Decode /LZWDecode", b""),
    "Flate as text": (as_85(zlib.compress(BLANK)), b"/ASCII85Decode /FlateDecode", b""),
    "Flate as digits": (as_hex(zlib.compress(BLANK)), b"/ASCIIHexDecode /FlateDecode", b""),
    "Flate as text by short names": (as_85(zlib.compress(BLANK)), b"/A85/Fl", b""),
    "Flate as text of text": (as_hex(as_85(zlib.compress(BLANK))), b"/AHx /A85 /Fl", b""),
    "Flate as text with what is no text": (
        as_85(zlib.compress(BLANK)).replace(b"\n", b"\n\xff"),
        b"/ASCII85Decode /FlateDecode",
        b"",
    ),
    "runs": (run_length(b"\0", 2_000_000), b"/RunLengthDecode", b""),
    "Flate, then a picture": (zlib.compress(BLANK), b"/FlateDecode /DCTDecode", b""),
    "Flate after a text with a word in it": (
        zlib.compress(BLANK),
        b"/FlateDecode",
        b" /Note (9 0 obj (x) \\( <<)",
    ),
}


@pytest.mark.parametrize("what", PACKED)
def test_what_is_packed_in_any_way_is_measured_through_all_of_it(
    what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte less than there may be is an ordinary document, and a byte more is none."""
    file = pdf(stream(*PACKED[what]), b"10 0 obj\n(Einde)\nendobj")
    size = len(BLANK) - len(BLANK) % 128 if what == "runs" else len(BLANK)
    monkeypatch.setattr(looking, "MOST_OF_A_STREAM", size)
    assert kind_of(file) == "application/pdf"
    monkeypatch.setattr(looking, "MOST_OF_A_STREAM", size - 1)
    with pytest.raises(WrongFile, match="bomb"):
        kind_of(file)


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("content", [b"", b"a", b"abcabcabc" * 9000, random.Random(1).randbytes(9000)])
def test_lzw_is_counted_to_the_byte(content: bytes, early: bool) -> None:
    budget = Budget(one=1_000_000, together=1_000_000)
    packed_so = memoryview(lzw(content, early=early) + b"\nendstream\nendobj" * 9)
    assert sum(sizes_of(packed_so, ["LZWDecode"], budget, early=early)) == len(content)
    assert MOST_READ - budget.reading == len(lzw(content, early=early))


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (pdf(stream(zlib.compress(b"0"), b"/FlateDecode /ASCII85Decode")), "bomb"),
        (pdf(stream(zlib.compress(b"0"), b"/LZWDecode /FlateDecode")), "bomb"),
        (pdf(stream(b"0", b"7 0 R")), "script"),
        (pdf(b"8 0 obj\n<</Length 1 /Filter 7 0 R>>\nstream\n0\nendstream\nendobj"), "script"),
        (pdf(stream(lzw(b"0"), b"/LZWDecode", b" /Filter /DCTDecode")), "script"),
        (pdf(stream(lzw(b"0"), b"/LZWDecode", b" /DecodeParms <</EarlyChange 7 0 R>>")), "script"),
        (pdf(stream(lzw(b"0"), b"/LZWDecode", b" /Note (endstream 9 0 obj <<)")), "script"),
        (pdf(stream(b"0", b"/JPXDecode", b" /Width 60000 /Height 60000")), "bomb"),
        (pdf(stream(jpeg(60_000, 60_000), b"/DCTDecode", b" /Width 1 /Height 1")), "bomb"),
    ],
)
def test_what_hides_how_large_it_is_is_refused(file: bytes, reason: str) -> None:
    with pytest.raises(WrongFile, match=reason):
        kind_of(file)


def test_much_lzw_is_refused_before_it_takes_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filters, "MOST_LZW", 200_000)
    some = stream(lzw(random.Random(1).randbytes(70_000)), b"/LZWDecode")
    assert kind_of(pdf(some)) == "application/pdf"
    with pytest.raises(WrongFile, match="bomb"):
        kind_of(pdf(some, some, some))


def test_a_stream_that_never_ends_is_not_read_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each would be read to the end of the file."""
    monkeypatch.setattr(filters, "MOST_READ", 4_000_000)
    endless = b"8 0 obj\n<</Filter /RunLengthDecode>>\nstream\n"
    with pytest.raises(WrongFile, match="bomb"):
        kind_of(pdf(*[endless + b"\x00a"] * 2000, b"\x00a" * 500_000))


def test_a_file_of_a_common_program_is_taken() -> None:
    """As WeasyPrint writes ours, with its letter types."""
    assert (
        kind_of(
            weasyprint()
            .HTML(string="<h1>Brief</h1>" + "<p>Regel</p>" * 200)
            .write_pdf(pdf_variant="pdf/ua-1")
        )
        == "application/pdf"
    )


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
