"""Which services of a life event are for this citizen, by what we hold: no register is asked."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from lifeevents.fitting import Verdict, applicable
from lifeevents.model import Service
from portal import clock
from portal.cases.disputes.marks import open_marks
from portal.cases.journey.answers import Answers
from portal.cases.models import new_trace_id
from portal.catalogue import catalogue, rules
from portal.ledger.engine.gather import Absent, Answer, Known, standing
from portal.people.models import Citizen


def verdicts_of(citizen: Citizen, services: Collection[Service], answers: Answers) -> dict[str, Verdict]:
    """A verdict on each service, by id. A value that the citizen says is wrong counts as not known."""
    fields = {name for one in services for name in one.needs if name in catalogue().fields}
    held = standing(
        citizen=citizen,
        fields=sorted(fields),
        activities=[one.activity for one in services],
        trace_id=new_trace_id(),
    )
    doubted = open_marks(citizen).keys()
    values = {name: _value(stands) for name, stands in held.items() if _is_sure(stands, name in doubted)}
    values = {**answers.entered, **values}
    items = [item for group in answers.groups.values() for item in group[:1]]
    said = {question: value for item in items for question, value in item.items()}
    found = applicable(services, values, said, rules=rules().rules, on=clock.today())
    return {one.service.id: one for one in found}


def _is_sure(stands: Answer, doubted: bool) -> bool:
    return not doubted and (
        isinstance(stands, Absent) or (isinstance(stands, Known) and not stands.under_investigation)
    )


def _value(stands: Answer) -> Any:
    return stands.value if isinstance(stands, Known) else None
