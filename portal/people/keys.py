"""Sealing with the installation's own keys, and keyed look-up values.

`settings.MASTER_KEYS` (32 bytes each): the first one seals, all of them open, so that a key can be
changed without an outage. `settings.HMAC_KEY` (32 bytes) makes values that can be compared but not
turned back. The ledger seals its data keys with these functions.

A sealed value is: version (1 byte), key id (4 bytes), nonce (12 bytes), AES-256-GCM ciphertext.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

KEY_BYTES: Final = 32
_VERSION: Final = b"\x01"
_KEY_ID_BYTES: Final = 4
_NONCE_BYTES: Final = 12
_HEADER_BYTES: Final = len(_VERSION) + _KEY_ID_BYTES + _NONCE_BYTES


class CannotDecrypt(Exception):
    """The value was moved, changed, or sealed with a key that this installation no longer has."""


def encrypt(plaintext: bytes, *, context: bytes) -> bytes:
    """Sealed with the current master key. `context` (what it is, and whose) is needed again to open it."""
    key = settings.MASTER_KEYS[0]
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + _key_id(key) + nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def decrypt(sealed: bytes, *, context: bytes) -> bytes:
    """The plaintext again, whichever of the master keys sealed it. Raises `CannotDecrypt`."""
    sealed = bytes(sealed)
    if len(sealed) <= _HEADER_BYTES or sealed[:1] != _VERSION:
        raise CannotDecrypt("not a sealed value")
    key_id, nonce = sealed[1 : 1 + _KEY_ID_BYTES], sealed[1 + _KEY_ID_BYTES : _HEADER_BYTES]
    for key in settings.MASTER_KEYS:
        if _key_id(key) == key_id:
            return _open(key, nonce, sealed[_HEADER_BYTES:], context)
    raise CannotDecrypt("sealed with a key that is not in MASTER_KEYS")


def keyed_hmac(purpose: str, value: str) -> str:
    """64 hexadecimal characters (HMAC-SHA256). Equal values give equal results within one purpose only."""
    message = purpose.encode() + b"\x00" + value.encode()
    return hmac.new(settings.HMAC_KEY, message, hashlib.sha256).hexdigest()


def _open(key: bytes, nonce: bytes, ciphertext: bytes, context: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, context)
    except InvalidTag:
        # The original error holds nothing useful, and its traceback would show the arguments.
        raise CannotDecrypt("wrong context, or changed since it was sealed") from None


def _key_id(key: bytes) -> bytes:
    return hashlib.sha256(b"key-id\x00" + key).digest()[:_KEY_ID_BYTES]
