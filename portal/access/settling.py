"""After a death: who is written to about what somebody left. Letters go on, and are readdressed."""

from __future__ import annotations

from typing import Final

from django.db.models import Case, IntegerField, Value, When

from portal import clock
from portal.access.models import Representation
from portal.ledger.engine.gather import Known, fact_of
from portal.ledger.keys import KeyDestroyed
from portal.people.models import Citizen

_SURVIVORS: Final = (Representation.Kind.EXECUTOR, Representation.Kind.HEIR)


KNOWN_TO_LIVE_OR_NOT: Final = "SELECT 1 FROM ledger_fact WHERE citizen_id = %s AND field = 'brp.alive'"
"""Whether the register ever said so or otherwise. In SQL of our own: every status asks it with more."""


def has_died(citizen: Citizen) -> bool:
    """Whether the register said so, when it was last asked. Asks nobody."""
    try:
        fact = fact_of(citizen, "brp.alive")
    except KeyDestroyed:
        return False
    return isinstance(fact, Known) and fact.value.get("alive") is False


def contact_person(citizen: Citizen) -> Citizen | None:
    """The one whom everybody writes to: the executor, or else the heir who was recorded first."""
    executor_first = Case(
        When(kind=Representation.Kind.EXECUTOR, then=Value(0)), default=Value(1), output_field=IntegerField()
    )
    rows = Representation.objects.standing(clock.today()).filter(represented=citizen, kind__in=_SURVIVORS)
    row = rows.select_related("representative").order_by(executor_first, "created_at").first()
    return row.representative if row else None
