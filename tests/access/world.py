"""Everybody with everything, made once for a whole file of tests; each request is undone afterwards."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.access.clients import READ, SERVICE, WRITE, issue_client
from portal.access.routes import Route, every_route
from portal.people import sessions
from tests.access.objects import Parameters, make_objects
from tests.access.walking import FORM, text_of
from tests.api.conftest import make_token
from tests.cast import Cast, actor, logged_in, make_cast

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

PEOPLE: Final = (
    "citizen",
    "neighbour",
    "officer",
    "other_officer",
    "lead",
    "other_lead",
    "helpdesk",
    "helpdesk_lead",
    "editor",
    "operator",
    "auditor",
)
PROGRAMS: Final = {
    "program": ("gemeente-waterstad", "geboorteaangifte"),
    "other_program": ("svb", "kinderbijslag"),
}
WHO: Final = ("anonymous", *PEOPLE, *PROGRAMS)
ROUTES: Final[dict[str, Route]] = {route.name: route for route in every_route()}
_WRITES: Final = re.compile(r"\s*(INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_CHANGES_EVERY_TIME: Final = re.compile(
    r'nonce="[^"]*"|name="csrfmiddlewaretoken" value="[^"]*"|"X-CSRFToken": "[^"]*"'
    # The address asked for stands in the form that changes the language, and marks a place in the menu.
    r'|name="next" value="[^"]*"| aria-current="page"'
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one request gave, and what it did."""

    kind: str
    """The status, or `login` for "to the login page"."""
    shown: str
    headers: Mapping[str, str]
    queries: int
    writes: tuple[str, ...]
    denials: tuple[Mapping[str, Any], ...]
    """Lines in the security log that say that a door stayed shut."""


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.events: list[Mapping[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        if isinstance(record.msg, dict):
            self.events.append({name: value for name, value in record.msg.items() if name != "timestamp"})


class World:
    """Who is in it, what there is, and a browser or a token for each."""

    def __init__(self) -> None:
        self.cast: Cast = make_cast()
        self.objects: dict[str, Parameters] = make_objects(self.cast)
        self._answers: dict[tuple[str, str, str, bool], Answer] = {}
        self._clients = {name: logged_in(self.cast.user(name)) for name in ("anonymous", *PEOPLE)}
        self._clients |= {name: self._program(name, *of) for name, of in PROGRAMS.items()}
        self._cookies = {name: client.cookies.output(header="") for name, client in self._clients.items()}

    def _program(self, name: str, agency: str, service: str) -> Client:
        issue_client(
            actor=actor(self.cast.operator),
            client_id=name,
            agency=agency,
            name="Proef",
            services=[service],
            may_write=True,
        )
        token = make_token(name, [READ, WRITE, f"{SERVICE}{service}"])
        return Client(headers={"Authorization": f"Bearer {token}"})

    def add(self, who: str, client: Client) -> None:
        """Somebody more who asks."""
        self._clients[who] = client
        self._cookies[who] = client.cookies.output(header="")

    def address(self, route: str, label: str) -> str:
        """Where the route is for this object."""
        return reverse(route, kwargs={name: self.objects[label][name] for name in ROUTES[route].parameters})

    def ask(self, who: str, method: str, address: str, *, fragment: bool = False) -> Answer:
        """One request, whose changes are undone: the next one finds everything as it was.

        Hence asked once only: the same question would get the same answer.
        """
        question = (who, method, address, fragment)
        if question not in self._answers:
            self._answers[question] = self._ask(*question)
        return self._answers[question]

    def _ask(self, who: str, method: str, address: str, fragment: bool) -> Answer:
        heard = _Heard()
        log = logging.getLogger("portal.security")
        log.addHandler(heard)
        try:
            with transaction.atomic(), CaptureQueriesContext(connection) as queries:
                response = self._send(who, method, address, fragment)
                body = text_of(b"".join(response) if response.streaming else response.content)
                transaction.set_rollback(True)
        finally:
            log.removeHandler(heard)
        asked = [query["sql"] for query in queries.captured_queries]
        return Answer(
            kind=_kind(response),
            shown=_CHANGES_EVERY_TIME.sub("", body),
            headers=_headers(response),
            queries=len(asked),
            writes=tuple(sql for sql in asked if _WRITES.match(sql)),
            denials=tuple(one for one in heard.events if one.get("event") == "denied"),
        )

    def _send(self, who: str, method: str, address: str, fragment: bool) -> Response:
        client = self._clients[who]
        client.cookies = SimpleCookie(self._cookies[who])
        headers = {"HX-Request": "true"} if fragment else None
        if method == "GET":
            return client.get(address, headers=headers)
        if method == "PUT" or who in PROGRAMS:
            call = client.put if method == "PUT" else client.post
            return call(address, {}, content_type="application/json")
        return client.post(address, FORM)


@contextmanager
def running_world() -> Iterator[World]:
    """The world in a database of which nothing stays; the identity provider and the registers are down."""
    providers = {
        name: {**entry, "server_url": "http://127.0.0.1:1"}
        for name, entry in settings.LOGIN_PROVIDERS.items()
    }
    with ExitStack() as stack:
        stack.enter_context(override_settings(LOGIN_PROVIDERS=providers))
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        # Whether this machine can make a PDF is another question than who may ask for one.
        for name in ("weasyprint", "as_pdf"):
            patch.setattr(f"portal.citizen.views.download.{name}", lambda *_: b"a PDF")
        # Nobody's session gets older meanwhile, nor is prolonged, which would be written down.
        now = sessions._now()
        patch.setattr(sessions, "_now", lambda: now)
        patch.setattr(logging.getLogger("django.request"), "disabled", True)
        patch.setattr(logging.getLogger("portal.security"), "propagate", False)
        cache.clear()
        atomic = transaction.atomic()
        atomic._from_testcase = True  # type: ignore[attr-defined]  # as Django's own test cases do
        stack.enter_context(atomic)
        yield World()
        transaction.set_rollback(True)


def _kind(response: Response) -> str:
    address = response.get("HX-Redirect") or (response.status_code == 302 and response["Location"]) or ""
    to_login = urlsplit(address).path == reverse("people:login")
    return "login" if to_login else str(response.status_code)


def _headers(response: Response) -> dict[str, str]:
    """Without the nonce, and without the length, which varies with the address."""
    return {
        name: re.sub(r"'nonce-[^']*'", "", value)
        for name, value in response.headers.items()
        if name != "Content-Length"
    }
