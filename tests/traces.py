"""Looking for a BSN in every form that it can take, wherever a browser or a server may have left one."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import unquote_to_bytes

import psycopg
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing
from psycopg import sql
from redis import Redis

from portal.local.stack import Stack

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page, Request, Response

TEXT_TYPES: Final = ("text", "character varying", "character", "json", "jsonb", "ARRAY", "bytea")
_MOST_OF_A_FILE: Final = 50_000_000
_OTHER_SIDE: Final = {"postgres"}
"""Folders of a stack in which the sandbox keeps its own people; the portal's tables are read as tables."""

SESSION_SALT: Final = "django.contrib.sessions.SessionStore"

_BY_CHANCE: Final = re.compile(
    rb"\b\d+\.\d{10,}"  # how long something took, as a fraction of a second
    rb"|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"  # a UUID
)
"""Long numbers that are drawn or measured by the million: one in so many holds somebody's nine digits."""


def forms_of(bsn: str) -> dict[str, bytes]:
    """What to look for, by the name of the form."""
    raw = bsn.encode()
    digest = hashlib.sha256(raw)
    return {
        "plain": raw,
        "hex": raw.hex().encode(),
        "sha256 in hex": digest.hexdigest().encode(),
        "sha256 in bytes": digest.digest(),
        "sha256 in base64": base64.b64encode(digest.digest()).rstrip(b"="),
        "sha256 in url-safe base64": base64.urlsafe_b64encode(digest.digest()).rstrip(b"="),
        **{f"base64 after {skipped} bytes": _base64(raw, skipped) for skipped in range(3)},
    }


def _within(one: re.Match[bytes], others: Iterable[re.Match[bytes]]) -> bool:
    return any(other.start() < one.start() and one.end() <= other.end() for other in others)


