"""A life event step by step: what we know, what only you know, what goes to whom, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lifeevents.model import FieldDefinition
from portal.access.requests import actor_of
from portal.cases import journeys
from portal.cases.answers import answers_of
from portal.cases.journeys import AlreadySubmitted, Page
from portal.cases.models import Journey
from portal.cases.payloads import requests_of
from portal.cases.submit import (
    Changed,
    LevelTooLow,
    NotReady,
    fingerprint,
    missing_fields,
    request_follow_up,
    submit,
)
from portal.catalogue import catalogue
from portal.citizen.forms import DisputeForm, QuestionForm
from portal.citizen.plan import plan_of
from portal.citizen.review import blocks_of, count_typed
from portal.citizen.shown_facts import shown_facts
from portal.citizen.views.start import event_or_404


@require_POST
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Starts the journey, or goes on with the open one, and asks the registers."""
    journey = journeys.begin_journey(actor=actor_of(request), event=event_or_404(slug))
    journeys.gather_facts(journey=journey)
    return _to("facts", journey)


def _of_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Gives a page its own draft. Once that is sent, pages lead to the plan and forms are refused."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def with_draft(request: HttpRequest, slug: str, journey_id: UUID, **kwargs: Any) -> HttpResponse:
        journey = _journey(request, slug, journey_id)
        try:
            if journey.state == Journey.State.DRAFT:
                return view(request, journey, **kwargs)
        except AlreadySubmitted:
            pass  # another tab sent it between our look and this change
        if request.method == "POST":
            return render(request, "409.html", {"journey": journey}, status=409)
        return _to("plan", journey)

    return with_draft


@_of_draft
def facts(request: HttpRequest, journey: Journey) -> HttpResponse:
    """What we know already. A POST asks the registers again for what is missing."""
    if request.method == "POST":
        journeys.gather_facts(journey=journey)
        return _to("facts", journey)
    answers = answers_of(journey)
    shown = shown_facts(journey, answers)
    context = {
        "journey": journey,
        "facts": shown,
        "failed": [fact for fact in shown if fact.state == "failed"],
        "pending": any(fact.state == "pending" for fact in shown),
        "missing": missing_fields(journey, answers),
        "first": journeys.pages_of(journey, answers)[0],
        **_frame(journey, step=1),
    }
    fragment = "citizen/_facts.html" if request.htmx else "citizen/facts.html"  # type: ignore[attr-defined]
    return render(request, fragment, context)


@_of_draft
def enter_field(request: HttpRequest, journey: Journey, field: str) -> HttpResponse:
    """The citizen types what a register could not give."""
    definition = _field_of(journey, field)
    if not definition.enter:
        raise Http404
    item = answers_of(journey).entered.get(field)
    form = QuestionForm(definition.enter, data=_sent(request), item=item)
    if request.method == "POST" and form.is_valid():
        journeys.enter(journey=journey, field=field, value=form.item())
        return _to("facts", journey)
    context = {"journey": journey, "form": form, "field": definition, **_frame(journey, step=1)}
    return render(request, "citizen/enter.html", context, status=_status(form))


