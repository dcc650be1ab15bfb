"""The officer ends a case without an outcome, or opens one again that had ended."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.access.requests import actor_of
from portal.backoffice.case_page import say_too_late, usable_case
from portal.cases.deciding import ending, reopening
from portal.cases.models import Case
from portal.cases.reading.names import title_of
from portal.cases.talk.fields import KeyedForm, WrittenField
from portal.cases.talk.standing import Closed, NotThere


class EndForm(KeyedForm):
    """On which ground, and why."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Waarom stopt het?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Kies een reden.")},
    )
    text = WrittenField(
        label=gettext_lazy("Leg het uit. De inwoner leest dit."),
        help_text=gettext_lazy(
            "Schrijf kort en gewoon wat er ontbrak of wat u afsprak, en wat de inwoner nu kan doen."
        ),
        rows=5,
    )

    def __init__(self, grounds: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _ending_words()
        self.fields["ground"].choices = [(name, words[name]) for name in grounds]  # type: ignore[attr-defined]


class ReopenForm(EndForm):
    """By which way of the law, and, where that has no term, until when the agency decides."""

    article = forms.CharField(
        label=gettext_lazy("Welk artikel?"),
        help_text=gettext_lazy("Alleen bij een ander artikel. Bijvoorbeeld: artikel 54 Participatiewet."),
        max_length=200,
        required=False,
    )
    until = forms.DateField(
        label=gettext_lazy("Uiterlijk wanneer beslist u opnieuw?"),
        help_text=gettext_lazy("Bijvoorbeeld de dag die de rechter noemt."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, grounds: Collection[str], *args: Any, **kwargs: Any) -> None:
        super().__init__((), *args, **kwargs)
        words = _reopening_words()
        field: Any = self.fields["ground"]
        field.label, field.choices = _("Waarom kan dit weer open?"), [(name, words[name]) for name in grounds]

    def clean_until(self) -> date | None:
        """A day that is still to come."""
        day: date | None = self.cleaned_data["until"]
        if day is not None and day <= clock.today():
            raise forms.ValidationError(_("Kies een dag die nog komt."))
        return day

    def clean(self) -> dict[str, Any]:
        """The article where no ground has it."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("ground") == reopening.LAW and not said.get("article", "").strip():
            self.add_error("article", _("Noem het artikel dat dit toestaat."))
        return said


@require_http_methods(["GET", "HEAD", "POST"])
def end_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Ends it without an outcome."""
    found = usable_case(request, reference)
    form = EndForm(ending.possible(found), request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("ground", "text")}
        try:
            ending.end(case=found, actor=actor_of(request), external_id=form.external_id, **said)
        except (ending.MayNotEnd, Closed, NotThere):
            say_too_late(request)
        else:
            messages.success(request, _("Gestopt. De inwoner leest dit nu."))
        return redirect("backoffice:case", found.reference)
    return _page(request, found, form, "backoffice/end.html")


@require_http_methods(["GET", "HEAD", "POST"])
def reopen_case(request: HttpRequest, reference: str) -> HttpResponse:
    """Opens it again, on a way back that the law gives."""
    found = usable_case(request, reference)
    form = ReopenForm(reopening.possible(found), request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("ground", "text", "article", "until")}
        try:
            reopening.reopen(case=found, actor=actor_of(request), external_id=form.external_id, **said)
        except reopening.NoWayBack:
            say_too_late(request)
        else:
            messages.success(request, _("Heropend. De inwoner leest dit nu, met uw reden en het artikel."))
        return redirect("backoffice:case", found.reference)
    return _page(request, found, form, "backoffice/reopen.html")


def _page(request: HttpRequest, found: Case, form: EndForm, template: str) -> HttpResponse:
    field: Any = form.fields["ground"]
    context = {
        "case": found,
        "title": title_of(found.definition),
        "form": form,
        "is_possible": bool(list(field.choices)),
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _ending_words() -> dict[str, str]:
    return {
        ending.INCOMPLETE: _("De aanvraag is niet op tijd aangevuld (artikel 4:5 Awb)"),
        ending.SAID: _("De inwoner zei aan de telefoon dat het niet meer nodig is"),
        ending.TWICE: _("De inwoner vroeg hetzelfde twee keer; de andere aanvraag gaat door"),
    }


def _reopening_words() -> dict[str, str]:
    words = {
        reopening.OBJECTION: _("Het bezwaar klopt"),
        reopening.APPEAL: _("De rechter vernietigde het besluit"),
        reopening.REPLACED: _("U vervangt het besluit terwijl er bezwaar of beroep loopt"),
        reopening.NEW_FACTS: _("De inwoner noemt nieuwe feiten: de termijn begint opnieuw"),
        reopening.COMPLETED: _("De aanvraag is toch compleet"),
        reopening.LAW: _("Een ander artikel laat dit toe"),
    }
    articles = reopening.ARTICLES
    return {name: f"{text} ({articles[name]})" if articles[name] else text for name, text in words.items()}
