"""A line of the log as sentences: who did what with which of your data, when, why, on which ground.

One way for every page: "Mijn gegevens", who got what, and a case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils.text import capfirst, get_text_list
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.access.assist.trail import PREFIX
from portal.access.filing.verbs import PREFIX as FILING
from portal.cases.customtable.consent import GIVEN, TAKEN_BACK
from portal.cases.customtable.seeing import TABLE_OPENED
from portal.cases.forwarding.going import SENT_ON
from portal.cases.notices.letters import LETTER
from portal.cases.reading.inbox import FETCHED
from portal.cases.reading.names import short_name
from portal.cases.reading.showing import field_label, source_name
from portal.cases.restricting.verbs import LIFTED, RESTRICTED, TO_BE_LIFTED, USED
from portal.cases.talk.papers import FETCHED as DOCUMENT
from portal.cases.talk.staff import DOCUMENT_FETCHED, DOCUMENT_OPENED, TALK_FETCHED, TALK_OPENED
from portal.catalogue import catalogue
from portal.citizen.assisted import assisted_sentence
from portal.citizen.representing import NOBODY, Helper, acted_sentence, helpers_in
from portal.citizen.spared import NOTHING, Spared
from portal.ledger.log.uses import PORTAL
from portal.ledger.models import DataUse

State = Literal["whole", "failed", "unknown"]


@dataclass(frozen=True, slots=True)
class UseLine:
    """One operation on the citizen's data. `spared` are labels of what need not be filled in for it."""

    at: datetime
    sentence: str
    state: State
    outcome: str
    fields: list[str]
    field_labels: list[str]
    why: list[str]
    ground: str
    spared: list[str]


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day, newest first."""

    day: date
    lines: list[UseLine]


def use_line(use: DataUse, spared: Spared = NOTHING, helpers: Mapping[str, Helper] = NOBODY) -> UseLine:
    """The line in words. `helpers` are those who acted for another in it (`helpers_in`)."""
    return UseLine(
        at=use.at,
        sentence=_sentence(use, helpers),
        state=_state(use),
        outcome=_outcome(use),
        fields=use.fields,
        field_labels=_labels(use.fields),
        why=_purposes(use),
        ground=use.ground,
        spared=_labels(spared.by_operation.get(use.operation_id, ())),
    )


def use_lines(uses: Iterable[DataUse], spared: Spared = NOTHING) -> list[UseLine]:
    """Several lines, with the names of who acted in somebody's name looked up together."""
    uses = list(uses)
    helpers = helpers_in(uses)
    return [use_line(use, spared, helpers) for use in uses]


def days_of(lines: Iterable[UseLine]) -> list[Day]:
    """The lines by the day on which they ended, in their own order."""
    days: dict[date, Day] = {}
    for line in lines:
        day = localdate(line.at)
        days.setdefault(day, Day(day, [])).lines.append(line)
    return list(days.values())


def recipient_name(recipient: str) -> str:
    """An agency inside a sentence: "de SVB"; its bare id where the catalogue has it no more."""
    agency = catalogue().agencies.get(recipient)
    return short_name(agency) if agency else recipient


def listed(labels: Collection[str]) -> str:
    """Labels inside a sentence: "naam, adres en partner"."""
    return get_text_list([label[:1].lower() + label[1:] for label in labels], _("en"))


def _sentence(use: DataUse, helpers: Mapping[str, Helper]) -> str:
    if use.operation == DataUse.Operation.ACTED:
        return acted_sentence(use, helpers, recipient_name(use.recipient))
    names = {
        "recipient": recipient_name(use.recipient),
        "source": source_name(use.source),
        "fields": listed(_labels(use.fields)) or _("gegevens"),
    }
    said = {
        DataUse.Operation.FETCH: _fetched(use),
        DataUse.Operation.DISCLOSURE: _disclosed(use),
        DataUse.Operation.VIEW: _viewed(use),
        DataUse.Operation.DISPUTE: _dispute_sentence(use),
        DataUse.Operation.OUTCOME: _("%(recipient)s nam een beslissing."),
        DataUse.Operation.EXPORT: _("U downloadde uw gegevens."),
        DataUse.Operation.MENTION: _mention(use),
    }[DataUse.Operation(use.operation)]
    return capfirst(said % names)


def _fetched(use: DataUse) -> str:
    if use.outcome == DOCUMENT:
        agency = recipient_name(use.source).replace("%", "%%")
        return _("Wij haalden een document op bij %(agency)s.") % {"agency": agency}
    return _("Wij haalden uw gegevens op bij de %(source)s.")


