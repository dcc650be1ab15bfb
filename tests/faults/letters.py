"""A letter that an agency puts in a case, at the desk of its own system, and where the citizen finds it."""

from __future__ import annotations

import re
from html import unescape

import requests

from portal.local.stack import Stack
from tests.stories.agency import Agency
from tests.stories.by_wire import SECONDS, Caller
from tests.stories.waiting import one

LETTER = "Brief over uw aangifte"
CONTENT = b"(Brief over uw aangifte: ja.) Tj"
"""What must stand in the file."""

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def puts_letter(stack: Stack, agency: Agency, reference: str) -> None:
    """An officer puts it in the case, at the desk of the municipality."""
    zaak = str(one(stack, "SELECT their_reference FROM cases_case WHERE reference = %s", reference))
    desk = f"{agency.root}/zaak/{zaak.rsplit('/', 1)[1]}/"
    with requests.Session() as browser:
        token = _TOKEN.search(browser.get(desk, timeout=SECONDS).text)
        assert token
        form = {"kind": "decision", "title": LETTER, "letter": f"{LETTER}: ja."}
        told = browser.post(f"{desk}document", data=form | {"csrfmiddlewaretoken": token[1]}, timeout=SECONDS)
        assert told.status_code == 200


def links_to_letter(caller: Caller, reference: str) -> list[str]:
    """Where it can be saved."""
    page = caller.get(f"/aanvragen/{reference}/").text
    return [unescape(link) for link in re.findall(rf'href="([^"]+)" download>{LETTER}<', page)]
