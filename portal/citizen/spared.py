"""What a citizen did not have to fill in, worked out from the log and from what each service needs. Pure.

A register said it, so nobody asked: a field that a service needs, and that its source answered. That
the register has none is an answer too. What a register could not say was typed, and spared nobody.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from portal.catalogue import catalogue
from portal.ledger.engine.plan import bases
from portal.ledger.log.history import Ended
from portal.ledger.models import DataUse

_Thing = tuple[str, str]
"""A journey and a field: what two agencies get of one journey was spared once."""

_Needs = Mapping[str, tuple[str, ...]]
"""By activity the fields that its service needs."""


@dataclass(frozen=True, slots=True)
class Spared:
    """By operation which fields (names) need not be filled in for it; and how many things, by agency."""

    by_operation: Mapping[uuid.UUID, tuple[str, ...]]
    by_recipient: Mapping[str, int]
    total: int


NOTHING: Final = Spared({}, {}, 0)


def spared_by(ended: Iterable[Ended]) -> Spared:
    """Goes through the log once, oldest first. Counted is what was sent; of a draft nothing is counted."""
    by_operation: dict[uuid.UUID, tuple[str, ...]] = {}
    things: dict[str, set[_Thing]] = {}
    # By field whether its source answered, the last time that it was asked.
    answered: dict[str, bool] = {}
    needs = {service.activity.id: service.needs for service in catalogue().services.values()}
    for one in ended:
        if one.operation == DataUse.Operation.FETCH:
            answered |= dict.fromkeys(one.fields, one.ok)
        fields = _fields(one, answered, needs)
        if one.operation == DataUse.Operation.DISCLOSURE:
            before = things.setdefault(one.recipient, set())
            # News about what an agency already has spares nobody anything more.
            fields = tuple(field for field in fields if (one.trace_id, field) not in before)
            before.update((one.trace_id, field) for field in fields)
        if fields:
            by_operation[one.operation_id] = fields
    counts = {recipient: len(found) for recipient, found in things.items() if found}
    return Spared(by_operation, counts, len(set[_Thing]().union(*things.values())))


def _fields(one: Ended, answered: Mapping[str, bool], needs: _Needs) -> tuple[str, ...]:
    """What this operation spared the citizen, in the order of the services' needs."""
    if not one.ok:
        return ()
    needed = _needs_of(one, needs)
    if one.operation == DataUse.Operation.FETCH:
        return tuple(name for name in needed if {name, *bases(name)} & set(one.fields))
    return tuple(name for name in needed if _is_answered(name, one, answered))


def _is_answered(name: str, one: Ended, answered: Mapping[str, bool]) -> bool:
    """Its source answered; a yes or no follows from what was asked for it, and was handed over itself."""
    asked = [answered[base] for base in catalogue().bases_of(name) if base in answered]
    return bool(asked) and all(asked) and (not bases(name) or name in one.fields)


def _needs_of(one: Ended, by_activity: _Needs) -> tuple[str, ...]:
    """The fields of the services behind an operation; its own where the catalogue has those no more."""
    needs = [by_activity[activity] for activity in one.activities if activity in by_activity]
    return tuple(dict.fromkeys(name for names in needs for name in names)) if needs else one.fields
