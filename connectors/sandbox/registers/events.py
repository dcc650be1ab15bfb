"""What happened to a person lately, read off the register of persons itself: births, deaths and moves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from connectors.sandbox.models import Person

_LATELY = timedelta(days=90)
_RELATIVES = (("partners", "partner"), ("kinderen", "kind"), ("ouders", "ouder"))

Record = dict[str, Any]


def events_of(bsn: str, day: date) -> Record | None:
    """The events of one person in the shape of the register's answer; None where it does not know them."""
    person = Person.objects.filter(bsn=bsn).first()
    if person is None:
        return None
    first = day - _LATELY
    found = [one for one in _events(person.record) if first <= date.fromisoformat(one["datum"]) <= day]
    return {"gebeurtenissen": sorted(found, key=lambda one: str(one["datum"]), reverse=True)}


def _events(record: Record) -> Iterator[Record]:
    own = record["burgerservicenummer"]
    if moved := _day(record.get("verblijfplaats", {}).get("datumVan")):
        yield _event(own, "nl.brp.verhuisd.intergemeentelijk", "zelf", moved)
    for child in record.get("kinderen", []):
        if born := _day(child.get("geboorte", {}).get("datum")):
            yield _event(child.get("burgerservicenummer", own), "nl.brp.geboren", "kind", born)
    for key, who in _RELATIVES:
        bsns = [one["burgerservicenummer"] for one in record.get(key, []) if one.get("burgerservicenummer")]
        for relative in Person.objects.filter(bsn__in=bsns):
            if died := _day(relative.record.get("overlijden", {}).get("datum")):
                yield _event(relative.bsn, "nl.brp.overleden", who, died)


def _event(about: str, kind: str, who: str, day: str) -> Record:
    """One event. Its id says nothing of the person, and is the same each time."""
    return {
        "id": str(uuid5(NAMESPACE_URL, f"{about} {kind} {day}")),
        "type": kind,
        "betrokkene": who,
        "datum": day,
    }


def _day(value: Any) -> str | None:
    """A day that is known in full."""
    return value.get("datum") if isinstance(value, dict) and value.get("type") == "Datum" else None
