"""Taking one row of the outbox, with everything that its work begins with, in statements of our own.

Every bell asks this: as query sets it would take five times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import connection

from portal.cases.models import Case, Delivery, Journey
from portal.ledger.keys import KeyRing, keys_statement
from portal.ledger.log.chain import Heads, heads_of, heads_statement
from portal.people.models import Citizen
from portal.rows import Columns, in_one_go

_ROW, _CASE = Columns(Delivery, "delivery"), Columns(Case, "request")
# The definitions are large, and most often known already (`Journey.services`).
_JOURNEY, _CITIZEN = Columns(Journey, "journey", without=["definitions"]), Columns(Citizen, "citizen")

_TAKE: Final = f"""
SELECT {_ROW.sql}, {_CASE.sql}, {_JOURNEY.sql}, {_CITIZEN.sql}
FROM cases_delivery AS delivery
JOIN cases_case AS request ON request.id = delivery.case_id
JOIN cases_journey AS journey ON journey.id = request.journey_id
JOIN people_citizen AS citizen ON citizen.id = request.citizen_id
WHERE delivery.id = %s AND delivery.delivered_at IS NULL AND delivery.needs_human = ''
AND delivery.not_before <= %s AND (delivery.lease_until IS NULL OR delivery.lease_until < %s)
AND (delivery.kind <> ALL(%s) OR request.their_reference <> '')
FOR UPDATE OF delivery SKIP LOCKED
"""  # noqa: S608  # nosec B608


def take(row_id: Any, now: datetime, *, after_arrival: Sequence[str]) -> Delivery | None:
    """The row, locked until the transaction ends, where it is due and nobody else is at it.

    Rows of the kinds `after_arrival` are not due before the agency has their case.
    """
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [row_id, now, now, list(after_arrival)])
        found = cursor.fetchone()
    if found is None:
        return None
    values = iter(found)
    row, row.case = _ROW.read(values), _CASE.read(values)
    row.case.journey, row.case.citizen = _JOURNEY.read(values), _CITIZEN.read(values)
    return row


_HAS_DOCUMENTS: Final = "SELECT EXISTS (SELECT 1 FROM cases_document WHERE case_id = %s)"


@dataclass(frozen=True, slots=True)
class AtHand:
    """What sending a request begins with: whether any document goes with it (with hardly any), the keys of
    its citizen, and where the citizen's log ends.
    """

    has_documents: bool
    ring: KeyRing
    heads: Heads


def at_hand(case: Case) -> AtHand:
    """All of it in one go."""
    documents, keys, heads = in_one_go(
        (_HAS_DOCUMENTS, [case.pk]),
        keys_statement(case.citizen_id),
        heads_statement([case.citizen_id]),
    )
    return AtHand(documents[0][0], KeyRing(case.citizen, dict(keys)), heads_of(heads))
