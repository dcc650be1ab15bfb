"""Parts of the forms in an address that choose what a page shows: a period, one of a list."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_MONTH = timedelta(days=30)


def day_field(label: Any) -> forms.DateField:
    """A day that may be left empty, as browsers give it."""
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Dit is geen geldige datum. Bijvoorbeeld: 31-12-2026.")},
    )


def one_of(label: Any, everything: str, named: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    """A list to choose from, (words, value) each, in the order of the words."""
    choices = [("", everything), *((value, words) for words, value in sorted(named))]
    error = {"invalid_choice": gettext_lazy("Kies iets uit de lijst.")}
    return forms.ChoiceField(label=label, required=False, choices=choices, error_messages=error)


class PeriodForm(forms.Form):
    """From a day and until a day, both included and optional; refuses a period that ends before it begins."""

    van = day_field(gettext_lazy("Van"))
    tot = day_field(gettext_lazy("Tot en met"))

    def clean(self) -> dict[str, Any]:
        """Names the second day where it is too early."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("van"), cleaned.get("tot")
        if since and until and until < since:
            self.add_error("tot", _("Deze dag is eerder dan de dag bij “Van”."))
        return cleaned


def quick_periods() -> list[tuple[str, dict[str, str]]]:
    """The periods that one press chooses: what it says, and what goes in the address."""
    today = localdate()
    return [
        (_("Laatste maand"), {"van": (today - _MONTH).isoformat()}),
        (_("Dit jaar"), {"van": today.replace(month=1, day=1).isoformat()}),
        (_("Alles"), {}),
    ]
