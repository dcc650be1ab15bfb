"""Reads a `Persoon` of Haal Centraal BRP Personen 2.7.0 into values of ours.

Each reader takes the whole person and returns a `Value`, or None when the register has nothing for
that field.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.base import Value
from connectors.sources.brp.family import children, custody, parents, partner
from connectors.sources.brp.parts import (
    Part,
    code_of,
    date_of,
    described,
    doubted,
    full_name,
    names_of,
    number_of,
    part_of,
    texts,
    wrong,
)
from connectors.sources.brp.residence import address

_DIED = "O"
_UNKNOWN_REASON = "."
_ADULT = 18
"""Years (BW 1:233)."""


def name(person: Part) -> Value | None:
    """`brp.name`; `full` is the register's own, title included and a partner's name not."""
    part = part_of(person, "naam")
    data = full_name(part) | names_of(part) | texts(initials=part.get("voorletters"))
    return Value(data, under_investigation=doubted(part)) if data else None


def birth(person: Part) -> Value | None:
    """`brp.birth`; `date` is always there, null when unknown."""
    part = part_of(person, "geboorte")
    if not part:
        return None
    data = {"date": date_of(part, "datum")} | texts(
        place=described(part, "plaats"), country=described(part, "land")
    )
    return Value(data, under_investigation=doubted(part))


def alive(person: Part) -> Value | None:
    """`brp.alive`. A record that stopped for a reason unknown says neither."""
    died = part_of(person, "overlijden")
    reason = reason_stopped(person)
    if died or reason == _DIED:
        return Value({"alive": False}, under_investigation=doubted(died))
    return None if reason == _UNKNOWN_REASON else Value({"alive": True})


def adult(person: Part) -> Value | None:
    """`brp.adult`, from the age that the register works out; it has none where the birth date leaves two."""
    if person.get("leeftijd") is None:
        return None
    return Value(
        {"adult": number_of(person, "leeftijd") >= _ADULT}, under_investigation=doubted(person, "leeftijd")
    )


def guardianship(person: Part) -> Value:
    """`brp.guardianship` (curatele): the register leaves its mark out for who is not under it."""
    mark = person.get("indicatieCurateleRegister", False)
    if not isinstance(mark, bool):
        raise wrong("indicatieCurateleRegister")
    data = {"under_guardianship": mark}
    return Value(data, under_investigation=doubted(person, "indicatieCurateleRegister"))


READERS: dict[str, Callable[[Part], Value | None]] = {
    "brp.name": name,
    "brp.birth": birth,
    "brp.address": address,
    "brp.partner": partner,
    "brp.children": children,
    "brp.parents": parents,
    "brp.alive": alive,
    "brp.adult": adult,
    "brp.guardianship": guardianship,
    "brp.custody": custody,
}
"""What one person's record says; the household takes a question of its own (`family.household`)."""


def reason_stopped(person: Part) -> str:
    """Why the register stopped keeping this record up (O died, F made in error …); "" when it did not."""
    return code_of(part_of(person, "opschortingBijhouding"), "reden")
