"""Django's own `date` and `url`, without doing the same again for each line of a list.

By a setting all templates have them in place of those.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from django import template
from django.template import Context, Node, defaultfilters, defaulttags
from django.template.base import Parser, Token
from django.urls import NoReverseMatch
from django.utils.html import conditional_escape

from portal.addresses import address_of, is_reference
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


@register.tag
def url(parser: Parser, token: Token) -> Node:
    """The same address as Django's tag gives."""
    node = defaulttags.url(parser, token)
    is_known = not node.kwargs and len(node.args) <= 1
    return _Address(node.view_name, node.args, node.kwargs, node.asvar) if is_known else node


class _Address(defaulttags.URLNode):
    """Of a page by itself, or with one thing in its address: which may be the reference of a case."""

    def render(self, context: Context) -> str:
        """Whatever else it is, Django looks it up; and it says what is wrong."""
        parts = [part.resolve(context) for part in self.args]
        if not all(is_reference(part) for part in parts):
            return str(super().render(context))
        try:
            address = address_of(self.view_name.resolve(context), *parts)
        except NoReverseMatch:
            return str(super().render(context))
        if self.asvar:
            context[self.asvar] = address
            return ""
        return conditional_escape(address) if context.autoescape else address
