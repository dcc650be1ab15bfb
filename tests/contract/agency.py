"""The other side of a destination, played from a sample: it answers, keeps what is sent, and fails to order.

The format of `answers` is documented in connectors/README.md. What it keeps is the independent count
of effects: a destination never sees it, and cannot talk it away.
"""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Event, Lock
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.connectors.other_side import Asked, OtherSide, Reply, answer, hang_up, html, raw, silence

Object = dict[str, Any]


PLENTY = 5.0
SHORT = 0.3
"""Deadlines in seconds: for an agency that answers, and for one that never does."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong at one call, after its effect or before; `kinds` are the errors it may become.

    `retry_after`: how many seconds the agency asks us to wait; `seconds`: the deadline to try it with.
    """

    name: str
    reply: Reply
    kinds: frozenset[str]
    after: bool = False
    retry_after: float | None = None
    seconds: float = PLENTY


UNAVAILABLE, MALFORMED = frozenset({"unavailable"}), frozenset({"malformed"})
SETTINGS, PERMANENT = frozenset({"config"}), frozenset({"refused", "config"})
BEFORE = [
    Fault("503", html(503), UNAVAILABLE),
    Fault("429", answer({}, status=429, headers={"Retry-After": "120"}), UNAVAILABLE, retry_after=120.0),
    Fault("hangs up", hang_up, UNAVAILABLE),
    Fault("silence", silence, UNAVAILABLE, seconds=SHORT),
    Fault("401", answer({"code": "not_authenticated"}, status=401), SETTINGS),
    Fault("403", answer({"code": "permission_denied"}, status=403), PERMANENT),
    Fault("404", answer({"code": "not_found"}, status=404), PERMANENT),
    Fault("HTML", html(), MALFORMED),
    Fault("half an answer", raw(b'{"'), MALFORMED),
]
AFTER = [
    Fault("answer lost", hang_up, UNAVAILABLE, after=True),
    Fault("500 that means stored", answer({}, status=500), UNAVAILABLE, after=True),
    Fault("half an answer", raw(b'{"'), MALFORMED, after=True),
    Fault("stored and then silent", silence, UNAVAILABLE, after=True, seconds=SHORT),
]


