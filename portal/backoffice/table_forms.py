"""What who sits at a custom table fills in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import clock
from portal.cases.customtable.words import agency_name
from portal.cases.talk.fields import KeyedForm, WrittenField
from portal.catalogue import catalogue
from portal.people.models import User

_ROWS: Final = 3
_SHORTEST_NAME: Final = 2
Choices = list[tuple[str, str]]


class OpenTableForm(KeyedForm):
    """What hangs."""

    question = WrittenField(
        label=gettext_lazy("Wat loopt vast? Schrijf het als een vraag."),
        help_text=gettext_lazy(
            "De inwoner en iedereen aan tafel leest dit. Noem geen naam, adres of nummer van de inwoner."
        ),
        rows=_ROWS,
    )


class SayForm(KeyedForm):
    """Something to say to everybody at the table."""

    text = WrittenField(label=gettext_lazy("Uw bijdrage. De inwoner leest dit ook."), rows=_ROWS)


class InviteForm(KeyedForm):
    """Whom: an agency and a name; where several have that name, one of them."""

    agency = forms.ChoiceField(label=gettext_lazy("Van welke organisatie?"))
    name = forms.CharField(
        label=gettext_lazy("Naam van de collega"), max_length=200, min_length=_SHORTEST_NAME
    )
    person = forms.ChoiceField(
        label=gettext_lazy("Wie bedoelt u?"), required=False, widget=forms.RadioSelect(), choices=()
    )
    reason = WrittenField(
        label=gettext_lazy("Waarom is deze persoon nodig? De inwoner leest dit."), rows=_ROWS
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="invite", **kwargs)
        agencies = [(one.id, one.name) for one in catalogue().agencies.values()]
        self._choose("agency", [("", "—"), *sorted(agencies, key=lambda one: one[1])])
        self.choose_from([])

    def choose_from(self, people: Iterable[User]) -> None:
        """These have the name; one of them is meant."""
        self._choose("person", [(str(one.pk), one.name) for one in people])

    def _choose(self, name: str, choices: Choices) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]


class StepForm(KeyedForm):
    """Who does what, by when."""

    agency = forms.ChoiceField(label=gettext_lazy("Wie doet iets?"))
    what = WrittenField(label=gettext_lazy("Wat is de volgende stap?"), rows=_ROWS)
    by_day = forms.DateField(
        label=gettext_lazy("Uiterlijk wanneer?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, agencies: Iterable[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="step", **kwargs)
        choices = [(one, agency_name(one)) for one in agencies]
        self.fields["agency"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]

    def clean_by_day(self) -> date:
        """Today, or a day that is still to come."""
        day: date = self.cleaned_data["by_day"]
        if day < clock.today():
            raise forms.ValidationError(_("Kies vandaag of een dag die nog komt."))
        return day


class CloseForm(KeyedForm):
    """What comes of it."""

    text = WrittenField(
        label=gettext_lazy("Wat is de afloop? De inwoner leest dit."),
        help_text=gettext_lazy("Schrijf kort en gewoon wat er nu gebeurt, en wie dat doet."),
        rows=_ROWS,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="close", **kwargs)
