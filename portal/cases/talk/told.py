"""A change as its agency gets it, and a message as it reads it: with what was and what is answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lifeevents.model import Question
from portal.cases.models import Case, Change, Message
from portal.cases.reading.showing import answer_text
from portal.cases.talk.changed import opened
from portal.cases.talk.heard import heard_words
from portal.ledger.keys import KeyDestroyed, KeyRing


@dataclass(frozen=True, slots=True)
class ChangedAnswer:
    """One answer: where it stands in `answers` of what was sent, and what it was and is. None: left empty."""

    group: str
    question: Question
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Told:
    """What the citizen changed in one go; `message_id` is the `external_id` of the one that tells of it."""

    at: datetime
    message_id: str
    answers: tuple[ChangedAnswer, ...]


def changes_told(case: Case) -> list[Told]:
    """All of a case, oldest first; without those that were destroyed by term."""
    ring, rows = KeyRing(case.citizen), case.changes.select_related("message").order_by("made_at", "pk")
    found = (_told(case, row, ring) for row in rows)
    return [one for one in found if one is not None]


def change_told(message: Message) -> Told | None:
    """The change that a message tells of; None where it tells of none, or its term is over.

    The case comes with the message.
    """
    change = getattr(message, "change", None)
    if change is None:
        return None
    case: Case = message.case
    change.message = message
    return _told(case, change, KeyRing(case.citizen))


def _told(case: Case, change: Change, ring: KeyRing) -> Told | None:
    change.case = case
    try:
        said = opened(change, ring)
    except KeyDestroyed:
        return None
    answers = tuple(
        ChangedAnswer(group, question, said.before.get(question.id), said.after[question.id])
        for group, question in _changeable(case)
        if question.id in said.after
    )
    return Told(said.at, change.message.external_id, answers)


def _changeable(case: Case) -> Iterator[tuple[str, Question]]:
    service = case.definition
    for group in service.ask:
        yield from ((group.id, one) for one in group.questions if one.id in service.change)


def whole_text(message: Message) -> str:
    """The words of the message, or of the change that it tells of; the case comes with the message.

    Of what staff wrote down, also how it came to them.
    """
    return "\n\n".join(filter(None, (_words_of(message), heard_words(message))))


def _words_of(message: Message) -> str:
    told = change_told(message)
    if told is None:
        return message.text
    lines = [
        _("%(question)s\nEerst: %(before)s\nNu: %(after)s")
        % {
            "question": one.question.label.nl,
            "before": _words(one.question, one.before),
            "after": _words(one.question, one.after),
        }
        for one in told.answers
    ]
    return "\n\n".join([_("De inwoner verandert dit in wat is verstuurd:"), *lines])


def _words(question: Question, value: Any) -> str:
    return _("(niet ingevuld)") if value in (None, "") else answer_text(question, value)
