"""The citizen complains about how an agency behaved (Awb 9:1): a case at that agency, with its own clock.

Of the service of the catalogue that is a complaint (kind `complaint`). It stands in the inbox like any other,
and while it runs nothing of the case that it is about is destroyed. Its end closes that too. Who is not
content goes to the ombudsman within a year of the answer, or of the day on which there should have been one
(9:24).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from lifeevents.legal import Term
from lifeevents.model import Agency, Service, dump
from lifeevents.terms import ombudsman_until
from lifeevents.terms.remedies import COMPLAINT_WITH_COMMITTEE
from portal import clock
from portal.access.representation import hold
from portal.cases.journey.answers import Answers, Item, save_answers
from portal.cases.journey.files import forget, keep_file
from portal.cases.journey.payloads import Request, build_payload
from portal.cases.journey.submit import open_case, require_level
from portal.cases.models import Case, ContactMoment, Journey, Phase, Proceeding, new_trace_id
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.wording import is_late
from portal.cases.talk.standing import touch
from portal.cases.talk.texts import kept
from portal.catalogue import catalogue, help_line, is_connected
from portal.days import day_words
from portal.ledger.engine.gather import gather
from portal.ledger.keys import content_hash
from portal.people.actor import Actor
from portal.people.models import Citizen


class NotConnected(Exception):
    """No complaint can be brought to that agency from here: it is not connected, or there is none."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody complains of, in their own words. `document`: the bytes of a file that goes along."""

    conduct: str
    happened_on: date | None = None
    wish: str = ""
    document: bytes | None = None


def complaint_service() -> Service:
    """The service of a complaint. Raises `StopIteration` where the catalogue has none."""
    return next(one for one in catalogue().services.values() if one.kind == "complaint")


def is_complaint(case: Case) -> bool:
    """Whether the case is one."""
    return case.definition.kind == "complaint"


def agencies_to_complain_to() -> list[Agency]:
    """Those that are connected, by name."""
    found = (one for one in catalogue().agencies.values() if is_connected(one))
    return sorted(found, key=lambda one: one.name)


def complaint_about(case: Case) -> Case | None:
    """The complaint about a case that still runs, where the citizen made one here."""
    running = case.proceedings.filter(kind=Proceeding.Kind.COMPLAINT, closed_on=None).exclude(reference="")
    found = running.first()
    return Case.objects.filter(citizen=case.citizen, reference=found.reference).first() if found else None


def complain(
    *,
    actor: Actor,
    said: Said,
    external_id: str,
    level: str,
    about: Case | None = None,
    agency: str = "",
    talk: ContactMoment | None = None,
) -> Case:
    """Sends a complaint about the agency of the citizen's own case `about`, or about `agency` (its id). Once.

    One about a `talk` of the citizen goes to the portal's own desk. While one about a case or a talk runs,
    another gives the one that runs; the same `external_id` again is the same complaint. The name is asked of
    the register on the ground of the complaint itself, before the transaction. Raises `NotConnected`,
    `WrongText`, `WrongFile`, `LevelTooLow`, `MandateEnded`.
    """
    citizen = actor.require_citizen()
    to = catalogue().agencies.get(about.agency if about else agency if talk is None else help_line().id)
    if to is None or not is_connected(to):
        raise NotConnected(agency)
    if about is not None and about.citizen_id != citizen.pk:
        raise PermissionError("this is somebody else's case")
    if talk is not None and talk.citizen_id != citizen.pk:
        raise PermissionError("this was a talk with somebody else")
    said = replace(said, conduct=kept(said.conduct), wish=kept(said.wish) if said.wish.strip() else "")
    require_level([complaint_service()], level)
    submission = content_hash(["complaint", external_id])
    if known := _known(citizen, about or talk, submission):
        return known
    service, trace_id = _for(to), new_trace_id()
    facts = gather(citizen=citizen, fields=service.needs, activities=[service.activity], trace_id=trace_id)
    with transaction.atomic():
        hold(actor.mandate)
        # Two presses at once: the second waits here, and then finds what the first made.
        Citizen.objects.select_for_update().get(pk=citizen.pk)
        if known := _known(citizen, about or talk, submission):
            return known
        journey = _journey(actor, service, submission, trace_id)
        answers = Answers(groups={service.ask[0].id: [_item(journey, said, about or talk)]})
        payload = {**build_payload(service, answers, facts, {}), "attention": ["complaint"]}
        save_answers(journey, answers)
        made = open_case(journey=journey, request=Request(service, to, payload), mandate=actor.mandate)
        forget(journey)
        if about is not None:
            _note_running(about, made)
        if talk is not None:
            talk.complaints.add(made)
    return made


