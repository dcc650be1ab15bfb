"""People with a browser each, citizens without one, and registers that break on request."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import requests
from playwright.sync_api import Page

from portal.local.stack import Stack
from tests.conftest import OpenPage
from tests.stories.acting import AtWidth, Person
from tests.stories.agency import Agency
from tests.stories.by_wire import SECONDS, Caller
from tests.stories.waiting import forget_failures, is_left_alone, until

NewPerson = Callable[..., Person]
NewCaller = Callable[..., Caller]
SetFault = Callable[[str], None]
Without = Callable[..., AbstractContextManager[None]]

FOUND_BACK = 120.0
"""Seconds within which a register that works again is known to, on a busy machine."""


@pytest.fixture
def new_person(stack: Stack, open_page: OpenPage, at_width: AtWidth) -> Iterator[NewPerson]:
    """`new_person(javascript=True, language="nl-NL")`: somebody who opens a browser.

    Nobody may meet a fault of ours: an answer of 500 and above, or a script that breaks. That no page asks
    for what its own policy forbids, `open_page` holds.
    """
    faults: list[str] = []

    def new_person(*, javascript: bool = True, language: str = "nl-NL") -> Person:
        page = open_page(javascript=javascript, language=language)
        _watch(page, faults)
        return Person(page, stack, at_width)

    yield new_person
    assert faults == []


def _watch(page: Page, faults: list[str]) -> None:
    page.on(
        "response",
        lambda answer: faults.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
    )
    page.on("pageerror", lambda error: faults.append(f"{error} at {page.url}"))


@pytest.fixture
def new_caller(stack: Stack) -> NewCaller:
    """`new_caller("Noor de Wit", level="midden")`: a citizen who is logged in, without a browser."""

    def new_caller(name: str, *, level: str = "midden") -> Caller:
        return Caller(stack, name, level=level)

    return new_caller


@pytest.fixture
def set_fault(stack: Stack, sandbox_url: str) -> Iterator[SetFault]:
    """`set_fault("down")` for the BRP, as its first trouble; afterwards it works again, and we know it."""

    def set_fault(kind: str) -> None:
        answer = requests.post(f"{sandbox_url}/storingen/brp", json={"fault": kind}, timeout=SECONDS)
        assert answer.json() == {"register": "brp", "fault": kind}
        if kind == "none":
            # After three failures it is left alone until the timetable finds it back, every 15 s.
            until(lambda: not is_left_alone(stack, "brp"), seconds=FOUND_BACK, what="the register is back")
        else:
            forget_failures(stack, "brp")

    yield set_fault
    set_fault("none")


@pytest.fixture
def waterstad(stack: Stack) -> Iterator[Agency]:
    """The municipality with a ZGW back office; afterwards nothing ails it."""
    agency = Agency(stack)
    yield agency
    agency.breaks("none")


@pytest.fixture
def without(stack: Stack) -> Without:
    """`with without("worker"): …` kills these processes and afterwards starts them again."""

    @contextmanager
    def without(*names: str) -> Iterator[None]:
        for name in names:
            stack.kill(name)
        try:
            yield
        finally:
            for name in names:
                stack.kill(name)  # a story that failed halfway may have started it again
                stack.start_process(name)

    return without
