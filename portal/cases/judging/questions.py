"""The questions of a rule of law, one fact at a time: to a citizen who looks what they may get, and to an
officer who establishes what the registers leave open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.rules import Fact, Rule, next_question
from portal import clock

Known = dict[str, Any]

_MOST_IN_LIST = 10
_AMOUNT = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+|[0-9]{1,9}")


def next_form(rule: Rule, known: Known, on: date, data: Mapping[str, Any] | None) -> QuestionOfRule | None:
    """The form with the question that decides most; None where nothing need be asked."""
    name = next_question(rule, known, on=on)
    return QuestionOfRule(rule, name, known, data=data) if name else None


class DateField(forms.DateField):
    """A day; with `not_future` at most today."""

    def __init__(self, *, not_future: bool, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs)
        self._not_future = not_future

    def clean(self, value: Any) -> date | None:
        """Refuses a day that has not come yet, where that cannot be."""
        day = super().clean(value)
        if day and self._not_future and day > clock.today():
            raise forms.ValidationError(_("Deze datum is nog niet geweest. Kijk de datum na."))
        return day


class EuroField(forms.CharField):
    """An amount as people write it: 1500, 1.500, 1.500,50 or € 1500,50. Gives text such as "1500.50"."""

    def clean(self, value: Any) -> str:
        """Points between thousands, and a comma before cents; a point before cents is taken too."""
        typed = re.sub(r"[\s€]", "", super().clean(value))
        whole, _comma, cents = typed.partition(",")
        if not _comma and re.fullmatch(r"[0-9]+\.[0-9]{1,2}", whole):
            whole, _comma, cents = whole.partition(".")
        if not _AMOUNT.fullmatch(whole) or not re.fullmatch(r"[0-9]{0,2}", cents):
            raise forms.ValidationError(_("Vul een bedrag in, zoals 1500 of 1500,50."))
        return f"{whole.replace('.', '')}.{cents or '0'}"


class QuestionOfRule(forms.Form):
    """One fact of a rule; of a list how many there are, or the fact of each one that lacks it."""

    def __init__(self, rule: Rule, name: str, known: Known, *, data: Mapping[str, Any] | None) -> None:
        # A page with another question, such as one that was gone back from, answers nothing here.
        super().__init__(data if data is not None and data.get("asked") == name else None)
        self.asked, self._known = name, known
        self._list, _dot, self._key = name.partition(".")
        self._fact = fact = rule.fact(name)
        label = fact.ask.in_language(get_language() or "nl")
        if fact.kind == "list":
            self.fields["answer"] = forms.IntegerField(
                label=label,
                help_text=_("Vul in hoeveel. Hebt u die niet? Vul dan 0 in."),
                min_value=0,
                max_value=_MOST_IN_LIST,
            )
            return
        if not self._key:
            self.fields["answer"] = _field(fact, label)
            return
        items = known[self._list]
        for number, item in enumerate(items):
            if self._key not in item:
                of = _("%(number)d van %(count)d: ") % {"number": number + 1, "count": len(items)}
                self.fields[f"answer_{number}"] = _field(fact, (of if len(items) > 1 else "") + label)

    def taken_over(self) -> Known:
        """What is known with the answers of this form."""
        if self._key:
            items = [dict(item) for item in self._known[self._list]]
            for name, value in self.cleaned_data.items():
                items[int(name.removeprefix("answer_"))][self._key] = _plain(value)
            return {**self._known, self._list: items}
        value = self.cleaned_data["answer"]
        if self._fact.kind == "list":
            return {**self._known, self.asked: [{} for _number in range(value)]}
        return {**self._known, self.asked: _plain(value)}


def _field(fact: Fact, label: str) -> forms.Field:
    match fact.kind:
        case "yes_no":
            choices = [("yes", _("Ja")), ("no", _("Nee"))]
            return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect)
        case "choice":
            words = [(word, word) for word in fact.words]
            return forms.ChoiceField(label=label, choices=words, widget=forms.RadioSelect)
        case "date":
            return DateField(label=label, not_future=fact.not_future)
        case "euro":
            return EuroField(label=label, help_text=_("In euro’s."), max_length=20)
    return forms.IntegerField(label=label, min_value=0, max_value=10_000)


def _plain(value: Any) -> Any:
    """An answer as the rule takes it: a yes or no as such, a day in ISO 8601."""
    if isinstance(value, date):
        return value.isoformat()
    return {"yes": True, "no": False}.get(value, value)
