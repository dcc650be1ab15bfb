"""Nobody's BSN stands anywhere, in any form, in what the portal and its browsers left behind.

A canary goes through a whole story, while the broker is listened to and her browsers are watched. What
all other tests leave behind is looked through when their processes stop (`stack` in `tests/conftest.py`).
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing
from pypdf import PdfReader
from redis import Redis

from portal.local.stack import Stack
from tests.cast import CANARY_BSN
from tests.conftest import OpenPage
from tests.stories import test_birth
from tests.stories.acting import Person
from tests.stories.by_wire import EVENT
from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.waiting import rows
from tests.traces import (
    SESSION_SALT,
    Overheard,
    Search,
    Watched,
    left_behind,
    search_for_everybody,
    sessions,
)

pytestmark = pytest.mark.story

PATIENCE_MS = 90_000
CANARY = "Femke Postma"


@pytest.fixture
def search(stack: Stack) -> Search:
    """For any test person."""
    return search_for_everybody(stack)


@pytest.fixture(autouse=True)
def somebody_was_here(new_caller: NewCaller) -> None:
    """One citizen at least, also when one test of this file runs alone."""
    caller = new_caller("Daan Bakker")
    caller.begins()
    caller.get("/mijn-gegevens/")


# --- The canary ---------------------------------------------------------------------------------------


@pytest.fixture
def watched(stack: Stack, new_person: NewPerson) -> tuple[NewPerson, list[tuple[Person, Watched]]]:
    """`new_person`, and everybody who was made by it, each with the watch on their browser."""
    everybody: list[tuple[Person, Watched]] = []

    def new_watched_person(*, javascript: bool = True, language: str = "nl-NL") -> Person:
        person = new_person(javascript=javascript, language=language)
        everybody.append((person, Watched(person.page, portal=stack.url)))
        return person

    return new_watched_person, everybody


@pytest.mark.timeout(600)
def test_a_canary_leaves_no_trace_in_browsers_or_broker(
    watched: tuple[NewPerson, list[tuple[Person, Watched]]], stack: Stack, search: Search
) -> None:
    new_person, everybody = watched
    birth = test_birth.Birth(CANARY, CANARY_BSN, [test_birth.MIA], test_birth.HEIDEDORP, javascript=True)
    with Overheard(stack.env["BROKER_URL"]) as broker:
        test_birth.test_a_birth_ends_with_both_outcomes_in_the_inbox(new_person, birth)
        canary = everybody[0][0]
        _disputes(canary)
        files = _downloads(canary)
        kept = _kept_by_all(everybody)
        canary.goes_to("/")
        canary.presses("Uitloggen")
        kept |= {f"logged out {name}": text for name, text in everybody[0][1].kept().items()}
    assert {name: found for name, text in files.items() if (found := search.around(text))} == {}
    assert {name: found for name, text in kept.items() if (found := search.around(text))} == {}
    assert _found(search, [line for _, watch in everybody for line in watch.lines]) == []
    assert any("LPUSH" in command.upper() for command in broker.said)
    assert _found(search, broker.said) == []


def _disputes(canary: Person) -> None:
    """She begins once more, and says that her address is wrong."""
    canary.goes_to(EVENT)
    canary.presses("Begin")
    canary.page.get_by_role("link", name="Klopt dit niet? (Adres)").click()
    canary.page.wait_for_load_state()
    canary.looks()
    canary.fills_in(street="Kade", number="9", postcode="9001 AB", city="Waterstad")
    canary.fills_in(explanation="Ik woon daar niet meer.")
    canary.presses("Bewaar en geef het door")
    canary.reads("Ik woon daar niet meer.")


def _downloads(canary: Person) -> dict[str, str]:
    """She takes her data home, in both forms: their names, and what can be read in them."""
    canary.goes_to("/mijn-gegevens/")
    files = {}
    for form in ("JSON", "PDF"):
        # Both buttons are locked while the first file is made, which takes its time on a busy machine.
        with canary.page.expect_download(timeout=PATIENCE_MS) as waiting:
            canary.page.get_by_role("button", name=f"Download als {form}").click(timeout=PATIENCE_MS)
        raw = waiting.value.path().read_bytes()
        text = raw.decode(errors="replace")
        if form == "PDF":
            paper = PdfReader(io.BytesIO(raw))
            text = "\n".join([*(page.extract_text() for page in paper.pages), str(paper.metadata), text])
        assert CANARY.rpartition(" ")[2] in text, f"the {form} is not about her"
        files[form] = f"{waiting.value.suggested_filename}\n{text}"
    return files


def _kept_by_all(everybody: list[tuple[Person, Watched]]) -> dict[str, str]:
    """By person and store; the clerk at the register works at the other side, whose pages are not ours."""
    return {
        f"{number} {name}": text
        for number, (person, watch) in enumerate(everybody)
        if person.page.url.startswith(person.stack.url)
        for name, text in watch.kept().items()
    }


def _found(search: Search, lines: list[str]) -> list[list[str]]:
    return [found for line in lines if (found := search.around(line))]


# --- What all left behind ----------------------------------------------------------------------------


def test_the_look_at_what_is_left_behind_has_something_to_look_at(stack: Stack) -> None:
    """Every stack is looked at when it stops (`tests/conftest.py`); here, that the look sees it all."""
    logs = stack.logs()
    assert f"POST {EVENT}begin/" in logs
    assert "POST /haalcentraal/api/brp/personen" in logs
    assert any("_auth_user_id" in session for session in sessions(stack))
    assert left_behind(stack) == {}


@pytest.mark.parametrize("place", ["queue", "cache", "files", "addresses and logs", "sessions", "columns"])
def test_what_is_left_behind_is_found(stack: Stack, place: str) -> None:
    with _planted(stack, place):
        assert place in left_behind(stack)
    assert left_behind(stack) == {}


@contextmanager
def _planted(stack: Stack, place: str) -> Iterator[None]:
    if place in ("queue", "cache"):
        plant = _in_valkey(stack.env["BROKER_URL" if place == "queue" else "CACHE_URL"])
    elif place in ("files", "addresses and logs"):
        plant = _in_file(stack.folder / "planted" if place == "files" else stack.logs_folder / "planted.log")
    elif place == "columns":
        plant = _in_table(stack, CANARY_BSN, _session(stack))
    else:
        plant = _in_table(stack, "planted", _session(stack, bsn=CANARY_BSN))
    with plant:
        yield


@contextmanager
def _in_valkey(url: str) -> Iterator[None]:
    with Redis.from_url(url) as client:
        client.set("planted", CANARY_BSN)
        try:
            yield
        finally:
            client.delete("planted")


@contextmanager
def _in_file(file: Path) -> Iterator[None]:
    file.write_text(f"GET /personen/{CANARY_BSN}/")
    try:
        yield
    finally:
        file.unlink()


@contextmanager
def _in_table(stack: Stack, key: str, value: str) -> Iterator[None]:
    query = "INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, now())"
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(query, [key, value])
        try:
            yield
        finally:
            connection.execute("DELETE FROM django_session WHERE session_key = %s", [key])


def _session(stack: Stack, **what: str) -> str:
    key = stack.env["SECRET_KEY"]
    return signing.dumps(what, key=key, salt=SESSION_SALT, serializer=JSONSerializer, compress=True)


# --- The search finds what is there ------------------------------------------------------------------

_RAW = CANARY_BSN.encode()
FORMS = {
    "plain": CANARY_BSN,
    "in an address": f"/personen/{CANARY_BSN}/",
    "percent-encoded": "".join(f"%{byte:02X}" for byte in _RAW),
    "hex": _RAW.hex(),
    "hex of more": f"bsn={CANARY_BSN}".encode().hex().upper(),
    "sha256": hashlib.sha256(_RAW).hexdigest(),
    "SHA256": hashlib.sha256(_RAW).hexdigest().upper(),
    "sha256 in base64": base64.b64encode(hashlib.sha256(_RAW).digest()).decode(),
    "sha256 in url-safe base64": base64.urlsafe_b64encode(hashlib.sha256(_RAW).digest()).decode(),
    **{
        f"base64 after {before!r}": base64.b64encode(f"{before}{CANARY_BSN}{after}".encode()).decode()
        for before, after in [("", ""), ("a", "b"), ("ab", ""), ("abc", "d"), ("éa", "x"), ("bsn=", "&")]
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_found(form: str) -> None:
    assert len(Search([CANARY_BSN]).around(f"before {FORMS[form]} after")) == 1


def test_a_number_that_is_nobodys_is_not_found() -> None:
    assert Search([CANARY_BSN]).around("999000171 0999000182 2026-11-25T16:00:00Z") == []


def test_digits_that_a_clock_or_a_lot_drew_are_nobodys_number() -> None:
    search = Search([CANARY_BSN])
    assert (
        search.around(f"succeeded in 0.018006{CANARY_BSN}5s, id 0f8fad5b-d9cb-469f-a165-708{CANARY_BSN}")
        == []
    )
    assert len(search.around(f"0.{CANARY_BSN} {CANARY_BSN}.0180061234 0f8fad5b-{CANARY_BSN}")) == 3


def test_it_is_found_in_columns_of_text_json_and_bytes(stack: Stack, search: Search) -> None:
    found = set(search.in_columns(stack.env["SANDBOX_DATABASE_URL"]))
    assert {"sandbox_person.bsn", "sandbox_person.record", "sandbox_account.bsn"} <= found


def test_it_is_found_in_sealed_looking_bytes_of_a_column(stack: Stack) -> None:
    citizens = [bytes(sealed) for (sealed,) in rows(stack, "SELECT bsn FROM people_citizen")]
    assert citizens
    # Of what is really sealed in that column, half an unlikely number: the column is read as bytes.
    part = citizens[0][:9]
    search = Search(["000000000"])
    search._pattern = re.compile(re.escape(part))
    assert "people_citizen.bsn" in search.in_columns(stack.database_url)


def test_it_is_found_in_a_file_and_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "file").write_bytes(b"\0" + base64.b64encode(b"x" + _RAW))
    (tmp_path / f"case-{CANARY_BSN}.pdf").touch()
    (tmp_path / "left-out").mkdir()
    (tmp_path / "left-out" / "file").write_bytes(_RAW)
    found = Search([CANARY_BSN]).in_files(tmp_path, but_not={"left-out"})
    assert sorted(found) == [f"case-{CANARY_BSN}.pdf", "deep/file"]


def test_it_is_found_in_what_is_said_to_the_broker(stack: Stack, search: Search) -> None:
    message = base64.b64encode(json.dumps([[CANARY_BSN], {}]).encode())
    with Overheard(stack.env["BROKER_URL"]) as broker, Redis.from_url(stack.env["BROKER_URL"]) as client:
        client.lpush("nobody-listens", message)
        client.delete("nobody-listens")
    assert len(_found(search, broker.said)) == 1


_PLANT = """async ([bsn]) => {
    localStorage.setItem("a", bsn);
    sessionStorage.setItem("b", btoa(bsn));
    document.cookie = `c=${bsn}`;
    document.title = bsn;
    history.replaceState(null, "", `#${bsn}`);
    const cache = await caches.open("d");
    await cache.put("/e", new Response(bsn));
    await new Promise((done) => {
        const opening = indexedDB.open("f", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("g").put({bsn}, "h");
        opening.onsuccess = () => { opening.result.close(); done(); };
    });
}"""


def test_it_is_found_wherever_a_browser_can_keep_it(
    stack: Stack, open_page: OpenPage, search: Search
) -> None:
    page = open_page()
    watch = Watched(page, portal=stack.url)
    # Asked for and never sent: our own look at the logs would find it.
    page.route("**/?q=*", lambda route: route.fulfill(content_type="text/html", body="<p>Hier."))
    page.goto(f"{stack.url}/levensgebeurtenissen/?q={CANARY_BSN}")
    page.evaluate(_PLANT, [CANARY_BSN])
    found = {name for name, text in watch.kept().items() if search.around(text)}
    assert found == {
        "page",
        "address",
        "cookies",
        "cookie",
        "indexed-db",
        "session",
        "local",
        "caches",
    }
    assert _found(search, watch.lines)
