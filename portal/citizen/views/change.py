"""Changing what one typed, after sending and before the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lifeevents.model import Question
from portal.access.administration import managed_account
from portal.access.requests import actor_of
from portal.cases.journey.submit import LevelTooLow
from portal.cases.models import Case, Phase
from portal.cases.reading.inbox import case_for
from portal.cases.talk.changing import (
    ChangedSince,
    NothingChanged,
    OtherAccount,
    answers_now,
    change,
    fingerprint_of,
    may_change,
    shows_answers,
)
from portal.cases.talk.fields import KeyedForm
from portal.cases.talk.question_form import QuestionForm
from portal.cases.talk.standing import Closed, NotThere
from portal.citizen.level import ask_for_level
from portal.citizen.pages import case_card
from portal.ledger.keys import KeyDestroyed
from portal.people.step_up import level_of


class ChangeForm(KeyedForm):
    """The questions that may change, as they are answered now; `seen` says which answers those were."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, questions: Sequence[Question], now: dict[str, Any], *, account: str | None, data: Any = None
    ) -> None:
        super().__init__(data, initial={"seen": fingerprint_of(now)})
        given = {name: value for name, value in now.items() if value is not None}
        self.question_form = QuestionForm(questions, data=data, item=given, account=account)
        self._asked = [question.id for question in questions]

    @property
    def forms(self) -> Sequence[forms.Form]:
        """Both parts, in the order of the page."""
        return [self.question_form, self]

    def is_valid(self) -> bool:
        """Both parts."""
        return self.question_form.is_valid() and super().is_valid()

    def answers(self) -> dict[str, Any]:
        """By question, None for what is left empty."""
        given = self.question_form.item()
        return {name: given.get(name) for name in self._asked}


@require_http_methods(["GET", "HEAD", "POST"])
def change_answers(request: HttpRequest, reference: str) -> HttpResponse:
    """What may change, filled in as it is now; where nothing may any more, or not yet: why, and what else."""
    try:
        found = case_for(actor=actor_of(request), reference=reference)
        if not found.definition.change or not shows_answers(found):
            raise Http404
        if not may_change(found):
            return _refused(request, found)
        now = answers_now(found)
    except (Case.DoesNotExist, KeyDestroyed):
        raise Http404 from None
    posted = request.method == "POST"
    asked, account = found.definition.changeable, managed_account(found.citizen)
    form = ChangeForm(asked, now, account=account, data=request.POST if posted else None)
    if posted and form.is_valid() and (answer := _changed(request, found, form)):
        return answer
    card = case_card(found)
    context = {
        "case": found,
        "card": card,
        "form": form,
        "forms": form.forms,
        "agencies": [card.organisation],
    }
    return render(request, "citizen/change.html", context, status=422 if posted else 200)


def _changed(request: HttpRequest, found: Case, form: ChangeForm) -> HttpResponse | None:
    """None where nothing was changed, which the form then says."""
    back, filing = reverse("citizen:change", args=[found.reference]), actor_of(request).filing
    try:
        change(
            case=found,
            actor=actor_of(request),
            answers=form.answers(),
            seen=form.cleaned_data["seen"],
            external_id=form.external_id,
            level=filing.level if filing else level_of(request.session),
        )
    except NothingChanged:
        form.add_error(None, _("U hebt niets veranderd. Er is niets verstuurd."))
        return None
    except OtherAccount:
        form.add_error(None, _("Het geld kan alleen naar de rekening die uw bewindvoerder beheert."))
        return None
    except ChangedSince:
        words = _("U hebt dit intussen al veranderd, in een ander venster. Kijk hoe het nu staat.")
        messages.warning(request, words)
        return redirect(back)
    except (Closed, NotThere):
        found.refresh_from_db()
        return _refused(request, found)
    except LevelTooLow as error:
        if filing is not None:
            form.add_error(None, _("Dit kan niet per telefoon. Vraag om een brief met een handtekening."))
            return None
        return ask_for_level(request, error.needed, back=back)
    messages.success(request, _("Veranderd. Wij laten het de organisatie weten."))
    return redirect("citizen:case", found.reference)


def _refused(request: HttpRequest, found: Case) -> HttpResponse:
    if found.phase == Phase.WITHDRAWN:
        words = _("U hebt dit ingetrokken. Veranderen kan niet meer. Er is niets verstuurd.")
    elif Phase(found.phase).is_final:
        words = _("Dit is al klaar. Veranderen kan niet meer. Klopt er iets niet? Bel de organisatie.")
    else:
        words = _("Dit is nog niet verstuurd. Veranderen kan daarna.")
    messages.warning(request, words)
    return redirect("citizen:case", found.reference)
