"""Forms made from the catalogue's questions. What comes out is plain JSON, ready to be sealed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from stdnum import iban
from stdnum.exceptions import ValidationError as NumberError

from lifeevents.model import Question, Text
from portal import clock
from portal.cases.answers import asked
from portal.catalogue import catalogue

ELSEWHERE = "elsewhere"
"""The answer to a municipality question when the municipality is not in the list."""


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


class DateField(forms.DateField):
    """A day; with `not_future` at most today."""

    def __init__(self, *, not_future: bool, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)
        self._not_future = not_future

    def clean(self, value: Any) -> date | None:
        """Refuses a day that has not come yet, where that cannot be."""
        day = super().clean(value)
        if day and self._not_future and day > clock.today():
            raise forms.ValidationError(_("Deze datum is nog niet geweest. Vul de datum van de geboorte in."))
        return day


class QuestionForm(forms.Form):
    """One page of questions."""

    def __init__(
        self, questions: Iterable[Question], *, data: Any = None, item: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data=data, initial=dict(item or {}))
        self._questions = tuple(questions)
        for question in self._questions:
            self.fields[question.id] = _field(question)

    def clean(self) -> dict[str, Any]:
        """Leaves out what was not asked; asks for what another answer on the page makes necessary."""
        cleaned = super().clean() or {}
        for question in self._questions:
            if not question.only_if:
                continue
            if not asked(question, cleaned):
                cleaned.pop(question.id, None)
                self.errors.pop(question.id, None)
            elif question.required and not cleaned.get(question.id) and question.id not in self.errors:
                self.add_error(question.id, _REQUIRED)
        return cleaned

    def item(self) -> dict[str, Any]:
        """The answers as JSON: dates as 2026-11-22, times as 14:05; what was left empty is left out."""
        return {name: _json(value) for name, value in self.cleaned_data.items() if value not in (None, "")}


_REQUIRED = gettext_lazy("Vul dit in.")


def _json(value: Any) -> Any:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def _field(question: Question) -> forms.Field:
    common: dict[str, Any] = {
        "label": _text(question.label),
        "help_text": _text(question.help),
        # A question that depends on another one is checked in `clean`, when that answer is known.
        "required": question.required and not question.only_if,
        "error_messages": {"required": _REQUIRED},
    }
    match question.kind:
        case "date":
            return DateField(not_future=question.not_future, **common)
        case "time":
            return forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **common)
        case "choice":
            choices = [(choice.value, _text(choice.label)) for choice in question.choices]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        case "yes_no":
            return forms.ChoiceField(
                choices=[("yes", _("Ja")), ("no", _("Nee"))], widget=forms.RadioSelect, **common
            )
        case "municipality":
            return forms.ChoiceField(choices=_municipalities(), widget=forms.Select, **common)
        case "iban":
            return IbanField(max_length=42, **common)
        case "long_text":
            return forms.CharField(
                max_length=question.max_length, widget=forms.Textarea(attrs={"rows": 5}), **common
            )
        case "text":
            return forms.CharField(max_length=question.max_length, **common)


def _municipalities() -> list[tuple[str, str]]:
    found = [agency for agency in catalogue().agencies.values() if agency.kind == "gemeente"]
    listed = [(agency.code, agency.name) for agency in sorted(found, key=lambda agency: agency.name)]
    return [("", _("Kies een gemeente")), *listed, (ELSEWHERE, _("Een andere gemeente"))]


def _text(text: Text | None) -> str:
    return text.in_language(get_language() or "nl") if text else ""


class DisputeForm(forms.Form):
    """What is wrong with a value, in the citizen's own words. Empty takes the mark away."""

    reason = forms.CharField(
        label=gettext_lazy("Wat klopt er niet?"),
        help_text=gettext_lazy("De organisatie leest dit mee. Laat het leeg als het toch klopt."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
