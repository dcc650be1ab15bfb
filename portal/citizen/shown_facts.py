"""What we know already, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from django.urls import reverse

from portal.cases.disputes.marks import content_of, open_disputes
from portal.cases.disputes.showing import state_words
from portal.cases.journey.answers import Answers
from portal.cases.models import Dispute, Journey
from portal.cases.reading.showing import field_label, is_masked, not_for_you, says_where, source_name
from portal.cases.reading.values import none_words, value_lines
from portal.catalogue import catalogue
from portal.ledger.engine.facts import NO_BSN, RESTRICTED, UNDECIDED
from portal.ledger.engine.gather import Absent, Answer, Failed, Known

State = Literal["known", "absent", "failed", "unsure", "restricted", "no-bsn", "pending", "entered"]

_STATES: dict[str, State] = {UNDECIDED: "unsure", RESTRICTED: "restricted", NO_BSN: "no-bsn"}
"""Kinds of `Failed` in which no register is at fault."""


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One field: how it stands, and its value as lines of text.

    Of an "absent" one the lines say in words that there is none. "unsure": the register answered, and a
    person must look what that means. "restricted": the citizen asked not to use it. `since` is
    when a failure began, and `may_pass` whether asking again may help.
    """

    name: str
    label: str
    state: State
    source: str
    lines: list[str] = field(default_factory=list)
    observed_at: datetime | None = None
    under_investigation: bool = False
    secret: bool = False
    disputed: str = ""
    dispute_words: str = ""
    dispute_href: str = ""
    can_enter: bool = False
    since: datetime | None = None
    may_pass: bool = True


@dataclass(frozen=True, slots=True)
class FailedAt:
    """The registers that could not say: since when not, and whether asking again may help."""

    sources: list[str]
    since: datetime | None
    may_pass: bool


def shown_facts(journey: Journey, answers: Answers, known: dict[str, Answer]) -> list[ShownFact]:
    """Each needed field of the journey, `known` as `portal.cases.journey.journeys.known` gives them."""
    disputes = open_disputes(journey.citizen)
    shown = [_shown(name, stands, answers, disputes.get(name)) for name, stands in known.items()]
    return [without_place(fact) for fact in shown] if journey.hides_places else shown


def without_place(fact: ShownFact) -> ShownFact:
    """To who must not read where the citizen lives: how it stands, and nothing of what it says."""
    if fact.state not in ("known", "absent") or not says_where(fact.name):
        return fact
    return ShownFact(
        fact.name, fact.label, "known", fact.source, lines=[not_for_you()], observed_at=fact.observed_at
    )


def failed_at(shown: list[ShownFact]) -> FailedAt | None:
    """What to say on top of the page; None where nothing failed."""
    failed = [fact for fact in shown if fact.state == "failed"]
    if not failed:
        return None
    return FailedAt(
        sources=list(dict.fromkeys(fact.source for fact in failed)),
        since=min((fact.since for fact in failed if fact.since), default=None),
        may_pass=any(fact.may_pass for fact in failed),
    )


def fact_of_register(name: str, stands: Known | Absent, dispute: Dispute | None) -> ShownFact:
    """A field that its source answered: with a value, or that it has none. `dispute` is an open one."""
    shown = ShownFact(
        name,
        field_label(name),
        "absent" if isinstance(stands, Absent) else "known",
        source_name(stands.source),
        observed_at=stands.observed_at,
        lines=[none_words(name)] if isinstance(stands, Absent) else [],
    )
    if isinstance(stands, Known):
        shown = replace(
            shown,
            lines=value_lines(name, stands.value),
            under_investigation=stands.under_investigation,
            secret=is_masked(name, secret=stands.secret),
        )
    if dispute is None:
        return shown
    return replace(
        shown,
        disputed=content_of(dispute).explanation,
        dispute_words=state_words(dispute),
        dispute_href=reverse("citizen:dispute-shown", args=[dispute.pk]),
    )


def fact_left_open(name: str, stands: Failed) -> ShownFact:
    """A yes or no that its registers left open: they answered, and a person must look."""
    source = source_name(stands.source)
    return ShownFact(name, field_label(name), "unsure", source, observed_at=stands.since, may_pass=False)


def _shown(name: str, stands: Answer, answers: Answers, dispute: Dispute | None) -> ShownFact:
    if isinstance(stands, Known | Absent):
        return fact_of_register(name, stands, dispute)
    definition = catalogue().fields[name]
    label, can_enter = field_label(name), bool(definition.enter)
    if typed := answers.entered.get(name):
        lines = value_lines(name, typed)
        return ShownFact(name, label, "entered", source_name("citizen"), lines=lines, can_enter=can_enter)
    if isinstance(stands, Failed):
        return ShownFact(
            name,
            label,
            _STATES.get(stands.kind, "failed"),
            source_name(stands.source),
            can_enter=can_enter,
            since=stands.since,
            may_pass=stands.may_pass,
        )
    return ShownFact(name, label, "pending", source_name(stands.source), can_enter=can_enter)
