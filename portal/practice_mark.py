"""The mark of a place to practise: on all that leaves it, whatever made it.

A page has a strip, a frame and a title (`templates/base.html`), paper a line on each sheet (`portal.paper`),
a mail, a text and a letter say it first. Here is what goes with every answer: a header, and for a file its
name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext as _

HEADER: Final = "X-Practice"
_FILE_NAME: Final = re.compile(r'filename="([^"]+)"')


def practice_words() -> str:
    """The sentence on everything that people read, in their language; "" where nothing is practised."""
    return _("Dit is een oefenomgeving. Niets is hier echt.") if settings.PRACTICE else ""


def marked_name(name: str) -> str:
    """The name of a file as somebody keeps it."""
    return f"oefenen-{name}" if settings.PRACTICE else name


class PracticeMiddleware:
    """Stands outside all others, so that no answer goes by it; not used where nobody practises."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.PRACTICE:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Errors, redirects, fragments, files and answers to programs included."""
        response = self.get_response(request)
        response[HEADER] = "true"
        if disposition := response.headers.get("Content-Disposition"):
            response["Content-Disposition"] = _FILE_NAME.sub(_renamed, disposition)
        if response.headers.get("Content-Type", "").startswith("text/csv"):
            _say_in_first_line(response)
        return response


def _renamed(found: re.Match[str]) -> str:
    return f'filename="{marked_name(found[1])}"'


def _say_in_first_line(response: HttpResponse | StreamingHttpResponse) -> None:
    """A table is taken out of its file soon: it says of itself what it is."""
    line = f"{practice_words()}\r\n".encode(response.charset)
    if isinstance(response, StreamingHttpResponse):
        response.streaming_content = _after(line, iter(response))
    else:
        response.content = line + response.content
    if "Content-Length" in response:
        response["Content-Length"] = str(int(response["Content-Length"]) + len(line))


def _after(line: bytes, table: Iterator[bytes]) -> Iterator[bytes]:
    yield line
    yield from table
