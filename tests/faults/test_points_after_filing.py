"""A worker is killed at every point of what comes after filing: messages, letters, and telling an agency."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from uuid import uuid4

import psycopg
import pytest

from portal.local.stack import Stack
from tests.connectors.other_side import OtherSide, raw
from tests.faults.conftest import A_MINUTE, Points
from tests.faults.letters import CONTENT, links_to_letter, puts_letter
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.by_wire import Caller
from tests.stories.conftest import NewCaller
from tests.stories.waiting import is_delivered, one, until

pytestmark = pytest.mark.story

SAYING = (
    *("post.before-send", "zgw.after-document", "zgw.after-link"),
    *("post.before-commit", "post.after-commit"),
)
IN_PARTS = ("zgw.after-part", "zgw.after-unlock")
FETCHING = ("paper.fetched",)
AT_AN_INTAKE = ("rest.after-post",)
WEBHOOK = ("webhook.before-call", "webhook.answered")
NOTICES = ("notice.before-send", "notice.after-send")

DUINZICHT, HEIDEDORP = "gemeente-duinzicht", "gemeente-heidedorp"
MESSAGE = "Kan ik ook op dinsdag komen?"
ONE_PAPER = {"enkelvoudiginformatieobjecten": 1, "zaakinformatieobjecten": 1}


def test_a_message_and_a_letter_come_once(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, at_points: Points
) -> None:
    caller = new_caller("Sanne Visser")
    reference = _filed(caller, stack)
    _kill_at(at_points, SAYING, partial(_says, caller, reference))
    until(lambda: _is_said(stack, reference), seconds=A_MINUTE, what="the message")
    assert waterstad.has(reference) == ONE_OF_EACH | ONE_PAPER
    assert caller.get(f"/aanvragen/{reference}/berichten/").text.count(MESSAGE) == 1

    _kill_at(at_points, FETCHING, partial(puts_letter, stack, waterstad, reference))
    until(lambda: links_to_letter(caller, reference), seconds=A_MINUTE, what="the letter")
    (link,) = links_to_letter(caller, reference)
    assert CONTENT in caller.get(link).content


def test_a_large_document_comes_whole_and_once(
    new_caller: NewCaller, stack: Stack, polderveen: Agency, at_points: Points
) -> None:
    caller = new_caller("Karin Schouten")
    reference = _filed(caller, stack, "9003")
    large = b"%PDF-1.7\n" + bytes(700_000)

    def says() -> None:
        page = f"/aanvragen/{reference}/berichten/"
        said = caller.uploads(page, {"document": large}, text=MESSAGE, key=str(uuid4()))
        assert MESSAGE in said.text

    _kill_at(at_points, IN_PARTS, says)
    until(lambda: _is_said(stack, reference), seconds=A_MINUTE, what="the message")
    has = polderveen.has(reference)
    assert {name: has[name] for name in ONE_PAPER} == dict.fromkeys(ONE_PAPER, 2)


def test_a_message_to_an_intake_comes_once(new_caller: NewCaller, stack: Stack, at_points: Points) -> None:
    caller = new_caller("Karin Schouten")
    reference = _filed(caller, stack, "9004")
    _kill_at(at_points, AT_AN_INTAKE, partial(_says, caller, reference))
    until(lambda: _is_said(stack, reference), seconds=A_MINUTE, what="the message")
    has = Agency(stack, DUINZICHT).has(reference)
    assert has == {"requests": 1, "notes": 0, "documents": 0, "posts": 1}


def test_an_agency_that_fetches_is_told_until_we_know_that_it_heard(
    new_caller: NewCaller, stack: Stack, at_points: Points, heidedorp: OtherSide
) -> None:
    caller = new_caller("Iris Vos")
    _kill_at(at_points, WEBHOOK, partial(_filed, caller, stack, "9002"))
    until(lambda: not _waits(stack), seconds=A_MINUTE, what="an agency that was told")
    # It heard before the worker died, which nobody could write down: a hint may come twice.
    assert [asked.json()["waiting"] for asked in heidedorp.asked] == [{"case": 1}] * 2


def test_a_mail_that_is_sent_again_is_the_same_mail(
    new_caller: NewCaller, stack: Stack, at_points: Points
) -> None:
    caller, address = new_caller("Iris Vos"), f"{uuid4().hex}@voorbeeld.example"
    _kill_at(
        at_points, NOTICES, partial(caller.post, "/hoe-wilt-u-bericht/mail/", do="give", address=address)
    )
    sent = "SELECT count(*) FROM cases_notification WHERE delivered_at IS NULL AND channel = 'mail'"
    until(lambda: one(stack, sent) == 0, seconds=A_MINUTE, what="the mail")
    # The first went before the worker died, which nobody could write down.
    mails = [text for path in (stack.folder / "mail").iterdir() if address in (text := path.read_text())]
    ids = [re.findall(r"^Message-ID: (.+)$", text, re.MULTILINE) for text in mails]
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert caller.name not in "".join(mails)


@pytest.fixture
def heidedorp(stack: Stack) -> Iterator[OtherSide]:
    """Where the municipality that fetches wants to be told, and listens; afterwards nowhere."""
    with OtherSide(raw(b"", status=204, content_type=None)) as side:
        told_at = ["-m", "tests.faults.operator", HEIDEDORP, side.url]
        stack.run("operator", told_at).wait_for_success(seconds=A_MINUTE)
        yield side
        with psycopg.connect(stack.database_url) as connection:
            connection.execute("DELETE FROM cases_webhook")


def _kill_at(at_points: Points, names: tuple[str, ...], act: Callable[[], object]) -> None:
    """Somebody does something, and a worker dies at each of these points on the way of it."""
    for name in names:
        at_points.arm(name, "kill")
    act()
    at_points.kill_at_each(names)
    assert {name: at_points.met(name) for name in names} == {name: ["kill"] for name in names}


def _filed(caller: Caller, stack: Stack, place: str = "9001") -> str:
    """Sent to that municipality, and delivered: our reference."""
    caller.prepares()
    where = {"birth_place": place, "role": "gave_birth"}
    assert caller.post(f"{caller.journey}vragen/birth/1/", **where).status_code == 200
    caller.sends(caller.seen())
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    return reference


def _says(caller: Caller, reference: str) -> None:
    page = f"/aanvragen/{reference}/berichten/"
    assert MESSAGE in caller.post(page, text=MESSAGE, key=str(uuid4())).text


def _is_said(stack: Stack, reference: str) -> bool:
    query = """
        SELECT count(*) FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'message' AND delivered_at IS NOT NULL
    """
    return bool(one(stack, query, reference) == 1)


def _waits(stack: Stack) -> bool:
    return bool(one(stack, "SELECT count(*) FROM cases_webhook WHERE waiting_since IS NOT NULL"))