def _base64(raw: bytes, skipped: int) -> bytes:
    """The characters that depend on these bytes alone, whatever stands around them in the encoded text.

    Digits give no character in which the url-safe alphabet differs.
    """
    whole = base64.b64encode(bytes(skipped) + raw)
    return whole[-(-skipped * 8 // 6) : (skipped + len(raw)) * 8 // 6]


class Search:
    """Finds any of these BSNs in any form."""

    def __init__(self, bsns: Iterable[str]) -> None:
        forms = {form for bsn in bsns for form in forms_of(bsn).values()}
        hexadecimal = {form for form in forms if re.fullmatch(rb"[0-9a-f]{18,}", form)}
        both_cases = hexadecimal | {form.upper() for form in hexadecimal}
        self._pattern = re.compile(b"|".join(map(re.escape, sorted(forms | both_cases))))

    def around(self, what: str | bytes) -> list[str]:
        """What stands before each, without the number itself; percent-encoding is undone too."""
        raw = what.encode() if isinstance(what, str) else what
        texts = [raw] if b"%" not in raw else [raw, unquote_to_bytes(raw)]
        return [
            text[max(0, one.start() - 80) : one.start()].decode(errors="replace")
            for text in texts
            for one in self._pattern.finditer(text)
            if not _within(one, _BY_CHANCE.finditer(text, max(0, one.start() - 80), one.end() + 80))
        ]

    def in_columns(self, url: str) -> list[str]:
        """The columns of a database in which a value holds one."""
        found = []
        with psycopg.connect(url) as connection:
            for table, column in _columns(connection):
                query = sql.SQL("SELECT {column}::text FROM {table} WHERE {column} IS NOT NULL").format(
                    column=sql.Identifier(column), table=sql.Identifier(table)
                )
                if any(self.around(_as_bytes(value)) for (value,) in connection.execute(query)):
                    found.append(f"{table}.{column}")
        return found

    def in_keys(self, url: str) -> list[str]:
        """The keys of a Valkey that hold one, or whose values do."""
        with Redis.from_url(url) as client:
            return [repr(key) for key in client.scan_iter() if self.around(key + _value(client, key))]

    def in_files(self, folder: Path, *, but_not: Iterable[str]) -> list[str]:
        """The files below a folder that hold one, or whose names do; `but_not` are folders in it."""
        left_out = {folder / name for name in but_not}
        paths = [path for path in folder.rglob("*") if not left_out & {path, *path.parents}]
        return [
            str(path.relative_to(folder))
            for path in paths
            if self.around(str(path))
            or (path.is_file() and self.around(path.read_bytes()[-_MOST_OF_A_FILE:]))
        ]


def _value(client: Redis, key: bytes) -> bytes:
    """All that is in a key. A dump alone would not do: Valkey packs a value of digits as a number."""
    read: dict[bytes, Callable[[], Any]] = {
        b"string": lambda: [client.get(key)],
        b"list": lambda: client.lrange(key, 0, -1),
        b"set": lambda: client.smembers(key),
        b"zset": lambda: client.zrange(key, 0, -1),
        b"hash": lambda: [part for pair in client.hgetall(key).items() for part in pair],
    }
    kind = client.type(key)
    parts = [client.dump(key), *(read[kind]() if kind in read else [])]
    return b"\n".join(part or b"" for part in parts)


def _as_bytes(written: str) -> bytes:
    """A value as it is: PostgreSQL writes bytes in hexadecimal."""
    return bytes.fromhex(written[2:]) if re.fullmatch(r"\\x[0-9a-f]*", written) else written.encode()


def _columns(connection: psycopg.Connection) -> list[tuple[str, str]]:
    query = """
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND data_type = ANY(%s) ORDER BY 1, 2
    """
    columns = connection.execute(query, [list(TEXT_TYPES)]).fetchall()
    assert len(columns) > 20
    return columns


# --- A stack --------------------------------------------------------------------------------------


def search_for_everybody(stack: Stack) -> Search:
    """For any test person of the other side, also those that were born in a story."""
    with psycopg.connect(stack.env["SANDBOX_DATABASE_URL"]) as connection:
        return Search([bsn for (bsn,) in connection.execute("SELECT bsn FROM sandbox_person")])


def left_behind(stack: Stack) -> dict[str, list[str]]:
    """Where anybody's BSN stands, in any form, by the kind of place; the stack must be running.

    Places are columns, sessions, keys in Valkey, and files: logs, published heads, settings, the
    timetable, what Valkey writes.
    """
    search = search_for_everybody(stack)
    found = {
        "addresses and logs": search.around(stack.logs()),
        "sessions": search.around(json.dumps(sessions(stack))),
        "columns": search.in_columns(stack.database_url),
        "queue": search.in_keys(stack.env["BROKER_URL"]),
        "cache": search.in_keys(stack.env["CACHE_URL"]),
        "files": search.in_files(stack.folder, but_not=_OTHER_SIDE),
    }
    return {place: what for place, what in found.items() if what}


def sessions(stack: Stack) -> list[dict[str, Any]]:
    """What stands in everybody's session, opened."""
    with psycopg.connect(stack.database_url) as connection:
        kept = connection.execute("SELECT session_data FROM django_session").fetchall()
    return [
        signing.loads(data, key=stack.env["SECRET_KEY"], salt=SESSION_SALT, serializer=JSONSerializer)
        for (data,) in kept
    ]


# --- The broker -----------------------------------------------------------------------------------


class Overheard:
    """Everything that is said to a Valkey while this context is open: messages too that are gone at once."""

    _LAST: Final = "nobody says this"

    def __init__(self, url: str) -> None:
        self._url = url
        self.said: list[str] = []

    def __enter__(self) -> Self:
        self._client = Redis.from_url(self._url)
        self._monitor = self._client.monitor()
        self._monitor.__enter__()
        self._thread = Thread(target=self._listen, daemon=True)
        self._thread.start()
        return self

    def _listen(self) -> None:
        for command in self._monitor.listen():
            self.said.append(command["command"])
            if self._LAST in command["command"]:
                return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with Redis.from_url(self._url) as client:
            client.echo(self._LAST)
        self._thread.join(timeout=30)
        self._monitor.__exit__(kind, error, trace)
        self._client.close()


# --- The browser ----------------------------------------------------------------------------------

_STORES: Final = """async () => {
    const kept = {session: {...sessionStorage}, local: {...localStorage}, cookie: document.cookie};
    kept.caches = [];
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys()) {
            const answer = await cache.match(request);
            kept.caches.push([name, request.url, await answer.text()]);
        }
    }
    return kept;
}"""


class Watched:
    """What one person's browser asked for, got in headers, and kept. Bodies of the portal's pages too."""

    def __init__(self, page: Page, *, portal: str) -> None:
        self._page, self._portal = page, portal
        self.lines: list[str] = []
        page.on("request", self._asked)
        page.on("response", self._answered)

    def _asked(self, request: Request) -> None:
        # What a person types at the other side is theirs; to the portal nobody sends a number.
        body = (request.post_data_buffer or b"") if request.url.startswith(self._portal) else b""
        self.lines.append(f"{request.method} {request.url} {request.headers} {body.decode('latin-1')}")

    def _answered(self, response: Response) -> None:
        self.lines.append(f"{response.status} {response.url} {response.headers}")

    def kept(self) -> dict[str, str]:
        """What the browser keeps now, by the kind of store, and the page as it stands."""
        context: BrowserContext = self._page.context
        stores: dict[str, Any] = self._page.evaluate(_STORES)
        state = context.storage_state(indexed_db=True)
        return {
            "page": self._page.content(),
            "address": self._page.url,
            "cookies": json.dumps(context.cookies()),
            "indexed-db": json.dumps(state["origins"]),
            **{name: json.dumps(value) for name, value in stores.items()},
        }
