"""Letting an agency's program in, and out again (OAuth 2.0, client credentials, RFC 6749 4.4).

Scopes: `cases:read`, `cases:write`, and one `service:<id>` for each service. A token that asks for no
scope gets all that its client has.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from typing import Final

from allauth.idp.oidc.models import Client, Token
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from portal.access.hashers import ClientSecretHasher
from portal.access.models import ApiClient
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor, Program

READ: Final = "cases:read"
WRITE: Final = "cases:write"
SERVICE: Final = "service:"
_LONGEST_AGENCY: Final = 31


class AlreadyIssued(Exception):
    """There is, or was, a client with this id."""


def new_client_id(agency: str) -> str:
    """An id that says whose it is."""
    return f"{agency[:_LONGEST_AGENCY]}-{secrets.token_hex(4)}"


@sensitive_variables("secret")
def issue_client(
    *,
    actor: Actor,
    client_id: str,
    agency: str,
    name: str,
    services: Collection[str],
    may_write: bool,
    secret: str | None = None,
) -> str:
    """Lets a program of an agency in; gives its secret, which nobody can read afterwards.

    Raises `AlreadyIssued` for an id that was used before: nothing changes.
    """
    made = secret or secrets.token_urlsafe(32)
    with transaction.atomic():
        row, is_new = ApiClient.objects.get_or_create(
            id=client_id,
            defaults={
                "agency": agency,
                "name": name,
                "services": sorted(services),
                "may_write": may_write,
                "issued_by": actor.user,
            },
        )
        if not is_new:
            raise AlreadyIssued(client_id)
        _let_in(row, made)
        _note(actor, "client-issued", client_id)
    return made


@sensitive_variables("secret")
def _let_in(row: ApiClient, secret: str) -> None:
    client = Client(id=row.pk, name=row.name, type=Client.Type.CONFIDENTIAL)
    client.set_grant_types([Client.GrantType.CLIENT_CREDENTIALS])
    client.set_response_types([])
    scopes = [READ, *([WRITE] if row.may_write else []), *(f"{SERVICE}{name}" for name in row.services)]
    client.set_scopes(scopes)
    client.set_default_scopes(scopes)
    # Not `set_secret`, which would keep it as slowly as the password of a person.
    client.secret = make_password(secret, hasher=ClientSecretHasher.algorithm)
    client.save(force_insert=True)


def revoke_client(*, actor: Actor, client_id: str) -> bool:
    """Shuts the program out at once, with the tokens that it has. False where it was not in."""
    with transaction.atomic():
        row = ApiClient.objects.select_for_update().filter(pk=client_id, revoked_at=None).first()
        if row is None:
            return False
        row.revoked_at, row.revoked_by = timezone.now(), actor.user
        row.save(update_fields=["revoked_at", "revoked_by"])
        Client.objects.filter(pk=client_id).delete()  # its tokens go with it
        _note(actor, "client-revoked", client_id)
    return True


def _note(actor: Actor, what: str, client_id: str) -> None:
    if actor.user is not None:
        record_staff_action(uuid.uuid4(), staff=actor.user, what=what, reference=client_id)


@sensitive_variables("value")
def program_of_token(value: str) -> Actor | None:
    """Who holds this access token, with what it was given for; None for one that is not valid (any more)."""
    token = Token.objects.lookup(Token.Type.ACCESS_TOKEN, value)
    row = ApiClient.objects.filter(pk=token.client_id, revoked_at=None).first() if token else None
    if token is None or row is None:
        return None
    scopes = set(token.get_scopes())
    if READ not in scopes and WRITE not in scopes:
        return None
    services = frozenset(name for name in row.services if f"{SERVICE}{name}" in scopes)
    program = Program(
        client_id=row.pk,
        agency=row.agency,
        services=services,
        may_read=READ in scopes,
        may_write=WRITE in scopes,
    )
    return Actor.of_program(program)


def clear_old_tokens() -> int:
    """Removes the tokens that are worth nothing any more; gives how many."""
    removed, _ = Token.objects.expired().delete()
    return removed
