"""One ZGW API over HTTP: a fresh token for each call, whole lists, and no address but its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import jwt

from connectors.base import JSON, Malformed, Misconfigured, Refused
from connectors.destinations.zgw.parts import Part, part, text, wrong
from connectors.http import Client

CLOCK_DIFFERENCE = 60
"""Seconds that the agency's clock may be behind ours: it refuses tokens and statuses of the future."""

_CRS = {"Accept-Crs": "EPSG:4326", "Content-Crs": "EPSG:4326"}
_MOST_PAGES = 100
_NO_RIGHTS = 403

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Key:
    """Who we are at the agency."""

    client_id: str
    secret: str = field(repr=False)

    def header(self) -> str:
        """The value for Authorization: a token that says who asks, signed in this second."""
        return _token(self, int(time.time()) - CLOCK_DIFFERENCE)


@lru_cache(maxsize=16)
def _token(key: Key, issued_at: int) -> str:
    """One for all calls of a second: a token says no more than that."""
    claims = {
        "iss": key.client_id,
        "iat": issued_at,
        "client_id": key.client_id,
        "user_id": "levensloket",
        "user_representation": "Levensloket",
    }
    return f"Bearer {jwt.encode(claims, key.secret, algorithm='HS256')}"


class NoRights(Misconfigured):
    """The API answers 403: to a wrong secret, to a missing right, and to what is not for us."""


class Api:
    """The API at `base_url`. Everything that can go wrong is a `ConnectorError`.

    A 403 is `NoRights`: these APIs answer it to a wrong secret and to missing rights, and know no
    right that depends on the citizen.
    """

    def __init__(self, base_url: str, key: Key, *, deadline: float, ca_file: str | None) -> None:
        """Raises `ValueError` for an address that can never work."""
        self._base = base_url.rstrip("/")
        self._key = key
        self._client = Client(base_url, connector="zgw", deadline=deadline, ca_file=ca_file)

    def get(self, path: str, *, trace_id: str, values: Texts | None = None) -> Part:
        """The object at `path`, in which `{name}` stands for one of `values`."""
        with _rights():
            found = self._client.get_json(path, trace_id=trace_id, values=values, headers=self._headers(path))
        return part(found)

    def get_if_changed(
        self, path: str, version: str, *, trace_id: str, values: Texts, query: Texts
    ) -> tuple[Part, str] | None:
        """The object at `path` with its ETag, or None where that still is `version`."""
        with _rights():
            found = self._client.get_if_changed(
                path, version, trace_id=trace_id, values=values, query=query, headers=self._headers(path)
            )
        return None if found is None else (part(found[0]), found[1])

    def post(self, path: str, body: JSON, *, trace_id: str, values: Texts | None = None) -> Part:
        """Makes an object, and returns it as the API wrote it down."""
        with _rights():
            made = self._client.post_json(
                path, body, trace_id=trace_id, values=values, headers=self._headers(path)
            )
        return part(made)

    def put(self, path: str, body: JSON, *, trace_id: str, values: Texts) -> None:
        """Replaces the object at `path`."""
        with _rights():
            self._client.put_json(path, body, trace_id=trace_id, values=values, headers=self._headers(path))

    def put_form(
        self, path: str, fields: Texts, files: Mapping[str, bytes], *, trace_id: str, values: Texts
    ) -> Part:
        """Sends a form with files, and returns what the API wrote down."""
        with _rights():
            made = self._client.put_form(
                path, fields, files, trace_id=trace_id, values=values, headers=self._headers(path)
            )
        return part(made)

    def act(self, path: str, body: JSON, *, trace_id: str, values: Texts) -> None:
        """Has something done that answers nothing."""
        with _rights():
            self._client.act(path, body, trace_id=trace_id, values=values, headers=self._headers(path))

    def patch(self, path: str, body: JSON, *, trace_id: str, values: Texts) -> Part:
        """Changes a part of the object at `path`, and returns it as the API wrote it down."""
        with _rights():
            changed = self._client.patch_json(
                path, body, trace_id=trace_id, values=values, headers=self._headers(path)
            )
        return part(changed)

    def listed(
        self, path: str, *, trace_id: str, values: Texts | None = None, query: Texts | None = None
    ) -> list[Part]:
        """The objects at `path`, of all pages; an API without pages gives them as a plain list."""
        found: list[Part] = []
        page = 1
        while page:
            asked = {**(query or {}), **({"page": str(page)} if page > 1 else {})}
            with _rights():
                answer = self._client.get_json(
                    path, trace_id=trace_id, values=values, query=asked, headers=self._headers(path)
                )
            items = answer if isinstance(answer, list) else part(answer).get("results")
            if not isinstance(items, list):
                raise wrong("results")
            found += [part(item) for item in items]
            page = 0 if isinstance(answer, list) else self._next(answer, page)
        return found

    def file(self, path: str, *, most: int, trace_id: str, values: Texts, query: Texts) -> bytes:
        """The bytes at `path`, at most so many."""
        with _rights():
            return self._client.get_bytes(
                path, most=most, trace_id=trace_id, values=values, query=query, headers=self._headers(path)
            )

    def id_of(self, url: str, resource: str) -> str:
        """The UUID at the end of `url`, which must be that of a `resource` of this API."""
        identity = self._id(url, resource)
        if not identity:
            raise Malformed(f"zgw: an address under {resource} that is not of the API in our settings")
        return identity

    def has(self, url: str, resource: str) -> bool:
        """Whether `url` is that of a `resource` of this API."""
        return bool(self._id(url, resource))

    def url_of(self, resource: str, identity: str) -> str:
        """The address of a `resource` of this API."""
        return f"{self._base}/{resource}/{identity}"

    def _id(self, url: str, resource: str) -> str:
        start = f"{self._base}/{resource}/"
        try:
            identity = str(UUID(url.removeprefix(start)))
        except ValueError:
            return ""
        return identity if url == start + identity else ""

    def _next(self, answer: Part, page: int) -> int:
        """The number of the next page; 0 at the end. A list that leads elsewhere or in circles ends."""
        following = text(answer, "next")
        if not following:
            return 0
        number = parse_qs(urlsplit(following).query).get("page", [])
        if not following.startswith(f"{self._base}/") or number != [str(page + 1)] or page >= _MOST_PAGES:
            raise Malformed("zgw: the next page of a list is not where it should be")
        return page + 1

    def _headers(self, path: str) -> dict[str, str]:
        # Only zaken have coordinates, and their API refuses a call that does not say which.
        return {"Authorization": self._key.header(), **(_CRS if path.startswith("/zaken") else {})}


@contextmanager
def _rights() -> Iterator[None]:
    try:
        yield
    except Refused as refused:
        if refused.status != _NO_RIGHTS:
            raise
        said = f"{refused} (check client_id, secret, and the rights that docs/zgw.md lists)"
        raise NoRights(said) from None
