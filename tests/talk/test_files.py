"""What is no harmless PDF, JPEG or PNG is refused with a reason, whatever its name says."""

from __future__ import annotations

import io
import zipfile

import pytest

from portal.cases.talk.files import LARGEST, WrongFile, as_download, kind_of
from portal.cases.talk.pdf import MOST_UNPACKED
from portal.cases.talk.words import why_not_file
from tests.talk.files import EICAR, SCRIPT, jpeg, packed, pdf, png


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
