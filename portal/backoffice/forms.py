"""What staff fill in: how a case ends, a proceeding about it, and an agency's new program."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifeevents.model import Service
from portal import clock
from portal.cases.back.concluding import possible_outcomes
from portal.cases.judging.ruling import Ruling
from portal.cases.models import Outcome, Proceeding
from portal.cases.webhooks.setting import LONGEST_ADDRESS, Why, WrongAddress, checked_address


class OutcomeForm(forms.Form):
    """The outcomes depend on the service: a deed is made or not, an application may be granted in part."""

    kind = forms.ChoiceField(label=gettext_lazy("Uitkomst"), widget=forms.RadioSelect)
    motivation = forms.CharField(
        label=gettext_lazy("Waarom? De inwoner leest dit."),
        help_text=gettext_lazy("Schrijf kort en gewoon: wat u besluit, waarom, en vanaf wanneer."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    deviation = forms.CharField(
        label=gettext_lazy("Maatwerk: waarom wijkt u af van de regel?"),
        help_text=gettext_lazy(
            "Alleen invullen als u van de gewone regel afwijkt. De inwoner leest dit ook."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    article = forms.CharField(
        label=gettext_lazy("Welk artikel geeft u die ruimte?"),
        help_text=gettext_lazy("Bijvoorbeeld: artikel 18 Participatiewet."),
        max_length=200,
        required=False,
    )

    def __init__(self, service: Service, ruling: Ruling | None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._ruling = ruling
        self.fields["kind"].choices = _choices(service)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Another outcome than the rule gives needs reasons, and reasons to depart from it an article."""
        said = super().clean() or {}
        departs = self._ruling is not None and self._ruling.is_departed_from(said.get("kind", ""))
        if said.get("kind") and departs and not said.get("deviation"):
            self.add_error("deviation", _("Dit is een andere uitkomst dan de regel geeft. Schrijf waarom."))
        if said.get("deviation") and not said.get("article"):
            self.add_error("article", _("Noem het artikel dat u ruimte geeft om af te wijken."))
        if said.get("article") and not said.get("deviation"):
            self.add_error("deviation", _("U noemt een artikel. Schrijf ook waarom u afwijkt."))
        return said


class FlagForm(forms.Form):
    """Why a case goes before others; without a reason it does not."""

    reason = forms.CharField(
        label=gettext_lazy("Waarom gaat dit voor?"),
        help_text=gettext_lazy("Alleen uw collega's lezen dit. Leeg laten haalt de vlag weg."),
        max_length=200,
        required=False,
    )


class ProceedingForm(forms.Form):
    """What runs about a case, and since when."""

    proceeding = forms.ChoiceField(
        label=gettext_lazy("Wat loopt er?"),
        widget=forms.RadioSelect,
        choices=[
            (Proceeding.Kind.OBJECTION, gettext_lazy("Bezwaar")),
            (Proceeding.Kind.APPEAL, gettext_lazy("Beroep bij de rechter")),
            (Proceeding.Kind.COMPLAINT, gettext_lazy("Klacht")),
        ],
    )
    opened_on = forms.DateField(
        label=gettext_lazy("Sinds wanneer?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean_opened_on(self) -> date:
        """Not a day that is still to come."""
        day: date = self.cleaned_data["opened_on"]
        if day > clock.today():
            raise forms.ValidationError(_("Vul een dag in die al geweest is."))
        return day


def _why_not_address(why: Why) -> str:
    return {
        "address": _("Vul een heel adres in, zonder vraagteken, hekje of wachtwoord."),
        "https": _("Het adres moet beginnen met https://."),
        "private": _("Dit adres is van ons eigen netwerk. Vul een adres op internet in."),
        "practice": _("Vanuit de oefenomgeving gaat niets naar buiten. Vul een adres op deze machine in."),
    }[why]


def _choices(service: Service) -> list[tuple[str, str]]:
    if service.kind == "application":
        words = {
            Outcome.Kind.GRANTED: _("Toekennen"),
            Outcome.Kind.PARTLY: _("Voor een deel toekennen"),
            Outcome.Kind.REFUSED: _("Afwijzen"),
        }
    elif service.kind == "complaint":
        words = {
            Outcome.Kind.GRANTED: _("Gegrond"),
            Outcome.Kind.PARTLY: _("Deels gegrond"),
            Outcome.Kind.REFUSED: _("Ongegrond, of niet in behandeling (9:8 Awb)"),
        }
    else:
        made = _("De akte is gemaakt") if service.kind == "deed" else _("Het staat in de administratie")
        words = {Outcome.Kind.GRANTED: made, Outcome.Kind.REFUSED: _("Dit kan niet")}
    return [(kind, words[kind]) for kind in possible_outcomes(service)]


class ClientForm(forms.Form):
    """A new program of an agency: for which of its services, and what it may do."""

    client_id = forms.RegexField(r"^[a-z0-9-]{1,40}$", widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Naam van het programma"),
        help_text=gettext_lazy("Zo herkent u het later. Bijvoorbeeld de naam van de leverancier."),
        max_length=100,
    )
    services = forms.MultipleChoiceField(
        label=gettext_lazy("Voor welke diensten?"), widget=forms.CheckboxSelectMultiple
    )
    may_write = forms.BooleanField(
        label=gettext_lazy("Het programma mag ook zeggen hoe het met een aanvraag staat."), required=False
    )

    def __init__(self, services: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = services  # type: ignore[attr-defined]


class WebhookForm(forms.Form):
    """Where an agency wants to be told that something waits."""

    address = forms.CharField(
        label=gettext_lazy("Adres waar wij melden"),
        help_text=gettext_lazy("Dit begint met https:// en is van de organisatie zelf."),
        max_length=LONGEST_ADDRESS,
    )

    def clean_address(self) -> str:
        """The address as it will be called."""
        try:
            return checked_address(self.cleaned_data["address"].strip())
        except WrongAddress as wrong:
            raise forms.ValidationError(_why_not_address(wrong.why)) from None


class ReportForm(forms.Form):
    """What came of a report of doubt to who keeps the register."""

    result = forms.ChoiceField(
        label=gettext_lazy("Wat deed wie het register bijhoudt?"),
        choices=[("corrected", gettext_lazy("Hersteld")), ("kept", gettext_lazy("Niet overgenomen"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=gettext_lazy("Waarom? De inwoner leest dit."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
