"""What we know already, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from portal.cases import journeys
from portal.cases.answers import Answers
from portal.cases.models import Journey
from portal.cases.showing import field_label, is_masked, source_name, value_lines
from portal.catalogue import catalogue
from portal.ledger.gather import Absent, Answer, Failed, Known

State = Literal["known", "absent", "failed", "pending", "entered"]


@dataclass(frozen=True, slots=True)
class ShownFact:
    """One field: how it stands, and its value as lines of text."""

    name: str
    label: str
    state: State
    source: str
    lines: list[str] = field(default_factory=list)
    observed_at: datetime | None = None
    under_investigation: bool = False
    secret: bool = False
    disputed: str = ""
    can_enter: bool = False


def shown_facts(journey: Journey, answers: Answers) -> list[ShownFact]:
    """Each needed field of the journey."""
    return [_shown(name, stands, answers) for name, stands in journeys.known(journey).items()]


def fact_of_register(name: str, stands: Known | Absent, *, disputed: str = "") -> ShownFact:
    """A field that its source answered: with a value, or that it has none."""
    label, source = field_label(name), source_name(stands.source)
    if isinstance(stands, Absent):
        return ShownFact(name, label, "absent", source, observed_at=stands.observed_at, disputed=disputed)
    return ShownFact(
        name,
        label,
        "known",
        source,
        lines=value_lines(name, stands.value),
        observed_at=stands.observed_at,
        under_investigation=stands.under_investigation,
        secret=is_masked(name, secret=stands.secret),
        disputed=disputed,
    )


def _shown(name: str, stands: Answer, answers: Answers) -> ShownFact:
    if isinstance(stands, Known | Absent):
        return fact_of_register(name, stands, disputed=answers.disputes.get(name, ""))
    definition = catalogue().fields[name]
    label, can_enter = field_label(name), bool(definition.enter)
    if typed := answers.entered.get(name):
        lines = value_lines(name, typed)
        return ShownFact(name, label, "entered", source_name("citizen"), lines=lines, can_enter=can_enter)
    state: State = "failed" if isinstance(stands, Failed) else "pending"
    return ShownFact(name, label, state, source_name(definition.source), can_enter=can_enter)
