"""Calls to an identity provider: JSON, bounded in time and size, and never to another address than ours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any, Final

import requests
import urllib3

from connectors.watchdog import GuardedAdapter, Watch
from portal.people.refusals import LoginFailed, Reason

_DEADLINE_SECONDS: Final = 5.0
_TIMEOUT_SECONDS: Final = (2.0, _DEADLINE_SECONDS)
_MAX_BYTES: Final = 262_144
_NO_ANSWER: Final = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)


def fetch_json(
    method: str, url: str, *, data: Mapping[str, str] | None = None, auth: tuple[str, str] | None = None
) -> dict[str, Any]:
    """A JSON object. Raises `LoginFailed`: FAILED when what we post is turned down (4xx), else UNAVAILABLE.

    No redirect is followed and nothing is taken from the environment: code and secret go where the
    settings say. Errors are not chained, because their texts may quote the answer.
    """
    status, body = _exchange(method, url, data, auth)
    if method == "POST" and 400 <= status < 500:
        raise LoginFailed(Reason.FAILED)
    try:
        document = json.loads(body) if status == 200 else None
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise LoginFailed(Reason.UNAVAILABLE)
    return document


def _exchange(
    method: str, url: str, data: Mapping[str, str] | None, auth: tuple[str, str] | None
) -> tuple[int, bytes]:
    try:
        with Watch(_DEADLINE_SECONDS), _session() as session:
            response = session.request(
                method,
                url,
                data=data,
                auth=auth,
                timeout=_TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
            )
            body = b""
            for chunk in response.iter_content(16_384):
                body += chunk
                if len(body) > _MAX_BYTES:
                    raise LoginFailed(Reason.UNAVAILABLE)
            return response.status_code, body
    except _NO_ANSWER:
        raise LoginFailed(Reason.UNAVAILABLE) from None


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers["Accept"] = "application/json"
    session.mount("https://", GuardedAdapter())
    session.mount("http://", GuardedAdapter())
    return session
