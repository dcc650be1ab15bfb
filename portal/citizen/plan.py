"""The plan of a life event, before and after it is sent: what, by whom, by when, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.model import Agency, Guidance, LifeEvent, Service
from portal.cases.journey.answers import Answers, answers_of
from portal.cases.journey.fitting import verdicts_of
from portal.cases.journey.journeys import STILL_TOGETHER, newest_journeys
from portal.cases.models import Case, Journey, Phase, Silence
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.wording import standing_of
from portal.catalogue import catalogue
from portal.citizen.offers import ServiceChoice, planned_steps, service_choices
from portal.citizen.pages import TimelineStep, event_title
from portal.ledger.keys import KeyDestroyed
from portal.people.actor import Actor

_STATES = {
    "waiting": "waiting",
    "prepared": "waiting",
    "needs_you": "yours",
    "late": "late",
    "decided": "done",
    "done": "done",
    "withdrawn": "done",
    "stopped": "done",
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps in the order of the event; how many are done; whom it concerns; what was not asked for."""

    steps: list[TimelineStep]
    done: int
    total: int
    agencies: list[Agency]
    left_out: list[Service]

    @property
    def asks_citizen(self) -> bool:
        """One of the steps waits for something that the citizen must do."""
        return any(step.state == "yours" for step in self.steps)

    @property
    def is_kept(self) -> bool:
        """Nothing of it went out yet: it waits for its day."""
        return all(step.state == "waiting" for step in self.steps)


@dataclass(frozen=True, slots=True)
class Beside:
    """What is not in the plan, and what belongs with it.

    `others` are the services of the event that the citizen did not choose, `automatic` what goes by itself,
    `also` other life events: `why` it may come along, or when the citizen sent it.
    """

    others: list[ServiceChoice]
    automatic: list[Guidance]
    also: list[AlsoLink]


@dataclass(frozen=True, slots=True)
class AlsoLink:
    """Another life event that belongs with this one."""

    title: str
    href: str
    why: str


def plan_of(journey: Journey) -> Plan:
    """Where everything of this life event stands."""
    cases = {case.service: case for case in journey.cases.all()}
    for case in cases.values():
        case.hides_places = journey.hides_places
    asked = [service for service in journey.services if service.id in cases]
    return Plan(
        steps=[_step(service, cases[service.id]) for service in asked],
        done=sum(case.phase in {Phase.DECIDED, Phase.DONE} for case in cases.values()),
        total=len(asked),
        agencies=list({agency_of(case).id: agency_of(case) for case in cases.values()}.values()),
        left_out=[service for service in journey.services if service.id not in cases],
    )


def draft_plan(journey: Journey, actor: Actor) -> list[TimelineStep]:
    """What was chosen and not sent yet, with its days as far as they were answered."""
    answers = kept_answers(journey)
    verdicts = verdicts_of(journey.citizen, shown_to(actor, journey.services), answers)
    return planned_steps(journey.services, answers, verdicts)


def beside_of(journey: Journey, actor: Actor) -> Beside:
    """What else belongs to the life event of this journey.

    Nothing where the event has gone from the catalogue, or where nothing may be suggested: a child died.
    """
    event = catalogue().events.get(journey.event)
    if event is None or Silence.objects.filter(citizen=journey.citizen, event=journey.event).exists():
        return Beside([], [], [])
    answers, chosen = kept_answers(journey), {service.id for service in journey.services}
    services = [one for one in catalogue().services_of(event) if one.id not in chosen]
    services = shown_to(actor, services)
    return Beside(
        others=service_choices(services, (), verdicts_of(journey.citizen, services, answers)),
        automatic=[one for one in catalogue().guidance_of(event) if one.kind == "automatic"],
        also=also_links(event, answers, actor),
    )


def also_links(event: LifeEvent, answers: Answers, actor: Actor) -> list[AlsoLink]:
    """The life events that come along with this one, where the answers do not say otherwise."""
    since = timezone.now() - STILL_TOGETHER
    recent = newest_journeys(actor=actor).filter(submitted_at__gt=since)
    sent = {one.event: one for one in reversed(recent)}
    links = []
    for also in event.also:
        if also.event in sent:
            links.append(_sent_link(sent[also.event]))
        elif all(answers.find(question) in values for question, values in also.only_if.items()):
            other = catalogue().events[also.event]
            language = get_language() or "nl"
            href = reverse("citizen:event", args=[other.slug])
            links.append(AlsoLink(other.title.in_language(language), href, also.why.in_language(language)))
    return links


def _sent_link(journey: Journey) -> AlsoLink:
    href = reverse("citizen:plan", args=[journey.event, journey.pk])
    return AlsoLink(event_title(journey), href, _("Dit verstuurde u al. Bekijk hoe het ermee staat."))


def shown_to(actor: Actor, services: Iterable[Service]) -> list[Service]:
    """Those of which this person may read what the registers say: who acts for another not all."""
    return [service for service in services if actor.covers([service.id])]


def kept_answers(journey: Journey) -> Answers:
    """What was answered; nothing where it was destroyed when its term was over."""
    try:
        return answers_of(journey)
    except KeyDestroyed:
        return Answers()


@dataclass(frozen=True, slots=True)
class JourneyCard:
    """A life event in the inbox: how much of it is arranged."""

    title: str
    href: str
    done: int
    total: int


def journey_card(journey: Journey) -> JourneyCard:
    """The life event with its progress line, as `newest_journeys` counted it."""
    href = reverse("citizen:plan", args=[journey.event, journey.pk])
    counted: Any = journey
    return JourneyCard(event_title(journey), href, counted.done, counted.total)


def _step(service: Service, case: Case) -> TimelineStep:
    standing = standing_of(case)
    return TimelineStep(
        what=title_of(service),
        state=_STATES.get(standing.slug, "now"),
        who=agency_of(case).name,
        when_words=standing.label,
        why=standing.sentence,
        href=reverse("citizen:case", args=[case.reference]),
    )
