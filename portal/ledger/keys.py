"""Sealing values: a data key per citizen and retention class, wrapped by the master key.

AES-256-GCM throughout; the citizen and the purpose are authenticated with the value, so that a
sealed value copied to another row does not open. Destroying a data key destroys what it sealed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import uuid
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection, transaction
from django.utils import timezone

from portal.ledger.models import DataKey, KeyDestruction
from portal.people import keys
from portal.people.models import Citizen
from portal.rows import Statement, in_one_go

_NONCE_BYTES = 12

_MAKE = """
INSERT INTO ledger_datakey (citizen_id, retention, wrapped) VALUES (%s, %s, %s)
ON CONFLICT (citizen_id, retention) DO UPDATE SET retention = excluded.retention
RETURNING wrapped
"""
"""Two processes at once: the first one's key is everybody's."""


_ALL = "SELECT retention, wrapped FROM ledger_datakey WHERE citizen_id = %s"
"""In SQL of our own: every delivery and every page begins with it."""


def keys_statement(citizen_id: uuid.UUID) -> Statement:
    """Asks for the data keys of a citizen, each with its class: what a `KeyRing` is made of."""
    return _ALL, [citizen_id]


class KeyDestroyed(Exception):
    """The key of this retention class is gone, and with it the values: their term was over."""


class KeyRing:
    """The data keys of one citizen, read from the database once for the work at hand.

    Do not keep one longer than a request or a task: a key that is destroyed meanwhile would live on.
    """

    def __init__(self, citizen: Citizen, wrapped: dict[str, bytes] | None = None) -> None:
        """`wrapped`: the citizen's keys by class, for who read them along with something else."""
        self._citizen = citizen
        self._wrapped = wrapped
        self._opened: dict[str, bytes] = {}
        self._ciphers: dict[str, AESGCM] = {}

    def seal(self, retention: str, context: str, value: Any) -> bytes:
        """A JSON value as ciphertext; opens only with the same citizen, retention class and context."""
        return self.seal_bytes(retention, context, canonical(value))

    def seal_bytes(self, retention: str, context: str, content: bytes) -> bytes:
        """The same for what is no JSON: the bytes of a file."""
        nonce = os.urandom(_NONCE_BYTES)
        if retention not in self._ciphers:
            self._ciphers[retention] = AESGCM(self._key(retention) or self._new_key(retention))
        return nonce + self._ciphers[retention].encrypt(nonce, content, self._bound_to(context))

    def unseal(self, retention: str, context: str, sealed: bytes | memoryview[int]) -> Any:
        """The value again.

        Raises `KeyDestroyed`, or `cryptography.exceptions.InvalidTag` when it was moved or changed.
        """
        return json.loads(self.unseal_bytes(retention, context, sealed))

    def unseal_bytes(self, retention: str, context: str, sealed: bytes | memoryview[int]) -> bytes:
        """The bytes again; raises the same."""
        data = bytes(sealed)  # psycopg gives a memoryview
        key = self._key(retention)
        if key is None:
            raise KeyDestroyed(retention)
        return AESGCM(key).decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], self._bound_to(context))

    def derive(self, retention: str, purpose: str) -> bytes | None:
        """32 bytes that only this key gives for this purpose; None once the key was destroyed."""
        key = self._key(retention)
        return None if key is None else hmac.digest(key, f"derive:{purpose}".encode(), hashlib.sha256)

    def has(self, retention: str) -> bool:
        """Whether there is a key of this class."""
        return self._key(retention) is not None

    def ensure(self, retention: str) -> None:
        """Makes the key of this class where there is none yet."""
        if self._key(retention) is None:
            self._new_key(retention)

    def _key(self, retention: str) -> bytes | None:
        if retention not in self._opened:
            if self._wrapped is None:
                (found,) = in_one_go(keys_statement(self._citizen.pk))
                self._wrapped = {name: bytes(wrapped) for name, wrapped in found}
            if retention not in self._wrapped:
                return None
            self._open(retention, self._wrapped[retention])
        return self._opened[retention]

    def _new_key(self, retention: str) -> bytes:
        fresh = keys.encrypt(AESGCM.generate_key(bit_length=256), context=self._context(retention))
        with connection.cursor() as cursor:
            cursor.execute(_MAKE, [self._citizen.pk, retention, fresh])
            self._open(retention, cursor.fetchone()[0])
        return self._opened[retention]

    def _open(self, retention: str, wrapped: bytes | memoryview[int]) -> None:
        self._opened[retention] = keys.decrypt(bytes(wrapped), context=self._context(retention))

    def _context(self, retention: str) -> bytes:
        return f"data-key:{self._citizen.pk}:{retention}".encode()

    def _bound_to(self, context: str) -> bytes:
        return f"{self._citizen.pk}:{context}".encode()


def seal(citizen: Citizen, retention: str, context: str, value: Any) -> bytes:
    """One value sealed; see `KeyRing.seal`. For several values take one `KeyRing`."""
    return KeyRing(citizen).seal(retention, context, value)


def unseal(citizen: Citizen, retention: str, context: str, sealed: bytes | memoryview[int]) -> Any:
    """One value opened; see `KeyRing.unseal`."""
    return KeyRing(citizen).unseal(retention, context, sealed)


def destroy_key(citizen: Citizen, retention: str) -> None:
    """Destroys the key of a class, and with it all that it sealed; that this was done is kept."""
    with transaction.atomic():
        if DataKey.objects.filter(citizen=citizen, retention=retention).delete()[0]:
            KeyDestruction.objects.create(citizen=citizen, retention=retention, at=timezone.now())


def destroyed_at(citizen: Citizen, retention: str) -> datetime | None:
    """When the key of a class was last destroyed; None where it never was."""
    rows = KeyDestruction.objects.filter(citizen=citizen, retention=retention).order_by("-at")
    return rows.values_list("at", flat=True).first()


def canonical(value: Any) -> bytes:
    """One fixed JSON form of a value: sorted keys, no spaces, UTF-8. What is hashed and sealed is this."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(value: Any) -> str:
    """SHA-256 over that form, in hexadecimal: equal for what is equal."""
    return hashlib.sha256(canonical(value)).hexdigest()
