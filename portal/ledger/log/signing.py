"""The key that signs the published heads: Ed25519, from `settings.LOG_SIGNING_KEY` (PEM, or a path)."""

from __future__ import annotations

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from django.conf import settings

from portal.pem import pem


class NoSigningKey(Exception):
    """`LOG_SIGNING_KEY` is empty, or no Ed25519 key. The message never holds what it is."""


def signing_key() -> Ed25519PrivateKey:
    """The private key. Raises `NoSigningKey`."""
    try:
        key = load_pem_private_key(pem(settings.LOG_SIGNING_KEY).encode(), password=None)
    except (OSError, ValueError, TypeError):
        raise NoSigningKey("LOG_SIGNING_KEY is no private key in PEM, and no file with one") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise NoSigningKey("LOG_SIGNING_KEY is not an Ed25519 key")
    return key


def public_key() -> Ed25519PublicKey:
    """What everybody may check with."""
    return signing_key().public_key()


def read_public_key(text: bytes) -> Ed25519PublicKey:
    """A public key from PEM. Raises `NoSigningKey`."""
    try:
        key = load_pem_public_key(text)
    except (ValueError, TypeError):
        raise NoSigningKey("not a public key in PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise NoSigningKey("not an Ed25519 key")
    return key


def public_pem(key: Ed25519PublicKey) -> str:
    """The public key as text, as `openssl` reads it."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 over the key in DER, in hexadecimal: what two people can compare by telephone."""
    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def is_signed(key: Ed25519PublicKey, message: bytes, signature: bytes) -> bool:
    """Whether the signature is of this key over this message."""
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True
