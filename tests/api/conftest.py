"""A case of Waterstad, and Waterstad's own program with its token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.idp.oidc.models import Client as OAuthClient
from allauth.idp.oidc.models import Token
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from portal.access.clients import READ, SERVICE, WRITE, issue_client
from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.models import Case, Dispute
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, make_cast
from tests.registers import Register

WATERSTAD = "gemeente-waterstad"
BIRTH = "geboorteaangifte"

NewProgram = Callable[..., Client]


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Everybody; nobody called the API before."""
    cache.clear()
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A birth that Waterstad has."""
    case = submitted(actor(cast.citizen))[BIRTH]
    deliver_all()
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def disputed(cast: Cast, case: Case) -> Dispute:
    """Noor says that her address in the birth registration is wrong, and Waterstad hears it."""
    noor = actor(cast.citizen)
    held = held_value(actor=noor, field="brp.address", case=case)
    found = dispute(actor=noor, field="brp.address", held=held, right=None, explanation="Ik verhuisde.")
    deliver_all()
    return found


@pytest.fixture
def new_program(cast: Cast) -> NewProgram:
    """`new_program(agency=…, services=…)`: an agency's program with a token."""

    def new_program(*, agency: str = WATERSTAD, services: tuple[str, ...] = (BIRTH,)) -> Client:
        count = OAuthClient.objects.count()
        client_id = f"{agency}-{count}"
        issue_client(
            actor=actor(cast.operator),
            client_id=client_id,
            agency=agency,
            name="Proef",
            services=services,
            may_write=True,
        )
        granted = [READ, WRITE, *(f"{SERVICE}{name}" for name in services)]
        return Client(headers={"Authorization": f"Bearer {make_token(client_id, granted)}"})

    return new_program


@pytest.fixture
def program(new_program: NewProgram) -> Client:
    """Waterstad's own, which may read and write."""
    return new_program()


def token_of(client_id: str, seconds: int = 900) -> str:
    """What such a token is."""
    return f"token-of-{client_id}-{seconds}"


def make_token(client_id: str, scopes: list[str], *, seconds: int = 900) -> str:
    """A token as the server would give it, without the work of checking a secret."""
    value = token_of(client_id, seconds)
    token = Token(type=Token.Type.ACCESS_TOKEN, client_id=client_id)
    token.expires_at = timezone.now() + timedelta(seconds=seconds)
    token.set_value(value)
    token.set_scopes(scopes)
    token.save()
    return value


def says(client: Client, path: str, body: Any, *, method: str = "post", key: str = "") -> Any:
    """A call with a JSON body, or with none."""
    headers = {"Idempotency-Key": key} if key else {}
    call = getattr(client, method)
    sent = "" if body is None else body
    return call(f"/api/v1/{path}", sent, content_type="application/json", headers=headers)
