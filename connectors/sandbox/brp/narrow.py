"""Leaves of a record only what was asked, as the real API does. Plain Python.

Always delivered, asked or not: secrecy, suspension, verification, RNI, and the doubt (inOnderzoek) about what
is delivered. Ages are worked out for the day of asking.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from connectors.sandbox.brp.dates import age_of
from connectors.sandbox.brp.fields import PERSON, Tree

JSON = Any
Record = dict[str, Any]

ALWAYS_OF_PERSON = ("geheimhoudingPersoonsgegevens", "opschortingBijhouding", "rni", "verificatie")
ALWAYS_OF_GROUP = ("type", "indicatieVastgesteldVerblijftNietOpAdres")
INSIDE_THE_COUNTRY = ("Adres", "Locatie")

PERSON_LEVEL = frozenset({"burgerservicenummer", "geslacht", "leeftijd"})
SALUTATION = frozenset({"aanhef", "aanschrijfwijze", "gebruikInLopendeTekst"})
DOUBT_DATES = {
    "datumIngangOnderzoekGemeente": frozenset({"gemeenteVanInschrijving", "datumInschrijvingInGemeente"}),
    "datumIngangOnderzoekGezag": frozenset({"indicatieCurateleRegister", "indicatieGezagMinderjarige"}),
    "datumIngangOnderzoekVerblijfplaats": frozenset({"adresregel1", "adresregel2", "adresregel3", "land"}),
    "datumIngangOnderzoekPersoon": PERSON_LEVEL | SALUTATION,
    "datumIngangOnderzoekPartner": SALUTATION,
}
"""Which doubts a start date belongs to; any other start date belongs to all of its group."""


def narrow(record: Record, wanted: Tree, today: date) -> Record:
    """The person as delivered to who asked for `wanted`."""
    current = with_ages(record, today)
    tree = _without_aliases(current, wanted)
    kept: Record = _pick(current, tree)
    kept.update({name: current[name] for name in ALWAYS_OF_PERSON if name in current})
    return kept


def with_ages(record: Record, today: date) -> Record:
    """The record with the ages of that day; the dead have none."""
    current = {name: value for name, value in record.items() if name != "leeftijd"}
    age = age_of(record.get("geboorte", {}).get("datum", {}), today)
    if age is not None and "overlijden" not in record:
        current["leeftijd"] = age
    births = {kid.get("burgerservicenummer"): kid.get("geboorte", {}) for kid in record.get("kinderen", [])}
    births[record.get("burgerservicenummer")] = record.get("geboorte", {})
    current["gezag"] = [_custody_with_age(one, births, today) for one in record.get("gezag", [])]
    return current


def _custody_with_age(custody: Record, births: dict[str | None, Record], today: date) -> Record:
    minor = custody["minderjarige"]
    age = age_of(births.get(minor["burgerservicenummer"], {}).get("datum", {}), today)
    return custody if age is None else {**custody, "minderjarige": {**minor, "leeftijd": age}}


def _without_aliases(record: Record, wanted: Tree) -> Tree:
    """`verblijfplaatsBinnenland` and `adresseringBinnenland` ask for addresses in this country only."""
    tree = {name: below for name, below in wanted.items() if not name.endswith("Binnenland")}
    is_inside = record.get("verblijfplaats", {}).get("type") in INSIDE_THE_COUNTRY
    if "verblijfplaatsBinnenland" in wanted:
        tree.setdefault("verblijfplaats", wanted["verblijfplaatsBinnenland"] if is_inside else {"type": {}})
    if "adresseringBinnenland" in wanted:
        asked: Tree = wanted["adresseringBinnenland"] or {
            name: {} for name in PERSON.parts["adresseringBinnenland"].parts
        }
        lines = {} if is_inside else {"adresregel1", "adresregel2"}
        tree.setdefault("adressering", {name: below for name, below in asked.items() if name not in lines})
    return tree


def _pick(value: JSON, wanted: Tree) -> JSON:
    if not wanted:
        return value
    if isinstance(value, list):
        return [_pick(item, wanted) for item in value]
    if not isinstance(value, dict):
        return value
    kept: Record = {}
    for name in [*wanted, *(extra for extra in ALWAYS_OF_GROUP if extra not in wanted)]:
        part = _pick(value[name], wanted.get(name, {})) if name in value else {}
        if part != {}:
            kept[name] = part
    doubt = _doubt(value.get("inOnderzoek"), kept)
    return {**kept, "inOnderzoek": doubt} if doubt else kept


def _doubt(doubts: JSON, kept: Record) -> JSON:
    """The part of `inOnderzoek` that is about delivered fields, with its start dates."""
    if not isinstance(doubts, dict):
        return doubts
    flags = {name: flag for name, flag in doubts.items() if name in kept}
    dates = {
        name: start
        for name, start in doubts.items()
        if name.startswith("datumIngangOnderzoek") and DOUBT_DATES.get(name, flags.keys()) & flags.keys()
    }
    return {**flags, **dates}
