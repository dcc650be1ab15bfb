"""The inbox and the page of a case: what they cost, however much there is, and how heavy they are."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from functools import partial

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.cases.inbox.listing import Wanted, listed
from tests.bench import floors
from tests.bench.crowd import Crowd, Somebody
from tests.bench.harness import Bench, Floor, Measure
from tests.bench.world import World
from tests.cast import logged_in

INBOX = "/berichten/"
_TIMES = 15
"""So many pages are one run: the mean of them."""

Who = Callable[[Crowd], Somebody]
Path = Callable[[Somebody], str]


def _few(crowd: Crowd) -> Somebody:
    return crowd.few


def _many(crowd: Crowd) -> Somebody:
    return crowd.many


def _inbox(_: Somebody) -> str:
    return INBOX


def _case(somebody: Somebody) -> str:
    return somebody.case_path


# --- Time -----------------------------------------------------------------------------------------


@contextmanager
def _page(world: World, *, who: Who, path: Path, quiet: bool = False) -> Iterator[Measure]:
    """Seconds inside the server for one page, warm."""
    crowd = world.crowd
    somebody = who(crowd)
    served = crowd.quiet if quiet else crowd.served
    yield lambda: served.seconds(path(somebody), cookie=somebody.cookie, times=_TIMES)


def _as_floor(name: str, **of: object) -> Floor:
    # A bound that only a machine which does something else breaks: it is a page like the other one.
    return Floor(name=name, unit="s", bound=0.5, direction="max", prepare=partial(_page, **of))  # type: ignore[arg-type]


# --- Questions to the database --------------------------------------------------------------------


@contextmanager
def _queries(world: World, *, path: Path) -> Iterator[Measure]:
    """The most of both citizens."""
    crowd = world.crowd

    def measure() -> float:
        return max(_asked(somebody, path(somebody)) for somebody in (crowd.few, crowd.many))

    yield measure


def _asked(somebody: Somebody, path: str) -> int:
    browser = logged_in(somebody.user)
    browser.get(path, SERVER_NAME="localhost")
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(path, SERVER_NAME="localhost").status_code == 200
    return len(queries)


# --- Searching ------------------------------------------------------------------------------------

_SEARCHES: tuple[tuple[str, ...], ...] = (
    ("kinderbijslag",),  # in half of everybody's messages
    ("k",),  # nearly every message has a word that begins so
    ("nummer1234",),  # in two or three of them
    ("verhuizingen", "trouwb", "nummer77"),
    ("bestaatniet",),  # goes through all of them
)


@contextmanager
def _search(world: World) -> Iterator[Measure]:
    """Milliseconds at the database for the slowest of some searches: the statement alone, answer included."""
    actor = world.crowd.many.actor
    statements = [_statement(partial(listed, actor=actor, wanted=Wanted(words=words))) for words in _SEARCHES]

    def measure() -> float:
        return max(1000 * _seconds(sql) for sql in statements)

    yield measure


def _statement(search: Callable[[], object]) -> str:
    with CaptureQueriesContext(connection) as queries:
        search()
    return next(one["sql"] for one in queries if "inbox_query" in one["sql"])


def _seconds(sql: str) -> float:
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("%", "%%"), None) if "%" in sql else cursor.execute(sql)
        cursor.fetchall()
    return time.perf_counter() - begun


# --- Weight ---------------------------------------------------------------------------------------


def _unpacked(body: bytes, headers: Message) -> bytes:
    return gzip.decompress(body) if headers.get("Content-Encoding") == "gzip" else body


_FILES = re.compile(rb'(?:href|src)="(/static/[^"]+)"')
_FONTS = re.compile(rb"""url\(["']?(?:\./)?([^)"']*-latin-\d+-normal[^)"']*\.woff2)["']?\)""")


@contextmanager
def _first_load(world: World) -> Iterator[Measure]:
    """Kilobytes over the wire of the inbox and all that it needs, by a browser that was never here."""

    def measure() -> float:
        somebody, served = world.crowd.many, world.crowd.served
        body, headers = served.get(INBOX, cookie=somebody.cookie)
        page = _unpacked(body, headers)
        files = {found.decode() for found in _FILES.findall(page)}
        fonts = set[str]()
        for file in [one for one in files if one.endswith(".css")]:
            sheet = _unpacked(*served.get(file, cookie=""))
            fonts |= {f"/static/build/{found.decode()}" for found in _FONTS.findall(sheet)}
        weights = [len(served.get(file, cookie="")[0]) for file in files | fonts]
        assert len(fonts) >= 2, "the fonts were not found"
        return (len(body) + sum(weights)) / 1000

    yield measure


@contextmanager
def _next_page(world: World) -> Iterator[Measure]:
    """Kilobytes of the heaviest of the pages that follow, whose files the browser has."""

    def measure() -> float:
        somebody, served = world.crowd.many, world.crowd.served
        paths = [INBOX, f"{INBOX}?ongelezen=1", "/", somebody.case_path]
        return max(len(served.get(path, cookie=somebody.cookie)[0]) for path in paths) / 1000

    yield measure


_PAGES = (("inbox", "the inbox", _inbox), ("case-page", "the page of a case", _case))

BENCHES = [
    *(
        Bench(
            name=name,
            about=f"{words} of who has 5,000 messages, among millions of others",
            unit="s",
            prepare=partial(_page, who=_many, path=path),
            limit=4,
            limit_on="ratio",
            floor=floors.BARE_VIEW,
            runs=9,
        )
        for name, words, path in _PAGES
    ),
    *(
        Bench(
            name=f"{name}-growth",
            about=f"{words}: 5,000 messages, held against 100",
            unit="s",
            prepare=partial(_page, who=_many, path=path),
            limit=1.2,
            limit_on="ratio",
            floor=_as_floor(f"{words} of who has 100", who=_few, path=path),
            runs=9,
        )
        for name, words, path in _PAGES
    ),
    *(
        Bench(
            name=f"{name}-crowd",
            about=f"{words}: millions of others, held against nobody else",
            unit="s",
            prepare=partial(_page, who=_few, path=path),
            limit=1.2,
            limit_on="ratio",
            floor=_as_floor(f"{words} where nobody else is", who=_few, path=path, quiet=True),
            runs=9,
        )
        for name, words, path in _PAGES
    ),
    *(
        Bench(
            name=f"{name}-queries",
            about=f"questions to the database for {words}",
            unit="queries",
            prepare=partial(_queries, path=path),
            limit=8,
            runs=1,
        )
        for name, words, path in _PAGES
    ),
    Bench(
        name="search",
        about="the slowest of five searches in 5,000 messages, among millions of others",
        unit="ms",
        prepare=_search,
        limit=50,
        runs=9,
    ),
    Bench(
        name="page-weight",
        about="the first load: page, style, script and fonts, as they come over the wire",
        unit="kB",
        prepare=_first_load,
        limit=100,
        runs=1,
    ),
    Bench(
        name="page-weight-next",
        about="the heaviest of the pages after it",
        unit="kB",
        prepare=_next_page,
        limit=15,
        runs=1,
    ),
]
