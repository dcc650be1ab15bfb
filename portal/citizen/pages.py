"""What the templates show of cases, drafts, tasks and statuses, in the shapes that the partials ask."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.model import Agency
from portal.addresses import address_of
from portal.cases.back.followers import AWAITED_AGAIN
from portal.cases.back.status import FORWARDED, REOPENED
from portal.cases.forwarding.showing import agency_at, step_label, step_why
from portal.cases.journey.answers import answers_of
from portal.cases.journey.deadlines import due_for_citizen
from portal.cases.models import Case, CitizenTask, Journey, Phase, StatusUpdate
from portal.cases.proceedings import step_words
from portal.cases.reading.names import agency_named, agency_of, title_of
from portal.cases.reading.timeline import update_label
from portal.cases.reading.wording import standing_of
from portal.cases.retention import kept_until
from portal.cases.talk.showing import what_of
from portal.cases.talk.standing import CITIZEN
from portal.cases.terms.showing import event_words
from portal.catalogue import catalogue
from portal.days import day_words


@dataclass(frozen=True, slots=True)
class CaseCard:
    """A case in a list (`_case_card.html`)."""

    title: str
    href: str
    organisation: Agency
    phase: str
    words: str
    next_step: str
    due: date | None
    since: date

    @property
    def agency(self) -> str:
        """The agency's name, as the card shows it."""
        return self.organisation.name


@dataclass(frozen=True, slots=True)
class TaskCard:
    """Something that the citizen must do (`_task_card.html`)."""

    what: str
    why: str
    href: str
    agency: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True)
class TimelineStep:
    """One line of `_timeline.html`."""

    what: str
    state: str
    who: str = ""
    when: datetime | None = None
    why: str = ""
    href: str = ""
    when_words: str = ""


def case_card(case: Case, down: Collection[str] | None = None) -> CaseCard:
    """A case as it stands in the inbox; `down` as `standing_of` takes it."""
    standing = standing_of(case, down)
    return CaseCard(
        title=title_of(case.definition),
        href=address_of("citizen:case", case.reference),
        organisation=agency_of(case),
        phase=standing.slug,
        words=standing.label,
        next_step=standing.sentence,
        due=standing.due,
        since=standing.since,
    )


def task_card(task: CitizenTask) -> TaskCard:
    """A question about a case."""
    if task.kind == CitizenTask.Kind.ASKED:
        return TaskCard(
            what=what_of(task),
            why=task.why,
            href=reverse("citizen:task", args=[task.case.reference, task.pk]),
            agency=agency_of(task.case).name,
            due=task.due_on,
        )
    return TaskCard(
        what=_("Kijk of uw gegevens nog kloppen"),
        why=_("Er is iets veranderd sinds u %(service)s aanvroeg.")
        % {"service": title_of(task.case.definition).lower()},
        href=reverse("citizen:task", args=[task.case.reference, task.pk]),
        agency=agency_of(task.case).name,
    )


def draft_card(journey: Journey) -> TaskCard:
    """A life event that was begun and not sent."""
    return TaskCard(
        what=_("Ga verder: %(event)s") % {"event": event_title(journey)},
        why=_(
            "U bent begonnen, maar er is nog niets verstuurd. "
            "Wij bewaren uw antwoorden tot en met %(day)s. U kunt ook op een ander apparaat verdergaan."
        )
        % {"day": day_words(kept_until(journey))},
        href=reverse("citizen:facts", args=[journey.event, journey.pk]),
        due=due_for_citizen(journey, answers_of(journey)),
    )


def event_title(journey: Journey) -> str:
    """The life event's title, or that of the one service; its name where the catalogue has it no more."""
    found = catalogue()
    named = found.events.get(journey.event) or found.services.get(journey.event)
    return named.title.in_language(get_language() or "nl") if named else journey.event


