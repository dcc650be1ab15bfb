"""Every route of the site, tried by who acts for somebody else, against a list that was written by hand.

`tests/access_expected_acting.csv` has a row per route, method and object, all of which are Noor's, and a
column for each way to act for her: a representative for the notice of a birth alone, a guardian (curator),
and a survivor (heir). What is not in it, and not open to everybody, is not there for any of them.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from portal import clock
from portal.access.acting import ACTING
from portal.access.models import Representation
from portal.access.policy import who_may_enter
from tests.access.world import ROUTES, World, running_world
from tests.cast import citizen_of, logged_in

pytestmark = pytest.mark.django_db

_PATH: Final = Path(__file__).parent.parent / "access_expected_acting.csv"
KINDS: Final = {
    "representative": Representation.Kind.AUTHORISED,
    "guardian": Representation.Kind.CURATOR,
    "survivor": Representation.Kind.HEIR,
}


def _rows() -> list[dict[str, str]]:
    with _PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ROWS = _rows()
LISTED = {row["route"] for row in ROWS}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Three browsers of Noor's neighbour, who lives with her; in each she acts for Noor in another way."""
    with django_db_blocker.unblock(), running_world() as world:
        for name, kind in KINDS.items():
            row = Representation.objects.create(
                represented=citizen_of(world.cast.citizen),
                representative=citizen_of(world.cast.neighbour),
                kind=kind,
                services=["geboorteaangifte"] if name == "representative" else None,
                from_on=clock.today(),
                created_by=world.cast.citizen if name == "representative" else world.cast.officer,
                accepted_at=timezone.now(),
            )
            client = logged_in(world.cast.neighbour)
            session = client.session
            session[ACTING] = {"id": str(row.pk), "elsewhere": False}
            session.save()
            world.add(name, client)
        yield world


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['method']} {row['route']} {row['object']}")
def test_who_gets_what(row: dict[str, str], world: World) -> None:
    address = world.address(row["route"], row["object"])
    answers = {name: world.ask(name, row["method"], address).kind for name in KINDS}
    assert answers == {name: row[name] for name in KINDS}


@pytest.mark.parametrize("name", sorted(set(ROUTES) - LISTED))
def test_everything_else_is_not_there(name: str, world: World) -> None:
    fitting = [label for label, one in world.objects.items() if ROUTES[name].parameters <= one.keys()]
    assert fitting
    for label in fitting:
        address = world.address(name, label)
        for method in ("GET", "POST"):
            for who in KINDS:
                kind = world.ask(who, method, address).kind
                assert kind == "404" or who_may_enter(name).everyone, (label, method, who, kind)
