"""What somebody can probably get, asked with as few questions as decide it; nothing is kept.

What was answered travels in the page, signed: it names no one, and stands in no address and no log.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core import signing
from django.utils.translation import get_language

from lifeevents.rules import Rule, evaluate, later, sentences
from portal.cases.judging.questions import Known, QuestionOfRule, next_form

SALT, _SECONDS = "chance", 4 * 3600


@dataclass(frozen=True, slots=True)
class Chance:
    """How it stands: the sentences of the rule, and the form with the next question where one is left."""

    verdict: bool | None
    sentences: list[str]
    form: QuestionOfRule | None
    known: str


def chance(rule: Rule, known: Known, *, on: date, data: Mapping[str, Any] | None = None) -> Chance:
    """Takes over an answer of `data`, where it is one, and says how it stands now."""
    form = next_form(rule, known, on, data)
    if form is not None and form.is_bound and form.is_valid():
        known = form.taken_over()
        form = next_form(rule, known, on, None)
    outcome = evaluate(rule, known, on=on)
    said = sentences(outcome, get_language() or "nl", later=later(rule, known, on=on))
    return Chance(outcome.verdict, said, form, signing.dumps(known, salt=SALT, compress=True))


def known_of(sealed: str) -> Known:
    """What was answered before; nothing where that is too long ago or was not signed here."""
    try:
        known: Known = signing.loads(sealed, salt=SALT, max_age=_SECONDS)
    except signing.BadSignature:
        return {}
    return known
