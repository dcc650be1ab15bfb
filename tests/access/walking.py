"""A walk over everything that the site gives: each route, each object, by each person, page and fragment."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any, Final
from zipfile import ZipFile

from django.db import transaction
from django.test import Client
from django.urls import reverse

from portal.access.routes import Route, every_route
from tests.access.objects import Parameters

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

FORM: Final = {"csrfmiddlewaretoken": "not checked by the test client"}
_FRAGMENT: Final = {"HX-Request": "true"}
_MASKED: Final = re.compile(
    # Without `open`, and with the warning as the words to tap on.
    r"(<details>\s*<summary>\s*Geheim\.[^<]*</summary>).*?(</details>)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """What one request of one person gave. `headers` has the cookies as well."""

    who: str
    route: str
    address: str
    how: str
    status: int
    headers: str = field(repr=False)
    body: str = field(repr=False)

    @property
    def everything(self) -> str:
        """All that left the site: attributes, comments, scripts and headers too."""
        return f"{self.headers}\n{self.body}"

    @property
    def in_plain_sight(self) -> str:
        """The same without what is folded away until somebody taps it."""
        return _MASKED.sub(r"\1\2", self.everything)

    def __str__(self) -> str:
        return f"{self.who}: {self.how} {self.route}"


def routes() -> list[Route]:
    """Every route with a name; one without may be entered by nobody."""
    return [route for route in every_route() if route.name]


def unreachable(objects: Mapping[str, Parameters]) -> list[str]:
    """The routes that no object has all parameters for: nobody would walk there."""
    return [route.name for route in routes() if not any(_fits(route, one) for one in objects.values())]


def walk(who: str, client: Client, objects: Mapping[str, Parameters]) -> Iterator[Visit]:
    """Everything that this person gets. What a request changes is undone: each finds all as it was."""
    cookies = client.cookies.output()
    for route in routes():
        for address in sorted({_address(route, one) for one in objects.values() if _fits(route, one)}):
            for how in ("GET", "fragment", "POST"):
                client.cookies = SimpleCookie(cookies.replace("Set-Cookie: ", ""))
                visit = _visit(who, route.name, address, how, _ask(client, address, how))
                yield visit
                if visit.status in (HTTPStatus.NOT_FOUND, HTTPStatus.FOUND, HTTPStatus.UNAUTHORIZED):
                    break  # the door is shut whatever one brings (`test_routes.py` holds it to that)


def _fits(route: Route, parameters: Parameters) -> bool:
    return route.parameters <= parameters.keys()


def _address(route: Route, parameters: Parameters) -> str:
    return reverse(route.name, kwargs={name: parameters[name] for name in route.parameters})


def _ask(client: Client, address: str, how: str) -> Response:
    with transaction.atomic():
        if how == "POST":
            response = client.post(address, FORM)
        else:
            response = client.get(address, headers=_FRAGMENT if how == "fragment" else None)
        transaction.set_rollback(True)
    return response


def _visit(who: str, route: str, address: str, how: str, response: Response) -> Visit:
    raw = b"".join(response) if response.streaming else response.content
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    headers = f"{headers}\n{response.cookies.output()}"
    return Visit(who, route, address, how, response.status_code, headers, text_of(raw))


def text_of(raw: bytes) -> str:
    """A body as text; of a PDF what it shows, and what it says of itself; of a ZIP all that is in it."""
    if raw.startswith(b"PK"):
        with ZipFile(io.BytesIO(raw)) as files:
            return "\n".join(f"{name}\n{text_of(files.read(name))}" for name in files.namelist())
    if not raw.startswith(b"%PDF"):
        return raw.decode(errors="replace")
    from pypdf import PdfReader

    document = PdfReader(io.BytesIO(raw))
    pages = [page.extract_text() for page in document.pages]
    return "\n".join([*pages, str(document.metadata)])


def holds(text: str, secrets: tuple[str, ...]) -> list[str]:
    """Which of these stand in a text, whatever their case, and however a postcode is written."""
    folded = re.sub(r"(\d{4})(?:\s|&nbsp;|%20|\+)+([a-z]{2})", r"\1\2", text.casefold())
    return [secret for secret in secrets if secret.casefold() in folded]


def said(records: list[Any]) -> str:
    """Everything that log records would print."""
    return "\n".join(f"{record.getMessage()} {vars(record)}" for record in records)
