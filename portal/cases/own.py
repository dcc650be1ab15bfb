"""What somebody may find: the citizen's own, or what a mandate names of it. Every look-up starts here.

The object check is in the query: another's is not found, like what is not there.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from portal.cases.models import Case, CitizenTask, InboxItem, Journey, Message
from portal.people.actor import Actor
from portal.people.models import Citizen

Row = TypeVar("Row", Case, Journey)


def own_cases(actor: Actor) -> QuerySet[Case]:
    """The cases of the citizen, of the services that the actor may see; and of who they are too (`joined`).

    Staff who write something down get those of who was seen well enough, an officer those at the own agency.
    """
    own = Case.objects.filter(_of_themselves(actor))
    if actor.filing is not None:
        own = own if actor.filing.acts else own.none()
        own = own.filter(agency=actor.filing.agency) if actor.filing.agency else own
    return own if actor.scope is None else own.filter(service__in=actor.scope)


def _of_themselves(actor: Actor) -> Q:
    citizen = actor.require_citizen()
    # For nearly everybody this is one citizen, and the index in its own order.
    return Q(citizen__in=[citizen.pk, *sorted(actor.joined)]) if actor.joined else Q(citizen=citizen)


def owner_among(citizens: Collection[uuid.UUID], parameters: Mapping[str, Any]) -> uuid.UUID | None:
    """Whose of these citizens the request is that an address is about; None where it is nobody's of them."""
    rows = Journey.objects.filter(citizen__in=citizens)
    if "journey_id" in parameters:
        rows = rows.filter(pk=parameters["journey_id"])
    elif "reference" in parameters:
        rows = rows.filter(cases__reference=parameters["reference"])
    else:
        return None
    return rows.values_list("citizen", flat=True).first()


def own_journeys(actor: Actor) -> QuerySet[Journey]:
    """The journeys of the citizen whose services the actor may all see.

    Who must not read where the citizen lives gets none that the citizen began: that may stand in it. Staff
    who write something down get what staff wrote down: the rest the citizen shows to nobody by telephoning.
    """
    own = Journey.objects.filter(citizen=actor.require_citizen())
    if actor.filing is not None:
        own = own.filter(filing__isnull=False)
        own = own.filter(filing__agency=actor.filing.agency) if actor.filing.agency else own
    elif actor.hides_places:
        own = own.filter(mandate_id=actor.mandate.representation_id) if actor.mandate else own.none()
    return own if actor.scope is None else own.filter(_only_of(actor.scope))


def _only_of(services: Iterable[str]) -> RawSQL:
    """Whether a journey has no service but these: people choose, so its event does not say which it has."""
    other = 'SELECT 1 FROM jsonb_array_elements("cases_journey"."definitions") AS one'
    sql = f"NOT EXISTS ({other} WHERE one->>'id' <> ALL(%s))"
    return RawSQL(sql, [sorted(services)], output_field=BooleanField())  # noqa: S611  # nosec B611


def own_tasks(actor: Actor) -> QuerySet[CitizenTask]:
    """What is asked about those cases."""
    return CitizenTask.objects.filter(case__in=own_cases(actor))


def own_messages(actor: Actor) -> QuerySet[Message]:
    """What was written about those cases."""
    return Message.objects.filter(case__in=own_cases(actor))


def own_items(actor: Actor) -> QuerySet[InboxItem]:
    """What stands in the inbox about those cases; and what is proposed, for who may see everything."""
    own = InboxItem.objects.filter(_of_themselves(actor))
    if not actor.is_whole:
        own = own.exclude(kind=InboxItem.Kind.PROPOSAL)
    return own if actor.scope is None else own.filter(case__service__in=actor.scope)


def as_seen_by(actor: Actor, rows: Iterable[Row]) -> list[Row]:
    """The rows, each with what this actor must not read of it."""
    return [seen_by(actor, row) for row in rows]


def seen_by(actor: Actor, row: Row) -> Row:
    """The same for one."""
    row.hides_places = actor.hides_places
    return row


def trace_of(citizen: Citizen, parameters: Mapping[str, Any]) -> str:
    """The trace of the citizen's journey that an address is about; "" where it is about none."""
    own = Journey.objects.filter(citizen=citizen)
    if "journey_id" in parameters:
        own = own.filter(pk=parameters["journey_id"])
    elif "reference" in parameters:
        own = own.filter(cases__reference=parameters["reference"])
    else:
        return ""
    return own.values_list("trace_id", flat=True).first() or ""
