"""Everything that exists, by name, and resolved services as JSON and back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT
from lifeevents.model.agency import Agency
from lifeevents.model.event import Correction, Guidance, LifeEvent
from lifeevents.model.field import FieldDefinition
from lifeevents.model.service import Activity, Service

_Item = TypeVar("_Item")
_Table = Annotated[Mapping[str, _Item], AfterValidator(MappingProxyType)]


@dataclass(config=STRICT)
class Catalogue:
    """Everything that exists, by name; the tables cannot be changed.

    `activities` are the portal's own, that no service brings along.

    Lookups raise `KeyError`; `agency_of_kind` returns None for no match.
    """

    agencies: _Table[Agency]
    fields: _Table[FieldDefinition]
    services: _Table[Service]
    events: _Table[LifeEvent]
    corrections: _Table[Correction] = Field(default_factory=dict)
    guidance: _Table[Guidance] = Field(default_factory=dict)
    activities: _Table[Activity] = Field(default_factory=dict)

    @property
    def all_activities(self) -> tuple[Activity, ...]:
        """Every activity by which data are used: of services, of corrections, and the portal's own."""
        of_services = [one.activity for one in self.services.values()]
        return (*of_services, *(one.activity for one in self.corrections.values()), *self.activities.values())

    def correction_of(self, field: str) -> Correction | None:
        """How a field is corrected; None where nobody has said so for its source.

        What the portal works out is corrected where it comes from: by whoever holds the first of its base.
        """
        sources = [self.fields[name].source for name in self.bases_of(field) if name in self.fields]
        return next((self.corrections[source] for source in sources if source in self.corrections), None)

    def bases_of(self, field: str) -> tuple[str, ...]:
        """The fields of registers behind a field: itself, or for a derived one those it is worked out of."""
        definition = self.fields.get(field)
        return definition.derived.base if definition and definition.derived else (field,)

    def services_of(self, event: LifeEvent) -> tuple[Service, ...]:
        """The services of an event, in its order."""
        return tuple(self.services[name] for name in event.services)

    def guidance_of(self, event: LifeEvent) -> tuple[Guidance, ...]:
        """What else belongs to an event, in its order."""
        return tuple(self.guidance[name] for name in event.guidance)

    def with_awaited(self, event: LifeEvent, chosen: Collection[str]) -> tuple[Service, ...]:
        """The services of an event that were chosen, in its order, with those that they wait for."""
        services = self.services_of(event)
        waits_for = {one.id: one.after.service for one in services if one.after}
        wanted: set[str] = set()
        for name in chosen:
            while name and name not in wanted:
                wanted.add(name)
                name = waits_for.get(name, "")
        return tuple(service for service in services if service.id in wanted)

    def applied_for_after(self, report: str) -> tuple[Service, ...]:
        """The services that count from a report with this service; none for any that is no such report."""
        return tuple(one for one in self.services.values() if one.report and one.report.service == report)

    def services_at(self, agency: Agency) -> tuple[str, ...]:
        """The ids of the services that an agency does, by its own id or by its kind."""
        return tuple(one.id for one in self.services.values() if one.is_for(agency))

    def agency_of_kind(self, kind: str, code: str) -> Agency | None:
        """The agency of a kind with a code, such as municipality 9001; None when the catalogue has none."""
        return next((a for a in self.agencies.values() if a.kind == kind and a.code == code), None)


_SERVICES: TypeAdapter[tuple[Service, ...]] = TypeAdapter(tuple[Service, ...])


def dump(services: tuple[Service, ...]) -> list[dict[str, Any]]:
    """Resolved definitions as plain JSON, to be stored with a journey."""
    result: list[dict[str, Any]] = _SERVICES.dump_python(services, mode="json")
    return result


def load(stored: list[dict[str, Any]]) -> tuple[Service, ...]:
    """The definitions stored by `dump`."""
    return _SERVICES.validate_python(stored)
