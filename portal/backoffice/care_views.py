"""The acts before a refusal: hearing the citizen, noting a call; and saying who has the case in hand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.requests import actor_of
from portal.backoffice.care_forms import CallForm, HearForm, SaidForm
from portal.backoffice.case_page import say_too_late, usable_case
from portal.cases.deciding.calls import NoHearing, calls_for, note_answer, note_call
from portal.cases.deciding.hearing import Heard, article_for, hear, heard, hearings_for
from portal.cases.desk.verbs import name_handler
from portal.cases.models import Case, CitizenTask
from portal.cases.reading.names import title_of
from portal.cases.talk.asking import AlreadyAnswered, Dropped, Incomplete, OtherQuestion
from portal.cases.talk.showing import what_of
from portal.cases.talk.standing import Closed, NotThere, is_talkable, open_asked


@require_http_methods(["GET", "HEAD", "POST"])
def hear_first(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks the citizen's view before a refusal (Awb 4:7, 4:8)."""
    found = usable_case(request, reference)
    form = HearForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = {"why": form.cleaned_data["why"], "until": form.cleaned_data["until"]}
        try:
            hear(case=found, actor=actor_of(request), external_id=form.external_id, **said)
        except (Closed, NotThere, OtherQuestion):
            say_too_late(request)
        else:
            messages.success(request, _("Gevraagd. De inwoner ziet dit bovenaan en kan reageren."))
        return redirect("backoffice:case", found.reference)
    newest = hearings_for(found).first()
    more: dict[str, object] = {
        "article": article_for(found.definition),
        "newest": newest,
        "state": _state_words(found),
    }
    return _page(request, found, form, "backoffice/hear.html", more)


@require_http_methods(["GET", "HEAD", "POST"])
def note_of_call(request: HttpRequest, reference: str) -> HttpResponse:
    """Notes that somebody called the citizen; the citizen reads it."""
    found = usable_case(request, reference)
    state = heard(list(hearings_for(found)[:1]))
    is_heard = state is Heard.OPEN or state is Heard.SILENT
    form = CallForm(request.POST if request.method == "POST" else None, is_heard=is_heard)
    if form.is_valid():
        said = form.cleaned_data
        try:
            note_call(
                case=found,
                actor=actor_of(request),
                said=said["said"],
                was_reached=said["reached"] == "ja",
                call_id=said["key"],
                is_view=bool(said.get("is_view")),
            )
        except (NoHearing, NotThere, PermissionError):
            say_too_late(request)
        else:
            messages.success(request, _("Bewaard. De inwoner leest dit nu."))
        return redirect("backoffice:case", found.reference)
    more: dict[str, object] = {
        "calls": list(calls_for(found)[:20]),
        "open_asked": [{"pk": one.pk, "what": what_of(one)} for one in open_asked(found)],
    }
    return _page(request, found, form, "backoffice/call.html", more)


@require_http_methods(["GET", "HEAD", "POST"])
def note_answer_said(request: HttpRequest, reference: str, task_id: UUID) -> HttpResponse:
    """What the citizen said aloud answers what was asked: who only calls is helped as well."""
    found = usable_case(request, reference)
    task = next((one for one in open_asked(found) if one.pk == task_id), None)
    if task is None:
        if not found.tasks.filter(pk=task_id).exists():
            raise Http404
        say_too_late(request)
        return redirect("backoffice:talk", found.reference)
    form = SaidForm(task, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _is_written_down(request, found, task, form):
        return redirect("backoffice:talk", found.reference)
    more: dict[str, object] = {"task": task, "what": what_of(task), "forms": form.forms}
    return _page(request, found, form, "backoffice/answer_said.html", more)


def _is_written_down(request: HttpRequest, found: Case, task: CitizenTask, form: SaidForm) -> bool:
    """Whether there is nothing to mend on the page."""
    key = form.cleaned_data["key"]
    try:
        note_answer(case=found, actor=actor_of(request), task_id=task.pk, said=form.said(), call_id=key)
    except Incomplete:
        form.add_error("text", _("Vul dit in."))
        return False
    except (AlreadyAnswered, Dropped, Closed, NotThere, PermissionError):
        say_too_late(request)
    else:
        messages.success(request, _("Bewaard als antwoord. De inwoner leest dit nu."))
    return True


@require_POST
def show_handler(request: HttpRequest, reference: str) -> HttpResponse:
    """The officer lets the citizen read their name with the case, or not any more."""
    shown = request.POST.get("noem") == "ja"
    try:
        name_handler(actor=actor_of(request), reference=reference, shown=shown)
    except Case.DoesNotExist:
        raise Http404 from None
    return redirect("backoffice:case", reference)


def _page(
    request: HttpRequest, found: Case, form: Form, template: str, more: dict[str, object]
) -> HttpResponse:
    context = {
        "case": found,
        "title": title_of(found.definition),
        "form": form,
        "can_talk": is_talkable(found),
        **more,
    }
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _state_words(case: Case) -> str:
    return {
        Heard.NOT_ASKED: "",
        Heard.OPEN: _("De inwoner kan nog reageren."),
        Heard.GIVEN: _("De inwoner heeft gereageerd."),
        Heard.SILENT: _("De inwoner heeft niet gereageerd, en de tijd is voorbij."),
    }[heard(list(hearings_for(case)[:1]))]
