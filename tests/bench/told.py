"""An agency's program that says by the API where its cases stand, in this process."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

from allauth.idp.oidc.models import Token
from django.test import Client
from django.utils import timezone

from portal.access.clients import READ, SERVICE, WRITE, issue_client
from portal.cases.models import Case, Delivery, Phase
from portal.people.actor import Actor
from tests.bench.filed import QUICK, filed
from tests.factories import make_operator

CALLS = 50
_SERVICE = "geboorteaangifte"


def arrived(many: int) -> list[Case]:
    """So many cases that the agency has."""
    rows = filed(many)
    cases = [row.case for row in rows]
    Delivery.objects.filter(case__in=cases).update(delivered_at=timezone.now())
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(phase=Phase.ARRIVED)
    return cases


def program() -> Client:
    """The agency's program, with a token that is good for an hour."""
    client_id = f"bench-{uuid4().hex[:12]}"
    issue_client(
        actor=Actor.of_user(make_operator()),
        client_id=client_id,
        agency=QUICK,
        name="Meting",
        services=(_SERVICE,),
        may_write=True,
    )
    token = Token(type=Token.Type.ACCESS_TOKEN, client_id=client_id)
    token.expires_at = timezone.now() + timedelta(hours=1)
    token.set_value(client_id)
    token.set_scopes([READ, WRITE, f"{SERVICE}{_SERVICE}"])
    token.save()
    return Client(headers={"Authorization": f"Bearer {client_id}"}, SERVER_NAME="localhost")


def statuses_a_second(client: Client, cases: Sequence[Case], address: str) -> float:
    """One status for each of the cases; `address` has `{}` for the reference."""
    begun = time.perf_counter()
    for case in cases:
        answer = client.post(
            address.format(case.reference),
            {"word": "handled", "text": "Wij kijken ernaar."},
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid4())},
        )
        assert answer.status_code == 201, answer.content
    return len(cases) / (time.perf_counter() - begun)
