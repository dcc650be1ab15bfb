"""Who belongs to a person: partner, children, parents, custody and household."""

from __future__ import annotations

from connectors.base import Malformed, Value
from connectors.sources.brp.parts import (
    Part,
    code_of,
    date_of,
    doubted,
    full_name,
    items_of,
    marked,
    names_of,
    part_of,
    text_of,
    texts,
    wrong,
)

_ENDED = "ontbindingHuwelijkPartnerschap"
_BONDS = {"H": "marriage", "P": "partnership"}
_CUSTODY = {
    "GezamenlijkOuderlijkGezag": "joint",
    "TweehoofdigOuderlijkGezag": "joint",
    "GezamenlijkGezag": "joint",
    "EenhoofdigOuderlijkGezag": "single",
    "Voogdij": "guardian",
    "TijdelijkGeenGezag": "temporarily-none",
    "GeenGezag": "none",
    "GezagNietTeBepalen": "undetermined",
    "NietTeBepalen": "undetermined",
}
"""What the register's words mean, those of earlier versions too; one that is not here, a person must read."""


def partner(person: Part) -> Value | None:
    """`brp.partner`: the spouse or registered partner of today; one who was is none.

    Where the register only doubts whether it has ended, the partner stands, in doubt.
    """
    current = [item for item in items_of(person, "partners") if "datum" not in part_of(item, _ENDED)]
    if not current:
        return None
    # A marriage abroad may give two at once. The value has room for one, so a person must look.
    part = current[0]
    data = full_name(part_of(part, "naam")) | _relative(part)
    bond = _BONDS.get(code_of(part, "soortVerbintenis"))
    if bond:
        data["bond"] = bond
    return Value(data, under_investigation=len(current) > 1 or _ENDED in part or _doubted_relative(part))


def children(person: Part) -> Value:
    """`brp.children`: the register leaves `kinderen` out when there are none, and that is an answer: []."""
    items = items_of(person, "kinderen")
    return Value([_relative(item) for item in items], under_investigation=any(map(_doubted_relative, items)))


def parents(person: Part) -> Value:
    """`brp.parents`: those of whom the register knows anything; it may also keep that one is unknown."""
    items = items_of(person, "ouders")
    known = [found for found in map(_relative, items) if found]
    return Value(known, under_investigation=any(map(_doubted_relative, items)))


def custody(person: Part) -> Value | None:
    """`brp.custody`: `type` is the register's word, `kind` is ours (`undetermined`: a person must look)."""
    items = items_of(person, "gezag")
    if not items:
        return None
    doubted_all = doubted(person, "indicatieGezagMinderjarige")
    return Value(
        [_custody(item) for item in items],
        under_investigation=doubted_all or any(doubted(item) for item in items),
    )


def _custody(item: Part) -> Part:
    word = text_of(item.get("type"))
    if word is None:
        raise wrong("gezag")
    minor = part_of(item, "minderjarige").get("burgerservicenummer")
    return {"type": word, "kind": _CUSTODY.get(word, "undetermined"), **texts(minor_bsn=minor)}


def household(residents: list[Part], bsn: str) -> Value:
    """`brp.household`: everyone registered at the address of `bsn`, without that person.

    `secret` where one of them asked for secrecy, which covers the whole address. Raises `Malformed`
    when that person is not among them: then it is another address.
    """
    if not any(one.get("burgerservicenummer") == bsn for one in residents):
        raise Malformed("brp: answered with the people of another address")
    others = [one for one in residents if one.get("burgerservicenummer") != bsn]
    return Value(
        [full_name(part_of(one, "naam")) | _relative(one) for one in others],
        under_investigation=any(map(_doubted_relative, others)),
        secret=any(marked(one, "geheimhoudingPersoonsgegevens") for one in residents),
    )


def _relative(part: Part) -> Part:
    """Number, name and birth of a partner, child, parent or resident."""
    birth_part = part_of(part, "geboorte")
    born = {"birth_date": date_of(birth_part, "datum")} if "datum" in birth_part else {}
    return texts(bsn=part.get("burgerservicenummer")) | names_of(part_of(part, "naam")) | born


def _doubted_relative(part: Part) -> bool:
    return doubted(part) or doubted(part_of(part, "naam")) or doubted(part_of(part, "geboorte"))
