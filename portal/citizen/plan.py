"""The plan of a life event: each service as a step, done, running, yours, or waiting for another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.model import Agency, AgencyByKind, Service
from portal.cases.models import Case, Journey, Phase
from portal.cases.reading.wording import agency_of, standing_of, title_of
from portal.cases.terms.showing import term_words
from portal.catalogue import catalogue
from portal.citizen.pages import TimelineStep, event_title

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


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service that the citizen may tick: what it is, who does it, and how long there is."""

    service: Service
    ticked: bool
    words: str
    who: str

    @property
    def has_rule(self) -> bool:
        """Whether we can say who can probably get it."""
        return self.service.rule is not None


def service_choices(services: Iterable[Service], ticked: Collection[str]) -> list[ServiceChoice]:
    """The services of an event, to choose from."""
    return [
        ServiceChoice(service, service.id in ticked, _first_words(service), _who(service))
        for service in services
    ]


def _who(service: Service) -> str:
    """The agency of a service before anything was answered."""
    if isinstance(service.agency, AgencyByKind):
        return _("gemeente")
    return catalogue().agencies[service.agency].name


def _first_words(service: Service) -> str:
    return " ".join([service.summary.in_language(get_language() or "nl"), *_time_left(service)])


def first_steps(services: tuple[Service, ...]) -> list[TimelineStep]:
    """What a life event brings, before anything was asked for."""
    return [
        TimelineStep(
            what=title_of(service),
            state="waiting" if service.after else "yours",
            who=_who(service),
            why=_first_words(service),
            when_words=_("gaat vanzelf, als u dat wilt") if service.after else "",
        )
        for service in services
    ]


def _time_left(service: Service) -> list[str]:
    """How long the citizen has, where the law says so and somebody checked what it says."""
    if service.citizen_term is None or not service.verified:
        return []
    term = service.citizen_term.term
    names = {"term": term_words(term), "article": term.article.name}
    return [_("Doe dit binnen %(term)s (%(article)s).") % names]
