"""The lists of `test_routes.py` are whole: every route, each method, and no line twice."""

from __future__ import annotations

from tests.access.table import LISTS, MISSING, key, lines_of, rows
from tests.access.world import ROUTES, WHO

METHODS = ("GET", "POST")
FEWEST_CELLS = 3000
ROWS = rows()


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


def test_both_lists_have_the_samelines_of() -> None:
    """Who adds a line to one of them adds it to the other."""
    first, second = ([key(line) for line in lines_of(name)] for name in LISTS)
    assert sorted(set(first) ^ set(second)) == []
    assert len(second) == len(set(second))


def test_every_route_with_an_object_is_also_walked_with_one_that_does_not_exist() -> None:
    with_object = {row.route for row in ROWS if row.object != "-"}
    with_nothing = {row.route for row in ROWS if row.object.startswith(MISSING)}
    assert sorted(with_object - with_nothing) == []
    needing = {name for name, route in ROUTES.items() if route.parameters}
    assert sorted(needing - with_object) == []
