"""The question by family name and birth date, and what of its answer is passed on: never a place."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from connectors.base import JSON, Malformed
from connectors.people import Person
from connectors.sources.brp.parse import reason_stopped
from connectors.sources.brp.parts import Part, date_of, full_name, names_of, part_of, text_of

KIND: Final = "ZoekMetGeslachtsnaamEnGeboortedatum"
ASKS: Final = (
    "burgerservicenummer",
    *(f"naam.{part}" for part in ("volledigeNaam", "voornamen", "voorvoegsel", "geslachtsnaam")),
    "geboorte.datum",
)
_MADE_IN_ERROR: Final = "F"
_NAME: Final = re.compile(r"[a-zA-Z0-9À-ž .'\-]{1,199}")
"""As in the specification, without its wildcard."""


def question(family_name: str, born: date, first_names: str) -> dict[str, JSON] | None:
    """None for a name that nobody can have."""
    typed = {"geslachtsnaam": family_name.strip(), "voornamen": first_names.strip()}
    if not typed["geslachtsnaam"] or not all(_NAME.fullmatch(name) for name in typed.values() if name):
        return None
    names: dict[str, JSON] = {key: name for key, name in typed.items() if name}
    return {"type": KIND, "fields": list(ASKS), "geboortedatum": born.isoformat(), **names}


def read(persons: list[Part], *, family_name: str, born: date) -> list[Person]:
    """Those who were asked for, without records made in error. Raises `Malformed` for anybody else."""
    standing = [one for one in persons if reason_stopped(one) != _MADE_IN_ERROR]
    return [_person(one, family_name.strip().casefold(), born.isoformat()) for one in standing]


def _person(part: Part, family_name: str, born: str) -> Person:
    name, bsn = part_of(part, "naam"), text_of(part.get("burgerservicenummer"))
    has_name = names_of(name).get("family_name", "").casefold() == family_name
    if bsn is None or not has_name or date_of(part_of(part, "geboorte"), "datum") != born:
        raise Malformed("brp: answered with somebody of another name or birth date")
    return Person(bsn=bsn, full=full_name(name).get("full", ""), birth_date=born)