class Agency:
    """Plays the `answers` of a sample, from `url`. A question that none of them fits fails the test."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._side = OtherSide(self._reply)
        self.url = self._side.url
        self.effects: list[tuple[str, Object]] = []
        """Each effect: in which list it was kept, and the body as it was sent."""
        self.effect_calls: list[int] = []
        """The numbers of the calls, from 1, that had one."""
        self.faults: dict[int, Fault] = {}
        """What goes wrong at which call, at all tries of it; once."""
        self._last_fault: Fault | None = None
        self._reading: list[Object] = content.get("reading", {}).get("answers", [])
        self.answers: list[Object] = content.get("answers", [])
        self._kept: dict[str, list[Object]] = {}
        self._unexpected: list[str] = []
        self._calls = 0
        self._lock = Lock()

    def __enter__(self) -> Self:
        self._side.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._side.__exit__(kind, error, trace)
        if kind is None:
            assert not self._unexpected, f"no answer of the sample fits: {self._unexpected}"

    @property
    def asked(self) -> list[Asked]:
        """Every question so far."""
        return self._side.asked

    @property
    def outcome(self) -> list[str]:
        """The effects in a form that can be compared between two agencies, in any order."""
        written = [json.dumps(effect, sort_keys=True) for effect in self.effects]
        return sorted(one.replace(self.url, "{side}") for one in written)

    def forgive(self) -> None:
        """Questions that no answer fits were asked on purpose."""
        self._unexpected.clear()

    def work_on(self) -> None:
        """From now on the answers below `reading` come first."""
        self.answers, self._reading = [*self._reading, *self.answers], []

    def fill(self, given: Any) -> Any:
        """A part of the sample with `{side}` filled in."""
        return _filled(given, {"side": self.url})

    def _reply(self, asked: Asked, connection: socket.socket, over: Event) -> bool:
        with self._lock:
            if asked.headers["x-try"] == "1":
                self._calls += 1
                self._last_fault = self.faults.pop(self._calls, None)
            fault = self._last_fault
            reply = fault.reply if fault and not fault.after else self._answer(asked)
        return (fault.reply if fault else reply)(asked, connection, over)

    def _answer(self, asked: Asked) -> Reply:
        query = dict(parse_qsl(urlsplit(asked.target).query))
        for route in self.answers:
            words = _match(route["call"], asked)
            if words is not None and self.fill(route.get("with", {})).items() <= query.items():
                return self._routed(route, asked, words, query)
        self._unexpected.append(f"{asked.method} {asked.target}")
        return answer({}, status=404)

    def _routed(self, route: Object, asked: Asked, words: dict[str, str], query: dict[str, str]) -> Reply:
        if "keeps" in route:
            return self._keep(route, asked, words)
        if "changes" in route:
            return self._change(route, asked, words)
        body = self.fill(route.get("json"))
        if "finds" in route:
            found = self._found(route, route["finds"], {**query, **words})
            if route.get("one"):
                return answer(found[0]) if found else answer({}, status=404)
            body = {**(body or {}), route["into"]: found} if "into" in route else found
        headers = route.get("headers", {})
        if "ETag" in headers and asked.headers.get("if-none-match") == headers["ETag"]:
            return raw(b"", status=304, content_type=None, headers=headers)
        if "text" in route:
            return raw(route["text"].encode(), status=route.get("status", 200), headers=headers)
        return answer(body, status=route.get("status", 200), headers=headers)

    def _found(self, route: Object, kept: str, known: Mapping[str, str]) -> list[Object]:
        """Those kept of which the fields in `by` are as the query or the path says."""
        wanted = {name: known.get(name) for name in route.get("by", [])}
        return [
            one
            for one in self._kept.get(kept, [])
            if all(one.get(name) == value for name, value in wanted.items())
        ]

    def _change(self, route: Object, asked: Asked, words: dict[str, str]) -> Reply:
        found = self._found(route, route["changes"], words)
        if not found:
            return answer({}, status=404)
        self._once(asked)
        sent = asked.json()
        found[0].update(sent)
        self.effects.append((f"{route['changes']} changed", sent))
        self.effect_calls.append(self._calls)
        return answer(found[0])

    def _once(self, asked: Asked) -> None:
        if asked.headers["x-try"] != "1":
            self._unexpected.append(f"another try of {asked.method} {asked.target}, which has an effect")

    def _keep(self, route: Object, asked: Asked, words: dict[str, str]) -> Reply:
        sent, kept = asked.json(), self._kept.setdefault(route["keeps"], [])
        self._once(asked)
        unique = route.get("unique", [])
        if unique and any(all(one.get(name) == sent.get(name) for name in unique) for one in kept):
            return answer(self.fill(route["taken"]["json"]), status=route["taken"]["status"])
        number = sum(len(some) for some in self._kept.values()) + 1
        known = {"side": self.url, "id": f"00000000-0000-4000-8000-{number:012}", **words}
        made = {**sent, **_filled(route.get("json", {}), known)}
        kept.append(made)
        self.effects.append((route["keeps"], sent))
        self.effect_calls.append(self._calls)
        return answer(made, status=route.get("status", 201))


def _match(call: str, asked: Asked) -> dict[str, str] | None:
    """The words of the path that `{name}` stands for, where method and path are those of `call`."""
    method, path = call.split()
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(path))
    found = re.fullmatch(pattern, urlsplit(asked.target).path)
    if method != asked.method or found is None:
        return None
    return {name: unquote(word) for name, word in found.groupdict().items()}


def _filled(given: Any, known: Mapping[str, str]) -> Any:
    if isinstance(given, dict):
        return {key: _filled(value, known) for key, value in given.items()}
    if isinstance(given, list):
        return [_filled(value, known) for value in given]
    if isinstance(given, str):
        return re.sub(r"\{(\w+)\}", lambda word: known.get(word[1], word[0]), given)
    return given
