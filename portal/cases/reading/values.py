"""What a field holds, as lines of text: after the `show` of its definition, or by code of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.model import FieldDefinition, Shown, Text
from portal.cases.journey.addresses import house_of, one_line
from portal.catalogue import catalogue
from portal.days import day_words
from portal.ledger.engine.gather import Known, fact_of
from portal.ledger.keys import KeyDestroyed
from portal.people.models import Citizen
from portal.people.unregistered import details_of


def value_lines(field: str, value: Any) -> list[str]:
    """A value as lines of text; the shapes are those of the sources' manifests. Never a BSN.

    A value of which nothing can be shown says so: an empty place would read as "there is none".
    """
    if value is None:
        return [none_words(field)]
    return [line for line in _lines(field, value) if line] or [_("Wij kunnen dit hier niet laten zien.")]


def none_words(field: str) -> str:
    """That a register has none of a field, in the field's own words where it has them."""
    definition = catalogue().fields.get(field)
    own = in_language(definition.none) if definition else ""
    return own or _("Niet bekend in het register")


def _lines(field: str, value: Any) -> list[str]:
    by_code, definition = _BY_CODE.get(field), catalogue().fields.get(field)
    if definition is not None and definition.derived:
        return [_("Ja") if value["answer"] else _("Nee")] if "answer" in value else []
    if value == [] and definition is not None and definition.none:
        return [in_language(definition.none)]
    if by_code is not None:
        return by_code(value)
    if definition is not None and definition.show:
        return _by_definition(definition, value)
    return _as_it_is(value)


def _as_it_is(value: Any) -> list[str]:
    """A field that the catalogue has no more, in a payload of long ago: no BSN in it."""
    if isinstance(value, list):
        return [line for item in value for line in _as_it_is(item)]
    if isinstance(value, dict):
        plain = {key: part for key, part in value.items() if not isinstance(part, dict | list)}
        return [f"{key}: {part}" for key, part in plain.items() if not key.endswith("bsn")]
    return [str(value)]


def right_lines(field: str, right: Any) -> list[str]:
    """What a value should be by the citizen's word: typed as a text, or in the fields of the value."""
    if right is None:
        return []
    return (
        [line for line in right.splitlines() if line] if isinstance(right, str) else value_lines(field, right)
    )


def can_be_shown(definition: FieldDefinition) -> bool:
    """Whether something says how its values read."""
    return bool(definition.show) or definition.name in _BY_CODE


def _by_definition(definition: FieldDefinition, value: Any) -> list[str]:
    if isinstance(value, list):
        return [", ".join(_parts(definition, item)) for item in value]
    return _parts(definition, value)


def _parts(definition: FieldDefinition, value: dict[str, Any]) -> list[str]:
    return [_part(shown, value[shown.key]) for shown in definition.show if shown.key in value]


def _part(shown: Shown, value: Any) -> str:
    text = _single(shown, value)
    return f"{in_language(shown.label)}: {text}" if shown.label else text


def _single(shown: Shown, value: Any) -> str:
    match shown.kind:
        case "date" | "month":
            return day(value)
        case "euro":
            return euro(value)
        case "yes_no":
            return _("Ja") if value else _("Nee")
        case "choice":
            known = (in_language(choice.label) for choice in shown.choices if choice.value == value)
            return next(known, _("Onbekend"))
        case _:
            return str(value)


def euro(amount: str) -> str:
    """An amount such as "291.49" as people write it: "€ 291,49"."""
    return f"€ {number_format(Decimal(amount), 2, use_l10n=True, force_grouping=True)}"


def day(value: str | None) -> str:
    """A date that may be partial: a day, a month with a year, a year, or unknown."""
    parts = [int(part) for part in value.split("-")] if value else []
    match parts:
        case [year, month, day]:
            return day_words(date(year, month, day), "SHORT_DATE_FORMAT")
        case [year, month]:
            return day_words(date(year, month, 1), "F Y")
        case [year]:
            return str(year)
        case _:
            return _("onbekende datum")


def in_language(text: Text | None) -> str:
    """A text of the catalogue in the language of the page; "" for none."""
    return text.in_language(language()) if text else ""


def language() -> str:
    """The language of the page: "nl" or "en"."""
    return "en" if (get_language() or "nl").split("-")[0] == "en" else "nl"


def _name(value: dict[str, Any]) -> list[str]:
    return [value.get("full") or full_name(value)]


def full_name(value: dict[str, Any]) -> str:
    """First names, prefix and family name in one, leaving out what is unknown."""
    return " ".join(value[key] for key in ("first_names", "prefix", "family_name") if value.get(key))


def _birth(value: dict[str, Any]) -> list[str]:
    place = ", ".join(value[key] for key in ("place", "country") if value.get(key))
    return [day(value.get("date")), place]


def _address(value: dict[str, Any]) -> list[str]:
    if value.get("kind") == "unknown":
        return [_("Onbekend")]
    post = [_("Dit is een briefadres")] if value.get("function") == "post" else []
    return [*(value.get("lines") or typed_address(value)), *post]


def typed_address(value: dict[str, Any]) -> list[str]:
    """An address as it was typed or chosen, in the lines of an envelope."""
    number = house_of(str(value.get("number", "")), str(value.get("suffix", "")))
    house = " ".join(part for part in (value.get("street"), number) if part)
    return [house, " ".join(value[key] for key in ("postcode", "city") if value.get(key))]


def _partner(value: dict[str, Any]) -> list[str]:
    bond = {"marriage": _("getrouwd"), "partnership": _("geregistreerd partnerschap")}
    return [*_name(value), bond.get(value.get("bond", ""), "")]


def _people(value: list[dict[str, Any]]) -> list[str]:
    return [f"{person.get('full') or full_name(person)}, {day(person.get('birth_date'))}" for person in value]


def _custody(value: list[dict[str, Any]]) -> list[str]:
    kinds = {
        "joint": _("Ouders hebben samen het gezag"),
        "single": _("Een ouder heeft het gezag"),
        "guardian": _("Een voogd heeft het gezag"),
        "temporarily-none": _("Tijdelijk heeft niemand het gezag"),
        "undetermined": _("Het is niet duidelijk wie het gezag heeft"),
        "none": _("Niemand heeft het gezag"),
    }
    return sorted({kinds.get(item.get("kind", ""), _("Onbekend")) for item in value})


_BY_CODE: dict[str, Callable[[Any], list[str]]] = {
    "brp.name": _name,
    "brp.birth": _birth,
    "brp.address": _address,
    "brp.partner": _partner,
    "brp.children": _people,
    "brp.parents": _people,
    "brp.household": _people,
    "brp.custody": _custody,
    "bag.addresses": lambda found: [one_line(one) for one in found],
}


def name_of(citizen: Citizen | None) -> str:
    """The citizen's name as the register gave it; "" until it was asked, and once it was destroyed.

    Of who has no BSN as they said it.
    """
    if citizen is None:
        return ""
    if citizen.bsn is None:
        details = details_of(citizen)
        return details.name if details else ""
    try:
        name = fact_of(citizen, "brp.name")
    except KeyDestroyed:
        return ""
    return full_name(name.value) if isinstance(name, Known) else ""
