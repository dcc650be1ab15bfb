"""Every route of the site, tried by who looks along, against a list that was written by hand.

`expected_beside.csv` has what opens, with what must come back to a page and to a form. What is not in it, and
not open to everybody, looks as if it were not there; nothing but a few forms of the helper's own is taken.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from pytest_django import DjangoDbBlocker

from portal.access.assist.verbs import begin
from portal.access.models import Assist, AssistPage
from portal.access.policy import who_may_enter
from tests.access.world import ROUTES, World, running_world
from tests.cast import citizen_of, logged_in

pytestmark = pytest.mark.django_db

_PATH: Final = Path(__file__).parent / "expected_beside.csv"
_OWN: Final = ("people:stay", "people:logout", "people:leave-quickly", "set_language")
_LOG: Final = ("access_assistpage", "django_session", "SAVEPOINT", "usersessions")


def _rows() -> list[dict[str, str]]:
    with _PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = _rows()
OPEN = {row["route"] for row in ROWS}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """With a helper who looks along with the citizen, whose address is no secret."""
    with django_db_blocker.unblock(), running_world() as world:
        row = begin(
            staff=world.cast.helpdesk,
            citizen=citizen_of(world.cast.citizen),
            reason=Assist.Reason.STUCK,
            ticket="M-1",
            agreement=Assist.Agreement.PORTAL,
            hidden=False,
        )
        client = logged_in(world.cast.helpdesk)
        session = client.session
        session["assist"] = str(row.pk)
        session.save()
        world.add("beside", client)
        yield world


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['route']} {row['object']}")
def test_what_opens_and_what_it_takes(row: dict[str, str], world: World) -> None:
    address = world.address(row["route"], row["object"])
    answers = [world.ask("beside", method, address).kind for method in ("GET", "POST")]
    assert answers == [row["get"], row["post"]]


@pytest.mark.parametrize("name", sorted(set(ROUTES) - OPEN))
def test_everything_else_is_not_there_and_takes_no_form(name: str, world: World) -> None:
    fitting = [label for label, one in world.objects.items() if ROUTES[name].parameters <= one.keys()]
    assert fitting
    for label in fitting:
        address = world.address(name, label)
        for fragment in (False, True):
            answer = world.ask("beside", "GET", address, fragment=fragment)
            assert answer.kind == "404" or who_may_enter(name).everyone, (label, answer.kind)
        if name not in _OWN:
            assert world.ask("beside", "POST", address).kind in ("403", "404"), label


def test_a_look_writes_nothing_but_that_it_was_one(world: World) -> None:
    for row in ROWS:
        if row["route"].startswith("citizen:") and row["get"] == "200":
            answer = world.ask("beside", "GET", world.address(row["route"], row["object"]))
            others = [sql for sql in answer.writes if not any(word in sql for word in _LOG)]
            assert others == [], row["route"]
            assert any("access_assistpage" in sql for sql in answer.writes), row["route"]


def test_all_is_undone(world: World) -> None:
    """What the walk above relies on."""
    assert not AssistPage.objects.exists()
