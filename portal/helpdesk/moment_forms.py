"""What the helpdesk writes down of a contact."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.models import ContactMoment

Way = ContactMoment.Way
WAYS = [
    (Way.PHONE, gettext_lazy("Telefoon")),
    (Way.DESK, gettext_lazy("Balie")),
    (Way.VISIT, gettext_lazy("Bezoek aan huis")),
    (Way.LETTER, gettext_lazy("Brief")),
    (Way.MAIL, gettext_lazy("E-mail")),
]
WAY_WORDS = {**dict(WAYS), Way.CALL_BACK: gettext_lazy("Terugbellen")}
_MOST = 1000


class NoteForm(forms.Form):
    """What was asked; and either what was promised, by when, or what was done."""

    way = forms.ChoiceField(
        label=gettext_lazy("Hoe was het contact?"), choices=WAYS, widget=forms.RadioSelect
    )
    about = forms.CharField(
        label=gettext_lazy("Wat vroeg de inwoner?"),
        help_text=gettext_lazy("De inwoner leest dit. Schrijf geen burgerservicenummer of adres op."),
        max_length=_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    promise = forms.CharField(
        label=gettext_lazy("Wat beloofde u?"),
        max_length=_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    promised_at = forms.DateTimeField(
        label=gettext_lazy("Uiterlijk wanneer?"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
    )
    note = forms.CharField(
        label=gettext_lazy("Is het klaar? Schrijf dan wat u deed."),
        max_length=_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two, and a time that is still to come."""
        found: dict[str, Any] = super().clean() or {}
        promise, note, at = found.get("promise"), found.get("note"), found.get("promised_at")
        if bool(promise) == bool(note):
            self.add_error("promise", _("Vul in wat u beloofde, of wat u deed. Niet allebei."))
        elif promise and at is None:
            self.add_error("promised_at", _("Zeg uiterlijk wanneer."))
        elif promise and at is not None and at <= now():
            self.add_error("promised_at", _("Dit is al geweest. Kies een later moment."))
        if note:
            found["promised_at"] = None
        return found


class CloseForm(forms.Form):
    """How it ended."""

    note = forms.CharField(
        label=gettext_lazy("Wat deed u?"),
        help_text=gettext_lazy("De inwoner leest dit."),
        max_length=_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
