"""A day in words, as pages, letters and mails write it.

A page names the same few days over and over, and to put one into words takes longer than all the rest of a
line. So each day is worded once for each language. A day is nobody's: nothing of a citizen is kept.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.utils.formats import date_format
from django.utils.translation import get_language


def day_words(day: date, form: str = "DATE_FORMAT") -> str:
    """A day (and no moment: a `datetime` is refused) in the language of the page.

    `form` is the name of one of the formats of `portal.formats`, or letters as Django's `date` filter has
    them. Raises `TypeError` for a form that needs a time.
    """
    if isinstance(day, datetime):
        raise TypeError("a day was expected")
    return _words(day, form, get_language())


@lru_cache(maxsize=4096)
def _words(day: date, form: str, _language: str | None) -> str:
    return date_format(day, form)
