"""When an agency is late: what the citizen may do, and the letter with which that begins (Awb 4:17, 6:12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import override

from lifeevents.terms import Default, default_of, penalty_table
from lifeevents.terms.late import PenaltyTable
from portal import clock
from portal.cases.journey.payloads import payload_or_none
from portal.cases.models import Case, TermEvent
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.values import value_lines
from portal.cases.reading.wording import is_late
from portal.days import day_words


@dataclass(frozen=True, slots=True)
class Lateness:
    """A case whose last day went by.

    `has_penalty`: the law gives a notice of default and a penalty. `sent_on` is the day on which the citizen
    sent one that counts, `default` what that set going. `too_early_on`: the last day moved since, so that the
    one of that day does not count. `table` holds the amounts of today.
    """

    due: date
    has_penalty: bool
    table: PenaltyTable | None
    sent_on: date | None = None
    default: Default | None = None
    too_early_on: date | None = None

    @property
    def may_appeal(self) -> bool:
        """The two weeks are over."""
        return self.default is not None and self.default.appeal_from <= clock.today()


def lateness_of(case: Case) -> Lateness | None:
    """None where the agency is not late."""
    if not is_late(case) or case.due_on is None:
        return None
    late = Lateness(case.due_on, case.definition.penalty, penalty_table(clock.today()))
    notices = sorted(row.since for row in case.term_events.all() if row.kind == TermEvent.Kind.DEFAULT)
    for day in notices:
        if default := default_of(case.due_on, received=day):
            return replace(late, sent_on=day, default=default)
    return replace(late, too_early_on=notices[-1]) if notices else late


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice of default, ready to be signed. In Dutch, whatever the language of the page."""

    to: tuple[str, ...]
    on: str
    subject: str
    sentences: tuple[str, ...]
    name: str


def letter_of(case: Case) -> Letter:
    """The letter for a case that is late."""
    agency, service = agency_of(case), case.definition
    with override("nl"):
        # On screen we speak to the citizen; here the citizen speaks.
        title = title_of(service).replace(" uw ", " mijn ")
        asked, due = _day(case.received_on), _day(case.due_on)
        return Letter(
            to=tuple(_lines(agency.contact.post.nl)),
            on=_day(clock.today()),
            subject=f"Ingebrekestelling, {title}, kenmerk {case.reference}",
            sentences=(
                f"Op {asked} vroeg ik {title.lower()} aan.",
                f"U moest uiterlijk {due} beslissen.",
                "Dat is niet gebeurd.",
                "Ik stel u in gebreke.",
                "Beslis binnen 2 weken na ontvangst van deze brief.",
                "Anders vraag ik om een dwangsom (artikel 4:17 Algemene wet bestuursrecht).",
            ),
            name=name_for_a_letter(case),
        )


def name_for_a_letter(case: Case) -> str:
    """The citizen's name as it was sent along; "" where it was not, or where it was destroyed."""
    payload = payload_or_none(case)
    known = (payload or {}).get("facts", {}).get("brp.name")
    return " ".join(value_lines("brp.name", known["value"])) if known else ""


def _lines(post: str) -> list[str]:
    return [part.strip() for part in post.split(",")]


def _day(day: date | None) -> str:
    return day_words(day, "j F Y") if day else ""
