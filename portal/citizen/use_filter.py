"""Which part of the log a citizen wants to see: a form in the address, without values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.reading.showing import field_label
from portal.citizen.use_lines import recipient_name
from portal.ledger.log.history import Wanted
from portal.ledger.log.uses import PORTAL

_MONTH = timedelta(days=30)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Dit is geen geldige datum. Bijvoorbeeld: 31-12-2026.")},
    )


def _one_of(label: Any, everything: str, named: Iterable[tuple[str, str]]) -> forms.ChoiceField:
    """A list to choose from, (words, value) each, in the order of the words."""
    choices = [("", everything), *((value, words) for words, value in sorted(named))]
    error = {"invalid_choice": gettext_lazy("Kies iets uit de lijst.")}
    return forms.ChoiceField(label=label, required=False, choices=choices, error_messages=error)


class UseFilterForm(forms.Form):
    """Agency, field and period, each of them optional. The names are those in the address."""

    van = _day(gettext_lazy("Van"))
    tot = _day(gettext_lazy("Tot en met"))

    def __init__(self, data: Any, *, recipients: Iterable[str], fields: Iterable[str]) -> None:
        super().__init__(data)
        agencies = [(_recipient(name), name) for name in recipients]
        labels = [(field_label(name), name) for name in fields]
        self.fields = {
            "organisatie": _one_of(_("Organisatie"), _("Alle organisaties"), agencies),
            "gegeven": _one_of(_("Gegeven"), _("Alle gegevens"), labels),
            **self.fields,
        }

    def clean(self) -> dict[str, Any]:
        """Refuses a period that ends before it begins."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("van"), cleaned.get("tot")
        if since and until and until < since:
            self.add_error("tot", _("Deze dag is eerder dan de dag bij “Van”."))
        return cleaned

    def wanted(self) -> Wanted:
        """What was asked for; call it on a valid form."""
        return Wanted(
            recipient=self.cleaned_data["organisatie"],
            field=self.cleaned_data["gegeven"],
            since=self.cleaned_data["van"],
            until=self.cleaned_data["tot"],
        )


def quick_periods() -> list[tuple[str, dict[str, str]]]:
    """The periods that one press chooses: what it says, and what goes in the address."""
    today = localdate()
    return [
        (_("Laatste maand"), {"van": (today - _MONTH).isoformat()}),
        (_("Dit jaar"), {"van": today.replace(month=1, day=1).isoformat()}),
        (_("Alles"), {}),
    ]


def _recipient(name: str) -> str:
    return _("Levensloket (wijzelf)") if name == PORTAL else capfirst(recipient_name(name))
