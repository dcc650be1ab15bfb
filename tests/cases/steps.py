"""The steps of a birth as verbs, for tests that begin somewhere in the middle."""

from __future__ import annotations

from typing import Any

from portal.cases.back.concluding import conclude
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.payloads import requests_of
from portal.cases.journey.submit import fingerprint, submit
from portal.cases.models import Case, Delivery, Journey, Outcome
from portal.cases.out.delivery import deliver
from portal.catalogue import catalogue
from portal.people.actor import Actor
from tests.cases.answers import ANSWERS
from tests.factories import make_officer


def begun(actor: Actor) -> Journey:
    """The citizen chose the event, and the registers were asked."""
    journey = journeys.begin_journey(actor=actor, event=catalogue().events["kind-krijgen"])
    journeys.gather_facts(journey=journey)
    return journey


def answered(actor: Actor, **groups: list[dict[str, Any]]) -> Journey:
    """Everything is filled in."""
    journey = begun(actor)
    for group, items in (ANSWERS | groups).items():
        for index, item in enumerate(items):
            journeys.answer(journey=journey, group=group, index=index, item=item)
    return reloaded(journey)


def seen(journey: Journey) -> str:
    """What the review page carries."""
    return fingerprint(requests_of(journey, answers_of(journey)))


def submitted(
    actor: Actor, *, follow_ups: tuple[str, ...] = ("kinderbijslag",), **groups: Any
) -> dict[str, Case]:
    """Sent; the cases by service."""
    journey = answered(actor, **groups)
    cases = submit(journey=journey, seen=seen(journey), follow_ups=follow_ups, level="midden")
    return {case.service: case for case in cases}


def deliver_all() -> None:
    """A worker that works on every row that is not done, due or not."""
    Delivery.objects.filter(delivered_at=None).update(not_before="2020-01-01T00:00Z", lease_until=None)
    for pk in Delivery.objects.filter(delivered_at=None, needs_human="").values_list("pk", flat=True):
        deliver(delivery_id=pk)


def deed_made(case: Case) -> Outcome:
    """The municipality makes the deed."""
    officer = Actor.of_user(make_officer(case.agency))
    return conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="De akte is gemaakt.", actor=officer)


def reloaded(journey: Journey) -> Journey:
    """As the next request reads it."""
    return Journey.objects.select_related("citizen").get(pk=journey.pk)
