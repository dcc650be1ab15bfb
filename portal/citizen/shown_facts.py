"""What we know already, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from portal.cases import journeys
from portal.cases.answers import Answers
from portal.cases.models import Journey
from portal.cases.showing import field_label, source_name, value_lines
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


def _shown(name: str, stands: Answer, answers: Answers) -> ShownFact:
    definition = catalogue().fields[name]
    label, source = field_label(name), source_name(definition.source)
    can_enter = bool(definition.enter)
    match stands:
        case Known():
            return ShownFact(
                name,
                label,
                "known",
                source,
                lines=value_lines(name, stands.value),
                observed_at=stands.observed_at,
                under_investigation=stands.under_investigation,
                secret=stands.secret and definition.masked_when_secret,
                disputed=answers.disputes.get(name, ""),
            )
        case Absent():
            return ShownFact(name, label, "absent", source, observed_at=stands.observed_at)
    if typed := answers.entered.get(name):
        lines = value_lines(name, typed)
        return ShownFact(name, label, "entered", source_name("citizen"), lines=lines, can_enter=can_enter)
    state: State = "failed" if isinstance(stands, Failed) else "pending"
    return ShownFact(name, label, state, source, can_enter=can_enter)
