"""Every route, walked by everybody, against a list that was written by hand.

`tests/access_expected.csv` has a row per route, method and object (see `objects.py`) and a column for each
who asks (see `world.py`), with what must come back: a status, or `login` for "to the login page";
`tests/access_expected_staff.csv` has the same rows for the other staff and for programs. They are
never derived from `portal/access/policy.py`; where the two disagree, one of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import DjangoDbBlocker

from tests.access.table import MISSING, Row, rows
from tests.access.world import PEOPLE, PROGRAMS, WHO, Answer, World, running_world

pytestmark = pytest.mark.django_db
HERS = ("citizen", "officer", "lead", "program", "operator", "auditor")
"""Who may read the reference of Noor's request; the last two on their own pages, without what is in it."""

ASKS_FOR_FRAGMENTS = ("anonymous", "citizen", "neighbour", "officer", "other_officer", "operator", "program")
ERROR_SUMMARY = "data-ll-error-summary"
"""On top of a form that somebody must mend: who did nothing yet has nothing to mend."""

ROWS = rows()


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all: to make it anew for each cell would take longer than everything that is asked of it."""
    with django_db_blocker.unblock(), running_world() as world:
        yield world


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
def test_a_page_opens_without_a_word_of_what_went_wrong(row: Row, world: World) -> None:
    address = world.address(row.route, row.object)
    wrong = [who for who in WHO if ERROR_SUMMARY in world.ask(who, "GET", address).shown]
    assert wrong == []


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
