"""What a life event brings before it is sent: each service with whom it is for, from whom, and by when."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core import signing
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.fitting import Verdict
from lifeevents.model import AgencyByKind, AnyAgency, Service
from lifeevents.rules import in_a_row, later, sentences
from portal import clock
from portal.cases.journey.answers import Answers
from portal.cases.journey.deadlines import Window, window_of
from portal.cases.reading.names import title_of
from portal.cases.terms.showing import term_words
from portal.catalogue import catalogue
from portal.citizen.chance import SALT
from portal.citizen.pages import TimelineStep

_NONE: Mapping[str, Verdict] = {}


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    """A service that the citizen may tick: what it is, who does it, how long there is, and for whom it is."""

    service: Service
    ticked: bool
    words: str
    who: str
    verdict: Verdict | None = None

    @property
    def has_rule(self) -> bool:
        """Whether we can say who can probably get it."""
        return self.service.rule is not None

    @property
    def fits(self) -> str:
        """Whether it is for this citizen, and why; empty where that is not known."""
        return fit_words(self.verdict) if self.verdict else ""

    @property
    def questions(self) -> int:
        """How many facts are still open before we can say whether they can get it."""
        return len(self.verdict.missing) if self.verdict else 0

    @property
    def known(self) -> str:
        """What the rule need not ask any more, signed, for the page that asks the rest."""
        return signing.dumps(self.verdict.known if self.verdict else {}, salt=SALT, compress=True)


def service_choices(
    services: Iterable[Service], ticked: Collection[str], verdicts: Mapping[str, Verdict] = _NONE
) -> list[ServiceChoice]:
    """The services of an event, to choose from."""
    return [
        ServiceChoice(
            service, service.id in ticked, _first_words(service), who_does(service), verdicts.get(service.id)
        )
        for service in services
    ]


def first_steps(services: Iterable[Service]) -> list[TimelineStep]:
    """What a life event brings, before anything was asked for."""
    return [
        TimelineStep(
            what=title_of(service),
            state="waiting" if service.after else "yours",
            who=who_does(service),
            why=_first_words(service),
            when_words=_("gaat vanzelf, als u dat wilt") if service.after else "",
        )
        for service in services
    ]


def planned_steps(
    services: Iterable[Service], answers: Answers, verdicts: Mapping[str, Verdict]
) -> list[TimelineStep]:
    """What a citizen chose and did not send yet, in the order in which it must be done."""
    return [_planned(service, answers, verdicts) for service in in_order(services, answers)]


def in_order(services: Iterable[Service], answers: Answers) -> list[Service]:
    """Soonest last day first, and what waits for another one after that; otherwise as they were."""
    chosen = {service.id: service for service in services}

    def due(service: Service) -> date:
        """What waits for another is due with it, as far as the order goes."""
        awaited = chosen.get(service.after.service) if service.after else None
        if awaited is not None:
            return due(awaited)
        window = window_of(service, answers)
        return window.until if window else date.max

    def depth(service: Service) -> int:
        awaited = chosen.get(service.after.service) if service.after else None
        return 1 + depth(awaited) if awaited else 0

    return sorted(chosen.values(), key=lambda service: (due(service), depth(service)))


def fit_words(verdict: Verdict) -> str:
    """Whether a service is for the citizen, and why, in a sentence or two; empty where nothing says so."""
    language = get_language() or "nl"
    why = in_a_row([reason.in_language(language) for reason in verdict.reasons], language)
    ruled = verdict.outcome is not None and verdict.outcome.verdict is not None
    if verdict.outcome and ruled and verdict.outcome.verdict is verdict.verdict:
        outcome = verdict.outcome
        from_then = later(outcome.rule, verdict.known, on=outcome.on)
        return " ".join(sentences(outcome, language, later=from_then))
    if not why:
        return ""
    if verdict.verdict is False:
        no = _("Dit is waarschijnlijk niet voor u, want %(why)s. U mag het wel vragen: %(who)s beslist.")
        return no % {"why": why, "who": _inside(verdict.service)}
    return _("Dit hoort erbij, omdat %(why)s.") % {"why": why}


def who_does(service: Service) -> str:
    """The agency of a service before anything was answered."""
    if isinstance(service.agency, AgencyByKind):
        return _("Gemeente")
    if isinstance(service.agency, AnyAgency):
        return _("een andere organisatie")
    return catalogue().agencies[service.agency].name


def _inside(service: Service) -> str:
    if isinstance(service.agency, AgencyByKind):
        return _("de gemeente")
    if isinstance(service.agency, AnyAgency):
        return _("een andere organisatie")
    return catalogue().agencies[service.agency].short.in_language(get_language() or "nl")


def _planned(service: Service, answers: Answers, verdicts: Mapping[str, Verdict]) -> TimelineStep:
    window = window_of(service, answers)
    verdict = verdicts.get(service.id)
    fits = fit_words(verdict) if verdict else ""
    if service.after is not None:
        waits = service.after.reason.in_language(get_language() or "nl")
        when = _("gaat vanzelf, als u dat wilt")
        return TimelineStep(title_of(service), "waiting", who_does(service), why=waits, when_words=when)
    later = _goes_later(window) if window else ""
    return TimelineStep(
        what=title_of(service),
        state=_state(window),
        who=who_does(service),
        why=" ".join(filter(None, [fits, later, *(_time_left(service) if window is None else ())])),
        when_words=_days(window) if window else "",
    )


def _state(window: Window | None) -> str:
    if window is None:
        return "yours"
    if window.opens and clock.today() < window.opens:
        return "waiting"
    return "late" if window.until < clock.today() else "yours"


def _goes_later(window: Window) -> str:
    """What the portal does with what is sent before its first day; "" where that has come."""
    if window.opens is None or clock.today() >= window.opens:
        return ""
    day = {"day": date_format(window.opens, "DATE_FORMAT")}
    return _("U kunt dit nu al klaarzetten. Wij versturen het op %(day)s, als u dat wilt.") % day


def _days(window: Window) -> str:
    until = date_format(window.until, "DATE_FORMAT")
    if window.opens is None:
        return _("uiterlijk %(until)s") % {"until": until}
    return _("van %(since)s tot en met %(until)s") % {
        "since": date_format(window.opens, "DATE_FORMAT"),
        "until": until,
    }


def _first_words(service: Service) -> str:
    return " ".join([service.summary.in_language(get_language() or "nl"), *_time_left(service)])


def _time_left(service: Service) -> list[str]:
    """How long the citizen has, where the law says so and somebody checked what it says."""
    if service.citizen_term is None or not service.verified:
        return []
    term, opens = service.citizen_term.term, service.citizen_term.opens
    day = service.citizen_term.day
    named = day.in_language(get_language() or "nl") if day else _("die dag")
    names = {"term": term_words(term), "article": term.article.name, "day": named}
    if opens is not None:
        names["opens"] = term_words(opens)
        return [_("Doe dit van %(opens)s voor tot en met %(term)s na %(day)s (%(article)s).") % names]
    return [_("Doe dit binnen %(term)s na %(day)s (%(article)s).") % names]
