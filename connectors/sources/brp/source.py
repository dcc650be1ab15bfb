"""The source `brp`: Haal Centraal BRP Personen bevragen 2.7.0, one person by BSN."""

from __future__ import annotations

from collections.abc import Collection
from secrets import token_hex
from typing import ClassVar

from connectors.base import JSON, Malformed, Misconfigured, Source, Subject, UnknownSubject, Value
from connectors.http import Client
from connectors.sources.brp.parse import READERS, reason_stopped

_NOBODY = "000000000"
"""Passes the check on BSNs and is never given out: a question about it says nothing about anybody."""

_MADE_IN_ERROR = "F"

ASKS: dict[str, tuple[str, ...]] = {
    "brp.name": (
        "naam.volledigeNaam",
        "naam.voornamen",
        "naam.voorvoegsel",
        "naam.geslachtsnaam",
        "naam.voorletters",
    ),
    "brp.birth": ("geboorte.datum", "geboorte.plaats", "geboorte.land"),
    "brp.address": (
        "verblijfplaats.type",
        "verblijfplaats.verblijfadres",
        "verblijfplaats.functieAdres",
        "gemeenteVanInschrijving",
    ),
    "brp.partner": (
        *(f"partners.naam.{part}" for part in ("voornamen", "voorvoegsel", "geslachtsnaam")),
        "partners.geboorte.datum",
        "partners.soortVerbintenis",
        "partners.ontbindingHuwelijkPartnerschap.datum",
    ),
    "brp.children": (
        "kinderen.burgerservicenummer",
        *(f"kinderen.naam.{part}" for part in ("voornamen", "voorvoegsel", "geslachtsnaam")),
        "kinderen.geboorte.datum",
    ),
    "brp.alive": ("overlijden.datum",),
    "brp.custody": ("gezag.type", "gezag.minderjarige.burgerservicenummer"),
}
"""Per field of ours the fields of the register it is made of, and no more.

What the register adds by itself (inOnderzoek, geheimhoudingPersoonsgegevens, opschortingBijhouding)
may not be asked: it answers 400 to that.
"""


class BrpSource(Source):
    """Asks the BRP. The shapes of the values are in the manifest beside this file."""

    name: ClassVar[str] = "brp"

    def __init__(self, url: str, api_key: str, deadline: float = 5.0, ca_file: str | None = None) -> None:
        """`url` without `/personen`; `deadline` in seconds. Raises `ValueError` for what cannot work."""
        self._client = Client(
            url, connector=self.name, headers={"X-API-KEY": api_key}, deadline=deadline, ca_file=ca_file
        )

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        """The asked fields that the register has, in one question.

        Raises `UnknownSubject` when it has no such person, or only a record made in error;
        `Malformed` when it answers about somebody else; and what `connectors.http` raises.
        """
        unknown = set(fields) - set(ASKS)
        if unknown:
            raise Misconfigured(f"brp: does not offer {', '.join(sorted(unknown))}")
        if not fields:
            return {}
        asked = sorted({"burgerservicenummer"}.union(*(ASKS[field] for field in fields)))
        person = self._person(subject, asked, trace_id)
        values = {field: READERS[field](person) for field in sorted(set(fields))}
        return {field: value for field, value in values.items() if value is not None}

    def check(self) -> None:
        """Asks about nobody, which tries connection, key and contract. Raises a `ConnectorError`."""
        try:
            self._person(Subject(_NOBODY), ["burgerservicenummer"], token_hex(16))
        except UnknownSubject:
            return

    def _person(self, subject: Subject, asked: list[str], trace_id: str) -> dict[str, JSON]:
        question = {
            "type": "RaadpleegMetBurgerservicenummer",
            "fields": asked,
            "burgerservicenummer": [subject.bsn],
        }
        answer = self._client.post_json("/personen", question, trace_id=trace_id, idempotent=True)
        persons = answer.get("personen") if isinstance(answer, dict) else None
        if not isinstance(persons, list) or not all(isinstance(person, dict) for person in persons):
            raise Malformed("brp: the answer holds no list of persons")
        if not persons:
            raise UnknownSubject("brp: does not know this person")
        if len(persons) > 1:
            raise Malformed("brp: answered with more than one person")
        person: dict[str, JSON] = persons[0]
        if person.get("burgerservicenummer") != subject.bsn:
            raise Malformed("brp: answered with another person")
        if reason_stopped(person) == _MADE_IN_ERROR:
            raise UnknownSubject("brp: holds only a record made in error for this person")
        return person
