"""The officer says what happens to the term of a case: it stands still, runs again, or takes longer."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.access.requests import actor_of
from portal.backoffice.term_forms import ExtendForm, ResumeForm, SuspendForm, TellForm
from portal.cases.involved import require_said
from portal.cases.models import Case, Phase, TermEvent
from portal.cases.reading.inbox import worklist_for
from portal.cases.reading.names import title_of
from portal.cases.terms.asking import run_again, stand_still
from portal.cases.terms.showing import moves_of, still_words
from portal.cases.terms.staff_words import open_suspensions, refused_words
from portal.cases.terms.verbs import TermRefused, extend, tell

_FORMS = ("suspend", "resume", "extend", "tell")


@require_http_methods(["GET", "HEAD", "POST"])
def term(request: HttpRequest, reference: str) -> HttpResponse:
    """The clock of a case with all that was said of it, and a form for each thing to say."""
    found = _case(request, reference)
    require_said(found, actor_of(request))
    said = request.POST.get("say", "") if request.method == "POST" else ""
    given = {said: request.POST} if said in _FORMS else {}
    shown, resumes = _forms(found, given), _resumes(found, request)
    form = _answered(resumes, request) if said == "resume" else shown.get(said)
    if said and form is None:
        raise Http404
    if form is not None and form.is_valid():
        try:
            _say(said, found, form.cleaned_data, request)
        except TermRefused as refused:
            form.add_error(None, refused_words(refused.reason))
        else:
            messages.success(request, _("Vastgelegd. De inwoner leest dit nu."))
            return redirect("backoffice:term", found.reference)
    return _page(request, found, shown, resumes, form)


def _forms(case: Case, given: dict[str, Any]) -> dict[str, forms.Form]:
    """Those that fit the case. Each carries an id of its own, so that a second click says nothing twice."""
    shown: dict[str, forms.Form] = {}
    if Phase(case.phase).is_final or case.received_on is None or case.definition.decision_term is None:
        return shown
    shown["suspend"] = SuspendForm(given.get("suspend"))
    if case.definition.extension is not None:
        shown["extend"] = ExtendForm(case.definition.extension, given.get("extend"))
    shown["tell"] = TellForm(given.get("tell"))
    return shown


def _resumes(case: Case, request: HttpRequest) -> list[ResumeForm]:
    """One for each thing that the clock stands still for, the oldest first: each ends on a day of its own."""
    if Phase(case.phase).is_final:
        return []
    rows = open_suspensions(case.term_events.all())
    said = request.POST.get("of", "") if request.POST.get("say") == "resume" else None
    return [ResumeForm(row, request.POST if row.external_id == said else None) for row in rows]


def _answered(resumes: list[ResumeForm], request: HttpRequest) -> ResumeForm | None:
    """The one that was filled in; of something that is over by now, so that the officer reads that."""
    if not resumes:
        return None
    return next((form for form in resumes if form.is_bound), ResumeForm(resumes[0].row, request.POST))


def _say(said: str, case: Case, given: dict[str, Any], request: HttpRequest) -> None:
    actor, key = actor_of(request), f"desk:{_key(request)}"
    verbs: dict[str, Callable[..., TermEvent]] = {
        "suspend": stand_still,
        "resume": run_again,
        "extend": extend,
        "tell": tell,
    }
    more = {"of": request.POST.get("of", "")} if said == "resume" else {}
    verbs[said](case=case, actor=actor, external_id=key, **given, **more)


def _key(request: HttpRequest) -> uuid.UUID:
    """The id that the form carried; a new one where somebody took it out."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()


def _page(
    request: HttpRequest,
    case: Case,
    shown: dict[str, forms.Form],
    resumes: list[ResumeForm],
    form: forms.Form | None,
) -> HttpResponse:
    context = {
        "case": case,
        "title": title_of(case.definition),
        "moves": moves_of(case),
        "still": still_words(case),
        "extension": case.definition.extension,
        "suspend_form": shown.get("suspend"),
        "resume_forms": resumes,
        "extend_form": shown.get("extend"),
        "tell_form": shown.get("tell"),
        "form": form,
        "key": uuid.uuid4(),
    }
    return render(request, "backoffice/term.html", context, status=422 if form is not None else 200)


def _case(request: HttpRequest, reference: str) -> Case:
    try:
        return worklist_for(actor=actor_of(request)).prefetch_related("term_events").get(reference=reference)
    except Case.DoesNotExist:
        raise Http404 from None
