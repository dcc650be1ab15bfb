"""Mijn gegevens: what we hold, from whom, since when, and who used it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.access.requests import actor_of
from portal.cases.disputes.marks import open_disputes
from portal.cases.journey.earlier import reused_answers
from portal.cases.models import Dispute
from portal.cases.reading.showing import field_label
from portal.cases.restricting.standing import restricted_fields
from portal.catalogue import catalogue
from portal.citizen.shown_facts import ShownFact, fact_left_open, fact_of_register, without_place
from portal.citizen.spared import Spared, spared_by
from portal.citizen.use_lines import UseLine, use_line
from portal.ledger.engine.gather import RETENTION, Absent, Failed, Known, facts_of
from portal.ledger.keys import KeyDestroyed, destroyed_at
from portal.ledger.log.history import ended_of, newest_by_field, recipients_of
from portal.ledger.log.uses import PORTAL
from portal.people.models import Citizen


@dataclass(frozen=True, slots=True)
class Held:
    """What we hold of a field, used until `valid_until` (None: that is over), and the newest use by each."""

    fact: ShownFact
    valid_until: datetime | None
    uses: list[UseLine]


@dataclass(frozen=True, slots=True)
class Section:
    """A subject with what we hold of it."""

    title: str
    held: list[Held]


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """By subject; each value opens who used it."""
    actor = actor_of(request)
    citizen = actor.require_citizen()
    spared = spared_by(ended_of(citizen))
    held = _held(citizen, spared)
    if actor.hides_places:
        held = [replace(one, fact=without_place(one.fact)) for one in held]
    context = {
        "sections": _sections(held),
        "spared": spared.total,
        "reused": reused_answers(citizen),
        "nothing_sent": set(recipients_of(citizen)) <= {PORTAL},
        "erased_at": destroyed_at(citizen, RETENTION),
        "restricted": [
            {"label": field_label(name), "name": name, "ends_on": one.ends_on}
            for name, one in restricted_fields(citizen).items()
            if name in catalogue().fields
        ],
    }
    return render(request, "citizen/my_data.html", context)


def _held(citizen: Citizen, spared: Spared) -> list[Held]:
    try:
        facts = facts_of(citizen)
    except KeyDestroyed:
        return []  # one key seals all facts: none of them can be read any more
    facts = {name: facts[name] for name in catalogue().fields if name in facts}
    disputes = open_disputes(citizen)
    uses = newest_by_field(citizen, facts)
    return [
        Held(*_shown(name, stands, disputes.get(name)), [use_line(use, spared) for use in uses[name]])
        for name, stands in facts.items()
    ]


def _shown(
    name: str, stands: Known | Absent | Failed, dispute: Dispute | None
) -> tuple[ShownFact, datetime | None]:
    """A field as the page shows it, and until when it counts."""
    if isinstance(stands, Failed):
        return fact_left_open(name, stands), None
    until = stands.valid_until if stands.valid_until >= timezone.now() else None
    return fact_of_register(name, stands, dispute), until


def _sections(held: list[Held]) -> list[Section]:
    """In the order of the subjects."""
    by_subject: dict[str, list[Held]] = {}
    for one in held:
        by_subject.setdefault(catalogue().fields[one.fact.name].subject, []).append(one)
    return [Section(title, by_subject[subject]) for subject, title in subjects() if subject in by_subject]


def subjects() -> list[tuple[str, str]]:
    """The subjects of fields, each with its heading, in the order of the page."""
    return [
        ("person", _("Wie u bent")),
        ("home", _("Waar u woont")),
        ("family", _("Uw gezin")),
        ("work", _("Uw werk")),
        ("money", _("Uw geld")),
        ("car", _("Uw auto")),
        ("study", _("Uw opleiding")),
    ]
