"""One request to the other side and its answer: what was wanted, or an error of `connectors.base`.

The transport of urllib3 alone, on connections that a `Watch` can end: no cookies, no redirects, no
.netrc, and no proxies of the environment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any

import urllib3
from urllib3.response import BaseHTTPResponse

from connectors.answers import problem_codes, retry_after
from connectors.base import ConnectorError, Malformed, Misconfigured, Refused, Unavailable
from connectors.wanted import Wanted
from connectors.watchdog import Watch, guarded_pool

NOT_MODIFIED = 304
_BUSY = {408, 425, 429}
_SETTINGS_AT_FAULT = {301, 308, 401, 407}
_NO_ANSWER = (urllib3.exceptions.HTTPError, HTTPException, OSError)
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,200}"')


@dataclass(frozen=True, slots=True)
class Request:
    """What goes out. `target` is the path with its query, as it stands in the request."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(slots=True)
class Seen:
    """What one call has shown so far. `status` and `version` (its ETag, or "") are those of the last try."""

    tries: int = 0
    status: int = 0
    outcome: str = "error"
    version: str = ""


def is_version(etag: str) -> bool:
    """Whether an ETag can be sent back as it is."""
    return bool(_ETAG.fullmatch(etag))


class Exchange:
    """The way to one host (`origin`: scheme, host and port). Safe to share; it keeps connections open.

    `refusals` is how a refusal is read, for the codes in it.
    """

    def __init__(
        self,
        origin: str,
        *,
        connector: str,
        connect_timeout: float,
        deadline: float,
        ca_file: str | None,
        refusals: Wanted,
    ) -> None:
        self._connector = connector
        self._deadline = deadline
        self._timeout = urllib3.Timeout(connect=connect_timeout, read=deadline)
        self._pool = guarded_pool(origin, ca_file)
        self._refusals = refusals

    def run(self, request: Request, seen: Seen, watch: Watch, wanted: Wanted) -> Any:
        """What was wanted, read; None where it did not change. Raises a `ConnectorError`."""
        try:
            raw = self._fetch(request, seen, wanted)
        except _NO_ANSWER as error:
            raise self._no_answer(error, watch) from None
        except Malformed:
            # Headers that the watch cut short look complete to http.client.
            if watch.expired:
                raise self._too_slow() from None
            raise
        # So does a body that ends with its connection.
        if watch.expired:
            raise self._too_slow()
        # What did not change comes without a body.
        value = None if seen.status == NOT_MODIFIED else wanted.read(raw)
        seen.outcome = "ok"
        return value

    def _fetch(self, request: Request, seen: Seen, wanted: Wanted) -> bytes:
        response = self._pool.urlopen(
            request.method,
            request.target,
            body=request.body,
            headers=request.headers,
            retries=False,
            redirect=False,
            timeout=self._timeout,
            preload_content=False,
            decode_content=False,
        )
        try:
            seen.status = response.status
            etag = response.headers.get("ETag", "")
            seen.version = etag if is_version(etag) else ""
            self._judge(request, response, wanted)
            return self._read(response, wanted.max_bytes)
        finally:
            response.close()

    def _judge(self, request: Request, response: BaseHTTPResponse, wanted: Wanted) -> None:
        """Raises for everything but an answer of the wanted kind."""
        status = response.status
        said = f"{self._connector}: answered {status}"
        if status in _BUSY or status >= 500:
            raise Unavailable(said, retry_after=retry_after(response.headers.get("Retry-After")))
        if status in _SETTINGS_AT_FAULT:
            raise Misconfigured(said)
        if 400 <= status < 500:
            codes = self._codes(response)
            raise Refused(": ".join([said, *sorted(codes)]), status=status, codes=codes)
        if status == NOT_MODIFIED and "If-None-Match" in request.headers:
            return
        if not 200 <= status < 300:
            raise Malformed(said)
        content_type = response.headers.get("Content-Type", "").partition(";")[0].strip()
        if not wanted.content_type.fullmatch(content_type):
            raise Malformed(f"{said}, but not with {wanted.name}")
        if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
            raise Malformed(f"{said}, but packed, which was not asked")

    def _codes(self, response: BaseHTTPResponse) -> frozenset[str]:
        """By which names the answer says what is wrong; none where it says nothing that can be read."""
        try:
            return problem_codes(self._refusals.read(self._read(response, self._refusals.max_bytes)))
        except (ConnectorError, *_NO_ANSWER):
            return frozenset()

    def _read(self, response: BaseHTTPResponse, most: int) -> bytes:
        raw = bytearray()
        for chunk in response.stream(65_536, decode_content=False):
            raw += chunk
            if len(raw) > most:
                raise Malformed(f"{self._connector}: the answer is larger than {most} bytes")
        return bytes(raw)

    def _no_answer(self, error: Exception, watch: Watch) -> ConnectorError:
        if watch.expired or isinstance(error, urllib3.exceptions.TimeoutError):
            return self._too_slow()
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return Misconfigured(f"{self._connector}: its certificate is not trusted")
        return Unavailable(f"{self._connector}: no connection, or it broke off")

    def _too_slow(self) -> Unavailable:
        return Unavailable(f"{self._connector}: no answer in time (at most {self._deadline:g} s)")
