"""Signals: an officer gives one about a case; who leads them, or edits the catalogue, answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.requests import actor_of
from portal.backoffice.case_page import usable_case
from portal.cases.models import Signal
from portal.cases.reading.names import title_of
from portal.cases.signals.forms import SignalForm
from portal.cases.signals.verbs import MOST_SHOWN, NotYours, answer, give, signals_for, signals_of, take_on
from portal.cases.signals.words import shown
from portal.cases.talk.fields import KeyedForm, WrittenField


class AnswerForm(KeyedForm):
    """The answer, and what changed."""

    text = WrittenField(label=gettext_lazy("Uw antwoord. Wie het signaal gaf, leest dit."), rows=4)
    changed = WrittenField(
        label=gettext_lazy("Wat is er veranderd? Iedereen kan dit lezen."),
        help_text=gettext_lazy("Laat leeg als er niets veranderd is. Noem geen mensen."),
        rows=3,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="answer", **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
def signal(request: HttpRequest, reference: str) -> HttpResponse:
    """An officer says that something works out badly for this case."""
    case = usable_case(request, reference)
    form = SignalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        give(
            actor=actor_of(request),
            case=case,
            part=Signal.Part(form.cleaned_data["part"]),
            text=form.cleaned_data["text"],
            external_id=form.external_id,
        )
        messages.success(request, _("Dank u. Wij hebben uw signaal, en iemand geeft antwoord."))
        return redirect("backoffice:signal", case.reference)
    context = {
        "case": case,
        "title": title_of(case.definition),
        "form": form,
        "signals": [shown(one) for one in signals_of(case, by_citizen=False)],
    }
    return render(request, "backoffice/signal.html", context, status=422 if form.errors else 200)


@require_safe
def signals(request: HttpRequest) -> HttpResponse:
    """What was said, and what has no answer yet on top."""
    actor = actor_of(request)
    with_case = actor.capacity == "lead"
    rows = [shown(one, with_case=with_case) for one in signals_for(actor=actor)[:MOST_SHOWN]]
    return render(request, "backoffice/signals.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def answer_signal(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """One signal, with its answer; on the way there it is taken on."""
    actor = actor_of(request)
    found = signals_for(actor=actor).filter(pk=signal_id).first()
    if found is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            answer(
                actor=actor,
                signal_id=signal_id,
                text=form.cleaned_data["text"],
                changed=form.cleaned_data["changed"],
            )
        except NotYours:
            messages.warning(request, _("Iemand anders behandelt dit signaal, of het is al beantwoord."))
        else:
            messages.success(request, _("Beantwoord."))
        return redirect("backoffice:signals")
    context = {
        "signal": shown(found, with_case=actor.capacity == "lead"),
        "is_mine": found.owner == actor.require_user(),
        "form": form,
    }
    return render(request, "backoffice/signal_answer.html", context, status=422 if form.errors else 200)


@require_POST
def take_signal(request: HttpRequest, signal_id: UUID) -> HttpResponse:
    """This person sees to it."""
    try:
        take_on(actor=actor_of(request), signal_id=signal_id)
    except Signal.DoesNotExist:
        raise Http404 from None
    except NotYours:
        messages.warning(request, _("Dit signaal is al beantwoord."))
    return redirect("backoffice:answer-signal", signal_id)
