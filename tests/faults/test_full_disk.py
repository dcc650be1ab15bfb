"""A full disk: the citizen reads that it did not work, nothing is there by half, and later it works.

Documents are kept sealed in the database and never on a disk as they are, so that a full disk is the
database's own: here it refuses to write a document, with its own error for that (53100, disk_full).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
import requests

from portal.local.stack import Stack
from tests.stories.by_wire import Caller
from tests.stories.conftest import NewCaller
from tests.stories.waiting import one

pytestmark = pytest.mark.story

FULL = """
    CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER is_full BEFORE INSERT ON cases_proof FOR EACH ROW EXECUTE FUNCTION is_full();
"""
EMPTY = "DROP FUNCTION IF EXISTS is_full() CASCADE"


@contextmanager
def _full_disk(stack: Stack) -> Iterator[None]:
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        connection.execute(FULL)
        try:
            yield
        finally:
            connection.execute(EMPTY)


def test_a_document_for_which_there_is_no_room_is_not_taken_by_half(
    new_caller: NewCaller, stack: Stack
) -> None:
    caller = new_caller("Ruben Hoekstra")
    before = _kept(stack)
    caller.begins()
    with _full_disk(stack):
        answer = _says_with_proof(caller)
        assert answer.status_code == 503
        assert "Wij konden dit niet bewaren. Er is niets verstuurd." in answer.text
        assert _kept(stack) == before
    assert _says_with_proof(caller).status_code == 200
    disputes, proofs = before
    assert _kept(stack) == (disputes + 1, proofs + 1)


def _says_with_proof(caller: Caller) -> requests.Response:
    """That an address is wrong, with a lease to prove it."""
    address = f"{caller.stack.url}/mijn-gegevens/brp.address/klopt-niet/"
    right = {"street": "Kade", "number": "9", "postcode": "9001 AB", "city": "Waterstad"}
    caller.get("/levensgebeurtenissen/")
    token = caller.session.cookies["levensloket-csrf"]
    return caller.session.post(
        address,
        data={"csrfmiddlewaretoken": token, **right, "explanation": "Ik ben verhuisd."},
        files={"proof": ("lease.pdf", b"%PDF-1.7 a lease", "application/pdf")},
        timeout=60,
    )


def _kept(stack: Stack) -> tuple[int, int]:
    """How many disputes and how many documents with one there are."""
    return (
        int(one(stack, "SELECT count(*) FROM cases_dispute")),
        int(one(stack, "SELECT count(*) FROM cases_proof")),
    )
