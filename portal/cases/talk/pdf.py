"""Whether a PDF is locked, or may do something by itself, without opening it as a reader would.

Names in a PDF may be written with `#` and two digits (ISO 32000-1, 7.3.5), and objects may be packed in
object streams (7.5.7); both are undone before we look, within bounds. Where somebody hides how a file is
built, and no ordinary program does, it is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Final

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

_PIECE, _LUMP = 64 * 1024, 1024 * 1024
"""Bytes that are read, and unpacked, at once."""

_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_END = rb"(?=[\x00\t\n\x0c\r ()<>\[\]{}/%]|$)"
_LOCKED = re.compile(rb"/Encrypt" + _END)
_ACTS = re.compile(rb"/(?:JavaScript|Launch|RichMedia|XFA|SubmitForm|ImportData)" + _END)
_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_FILTER = re.compile(rb"/Filter" + _END)
_FLATED = re.compile(rb"/FlateDecode" + _END)
_FLATE = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\s*(?:\]|/|>)")
_PREDICTED = re.compile(rb"/Predictor\s+(?!1\b)")
_LONGEST_DICTIONARY = 4096


def _name(text: str) -> re.Pattern[bytes]:
    """A name, each letter as it is or by its number."""
    letters = [f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in text]
    return re.compile(("/" + "".join(letters)).encode() + _END)


_PACKED = _name("ObjStm")


class _TooMuch(Exception):
    """It unpacks to more than any document is."""


class _Odd(Exception):
    """Its objects are packed in a way that no ordinary program uses."""


def look_into(content: bytes) -> str:
    """ "" for a PDF that just shows something; otherwise "encrypted", "script" or "bomb"."""
    try:
        for part in _parts(content):
            if _LOCKED.search(part):
                return "encrypted"
            if _ACTS.search(part):
                return "script"
    except _TooMuch:
        return "bomb"
    except _Odd:
        return "script"
    return ""


def _parts(content: bytes) -> Iterator[bytes]:
    """The file as it stands, and then what its object streams hold; names written out."""
    yield _written_out(content)
    left, stream = MOST_UNPACKED, None
    for number, packed in enumerate(_PACKED.finditer(content)):
        if number == MOST_PACKED:
            raise _TooMuch
        if stream is None or stream.start() < packed.end():
            stream = _STREAM.search(content, packed.end())
        if stream is None:
            break
        unpacked = _unpacked(content, packed.start(), stream, left)
        left -= len(unpacked)
        yield _written_out(unpacked)
    _measure(content)


def _measure(content: bytes) -> None:
    """Raises `_TooMuch` for a stream of pages or pictures that whoever opens the file could not hold.

    It is unpacked piece by piece, and nothing of it is kept; what is not packed so fails at its first byte.
    What is packed twice over is never from a program that means well.
    """
    left = MOST_OF_ALL
    for number, stream in enumerate(_STREAM.finditer(content)):
        if number == MOST_STREAMS or len(_FLATED.findall(_before(content, stream.start()))) > 1:
            raise _TooMuch
        left -= _size(memoryview(content), stream.end(), min(left, MOST_OF_A_STREAM))


def _size(content: memoryview, begin: int, most: int) -> int:
    """How many bytes it unpacks to, as far as it can be unpacked. Raises `_TooMuch` beyond `most`."""
    unpacker, size = zlib.decompressobj(), 0
    for at in range(begin, len(content), _PIECE):
        piece: bytes | memoryview = content[at : at + _PIECE]
        while piece and not unpacker.eof:
            try:
                size += len(unpacker.decompress(piece, _LUMP))
            except zlib.error:
                return size
            if size > most:
                raise _TooMuch
            piece = unpacker.unconsumed_tail
        if unpacker.eof:
            break
    return size


def _before(content: bytes, stream_at: int) -> bytes:
    """The dictionary that stands before a stream."""
    begins = content.rfind(b"obj", max(0, stream_at - _LONGEST_DICTIONARY), stream_at)
    return _written_out(content[max(begins, stream_at - _LONGEST_DICTIONARY, 0) : stream_at])


def _written_out(part: bytes) -> bytes:
    return _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), part) if b"#" in part else part


def _unpacked(content: bytes, named_at: int, stream: re.Match[bytes], left: int) -> bytes:
    dictionary = _dictionary(content, named_at, stream.start())
    if not _FILTER.search(dictionary):
        return b""  # not packed, so that it was looked at already
    if not _FLATE.search(dictionary) or _PREDICTED.search(dictionary):
        raise _Odd
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(memoryview(content)[stream.end() :], left + 1)
    except zlib.error:
        raise _Odd from None
    if len(unpacked) > left:
        raise _TooMuch
    return unpacked


def _dictionary(content: bytes, named_at: int, stream_at: int) -> bytes:
    """The dictionary of an object, from what stands before its type to its stream."""
    begins = content.rfind(b"obj", max(0, named_at - _LONGEST_DICTIONARY), named_at)
    return _written_out(content[max(begins, 0) : min(stream_at, named_at + _LONGEST_DICTIONARY)])
