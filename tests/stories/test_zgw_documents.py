"""A citizen and a ZGW back office after the request: a message, a letter, a decision, a withdrawal."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urljoin

import pytest
import requests

from portal.local.stack import Stack
from tests.stories.agency import Agency
from tests.stories.by_wire import SECONDS, Caller
from tests.stories.conftest import NewCaller
from tests.stories.waiting import is_delivered, one, until

pytestmark = pytest.mark.story

A_MINUTE = 60.0
DOCUMENTS, LINKS = "enkelvoudiginformatieobjecten", "zaakinformatieobjecten"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.mark.parametrize(
    ("agency", "code"),
    [("gemeente-waterstad", "9001"), ("gemeente-polderveen", "9003")],
    ids=["plain", "odd"],
)
def test_what_is_said_after_the_request_arrives_on_both_sides(
    new_caller: NewCaller, stack: Stack, agency: str, code: str
) -> None:
    caller, municipality = new_caller("Noor de Wit"), Agency(stack, agency)
    reference, zaak = _filed(caller, stack, code)
    assert not {DOCUMENTS, LINKS} & municipality.has(reference).keys()

    _writes(caller, reference, "Kan ik ook op dinsdag komen?")
    until(lambda: _papers(municipality, reference) == (1, 1), seconds=A_MINUTE, what="the message arrives")
    assert "Kan ik ook op dinsdag komen?" in _desk(municipality, zaak).text

    _adds(municipality, zaak, "internal", "Nog bellen")
    _adds(municipality, zaak, "decision", "Besluit op uw aangifte")
    page = f"/aanvragen/{reference}/"
    until(
        lambda: _links(caller, page, "Besluit op uw aangifte"),
        seconds=2 * A_MINUTE,
        what="the decision can be saved",
    )
    assert "Nog bellen" not in caller.get(page).text
    (link,) = _links(caller, page, "Besluit op uw aangifte")
    file = caller.get(link)
    assert (file.status_code, file.headers["Content-Type"]) == (200, "application/pdf")
    assert b"(Besluit op uw aangifte: ja.) Tj" in file.content

    assert caller.post(f"{page}intrekken/").status_code == 200
    until(
        lambda: _papers(municipality, reference) == (4, 4), seconds=A_MINUTE, what="the withdrawal is there"
    )
    assert "Intrekking door de inwoner" in _desk(municipality, zaak).text


def _filed(caller: Caller, stack: Stack, code: str) -> tuple[str, str]:
    """A birth in that municipality, sent and delivered: our reference, and the address of the zaak."""
    caller.begins()
    caller.answers()
    caller.post(f"{caller.journey}vragen/birth/1/", birth_place=code, role="gave_birth")
    caller.sends(caller.seen())
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    return reference, str(
        one(stack, "SELECT their_reference FROM cases_case WHERE reference = %s", reference)
    )


def _writes(caller: Caller, reference: str, text: str) -> None:
    path = f"/aanvragen/{reference}/berichten/"
    hidden = dict(_HIDDEN.findall(caller.get(path).text))
    hidden.pop("csrfmiddlewaretoken", None)
    assert text in caller.post(path, **hidden, text=text).text


def _links(caller: Caller, page: str, title: str) -> list[str]:
    """Where a document of that name can be saved."""
    found = re.findall(rf'href="([^"]+)" download>{re.escape(title)}<', caller.get(page).text)
    return [unescape(one) for one in found]


def _papers(municipality: Agency, reference: str) -> tuple[int, int]:
    """How many documents it stored in the case, and how many times they are in it."""
    counts = municipality.has(reference)
    return counts.get(DOCUMENTS, 0), counts.get(LINKS, 0)


def _desk(municipality: Agency, zaak: str) -> requests.Response:
    """What an officer of the municipality sees of the case."""
    return requests.get(_place(municipality, zaak), timeout=SECONDS)


def _adds(municipality: Agency, zaak: str, kind: str, title: str) -> None:
    """An officer puts something in the case, at the desk."""
    with requests.Session() as browser:
        place = _place(municipality, zaak)
        token = _TOKEN.search(browser.get(place, timeout=SECONDS).text)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "kind": kind, "title": title, "letter": f"{title}: ja."}
        assert browser.post(urljoin(place, "document"), data=form, timeout=SECONDS).status_code == 200


def _place(municipality: Agency, zaak: str) -> str:
    return f"{municipality.root}/zaak/{zaak.rsplit('/', 1)[1]}/"
