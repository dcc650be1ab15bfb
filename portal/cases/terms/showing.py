"""The clock of a case in words: how the last day came about, and how long it took others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lifeevents.legal import Term
from lifeevents.terms import DecisionClock, Extended, Suspended, objection_decided_by
from lifeevents.terms.remedies import DECISION_ON_OBJECTION
from lifeevents.terms.suspension import ABROAD, CITIZEN, CONSENT, FORCE_MAJEURE, SUPPLEMENT
from portal import clock
from portal.cases.models import Case, Phase, ServiceDuration, TermEvent
from portal.cases.reading.names import agency_of, noun_of, short_name
from portal.cases.terms.counting import clock_with, fact_of
from portal.cases.terms.durations import duration_of
from portal.days import day_words

AWB = "Algemene wet bestuursrecht"


@dataclass(frozen=True, slots=True)
class Move:
    """Something that the law let happen to the last day: in words, by which article, and theirs beside it."""

    words: str
    article: str
    text: str = ""


def moves_of(case: Case) -> list[Move]:
    """How the last day came about, in order; nothing where the law sets no term."""
    service, rows = case.definition, list(case.term_events.all())
    found = clock_with(service, case.term_from, rows)
    if found is None or service.decision_term is None or case.term_from is None:
        return []
    names = {"agency": short_name(agency_of(case)), "noun": noun_of(service)}
    said = (
        _("%(agency)s heeft uw %(noun)s sinds %(since)s. De wet geeft %(term)s: tot en met %(day)s.")
        if service.verified
        else _("%(agency)s heeft uw %(noun)s sinds %(since)s. Meestal is er %(term)s: tot en met %(day)s.")
    )
    first = said % {
        **names,
        "since": day_words(case.term_from),
        "term": term_words(service.decision_term),
        "day": day_words(found.plain),
    }
    moves = [Move(capfirst(first), service.decision_term.article.name)]
    moves += _events(case, found, rows, names)
    return moves


def _events(case: Case, found: DecisionClock, rows: list[TermEvent], names: dict[str, str]) -> Iterator[Move]:
    told_by = {fact: row for row in rows if (fact := fact_of(case.definition, row, rows))}
    for step in found.steps:
        row = told_by[step.what]
        if isinstance(step.what, Suspended):
            reason = capfirst(_reasons()[row.article] % names)
            words = f"{_span_words(step.what)} {reason}"
            yield Move(words, f"artikel {row.article} {AWB}", row.text)
        else:
            yield Move(capfirst(_extended_words(step.what, step.end) % names), row.article, row.text)
    for row in rows:
        if row.kind == TermEvent.Kind.TOLD and row.until:
            words = _(
                "%(agency)s verwacht op %(day)s te beslissen. De datum van de wet verandert daardoor niet."
            )
            said = capfirst(words % {**names, "day": day_words(row.until)})
            yield Move(said, f"artikel {row.article} {AWB}", row.text)


def _span_words(what: Suspended) -> str:
    """On which days."""
    if what.last is None:
        return _("De klok staat stil vanaf %(first)s.") % {"first": day_words(what.first)}
    days = (what.last - what.first).days + 1
    values = {"days": days, "first": day_words(what.first), "last": day_words(what.last)}
    if what.last >= clock.today():
        return _("De klok staat stil vanaf %(first)s, en uiterlijk tot en met %(last)s.") % values
    if days == 1:
        return _("De klok stond een dag stil: op %(first)s.") % values
    return _("De klok stond %(days)d dagen stil: van %(first)s tot en met %(last)s.") % values


def _reasons() -> dict[str, str]:
    """With the agency still to be filled in."""
    return {
        SUPPLEMENT: _("%(agency)s vroeg u om meer gegevens."),
        ABROAD: _("%(agency)s vroeg informatie in het buitenland."),
        CONSENT: _("U vond het goed dat het langer duurt."),
        CITIZEN: _("Volgens %(agency)s kwam dit door u. Klopt dat niet? Bel of schrijf %(agency)s."),
        FORCE_MAJEURE: _("%(agency)s kon niet beslissen door overmacht."),
    }


def _extended_words(what: Extended, end: date | None) -> str:
    """With the agency still to be filled in."""
    words = _("%(agency)s neemt meer tijd. Dat hoorde u op {told}.").format(told=day_words(what.told_on))
    if end is None:
        return words
    return words + " " + _("Het besluit komt nu uiterlijk op {day}.").format(day=day_words(end))


def still_words(case: Case) -> str:
    """Since when the clock stands still without an end in sight, and what is left; "" where it runs."""
    found = clock_with(case.definition, case.term_from, case.term_events.all())
    if found is None or found.still_since is None or found.days_left is None:
        return ""
    return _("De klok staat stil sinds %(day)s. Loopt hij weer, dan zijn er nog %(days)d dagen.") % {
        "day": day_words(found.still_since),
        "days": found.days_left,
    }


def objection_words(case: Case) -> str:
    """By when there must be a decision on an objection that runs (Awb 7:10, or the law of the service)."""
    outcome = getattr(case, "outcome", None)
    if outcome is None and case.phase == Phase.STOPPED:
        outcome = next(iter(case.endings.all()), None)  # that it is not treated (Awb 4:5)
    if outcome is None or outcome.remedy_until is None:
        return ""
    law = case.definition.objection_decision
    if law is None:
        if outcome.remedy != "objection":
            return ""
        law = DECISION_ON_OBJECTION
    due = objection_decided_by(outcome.remedy_until, law).due
    if due is None:
        return ""
    words = _("%(agency)s beslist op uw bezwaar uiterlijk %(day)s (%(article)s).")
    names = {"agency": short_name(agency_of(case)), "day": day_words(due), "article": law.term.article.name}
    return capfirst(words % names)


def took_words(service: str, agency: str = "") -> str:
    """How long it really took lately, at one agency or at all; "" where too few were decided to say."""
    return counted_words(duration_of(service, agency))


def counted_words(found: ServiceDuration | None) -> str:
    """The same of what was counted; "" for None."""
    if found is None:
        return ""
    return _(
        "In de laatste 90 dagen kreeg de helft binnen %(median)d dagen antwoord. "
        "En 9 van de 10 binnen %(most)d dagen."
    ) % {"median": found.median_days, "most": found.most_days}


def term_words(term: Term) -> str:
    """ "8 weken"."""
    if term.weeks:
        return ngettext("%(number)d week", "%(number)d weken", term.weeks) % {"number": term.weeks}
    if term.days:
        return ngettext("%(number)d dag", "%(number)d dagen", term.days) % {"number": term.days}
    if term.months:
        return ngettext("%(number)d maand", "%(number)d maanden", term.months) % {"number": term.months}
    return _("%(number)d jaar") % {"number": term.years}


def event_words(event: TermEvent) -> str:
    """One line of the timeline."""
    return {
        TermEvent.Kind.SUSPENDED: _("De klok staat stil"),
        TermEvent.Kind.RESUMED: _("De klok loopt weer"),
        TermEvent.Kind.EXTENDED: _("Er is meer tijd nodig"),
        TermEvent.Kind.TOLD: _("Een dag genoemd voor het besluit"),
        TermEvent.Kind.DEFAULT: _("U stuurde een ingebrekestelling"),
    }[TermEvent.Kind(event.kind)]
