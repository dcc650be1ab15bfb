"""Django's `date` filter, which words a day once for each language; by a setting all templates have it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django import template
from django.template import defaultfilters

from portal.days import day_words

register = template.Library()

_OF_A_DAY: Final = frozenset({"DATE_FORMAT", "SHORT_DATE_FORMAT", "j F Y", "Y-m-d"})
"""Formats in which no time of day stands."""


@register.filter("date", expects_localtime=True, is_safe=False)
def in_words(value: Any, form: str | None = None) -> str:
    """The same words as Django's filter gives, for a moment those of the day in the Netherlands."""
    form = form or "DATE_FORMAT"
    if isinstance(value, date):
        if form == "c":
            return value.isoformat()
        if form in _OF_A_DAY:
            return day_words(value.date() if isinstance(value, datetime) else value, form)
    words: str = defaultfilters.date(value, form)
    return words
