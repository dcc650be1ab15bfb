"""Every route, walked by the whole cast, against a list that was written by hand.

`tests/access_expected.csv` has a row per route, method and object (see `objects.py`) and a column per
member of the cast, with what must come back: a status, or `login` for "to the login page". It is
never derived from `portal/access/policy.py`; where the two disagree, one of them is wrong.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.access.routes import Route, every_route
from tests.access.objects import Parameters, make_objects
from tests.cast import Cast, logged_in, make_cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

WHO = ("anonymous", "citizen", "neighbour", "officer", "other_officer", "operator")
METHODS = ("GET", "POST")
MISSING = "no-"
FORM = {"csrfmiddlewaretoken": "not checked by the test client"}
_CHANGES_EVERY_TIME = re.compile(
    r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"'
    # The address asked for stands in the form that changes the language, and marks a place in the menu.
    r'|name="next" value="[^"]*"| aria-current="page"'
)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    route: str
    method: str
    object: str
    expected: dict[str, str]

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.object}"


def _read() -> list[Row]:
    path = Path(__file__).parent.parent / "access_expected.csv"
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return [
        Row(line["route"], line["method"], line["object"], {who: line[who] for who in WHO}) for line in lines
    ]


ROWS = _read()
ROUTES: dict[str, Route] = {route.name: route for route in every_route()}


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Everybody; the identity provider and the registers are down, so that nothing leaves the test."""
    # Every test client reads this folder from end to end when it starts; no page here needs a file of it.
    settings.STATIC_ROOT = str(tmp_path)
    # Whether this machine can make a PDF is another question than who may ask for one.
    for name in ("weasyprint", "as_pdf"):
        monkeypatch.setattr(f"portal.citizen.views.download.{name}", lambda *_: b"%PDF")
    providers = settings.LOGIN_PROVIDERS.items()
    down = {"server_url": "http://127.0.0.1:1"}
    settings.LOGIN_PROVIDERS = {name: {**entry, **down} for name, entry in providers}
    return make_cast()


@pytest.fixture
def objects(cast: Cast) -> dict[str, Parameters]:
    """What Noor has."""
    return make_objects(cast)


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


def test_every_route_with_an_object_is_also_walked_with_one_that_does_not_exist() -> None:
    with_object = {row.route for row in ROWS if row.object != "-"}
    with_nothing = {row.route for row in ROWS if row.object.startswith(MISSING)}
    assert sorted(with_object - with_nothing) == []
    needing = {name for name, route in ROUTES.items() if route.parameters}
    assert sorted(needing - with_object) == []


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_who_gets_what(row: Row, cast: Cast, objects: dict[str, Parameters]) -> None:
    found = {who: _class_of(_ask(row, cast, objects, who)) for who in WHO}
    assert found == row.expected


def _not_found(row: Row) -> list[str]:
    return [who for who in WHO if row.expected[who] == "404"]


FOREIGN = [
    (row, missing)
    for row in ROWS
    for missing in ROWS
    if not row.object.startswith(MISSING)
    and missing.object.startswith(MISSING)
    and (row.route, row.method) == (missing.route, missing.method)
    and _not_found(row)
]


@pytest.mark.parametrize(("row", "missing"), FOREIGN, ids=str)
def test_foreign_and_non_existent_look_the_same(
    row: Row, missing: Row, cast: Cast, objects: dict[str, Parameters]
) -> None:
    for who in _not_found(row):
        foreign, nothing = (_ask(each, cast, objects, who) for each in (row, missing))
        assert nothing.status_code == foreign.status_code == 404
        assert _shown(nothing) == _shown(foreign)
        assert _headers(nothing) == _headers(foreign)


@pytest.mark.parametrize("who", ["citizen", "officer", "operator"])
def test_a_closed_route_looks_like_an_address_that_does_not_exist(
    who: str, cast: Cast, objects: dict[str, Parameters]
) -> None:
    closed = [row for row in ROWS if row.method == "GET" and row.expected[who] == "404"]
    nothing = logged_in(cast.user(who)).get("/bestaat/niet/")
    assert nothing.status_code == 404
    for row in closed:
        response = _ask(row, cast, objects, who)
        assert _shown(response) == _shown(nothing), row
        assert _headers(response) == _headers(nothing), row


def _ask(row: Row, cast: Cast, objects: dict[str, Parameters], who: str) -> Response:
    """One request, whose changes are undone: the next one finds everything as it was."""
    parameters = {name: objects[row.object][name] for name in ROUTES[row.route].parameters}
    address = reverse(row.route, kwargs=parameters)
    with transaction.atomic():
        client: Client = logged_in(cast.user(who))
        response = client.post(address, FORM) if row.method == "POST" else client.get(address)
        transaction.set_rollback(True)
    return response


def _class_of(response: Response) -> str:
    to_login = response.status_code == 302 and urlsplit(response["Location"]).path == reverse("people:login")
    return "login" if to_login else str(response.status_code)


def _shown(response: Response) -> str:
    return _CHANGES_EVERY_TIME.sub("", response.content.decode())


def _headers(response: Response) -> dict[str, str]:
    """The headers without the nonce, and without the length, which varies with the address."""
    return {
        name: re.sub(r"'nonce-[^']*'", "", value)
        for name, value in response.headers.items()
        if name != "Content-Length"
    }
