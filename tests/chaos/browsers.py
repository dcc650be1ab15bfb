"""Citizens who file over HTTP, as a browser does, and try again until the page says that it is sent."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import requests

from portal.local.stack import Stack
from tests.chaos.people import ACCOUNTS, account, child, place
from tests.stories.by_wire import Caller

TOLD = "heeft uw aangifte"
"""What the page of a case says, once its agency has it: "Gemeente Waterstad heeft uw aangifte …"."""

_PAUSE = 0.5
_TRIES = 60
_T = TypeVar("_T")


@dataclass(slots=True)
class Browsers:
    """One citizen after the other, each with a request. `filed` has what they were told is sent."""

    stack: Stack
    numbers: Iterable[int]
    filed: dict[int, str] = field(default_factory=dict)
    troubles: int = 0
    _journeys: dict[int, str] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def start(self) -> threading.Thread:
        """In a thread of its own; it ends when all are sent, or after `stop`."""
        thread = threading.Thread(target=self._file_all, daemon=True)
        thread.start()
        return thread

    def stop(self) -> None:
        """They give up."""
        self._stop.set()

    def untold(self) -> list[int]:
        """The requests whose page does not say that the agency has it."""
        names = {self._name(number) for number in self.filed}
        callers = {name: _patiently(partial(Caller, self.stack, name)) for name in names}
        pages = {number: self._page(callers[self._name(number)], number) for number in self.filed}
        return [number for number, page in pages.items() if TOLD not in page]

    def _page(self, caller: Caller, number: int) -> str:
        return _patiently(partial(caller.get, f"/aanvragen/{self.filed[number]}/")).text

    def _name(self, number: int) -> str:
        return account(number % ACCOUNTS)

    def _file_all(self) -> None:
        for number in self.numbers:
            while number not in self.filed and not self._stop.is_set():
                try:
                    self._file(Caller(self.stack, self._name(number)), number)
                except (requests.RequestException, AssertionError):
                    self.troubles += 1
                    self._stop.wait(_PAUSE)

    def _file(self, caller: Caller, number: int) -> None:
        """Goes on with what was begun. Who does not know whether it was sent looks at the plan first."""
        if number in self._journeys:
            caller.journey = self._journeys[number]
            plan = caller.get(caller.journey)
            assert plan.status_code < 400
            if "LL-" in plan.text:
                self.filed[number] = caller.reference()
                return
        caller.begins()
        self._journeys[number] = caller.journey
        caller.answers()
        first = {"first_names": child(number), "birth_date": "2026-11-20", "birth_time": "14:05", "sex": "V"}
        assert caller.post(f"{caller.journey}vragen/child/1/", **first).status_code == 200
        where = {"birth_place": place(number), "role": "gave_birth"}
        assert caller.post(f"{caller.journey}vragen/birth/1/", **where).status_code == 200
        assert caller.sends(caller.seen()).status_code == 200
        self.filed[number] = caller.reference()


def _patiently(act: Callable[[], _T]) -> _T:
    """Until it works, for half a minute at least: on a busy machine a login may take too long."""
    for _ in range(_TRIES):
        try:
            return act()
        except (requests.RequestException, AssertionError):
            time.sleep(_PAUSE)
    return act()
