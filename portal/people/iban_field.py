"""An account number in a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.exceptions import ValidationError as NumberError


class IbanField(forms.CharField):
    """An account number of any country, kept without spaces in capitals."""

    def clean(self, value: Any) -> str:
        """Checks length, country and check digits (ISO 13616)."""
        typed: str = super().clean(value)
        if not typed:
            return ""
        try:
            return iban.validate(typed)
        except NumberError:
            raise forms.ValidationError(
                _("Dit rekeningnummer klopt niet. Kijk op uw bankpas; het begint met letters, zoals NL.")
            ) from None


def grouped(number: str) -> str:
    """As it stands on a bank card: in groups of four."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
