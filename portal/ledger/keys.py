"""Sealing values: a data key per citizen and retention class, wrapped by the master key.

AES-256-GCM throughout; the citizen and the purpose are authenticated with the value, so that a
sealed value copied to another row does not open.
"""

from __future__ import annotations

import json
import os
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.ledger.models import DataKey
from portal.people import keys
from portal.people.models import Citizen

_NONCE_BYTES = 12


def seal(citizen: Citizen, retention: str, context: str, value: Any) -> bytes:
    """A JSON value as ciphertext; opens only with the same citizen, retention class and context."""
    nonce = os.urandom(_NONCE_BYTES)
    cipher = AESGCM(_data_key(citizen, retention))
    return nonce + cipher.encrypt(nonce, canonical(value), _bound_to(citizen, context))


def unseal(citizen: Citizen, retention: str, context: str, sealed: bytes | memoryview[int]) -> Any:
    """The value again. Raises `cryptography.exceptions.InvalidTag` when it was moved or changed."""
    data = bytes(sealed)  # psycopg gives a memoryview
    cipher = AESGCM(_data_key(citizen, retention))
    plain = cipher.decrypt(data[:_NONCE_BYTES], data[_NONCE_BYTES:], _bound_to(citizen, context))
    return json.loads(plain)


def canonical(value: Any) -> bytes:
    """One fixed JSON form of a value: sorted keys, no spaces, UTF-8. What is hashed and sealed is this."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _data_key(citizen: Citizen, retention: str) -> bytes:
    context = f"data-key:{citizen.pk}:{retention}".encode()
    row = DataKey.objects.filter(citizen=citizen, retention=retention).first()
    if row is None:
        fresh = keys.encrypt(AESGCM.generate_key(bit_length=256), context=context)
        row, _ = DataKey.objects.get_or_create(
            citizen=citizen, retention=retention, defaults={"wrapped": fresh}
        )
    return keys.decrypt(bytes(row.wrapped), context=context)


def _bound_to(citizen: Citizen, context: str) -> bytes:
    return f"{citizen.pk}:{context}".encode()
