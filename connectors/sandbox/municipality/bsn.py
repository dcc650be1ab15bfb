"""Artificial BSNs: they pass the 11-test and start with 9990. Plain Python."""

from __future__ import annotations

WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
ARTIFICIAL = "9990"
FIRST_BORN = 999_050_000
"""Numbers for who is born in the sandbox start here; the cast in the file stays below."""


def passes_11_test(bsn: str) -> bool:
    """Nine digits whose weighted sum divides by eleven."""
    if len(bsn) != len(WEIGHTS) or not bsn.isdecimal():
        return False
    return sum(int(digit) * weight for digit, weight in zip(bsn, WEIGHTS, strict=True)) % 11 == 0


def next_bsn(highest: str | None) -> str:
    """The first valid number of the newborn range after `highest` (None: the first of all).

    Raises `ValueError` when the artificial range is full.
    """
    number = FIRST_BORN if highest is None else max(FIRST_BORN, int(highest) + 1)
    while not passes_11_test(str(number)):
        number += 1
    if not str(number).startswith(ARTIFICIAL):
        raise ValueError("the artificial range is full")
    return str(number)
