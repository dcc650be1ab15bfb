"""How much a stream of a PDF unpacks to, through each filter that it goes through (ISO 32000-1, 7.4).

Nothing of it is kept: it is read piece by piece, and only counted. Where readers of PDF forgive a fault, so
do we, since what they would go on to unpack must be counted too.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

MOST_READ: Final = 50 * 1024 * 1024
"""Bytes that are read of all streams of one file: twice the largest file, so that none is read in circles."""

MOST_LZW: Final = 8 * 1024 * 1024
"""Bytes that are read of all LZW of one file: hardly a program still writes it, and it is counted slowly."""

_PIECE, _LUMP = 64 * 1024, 1024 * 1024
"""Bytes that are read, and unpacked, at once."""

_SHORT: Final = {
    "AHx": "ASCIIHexDecode",
    "A85": "ASCII85Decode",
    "LZW": "LZWDecode",
    "Fl": "FlateDecode",
    "RL": "RunLengthDecode",
}
"""Names that readers take too, though only a picture within a page may have them (8.9.7)."""

_TO_TEXT: Final = ("ASCIIHexDecode", "ASCII85Decode")
_CLEAR, _END, _FULL = 256, 257, 4096
"""Of LZW (7.4.4.2): begin again, the end, and as many codes as there can be."""

_NOUGHT: Final = 33 * sum(85**place for place in range(5))
"""What five times "!" would be as a number; it stands for 0."""

_NO_HEX = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))
_NO_85 = bytes(set(range(256)) - set(range(ord("!"), ord("u") + 1)))


class TooMuch(Exception):
    """It unpacks to more than any document is, or is packed as nobody does who means well."""


class Budget:
    """What may be unpacked from one stream and from all of one file, and how much of it may be read."""

    def __init__(self, *, one: int, together: int) -> None:
        self.one, self.together, self.reading, self.lzw = one, together, MOST_READ, MOST_LZW

    def spend(self, sizes: Iterator[int]) -> None:
        """Counts what a stream unpacks to. Raises `TooMuch` as soon as it is too much."""
        most, size = min(self.one, self.together), 0
        for more in sizes:
            size += more
            if size > most:
                raise TooMuch
        self.together -= size

    def read(self, content: memoryview) -> Iterator[bytes]:
        """What stands in a stream, piece by piece. Raises `TooMuch` where reading goes on and on."""
        for at in range(0, len(content), _PIECE):
            piece = bytes(content[at : at + _PIECE])
            self.reading -= len(piece)
            if self.reading < 0:
                raise TooMuch
            yield piece

    def read_lzw(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """The same, of what was packed by LZW."""
        for piece in pieces:
            self.lzw -= len(piece)
            if self.lzw < 0:
                raise TooMuch
            yield piece

    def give_back(self, unread: int) -> None:
        """What was read beyond the end of a stream belongs to what comes after it."""
        self.reading += unread


def sizes_of(content: memoryview, filters: list[str], budget: Budget, *, early: bool) -> Iterator[int]:
    """What it unpacks to through its filters, in the order in which they stand, a number for each piece.

    `early`: whether its LZW takes a wider code one too early (`/EarlyChange`), as nearly all does. As text
    first, then packed, and then a picture: more often packed, or in another order, is a bomb.
    """
    names = [_SHORT.get(name, name) for name in filters]
    pieces, is_first = budget.read(content), True
    while names and names[0] in _TO_TEXT:
        pieces = (_hex if names.pop(0) == "ASCIIHexDecode" else _base_85)(
            pieces, budget if is_first else None
        )
        is_first = False
    after = set(names[1:])
    if after & {"FlateDecode", "LZWDecode", "RunLengthDecode", *_TO_TEXT}:
        raise TooMuch
    back = budget if is_first else None
    match names[:1]:
        case ["FlateDecode"]:
            return _flate(pieces, back)
        case ["LZWDecode"]:
            return _lzw(budget.read_lzw(pieces), back, early=early)
        case ["RunLengthDecode"]:
            return _run_length(pieces, back)
    return iter(())  # a picture, whose size stands beside it, or what stands there as it is


def _hex(pieces: Iterator[bytes], back: Budget | None) -> Iterator[bytes]:
    """Two digits a byte, up to ">"; what is no digit is passed over."""
    held = b""
    for piece in pieces:
        part, end, rest = piece.partition(b">")
        digits = held + part.translate(None, _NO_HEX)
        even = len(digits) & ~1
        held = digits[even:]
        if end and back:
            back.give_back(len(rest))
        yield bytes.fromhex(digits[:even].decode())
        if end:
            break
    if held:
        yield bytes.fromhex(held.decode() + "0")


def _base_85(pieces: Iterator[bytes], back: Budget | None) -> Iterator[bytes]:
    """Five characters for four bytes, up to "~"; "z" is four noughts, and what is neither is passed over."""
    held = b""
    for piece in pieces:
        part, end, rest = piece.partition(b"~")
        digits = held + part.replace(b"z", b"!!!!!").translate(None, _NO_85)
        whole = len(digits) - len(digits) % 5
        held = digits[whole:]
        if end and back:
            back.give_back(len(rest))
        yield _fours(digits[:whole])
        if end:
            break
    if len(held) > 1:
        yield _fours(held.ljust(5, b"u"))[: len(held) - 1]


def _fours(digits: bytes) -> bytes:
    each = iter(digits)
    numbers = [
        ((((a * 85 + b) * 85 + c) * 85 + d) * 85 + e - _NOUGHT) & 0xFFFFFFFF
        for a, b, c, d, e in zip(each, each, each, each, each, strict=True)
    ]
    return struct.pack(f">{len(numbers)}I", *numbers)


def _flate(pieces: Iterator[bytes], back: Budget | None) -> Iterator[int]:
    unpacker = zlib.decompressobj()
    for piece in pieces:
        left = piece
        while left and not unpacker.eof:
            try:
                yield len(unpacker.decompress(left, _LUMP))
            except zlib.error:
                return
            left = unpacker.unconsumed_tail
        if unpacker.eof:
            if back:
                back.give_back(len(unpacker.unused_data))
            return


def _run_length(pieces: Iterator[bytes], back: Budget | None) -> Iterator[int]:
    """A length and as many bytes, or a length and a byte that comes again (7.4.5); 128 is the end."""
    skip = 0
    for piece in pieces:
        at, size = skip, 0
        while at < len(piece):
            length = piece[at]
            if length == 128:
                if back:
                    back.give_back(len(piece) - at - 1)
                yield size
                return
            size += length + 1 if length < 128 else 257 - length
            at += length + 2 if length < 128 else 2
        skip = at - len(piece)
        yield size


def _lzw(pieces: Iterator[bytes], back: Budget | None, *, early: bool) -> Iterator[int]:
    """By the length of what each code stands for (7.4.4): what it says itself is not needed to count it."""
    lengths, before, width, held, bits = [1] * 258, 0, 9, 0, 0
    wider = 512 - early
    for piece in pieces:
        size = 0
        for at, byte in enumerate(piece, 1):
            held, bits = held << 8 | byte, bits + 8
            if bits < width:
                continue
            bits -= width
            code, held = held >> bits, held & (1 << bits) - 1
            known = len(lengths)
            if code == _CLEAR:
                del lengths[258:]
                before, width, wider = 0, 9, 512 - early
                continue
            if code == _END or code > known or (code == known and not before):
                if back:
                    back.give_back(len(piece) - at)
                yield size
                return
            length = lengths[code] if code < known else before + 1
            size += length
            if before and known < _FULL:
                lengths.append(before + 1)
                if known + 1 >= wider and width < 12:
                    width, wider = width + 1, (2 << width) - early
            before = length
        yield size
