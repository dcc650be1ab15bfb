"""What somebody fills in to speak to a person."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.helpdesk.slots import free_slots
from portal.cases.models import ContactMoment
from portal.citizen.moments import slot_words

Way = ContactMoment.Way
_NUMBER = re.compile(r"(?:\+|00)?\d{10,15}")
_ABOUT = 1000


class CallBackForm(forms.Form):
    """An hour, a number, and what it is about. `asks_safety` for who is in danger."""

    slot = forms.TypedChoiceField(
        label=gettext_lazy("Wanneer mogen wij bellen?"), coerce=datetime.fromisoformat, widget=forms.Select
    )
    number = forms.CharField(
        label=gettext_lazy("Uw telefoonnummer"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    is_safe = forms.BooleanField(
        label=gettext_lazy("Alleen ik neem dit nummer op. Het is veilig om mij te bellen."), required=False
    )
    about = forms.CharField(
        label=gettext_lazy("Waarover wilt u praten?"),
        help_text=gettext_lazy("Vul hier geen burgerservicenummer in."),
        max_length=_ABOUT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, asks_safety: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Kies een uur"))] + [(one.isoformat(), slot_words(one)) for one in free_slots()]
        self.fields["slot"].choices = choices  # type: ignore[attr-defined]
        if not asks_safety:
            del self.fields["is_safe"]

    def clean_number(self) -> str:
        """Digits, with a plus where it was typed."""
        typed = re.sub(r"[\s().-]", "", self.cleaned_data["number"])
        if not _NUMBER.fullmatch(typed):
            raise forms.ValidationError(_("Dit is geen telefoonnummer. Kijk het na."))
        return typed


class ContactForm(forms.Form):
    """By which other way."""

    way = forms.ChoiceField(
        label=gettext_lazy("Hoe wilt u contact?"),
        choices=[
            (Way.DESK, gettext_lazy("Ik wil een afspraak aan de balie")),
            (Way.VISIT, gettext_lazy("Ik wil dat iemand bij mij thuis komt")),
            (Way.LETTER, gettext_lazy("Ik wil een brief")),
        ],
        widget=forms.RadioSelect,
    )
    about = forms.CharField(
        label=gettext_lazy("Waarover?"),
        help_text=gettext_lazy("Vul hier geen burgerservicenummer in."),
        max_length=_ABOUT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
