"""A full disk: the citizen reads that it did not work, nothing is there by half, and later it works.

Documents are kept sealed in the database and never on a disk as they are, so that a full disk is the
database's own. It refuses to write a document with its own error for that (53100, disk_full), or the
system refuses it to let a file grow, halfway through a document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from resource import RLIMIT_FSIZE, getrlimit, setrlimit
from uuid import uuid4

import psycopg
import pytest
import requests

from portal.local.stack import Stack
from tests.faults.conftest import A_MINUTE, Points
from tests.faults.letters import CONTENT, LETTER, links_to_letter, puts_letter
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.by_wire import Caller
from tests.stories.conftest import NewCaller
from tests.stories.waiting import is_delivered, one, until
from tests.talk.files import pdf

pytestmark = pytest.mark.story

FULL = """
    CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER is_full BEFORE INSERT ON cases_proof FOR EACH ROW EXECUTE FUNCTION is_full();
    CREATE TRIGGER is_full BEFORE INSERT OR UPDATE ON cases_document FOR EACH ROW
        WHEN (NEW.sealed IS NOT NULL) EXECUTE FUNCTION is_full();
"""
"""For proof, and for the bytes of a document: one that an agency names has none before it was fetched."""

EMPTY = "DROP FUNCTION IF EXISTS is_full() CASCADE"

MIB = 1024 * 1024
LOG_FILE = 16 * MIB
"""Bytes of a file of the database's own log, which must have room."""

MESSAGE = "Hierbij het huurcontract."
LEASE, LARGE_LEASE = (b"%PDF-1.7 a lease" + bytes(size) for size in (0, 20 * MIB))


@contextmanager
def _says_so_itself(stack: Stack) -> Iterator[None]:
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(FULL)
        try:
            yield
        finally:
            connection.execute(EMPTY)


@contextmanager
def _finds_no_room(stack: Stack) -> Iterator[None]:
    ours = getrlimit(RLIMIT_FSIZE)
    stack.kill("postgres")
    # A process gets its limits from who starts it, so that we have this one too, just so long.
    setrlimit(RLIMIT_FSIZE, (_largest_file(stack) + MIB, ours[1]))
    try:
        stack.start_process("postgres")
    finally:
        setrlimit(RLIMIT_FSIZE, ours)
    try:
        yield
    finally:
        stack.kill("postgres")
        stack.start_process("postgres")


def _largest_file(stack: Stack) -> int:
    """Bytes of the largest that the database has, or may want for its log."""
    sizes = [file.stat().st_size for file in stack.postgres.data.rglob("*") if file.is_file()]
    return max(LOG_FILE, *sizes)


@pytest.mark.parametrize(
    ("full_disk", "lease"), [(_says_so_itself, LEASE), (_finds_no_room, LARGE_LEASE)], ids=["own", "system"]
)
def test_a_document_for_which_there_is_no_room_is_not_taken_by_half(
    full_disk: Callable[[Stack], AbstractContextManager[None]],
    lease: bytes,
    new_caller: NewCaller,
    stack: Stack,
) -> None:
    caller = new_caller("Ruben Hoekstra")
    before = _kept(stack)
    caller.begins()
    with full_disk(stack):
        answer = _says_with_proof(caller, lease)
        assert answer.status_code == 503
        assert "Wij konden dit niet bewaren. Er is niets verstuurd." in answer.text
        assert _kept(stack) == before
    assert _says_with_proof(caller, lease).status_code == 200
    assert _kept(stack)[1] == before[1] + 1


def test_a_message_whose_document_finds_no_room_goes_whole_or_not_at_all(
    new_caller: NewCaller, stack: Stack, waterstad: Agency
) -> None:
    caller = new_caller("Daan Bakker")
    caller.sends(caller.prepares())
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    said = partial(
        caller.uploads,
        f"/aanvragen/{reference}/berichten/",
        {"document": pdf()},
        text=MESSAGE,
        key=str(uuid4()),
    )
    with _says_so_itself(stack):
        answer = said()
        assert answer.status_code == 422
        assert "Wij konden dit niet bewaren. Probeer het straks nog eens." in answer.text
        assert MESSAGE in answer.text, "what was typed stays in the form"
        assert _written(stack, reference) == 0
    assert waterstad.has(reference) == ONE_OF_EACH, "nothing of it left us"
    # The same form again, as a person would: it has a key of its own, so that it is one message.
    assert said().status_code == 200
    assert said().status_code == 200
    assert _written(stack, reference) == 1
    until(lambda: _is_said(stack, reference), seconds=A_MINUTE, what="the message at the agency")
    papers = waterstad.has(reference)
    assert {name: papers[name] for name in ("enkelvoudiginformatieobjecten", "zaakinformatieobjecten")} == {
        "enkelvoudiginformatieobjecten": 2,
        "zaakinformatieobjecten": 2,
    }, "what was written, and what went with it"


def test_a_letter_of_an_agency_is_fetched_until_there_is_room_for_it(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, at_points: Points
) -> None:
    caller = new_caller("Daan Bakker")
    caller.sends(caller.prepares())
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    at_points.arm("paper.fetched", "pass", "pass")
    with _says_so_itself(stack):
        puts_letter(stack, waterstad, reference)
        tries = partial(at_points.met, "paper.fetched")
        until(lambda: len(tries()) == 2, seconds=A_MINUTE, what="a second try to fetch the letter")
        assert LETTER in caller.get(f"/aanvragen/{reference}/").text, "the citizen reads that there is one"
        assert links_to_letter(caller, reference) == []
        assert _letters(stack, reference) == ["awaited"]
    until(lambda: links_to_letter(caller, reference), seconds=A_MINUTE, what="the letter")
    (link,) = links_to_letter(caller, reference)
    assert CONTENT in caller.get(link).content
    assert _letters(stack, reference) == ["ready"]


def _letters(stack: Stack, reference: str) -> list[str]:
    """The state of each document that its agency showed."""
    query = """
        SELECT coalesce(json_agg(state), '[]') FROM cases_document JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND side = 'agency'
    """
    return list(one(stack, query, reference))


def _written(stack: Stack, reference: str) -> int:
    query = """
        SELECT count(*) FROM cases_message JOIN cases_case ON cases_case.id = case_id WHERE reference = %s
    """
    return int(one(stack, query, reference))


def _is_said(stack: Stack, reference: str) -> bool:
    query = """
        SELECT count(*) FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'message' AND delivered_at IS NOT NULL
    """
    return int(one(stack, query, reference)) == 1


def _says_with_proof(caller: Caller, lease: bytes) -> requests.Response:
    """That an address is wrong, with a lease to prove it."""
    address = f"{caller.stack.url}/mijn-gegevens/brp.address/klopt-niet/"
    right = {"street": "Kade", "number": "9", "postcode": "9001 AB", "city": "Waterstad"}
    caller.get("/levensgebeurtenissen/")
    token = caller.session.cookies["levensloket-csrf"]
    return caller.session.post(
        address,
        data={"csrfmiddlewaretoken": token, **right, "explanation": "Ik ben verhuisd."},
        files={"proof": ("lease.pdf", lease, "application/pdf")},
        timeout=60,
    )


def _kept(stack: Stack) -> tuple[int, int]:
    """How many disputes and how many documents with one there are."""
    return (
        int(one(stack, "SELECT count(*) FROM cases_dispute")),
        int(one(stack, "SELECT count(*) FROM cases_proof")),
    )
