"""The only door out: JSON over HTTP to one configured service, with an end to every wait.

A `Client` talks to the host of its settings and to nothing else: it follows no redirect, keeps no
cookies, and takes no proxy or password from the environment. What may be sent twice (a GET, and a
question by POST that the caller marks `idempotent`) is tried up to three times where that may help
(`connectors.retry`), all within the one deadline; nothing else is ever tried twice. What comes back
is JSON within bounds (or a file, where one is asked for), or one of the errors of `connectors.base`:

| The other side | Error |
|---|---|
| no connection, no answer before the deadline, 408, 425, 429, 5xx | `Unavailable`, with its `retry_after` |
| 401, 407, 301, 308, a certificate that is not trusted | `Misconfigured`: somebody must mend the settings |
| 403 (it knows us and says no), 404, any other 4xx | `Refused` |
| another redirect or 304 unasked, another type than JSON, broken, too large, too deep | `Malformed` |

Messages and log lines hold the connector, the path as written in code, the status, and the codes by
which the other side names what is wrong: no body, no query, no address that was filled in.
"""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

from connectors.answers import LONGEST_RETRY_AFTER
from connectors.base import JSON, ConnectorError
from connectors.exchange import NOT_MODIFIED, Exchange, Request, Seen, is_version
from connectors.outgoing import checked_base, checked_headers, traceparent
from connectors.retry import TRY_HEADER, Retry
from connectors.tally import note_call
from connectors.wanted import Wanted, file_within, json_within, nothing_within
from connectors.watchdog import Watch

__all__ = ["LONGEST_RETRY_AFTER", "Client"]

logger = logging.getLogger(__name__)

_ANY_FILE = {"Accept": "application/octet-stream, */*;q=0.5"}
_PATH = re.compile(r"(/([A-Za-z0-9_~-][A-Za-z0-9_.~-]*|\{[a-z_]+\}))+/?")
Sign = Callable[[str, str, bytes, Mapping[str, str]], Mapping[str, str]]
"""Gives the headers that sign a call, from its method, address, body and other headers."""

_LONGEST_SMALL_TALK = 65_536
"""Bytes that who is told something may answer."""

_TYPED = {"Content-Type": "application/json"}


