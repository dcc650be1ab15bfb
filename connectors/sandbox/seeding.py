"""Fills the sandbox: clients, the signing key, persons and their accounts. Repeatable.

What was registered in the sandbox stays, as long as the file of persons stays the same; another file
replaces everybody.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from allauth.idp.oidc.models import Client
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from connectors.sandbox.brp.dates import age_of
from connectors.sandbox.clock import today
from connectors.sandbox.identity.adapter import LEVELS
from connectors.sandbox.models import (
    Abonnement,
    Account,
    Fault,
    Informatieobject,
    IntakeRequest,
    Person,
    SigningKey,
    Tally,
    Zaak,
)

HERE = Path(__file__).resolve().parent
OWN_PERSONS = HERE / "persons.yaml"
OWN_CAST = HERE / "cast.yaml"
ACCOUNTS_FROM_OTHER_FILE = 12
YOUNGEST_ACCOUNT = 12
CLIENTS = (
    ("CITIZEN", "Levensloket voor inwoners", "/inloggen/oidc/digid/login/callback/"),
    ("STAFF", "Levensloket voor medewerkers", "/inloggen/oidc/medewerker/login/callback/"),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who lives in the sandbox. `digest` tells one file from another."""

    records: list[dict[str, Any]]
    notes: dict[str, str]
    digest: str
    is_own: bool


@transaction.atomic
def seed(*, is_fresh: bool = False) -> dict[str, int]:
    """Fills what is missing; with `is_fresh` all that happened is forgotten first. Returns totals."""
    cast = _read_cast(settings.SANDBOX_PERSONS)
    if is_fresh:
        for forgotten in (Fault, Tally, Zaak, Informatieobject, Abonnement, IntakeRequest):
            forgotten.objects.all().delete()
    if is_fresh or not Person.objects.filter(origin=cast.digest).exists():
        _replace_people(cast)
    _add_citizens(cast)
    _add_staff()
    _add_clients()
    if not SigningKey.objects.exists():
        SigningKey.objects.create(pem=_new_key())
    return {"persons": Person.objects.count(), "accounts": Account.objects.count()}


def _read_cast(path: str) -> Cast:
    source = Path(path) if path else OWN_PERSONS
    text = source.read_text(encoding="utf-8")
    records = json.loads(text) if source.suffix == ".json" else yaml.load(text, Loader=yaml.CSafeLoader)
    if not isinstance(records, list) or not all(_is_record(one) for one in records):
        raise ImproperlyConfigured(f"{source} must be a list of persons, each with a burgerservicenummer")
    notes = {} if path else yaml.load(OWN_CAST.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["notes"]
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Cast(records, notes, digest, is_own=not path)


def _is_record(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("burgerservicenummer"), str)


def _replace_people(cast: Cast) -> None:
    Account.objects.exclude(bsn="").delete()
    Person.objects.all().delete()
    Person.objects.bulk_create(
        Person(
            bsn=record["burgerservicenummer"],
            record=record,
            note=cast.notes.get(record["burgerservicenummer"], ""),
            position=position,
            origin=cast.digest,
        )
        for position, record in enumerate(cast.records)
    )


def _add_citizens(cast: Cast) -> None:
    """An account at each level for who is old enough; of a file of others, for its first persons."""
    people = Person.objects.filter(origin=cast.digest)
    for person in people if cast.is_own else people[:ACCOUNTS_FROM_OTHER_FILE]:
        age = age_of(person.record.get("geboorte", {}).get("datum", {}), today())
        if age is not None and age < YOUNGEST_ACCOUNT:
            continue
        for level in LEVELS:
            Account.objects.get_or_create(
                bsn=person.bsn,
                level=level,
                defaults={"name": person.name, "subject": _subject(person.bsn)},
            )


def _add_staff() -> None:
    cast = yaml.load(OWN_CAST.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    for one in cast["staff"]:
        secret = f"{one['role']}:{one['agency']}:{one['name']}"
        Account.objects.get_or_create(bsn="", **one, defaults={"subject": _subject(secret)})


def _subject(who: str) -> UUID:
    """The same opaque id after every reset, so that the portal keeps knowing who logs in."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"subject:{who}".encode(), hashlib.sha256).digest()
    return UUID(bytes=digest[:16], version=4)


def _add_clients() -> None:
    for kind, name, callback in CLIENTS:
        secret = getattr(settings, f"OIDC_{kind}_CLIENT_SECRET")
        if not secret:
            raise ImproperlyConfigured(f"OIDC_{kind}_CLIENT_SECRET is not set")
        client = Client.objects.filter(pk=getattr(settings, f"OIDC_{kind}_CLIENT_ID")).first() or Client(
            id=getattr(settings, f"OIDC_{kind}_CLIENT_ID")
        )
        client.name = name
        client.skip_consent = True
        client.set_scopes(["openid", "profile", "email"])
        client.set_default_scopes(["openid"])
        client.set_redirect_uris([f"{settings.PORTAL_URL}{callback}"])
        client.set_post_logout_redirect_uris([f"{settings.PORTAL_URL}/"])
        if not client.check_secret(secret):
            client.set_secret(secret)
        client.save()


def _new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
