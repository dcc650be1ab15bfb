"""Finding what was said: by whole words, by how they begin, and by their Dutch stem, with or without accents.

Words are the runs of letters and digits of what was typed; all of them must be there. Nothing of it
reaches PostgreSQL as a query of its own: each word is a value, so that no sign in it means anything.

A search goes through the items of one citizen, along the index of their inbox, and holds each against the
words. No index on words: one over everybody would have to go through what is said to millions for a word
that is in every letter, and for the beginning of a word.
"""

from __future__ import annotations

import re
from typing import Final

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.utils.translation import gettext as _

from portal.cases.inbox.models import InboxItem
from portal.catalogue import catalogue

LONGEST: Final = 200
"""Characters of what is typed to search for."""

MOST: Final = 10
"""Words of it."""

_WORD = re.compile(r"[^\W_]+")


class WrongSearch(Exception):
    """Nothing can be found by this: the message says why, for who typed it."""


def words_of(typed: str) -> tuple[str, ...]:
    """The words to search for; none where nothing was typed. Raises `WrongSearch`."""
    if len(typed) > LONGEST:
        raise WrongSearch(_("Dit is te lang om mee te zoeken. Gebruik hoogstens 200 tekens."))
    words = tuple(dict.fromkeys(_WORD.findall(typed.casefold())))
    if typed.strip() and not words:
        raise WrongSearch(_("Zoek met letters of cijfers."))
    if len(words) > MOST:
        raise WrongSearch(_("Zoek met hoogstens 10 woorden."))
    return words


def finding(items: QuerySet[InboxItem], words: tuple[str, ...], *, by_agency: bool) -> QuerySet[InboxItem]:
    """Those in which all of these words are, or (`by_agency`) that are of an agency that is called so."""
    for word in words:
        agencies = _called(word) if by_agency else []
        items = items.filter(Q(_Finds(F("words"), _Query(Value(word)))) | Q(agency__in=agencies))
    return items


class _Query(Func):
    """Asked once, and not for each row."""

    template = "(SELECT inbox_query(%(expressions)s))"


class _Finds(Func):
    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def _called(word: str) -> list[str]:
    """The agencies in whose name a word begins so: the database has no names of agencies."""
    return [
        agency.id
        for agency in catalogue().agencies.values()
        if any(part.startswith(word) for part in _WORD.findall(agency.name.casefold()))
    ]
