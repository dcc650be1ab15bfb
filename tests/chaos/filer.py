"""Processes that file requests by the verbs behind the pages, as citizens do who try again until it works.

Before one sends, it writes down what it is about to send, and afterwards the reference. Begun again after
a crash it goes on with that: whoever does not know whether it was sent presses the button again.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import django

from tests.chaos.people import FILERS, bsns_of_filer, child, place

PAUSE = 0.3
"""Seconds before somebody tries again, and between two looks at how much waits."""


def main() -> None:
    """Files the requests from `first` up to `end` that no journal has yet, each filer a share of them.

    Each filer is a process of its own, forked when everything is loaded. One that was killed is forked
    again, which takes no time and no work.
    """
    asked = argparse.ArgumentParser()
    for name in ("first", "end", "ahead"):
        asked.add_argument(f"--{name}", type=int, required=True)
    asked.add_argument("--rest", type=float, required=True)
    asked.add_argument("--journals", type=Path, required=True)
    options = asked.parse_args()
    _load()
    signal.signal(signal.SIGTERM, _ends_all)
    running = {_fork(filer, options): filer for filer in range(FILERS)}
    while running:
        pid, status = os.wait()
        filer = running.pop(pid)
        if status:
            running[_fork(filer, options)] = filer


def journal_of(filer: int, journals: Path) -> Path:
    """The file in which a filer writes what it does."""
    return journals / f"filer-{filer}"


def filed(journal: Path) -> dict[int, str]:
    """The requests that somebody was told are sent, with their references."""
    return {line["number"]: line["reference"] for line in _lines(journal) if "reference" in line}


def _load() -> None:
    """What every filer needs, once for all of them. Nothing is connected yet: a fork would share that."""
    from portal.catalogue import load_all

    django.setup()
    load_all()
    import tests.cases.steps  # noqa: F401


def _ends_all(*_: object) -> None:
    os.killpg(0, signal.SIGKILL)


def _fork(filer: int, options: argparse.Namespace) -> int:
    return os.fork() or _files(filer, options)


def _files(filer: int, options: argparse.Namespace) -> NoReturn:
    one = Filer(filer, journal_of(filer, options.journals), ahead=options.ahead)
    for number in range(options.first + filer, options.end, FILERS):
        one.file(number)
        time.sleep(options.rest)
    os._exit(0)


def _lines(journal: Path) -> Iterator[dict[str, Any]]:
    if journal.exists():
        # The last line of a process that was killed may be half a line.
        yield from (json.loads(line) for line in journal.read_text().splitlines() if line.endswith("}"))


class Filer:
    """One process. `ahead`: it waits while so many requests could go out and do not."""

    def __init__(self, filer: int, journal: Path, *, ahead: int) -> None:
        self.bsns, self.journal, self.ahead = bsns_of_filer(filer), journal, ahead
        self.done = set(filed(journal))
        self.begun = {line["number"]: line for line in _lines(journal) if "journey" in line}

    def file(self, number: int) -> None:
        """Returns when the request is sent for certain."""
        while number not in self.done:
            try:
                self._try(number)
            except Exception as error:
                # Whatever it was: the citizen sees that it did not work, and tries again.
                sys.stdout.write(f"{number}: {type(error).__name__} {error}\n")
                sys.stdout.flush()
                self._rest()

    def _try(self, number: int) -> None:
        from portal.cases.journey.journeys import AlreadySubmitted
        from portal.cases.journey.submit import Changed, NotReady, submit
        from portal.cases.models import Journey

        self._wait_for_room()
        if number not in self.begun:
            self._prepare(number)
        begun = self.begun[number]
        journey = Journey.objects.select_related("citizen").get(pk=begun["journey"])
        try:
            (case,) = submit(journey=journey, seen=begun["seen"], follow_ups=(), level="midden")
        except (AlreadySubmitted, Changed, NotReady):
            # A register could not say something: it is asked again, and looked through again.
            del self.begun[number]
            raise
        self._write(number=number, reference=case.reference)
        self.done.add(number)

    def _prepare(self, number: int) -> None:
        """Everything up to the button, and a note of what is about to be sent."""
        from portal.cases.journey import journeys
        from portal.catalogue import catalogue
        from portal.people.actor import Actor
        from portal.people.verbs import find_or_create_citizen, find_or_create_citizen_user
        from tests.cases.answers import ANSWERS
        from tests.cases.steps import reloaded, seen

        citizen = find_or_create_citizen(self.bsns[number % len(self.bsns)])
        actor = Actor.of_user(find_or_create_citizen_user(citizen))
        journey = journeys.begin_journey(actor=actor, event=catalogue().events["kind-krijgen"])
        journeys.gather_facts(journey=journey)
        told = {
            "child": [ANSWERS["child"][0] | {"first_names": child(number)}],
            "birth": [ANSWERS["birth"][0] | {"birth_place": place(number)}],
        }
        for group, items in (ANSWERS | told).items():
            for index, item in enumerate(items):
                journeys.answer(journey=journey, group=group, index=index, item=item)
        self.begun[number] = {"journey": str(journey.pk), "seen": seen(reloaded(journey))}
        self._write(number=number, **self.begun[number])

    def _wait_for_room(self) -> None:
        from django.utils import timezone

        from portal.cases.out import outbox

        while outbox.due(timezone.now()).count() >= self.ahead:
            time.sleep(PAUSE)

    def _rest(self) -> None:
        from django.db import connection

        connection.close()
        time.sleep(PAUSE)

    def _write(self, **line: Any) -> None:
        with self.journal.open("a") as journal:
            journal.write(f"{json.dumps(line)}\n")


if __name__ == "__main__":
    main()
