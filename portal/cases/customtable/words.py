"""How a table reads, for who sits there and for the citizen: never who of an agency, for the citizen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.cases.customtable.models import CustomTable, NextStep, TableLine
from portal.cases.reading.names import short_name
from portal.catalogue import catalogue


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line of a table: who (for staff by name too), what was done, and the words."""

    who: str
    what: str
    text: str
    at: datetime
    by_citizen: bool


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A next step: who does what by when, and who agreed to it; `mine` and `may_agree` are for a seat."""

    pk: UUID
    who: str
    what: str
    by_day: date
    agreed: list[str]
    is_agreed: bool
    is_done: bool
    mine: bool = False
    may_agree: bool = False


def agency_name(agency: str) -> str:
    """An agency in a sentence; its bare id where the catalogue has it no more."""
    found = catalogue().agencies.get(agency)
    return short_name(found) if found else agency


def lines_of(table: CustomTable, *, for_staff: bool) -> list[SaidLine]:
    """All of it, oldest first."""
    return [_line(one, for_staff=for_staff) for one in table.lines.select_related("user")]


def steps_of(table: CustomTable, *, agency: str = "") -> list[ShownStep]:
    """What was agreed and is still to do first, then what is proposed, then what was done."""
    rows = sorted(table.steps.filter(dropped_at=None), key=_order)
    return [_step(one, agency) for one in rows]


def _order(step: NextStep) -> tuple[bool, bool, datetime]:
    return step.done_at is not None, step.agreed_at is None, step.proposed_at


def _step(step: NextStep, agency: str) -> ShownStep:
    return ShownStep(
        pk=step.pk,
        who=capfirst(agency_name(step.agency)),
        what=step.what,
        by_day=step.by_day,
        agreed=_names(step.agreed_by),
        is_agreed=step.agreed_at is not None,
        is_done=step.done_at is not None,
        mine=step.agency == agency,
        may_agree=bool(agency) and step.agreed_at is None and agency not in step.agreed_by,
    )


def _names(agencies: Iterable[str]) -> list[str]:
    return [capfirst(agency_name(one)) for one in agencies]


def _line(line: TableLine, *, for_staff: bool) -> SaidLine:
    who = capfirst(agency_name(line.agency)) if line.agency else _("De inwoner") if for_staff else _("U")
    if for_staff and line.user is not None and line.user.name:
        who = f"{line.user.name} ({agency_name(line.agency)})"
    return SaidLine(who=who, what=_what(line), text=line.text, at=line.at, by_citizen=not line.agency)


def _what(line: TableLine) -> str:
    about = {"agency": agency_name(line.about)} if line.about else {}
    kind = TableLine.Kind
    words = {
        kind.OPENED: _("begon het overleg:"),
        kind.INVITED: _("vroeg %(agency)s erbij:"),
        kind.LEFT: _("doet niet meer mee."),
        kind.LEADS: _("gaf de leiding aan %(agency)s."),
        kind.PROPOSED: _("stelde voor dat %(agency)s dit doet:"),
        kind.AGREED: _("is het eens met:"),
        kind.SETTLED: _("en alle anderen spraken af dat %(agency)s dit doet:"),
        kind.DONE: _("heeft dit gedaan:"),
        kind.CLOSED: _("sloot het overleg af:"),
        kind.SAID: "",
    }
    said = words[kind(line.kind)]
    return said % about if about else said
