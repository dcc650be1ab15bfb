"""Whom of a life event the citizen did not tell yet: "you told the municipality, not yet the SVB".

Of every service of the event that is for this person, also one that was not chosen when it was sent. Silent
is what the citizen said needs no arranging, what is for somebody else, and an event in which a child died.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from lifeevents.model import AnyAgency, Service
from portal.cases.journey.fitting import verdicts_of
from portal.cases.journey.journeys import STILL_TOGETHER, granted_lately
from portal.cases.models import Case, Journey, NoNeed, Phase
from portal.cases.reading.names import short_name, title_of
from portal.catalogue import catalogue
from portal.citizen.plan import kept_answers, shown_to
from portal.people.actor import Actor

_TAKEN_BACK = (Phase.WITHDRAWN, Phase.STOPPED)


@dataclass(frozen=True, slots=True)
class Missing:
    """A service that nobody was told of. `href` takes a POST that arranges it, with `service` where `begins`
    a new one; "" where it has to wait, and `waits_for` says for what.
    """

    service: str
    title: str
    href: str
    begins: bool
    waits_for: str = ""


@dataclass(frozen=True, slots=True)
class Untold:
    """In words whom the citizen told and whom not, and what may be done about each."""

    words: str
    journey: Journey
    missing: Sequence[Missing]


def untold_of(journeys: Sequence[Journey], actor: Actor) -> dict[str, Untold]:
    """Of the newest journey of each life event, by its id; `journeys` is all that was sent, newest first."""
    newest: dict[str, Journey] = {}
    for journey in journeys:
        newest.setdefault(journey.event, journey)
    since, found = timezone.now() - STILL_TOGETHER, {}
    for event, journey in newest.items():
        if journey.submitted_at and journey.submitted_at > since:
            cases = [case for one in journeys if one.event == event for case in one.cases.all()]
            if untold := _untold(journey, cases, actor):
                found[str(journey.pk)] = untold
    return found


def _untold(journey: Journey, cases: Collection[Case], actor: Actor) -> Untold | None:
    told = [case for case in cases if case.phase not in _TAKEN_BACK]
    names = {case.service for case in told}
    missing = [one for one in _services(journey, actor) if one.id not in names] if told else []
    if missing:
        needless = set(NoNeed.objects.filter(journey=journey).values_list("service", flat=True))
        missing = [one for one in missing if one.id not in needless]
    if not missing:
        return None
    words = _("U vertelde het %(told)s. Nog niet %(missing)s.") % {
        "told": _listed([_whom(case.definition) for case in told]),
        "missing": _listed([f"{_whom(one)} ({title_of(one).lower()})" for one in missing]),
    }
    return Untold(words, journey, [_missing(one, journey, names) for one in missing])


def _services(journey: Journey, actor: Actor) -> list[Service]:
    """Those that were chosen, and the others of the event that are for this person."""
    own, event = list(journey.services), catalogue().events.get(journey.event)
    if event is None or event.door != "journey":
        return own
    ids = {one.id for one in own}
    others = [one for one in catalogue().services_of(event) if one.id not in ids]
    others = [one for one in shown_to(actor, others) if not isinstance(one.agency, AnyAgency)]
    verdicts = verdicts_of(journey.citizen, others, kept_answers(journey)) if others else {}
    usual = event.services if event.chosen is None else event.chosen

    def is_for_them(service: Service) -> bool:
        verdict = verdicts[service.id].verdict
        return verdict is True or (verdict is None and service.id in usual)

    return [*own, *(one for one in others if is_for_them(one))]


def _missing(service: Service, journey: Journey, told: Collection[str]) -> Missing:
    begin = reverse("citizen:begin", args=[journey.event])
    was_asked = any(case.service == service.id for case in journey.cases.all())
    after = service.after.service if service.after else ""
    if after and not was_asked and service.id in {one.id for one in journey.services}:
        href = reverse("citizen:follow-up", args=[journey.event, journey.pk, service.id])
        return Missing(service.id, title_of(service), href, begins=False)
    if after in told and not granted_lately(journey.citizen, [after]):
        awaited = catalogue().services.get(after)
        return Missing(service.id, title_of(service), "", False, title_of(awaited) if awaited else after)
    return Missing(service.id, title_of(service), begin, begins=True)


def _whom(service: Service) -> str:
    """ "de SVB"; of one that is found by its kind only that: where somebody lives says nothing here."""
    if isinstance(service.agency, str) and service.agency in catalogue().agencies:
        return short_name(catalogue().agencies[service.agency])
    return _("de gemeente")


def _listed(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))
    return str(get_text_list(unique, _("en")))