class Client:
    """One service of the outside world. Safe to share between threads; it keeps connections open.

    `deadline` is the total in seconds, from looking up the name to the last byte of the body.
    `ca_file` names the certificates to trust instead of the public ones. `retry` says how calls that
    may be sent twice are tried again; `sign` adds headers to each try. `public_only`: an address that the
    name leads to must be one of the public internet. Raises `ValueError` for settings
    that can never work, without repeating their values.
    """

    def __init__(
        self,
        base_url: str,
        *,
        connector: str,
        headers: Mapping[str, str] | None = None,
        connect_timeout: float = 2.0,
        deadline: float = 5.0,
        max_bytes: int = 2_000_000,
        max_depth: int = 40,
        ca_file: str | None = None,
        retry: Retry | None = None,
        sign: Sign | None = None,
        public_only: bool = False,
    ) -> None:
        self.connector = connector
        self._origin, self._prefix = checked_base(base_url)
        self._headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",  # so that max_bytes bounds what is unpacked as well
            "User-Agent": "levensloket",
            **checked_headers(headers or {}),
        }
        if ca_file is not None and not Path(ca_file).is_file():
            raise ValueError("the file with certificates to trust does not exist")
        self._deadline = deadline
        self._json = json_within(max_bytes=max_bytes, max_depth=max_depth, connector=connector)
        self._retry = retry or Retry()
        self._sign = sign
        self._public_only = public_only
        self._exchange = Exchange(
            self._origin,
            connector=connector,
            connect_timeout=connect_timeout,
            deadline=deadline,
            ca_file=ca_file,
            refusals=self._json,
        )

    def post_json(
        self,
        path: str,
        body: JSON,
        *,
        trace_id: str,
        values: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool = False,
    ) -> JSON:
        """Posts `body` to `path` below the base address and returns the JSON of the answer.

        `{name}` in the path stands for one of `values`. `trace_id` is 32 hexadecimal digits, sent as
        W3C traceparent. `idempotent` marks a question, which has no effect and may be sent twice.
        Raises a `ConnectorError`.
        """
        target, data, sent = (
            self._target(path, values or {}, {}),
            _body(body),
            {**_TYPED, **(headers or {})},
        )
        return self._call("POST", path, target, data, trace_id, sent, Seen(), may_repeat=idempotent)

    def tell(self, body: JSON, *, trace_id: str) -> None:
        """Posts `body` to the base address itself; any 2xx will do. Raises a `ConnectorError`."""
        target, data = self._prefix or "/", _body(body)
        self._call(
            "POST",
            "/",
            target,
            data,
            trace_id,
            _TYPED,
            Seen(),
            may_repeat=False,
            wanted=nothing_within(_LONGEST_SMALL_TALK),
        )

    def put_json(
        self,
        path: str,
        body: JSON,
        *,
        trace_id: str,
        values: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JSON:
        """The same with PUT: what is at `path` becomes `body`. It has an effect, so it is sent once."""
        target, data, sent = (
            self._target(path, values or {}, {}),
            _body(body),
            {**_TYPED, **(headers or {})},
        )
        return self._call("PUT", path, target, data, trace_id, sent, Seen(), may_repeat=False)

    def put_form(
        self,
        path: str,
        fields: Mapping[str, str],
        files: Mapping[str, bytes],
        *,
        trace_id: str,
        values: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> JSON:
        """PUT of a form with files, by the names of their fields (multipart/form-data); sent once."""
        kind, data = _form(fields, files)
        target, sent = self._target(path, values, {}), {"Content-Type": kind, **(headers or {})}
        return self._call("PUT", path, target, data, trace_id, sent, Seen(), may_repeat=False)

    def act(
        self,
        path: str,
        body: JSON,
        *,
        trace_id: str,
        values: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Posts `body` to `path`; any 2xx will do, and what it answers is of no use."""
        target, data, sent = self._target(path, values, {}), _body(body), {**_TYPED, **(headers or {})}
        wanted = nothing_within(_LONGEST_SMALL_TALK)
        self._call("POST", path, target, data, trace_id, sent, Seen(), may_repeat=False, wanted=wanted)

    def patch_json(
        self,
        path: str,
        body: JSON,
        *,
        trace_id: str,
        values: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> JSON:
        """The same with PATCH: of what is at `path`, only what stands in `body` changes."""
        sent = {**_TYPED, **(headers or {})}
        target, data = self._target(path, values, {}), _body(body)
        return self._call("PATCH", path, target, data, trace_id, sent, Seen(), may_repeat=False)

    def get_json(
        self,
        path: str,
        *,
        trace_id: str,
        values: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> JSON:
        """The JSON at `path`, in which `{name}` stands for one of `values`. Raises a `ConnectorError`.

        Addresses end up in logs along the way: never put a BSN in `values` or `query`.
        """
        target = self._target(path, values or {}, query or {})
        return self._call("GET", path, target, None, trace_id, headers or {}, Seen(), may_repeat=True)

    def get_if_changed(
        self,
        path: str,
        version: str,
        *,
        trace_id: str,
        values: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[JSON, str] | None:
        """The JSON at `path` and its version (ETag, or ""); None where it still is `version` ("": unknown).

        A version belongs to one path with one query: never ask for another with it.
        """
        target = self._target(path, values or {}, query or {})
        condition = {"If-None-Match": version} if is_version(version) else {}
        seen, sent = Seen(), {**(headers or {}), **condition}
        value = self._call("GET", path, target, None, trace_id, sent, seen, may_repeat=True)
        return None if seen.status == NOT_MODIFIED else (value, seen.version)

    def get_bytes(
        self,
        path: str,
        *,
        most: int,
        trace_id: str,
        values: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """The file at `path`, of at most that many bytes. Its type is for the caller to judge."""
        target = self._target(path, values or {}, query or {})
        wanted, sent = file_within(most), {**_ANY_FILE, **(headers or {})}
        file: bytes = self._call(
            "GET", path, target, None, trace_id, sent, Seen(), may_repeat=True, wanted=wanted
        )
        return file

    def _target(self, path: str, values: Mapping[str, str], query: Mapping[str, str]) -> str:
        if not _PATH.fullmatch(path):
            raise ValueError("a path is /word/word, with {name} for a value")
        if any(value in ("", ".", "..") for value in values.values()):
            raise ValueError("a value in a path may not be empty, '.' or '..'")
        filled = path.format(**{name: quote(value, safe="") for name, value in values.items()})
        return self._prefix + filled + (f"?{urlencode(query)}" if query else "")

    def _call(
        self,
        method: str,
        path: str,
        target: str,
        body: bytes | None,
        trace_id: str,
        headers: Mapping[str, str],
        seen: Seen,
        *,
        may_repeat: bool,
        wanted: Wanted | None = None,
    ) -> Any:
        def new_request() -> Request:
            told = {"traceparent": traceparent(trace_id), TRY_HEADER: str(seen.tries)}
            given = {**self._headers, **headers, **told}
            if self._sign is not None:
                signed = self._sign(method, self._origin + target, body or b"", given)
                given |= checked_headers(signed)
            return Request(method, target, given, body)

        started = time.monotonic()
        try:
            with Watch(self._deadline, public_only=self._public_only) as watch:
                most = self._retry.tries if may_repeat else 1
                return self._try(new_request, seen, watch, most, wanted or self._json)
        except ConnectorError as error:
            seen.outcome = error.kind
            raise
        finally:
            self._log(method, path, trace_id, seen, time.monotonic() - started)

    def _try(
        self,
        new_request: Callable[[], Request],
        seen: Seen,
        watch: Watch,
        most: int,
        wanted: Wanted,
    ) -> Any:
        """Tries until there is an answer, or no reason to try again. All tries share the one watch."""
        while True:
            seen.tries, seen.status, seen.version = seen.tries + 1, 0, ""
            note_call()
            try:
                return self._exchange.run(new_request(), seen, watch, wanted)
            except ConnectorError as error:
                if seen.tries >= most or watch.expired:
                    raise
                seconds = self._retry.pause_after(
                    error, tried=seen.tries, status=seen.status, left=watch.left
                )
                if seconds is None:
                    raise
            self._retry.pause(seconds)

    def _log(self, method: str, path: str, trace_id: str, seen: Seen, seconds: float) -> None:
        level = logging.INFO if seen.outcome == "ok" else logging.WARNING
        if not logger.isEnabledFor(level):
            return
        facts = {
            "connector": self.connector,
            "method": method,
            "path": path,
            "status": seen.status or "none",
            "outcome": seen.outcome,
            "tries": seen.tries,
            "ms": round(seconds * 1000),
            "trace_id": trace_id,
        }
        logger.log(level, "call %s", " ".join(f"{key}={value}" for key, value in facts.items()), extra=facts)


def _body(value: JSON) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def _form(fields: Mapping[str, str], files: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The type and the body of a form. The names are the code's own, and the values are no text of people."""
    parts = [
        *((RequestField(name, value)) for name, value in fields.items()),
        *((RequestField(name, value, filename=name)) for name, value in files.items()),
    ]
    for one in parts:
        one.make_multipart()
    body, kind = encode_multipart_formdata(parts)
    return kind, body
