"""A life event of one citizen, from its beginning until just before it is sent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from lifeevents.model import Activity, LifeEvent, QuestionGroup, Service, dump
from portal.cases.journey.accounts import wrong_groups
from portal.cases.journey.answers import Answers, Item, answers_of, is_complete, save_answers, with_files
from portal.cases.journey.filed import prefill
from portal.cases.journey.helped import note_help
from portal.cases.journey.proposed import begun
from portal.cases.models import Case, Journey, Outcome, Phase, Silence, Suggestion, new_trace_id
from portal.cases.own import as_seen_by, own_journeys, seen_by
from portal.cases.restricting.standing import set_aside
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Answer, expire, gather, standing
from portal.ledger.keys import content_hash
from portal.people.actor import Actor
from portal.people.models import Citizen

STILL_TOGETHER: Final = timedelta(days=365)
"""Another life event that was sent so long ago still belongs with this one."""


class AlreadySubmitted(Exception):
    """The journey was sent, and this would change it."""


class OutOfScope(Exception):
    """The mandate does not name all services of this life event."""


class BegunByAnother(Exception):
    """The citizen, or somebody else for them, has begun this, and the actor must not read it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of questions: a group, and which item of it (0 where it does not repeat)."""

    group: QuestionGroup
    index: int
    count: int

    @property
    def can_add(self) -> bool:
        """Whether another item may follow this one."""
        return self.group.repeat > self.count and self.index == self.count - 1


class NothingChosen(Exception):
    """The citizen chose none of the services of an event in which one must be chosen."""


def begin_journey(*, actor: Actor, event: LifeEvent, chosen: Collection[str] | None = None) -> Journey:
    """The citizen's open journey for this event, or a new one with the definitions of today.

    `chosen` are the services that the citizen wants of an event that lets them choose; None takes those that
    come ticked. An open journey gets them in place of its own, and keeps its answers. What a chosen service
    waits for comes along. Staff who write it down may take one service of any event. Raises `NothingChosen`,
    `OutOfScope`, or `BegunByAnother`.
    """
    citizen = actor.require_citizen()
    wanted = _wanted(citizen, event, chosen, of_all=actor.filing is not None)
    if not actor.covers([service.id for service in wanted]):
        raise OutOfScope(event.slug)
    definitions = dump(wanted)
    proposed = Suggestion.objects.filter(citizen=citizen, event=event.slug, closed_at=None)
    if actor.mandate:
        # Nobody but the citizen goes on with what was only proposed to them.
        Journey.objects.filter(suggestions__in=proposed, state=Journey.State.DRAFT, touched_at=None).delete()
    try:
        with transaction.atomic():
            journey, _ = Journey.objects.get_or_create(
                citizen=citizen,
                event=event.slug,
                state=Journey.State.DRAFT,
                defaults={
                    "definitions": definitions,
                    "definitions_hash": content_hash(definitions),
                    "mandate_id": actor.mandate.representation_id if actor.mandate else None,
                    "filing_id": actor.filing.filing_id if actor.filing else None,
                },
            )
    except IntegrityError:
        # Two clicks at once: the other one made it.
        journey = Journey.objects.get(citizen=citizen, event=event.slug, state=Journey.State.DRAFT)
    try:
        journey = journey_for(actor=actor, journey_id=journey.pk)
    except Journey.DoesNotExist:
        raise BegunByAnother(event.slug) from None
    before = {one["id"] for one in journey.definitions}
    if chosen is not None and before != {one["id"] for one in definitions}:
        _choose_again(journey, definitions)
    if citizen.bsn is None:
        with locked_draft(journey) as answers:
            prefill(answers, citizen)
    proposed.update(closed_at=timezone.now(), closed=Suggestion.Closed.BEGUN)
    return journey


def _wanted(
    citizen: Citizen, event: LifeEvent, chosen: Collection[str] | None, *, of_all: bool
) -> tuple[Service, ...]:
    if event.chosen is None and (chosen is None or not of_all):
        return catalogue().services_of(event)
    services = catalogue().with_awaited(event, (event.chosen or ()) if chosen is None else chosen)
    if not services:
        raise NothingChosen(event.slug)
    return services if chosen is None else _without_what_is_done(citizen, services, chosen)


def _without_what_is_done(
    citizen: Citizen, services: tuple[Service, ...], chosen: Collection[str]
) -> tuple[Service, ...]:
    """What is waited for and was granted lately is not asked for again, unless it was chosen itself."""
    awaited = {one.id for one in services} - set(chosen)
    done = set(granted_lately(citizen, awaited)) if awaited else set()
    for one in services:
        if one.after is not None and one.after.service in done:
            # What we hold is of before; the register is asked again.
            expire(citizen, one.after.field)
    return tuple(
        replace(one, after=None) if one.after is not None and one.after.service in done else one
        for one in services
        if one.id not in done
    )


def granted_lately(citizen: Citizen, services: Collection[str]) -> list[str]:
    """Which of these services this citizen was granted in the last year."""
    since = timezone.now() - STILL_TOGETHER
    rows = Case.objects.filter(citizen=citizen, service__in=services, phase__in=[Phase.DECIDED, Phase.DONE])
    rows = rows.filter(created_at__gt=since).exclude(outcome__kind=Outcome.Kind.REFUSED)
    return list(rows.values_list("service", flat=True))


def _choose_again(journey: Journey, definitions: list[dict[str, Any]]) -> None:
    """The draft goes on with other services; what was answered stays, in case they are chosen again."""
    with transaction.atomic():
        locked = Journey.objects.select_for_update(of=("self",)).get(pk=journey.pk)
        _require_draft(locked)
        journey.definitions, journey.definitions_hash = definitions, content_hash(definitions)
        journey.save(update_fields=["definitions", "definitions_hash"])
    journey.__dict__.pop("services", None)


def open_draft(*, actor: Actor, event: str) -> Journey | None:
    """The citizen's open journey for this event, if there is one."""
    return own_journeys(actor).filter(event=event, state=Journey.State.DRAFT).first()


