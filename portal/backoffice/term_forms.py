"""What officers say of the term of a case. What the law allows is decided by the verbs, not here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from lifeevents.legal import Extension
from portal import clock
from portal.cases.models import TermEvent
from portal.cases.terms.staff_words import ground_words, suspension_words


def _date(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, in the format that a browser wants; the texts are translated when the form is shown."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=required, help_text=help_text, widget=widget)


def _reason() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Waarom? De inwoner leest dit."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class _TermForm(forms.Form):
    """Ids of its own: several of these stand on one page."""

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        name = type(self).__name__.removesuffix("Form").lower()
        super().__init__(data, auto_id=f"id_{name}_%s", **kwargs)


class SuspendForm(_TermForm):
    """The clock stands still: on which ground, from when and until when."""

    article = forms.ChoiceField(label=gettext_lazy("Waarom staat de klok stil?"), widget=forms.RadioSelect)
    since = _date(
        gettext_lazy("Sinds wanneer?"),
        help_text=gettext_lazy("De dag van uw bericht, of de eerste dag van de oorzaak."),
    )
    until = _date(
        gettext_lazy("Tot en met wanneer?"),
        required=False,
        help_text=gettext_lazy("Nodig bij instemming met uitstel."),
    )
    text = _reason()

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"since": clock.today()}, **kwargs)
        self.fields["article"].choices = list(ground_words().items())  # type: ignore[attr-defined]


class ResumeForm(_TermForm):
    """The clock runs again from a day."""

    on = _date(
        gettext_lazy("Vanaf wanneer loopt de klok weer?"),
        help_text=gettext_lazy("De dag van het antwoord, of waarop de oorzaak weg was. Die telt weer mee."),
    )

    def __init__(self, row: TermEvent | None = None, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"on": clock.today()}, **kwargs)
        self.row = row
        if row is not None:
            self.auto_id = f"id_resume_{row.pk}_%s"

    @property
    def words(self) -> str:
        """What it stands still for, and since when."""
        return suspension_words(self.row) if self.row else ""


class ExtendForm(_TermForm):
    """It takes longer: a number of weeks where the law has one, otherwise a day."""

    weeks = forms.IntegerField(label=gettext_lazy("Hoeveel weken langer?"), min_value=1)
    until = _date(gettext_lazy("Wanneer beslist u uiterlijk?"))
    since = _date(gettext_lazy("Wanneer schreef u dit aan de inwoner?"))
    text = _reason()

    def __init__(self, extension: Extension, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, initial={"since": clock.today()}, **kwargs)
        at_most = extension.at_most
        del self.fields["weeks" if at_most is None else "until"]
        if at_most is not None:
            self.fields["weeks"].max_value = at_most.weeks  # type: ignore[attr-defined]
            self.fields["weeks"].initial = at_most.weeks


class TellForm(_TermForm):
    """By when the decision will be there; that moves nothing."""

    until = _date(gettext_lazy("Wanneer verwacht u te beslissen?"))
    text = _reason()
