"""Files that somebody sends: what they are is looked up in their bytes, and what may do harm is refused.

Three kinds are taken, since everybody can make and open one of them. Nothing is ever run or changed:
whoever may have a file gets it to save. One way for documents, proofs, and what agencies send.
"""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpResponse

from portal.cases.talk.pdf import look_into
from portal.cases.talk.pictures import MOST_PIXELS, pixels

LARGEST: Final = 25 * 1024 * 1024
"""Bytes of one file."""

MOST: Final = 5
"""Files that go together."""

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
    elif pixels(kind, content) > MOST_PIXELS:
        raise WrongFile("bomb")


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
