"""The form of the desk: up to five newborns of one birth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.validators import RegexValidator
from django.forms import BoundField

from connectors.sandbox.brp.dates import age_of
from connectors.sandbox.clock import today
from connectors.sandbox.models import Person
from connectors.sandbox.municipality.records import MUNICIPALITIES, SEXES, Newborn

MOST_CHILDREN = 5
YOUNGEST_PARENT = 14
NAME = RegexValidator(
    r"^[a-zA-Z0-9À-ž .'-]+$", "Gebruik alleen letters, spaties, punten, apostrofs en streepjes."
)
PREFIX = RegexValidator(r"^[a-zA-Z ']+$", "Gebruik alleen letters, spaties en apostrofs.")


if TYPE_CHECKING:
    PersonChoice = forms.ModelChoiceField[Person]
else:
    PersonChoice = forms.ModelChoiceField


class ParentField(PersonChoice):
    """A person of the register, by BSN; two people may have one name."""

    def label_from_instance(self, obj: Person) -> str:
        return f"{obj.name}, geboren {obj.born} ({obj.bsn})"


class BirthForm(forms.Form):
    """One birth. Children are `first_names_1`, `sex_1` and so on; a row without first names is no child."""

    parent1 = ParentField(
        Person.objects.none(),
        to_field_name="bsn",
        label="Ouder uit wie het kind is geboren",
        empty_label="Kies een persoon",
    )
    parent2 = ParentField(
        Person.objects.none(),
        to_field_name="bsn",
        label="Andere ouder",
        required=False,
        empty_label="Geen andere ouder",
    )
    prefix_name = forms.CharField(label="Voorvoegsel", max_length=10, required=False, validators=[PREFIX])
    family_name = forms.CharField(label="Achternaam", max_length=200, validators=[NAME])
    birth_date = forms.DateField(
        label="Geboortedatum", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    place = forms.ChoiceField(label="Geboorteplaats", choices=tuple(MUNICIPALITIES.items()))
    custody = forms.ChoiceField(
        label="Gezag",
        choices=(("law", "Zoals de wet het regelt"), ("unknown", "Niet te bepalen")),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grown_ups = Person.objects.filter(pk__in=_grown_ups())
        for name in ("parent1", "parent2"):
            cast(ParentField, self.fields[name]).queryset = grown_ups
        for number in range(1, MOST_CHILDREN + 1):
            self.fields[f"first_names_{number}"] = forms.CharField(
                label="Voornamen", max_length=200, required=number == 1, validators=[NAME]
            )
            self.fields[f"sex_{number}"] = forms.ChoiceField(
                label="Geslacht", choices=(("", "Maak een keuze"), *SEXES.items()), required=number == 1
            )

    def rows(self) -> Iterator[tuple[int, BoundField, BoundField]]:
        """The fields of each child, for the template."""
        for number in range(1, MOST_CHILDREN + 1):
            yield number, self[f"first_names_{number}"], self[f"sex_{number}"]

    def has_more_children(self) -> bool:
        """Whether the rows after the first are in use, so that the page shows them."""
        return any(self[f"first_names_{number}"].value() for number in range(2, MOST_CHILDREN + 1))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("parent1") and data.get("parent1") == data.get("parent2"):
            self.add_error("parent2", "Kies een andere persoon dan de eerste ouder.")
        born = data.get("birth_date")
        if born and born > today():
            self.add_error("birth_date", "Deze datum moet nog komen.")
        children = self._first_names(data)
        for number in children:
            if number > 1 and not data.get(f"sex_{number}"):
                self.add_error(f"sex_{number}", "Maak een keuze.")
        if len({name.casefold() for name in children.values()}) < len(children):
            self.add_error(None, "Twee kinderen hebben dezelfde voornamen.")
        return data

    def newborns(self) -> list[Newborn]:
        """The children of a valid form."""
        data = self.cleaned_data
        return [
            Newborn(
                first_names=names,
                prefix=" ".join(data["prefix_name"].split()),
                family_name=" ".join(data["family_name"].split()),
                born=data["birth_date"],
                sex=data[f"sex_{number}"],
                place=data["place"],
            )
            for number, names in self._first_names(data).items()
        ]

    @staticmethod
    def _first_names(data: dict[str, Any]) -> dict[int, str]:
        found = {
            number: " ".join((data.get(f"first_names_{number}") or "").split())
            for number in range(1, MOST_CHILDREN + 1)
        }
        return {number: names for number, names in found.items() if names}


def _grown_ups() -> list[int]:
    day = today()
    people = Person.objects.only("id", "record")
    ages = ((one.pk, age_of(one.record.get("geboorte", {}).get("datum", {}), day)) for one in people)
    return [key for key, age in ages if age is None or age >= YOUNGEST_PARENT]
