"""The address of a page by the name of its route: what is the same for every case is looked up once.

Django goes through its tables for each address. The page of a case has ten that differ from those of any
other case in nothing but its reference, and a page of the inbox has one for each line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from django.urls import get_script_prefix, get_urlconf, reverse

from portal.converters import ReferenceConverter

_STAND_IN: Final = "LL-0000-0000"
_REFERENCE: Final = re.compile(ReferenceConverter.regex)


def is_reference(value: object) -> bool:
    """Whether it stands in an address as it is."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def address_of(route: str, reference: str | None = None) -> str:
    """As `reverse`, of a route with nothing in it, or with the reference of a case and nothing else.

    Raises `NoReverseMatch` for any other route, and `ValueError` for what is no reference.
    """
    if reference is None:
        return _shape(route, (), get_urlconf(), get_script_prefix())
    if not is_reference(reference):
        raise ValueError("a reference was expected")
    shape = _shape(route, (_STAND_IN,), get_urlconf(), get_script_prefix())
    return shape.replace(_STAND_IN, reference)


@lru_cache(maxsize=1024)
def _shape(route: str, parts: tuple[str, ...], urlconf: str | None, _prefix: str) -> str:
    """No reference of anybody is kept, only that of nobody."""
    return reverse(route, urlconf, args=parts)
