"""The page of a case, as an officer of its agency sees it."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from lifeevents.rules import sentences
from portal import clock
from portal.access.requests import actor_of
from portal.backoffice.care_forms import CareForm
from portal.backoffice.forms import FlagForm, OutcomeForm, ProceedingForm
from portal.backoffice.on_a_case import involved_words
from portal.backoffice.reading_hint import reading_words
from portal.cases.desk.around import around
from portal.cases.desk.proposals import may_confirm, outcome_proposed
from portal.cases.disputes.showing import shown_dispute
from portal.cases.forwarding.going import how_it_came
from portal.cases.forwarding.showing import came_words
from portal.cases.forwarding.verbs import agencies_for
from portal.cases.involved import can_still_say, involved_in, must_say
from portal.cases.journey.payloads import Payload
from portal.cases.judging.ruling import ruling_of
from portal.cases.judging.trace import why_of
from portal.cases.models import Case, Outcome, Phase, Side, StatusUpdate
from portal.cases.proceedings import running, running_words
from portal.cases.reading.at_agency import staff_case
from portal.cases.reading.endings import ENDED, outcome_text
from portal.cases.reading.inbox import that_matter, worklist_for
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.showing import field_label, filed_by, sent_context
from portal.cases.reading.staff_words import attention_texts, staff_phase_words, staff_words
from portal.cases.reading.values import language
from portal.cases.reading.wording import clock_of
from portal.cases.restricting.standing import require_usable
from portal.cases.restricting.words import STAFF_WHY
from portal.cases.talk.showing import document_line
from portal.cases.terms.showing import moves_of, still_words
from portal.catalogue import catalogue
from portal.people.models import User


def case_page(
    request: HttpRequest,
    found: Case,
    payload: Payload | None,
    form: OutcomeForm | None = None,
    status: int = 200,
    proceeding: ProceedingForm | None = None,
    preview: Outcome | None = None,
    care_form: CareForm | None = None,
) -> HttpResponse:
    """The page of a case. `form` is how an officer wants to end it, as far as it was filled in."""
    rows = around(found)
    outcome = getattr(found, "outcome", None)
    me, involved = actor_of(request).require_user(), list(involved_in(found))
    is_open, asks_part = not Phase(found.phase).is_final, me not in involved and must_say(found, me)
    may_act = me not in involved and not asks_part
    ruling = ruling_of(found, payload, held=rows.held) if is_open else None
    proposal = rows.proposal
    if proposal is not None:
        preview = outcome_proposed(found, proposal)
    ended = outcome or preview
    form = form or OutcomeForm(found.definition, ruling)
    care_form = care_form or CareForm(rows.due)
    context = {
        "case": found,
        "title": title_of(found.definition),
        "words": staff_words(found),
        "filed_by": filed_by(found),
        "came": came_words(came) if (came := how_it_came(found)) else "",
        "can_forward": is_open and bool(agencies_for(found)),
        "disputes": [shown_dispute(one) for one in rows.disputes],
        "restricted": [
            {"label": field_label(name), "why": STAFF_WHY[one.why]}
            for name, one in rows.held.restricted.items()
            if payload and name in payload["facts"]
        ],
        **sent_context(found, payload, rows.held.disputes),
        "documents": [document_line(one, Side.AGENCY) for one in rows.documents],
        "attention": [*attention_texts((payload or {}).get("attention", [])), *_kept_out(involved, me)],
        "proceedings": [
            {"pk": one.pk, "words": running_words(one), "opened_on": one.opened_on} for one in running(found)
        ],
        "proceeding_form": proceeding or ProceedingForm(initial={"opened_on": clock.today()}),
        "outcome": outcome,
        "outcome_text": outcome_text(found, outcome) if outcome else "",
        "why": why_of(found, ended) if ended else None,
        "ruling": ruling,
        "ruling_words": sentences(ruling.verdict, language(), later=ruling.later) if ruling else [],
        "form": form,
        "care_form": care_form,
        "forms": [form, care_form],
        "due": rows.due,
        "asks_part": asks_part and found.phase != Phase.WITHDRAWN,
        "can_still_say": may_act and is_open and can_still_say(found, me),
        "can_end": may_act and is_open and proposal is None,
        "can_reopen": may_act and not is_open and found.phase != Phase.WITHDRAWN,
        "hearing": next(iter(rows.hearings), None),
        "hint": reading_words(preview.motivation) if preview else [],
        "proposal": proposal,
        "preview": preview,
        "preview_text": outcome_text(found, preview) if preview else "",
        "agency_name": agency_of(found).name,
        "may_confirm": may_act and proposal is not None and may_confirm(proposal, actor_of(request)),
        "has_term": found.definition.decision_term is not None,
        "can_take_up": is_open and found.handler_id != me.pk,
        "is_mine": found.handler_id == me.pk,
        "is_open": may_act and is_open,
        "is_withdrawn": found.phase == Phase.WITHDRAWN,
        "flag_form": FlagForm(initial={"reason": found.flag_reason}),
        "unread": rows.unread,
        "steps": [_step(one) for one in rows.updates],
        "others": [_other(one) for one in rows.others],
        "clock": clock_of(found) if is_open else None,
        "moves": moves_of(found)[1:],
        "still": still_words(found) if is_open else "",
    }
    return render(request, "backoffice/case.html", context, status=status)


def case_of(request: HttpRequest, reference: str) -> tuple[Case, Payload | None]:
    try:
        return staff_case(actor=actor_of(request), reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None


def usable_case(request: HttpRequest, reference: str) -> Case:
    """A case of the officer's agency, to work on; 404 for others. Raises `UseIsRestricted`."""
    try:
        found = (
            worklist_for(actor=actor_of(request))
            .prefetch_related(Prefetch("deliveries", that_matter()))
            .get(reference=reference)
        )
    except Case.DoesNotExist:
        raise Http404 from None
    require_usable(found, actor_of(request))
    return found


def say_too_late(request: HttpRequest) -> None:
    """Somebody, or time, was first: what was asked for cannot be done any more."""
    messages.warning(request, _("Dit kan nu niet meer. Kijk hoe het met de aanvraag staat."))


def _kept_out(involved: list[User], me: User) -> list[str]:
    """Who does not deal with this complaint, as a sentence for the officer; of any other case nothing."""
    if me in involved:
        return [involved_words()]
    names = ", ".join(one.name for one in involved)
    words = _("Betrokken bij waar deze klacht over gaat, en daarom geen behandelaar: %(names)s.")
    return [words % {"names": names}] if involved else []


def _other(case: Case) -> dict[str, str]:
    """Another case of the citizen at this agency; by the name that its service has today."""
    service = catalogue().services.get(case.service)
    return {
        "reference": case.reference,
        "title": title_of(service) if service else case.service,
        "words": staff_words(case),
    }


def _step(update: StatusUpdate) -> dict[str, object]:
    """A line of the course of a case, in the words of the agency's own officers."""
    return {
        "what": staff_phase_words(update.phase),
        "text": "" if update.text.startswith(ENDED) else update.text,
        "at": update.set_at,
    }