@_of_draft
def dispute_field(request: HttpRequest, journey: Journey, field: str) -> HttpResponse:
    """The citizen says that a register is wrong; every agency that gets the value reads that."""
    definition = _field_of(journey, field)
    initial = {"reason": answers_of(journey).disputes.get(field, "")}
    form = DisputeForm(_sent(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        journeys.dispute(journey=journey, field=field, reason=form.cleaned_data["reason"])
        return _to("facts", journey)
    context = {"journey": journey, "form": form, "field": definition, **_frame(journey, step=1)}
    return render(request, "citizen/dispute.html", context, status=_status(form))


@_of_draft
def question(request: HttpRequest, journey: Journey, group: str, number: int) -> HttpResponse:
    """One page of questions; `number` counts the items of a repeating group from 1."""
    answers = answers_of(journey)
    page = _page(journey, group, number)
    item = answers.item(group, number - 1)
    form = QuestionForm(page.group.questions, data=_sent(request), item=item)
    if request.method == "POST" and form.is_valid():
        journeys.answer(journey=journey, group=group, index=number - 1, item=form.item())
        return _after(journey, group, number, wants_another="another" in request.POST)
    pages = journeys.pages_of(journey, answers)
    context = {
        "journey": journey,
        "form": form,
        "page": page,
        "number": number,
        "position": _position(pages, page),
        "pages": len(pages),
        "previous": _previous(journey, pages, page),
        **_frame(journey, step=2),
    }
    return render(request, "citizen/question.html", context, status=_status(form))


@require_POST
@_of_draft
def remove(request: HttpRequest, journey: Journey, group: str, number: int) -> HttpResponse:
    """Takes one item out of a repeating group; the first one stays."""
    if number > 1:
        journeys.remove_item(journey=journey, group=group, index=number - 1)
    return _to("question", journey, group, 1)


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, slug: str, journey_id: UUID) -> HttpResponse:
    """What goes to whom, from where and on which ground; and the one button that sends it."""
    journey = _journey(request, slug, journey_id)
    if request.method == "POST":
        return _submit(request, journey)
    if journey.state == Journey.State.SUBMITTED:
        return _to("plan", journey)
    answers = answers_of(journey)
    if pages := journeys.unanswered(journey, answers):
        return _to("question", journey, pages[0].group.id, pages[0].index + 1)
    if missing_fields(journey, answers):
        return _to("facts", journey)
    requests = requests_of(journey, answers)
    context = {
        "journey": journey,
        "blocks": blocks_of(requests),
        "typed_count": count_typed(journey, answers),
        "seen": fingerprint(requests),
        "can_send": all(item.can_be_sent for item in requests),
        "now": [item for item in requests if not item.waits],
        "last": journeys.pages_of(journey, answers)[-1],
        "agencies": list({item.agency.id: item.agency for item in requests if item.agency}.values()),
        **_frame(journey, step=3),
    }
    return render(request, "citizen/review.html", context)


def _submit(request: HttpRequest, journey: Journey) -> HttpResponse:
    try:
        submit(
            journey=journey,
            seen=request.POST.get("seen", ""),
            follow_ups=request.POST.getlist("follow_up"),
            level=request.session.get("level", ""),
        )
    except AlreadySubmitted:
        return render(request, "409.html", {"journey": journey}, status=409)
    except NotReady:
        messages.warning(request, _("Er ontbreekt nog iets. Er is nog niets verstuurd."))
        return _to("review", journey)
    except Changed:
        messages.warning(
            request, _("Er is intussen iets veranderd. Kijk het nog een keer na. Er is niets verstuurd.")
        )
        return _to("review", journey)
    except LevelTooLow as error:
        return render(request, "citizen/level.html", {"journey": journey, "needed": error.needed}, status=403)
    return _to("plan", journey)


@require_safe
def plan(request: HttpRequest, slug: str, journey_id: UUID) -> HttpResponse:
    """The life event as a whole: what, by whom, by when."""
    journey = _journey(request, slug, journey_id)
    if journey.state == Journey.State.DRAFT:
        return _to("facts", journey)
    shown = plan_of(journey)
    context = {"journey": journey, "plan": shown, "agencies": shown.agencies, **_frame(journey, step=0)}
    return render(request, "citizen/plan.html", context)


@require_POST
def follow_up(request: HttpRequest, slug: str, journey_id: UUID, service: str) -> HttpResponse:
    """Asks after all for a service that was left out when the rest was sent."""
    journey = _journey(request, slug, journey_id)
    try:
        request_follow_up(journey=journey, service=service, level=request.session.get("level", ""))
    except LookupError:
        raise Http404 from None
    except LevelTooLow as error:
        return render(request, "citizen/level.html", {"journey": journey, "needed": error.needed}, status=403)
    return _to("plan", journey)


@_of_draft
def discard_draft(request: HttpRequest, journey: Journey) -> HttpResponse:
    """Takes back what was not sent; asks first."""
    if request.method == "POST":
        journeys.discard(journey=journey)
        messages.success(request, _("Gestopt. Er is niets verstuurd en uw antwoorden zijn gewist."))
        return redirect("citizen:home")
    return render(request, "citizen/discard.html", {"journey": journey, **_frame(journey, step=0)})


def _journey(request: HttpRequest, slug: str, journey_id: UUID) -> Journey:
    try:
        journey = journeys.journey_for(actor=actor_of(request), journey_id=journey_id)
    except Journey.DoesNotExist:
        raise Http404 from None
    if journey.event != slug:
        raise Http404
    return journey


def _field_of(journey: Journey, name: str) -> FieldDefinition:
    if name not in journeys.needed_fields(journey):
        raise Http404
    return catalogue().fields[name]


def _page(journey: Journey, group: str, number: int) -> Page:
    """The page; one past the last item of a repeating group is a new item."""
    answers = answers_of(journey)
    pages = [page for page in journeys.pages_of(journey, answers) if page.group.id == group]
    if not pages or number < 1:
        raise Http404
    if number <= len(pages):
        return pages[number - 1]
    last = pages[-1]
    if number == len(pages) + 1 and last.can_add and answers.groups.get(group):
        return Page(last.group, number - 1, number)
    raise Http404


def _after(journey: Journey, group: str, number: int, *, wants_another: bool) -> HttpResponse:
    pages = journeys.pages_of(journey, answers_of(journey))
    here = next(i for i, page in enumerate(pages) if page.group.id == group and page.index == number - 1)
    if wants_another and pages[here].can_add:
        return _to("question", journey, group, number + 1)
    if here + 1 < len(pages):
        following = pages[here + 1]
        return _to("question", journey, following.group.id, following.index + 1)
    return _to("review", journey)


def _position(pages: list[Page], page: Page) -> int:
    same = [
        i
        for i, other in enumerate(pages, start=1)
        if (other.group.id, other.index) == (page.group.id, page.index)
    ]
    return same[0] if same else len(pages)


def _previous(journey: Journey, pages: list[Page], page: Page) -> Page | None:
    position = _position(pages, page)
    return pages[position - 2] if position > 1 else None


def _frame(journey: Journey, *, step: int) -> dict[str, Any]:
    """What every page of a journey shows: which event, and which of the three steps."""
    return {"event": catalogue().events.get(journey.event), "step": step, "steps_total": 3}


def _sent(request: HttpRequest) -> Any:
    """The form that was sent, also an empty one; None when there was none."""
    return request.POST if request.method == "POST" else None


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def _to(name: str, journey: Journey, *args: Any) -> HttpResponse:
    return redirect(f"citizen:{name}", journey.event, journey.pk, *args)
