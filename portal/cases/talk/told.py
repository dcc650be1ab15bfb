"""A message as its agency reads it: one that tells of a change holds what was and what is answered."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from lifeevents.model import Question
from portal.cases.models import Case, Message
from portal.cases.reading.showing import answer_text
from portal.cases.talk.changed import opened
from portal.ledger.keys import KeyDestroyed, KeyRing


def whole_text(message: Message) -> str:
    """The words of the message, or of the change that it tells of; the case comes with the message."""
    change = getattr(message, "change", None)
    if change is None:
        return message.text
    case: Case = message.case
    change.case = case
    try:
        said = opened(change, KeyRing(case.citizen))
    except KeyDestroyed:
        return message.text
    lines = [
        _("%(question)s\nEerst: %(before)s\nNu: %(after)s")
        % {
            "question": question.label.nl,
            "before": _words(question, said.before.get(question.id)),
            "after": _words(question, said.after.get(question.id)),
        }
        for question in case.definition.changeable
        if question.id in said.after
    ]
    return "\n\n".join([_("De inwoner verandert dit in wat is verstuurd:"), *lines])


def _words(question: Question, value: Any) -> str:
    return _("(niet ingevuld)") if value in (None, "") else answer_text(question, value)
