"""What a person sees of the cases: the citizen's own, or the agency's. Reads our own tables only."""

from __future__ import annotations

from typing import Final

from django.db.models import F, Prefetch, Q, QuerySet

from portal.cases.models import Case, CitizenTask, Delivery, Phase
from portal.cases.own import as_seen_by, own_cases, own_tasks, seen_by
from portal.catalogue import connectors
from portal.people.actor import Actor

FETCHED = "case-fetched"
"""The outcome of a look by an agency's program, in which no person saw it yet."""


def open_tasks(*, actor: Actor) -> list[CitizenTask]:
    """What is asked of the citizen and not answered yet, soonest date first; nothing of what has ended."""
    tasks = own_tasks(actor).filter(answered_at=None, dropped_at=None)
    open_ones = tasks.exclude(case__phase__in=[phase for phase in Phase if phase.is_final])
    by_date = open_ones.order_by(F("due_on").asc(nulls_last=True), "created_at")
    found = list(by_date.select_related("case__journey"))
    as_seen_by(actor, [task.case for task in found])
    return found


def case_for(*, actor: Actor, reference: str) -> Case:
    """The citizen's own case; raises `Case.DoesNotExist` for another's, as for one that is not there."""
    return seen_by(actor, _own(actor).get(reference=reference))


def _own(actor: Actor) -> QuerySet[Case]:
    own = own_cases(actor)
    return own.select_related("journey", "citizen", "outcome").prefetch_related(
        Prefetch("deliveries", that_matter())
    )


def that_matter() -> QuerySet[Delivery]:
    """Of what was written and arrived nothing more need be known: there may be thousands of it."""
    return Delivery.objects.filter(Q(message=None) | Q(delivered_at=None) | Q(kind__in=_ALWAYS))


_ALWAYS: Final = (Delivery.Kind.OBJECTION, Delivery.Kind.WITHDRAW)


def works_here(*, actor: Actor) -> bool:
    """Whether the actor's agency handles its cases here, or fetches them here, and is not sent them."""
    destination = connectors().destination(actor.agency)
    return destination is not None and destination.pulls


def worklist_for(*, actor: Actor) -> QuerySet[Case]:
    """The cases that the actor's agency has, soonest due date first; none where it works elsewhere.

    An agency's program sees those of its services only.
    """
    if not works_here(actor=actor):
        return Case.objects.none()
    cases = held_by(actor.agency)
    if actor.program is not None:
        cases = cases.filter(service__in=actor.program.services)
    return cases.select_related("journey", "citizen", "outcome").order_by("due_on", "created_at")


def held_by(agency: str) -> QuerySet[Case]:
    """Every case that has arrived at an agency."""
    return Case.objects.filter(agency=agency, deliveries__kind="file", deliveries__delivered_at__isnull=False)
