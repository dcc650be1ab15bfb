"""The kinds of single values in an answer: what each accepts, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from connectors.base import JSON

_AMOUNT = re.compile(r"(-?[0-9]{1,12})(?:\.([0-9]{1,2}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def _text(value: JSON) -> JSON:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text with at least one sign")
    return value


def _integer(value: JSON) -> JSON:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("a whole number")
    return value


def _amount(value: JSON) -> JSON:
    match = _AMOUNT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('an amount in euros as text, such as "291.49"')
    return f"{match[1]}.{match[2] or '':0<2}"


def _cents(value: JSON) -> JSON:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("an amount in whole cents")
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02}"


def _date(value: JSON) -> JSON:
    if not isinstance(value, str) or not _DAY.fullmatch(value) or not _exists(value):
        raise ValueError("a date such as 2026-12-31")
    return value


def _exists(day: str) -> bool:
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _month(value: JSON) -> JSON:
    if not isinstance(value, str) or not _MONTH.fullmatch(value):
        raise ValueError("a month such as 2026-12")
    return value


def _yes_no(value: JSON) -> JSON:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


KINDS: dict[str, Callable[[JSON], JSON]] = {
    "text": _text,
    "integer": _integer,
    "amount": _amount,
    "cents": _cents,
    "date": _date,
    "month": _month,
    "yes_no": _yes_no,
}
"""By the word in the manifest. Each raises `ValueError` for a value that is not of its kind.

Both kinds of money become one: euros as text with two decimals, "291.49", which loses nothing.
"""
