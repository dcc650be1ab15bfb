"""Whether a PDF is locked, or may do something by itself, without opening it as a reader would.

Names in a PDF may be written with `#` and two digits (ISO 32000-1, 7.3.5), and objects may be packed in
object streams (7.5.7); both are undone before we look, within bounds. Any other stream is measured, through
each of its filters (`filters`). Where somebody hides how a file is built, and no ordinary program does, it is
refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

from portal.cases.talk.filters import Budget, TooMuch
from portal.cases.talk.streams import SPACE, Odd, dictionary_of, sizes

MOST_UNPACKED: Final = 50 * 1024 * 1024
"""Bytes that all object streams of one file may unpack to; those of a thousand pages take a few million."""

MOST_PACKED: Final = 10_000
"""Object streams of one file; each holds a hundred objects or more, where a program made it."""

MOST_STREAMS: Final = 100_000
"""Streams of one file; a thousand pages with pictures have some ten thousand."""

MOST_OF_A_STREAM: Final = 400 * 1024 * 1024
"""Bytes that one other stream may unpack to: as a picture of the most pixels that we take, opened."""

MOST_OF_ALL: Final = 600 * 1024 * 1024
"""Bytes that all those together may: nobody's reader, and none of ours, works at one file for minutes."""

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|$)"
_LOCKED = re.compile(rb"/Encrypt" + _END)
_ACTS = re.compile(rb"/(?:JavaScript|Launch|RichMedia|XFA|SubmitForm|ImportData)" + _END)
_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
_FILTER = re.compile(rb"/Filter" + _END)
_FLATE = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*(?:\]|/|>)")
_PREDICTED = re.compile(rb"/Predictor\s+(?!1\b)")
_LONGEST_DICTIONARY = 4096
_LONGEST_PAUSE = 1024
_COMMENT = re.compile(rb"%[^\r\n]*[\r\n]")


def _name(text: str) -> re.Pattern[bytes]:
    """A name, each letter as it is or by its number."""
    letters = [f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in text]
    return re.compile(("/" + "".join(letters)).encode() + _END)


_PACKED = _name("ObjStm")


def look_into(content: bytes) -> str:
    """ "" for a PDF that just shows something; otherwise "encrypted", "script" or "bomb"."""
    try:
        for part in _parts(content):
            if _LOCKED.search(part):
                return "encrypted"
            if _ACTS.search(part):
                return "script"
    except TooMuch:
        return "bomb"
    except Odd:
        return "script"
    return ""


def _parts(content: bytes) -> Iterator[bytes]:
    """The file as it stands, and then what its object streams hold; names written out."""
    yield _written_out(content)
    left, stream = MOST_UNPACKED, None
    for number, packed in enumerate(_PACKED.finditer(content)):
        if number == MOST_PACKED:
            raise TooMuch
        if stream is None or stream.start() < packed.end():
            stream = _STREAM.search(content, packed.end())
        if stream is None:
            break
        unpacked = _unpacked(content, packed.start(), stream, left)
        left -= len(unpacked)
        yield _written_out(unpacked)
    _measure(content)


def _measure(content: bytes) -> None:
    """Raises `TooMuch` for streams of pages or pictures that whoever opens the file could not hold."""
    budget, since = Budget(one=MOST_OF_A_STREAM, together=MOST_OF_ALL), 0
    for number, word in enumerate(_STREAM.finditer(content)):
        if number == MOST_STREAMS:
            raise TooMuch
        if not _is_after_a_dictionary(content, since, word.start()):
            continue
        found = dictionary_of(content[since : word.start()])
        since = word.end()
        budget.spend(sizes(found, memoryview(content)[since : found.end(content, since)], budget))


def _is_after_a_dictionary(content: bytes, since: int, at: int) -> bool:
    """Whether a dictionary ends there, so that this word begins a stream, and is no word in a text."""
    before = _COMMENT.sub(b"", content[max(since, at - _LONGEST_PAUSE) : at]).rstrip(SPACE)
    if not before and at - since > _LONGEST_PAUSE:
        raise Odd
    return before.endswith(b">>")


def _written_out(part: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), part) if b"#" in part else part


def _unpacked(content: bytes, named_at: int, stream: re.Match[bytes], left: int) -> bytes:
    dictionary = _dictionary(content, named_at, stream.start())
    if not _FILTER.search(dictionary):
        return b""  # not packed, so that it was looked at already
    if not _FLATE.search(dictionary) or _PREDICTED.search(dictionary):
        raise Odd
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(memoryview(content)[stream.end() :], left + 1)
    except zlib.error:
        raise Odd from None
    if len(unpacked) > left:
        raise TooMuch
    return unpacked


def _dictionary(content: bytes, named_at: int, stream_at: int) -> bytes:
    """The dictionary of an object, from what stands before its type to its stream."""
    begins = content.rfind(b"obj", max(0, named_at - _LONGEST_DICTIONARY), named_at)
    return _written_out(content[max(begins, 0) : min(stream_at, named_at + _LONGEST_DICTIONARY)])
