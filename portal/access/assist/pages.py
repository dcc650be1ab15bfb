"""What looking along adds to a request: nothing is written, nothing is seen without a trace, and it shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final

from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone

from portal.access.assist.verbs import AssistEnded
from portal.people.actor import Actor
from portal.people.scrub import replace_bsn

SESSION_KEY: Final = "assist"
READING: Final = ("GET", "HEAD", "OPTIONS")
OWN_WRITES: Final = frozenset(
    {
        "helpdesk:stop-assist",
        "helpdesk:extend-assist",
        "helpdesk:send-code-again",
        "helpdesk:send-together",
        "helpdesk:send-to-confirm",
        "people:logout",
        "people:leave-quickly",
        "people:stay",
        "set_language",
    }
)
"""What a member of staff does for themselves while looking along; everything else that writes is refused."""
FILLING: Final = frozenset({"citizen:begin", "citizen:facts", "citizen:question"})
"""What may be written together: a draft is begun, the registers are asked, its questions are answered."""
WORDS: Final = frozenset({"citizen:messages"})
"""What the citizen lets be read, or not: what was written back and forth."""
OWN_WORDS: Final = frozenset({"citizen:messages", "citizen:task", "citizen:inbox"})
"""Pages with words that people wrote themselves, or where those are searched: a place may stand in them."""
LEAVING: Final = frozenset({"people:logout", "people:leave-quickly"})
_ABOUT: Final = ("reference", "journey_id")
_BANNER: Final = 'id="ll-beside"'
_BSN: Final = "•••••••••"

_SEEN: Final = """
INSERT INTO access_assistpage (assist_id, route, about, at)
SELECT id, %s, %s::jsonb, %s FROM access_assist WHERE id = %s AND ended_at IS NULL AND ends_at > %s
RETURNING id
"""
"""One statement: the page is noted only while the assist stands, and it goes out only if it was noted."""


def refusal(request: HttpRequest, actor: Actor, route: str) -> HttpResponse | None:
    """The one place that makes looking along reading: for pages, fragments, the API, crafted forms.

    Where the citizen lets things be filled in, the answers of a draft may be; no file goes along, and
    nothing of it is sent (`portal.cases.helpdesk.together`).
    """
    if request.method in READING:
        hidden = actor.hides_words and route in WORDS
        return render(request, "helpdesk/no_words.html", status=HTTPStatus.FORBIDDEN) if hidden else None
    if route in OWN_WRITES:
        return None
    fills = actor.assist is not None and actor.assist.fills
    if fills and route in FILLING and not (request.FILES or "remove" in request.POST):
        return None
    return render(request, "helpdesk/read_only.html", status=HTTPStatus.FORBIDDEN)


def send_out(request: HttpRequest, actor: Actor, response: HttpResponse) -> HttpResponse:
    """Before an answer goes to who looks along: noted, masked, with its banner and its end."""
    match, beside = request.resolver_match, actor.assist
    if match is None or beside is None or not _is_of_the_citizen(match.namespace, response):
        return response
    _note_page(actor, match.url_name or "", match.kwargs)
    if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
        return response
    text = replace_bsn(response.content.decode(response.charset), lambda _bsn: _BSN)
    if request.headers.get("HX-Request") == "true":
        if _BANNER not in text:  # a whole page has it
            text += render_to_string("helpdesk/_banner.html", {"actor": actor, "oob": True}, request)
    else:
        # A page that was left open goes away by itself, also without scripts.
        response.headers["Refresh"] = (
            f"{seconds_left(beside.ends_at) + 1}; url={resolve_url('helpdesk:home')}"
        )
    response.content = text.encode(response.charset)
    return response


def ended(request: HttpRequest) -> HttpResponse:
    """It is over: nothing of the citizen is shown, nothing was done."""
    request.session.pop(SESSION_KEY, None)
    address = f"{resolve_url('helpdesk:home')}?voorbij=1"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def seconds_left(until: datetime) -> int:
    """Whole seconds from now."""
    return max(0, int((until - timezone.now()).total_seconds()))


def _is_of_the_citizen(namespace: str, response: HttpResponse) -> bool:
    """A form with mistakes in it shows what its page shows."""
    shows = response.status_code in (HTTPStatus.OK, HTTPStatus.UNPROCESSABLE_ENTITY)
    return namespace == "citizen" and shows


def _note_page(actor: Actor, route: str, parameters: Mapping[str, Any]) -> None:
    """Raises `AssistEnded` where it does not stand any more: then the page does not go out."""
    assert actor.assist is not None  # noqa: S101  # nosec B101 - the caller looked
    now = datetime.now(UTC)
    about = {name: str(parameters[name]) for name in _ABOUT if name in parameters}
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [route, json.dumps(about), now, actor.assist.assist_id, now])
        if cursor.fetchone() is None:
            raise AssistEnded
