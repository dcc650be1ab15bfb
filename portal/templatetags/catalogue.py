"""Template filters for what comes from the catalogue."""

from __future__ import annotations

import re

from django import template
from django.utils.translation import get_language

from lifeevents.model import Text

register = template.Library()


@register.filter
def text(value: Text | None) -> str:
    """The catalogue's text in the language of the page; Dutch where there is no other."""
    return value.in_language(get_language() or "nl") if value else ""


_LONG = re.compile(r"\w{19,}")
_LAST_PARTS = re.compile(
    r"(?<=\w{4})(?=(?:instituut|verzekeringen|verzekering|toeslag|uitkering|regeling)\b)", re.I
)


@register.filter
def breakable(words: str) -> str:
    """The same words, of which long ones may break between their parts on a narrow screen (a soft hyphen).

    A browser without a Dutch word list, as many are, breaks them anywhere otherwise.
    """
    return _LONG.sub(lambda word: _LAST_PARTS.sub("\u00ad", word[0]), words)
