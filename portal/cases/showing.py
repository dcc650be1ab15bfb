"""Values and answers as lines of text, for the pages of citizens and staff alike. Never a BSN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.model import Question, QuestionGroup, Service
from portal.cases.addresses import house_of, one_line
from portal.cases.answers import Item, asked
from portal.cases.marks import as_it_stands
from portal.cases.models import Case
from portal.cases.payloads import Payload
from portal.catalogue import catalogue
from portal.ledger.keys import destroyed_at


@dataclass(frozen=True, slots=True)
class Row:
    """A label with its lines, and what must be known of it."""

    name: str
    label: str
    lines: list[str]
    source: str = ""
    provisional: bool = False
    under_investigation: bool = False
    secret: bool = False
    disputed: str = ""
    right: list[str] = field(default_factory=list)


def payload_rows(service: Service, payload: Payload) -> list[Row]:
    """The facts of a payload."""
    return [
        Row(
            name=name,
            label=field_label(name),
            lines=value_lines(name, entry["value"]),
            source=source_name(entry.get("source", "")),
            provisional=entry.get("provisional", False),
            under_investigation=entry.get("under_investigation", False),
            secret=is_masked(name, secret=entry.get("secret", False)),
            disputed=entry.get("disputed", ""),
            right=right_lines(name, entry.get("right")),
        )
        for name in service.needs
        if (entry := payload["facts"].get(name))
    ]


def not_fetched_labels(payload: Payload) -> list[str]:
    """The fields that the agency must look up itself."""
    return [field_label(name) for name in payload.get("not_fetched", [])]


def sent_context(case: Case, payload: Payload | None) -> dict[str, Any]:
    """What `_sent.html` shows of a case; None: that it was destroyed, and when."""
    if payload is None:
        return {"destroyed_at": destroyed_at(case.citizen, case.retention), "is_destroyed": True}
    payload = as_it_stands(payload, case)
    return {
        "facts": payload_rows(case.definition, payload),
        "not_fetched": not_fetched_labels(payload),
        "answers": answer_rows(case.definition.ask, payload["answers"]),
    }


def answer_rows(
    groups: tuple[QuestionGroup, ...], answers: dict[str, list[Item]]
) -> list[tuple[str, list[Row]]]:
    """The answers, a title and its rows for each item of each group."""
    shown = []
    for group in groups:
        items = answers.get(group.id, [])
        for number, item in enumerate(items, start=1):
            title = _text(group.item or group.title) + (f" {number}" if group.item and len(items) > 1 else "")
            rows = [
                _answer_row(question, item) for question in group.questions if _is_answered(question, item)
            ]
            if rows:
                shown.append((title, rows))
    return shown


def _is_answered(question: Question, item: Item) -> bool:
    return asked(question, item) and item.get(question.id) not in (None, "")


def _answer_row(question: Question, item: Item) -> Row:
    value = item[question.id]
    lines = _chosen_address(value) if question.kind == "address" else [answer_text(question, value)]
    return Row(name=question.id, label=_text(question.label), lines=lines)


def _chosen_address(value: Item) -> list[str]:
    """An address that was asked; one that no register knows says so."""
    lines = _typed_address(value)
    if not value.get("object_id"):
        lines.append(_("Dit adres is niet opgezocht in het adressenregister (BAG)."))
    return lines


def answer_text(question: Question, value: Any) -> str:
    """One answer as a person reads it."""
    match question.kind:
        case "date":
            return _day(value)
        case "choice":
            return next(
                (_text(choice.label) for choice in question.choices if choice.value == value), str(value)
            )
        case "yes_no":
            return _("Ja") if value == "yes" else _("Nee")
        case "municipality":
            agency = catalogue().agency_of_kind("gemeente", str(value))
            return agency.name if agency else _("Een andere gemeente")
        case "iban":
            return " ".join(value[i : i + 4] for i in range(0, len(value), 4))
        case _:
            return str(value)


def field_label(name: str) -> str:
    """The field's name on screen; its bare name where the catalogue has it no more."""
    field = catalogue().fields.get(name)
    return _text(field.label) if field else name


