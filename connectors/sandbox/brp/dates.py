"""Dates as the BRP writes them, and ages. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def full_date(day: date) -> dict[str, str]:
    """A complete date in the shape of the API (`Datum`)."""
    return {
        "type": "Datum",
        "datum": day.isoformat(),
        "langFormaat": f"{day.day} {MONTHS[day.month - 1]} {day.year}",
    }


def age_of(birth: Mapping[str, Any], today: date) -> int | None:
    """Age in whole years, or None where the date leaves room for two answers."""
    kind = birth.get("type")
    if kind == "Datum":
        born = date.fromisoformat(birth["datum"])
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    if kind == "JaarMaandDatum" and birth["maand"] != today.month:
        return int(today.year - birth["jaar"] - (today.month < birth["maand"]))
    return None