def _disclosed(use: DataUse) -> str:
    """What went there: the request itself, or what was said after it."""
    said = {
        SENT_ON: _("Wij stuurden door wat u stuurde, naar %(recipient)s: die gaat erover."),
        "answer": _("Wij stuurden uw antwoord naar %(recipient)s."),
        "message": _("Wij stuurden uw bericht naar %(recipient)s."),
        "objection": _("Wij stuurden uw bezwaar naar %(recipient)s."),
        "withdrawal": _("Wij lieten %(recipient)s weten dat u dit intrekt."),
    }
    return said.get(use.outcome, _("Wij stuurden uw gegevens naar %(recipient)s."))


def _viewed(use: DataUse) -> str:
    if use.outcome.startswith((PREFIX, FILING)):
        return assisted_sentence(use.outcome)
    said = {
        LETTER: _("Wij stuurden u een brief."),
        USED: _(
            "Een medewerker van %(recipient)s gebruikte uw aanvraag, ook al vroeg u om dat niet te doen."
        ),
        DOCUMENT_FETCHED: _("%(recipient)s haalde een document van u op met een eigen systeem."),
        DOCUMENT_OPENED: _("Een medewerker van %(recipient)s bekeek een document van u."),
        FETCHED: _("%(recipient)s bekeek uw aanvraag met een eigen systeem."),
        TALK_FETCHED: _("%(recipient)s haalde uw berichten op met een eigen systeem."),
        TALK_OPENED: _("Een medewerker van %(recipient)s las uw berichten."),
        TABLE_OPENED: _("Een medewerker van %(recipient)s bekeek het overleg over uw aanvraag."),
    }
    return said.get(use.outcome, _("Een medewerker van %(recipient)s bekeek uw aanvraag."))


def _dispute_sentence(use: DataUse) -> str:
    """What was done about a value that the citizen says is wrong."""
    said = {
        "withdrawn": _("U zei dat een gegeven toch klopt."),
        RESTRICTED: _("U vroeg om uw gegevens te bewaren en niet te gebruiken."),
        LIFTED: _("U zei dat uw gegevens weer mogen worden gebruikt."),
        TO_BE_LIFTED: _("%(recipient)s zei wanneer uw gegevens weer mogen worden gebruikt."),
        GIVEN: _("U zei geen bezwaar te hebben dat %(recipient)s uw aanvraag ziet."),
        TAKEN_BACK: _("U nam terug dat %(recipient)s uw aanvraag mag zien."),
        "dispute-reported": _("%(recipient)s meldde dat een gegeven volgens u niet klopt."),
        "dispute-corrected": _("%(recipient)s gaf door dat een gegeven is verbeterd."),
        "dispute-not-taken-over": _("%(recipient)s gaf door dat een gegeven blijft zoals het is."),
    }
    return said.get(use.outcome, _("U zei dat een gegeven niet klopt."))


def _mention(use: DataUse) -> str:
    """Which of their data came along in another's request: never whose it was, or for which service."""
    if use.recipient == PORTAL:
        return _(
            "Wij gebruikten uw %(fields)s, omdat u familie of huisgenoot bent van iemand die iets regelt."
        )
    return _(
        "%(recipient)s gebruikte uw %(fields)s, "
        "omdat u familie of huisgenoot bent van iemand die iets aanvroeg."
    )


def _state(use: DataUse) -> State:
    if use.moment == DataUse.Moment.BEGIN:
        return "unknown"
    return "failed" if use.status == DataUse.Status.ERROR else "whole"


def _outcome(use: DataUse) -> str:
    match _state(use):
        case "unknown":
            return _("Begonnen. Onbekend of het aankwam.")
        case "failed" if use.operation == DataUse.Operation.FETCH:
            return _("Dat lukte niet. Er is niets opgehaald.")
        case "failed":
            return _("Dat lukte niet.")
        case _:
            return ""


def _purposes(use: DataUse) -> list[str]:
    """The purposes of the activities; an activity that no service has any more keeps its id.

    What came along in another's request has none to show: that would say which service it was.
    """
    if use.operation == DataUse.Operation.MENTION:
        return []
    known = {activity.id: activity for activity in catalogue().all_activities}
    return [
        known[name].purpose.in_language(get_language() or "nl") if name in known else name
        for name in use.activities
    ]


def _labels(fields: Iterable[str]) -> list[str]:
    return [field_label(name) for name in fields if name in catalogue().fields]
