"""Template filters for what comes from the catalogue."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from lifeevents.model import Text

register = template.Library()


@register.filter
def text(value: Text | None) -> str:
    """The catalogue's text in the language of the page; Dutch where there is no other."""
    return value.in_language(get_language() or "nl") if value else ""
