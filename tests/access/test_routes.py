"""Every route, walked by everybody, against a list that was written by hand.

`tests/access_expected.csv` has a row per route, method and object (see `objects.py`) and a column for each
who asks (see `world.py`), with what must come back: a status, or `login` for "to the login page";
`tests/access_expected_staff.csv` has the same rows for the other staff and for programs. They are
never derived from `portal/access/policy.py`; where the two disagree, one of them is wrong.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.access.world import PEOPLE, PROGRAMS, ROUTES, WHO, Answer, World, running_world

pytestmark = pytest.mark.django_db
METHODS = ("GET", "POST")
MISSING = "no-"
FEWEST_CELLS = 3000
HERS = ("citizen", "officer", "lead", "program", "operator", "auditor")
"""Who may read the reference of Noor's request; the last two on their own pages, without what is in it."""

ASKS_FOR_FRAGMENTS = ("anonymous", "citizen", "neighbour", "officer", "other_officer", "operator", "program")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    route: str
    method: str
    object: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.object}"


_LISTS = ("access_expected.csv", "access_expected_staff.csv")


def _lines(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parent.parent / name
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _key(line: dict[str, str]) -> tuple[str, str, str]:
    return line["route"], line["method"], line["object"]


def _read() -> list[Row]:
    """Both lists side by side; what the second does not have is "" here, and fails."""
    others = {_key(line): line for line in _lines(_LISTS[1])}
    both = [{**others.get(_key(line), {}), **line} for line in _lines(_LISTS[0])]
    return [Row(*_key(line), {who: line.get(who, "") for who in WHO}) for line in both]


ROWS = _read()


@pytest.fixture(scope="module")
def world(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """One for all: to make it anew for each cell would take longer than everything that is asked of it."""
    with django_db_blocker.unblock(), running_world(tmp_path_factory.mktemp("static")) as world:
        yield world


def test_every_route_is_in_the_list() -> None:
    assert sorted(ROUTES.keys() - {row.route for row in ROWS}) == []


def test_every_line_of_the_list_has_a_route() -> None:
    assert sorted({row.route for row in ROWS} - ROUTES.keys()) == []


def test_every_route_is_walked_with_each_method() -> None:
    walked = {(row.route, row.method) for row in ROWS}
    assert sorted({(name, method) for name in ROUTES for method in METHODS} - walked) == []


def test_no_line_is_there_twice() -> None:
    lines = [str(row) for row in ROWS]
    assert sorted({line for line in lines if lines.count(line) > 1}) == []


def test_the_list_is_as_long_as_it_should_be() -> None:
    assert len(ROWS) * len(WHO) >= FEWEST_CELLS


def test_both_lists_have_the_same_lines() -> None:
    """Who adds a line to one of them adds it to the other."""
    first, second = ([_key(line) for line in _lines(name)] for name in _LISTS)
    assert sorted(set(first) ^ set(second)) == []
    assert len(second) == len(set(second))


def test_every_route_with_an_object_is_also_walked_with_one_that_does_not_exist() -> None:
    with_object = {row.route for row in ROWS if row.object != "-"}
    with_nothing = {row.route for row in ROWS if row.object.startswith(MISSING)}
    assert sorted(with_object - with_nothing) == []
    needing = {name for name, route in ROUTES.items() if route.parameters}
    assert sorted(needing - with_object) == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_gets_what(row: Row, world: World) -> None:
    address = world.address(row.route, row.object)
    answers = {who: world.ask(who, row.method, address) for who in WHO}
    assert {who: answer.kind for who, answer in answers.items()} == row.expected
    for who, answer in answers.items():
        if answer.kind == "404":
            _leaves_no_trace(answer, of=who)
        if who not in HERS:
            assert not _names_her_request(answer, world, row.object), who


PAGES = [row for row in ROWS if row.method == "GET" and not row.route.startswith("api:")]


@pytest.mark.parametrize("row", PAGES, ids=str)
def test_a_fragment_and_a_search_open_no_door_that_a_page_keeps_shut(row: Row, world: World) -> None:
    reference = world.objects["case"]["reference"]
    address = f"{world.address(row.route, row.object)}?q={reference}&zoek={reference}"
    for who in ASKS_FOR_FRAGMENTS:
        answer = world.ask(who, "GET", address, fragment=True)
        # Who looks for a request by its reference is led to it, if it is theirs.
        assert answer.kind == row.expected[who] or (who in HERS and answer.kind == "302"), who
        if who not in HERS and answer.kind == "200" and row.object == "-":
            # Without what was asked for: that stands in the box.
            own = answer.shown.replace(f'value="{reference}"', "")
            assert f"/{reference}/" not in own, who


def _leaves_no_trace(answer: Answer, *, of: str) -> None:
    """Nothing written down, except for one line in the security log, where one knows who asked."""
    assert answer.writes == ()
    assert len(answer.denials) == (of != "anonymous" and "program" not in of) or of in PROGRAMS
    assert all("reference" not in line for line in answer.denials)


def _names_her_request(answer: Answer, world: World, asked: str) -> bool:
    """The reference in an answer to somebody who did not name it in the address."""
    given = world.objects[asked].values()
    references = {world.objects[label]["reference"] for label in ("case", "waiting-case", "disputed")}
    return any(one in answer.shown for one in references if one not in given)


FOREIGN = [
    (row, missing)
    for row in ROWS
    for missing in ROWS
    if not row.object.startswith(MISSING)
    and missing.object.startswith(MISSING)
    and (row.route, row.method) == (missing.route, missing.method)
    and "404" in row.expected.values()
]


@pytest.mark.parametrize(("row", "missing"), FOREIGN, ids=str)
def test_foreign_and_non_existent_look_the_same(row: Row, missing: Row, world: World) -> None:
    for who in WHO:
        if row.expected[who] != "404":
            continue
        foreign, nothing = (
            world.ask(who, each.method, world.address(each.route, each.object)) for each in (row, missing)
        )
        if who == "citizen":
            # What is hers, and closed: that is looked for somewhere else than what is not there.
            nothing, foreign = replace(nothing, queries=0), replace(foreign, queries=0)
        assert nothing == foreign, who


@pytest.mark.parametrize("who", PEOPLE)
def test_a_closed_route_looks_like_an_address_that_does_not_exist(who: str, world: World) -> None:
    nothing = world.ask(who, "GET", "/bestaat/niet/")
    assert nothing.kind == "404"
    closed = [row for row in ROWS if row.method == "GET" and row.expected[who] == "404"]
    assert closed
    for row in closed:
        answer = world.ask(who, "GET", world.address(row.route, row.object))
        assert (answer.shown, answer.headers) == (nothing.shown, nothing.headers), row
