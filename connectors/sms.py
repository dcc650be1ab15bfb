"""Text messages: NotifyNL, the government's own service (its API is that of GOV.UK Notify), or a twin of it.

A twin is the console or a folder, for a machine without a provider. A number is in no log and no error.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import Final, Protocol

import jwt

from connectors.base import Misconfigured
from connectors.http import Client

_KEY: Final = re.compile(r"(?:.*-)?(?P<service>[0-9a-f-]{36})-(?P<secret>[0-9a-f-]{36})")
_DEAD: Final = frozenset({"permanent-failure", "validation-failed"})
CONSOLE: Final = "console:"
FOLDER: Final = "file://"


class Sms(Protocol):
    """Something that brings a text to a number."""

    def send(self, number: str, text: str, *, reference: str, trace_id: str) -> None:
        """`number` is international ("+31612345678"), `reference` is ours. Raises a `ConnectorError`."""

    def was_sent(self, reference: str, *, trace_id: str) -> bool:
        """Whether a text with this reference of ours was taken before; asked after a crash only."""

    def bounced(self, reference: str, *, trace_id: str) -> bool:
        """Whether the provider knows by now that it can never arrive."""


class NotifyNL:
    """Its API, version 2. `template` is one there that is `((text))` alone; `api_key` as it is given out."""

    def __init__(self, url: str, *, api_key: str, template: str) -> None:
        """Raises `ValueError` for settings that can never work, without repeating them."""
        parts = _KEY.fullmatch(api_key)
        if parts is None or not template:
            raise ValueError("SMS_API_KEY and SMS_TEMPLATE must be those of the provider")
        self._service, self._secret, self._template = parts["service"], parts["secret"], template
        self._client = Client(url, connector="sms", deadline=10.0)

    def send(self, number: str, text: str, *, reference: str, trace_id: str) -> None:
        """POST /v2/notifications/sms."""
        body = {
            "phone_number": number,
            "template_id": self._template,
            "personalisation": {"text": text},
            "reference": reference,
        }
        self._client.post_json("/v2/notifications/sms", body, trace_id=trace_id, headers=self._token())

    def was_sent(self, reference: str, *, trace_id: str) -> bool:
        """GET /v2/notifications by our reference."""
        return bool(self._statuses(reference, trace_id))

    def bounced(self, reference: str, *, trace_id: str) -> bool:
        """The same: the number does not exist (any more), or takes no texts."""
        return not _DEAD.isdisjoint(self._statuses(reference, trace_id))

    def _statuses(self, reference: str, trace_id: str) -> list[str]:
        found = self._client.get_json(
            "/v2/notifications", trace_id=trace_id, query={"reference": reference}, headers=self._token()
        )
        listed = found.get("notifications") if isinstance(found, dict) else None
        if not isinstance(listed, list):
            raise Misconfigured("sms: the list of notifications has another shape")
        return [str(one.get("status")) for one in listed if one.get("reference") == reference]

    def _token(self) -> dict[str, str]:
        claims = {"iss": self._service, "iat": int(time.time())}
        return {"Authorization": f"Bearer {jwt.encode(claims, self._secret, algorithm='HS256')}"}


class Folder:
    """A text is a file in a folder, by its reference: JSON with `number` and `text`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, number: str, text: str, *, reference: str, trace_id: str) -> None:
        """Writes the file, or the same file again."""
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f".{reference}.{os.getpid()}"
        fresh.write_text(json.dumps({"number": number, "text": text}, ensure_ascii=False, indent=2))
        fresh.replace(self._folder / f"{reference}.json")

    def was_sent(self, reference: str, *, trace_id: str) -> bool:
        """Whether the file is there."""
        return (self._folder / f"{reference}.json").exists()

    def bounced(self, reference: str, *, trace_id: str) -> bool:
        """A file always arrives."""
        return False


class Console:
    """A text is a line on standard output, with the last two digits of its number."""

    def send(self, number: str, text: str, *, reference: str, trace_id: str) -> None:
        """Writes the line."""
        sys.stdout.write(f"sms to …{number[-2:]}: {text}\n")
        sys.stdout.flush()

    def was_sent(self, reference: str, *, trace_id: str) -> bool:
        """Nobody can know."""
        return False

    def bounced(self, reference: str, *, trace_id: str) -> bool:
        """A line always arrives."""
        return False


def sms_of(url: str, *, api_key: str, template: str) -> Sms:
    """What a setting names: "console:", "file:///folder" or the provider's address. Raises `ValueError`."""
    if url == CONSOLE:
        return Console()
    if url.startswith(FOLDER):
        return Folder(Path(url.removeprefix(FOLDER)))
    return NotifyNL(url, api_key=api_key, template=template)
