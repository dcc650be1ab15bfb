"""A field of a form in which staff type somebody's number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.people.bsn import is_valid_bsn, may_be_here


class BsnField(forms.CharField):
    """Nine digits that pass the eleven test; dots and spaces are taken out. Never shown again."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        """The nine digits; "" where the field may be left empty and is."""
        typed: str = super().clean(value)
        bsn = "".join(typed.split()).replace(".", "")
        if bsn and not is_valid_bsn(bsn):
            raise forms.ValidationError(_("Dit is geen burgerservicenummer. Kijk het na."))
        if bsn and not may_be_here(bsn):
            raise forms.ValidationError(
                _(
                    "Dit is een oefenomgeving. Vul hier nooit het nummer van een echt mens in: "
                    "kies een oefenpersoon."
                )
            )
        return bsn
