"""A day is worded once for each language, and reads as Django would have put it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from django.template import Context, Template, defaultfilters
from django.utils.timezone import localtime
from django.utils.translation import override

from portal.days import day_words

_WITH_TIME = ("DATETIME_FORMAT", "TIME_FORMAT")
_FORMS = ("", "DATE_FORMAT", "SHORT_DATE_FORMAT", "j F Y", "Y-m-d", "c", "N", *_WITH_TIME)
_DAYS = (date(2026, 8, 4), date(2024, 2, 29), date(999, 1, 1))
# Late in the evening in Greenwich it is the next day here; in the night of 25 October an hour comes twice.
_MOMENTS = (
    datetime(2026, 8, 4, 22, 30, tzinfo=UTC),
    datetime(2026, 12, 31, 23, 30, 5, 7, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
)


def _shown(value: Any, form: str) -> str:
    return Template("{{ value|date:form }}").render(Context({"value": value, "form": form}))


@pytest.mark.parametrize("form", _FORMS)
def test_a_template_words_a_day_as_django_does(form: str) -> None:
    days = _DAYS if form not in _WITH_TIME else ()
    values: list[Any] = [*_MOMENTS, *days, None, "", "morgen"]
    for value, language in product(values, ("nl", "en", "nl")):
        here = localtime(value) if isinstance(value, datetime) else value
        with override(language):
            assert _shown(value, form) == defaultfilters.date(here, form or None)


def test_a_day_is_worded_in_the_language_of_the_page() -> None:
    words = []
    for language in ("nl", "en", "nl", "en"):
        with override(language):
            words.append((day_words(date(2026, 8, 4)), day_words(date(2026, 8, 4), "j F Y")))
    assert words == 2 * [
        ("dinsdag 4 augustus 2026", "4 augustus 2026"),
        ("Tuesday 4 August 2026", "4 August 2026"),
    ]


def test_a_moment_is_no_day() -> None:
    with pytest.raises(TypeError):
        day_words(_MOMENTS[0])


def test_a_form_with_a_time_is_refused_for_a_day() -> None:
    with pytest.raises(TypeError):
        day_words(date(2026, 8, 4), "TIME_FORMAT")
