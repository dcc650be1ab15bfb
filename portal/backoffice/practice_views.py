"""Exercises for staff, where one practises; anywhere else these addresses are not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

import structlog
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.access.requests import actor_of
from portal.cases.journey.journeys import AlreadySubmitted
from portal.cases.journey.submit import Changed, NotReady
from portal.practice.asking import NothingToAsk
from portal.practice.exercises import (
    Exercise,
    attempts_of,
    begin,
    exercise_for,
    exercises_for,
    look,
    read_out_code,
)
from portal.practice.models import Attempt

log = structlog.get_logger(__name__)
_NOT_NOW: Final = (NotReady, Changed, AlreadySubmitted, NothingToAsk)

View = Callable[..., HttpResponse]


def _where_one_practises(view: View) -> View:
    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.PRACTICE:
            raise Http404
        return view(request, *args, **kwargs)

    return checked


@_where_one_practises
@require_safe
def exercises(request: HttpRequest) -> HttpResponse:
    """What one can practise, and what was done."""
    actor = actor_of(request)
    attempts = attempts_of(actor.require_user())
    rows = [
        {"exercise": one, "attempt": attempts.get(one.slug), "is_done": _is_done(attempts.get(one.slug))}
        for one in exercises_for(actor)
    ]
    return render(request, "backoffice/exercises.html", {"rows": rows})


@_where_one_practises
@require_safe
def exercise_page(request: HttpRequest, exercise: str) -> HttpResponse:
    """What to do, and how far it is."""
    found = _exercise(request, exercise)
    return _page(request, found, attempts_of(actor_of(request).require_user()).get(exercise))


@_where_one_practises
@require_POST
def begin_exercise(request: HttpRequest, exercise: str) -> HttpResponse:
    """For the first time, or again with another request."""
    found = _exercise(request, exercise)
    try:
        begin(actor=actor_of(request), exercise=found)
    except _NOT_NOW as error:
        log.warning("an exercise could not begin", exercise=exercise, error=type(error).__name__)
        messages.error(request, _("Dat lukte nu niet. Probeer het nog eens."))
    return redirect("backoffice:exercise", exercise)


@_where_one_practises
@require_POST
def read_out(request: HttpRequest, exercise: str) -> HttpResponse:
    """The invented citizen reads a code aloud."""
    found = _exercise(request, exercise)
    attempt = attempts_of(actor_of(request).require_user()).get(exercise)
    if attempt is None or not found.has_code:
        raise Http404
    return _page(request, found, attempt, code=read_out_code(attempt))


def _exercise(request: HttpRequest, slug: str) -> Exercise:
    try:
        return exercise_for(actor_of(request), slug)
    except LookupError:
        raise Http404 from None


def _page(request: HttpRequest, found: Exercise, attempt: Attempt | None, *, code: str = "") -> HttpResponse:
    done = look(attempt) if attempt else [False] * len(found.steps)
    context = {
        "exercise": found,
        "attempt": attempt,
        "steps": [(step.words, is_done) for step, is_done in zip(found.steps, done, strict=True)],
        "is_done": attempt is not None and all(done),
        "at_the_helpdesk": actor_of(request).is_helpdesk,
        "code": f"{code[:3]} {code[3:]}" if code else "",
    }
    return render(request, "backoffice/exercise.html", context)


def _is_done(attempt: Attempt | None) -> bool:
    return attempt is not None and all(look(attempt))
