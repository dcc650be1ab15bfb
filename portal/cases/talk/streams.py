"""What a stream of a PDF says of itself: its length, its filters, and how large the picture is (7.3.8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from portal.cases.talk.filters import Budget, TooMuch, sizes_of
from portal.cases.talk.pictures import MOST_PIXELS, jpeg_pixels

SPACE: Final = b"\x00\t\n\x0c\r "
_DEEPEST: Final = 8
"""Brackets within brackets of one text; no program writes more."""

_GAP, _NAME = rb"[\x00\t\n\x0c\r ]", rb"/[^\x00\t\n\x0c\r ()<>\[\]{}/%]*"
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_MEANT = re.compile(rb"\\.", re.DOTALL)
_TEXT = re.compile(rb"\([^()]*\)")
_HEX = re.compile(rb"(?<!<)<[0-9A-Fa-f\x00\t\n\x0c\r ]*>")
_OBJECT = re.compile(rb"(?<![A-Za-z])obj(?![A-Za-z])")
_KEY = re.compile(rb"/Filter(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
_ONE = re.compile(rb"/Filter" + _GAP + rb"*(" + _NAME + rb")")
_LIST = re.compile(rb"/Filter" + _GAP + rb"*\[((?:" + _GAP + rb"*" + _NAME + rb")*)" + _GAP + rb"*\]")
_LENGTHS = re.compile(rb"/Length(?=[\x00\t\n\x0c\r ])")
_LENGTH = re.compile(rb"/Length" + _GAP + rb"+(\d+)(?![0-9])(?!" + _GAP + rb"+\d+" + _GAP + rb"+R)")
_EARLY = re.compile(rb"/EarlyChange(?:" + _GAP + rb"+([01])(?![0-9])(?!" + _GAP + rb"+\d+" + _GAP + rb"+R))?")
_NUMBERS = rb"(?![A-Za-z])" + _GAP + rb"*(\d{1,9})"
_SIDES = [re.compile(rb"/" + name + _NUMBERS) for name in (b"Width", b"Height", b"BitsPerComponent")]
_HEADER = 256 * 1024
"""Bytes within which a JPEG says how large it is, however much its camera wrote first."""


class Odd(Exception):
    """The file is built in a way that no ordinary program uses."""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """What stands before a stream, without texts."""

    bare: bytes

    @property
    def filters(self) -> list[str]:
        """In the order in which they are undone. Raises `Odd` where they stand elsewhere, or twice."""
        keys = len(_KEY.findall(self.bare))
        if not keys:
            return []
        found = _ONE.search(self.bare) or _LIST.search(self.bare)
        if found is None or keys > 1:
            raise Odd
        return [name.decode("latin-1") for name in found[1].translate(None, SPACE).split(b"/")[1:]]

    @property
    def early(self) -> bool:
        """Whether its LZW takes a wider code one early; it does unless it says otherwise."""
        said = _EARLY.search(self.bare)
        if said is None:
            return True
        if said[1] is None:
            raise Odd
        return said[1] == b"1"

    @property
    def picture(self) -> int:
        """Bytes that the picture takes when it is opened, for each of its colours; 0 for what is none."""
        sides = [pattern.search(self.bare) for pattern in _SIDES]
        width, height, bits = (int(one[1]) if one else 0 for one in sides)
        return width * height * (bits or 8) // 8

    def end(self, content: bytes, begin: int) -> int:
        """Where the stream ends by its length, or else the end of the file."""
        said = _LENGTH.search(self.bare) if len(_LENGTHS.findall(self.bare)) == 1 else None
        if said is None:
            return len(content)
        end = begin + min(int(said[1]), len(content))
        return end if content[end : end + 16].lstrip(SPACE).startswith(b"endstream") else len(content)


def dictionary_of(part: bytes) -> Dictionary:
    """The one at the end of what stands between two streams. Raises `Odd` where it cannot be told apart."""
    bare = _MEANT.sub(b"", part[part.rfind(b"endstream") + 1 :])  # a bracket that is a letter of a text
    for _depth in range(_DEEPEST):
        shorter = _TEXT.sub(b" ", bare)
        if shorter == bare:
            break
        bare = shorter
    bare = _HEX.sub(b" ", bare)
    bare = _OBJECT.split(bare)[-1].strip(SPACE)
    if not bare.startswith(b"<<") or bare.count(b"<<") != bare.count(b">>") or set(b"()%") & set(bare):
        raise Odd
    return Dictionary(_ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), bare))


def sizes(said: Dictionary, packed: memoryview, budget: Budget) -> Iterator[int]:
    """How much it unpacks to, a number for each piece. Raises `TooMuch` for a picture that is too large."""
    filters = said.filters
    if said.picture > budget.one:
        raise TooMuch
    if filters in (["DCTDecode"], ["DCT"]) and jpeg_pixels(bytes(packed[:_HEADER])) > MOST_PIXELS:
        raise TooMuch
    return sizes_of(packed, filters, budget, early=said.early)