def timeline(case: Case) -> list[TimelineStep]:
    """What was heard of a case, newest first; what two parties said of the same thing is one step."""
    steps: dict[str, TimelineStep] = {}
    for update in case.updates.all():
        step = _step(update, case)
        # Somebody may be asked more than once.
        is_talk = update.phase == Phase.NEEDS_YOU or update.heard_from == CITIZEN
        key = f"{step.what} {update.pk}" if is_talk else step.what
        same = steps.get(key)
        steps[key] = replace(same, why=same.why or step.why) if same else step
    shown = sorted(
        [*steps.values(), *_proceedings(case), *_term(case), *_changes(case)], key=_when, reverse=True
    )
    if shown and not Phase(case.phase).is_final:
        shown[0] = replace(shown[0], state="now")
    return shown


def _proceedings(case: Case) -> Iterator[TimelineStep]:
    agency = agency_of(case).name
    for one in case.proceedings.all():
        for day, closed in ((one.opened_on, False), (one.closed_on, True)):
            if day is not None:
                what = step_words(one, closed=closed)
                href = reverse("citizen:case", args=[one.reference]) if one.reference else ""
                yield TimelineStep(what=what, state="past", who=agency, when=_midnight(day), href=href)


def _term(case: Case) -> Iterator[TimelineStep]:
    """What happened to the clock, on the day that it was heard."""
    for event in case.term_events.all():
        who = "" if event.heard_from == "citizen" else agency_at(case, event.at).name
        yield TimelineStep(what=event_words(event), state="past", who=who, when=event.at)


def _changes(case: Case) -> Iterator[TimelineStep]:
    """What the citizen changed after sending, by the names of the questions."""
    names = {one.id: one.label.in_language(get_language() or "nl") for one in case.definition.changeable}
    for change in case.changes.all():
        labels = [names[name] for name in change.questions if name in names]
        yield TimelineStep(
            what=_("U veranderde wat u invulde"), state="past", when=change.made_at, why=" ".join(labels)
        )


def _when(step: TimelineStep) -> float:
    return step.when.timestamp() if step.when else 0.0


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=get_current_timezone())


def _step(update: StatusUpdate, case: Case) -> TimelineStep:
    agency = agency_at(case, update.heard_at)
    if update.external_id.startswith(FORWARDED):
        return _forwarded_step(update, case, agency)
    if update.external_id.startswith(REOPENED) and update.text != AWAITED_AGAIN:
        return _reopened_step(update, case, agency)
    # By its id, and not as the agency is shown: for who must not read where, that is any municipality.
    is_known = update.heard_from in catalogue().agencies
    sender = agency_named(case, update.heard_from) if is_known else None
    return TimelineStep(
        what=update_label(update, case, agency),
        state="past",
        who=sender.name if sender else "",
        when=update.set_at,
        why=_their_words(update, case),
    )


def _forwarded_step(update: StatusUpdate, case: Case, agency: Agency) -> TimelineStep:
    """Who sent it on, to whom and why."""
    pk = update.external_id.removeprefix(FORWARDED)
    one = next((one for one in case.forwardings.all() if str(one.pk) == pk), None)
    what, why = (step_label(case, one), step_why(one)) if one else (_("Doorgestuurd"), "")
    return TimelineStep(what=what, state="past", who=agency.name, when=update.set_at, why=why)


def _reopened_step(update: StatusUpdate, case: Case, agency: Agency) -> TimelineStep:
    """That the agency looks again, why, and by which article."""
    pk = update.external_id.removeprefix(REOPENED)
    one = next((one for one in case.reopenings.all() if str(one.pk) == pk), None)
    why = f"{one.text} ({one.article})" if one else ""
    what = update_label(update, case, agency)
    return TimelineStep(what=what, state="past", who=agency.name, when=update.set_at, why=why)


def _their_words(update: StatusUpdate, case: Case) -> str:
    """What the agency itself calls this status, where it has words of its own."""
    if update.heard_from == CITIZEN or update.text not in case.definition.own_statuses:
        return ""
    return _("De organisatie noemt dit: “%(words)s”") % {"words": update.text}
