"""What is filled in to let somebody act, and to take that on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.access.representation import LONGEST
from portal.cases.reading.names import title_of
from portal.catalogue import catalogue

_A_YEAR = timedelta(days=365)


class AuthoriseForm(forms.Form):
    """For which services, and until when. The services that belong to one life event go together."""

    services = forms.MultipleChoiceField(
        label=gettext_lazy("Wat mag deze persoon voor u regelen?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Kies wat deze persoon voor u mag regelen.")},
    )
    until_on = forms.DateField(
        label=gettext_lazy("Tot en met welke dag?"),
        help_text=gettext_lazy("U kunt het altijd eerder stoppen. Dat werkt meteen."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Vul een dag in."),
            "invalid": gettext_lazy("Dit is geen geldige datum. Bijvoorbeeld: 31-12-2026."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"until_on": clock.today() + _A_YEAR})
        super().__init__(*args, **kwargs)
        self.fields["services"].choices = [  # type: ignore[attr-defined]
            (service.id, title_of(service)) for service in catalogue().services.values()
        ]

    def clean_until_on(self) -> date:
        """From today, for five years at most."""
        day: date = self.cleaned_data["until_on"]
        if day < clock.today():
            raise forms.ValidationError(_("Deze dag is al geweest. Vul een latere dag in."))
        if day > clock.today() + LONGEST:
            raise forms.ValidationError(_("Kies een dag binnen vijf jaar."))
        return day


class CodeForm(forms.Form):
    """The code that the citizen gave to the helper."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("U kreeg deze code van de persoon voor wie u iets gaat regelen."),
        max_length=40,
        error_messages={"required": gettext_lazy("Vul de code in.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
