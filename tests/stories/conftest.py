"""People with a browser each."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from portal.local.stack import Stack
from tests.conftest import OpenPage
from tests.stories.acting import AtWidth, Person

NewPerson = Callable[..., Person]


@pytest.fixture
def new_person(stack: Stack, open_page: OpenPage, at_width: AtWidth) -> NewPerson:
    """`new_person(javascript=True, language="nl-NL")`: somebody who opens a browser."""

    def new_person(*, javascript: bool = True, language: str = "nl-NL") -> Person:
        return Person(open_page(javascript=javascript, language=language), stack, at_width)

    return new_person