def complaint_about_talk(talk: ContactMoment) -> Case | None:
    """The complaint about a talk that still runs, where the citizen made one here."""
    running = talk.complaints.exclude(phase__in=[phase for phase in Phase if phase.is_final])
    return running.order_by("created_at").first()


def _known(citizen: Citizen, about: Case | ContactMoment | None, submission: str) -> Case | None:
    again = Case.objects.filter(citizen=citizen, journey__submission_hash=submission).first()
    if again is not None or about is None:
        return again
    return complaint_about(about) if isinstance(about, Case) else complaint_about_talk(about)


def _for(agency: Agency) -> Service:
    """With the term that this agency has for it (9:11(1))."""
    return replace(complaint_service(), decision_term=_term_at(agency))


def _term_at(agency: Agency) -> Term | None:
    """Six weeks, or ten where the agency has an advisory committee for complaints (9:11(1), 9:13)."""
    return COMPLAINT_WITH_COMMITTEE if agency.complaints.committee else complaint_service().decision_term


def take_over_term(case: Case) -> None:
    """A complaint that was sent on has the term of who deals with it now, and not of who had it first.

    It runs from the day on which that agency gets it: 9:11(1) counts from receipt by who must deal with it.
    In the transaction that sends it on; the case has its new agency already.
    """
    agency, journey = catalogue().agencies.get(case.agency), case.journey
    if agency is None or not is_complaint(case):
        return
    definitions = dump((replace(case.definition, decision_term=_term_at(agency)),))
    journey.definitions, journey.definitions_hash = definitions, content_hash(definitions)
    journey.save(update_fields=["definitions", "definitions_hash"])
    journey.__dict__.pop("services", None)  # worked out of the definitions, and kept


def _journey(actor: Actor, service: Service, submission: str, trace_id: str) -> Journey:
    definitions = dump((service,))
    return Journey.objects.create(
        citizen=actor.require_citizen(),
        event=service.id,
        definitions=definitions,
        definitions_hash=content_hash(definitions),
        state=Journey.State.SUBMITTED,
        submitted_at=timezone.now(),
        submission_hash=submission,
        trace_id=trace_id,
        mandate_id=actor.mandate.representation_id if actor.mandate else None,
    )


def _subject(about: Case | ContactMoment | None) -> str:
    """In Dutch, for who deals with it. Of a talk only the day: what was said in it is not theirs to read."""
    with override("nl"):
        if isinstance(about, Case):
            return f"{title_of(about.definition)}, {about.reference}"
        if about is None:
            return _("Geen aanvraag")
        return _("Contact met de helpdesk, %(day)s") % {
            "day": day_words(timezone.localdate(about.created_at))
        }


def _item(journey: Journey, said: Said, about: Case | ContactMoment | None) -> Item:
    item: Item = {"about": _subject(about), "conduct": said.conduct}
    if said.happened_on:
        item["happened_on"] = said.happened_on.isoformat()
    if said.wish:
        item["wish"] = said.wish
    if said.document:
        item["documents"] = [keep_file(journey, said.document)]
    return item


def _note_running(about: Case, made: Case) -> None:
    Case.objects.select_for_update().get(pk=about.pk)
    Proceeding.objects.get_or_create(
        case=about,
        kind=Proceeding.Kind.COMPLAINT,
        closed_on=None,
        defaults={"opened_on": clock.today(), "reference": made.reference},
    )
    touch(about)


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Where the citizen goes when the complaint did not help: to whom, and until when; None: not yet."""

    ombudsman: str
    until: date | None


def afterwards_of(case: Case) -> Afterwards:
    """For a complaint: the ombudsman of its agency, and the last day there (9:24(1)), once that is known."""
    own = agency_of(case).complaints.ombudsman
    name = own.in_language(get_language() or "nl") if own else _("de Nationale ombudsman")
    outcome = getattr(case, "outcome", None)
    if outcome is not None:
        return Afterwards(name, ombudsman_until(outcome.effective_on))
    if is_late(case) and case.due_on is not None:
        return Afterwards(name, ombudsman_until(case.due_on))
    return Afterwards(name, None)
