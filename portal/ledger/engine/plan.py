"""What has to be known for the fields that somebody wants, and on whose ground.

A derived field wants the fields it is worked out of, on its own ground and for nothing else; a field
that waits for another one wants that one too, on a ground of its own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from connectors.base import JSON
from lifeevents.model import Activity, FieldDefinition
from portal.catalogue import catalogue, connectors
from portal.ledger.log.uses import NoLegalGround, require_ground

Given = Mapping[str, JSON]
"""What the citizen typed that a field waits for, by the names in the source's manifest."""

NOTHING: Given = MappingProxyType({})


def definition(name: str) -> FieldDefinition:
    """A field of today's catalogue."""
    return catalogue().fields[name]


def bases(name: str) -> tuple[str, ...]:
    """The fields that a derived one is worked out of; none for a field of a register."""
    rule = definition(name).derived
    return rule.base if rule else ()


def derived_from(field: str) -> list[str]:
    """The derived fields that are worked out of a field."""
    return [name for name in catalogue().fields if field in bases(name)]


def source_of(name: str) -> str:
    """Who is asked for a field: for a derived one whoever is asked first."""
    return definition(catalogue().bases_of(name)[0]).source


def typed_for(name: str) -> dict[str, bool]:
    """What must be typed before a field is asked: by name, whether it may be left out."""
    return {bare: optional for bare, optional in _waits_for(name).items() if "." not in bare}


def _waits_for(name: str) -> dict[str, bool]:
    waited = connectors().waits_for(definition(name).source).get(name, ())
    return {one.removesuffix("?"): one.endswith("?") for one in waited}


def grounds(name: str, activities: Iterable[Activity]) -> frozenset[str]:
    """The ids of the activities that cover a field."""
    return frozenset(activity.id for activity in activities if name in activity.fields)


@dataclass(slots=True)
class Plan:
    """`wanted` is what was asked for, each with a ground.

    `grounds` has by field what it is needed for: an activity's id, or `<activity>:<derived field>` where
    it only serves to work that out. `kept` has the fields that are stored: one that only serves so is
    not. `awaited` has by field those it waits for.
    """

    wanted: tuple[str, ...]
    activities: tuple[Activity, ...]
    grounds: dict[str, frozenset[str]] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    awaited: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: Collection[str], activities: Collection[Activity]) -> Plan:
        """Raises `NoLegalGround` for a field that no activity covers, or that one of them waits for."""
        plan = cls(tuple(fields), tuple(activities))
        for name in plan.wanted:
            require_ground(name, plan.activities)
            plan._keep(name, ())
        return plan

    def covering(self, names: Iterable[str]) -> tuple[Activity, ...]:
        """The activities for which these are needed."""
        ids = {ground.partition(":")[0] for name in names for ground in self.grounds[name]}
        return tuple(activity for activity in self.activities if activity.id in ids)

    def _keep(self, name: str, path: tuple[str, ...]) -> None:
        """`path` leads here: the fields that wait for this one."""
        if name in path:
            raise ValueError(f"these wait for each other: {', '.join(path)}")
        own = grounds(name, self.activities)
        self.kept.add(name)
        self._need(name, own)
        for base in bases(name):
            self._need(base, frozenset(f"{activity}:{name}" for activity in own))
        for one in catalogue().bases_of(name):
            self.awaited[one] = tuple(self._awaited_of(one, path))
            for other in self.awaited[one]:
                if grounds(other, self.activities):
                    self._keep(other, (*path, name))

    def _need(self, name: str, ids: frozenset[str]) -> None:
        self.grounds[name] = self.grounds.get(name, frozenset()) | ids

    def _awaited_of(self, name: str, path: tuple[str, ...]) -> Iterable[str]:
        for other, optional in _waits_for(name).items():
            if "." not in other:
                continue
            if other in self.grounds or grounds(other, self.activities):
                yield other
            elif not optional:
                raise NoLegalGround(other)
