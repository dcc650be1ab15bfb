"""The source `brp`: Haal Centraal BRP Personen bevragen 2.7.0, by BSN, dwelling or name."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from secrets import token_hex
from typing import ClassVar

from connectors.base import (
    JSON,
    NOBODY,
    Malformed,
    Misconfigured,
    Refused,
    Source,
    Subject,
    UnknownSubject,
    Value,
)
from connectors.http import Client
from connectors.people import FindsPeople, Person, TooManyPeople
from connectors.sources.brp import search
from connectors.sources.brp.family import household
from connectors.sources.brp.parse import READERS, reason_stopped
from connectors.sources.brp.parts import Part

_MADE_IN_ERROR = "F"
_TOO_MANY = "tooManyResults"

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
        "verblijfplaats.adresseerbaarObjectIdentificatie",
        "verblijfplaats.nummeraanduidingIdentificatie",
        "verblijfplaats.datumVan",
        "gemeenteVanInschrijving",
    ),
    "brp.partner": (
        "partners.burgerservicenummer",
        *(f"partners.naam.{part}" for part in ("voornamen", "voorvoegsel", "geslachtsnaam")),
        "partners.geboorte.datum",
        "partners.soortVerbintenis",
        "partners.ontbindingHuwelijkPartnerschap",
    ),
    "brp.children": (
        "kinderen.burgerservicenummer",
        *(f"kinderen.naam.{part}" for part in ("voornamen", "voorvoegsel", "geslachtsnaam")),
        "kinderen.geboorte.datum",
    ),
    "brp.parents": (
        "ouders.burgerservicenummer",
        *(f"ouders.naam.{part}" for part in ("voornamen", "voorvoegsel", "geslachtsnaam")),
        "ouders.geboorte.datum",
    ),
    "brp.alive": ("overlijden.datum",),
    "brp.adult": ("leeftijd",),
    "brp.guardianship": ("indicatieCurateleRegister",),
    "brp.custody": ("gezag.type", "gezag.minderjarige.burgerservicenummer"),
}
"""Per field of ours the fields of the register it is made of, and no more.

What the register adds by itself (inOnderzoek, geheimhoudingPersoonsgegevens, opschortingBijhouding)
may not be asked: it answers 400 to that.
"""

HOUSEHOLD = "brp.household"
ASKS_OF_RESIDENTS = (
    "burgerservicenummer",
    *(f"naam.{part}" for part in ("volledigeNaam", "voornamen", "voorvoegsel", "geslachtsnaam")),
    "geboorte.datum",
)
"""What `brp.household` asks of everyone at an address: a question of its own."""


class TooManyResidents(Refused):
    """More people are registered at the address than one answer of the register may hold."""


class BrpSource(Source, FindsPeople):
    """Asks the BRP. The shapes of the values are in the manifest beside this file."""

    name: ClassVar[str] = "brp"

    def __init__(self, url: str, api_key: str, deadline: float = 5.0, ca_file: str | None = None) -> None:
        """`url` without `/personen`; `deadline` in seconds. Raises `ValueError` for what cannot work."""
        self._client = Client(
            url, connector=self.name, headers={"X-API-KEY": api_key}, deadline=deadline, ca_file=ca_file
        )

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        """The asked fields that the register has, in one question; the household takes one more.

        Raises `UnknownSubject` when it has no such person, or only a record made in error;
        `Malformed` when it answers about somebody else; `TooManyResidents`; and what
        `connectors.http` raises.
        """
        unknown = set(fields) - set(ASKS) - {HOUSEHOLD}
        if unknown:
            raise Misconfigured(f"brp: does not offer {', '.join(sorted(unknown))}")
        values: dict[str, Value | None] = {}
        of_person = sorted(set(fields) - {HOUSEHOLD})
        if of_person:
            asked = sorted({"burgerservicenummer"}.union(*(ASKS[field] for field in of_person)))
            person = self._person(subject, asked, trace_id)
            values = {field: READERS[field](person) for field in of_person}
        if HOUSEHOLD in fields:
            values[HOUSEHOLD] = self._household(subject, trace_id)
        return {field: value for field, value in values.items() if value is not None}

    def find_people(
        self, *, family_name: str, born: date, first_names: str = "", trace_id: str
    ) -> list[Person]:
        """As `FindsPeople` says; a name that the register cannot hold is nobody's, and is not asked."""
        question = search.question(family_name, born, first_names)
        if question is None:
            return []
        try:
            found = self._ask(question, trace_id)
        except Refused as refusal:
            if _TOO_MANY not in refusal.codes:
                raise
            said = "brp: more people have this name and birth date than one answer holds"
            raise TooManyPeople(said, status=refusal.status, codes=refusal.codes) from None
        return search.read(found, family_name=family_name, born=born)

    def check(self) -> None:
        """Asks about nobody, which tries connection, key and contract. Raises a `ConnectorError`."""
        try:
            self._person(Subject(NOBODY), ["burgerservicenummer"], token_hex(16))
        except UnknownSubject:
            return

    def _person(self, subject: Subject, asked: list[str], trace_id: str) -> Part:
        question = {
            "type": "RaadpleegMetBurgerservicenummer",
            "fields": asked,
            "burgerservicenummer": [subject.bsn],
        }
        persons = self._ask(question, trace_id)
        if not persons:
            raise UnknownSubject("brp: does not know this person")
        if len(persons) > 1:
            raise Malformed("brp: answered with more than one person")
        person = persons[0]
        if person.get("burgerservicenummer") != subject.bsn:
            raise Malformed("brp: answered with another person")
        if reason_stopped(person) == _MADE_IN_ERROR:
            raise UnknownSubject("brp: holds only a record made in error for this person")
        return person

    def _household(self, subject: Subject, trace_id: str) -> Value | None:
        """None where the address is no dwelling in the BAG: abroad, unknown, a place without a number."""
        if "brp.address" not in subject.given:
            raise Misconfigured(f"{HOUSEHOLD} is asked before brp.address is known")
        dwelling = subject.given["brp.address"].get("object_id")
        if not dwelling:
            return None
        question = {
            "type": "ZoekMetAdresseerbaarObjectIdentificatie",
            "fields": list(ASKS_OF_RESIDENTS),
            "adresseerbaarObjectIdentificatie": dwelling,
        }
        try:
            residents = self._ask(question, trace_id)
        except Refused as refusal:
            if _TOO_MANY not in refusal.codes:
                raise
            said = "brp: more people are registered at this address than one answer holds"
            raise TooManyResidents(said, status=refusal.status, codes=refusal.codes) from None
        return household(residents, subject.bsn)

    def _ask(self, question: dict[str, JSON], trace_id: str) -> list[Part]:
        answer = self._client.post_json("/personen", question, trace_id=trace_id, idempotent=True)
        persons = answer.get("personen") if isinstance(answer, dict) else None
        if not isinstance(persons, list) or not all(isinstance(person, dict) for person in persons):
            raise Malformed("brp: the answer holds no list of persons")
        return persons
