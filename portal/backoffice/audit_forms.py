"""What an auditor chooses: a part of a list, how much of it to draw, and what they think of one thing."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.backoffice.audit_words import PARTS, SLUGS, TITLES
from portal.cases.auditing.models import Kind
from portal.cases.auditing.rows import LISTS, PERIOD, Wanted
from portal.cases.auditing.sampling import MOST_DRAWN
from portal.cases.talk.fields import WrittenField
from portal.catalogue import catalogue

_NOT_IN_LIST: Final = {"invalid_choice": gettext_lazy("Kies iets uit de lijst.")}
_YEARS: Final = range(2001, 2101)
_NO_DAY: Final = {"invalid": gettext_lazy("Vul een dag in, zoals 31-12-2026.")}


class PartForm(forms.Form):
    """Days, staff, agency and part, each of them optional. The names are those in the address."""

    van = forms.DateField(label=gettext_lazy("Vanaf"), required=False, error_messages=_NO_DAY)
    tot = forms.DateField(label=gettext_lazy("Tot en met"), required=False, error_messages=_NO_DAY)
    medewerker = forms.CharField(
        label=gettext_lazy("Naam van de medewerker"),
        help_text=gettext_lazy("Of een deel van de naam."),
        required=False,
        max_length=100,
    )
    organisatie = forms.ChoiceField(
        label=gettext_lazy("Organisatie"), required=False, error_messages=_NOT_IN_LIST
    )
    soort = forms.ChoiceField(label=gettext_lazy("Soort"), required=False, error_messages=_NOT_IN_LIST)

    def __init__(self, data: Any, *, kind: Kind) -> None:
        super().__init__(data)
        self._kind = kind
        for name in ("van", "tot"):
            self.fields[name].widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        agencies = sorted((one.name, one.id) for one in catalogue().agencies.values())
        by_name = [(agency, name) for name, agency in agencies]
        self._set_choices("organisatie", [("", _("Alle organisaties")), *by_name])
        self._set_choices("soort", [("", _("Alles")), *PARTS[kind].items()])

    def _set_choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # nosec B101 - declared above
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """The last day is not before the first one."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("van"), cleaned.get("tot")
        for name, day in (("van", since), ("tot", until)):
            if day and day.year not in _YEARS:
                self.add_error(name, _("Kies een dag in deze eeuw."))
        if since and until and until < since:
            self.add_error("tot", _("Deze dag ligt voor de eerste dag."))
        return cleaned

    def wanted(self) -> Wanted:
        """What was asked for, by default of the last 30 days; call it on a valid form."""
        said = self.cleaned_data
        until: date = said["tot"] or max(timezone.localdate(), said["van"] or date.min)
        since: date = said["van"] or until - PERIOD
        return Wanted(
            kind=self._kind,
            since=since,
            until=until,
            staff=said["medewerker"].strip(),
            agency=said["organisatie"],
            part=said["soort"],
        )


class DrawForm(forms.Form):
    """How much to draw: a number, or a share of what there is."""

    aantal = forms.IntegerField(
        label=gettext_lazy("Hoeveel"),
        required=False,
        min_value=1,
        max_value=MOST_DRAWN,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    deel = forms.IntegerField(
        label=gettext_lazy("Of welk deel, in procenten"),
        required=False,
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and bool(cleaned.get("aantal")) == bool(cleaned.get("deel")):
            self.add_error("aantal", _("Vul een aantal in, of een deel. Niet allebei."))
        return cleaned


class ReviewForm(forms.Form):
    """In order or not, and why not."""

    oordeel = forms.ChoiceField(
        label=gettext_lazy("Was dit in orde?"),
        choices=[("ja", gettext_lazy("In orde")), ("nee", gettext_lazy("Niet in orde"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Kies een van de twee."), **_NOT_IN_LIST},
    )
    notitie = WrittenField(
        label=gettext_lazy("Wat u zag"),
        help_text=gettext_lazy("Nodig als het niet in orde is. Noem geen inwoners."),
        rows=4,
        required=False,
    )

    @property
    def was_right(self) -> bool:
        """What was said; call it on a valid form."""
        return bool(self.cleaned_data["oordeel"] == "ja")

    def clean(self) -> dict[str, Any]:
        """Who leads this person must know what was wrong."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("oordeel") == "nee" and "notitie" in cleaned and not cleaned["notitie"]:
            self.add_error("notitie", _("Schrijf op wat er niet in orde was."))
        return cleaned


class AnswerForm(forms.Form):
    """What who leads them does about it."""

    antwoord = WrittenField(label=gettext_lazy("Wat doet u hiermee? De controleur leest dit."), rows=4)


def kind_of(slug: str) -> Kind | None:
    """The list that is called so in an address."""
    return next((kind for kind, name in SLUGS.items() if name == slug), None)


def tabs() -> list[dict[str, Any]]:
    """The lists, for the menu of an auditor's pages."""
    return [{"slug": SLUGS[kind], "words": TITLES[kind]} for kind in LISTS]
