"""What the agencies have, by their own count. Nothing here asks the portal what it believes.

A request is known by the child that it is about: a reference of ours would hide that it was filed twice.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

import psycopg
import requests

from portal.local.environment import DEMO_CLIENT_VARIABLE, demo_client_id
from portal.local.stack import Stack
from tests.chaos.people import requests_in

HOLDS = "gemeente-heidedorp"
"""Has no system that we send to: its program fetches what is there."""

_SECONDS = 30
_WHOLE = """
    SELECT zaak.uuid, zaak.agency, string_agg(eigenschap.waarde, ' '),
        count(eigenschap.uuid) - count(DISTINCT eigenschap.eigenschap),
        (SELECT count(*) FROM sandbox_rol WHERE zaak_id = zaak.uuid),
        (SELECT count(*) FROM sandbox_status WHERE zaak_id = zaak.uuid)
    FROM sandbox_zaak AS zaak
    LEFT JOIN sandbox_zaakeigenschap AS eigenschap ON eigenschap.zaak_id = zaak.uuid
    GROUP BY zaak.uuid
"""


@dataclass(slots=True)
class Arrived:
    """How often each request came whole, and what came that should not: halves, and parts that are double."""

    times: Counter[int] = field(default_factory=Counter)
    halves: int = 0
    double_parts: int = 0
    where: Counter[str] = field(default_factory=Counter)

    def lost(self, filed: Collection[int]) -> list[int]:
        """The requests that citizens were told are sent, and that no agency has."""
        return sorted(number for number in filed if not self.times[number])

    @property
    def doubled(self) -> int:
        """Requests that came more than once, parts of them too, and what is left of one that came again."""
        more = sum(times - 1 for times in self.times.values() if times > 1)
        return more + self.double_parts + self.halves


def count(stack: Stack) -> Arrived:
    """Everything at all agencies."""
    arrived = Arrived()
    _count_zaken(stack, arrived)
    _count_intake(stack, arrived)
    _count_held(stack, arrived)
    return arrived


def _count_zaken(stack: Stack, arrived: Arrived) -> None:
    with psycopg.connect(stack.env["SANDBOX_DATABASE_URL"]) as connection:
        zaken = connection.execute(_WHOLE).fetchall()
    for _, agency, values, double, roles, statuses in zaken:
        numbers = requests_in(values or "")
        if not (numbers and roles and statuses):
            arrived.halves += 1
            continue
        arrived.times.update(numbers)
        arrived.where[agency] += 1
        arrived.double_parts += int(double) + (roles - 1) + (statuses - 1)


def _count_intake(stack: Stack, arrived: Arrived) -> None:
    with psycopg.connect(stack.env["SANDBOX_DATABASE_URL"]) as connection:
        kept = connection.execute("SELECT agency, envelope::text FROM sandbox_intakerequest").fetchall()
    for agency, envelope in kept:
        arrived.times.update(requests_in(envelope))
        arrived.where[agency] += 1


def _count_held(stack: Stack, arrived: Arrived) -> None:
    api, headers = f"{stack.url}/api/v1", {"Authorization": f"Bearer {_token(stack)}"}
    page: str | None = f"{api}/cases"
    references: Counter[str] = Counter()
    while page:
        found = requests.get(page, headers=headers, timeout=_SECONDS)
        found.raise_for_status()
        references.update(one["reference"] for one in found.json()["results"])
        page = found.json()["next"]
    for reference in references:
        case = requests.get(f"{api}/cases/{reference}", headers=headers, timeout=_SECONDS)
        case.raise_for_status()
        arrived.times.update(requests_in(case.text))
    arrived.where[HOLDS] += len(references)


def _token(stack: Stack) -> str:
    secret = f"{demo_client_id(HOLDS)}:{stack.env[DEMO_CLIENT_VARIABLE]}".encode()
    answer = requests.post(
        f"{stack.url}/api/v1/token",
        data={"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {base64.b64encode(secret).decode()}"},
        timeout=_SECONDS,
    )
    answer.raise_for_status()
    return str(answer.json()["access_token"])
