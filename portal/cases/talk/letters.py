"""Files that an agency shows: besides what everybody may send, a letter in plain text or of a word processor.

Whoever has made a letter in Word need not make it again. It is never opened here, nor by a browser: who may
have it saves it. A document with a macro, with a program packed into it, or that fetches its template from
elsewhere when it is opened (ECMA-376, part 2: `TargetMode`) is not taken.
"""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from portal.cases.talk.files import WrongFile, kind_of

TEXT: Final = "text/plain"
WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_LARGEST_UNPACKED: Final = 200_000_000
_MOST_PARTS: Final = 5_000
_LARGEST_LIST: Final = 2_000_000
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_PROGRAM: Final = re.compile(r"(vbaproject|vbadata|activex|embeddings/|macrosheets)", re.IGNORECASE)
_FETCHES: Final = re.compile(
    rb"<[^>]*(attachedTemplate|oleObject|frame|subDocument)[^>]*TargetMode\s*=\s*[\"']External"
    rb"|<[^>]*TargetMode\s*=\s*[\"']External[^>]*(attachedTemplate|oleObject|frame|subDocument)"
)
_MACROS: Final = re.compile(rb"macroEnabled|ms-office\.(vba|activeX)", re.IGNORECASE)


def kind_of_letter(content: bytes) -> str:
    """The media type that its bytes show. Raises `WrongFile` for anything that may not be kept."""
    try:
        return kind_of(content)
    except WrongFile as wrong:
        if str(wrong) != "kind":
            raise
    if content.startswith(b"PK\x03\x04"):
        _look_into_word(content)
        return WORD
    if _is_text(content):
        return TEXT
    raise WrongFile("kind")


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not _CONTROL.search(text)


def _look_into_word(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            names = [part.filename for part in parts]
            if not {"[Content_Types].xml", "word/document.xml"} <= set(names):
                raise WrongFile("kind")
            if any(part.flag_bits & 0x1 for part in parts):
                raise WrongFile("encrypted")
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_UNPACKED:
                raise WrongFile("bomb")
            if any(_PROGRAM.search(name) for name in names) or _does_more_than_show(packed, parts):
                raise WrongFile("script")
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
        raise WrongFile("kind") from None


def _does_more_than_show(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bool:
    """By the lists in it that say what its parts are, and what they fetch."""
    for part in parts:
        is_types = part.filename == "[Content_Types].xml"
        if not (is_types or part.filename.lower().endswith(".rels")):
            continue
        with packed.open(part) as opened:
            listed = opened.read(_LARGEST_LIST + 1)
        if len(listed) > _LARGEST_LIST or b"\x00" in listed:
            return True  # longer, or in another alphabet, than any word processor writes them
        if (_MACROS if is_types else _FETCHES).search(listed):
            return True
    return False