def is_masked(name: str, *, secret: bool) -> bool:
    """Whether a value is hidden until it is tapped. What the catalogue no longer knows is, to be safe."""
    field = catalogue().fields.get(name)
    return secret and (field is None or field.masked_when_secret)


def source_name(source: str) -> str:
    """Where a value came from, as it stands in small print."""
    return {
        "citizen": _("door u ingevuld"),
        "bag": _("Basisregistratie Adressen en Gebouwen (BAG)"),
        "brp": _("Basisregistratie Personen (BRP)"),
    }.get(source, source)


def value_lines(field: str, value: Any) -> list[str]:
    """A value as lines of text; the shapes are those of the sources' manifests."""
    if value is None:
        return [_("Niet bekend in het register")]
    definition = catalogue().fields.get(field)
    if definition and definition.derived:
        return [_("Ja") if value.get("answer") else _("Nee")]
    show = _SHOWN.get(field)
    if show is not None:
        return [line for line in show(value) if line]
    return [f"{key}: {part}" for key, part in value.items()] if isinstance(value, dict) else [str(value)]


def right_lines(field: str, right: Any) -> list[str]:
    """What a value should be by the citizen's word: typed as a text, or in the fields of the value."""
    if right is None:
        return []
    return (
        [line for line in right.splitlines() if line] if isinstance(right, str) else value_lines(field, right)
    )


def _name(value: dict[str, Any]) -> list[str]:
    return [value.get("full") or full_name(value)]


def full_name(value: dict[str, Any]) -> str:
    """First names, prefix and family name in one, leaving out what is unknown."""
    return " ".join(value[key] for key in ("first_names", "prefix", "family_name") if value.get(key))


def _birth(value: dict[str, Any]) -> list[str]:
    place = ", ".join(value[key] for key in ("place", "country") if value.get(key))
    return [_day(value.get("date")), place]


def _address(value: dict[str, Any]) -> list[str]:
    if value.get("kind") == "unknown":
        return [_("Onbekend")]
    post = [_("Dit is een briefadres")] if value.get("function") == "post" else []
    return [*(value.get("lines") or _typed_address(value)), *post]


def _typed_address(value: dict[str, Any]) -> list[str]:
    number = house_of(str(value.get("number", "")), str(value.get("suffix", "")))
    house = " ".join(part for part in (value.get("street"), number) if part)
    return [house, " ".join(value[key] for key in ("postcode", "city") if value.get(key))]


def _partner(value: dict[str, Any]) -> list[str]:
    bond = {"marriage": _("getrouwd"), "partnership": _("geregistreerd partnerschap")}
    return [*_name(value), bond.get(value.get("bond", ""), "")]


def _children(value: list[dict[str, Any]]) -> list[str]:
    if not value:
        return [_("Geen kinderen bekend")]
    return [f"{full_name(child)}, {_day(child.get('birth_date'))}" for child in value]


def _alive(value: dict[str, Any]) -> list[str]:
    return [_("Ja") if value.get("alive") else _("Nee")]


def _custody(value: list[dict[str, Any]]) -> list[str]:
    return sorted({str(item.get("type", "")) for item in value})


_SHOWN: dict[str, Callable[[Any], list[str]]] = {
    "brp.name": _name,
    "brp.birth": _birth,
    "brp.address": _address,
    "bag.addresses": lambda found: [one_line(one) for one in found],
    "brp.partner": _partner,
    "brp.children": _children,
    "brp.alive": _alive,
    "brp.custody": _custody,
}


def _day(value: str | None) -> str:
    """A date that may be partial: a day, a month with a year, a year, or unknown."""
    parts = [int(part) for part in value.split("-")] if value else []
    match parts:
        case [year, month, day]:
            return date_format(date(year, month, day), "SHORT_DATE_FORMAT")
        case [year, month]:
            return date_format(date(year, month, 1), "F Y")
        case [year]:
            return str(year)
        case _:
            return _("onbekende datum")


def _text(text: Any) -> str:
    return str(text.in_language(get_language() or "nl")) if text else ""
