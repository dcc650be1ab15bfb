"""What a line of the log holds in place of values: enough to prove them later, nothing to read them from.

Values are split into parts, each with a salt of its own, so that one part can be proved while another
stays hidden (a secret address). The digest of a part is HMAC-SHA-256 of its canonical JSON under its
salt; the commitment is SHA-256 of the canonical JSON of all digests by the names of their parts.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterator
from typing import Any

from portal.ledger.keys import canonical
from portal.people.keys import keyed_hmac
from portal.people.scrub import replace_bsn

_DEPTH = 2
"""Levels that are split: of a payload, its facts and answers; of a fetch, each field and what is in it."""


def commitment(salt: bytes, values: Any) -> str:
    """64 hexadecimal digits that hold for these values and this salt alone."""
    return commitment_of({name: _digest(salt, name, value) for name, value in parts_of(values).items()})


def commitment_of(digests: dict[str, str]) -> str:
    """The same from the digests of the parts."""
    return hashlib.sha256(canonical(digests)).hexdigest()


def open_parts(salt: bytes, values: Any, *, hidden: Collection[str] = ()) -> dict[str, dict[str, Any]]:
    """What proves the values: for each part its value and salt, or for a hidden one its digest alone.

    A part is hidden by its name, or by the name of what it is a part of.
    """
    return {
        name: {"digest": _digest(salt, name, value)}
        if any(name == one or name.startswith(f"{one}/") for one in hidden)
        else {"salt": _part_salt(salt, name).hex(), "value": value}
        for name, value in parts_of(values).items()
    }


def parts_of(values: Any) -> dict[str, Any]:
    """The parts by name, such as `facts/brp.name`. No part holds a BSN: see `without_bsn`."""
    return dict(_split(without_bsn(values), "", _DEPTH))


def without_bsn(value: Any) -> Any:
    """The value with a keyed pseudonym in place of every BSN: the same person has the same one."""
    if isinstance(value, str):
        return replace_bsn(value, _pseudonym)
    if isinstance(value, dict):
        return {name: without_bsn(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [without_bsn(item) for item in value]
    return value


def _pseudonym(bsn: str) -> str:
    return f"bsn:{keyed_hmac('bsn-in-log', bsn)[:16]}"


def _split(value: Any, name: str, depth: int) -> Iterator[tuple[str, Any]]:
    if not depth or not isinstance(value, dict) or not value:
        yield name, value
        return
    for key, item in value.items():
        yield from _split(item, f"{name}/{key}" if name else key, depth - 1)


def _digest(salt: bytes, name: str, value: Any) -> str:
    return hmac.new(_part_salt(salt, name), canonical(value), hashlib.sha256).hexdigest()


def _part_salt(salt: bytes, name: str) -> bytes:
    return hmac.digest(salt, f"part:{name}".encode(), hashlib.sha256)