def journey_for(*, actor: Actor, journey_id: Any) -> Journey:
    """The citizen's own journey; another's is `Journey.DoesNotExist`, as is one that is not there.

    A draft is as this actor would send it: written down by staff, or not.
    """
    journey = seen_by(actor, own_journeys(actor).select_related("citizen").get(pk=journey_id))
    if journey.state == Journey.State.DRAFT:
        journey.filing_id = actor.filing.filing_id if actor.filing else None
    return journey


def open_drafts(*, actor: Actor) -> list[Journey]:
    """What the citizen began and did not send; not of a life event in which a child died."""
    return as_drafts(drafts_query(actor=actor), actor=actor)


def drafts_query(*, actor: Actor) -> QuerySet[Journey]:
    """The same as a query, for a page that asks it along with others; then `as_drafts`."""
    silent = Silence.objects.filter(citizen=actor.require_citizen()).values("event")
    drafts = begun(own_journeys(actor)).filter(state=Journey.State.DRAFT).exclude(event__in=silent)
    return drafts.order_by("created_at")


def as_drafts(found: Iterable[Journey], *, actor: Actor) -> list[Journey]:
    """As this actor sees them."""
    drafts = as_seen_by(actor, found)
    for draft in drafts:
        draft.citizen = actor.require_citizen()
    return drafts


def submitted_journeys(*, actor: Actor) -> list[Journey]:
    """What the citizen sent, newest first."""
    sent = own_journeys(actor).filter(state=Journey.State.SUBMITTED)
    with_cases = sent.order_by("-submitted_at").prefetch_related("cases__deliveries", "cases__outcome")
    return as_seen_by(actor, with_cases)


def newest_journeys(*, actor: Actor) -> QuerySet[Journey]:
    """What the citizen sent, newest first, without what is in it: `done` and `total` count its cases."""
    cases = Case.objects.filter(journey=OuterRef("pk")).order_by().values("journey")
    total = cases.annotate(number=Count("pk")).values("number")
    done = cases.filter(phase__in=[Phase.DECIDED, Phase.DONE]).annotate(number=Count("pk")).values("number")
    sent = own_journeys(actor).filter(state=Journey.State.SUBMITTED)
    counted = sent.annotate(total=Coalesce(Subquery(total), 0), done=Coalesce(Subquery(done), 0))
    return counted.order_by("-submitted_at").only("event", "submitted_at")


def discard(*, journey: Journey) -> None:
    """Takes back a journey that was not sent. What was typed goes with it."""
    with transaction.atomic():
        locked = Journey.objects.select_for_update().get(pk=journey.pk)
        _require_draft(locked)
        locked.delete()


def needed_fields(journey: Journey) -> list[str]:
    """The fields that the journey's services need now; those that a service awaits come later."""
    awaited = {service.after.field for service in journey.services if service.after}
    names = [name for service in journey.services for name in service.needs if name not in awaited]
    return [name for name in dict.fromkeys(names) if name in catalogue().fields]


def activities_of(journey: Journey) -> list[Activity]:
    """The processing activities of the journey's services: the grounds on which it may ask."""
    return [service.activity for service in journey.services]


