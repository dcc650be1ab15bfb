"""The one question when somebody restricts a use: on which of the four grounds of AVG 18(1)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from portal.cases.models import Restriction
from portal.cases.restricting.words import WHY


class RestrictForm(forms.Form):
    """`why` is a `Restriction.Why`."""

    why = forms.TypedChoiceField(
        label=gettext_lazy("Waarom?"),
        choices=list(WHY.items()),
        coerce=Restriction.Why,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Kies waarom.")},
    )
