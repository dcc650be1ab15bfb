"""The agencies of the sandbox that have an intake of their own, by the id that the portal has for them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IntakeAgency:
    """One of them. `prefix` begins its own references."""

    id: str
    name: str
    prefix: str


INTAKES = {
    one.id: one for one in (IntakeAgency(id="gemeente-duinzicht", name="Gemeente Duinzicht", prefix="DZ"),)
}
