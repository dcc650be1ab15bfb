"""Erasing on request, as far as the law allows (AVG 17), and saying what stays, on which ground and how long.

What the citizen only prepared, and what registers answered, goes at once: the data key of the latter is
destroyed, so that it is gone from every backup too. What was sent stays with its request for the term of its
own activity (AVG 17(3)(b): a task in law), and the lines of the log, which hold no values, for theirs
(AVG 5(2)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lifeevents.retention import retention
from portal.cases.journey.journeys import AlreadySubmitted, discard
from portal.cases.models import Case, Journey, Phase, Suggestion, Wish
from portal.ledger.engine.gather import RETENTION as FACTS
from portal.ledger.keys import destroy_key
from portal.ledger.models import Fact
from portal.people.actor import Actor
from portal.people.models import Citizen


@dataclass(frozen=True, slots=True)
class Kept:
    """A request that stays. `until` None: it still runs, and stays for `days` after its end."""

    case: Case
    ground: str
    days: int
    until: date | None


@dataclass(frozen=True, slots=True)
class Erasable:
    """What can go now, and what stays. `facts_are_needed`: by a request that still runs."""

    drafts: int
    facts: int
    facts_are_needed: bool
    kept: tuple[Kept, ...]
    lines_years: int

    @property
    def something(self) -> bool:
        """Whether there is anything to erase."""
        return bool(self.drafts or (self.facts and not self.facts_are_needed))


def erasable(*, actor: Actor) -> Erasable:
    """What erasing would do; changes nothing."""
    citizen = actor.require_citizen()
    cases = list(Case.objects.filter(citizen=citizen).select_related("journey").order_by("created_at", "pk"))
    return Erasable(
        drafts=_drafts(citizen).count(),
        facts=Fact.objects.filter(citizen=citizen).count(),
        facts_are_needed=any(not Phase(case.phase).is_final for case in cases),
        kept=tuple(_kept(case) for case in cases),
        lines_years=retention().lines_years,
    )


def erase_now(*, actor: Actor) -> Erasable:
    """Erases what can go; gives what that was, and what stays. Again is harmless."""
    citizen = actor.require_citizen()
    with transaction.atomic():
        # Nobody sends a request meanwhile for which the facts would be needed after all.
        Citizen.objects.select_for_update().get(pk=citizen.pk)
        found = erasable(actor=actor)
        for draft in _drafts(citizen):
            try:
                discard(journey=draft)
            except (AlreadySubmitted, Journey.DoesNotExist):
                continue  # sent, or taken back, while we looked
        # Proposals are off again, and what was proposed goes.
        Wish.objects.filter(citizen=citizen).delete()
        Suggestion.objects.filter(citizen=citizen).delete()
        if not found.facts_are_needed:
            Fact.objects.filter(citizen=citizen).delete()
            destroy_key(citizen, FACTS)
    return found


def _drafts(citizen: Citizen) -> QuerySet[Journey]:
    return Journey.objects.filter(citizen=citizen, state=Journey.State.DRAFT)


def _kept(case: Case) -> Kept:
    activity = case.definition.activity
    until = None
    if Phase(case.phase).is_final:
        until = timezone.localdate(case.phase_since) + timedelta(days=activity.retention_days)
    return Kept(case, activity.ground.name, activity.retention_days, until)
