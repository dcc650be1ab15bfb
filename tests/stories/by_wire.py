"""A citizen without a browser: the same forms, filled in over HTTP. For what happens behind the pages."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from urllib.parse import urljoin

import requests

from portal.local.stack import Stack
from tests.cases.answers import ANSWERS

SECONDS = 60
EVENT = "/levensgebeurtenissen/kind-krijgen/"

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_SEEN = re.compile(r'name="seen" value="([^"]+)"')
_NEXT = re.compile(r'name="next" value="([^"]*)"')
_REFERENCE = re.compile(r"LL-[0-9A-Z]{4}-[0-9A-Z]{4}")


class Caller:
    """One person, logged in, and the life event that they begin. Addresses are paths of the portal.

    A citizen logs in at a `level`; with level "" it is somebody of the staff.
    """

    def __init__(self, stack: Stack, name: str, *, level: str = "midden") -> None:
        self.stack, self.name = stack, name
        self.session = requests.Session()
        self.journey = ""
        self._log_in(f"{name}, niveau {level}" if level else name, at="digid" if level else "medewerker")

    # --- Pages --------------------------------------------------------------------------------------

    def get(self, path: str, **headers: str) -> requests.Response:
        """A page, without following where it sends on to."""
        address = urljoin(self.stack.url, path)
        return self.session.get(address, headers=headers, allow_redirects=False, timeout=SECONDS)

    def post(self, path: str, **fields: str) -> requests.Response:
        """A form, with the token of a page; goes on to where it leads."""
        return self.uploads(path, {}, **fields)

    def uploads(self, path: str, files: Mapping[str, bytes], **fields: str) -> requests.Response:
        """The same with files, by the names of their fields."""
        token = _found(_TOKEN, self.get("/levensgebeurtenissen/").text)
        body = {"csrfmiddlewaretoken": token, **fields}
        return self.session.post(urljoin(self.stack.url, path), data=body, files=dict(files), timeout=SECONDS)

    def _log_in(self, account: str, *, at: str) -> None:
        page = self.post(f"/inloggen/oidc/{at}/login/")
        shown = re.escape(html.escape(account))
        chosen = re.search(rf'value="([^"]+)"(?: aria-label="{shown}"|>{shown}<)', page.text)
        assert chosen, f"{account} cannot log in: {page.status_code} {page.url}"
        body = {
            "csrfmiddlewaretoken": _found(_TOKEN, page.text),
            "next": html.unescape(_found(_NEXT, page.text)),
            "account": chosen[1],
        }
        home = self.session.post(page.url.split("?")[0], data=body, timeout=SECONDS)
        landed = f"{self.stack.url}/" if at == "digid" else f"{self.stack.url}/medewerker/"
        assert home.status_code == 200
        assert home.url.startswith(landed) if at != "digid" else home.url == landed

    # --- A birth ------------------------------------------------------------------------------------

    def begins(self) -> requests.Response:
        """Begins the life event; gives the page with what we know already."""
        facts = self.post(f"{EVENT}begin/")
        self.journey = facts.url.removeprefix(self.stack.url).removesuffix("gegevens/")
        return facts

    def answers(self) -> None:
        """Answers every question."""
        for group, items in ANSWERS.items():
            for number, item in enumerate(items, start=1):
                assert self.post(f"{self.journey}vragen/{group}/{number}/", **item).status_code == 200

    def prepares(self) -> str:
        """Everything up to the review page; gives the fingerprint of what stands there."""
        self.begins()
        self.answers()
        return self.seen()

    def seen(self) -> str:
        """The fingerprint on the review page."""
        return _found(_SEEN, self.get(f"{self.journey}controle/").text)

    def sends(self, seen: str, *follow_ups: str) -> requests.Response:
        """Presses the button of the review page, with these ticks set."""
        ticks = {"follow_up": follow_ups[0]} if follow_ups else {}
        return self.post(f"{self.journey}controle/", seen=seen, **ticks)

    def reference(self) -> str:
        """The reference of the birth registration that was sent."""
        plan = self.get(self.journey).text
        return _found(re.compile(f"({_REFERENCE.pattern})"), plan)


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match, f"{pattern.pattern} is not on the page: {text[:2000]}"
    return match[1]
