"""Turning proposals on and off, looking whether something happened, and what is proposed.

Off until the citizen turns it on, for each life event. A death or a stillborn child silences what it must
(`silenced_by` in the catalogue), also what was proposed before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from lifeevents.model import LifeEvent, Proposal
from portal import clock
from portal.cases import bell
from portal.cases.journey.journeys import discard
from portal.cases.journey.proposed import begun, ready_draft
from portal.cases.models import Journey, Silence, Suggestion, Wish, new_trace_id
from portal.cases.notices.noting import fall_silent, tell_of_proposal
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Absent, Known, gather
from portal.people.actor import Actor
from portal.people.models import Citizen

LOOK = "portal.cases.tasks.look_for_events"
FIELD, ACTIVITY = "brp_events.recent", "voorstellen"
SHOWN_DAYS = 90
"""So long after it happened something is proposed; then it goes."""

_AGAIN = timedelta(minutes=10)
"""When a register that could not say is asked again."""

_A_TURN = 200


def can_be_proposed() -> list[LifeEvent]:
    """The life events for which a proposal can be had."""
    return [event for event in catalogue().events.values() if event.proposed]


def wished(actor: Actor) -> set[str]:
    """Those for which this citizen turned it on."""
    return set(Wish.objects.filter(citizen=actor.require_citizen()).values_list("event", flat=True))


def set_wishes(*, actor: Actor, events: Collection[str]) -> None:
    """Turns proposals on for these life events, and off for all others. What is off is forgotten."""
    citizen = actor.require_citizen()
    known = {event.slug for event in can_be_proposed()}
    with transaction.atomic():
        for event in sorted(known & set(events)):
            Wish.objects.get_or_create(citizen=citizen, event=event)
        Wish.objects.filter(citizen=citizen).exclude(event__in=events).delete()
        _take_away(Suggestion.objects.filter(citizen=citizen).exclude(event__in=events))
        if known & set(events):
            transaction.on_commit(lambda: bell.ring(str(citizen.pk), task=LOOK))


def suggestions_for(actor: Actor) -> list[Suggestion]:
    """What is proposed now: not what was begun since, put away, or silenced. Only to who acts in person."""
    citizen = actor.require_citizen()
    if not actor.is_whole:
        return []
    since = clock.today() - timedelta(days=SHOWN_DAYS)
    rows = Suggestion.objects.filter(citizen=citizen, closed_at=None, happened_on__gte=since)
    found = rows.exclude(event__in=Silence.objects.filter(citizen=citizen).values("event"))
    return [one for one in found if one.event in catalogue().events]


def suggestion_of(actor: Actor, event: LifeEvent) -> Suggestion | None:
    """The newest proposal of this event that stands open."""
    of_event = [one for one in suggestions_for(actor) if one.event == event.slug]
    return max(of_event, key=lambda one: one.happened_on, default=None)


def dismiss(*, actor: Actor, suggestion_id: UUID) -> None:
    """The citizen does not want it. Raises `Suggestion.DoesNotExist`. Twice is once."""
    row = Suggestion.objects.get(citizen=actor.require_citizen(), pk=suggestion_id)
    decline(actor=actor, suggestions=[row.pk])


def decline(*, actor: Actor, suggestions: Any) -> None:
    """The same for several, by their ids or a query of those; what is another's is passed by."""
    own = Suggestion.objects.filter(citizen=actor.require_citizen(), pk__in=suggestions)
    with transaction.atomic():
        _close(own, Suggestion.Closed.DISMISSED)


def ring_for_due() -> None:
    """Rings for citizens whose register is to be asked; the rest comes with the next turn."""
    due = Wish.objects.filter(look_at__lte=timezone.now()).order_by("look_at")
    for citizen_id in dict.fromkeys(due.values_list("citizen", flat=True)[:_A_TURN]):
        bell.ring(str(citizen_id), task=LOOK)


