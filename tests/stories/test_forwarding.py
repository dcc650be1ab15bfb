"""What came to the wrong municipality is sent on to the right one, and arrives there once, whole."""

from __future__ import annotations

import html
import re
from uuid import uuid4

import pytest

from portal.local.stack import Stack
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.by_wire import Caller
from tests.stories.conftest import NewCaller
from tests.stories.waiting import is_delivered, one, until

pytestmark = pytest.mark.story

HEIDEDORP, WATERSTAD = "9002", "gemeente-waterstad"
WHY, MESSAGE = "Het kind is in Waterstad geboren.", "Ik hoor graag van u."
A_MINUTE = 60


def test_a_request_and_what_was_said_in_it_arrive_once_where_they_belong(
    stack: Stack, new_caller: NewCaller, waterstad: Agency
) -> None:
    citizen = new_caller("Iris Vos")
    reference = _filed(citizen, stack)
    said = citizen.post(f"/aanvragen/{reference}/berichten/", text=MESSAGE, key=str(uuid4()))
    assert MESSAGE in said.text
    until(lambda: _left(stack, reference) == 0, seconds=A_MINUTE, what="the message at Heidedorp")

    officer = Caller(stack, "Hans Dekker", level="")
    key = str(uuid4())
    for _ in range(2):
        address = f"/medewerker/{reference}/doorsturen/"
        officer.post(address, to=WATERSTAD, reason=WHY, key=key)
    until(lambda: waterstad.has(reference).get("zaakinformatieobjecten"), seconds=A_MINUTE, what="it there")
    until(lambda: _left(stack, reference) == 0, seconds=A_MINUTE, what="an empty outbox")
    papers = {"enkelvoudiginformatieobjecten": 1, "zaakinformatieobjecten": 1}
    assert waterstad.has(reference) == ONE_OF_EACH | papers
    assert officer.get(f"/medewerker/{reference}/").status_code == 404

    page = html.unescape(citizen.get(f"/aanvragen/{reference}/").text)
    assert WHY in page
    assert "artikel 2:3" in page
    assert re.search(r"Doorgestuurd naar .*Waterstad", page)
    assert one(stack, "SELECT agency FROM cases_case WHERE reference = %s", reference) == WATERSTAD


def _filed(citizen: Caller, stack: Stack) -> str:
    citizen.prepares()
    where = {"birth_place": HEIDEDORP, "role": "gave_birth"}
    assert citizen.post(f"{citizen.journey}vragen/birth/1/", **where).status_code == 200
    citizen.sends(citizen.seen())
    reference = citizen.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    return reference


def _left(stack: Stack, reference: str) -> int:
    """How many rows of the outbox are not there yet."""
    query = """
        SELECT count(*) FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND delivered_at IS NULL
    """
    return int(one(stack, query, reference))
