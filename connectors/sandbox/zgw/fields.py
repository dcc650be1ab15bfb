"""Reads the body of a write: each field with its limits. Everything that is wrong is told at once."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import TypeVar

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from connectors.sandbox.clock import latest_now
from connectors.sandbox.municipality.bsn import passes_11_test
from connectors.sandbox.zgw.answers import JSON
from connectors.sandbox.zgw.problems import Wrong, invalid

LONGEST_URL = 1000
Found = TypeVar("Found")


class Fields:
    """Ask for the fields one by one, then call `check`. A field that is wrong gives an empty value first."""

    def __init__(self, body: JSON) -> None:
        self.body = body
        self.wrongs: list[Wrong] = []

    def wrong(self, name: str, code: str, reason: str) -> None:
        """Notes something that is wrong."""
        self.wrongs.append(Wrong(name, code, reason))

    def check(self) -> None:
        """Raises a problem when something was wrong."""
        if self.wrongs:
            raise invalid(*self.wrongs)

    def text(self, name: str, longest: int | None = None, *, is_required: bool = False) -> str:
        """A text; "" where it is missing and may be."""
        value = self.body.get(name)
        if value is None or value == "":
            if is_required:
                self.wrong(name, "required" if value is None else "blank", "Dit veld is verplicht.")
            return ""
        if not isinstance(value, str):
            self.wrong(name, "invalid", "Dit moet tekst zijn.")
            return ""
        if longest is not None and len(value) > longest:
            self.wrong(name, "max_length", f"Dit mag hooguit {longest} tekens zijn.")
            return ""
        return value

    def choice(self, name: str, choices: Collection[str], *, is_required: bool = False) -> str:
        """One of a few texts, or ""."""
        value = self.text(name, is_required=is_required)
        if value and value not in choices:
            self.wrong(name, "invalid_choice", "Deze keuze bestaat niet.")
        return value

    def rsin(self, name: str, *, is_required: bool = False) -> str:
        """The number of an organisation."""
        value = self.text(name, 9, is_required=is_required)
        if value and not passes_11_test(value):
            self.wrong(name, "invalid", "Dit is geen geldig RSIN.")
        return value

    def day(self, name: str, *, is_required: bool = False) -> str:
        """A date as 2026-11-22, or ""."""
        text = self.text(name, is_required=is_required)
        if text and self._parsed(date.fromisoformat, text) is None:
            self.wrong(name, "invalid", "Dit is geen datum.")
            return ""
        return text

    def past_moment(self, name: str) -> datetime | None:
        """A required moment, which may not still have to come. Without a zone it is Dutch time."""
        text = self.text(name, is_required=True)
        found = self._parsed(parse_datetime, text)
        if text and found is None:
            self.wrong(name, "invalid", "Dit is geen tijdstip.")
        if found and timezone.is_naive(found):
            found = timezone.make_aware(found)
        if found and found > latest_now():
            self.wrong(name, "date-in-future", "Dit tijdstip mag niet in de toekomst liggen.")
        return found

    def content(self, name: str) -> bytes | None:
        """What was sent as base64; None where nothing was."""
        text = self.text(name)
        if not text:
            return None
        try:
            return b64decode(text, validate=True)
        except ValueError:
            self.wrong(name, "incorrect-inhoud", "Dit is geen base64.")
            return None

    def whole_number(self, name: str) -> int | None:
        """A number that is not below zero; None where it was not sent."""
        value = self.body.get(name)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.wrong(name, "invalid", "Dit moet een getal zijn.")
            return None
        return value

    def link(self, name: str, find: Callable[[str], Found | None]) -> Found | None:
        """What a required URL points at."""
        url = self.text(name, LONGEST_URL, is_required=True)
        found = find(url) if url else None
        if url and found is None:
            self.wrong(name, "bad-url", "Deze URL verwijst niet naar iets dat hier bestaat.")
        return found

    @staticmethod
    def _parsed(parse: Callable[[str], Found | None], text: str) -> Found | None:
        try:
            return parse(text)
        except ValueError:
            return None  # well formed, but no such day


def sure(value: Found | None) -> Found:
    """For after `Fields.check`, which has already refused what is None."""
    if value is None:
        raise AssertionError("check() was not called")
    return value
