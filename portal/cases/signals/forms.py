"""What somebody fills in to give a signal, the same for a citizen and for an officer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from portal.cases.signals.words import PARTS
from portal.cases.talk.fields import KeyedForm, WrittenField


class SignalForm(KeyedForm):
    """About what, and why it works out badly."""

    part = forms.ChoiceField(
        label=gettext_lazy("Wat pakt slecht uit?"),
        choices=[(part.value, words) for part, words in PARTS.items()],
        widget=forms.RadioSelect(),
    )
    text = WrittenField(
        label=gettext_lazy("Wat gaat er mis?"),
        help_text=gettext_lazy("Schrijf wat er gebeurt, en wat beter zou zijn. Noem geen namen."),
        rows=5,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="signal", **kwargs)
