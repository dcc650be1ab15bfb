"""Who calls, and what they may: a JWT (HS256) with the client id and the secret of an application.

There are three applications with the same secret. `ZGW_CLIENT_ID` is the portal's, with the least rights that
suffice to file and to object: like a real back office, those cover the first status of a case only. Without
the right to object it is `zonder-gesloten-zaken`. `zaaksysteem` is the municipality's own and may do
everything. A right is never about a person.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import jwt
from django.conf import settings

from connectors.sandbox.zgw.problems import Problem, forbidden

OWN_CLIENT = "zaaksysteem"
NARROW_CLIENT = "zonder-gesloten-zaken"
LONGEST_LIFE = 3600
"""Seconds that a token is good for after its `iat`."""
LEEWAY = 5
"""Seconds that clocks may differ."""

CREATE = "zaken.aanmaken"
READ = "zaken.lezen"
CHANGE = "zaken.bijwerken"
CHANGE_CLOSED = "zaken.geforceerd-bijwerken"
ADD_STATUS = "zaken.statussen.toevoegen"
REOPEN = "zaken.heropenen"
READ_TYPES = "catalogi.lezen"
SUBSCRIBE = "notificaties.consumeren"
CREATE_DOCUMENT = "documenten.aanmaken"
READ_DOCUMENT = "documenten.lezen"
CHANGE_DOCUMENT = "documenten.bijwerken"
LOCK_DOCUMENT = "documenten.lock"
FORCE_UNLOCK = "documenten.geforceerd-unlock"
DECIDE = "besluiten.aanmaken"
READ_DECISION = "besluiten.lezen"

OF_A_PORTAL = frozenset(
    {
        CREATE,
        READ,
        CHANGE,
        CHANGE_CLOSED,
        READ_TYPES,
        SUBSCRIBE,
        CREATE_DOCUMENT,
        READ_DOCUMENT,
        CHANGE_DOCUMENT,
        LOCK_DOCUMENT,
        READ_DECISION,
    }
)
ALL = OF_A_PORTAL | {ADD_STATUS, REOPEN, DECIDE, FORCE_UNLOCK}


@dataclass(frozen=True, slots=True)
class Application:
    """Who calls."""

    client_id: str
    rights: frozenset[str]

    def needs(self, *rights: str) -> None:
        """Raises a problem when it has none of these rights."""
        if not self.rights & set(rights):
            raise forbidden("Deze applicatie heeft dit recht niet.")


def application_of(authorization: str) -> Application:
    """The application that made the token in an Authorization header. Raises a problem (403)."""
    kind, _, token = authorization.partition(" ")
    if kind != "Bearer" or not token:
        raise forbidden("Er is geen token meegestuurd.", "not_authenticated")
    client_id = _peek(token).get("client_id")
    if not isinstance(client_id, str):
        raise forbidden("Het token noemt geen client_id.", "missing-client-identifier")
    narrow = OF_A_PORTAL - {CHANGE_CLOSED}
    known = {settings.ZGW_CLIENT_ID: OF_A_PORTAL, NARROW_CLIENT: narrow, OWN_CLIENT: ALL}
    rights = known.get(client_id)
    if rights is None or not settings.ZGW_SECRET:
        raise forbidden("Deze client_id is hier niet bekend.", "invalid-client-identifier")
    _check(token)
    return Application(client_id, rights)


def _peek(token: str) -> dict[str, Any]:
    """What a token says, before anybody knows whether it is true."""
    try:
        return jwt.decode(token, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        raise forbidden("Het token is niet te lezen.", "jwt-decode-error") from None


def _check(token: str) -> None:
    try:
        payload = jwt.decode(
            token, settings.ZGW_SECRET, algorithms=["HS256"], leeway=LEEWAY, options={"require": ["iat"]}
        )
    except jwt.ExpiredSignatureError:
        raise _expired() from None
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError):
        raise forbidden("De handtekening van het token klopt niet.", "invalid-jwt-signature") from None
    except jwt.InvalidTokenError:
        raise forbidden("Het token klopt niet.", "invalid-jwt-token") from None
    if time.time() - payload["iat"] > LONGEST_LIFE + LEEWAY:
        raise _expired()


def _expired() -> Problem:
    return forbidden("Het token is verlopen.", "jwt-expired")
