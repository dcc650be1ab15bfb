"""Files that somebody sends: what they are is looked up in their bytes, and what may do harm is refused.

Three kinds are taken, since everybody can make and open one of them. Nothing is ever run or changed:
whoever may have a file gets it to save. One way for documents, proofs, and what agencies send.
"""

from __future__ import annotations

import re
import struct
from typing import Final

from django.http import HttpResponse

from portal.cases.talk.pdf import look_into

LARGEST: Final = 25 * 1024 * 1024
"""Bytes of one file."""

MOST: Final = 5
"""Files that go together."""

MOST_PIXELS: Final = 100_000_000
"""Of a picture: four bytes each when it is opened, so that none fills the memory of who looks at it."""

_SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
"""How a file of each kind begins (ISO 32000, ISO/IEC 10918-1, ISO/IEC 15948)."""

_ENDINGS: Final = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    # Of an agency alone (`talk.letters`).
    "text/plain": "txt",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
}
_JPEG_SIZES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of a JPEG that begin a frame, and say how large it is."""


class WrongFile(Exception):
    """It is not taken, and why: "empty", "large", "kind", "encrypted", "script", "bomb" or "virus"."""


class TooMany(Exception):
    """There are as many files as there may be."""


def kind_of(content: bytes) -> str:
    """The media type that its bytes show. Raises `WrongFile` for anything that may not be kept."""
    if not content:
        raise WrongFile("empty")
    if len(content) > LARGEST:
        raise WrongFile("large")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            _look_closer(kind, content)
            return kind
    raise WrongFile("kind")


def _look_closer(kind: str, content: bytes) -> None:
    if kind == "application/pdf":
        wrong = look_into(content)
        if wrong:
            raise WrongFile(wrong)
    elif _pixels(kind, content) > MOST_PIXELS:
        raise WrongFile("bomb")


def _pixels(kind: str, content: bytes) -> int:
    """By the picture's own header; 0 where it has none."""
    if kind == "image/png":
        if len(content) < 24:
            return 0
        width, height = struct.unpack(">II", content[16:24])
        return int(width * height)
    return _jpeg_pixels(content)


def _jpeg_pixels(content: bytes) -> int:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width * height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return 0


def as_download(content: bytes, media_type: str, *, name: str) -> HttpResponse:
    """A file to save: no browser opens it on our address, guesses what it is, or lets it do anything.

    `name` is of our making, without an ending; what else is in it than letters, digits and lines goes.
    """
    plain = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") or "document"
    ending = _ENDINGS.get(media_type, "bin")
    return HttpResponse(
        content,
        content_type="text/plain; charset=utf-8" if media_type == "text/plain" else media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{plain}.{ending}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
