"""The officer's screen of who acts for somebody by law: with the paper on the desk, and both people known."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal import clock
from portal.access.models import Representation
from portal.access.recording import Contradicted, end, record, recorded_by
from portal.access.requests import actor_of
from portal.catalogue import catalogue
from portal.people.actor import Actor
from portal.people.bsn_field import BsnField
from portal.people.iban_field import IbanField

Kind = Representation.Kind
_KINDS = [
    (Kind.CURATOR, gettext_lazy("Curator: beschikking van de rechter")),
    (Kind.ADMINISTRATOR, gettext_lazy("Bewindvoerder: beschikking van de rechter")),
    (Kind.EXECUTOR, gettext_lazy("Executeur: verklaring van executele of van erfrecht")),
    (Kind.HEIR, gettext_lazy("Erfgenaam: verklaring van erfrecht")),
]


class RecordForm(forms.Form):
    """Who, for whom, and on which paper."""

    kind = forms.ChoiceField(label=gettext_lazy("Als wat?"), choices=_KINDS, widget=forms.RadioSelect)
    represented = BsnField(label=gettext_lazy("Burgerservicenummer van voor wie het is"), max_length=20)
    representative = BsnField(label=gettext_lazy("Burgerservicenummer van wie handelt"), max_length=20)
    document = forms.CharField(
        label=gettext_lazy("Welk document zag u?"),
        help_text=gettext_lazy("Soort, nummer en datum. Geen namen."),
        max_length=200,
    )
    account = IbanField(
        label=gettext_lazy("Alleen bij bewind: welke rekening beheert de bewindvoerder? (IBAN)"),
        help_text=gettext_lazy("Geld voor deze persoon gaat alleen naar deze rekening."),
        max_length=42,
        required=False,
    )
    until_on = forms.DateField(
        label=gettext_lazy("Tot en met welke dag? Leeg: tot het wordt beëindigd."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    seen = forms.BooleanField(
        label=gettext_lazy("Ik zag het originele document, en het identiteitsbewijs van wie handelt")
    )

    def clean(self) -> dict[str, Any]:
        """Two different people, and no end that is past."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("represented") and found.get("represented") == found.get("representative"):
            self.add_error("representative", _("Dit is twee keer dezelfde persoon."))
        is_administrator = found.get("kind") == Kind.ADMINISTRATOR
        if is_administrator and not found.get("account") and "account" not in self.errors:
            self.add_error("account", _("Vul de rekening in die de bewindvoerder beheert."))
        if not is_administrator:
            found["account"] = ""
        if found.get("until_on") and found["until_on"] < clock.today():
            self.add_error("until_on", _("Deze dag is al geweest. Vul een latere dag in."))
        return found


@sensitive_post_parameters("represented", "representative", "account")
@require_http_methods(["GET", "HEAD", "POST"])
def representations(request: HttpRequest) -> HttpResponse:
    """What this municipality recorded, and a form for more. 404 for who is no municipality."""
    actor = _municipal(request)
    form = RecordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _recorded(form, actor):
        messages.success(request, _("Vastgelegd. Beiden lezen het in hun eigen overzicht."))
        return redirect("backoffice:representations")
    kinds = dict(_KINDS)
    context = {
        "form": form,
        "rows": [(row, kinds[Kind(row.kind)]) for row in recorded_by(actor=actor)],
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "backoffice/representations.html", context, status=status)


@require_POST
def end_representation(request: HttpRequest, representation_id: UUID) -> HttpResponse:
    """Ends one of them at once."""
    try:
        end(actor=_municipal(request), representation_id=representation_id)
    except Representation.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Beëindigd. Deze persoon kan niets meer voor de ander regelen."))
    return redirect("backoffice:representations")


def _recorded(form: RecordForm, actor: Actor) -> bool:
    values = dict(form.cleaned_data)
    values.pop("seen")
    try:
        record(actor=actor, **(values | {"kind": Kind(values["kind"])}))
    except Contradicted as error:
        form.add_error("represented", _why_not(error.why))
        return False
    return True


def _why_not(why: str) -> str:
    return {
        "alive": _("Het register zegt niet dat deze persoon is overleden. Leg het nog niet vast."),
        "died": _("Het register zegt dat deze persoon is overleden. Dan eindigt curatele of bewind."),
        "not-under-curatele": _("Het register zegt niet dat deze persoon onder curatele staat."),
    }[why]


def _municipal(request: HttpRequest) -> Actor:
    actor = actor_of(request)
    agency = catalogue().agencies.get(actor.agency)
    if agency is None or agency.kind != "gemeente":
        raise Http404
    return actor