def look(*, citizen_id: Any) -> None:
    """Asks the register what happened to one citizen, if that is due, and proposes what was wished."""
    wishes = Wish.objects.filter(citizen=citizen_id)
    now = timezone.now()
    # Put off first: whoever comes second finds nothing due.
    if not wishes.filter(look_at__lte=now).update(look_at=now + _AGAIN):
        return
    citizen = Citizen.objects.get(pk=citizen_id)
    told = gather(
        citizen=citizen,
        fields=[FIELD],
        activities=[catalogue().activities[ACTIVITY]],
        trace_id=new_trace_id(),
        fresh=True,
    )[FIELD]
    if not isinstance(told, Known | Absent):
        return
    happened = list(told.value) if isinstance(told, Known) else []
    with transaction.atomic():
        for wish in wishes.select_for_update():
            if wish.event in catalogue().events:
                _propose(citizen, catalogue().events[wish.event], happened)
        wishes.update(look_at=now + timedelta(seconds=settings.PROPOSALS_SECONDS))


def forget_old() -> int:
    """Deletes what happened too long ago to be proposed; how many went."""
    before = clock.today() - timedelta(days=SHOWN_DAYS)
    with transaction.atomic():
        return _take_away(Suggestion.objects.filter(happened_on__lt=before))


def _propose(citizen: Citizen, event: LifeEvent, happened: Iterable[dict[str, Any]]) -> None:
    happened = list(happened)
    open_ones = Suggestion.objects.filter(citizen=citizen, event=event.slug, closed_at=None)
    for proposal in event.proposed:
        silencing = [one for one in happened if one["kind"] in proposal.silenced_by]
        if silencing:
            _close(open_ones, Suggestion.Closed.SILENCED)
            if any(_is_of_a_child(one) for one in silencing):
                fall_silent(citizen=citizen, event=event.slug)
            continue
        for one in happened:
            if _fits(proposal, one):
                _propose_once(citizen, event, one["id"], date.fromisoformat(one["day"]))


def _propose_once(citizen: Citizen, event: LifeEvent, source: str, day: date) -> None:
    """A draft, an item in the inbox, a mail or text without content; not of what was begun since that day."""
    of_event = Journey.objects.filter(citizen=citizen, event=event.slug)
    if begun(of_event).filter(created_at__date__gte=day).exists():
        return
    same_day = Suggestion.objects.filter(citizen=citizen, event=event.slug, happened_on=day)
    if same_day.exclude(source=source).exists():
        return  # twins are one birth
    made, is_new = Suggestion.objects.get_or_create(
        citizen=citizen, event=event.slug, source=source, defaults={"happened_on": day}
    )
    if is_new:
        made.journey = ready_draft(citizen=citizen, event=event)
        made.save(update_fields=["journey"])
        if not Silence.objects.filter(citizen=citizen, event=event.slug).exists():
            tell_of_proposal(made)


def _fits(proposal: Proposal, one: dict[str, Any]) -> bool:
    return one["kind"] == proposal.kind and one["who"] in proposal.who


def _is_of_a_child(one: dict[str, Any]) -> bool:
    return bool(one["kind"] == "stillbirth" or one["who"] == "child")


def _close(rows: QuerySet[Suggestion], how: Suggestion.Closed) -> None:
    """What is declined or silenced leaves no draft that nobody began. In a transaction."""
    still_open = rows.filter(closed_at=None)
    _drop_drafts(still_open)
    still_open.update(closed_at=timezone.now(), closed=how)


def _take_away(rows: QuerySet[Suggestion]) -> int:
    _drop_drafts(rows.filter(closed_at=None))
    return rows.delete()[0]


def _drop_drafts(rows: QuerySet[Suggestion]) -> None:
    drafts = Journey.objects.filter(suggestions__in=rows, state=Journey.State.DRAFT, touched_at=None)
    for draft in drafts.distinct():
        discard(journey=draft)
