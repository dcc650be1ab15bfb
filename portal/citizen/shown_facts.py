"""What we know already, as the page shows it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from django.urls import reverse

from portal.cases import journeys
from portal.cases.answers import Answers
from portal.cases.dispute_showing import state_words
from portal.cases.marks import content_of, open_disputes
from portal.cases.models import Dispute, Journey
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
    dispute_words: str = ""
    dispute_href: str = ""
    can_enter: bool = False


def shown_facts(journey: Journey, answers: Answers) -> list[ShownFact]:
    """Each needed field of the journey."""
    disputes = open_disputes(journey.citizen)
    return [
        _shown(name, stands, answers, disputes.get(name)) for name, stands in journeys.known(journey).items()
    ]


def fact_of_register(name: str, stands: Known | Absent, dispute: Dispute | None) -> ShownFact:
    """A field that its source answered: with a value, or that it has none. `dispute` is an open one."""
    shown = ShownFact(
        name,
        field_label(name),
        "absent" if isinstance(stands, Absent) else "known",
        source_name(stands.source),
        observed_at=stands.observed_at,
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


def _shown(name: str, stands: Answer, answers: Answers, dispute: Dispute | None) -> ShownFact:
    if isinstance(stands, Known | Absent):
        return fact_of_register(name, stands, dispute)
    definition = catalogue().fields[name]
    label, can_enter = field_label(name), bool(definition.enter)
    if typed := answers.entered.get(name):
        lines = value_lines(name, typed)
        return ShownFact(name, label, "entered", source_name("citizen"), lines=lines, can_enter=can_enter)
    state: State = "failed" if isinstance(stands, Failed) else "pending"
    return ShownFact(name, label, state, source_name(definition.source), can_enter=can_enter)
