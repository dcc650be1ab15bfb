"""System checks: without good keys and login providers the portal does not start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from portal.people.keys import KEY_BYTES
from portal.people.providers import problems


@register
def keys_are_usable(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Master keys and HMAC key have the right length, and are not the same key twice."""
    return list(_key_problems())


@register
def login_providers_are_complete(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Each entry of `LOGIN_PROVIDERS` has what its kind of login needs."""
    return [Error(problem, id="people.E003") for problem in problems()]


def _key_problems() -> Iterator[CheckMessage]:
    keys = settings.MASTER_KEYS
    if not keys or any(len(key) != KEY_BYTES for key in keys) or len(set(keys)) != len(keys):
        yield Error(
            f"MASTER_KEYS must hold keys of {KEY_BYTES} bytes, at least one, none twice", id="people.E001"
        )
    if len(settings.HMAC_KEY) != KEY_BYTES or settings.HMAC_KEY in keys:
        yield Error(f"HMAC_KEY must be {KEY_BYTES} bytes, and none of the MASTER_KEYS", id="people.E002")
