"""Values and answers as lines of text, for the pages of citizens and staff alike. Never a BSN."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Literal

from django.template.defaultfilters import filesizeformat
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from connectors.registry import find
from lifeevents.model import Question, QuestionGroup, Service
from portal.cases.disputes.marks import as_it_stands
from portal.cases.journey.answers import Item, asked
from portal.cases.journey.helped import is_helped
from portal.cases.journey.payloads import Payload, is_absent
from portal.cases.models import Case, Dispute
from portal.cases.reading.reports import reported_words
from portal.cases.reading.values import (
    day,
    in_language,
    language,
    name_of,
    none_words,
    right_lines,
    typed_address,
    value_lines,
)
from portal.cases.talk.changed import Values, changes_in, first_answers, with_changes
from portal.catalogue import catalogue
from portal.ledger.engine.plan import source_of
from portal.ledger.keys import KeyRing, destroyed_at
from portal.people.iban_field import grouped

FILE_KINDS = {
    "application/pdf": "PDF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "text/plain": "TXT",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
}
"""What people call the files that are taken."""

_NOTHING: Values = MappingProxyType({})
Stands = Literal["known", "absent", "undecided"]


@dataclass(frozen=True, slots=True)
class Row:
    """A label with its lines, and what must be known of it.

    `observed` is the day on which the source said it; None for what nobody looked up.
    `stands`: "known"; "absent", where the register has none; "undecided", where the registers left a yes or
    no open and a person must look. The lines say the last two in words. `was` is what the citizen answered at
    first, where it was changed after sending.
    """

    name: str
    label: str
    lines: list[str]
    source: str = ""
    provisional: bool = False
    under_investigation: bool = False
    secret: bool = False
    disputed: str = ""
    right: list[str] = field(default_factory=list)
    was: list[str] = field(default_factory=list)
    stands: Stands = "known"
    observed: date | None = None


def payload_rows(service: Service, payload: Payload, *, hides_places: bool = False) -> list[Row]:
    """What registers said of the fields of a service, also that there is none or that it is not sure.

    With `hides_places` it only says that there is something about where the citizen lives.
    """
    rows = [row for name in service.needs if (row := _payload_row(name, service, payload))]
    return [_hidden(row) if hides_places and says_where(row.name) else row for row in rows]


def says_where(name: str) -> bool:
    """Whether a field says where somebody lives, or goes to. What the catalogue no longer knows does."""
    field = catalogue().fields.get(name)
    return field is None or field.subject == "home" or field.masked_when_secret or field.source in _WHERE


_WHERE = ("bag", "lrk", "duo", "polis")
"""Sources that name a house, a childcare centre, a school, or an employer."""


def _hidden(row: Row) -> Row:
    return replace(row, lines=[not_for_you()], secret=False, disputed="", right=[], under_investigation=False)


def not_for_you() -> str:
    """In place of what says where the citizen lives."""
    return _("Dit is niet zichtbaar voor wie iets voor een ander regelt en ergens anders woont.")


def _payload_row(name: str, service: Service, payload: Payload) -> Row | None:
    """None for what could not be fetched, and for what is still awaited."""
    if entry := payload["facts"].get(name):
        return _fact_row(name, entry)
    if name in payload.get("undecided", []):
        words = _("Dit is niet zeker. De organisatie zoekt dit zelf uit.")
        return _row_without(name, words, "undecided")
    if is_absent(name, service, payload):
        return _row_without(name, none_words(name), "absent")
    return None


def _fact_row(name: str, entry: dict[str, Any]) -> Row:
    return Row(
        name=name,
        label=field_label(name),
        lines=value_lines(name, entry["value"]),
        source=source_name(entry.get("source", "")),
        provisional=entry.get("provisional", False),
        under_investigation=entry.get("under_investigation", False),
        secret=is_masked(name, secret=entry.get("secret", False)),
        disputed=entry.get("disputed", ""),
        right=right_lines(name, entry.get("right")),
        observed=_day_of(entry.get("observed_at", "")),
    )


def _day_of(moment: str) -> date | None:
    return localtime(datetime.fromisoformat(moment)).date() if moment else None


def _row_without(name: str, words: str, stands: Stands) -> Row:
    source = source_name(source_of(name)) if name in catalogue().fields else ""
    return Row(name=name, label=field_label(name), lines=[words], source=source, stands=stands)


def not_fetched_labels(payload: Payload) -> list[str]:
    """The fields that the agency must look up itself."""
    undecided = payload.get("undecided", [])
    return [field_label(name) for name in payload.get("not_fetched", []) if name not in undecided]


def sent_context(
    case: Case,
    payload: Payload | None,
    disputes: Iterable[Dispute] | None = None,
    ring: KeyRing | None = None,
) -> dict[str, Any]:
    """What `_sent.html` shows of a case; without a payload: that it was destroyed, and when.

    `disputes`: as `as_it_stands` takes them; `ring`: of the citizen, where it is at hand.
    """
    if payload is None:
        return {"destroyed_at": destroyed_at(case.citizen, case.retention), "is_destroyed": True}
    payload, changes = as_it_stands(payload, case, disputes), changes_in(case, ring)
    answers = with_changes(case.definition, payload, changes)["answers"]
    groups, hides, first = case.definition.ask, _hides_answers(case), first_answers(changes)
    return {
        "facts": payload_rows(case.definition, payload, hides_places=case.hides_places),
        "not_fetched": not_fetched_labels(payload),
        "reported": reported_words(case.definition, payload),
        "filed": payload.get("filed", {}).get("words", ""),
        "is_helped": is_helped(payload),
        "answers": answer_rows(groups, answers, hides_places=hides, at_first=first),
        "own_words": _own_words(groups, answers, hides_places=hides, at_first=first),
    }


def _hides_answers(case: Case) -> bool:
    """Who filled it in for the citizen reads it back; what the citizen typed may say where they live."""
    return case.hides_places and case.mandate_id is None


def answer_rows(
    groups: tuple[QuestionGroup, ...],
    answers: dict[str, list[Item]],
    *,
    hides_places: bool = False,
    at_first: Values = _NOTHING,
) -> list[tuple[str, list[Row]]]:
    """The answers, a title and its rows for each item of each group. `at_first`: as of `first_answers`."""
    shown = []
    for group in groups:
        items = answers.get(group.id, [])
        for number, item in enumerate(items, start=1):
            title = in_language(group.item or group.title) + (
                f" {number}" if group.item and len(items) > 1 else ""
            )
            rows = [
                _answer_row(question, item, hides_places=hides_places, at_first=at_first)
                for question in group.questions
                if _is_answered(question, item) or question.id in at_first
            ]
            if rows:
                shown.append((title, rows))
    return shown


def _own_words(
    groups: tuple[QuestionGroup, ...], answers: dict[str, list[Item]], *, hides_places: bool, at_first: Values
) -> list[Row]:
    """What the citizen wrote in their own words, which no rule reads: "Wat moeten wij van u weten?"."""
    return [
        _answer_row(question, item, hides_places=hides_places, at_first=at_first)
        for group in groups
        for item in answers.get(group.id, [])
        for question in group.questions
        if question.kind == "long_text" and _is_answered(question, item)
    ]


def _is_answered(question: Question, item: Item) -> bool:
    return asked(question, item) and item.get(question.id) not in (None, "", [])


def _answer_row(question: Question, item: Item, *, hides_places: bool, at_first: Values) -> Row:
    if hides_places and question.kind in ("address", "municipality", "text", "long_text"):
        # In what the citizen wrote in their own words anything may stand.
        return Row(name=question.id, label=in_language(question.label), lines=[not_for_you()])
    return Row(
        name=question.id,
        label=in_language(question.label),
        lines=_lines_or_nothing(question, item.get(question.id)),
        was=_lines_or_nothing(question, at_first[question.id]) if question.id in at_first else [],
    )


def _lines_or_nothing(question: Question, value: Any) -> list[str]:
    return [_("Niet ingevuld")] if value in (None, "", []) else _answer_lines(question, value)


def _answer_lines(question: Question, value: Any) -> list[str]:
    match question.kind:
        case "address":
            return _chosen_address(value)
        case "document":
            return [file_words(file["media_type"], file["size"]) for file in value]
        case _:
            return [answer_text(question, value)]


def _chosen_address(value: Item) -> list[str]:
    """An address that was asked; one that no register knows says so."""
    lines = typed_address(value)
    if not value.get("object_id"):
        lines.append(_("Dit adres is niet opgezocht in het adressenregister (BAG)."))
    return lines


def answer_text(question: Question, value: Any) -> str:
    """One answer as a person reads it."""
    match question.kind:
        case "date":
            return day(value)
        case "choice":
            return next(
                (in_language(choice.label) for choice in question.choices if choice.value == value),
                str(value),
            )
        case "yes_no":
            return _("Ja") if value == "yes" else _("Nee")
        case "municipality":
            agency = catalogue().agency_of_kind("gemeente", str(value))
            return agency.name if agency else _("Een andere gemeente")
        case "iban":
            return grouped(value)
        case _:
            return str(value)


def file_words(media_type: str, size: int) -> str:
    """What a file is: "PDF, 1,2 MB"."""
    return f"{FILE_KINDS.get(media_type, '')}, {filesizeformat(size)}"


def field_label(name: str) -> str:
    """The field's name on screen; its bare name where the catalogue has it no more."""
    field = catalogue().fields.get(name)
    return in_language(field.label) if field else name


def is_masked(name: str, *, secret: bool) -> bool:
    """Whether a value is hidden until it is tapped. What the catalogue no longer knows is, to be safe."""
    field = catalogue().fields.get(name)
    return secret and (field is None or field.masked_when_secret)


def source_name(source: str) -> str:
    """Where a value came from, as it stands in small print; a source that is no more by its bare name."""
    if source == "citizen":
        return _("door u ingevuld")
    known = find("sources").get(source)
    return known.title[language()] if known else source


def filed_by(case: Case) -> str:
    """Who filed a case for the citizen; "" where the citizen did."""
    if case.mandate is None:
        return ""
    return name_of(case.mandate.representative) or _("een gemachtigde")
