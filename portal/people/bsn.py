"""The burgerservicenummer as a number: nothing here knows whose it is."""

from __future__ import annotations

import re
from typing import Final

from django.conf import settings

_NINE_DIGITS: Final = re.compile(r"[0-9]{9}")
_OF_NOBODY: Final = "999"
"""So begin the numbers that are given to nobody, for tests (RvIG, and the sandbox's own)."""
_WEIGHTS: Final = (9, 8, 7, 6, 5, 4, 3, 2, -1)


class InvalidBsn(ValueError):
    """Not a BSN. The message never holds the value: it may be a real one, mistyped."""

    def __init__(self) -> None:
        super().__init__("not a valid burgerservicenummer")


def is_valid_bsn(value: object) -> bool:
    """True for a string of nine ASCII digits, not all zeros, that passes the eleven test (elfproef)."""
    if not isinstance(value, str) or not _NINE_DIGITS.fullmatch(value) or value == "000000000":
        return False
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, value, strict=True)) % 11 == 0


def may_be_here(bsn: str) -> bool:
    """Whether this installation may know who has this number: where one practises, invented people only."""
    return not settings.PRACTICE or bsn.startswith(_OF_NOBODY)
