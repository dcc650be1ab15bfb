"""The officer's work list and case page: what they cost, and that 200,000 requests cost what 1,000 do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.bench import floors
from tests.bench.desk import LIST, Desk
from tests.bench.harness import Bench, Floor, Measure
from tests.bench.world import World
from tests.cast import logged_in

_TIMES = 6
_CASE = ""
"""In place of an address: that of the case."""

_PAGES = (
    ("worklist", "the work list", LIST),
    ("worklist-mine", "the list of one officer, by waiting time", f"{LIST}?van=mij&volgorde=waiting"),
    ("worklist-late", "those that are late", f"{LIST}?let-op=te-laat"),
    ("worklist-case", "the page of a case", _CASE),
)


@contextmanager
def _page(world: World, *, path: str, few: bool = False) -> Iterator[Measure]:
    """Seconds inside the server for one page, warm."""
    desk = world.desk
    served = desk.few if few else desk.served
    yield lambda: served.seconds(path or desk.case_path, cookie=desk.cookie, times=_TIMES)


def _of_few(words: str, path: str) -> Floor:
    prepare = partial(_page, path=path, few=True)
    return Floor(name=f"{words} of 1,000", unit="s", bound=0.5, direction="max", prepare=prepare)


@contextmanager
def _queries(world: World, *, path: str) -> Iterator[Measure]:
    desk = world.desk
    yield lambda: _asked(desk, path or desk.case_path)


def _asked(desk: Desk, path: str) -> int:
    browser = logged_in(desk.officer)
    browser.get(desk.case_path, SERVER_NAME="localhost")
    browser.get(path, SERVER_NAME="localhost")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path, SERVER_NAME="localhost").status_code == 200
    return len(queries)


BENCHES = [
    *(
        Bench(
            name=name,
            about=f"{words}, of 200,000",
            unit="s",
            prepare=partial(_page, path=path),
            limit=5,
            limit_on="ratio",
            floor=floors.BARE_VIEW_AT_THE_DESK,
            runs=5,
        )
        for name, words, path in _PAGES
    ),
    *(
        Bench(
            name=f"{name}-growth",
            about=f"{words}: 200,000 held against 1,000",
            unit="s",
            prepare=partial(_page, path=path),
            limit=1.2,
            limit_on="ratio",
            floor=_of_few(words, path),
            runs=5,
        )
        for name, words, path in _PAGES
    ),
    *(
        Bench(
            name=f"{name}-queries",
            about=f"questions to the database for {words}",
            unit="queries",
            prepare=partial(_queries, path=path),
            limit=12,
            runs=1,
        )
        for name, words, path in _PAGES
    ),
]
