"""What a letter says to who has no account: the thing itself, since there is no page to read it on.

To everybody else a letter says that something waits, and no more (`letters`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from django.utils.translation import gettext as _

from lifeevents.model import Agency
from portal.cases.helpdesk.joining import JOIN, joining_words
from portal.cases.journey.payloads import payload_or_none
from portal.cases.judging.trace import why_of
from portal.cases.models import (
    Case,
    CitizenTask,
    ContactMoment,
    Document,
    Message,
    Notice,
    Notification,
    Outcome,
    TermEvent,
)
from portal.cases.notices.noting import CALL, is_by_post_only, is_receipt
from portal.cases.reading.endings import outcome_text
from portal.cases.reading.names import agency_of, short_name, title_of
from portal.cases.reading.receipt import receipt_of
from portal.cases.reading.showing import sent_context
from portal.cases.reading.wording import standing_of
from portal.cases.talk.heard import HEARD, passed_on_words
from portal.cases.talk.showing import what_of
from portal.cases.terms.showing import event_words
from portal.days import day_words

_TERM: Final = "term:"
Kind = Literal["receipt", "decision", "task", "news"]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of news about one request. `more` is what the template of its kind wants beside it."""

    kind: Kind
    title: str
    case: Case
    agency: Agency
    sentences: list[str]
    more: dict[str, Any] = field(default_factory=dict)


def parts_of(rows: Iterable[Notification]) -> list[Part]:
    """The news of one letter, oldest first; [] where it only says that something waits."""
    notices = [row.notice for row in rows if row.notice is not None]
    return [_part(one) for one in sorted(notices, key=lambda one: one.created_at) if _is_written_out(one)]


def _is_written_out(notice: Notice) -> bool:
    is_filed_receipt = notice.case.journey.filing_id is not None and is_receipt(notice)
    return is_filed_receipt or is_by_post_only(notice.case)


def _part(notice: Notice) -> Part:
    case = notice.case
    outcome = Outcome.objects.filter(case=case).first() if notice.kind == Notice.Kind.DECISION else None
    if outcome is not None:
        return decision_part(case, outcome)
    if is_receipt(notice) and (receipt := receipt_of(case)):
        more = {"receipt": receipt, **sent_context(case, payload_or_none(case))}
        return _made("receipt", case, _("Ontvangstbevestiging"), receipt.sentences, more)
    if notice.kind == Notice.Kind.TASK and (task := _row(CitizenTask, notice)):
        return _asked(case, task)
    return _made("news", case, _("Nieuws over wat u vroeg"), _news(notice))


def decision_part(case: Case, outcome: Outcome) -> Part:
    """How it ended, or might end, with what one can do against it."""
    more = {"outcome": outcome, "why": why_of(case, outcome)}
    return Part("decision", outcome_text(case, outcome), case, agency_of(case), [], more)


def _asked(case: Case, task: CitizenTask) -> Part:
    agency = agency_of(case).name
    said = [what_of(task), task.why]
    if task.due_on is not None:
        said.append(_("Geef uw antwoord uiterlijk op %(day)s.") % {"day": day_words(task.due_on)})
    said.append(_("U kunt bellen, langskomen, of uw antwoord sturen aan %(agency)s.") % {"agency": agency})
    return _made("task", case, _("Een vraag aan u"), [one for one in said if one])


def _news(notice: Notice) -> list[str]:
    case = notice.case
    if notice.about.startswith(JOIN):
        return joining_words(notice)
    if notice.about.startswith(HEARD):
        return [passed_on_words(notice.about, short_name(agency_of(case)))]
    if message := _row(Message, notice):
        return [message.text]
    if document := _row(Document, notice):
        words = _("Er is een document voor u: %(title)s. Bel ons, dan sturen wij het op papier.")
        return [words % {"title": document.title}]
    if notice.about.startswith(CALL) and (call := _call(notice)):
        return [_call_begins(call), call.note]
    if notice.about.startswith(_TERM) and (event := _term_event(notice)):
        return [event_words(event), standing_of(case).sentence]
    return [standing_of(case).sentence]


def _row(model: Any, notice: Notice) -> Any:
    """The row that a notice is about, of this case; None where it is about something else."""
    try:
        wanted = uuid.UUID(notice.about)
    except ValueError:
        return None
    return model.objects.filter(case=notice.case, pk=wanted).first()


def _call(notice: Notice) -> ContactMoment | None:
    number = notice.about.removeprefix(CALL)
    return ContactMoment.objects.filter(case=notice.case, pk=number).exclude(note="").first()


def _call_begins(call: ContactMoment) -> str:
    if call.way == ContactMoment.Way.DESK:
        return _("Dit bespraken wij met u aan de balie:")
    return _("Dit bespraken wij met u aan de telefoon:") if call.was_reached else _("Wij belden u:")


def _term_event(notice: Notice) -> TermEvent | None:
    number = notice.about.removeprefix(_TERM)
    return TermEvent.objects.filter(case=notice.case, pk=number).first()


def _made(
    kind: Kind, case: Case, title: str, sentences: list[str], more: dict[str, Any] | None = None
) -> Part:
    return Part(kind, f"{title}: {title_of(case.definition)}", case, agency_of(case), sentences, more or {})