def gather_facts(*, journey: Journey, fresh: bool = False) -> dict[str, Answer]:
    """Asks the registers what we do not hold yet, and the citizen did not restrict."""
    aside = set_aside(journey.citizen, needed_fields(journey))
    found = gather(
        citizen=journey.citizen,
        fields=[name for name in needed_fields(journey) if name not in aside],
        activities=activities_of(journey),
        trace_id=journey.trace_id,
        fresh=fresh,
    )
    return found | aside


def look_up(*, actor: Actor, event: LifeEvent) -> dict[str, Answer]:
    """Asks the registers for what an event is about, without a journey: the citizen only wants to see it."""
    services, citizen = catalogue().services_of(event), actor.require_citizen()
    fields = dict.fromkeys(name for service in services for name in service.needs)
    aside = set_aside(citizen, fields)
    return gather(
        citizen=citizen,
        fields=[name for name in fields if name not in aside],
        activities=[service.activity for service in services],
        trace_id=new_trace_id(),
    )


def known(journey: Journey) -> dict[str, Answer]:
    """How each needed field stands, without asking anybody; what the citizen restricted does not count."""
    fields = needed_fields(journey)
    aside = set_aside(journey.citizen, fields)
    found: dict[str, Answer] = standing(
        citizen=journey.citizen,
        fields=[name for name in fields if name not in aside],
        activities=activities_of(journey),
        trace_id=journey.trace_id,
    )
    return {name: aside.get(name) or found[name] for name in fields}


def groups_of(journey: Journey) -> list[QuestionGroup]:
    """The question groups of all services, each group and each question once."""
    groups: dict[str, QuestionGroup] = {}
    for service in journey.services:
        for group in service.ask:
            groups.setdefault(group.id, group)
    return list(groups.values())


def pages_of(journey: Journey, answers: Answers) -> list[Page]:
    """The pages of questions in their order; a repeating group gives a page per item, and at least one."""
    pages = []
    for group in groups_of(journey):
        count = max(1, len(answers.groups.get(group.id, [])))
        pages += [Page(group, index, count) for index in range(count)]
    return pages


def unanswered(journey: Journey, answers: Answers) -> list[Page]:
    """The first page of each group that still lacks an answer, or has an account that may not be used."""
    groups = groups_of(journey)
    wrong = wrong_groups(journey.citizen, groups, answers)
    lacking = [
        group
        for group in groups
        if group.id in wrong or not is_complete(group, answers.groups.get(group.id, []))
    ]
    return [next(page for page in pages_of(journey, answers) if page.group == group) for group in lacking]


def answer(
    *,
    journey: Journey,
    group: str,
    index: int,
    item: Item,
    reused: Mapping[str, str] | None = None,
    actor: Actor | None = None,
) -> None:
    """Keeps one page's answers, and the files that were added to it before.

    `reused` names those taken over from an earlier journey, and its id. `actor` is who fills it in; None is
    the citizen.
    """
    page = next(one for one in groups_of(journey) if one.id == group)
    with locked_draft(journey) as answers:
        before = answers.item(group, index)
        answers.put(group, index, with_files(page, item, before), reused or {})
        note_help(journey, before, answers.item(group, index), actor)


def remove_item(*, journey: Journey, group: str, index: int) -> None:
    """Takes one item out of a repeating group: not a twin after all."""
    with locked_draft(journey) as answers:
        answers.remove(group, index)


def enter(*, journey: Journey, field: str, value: Item) -> None:
    """Keeps what the citizen typed for a field whose source could not say. It stays provisional."""
    with locked_draft(journey) as answers:
        answers.entered[field] = value
        answers.lookups.pop(field, None)


def keep_lookup(*, journey: Journey, key: str, lookup: Item | None) -> None:
    """Keeps what was found for the address of a field or question (`key`); None forgets it."""
    with locked_draft(journey) as answers:
        answers.lookups.pop(key, None)
        if lookup is not None:
            answers.lookups[key] = lookup


@contextmanager
def locked_draft(journey: Journey) -> Iterator[Answers]:
    """Opens the answers under a lock on the journey, and saves them; two tabs do not undo each other."""
    with transaction.atomic():
        locked = Journey.objects.select_for_update(of=("self",)).select_related("citizen").get(pk=journey.pk)
        _require_draft(locked)
        answers = answers_of(locked)
        yield answers
        save_answers(locked, answers)
        journey.sealed_answers = locked.sealed_answers


def _require_draft(journey: Journey) -> None:
    if journey.state != Journey.State.DRAFT:
        raise AlreadySubmitted(str(journey.pk))
