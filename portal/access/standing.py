"""What the register of persons says of whether somebody may act: alive, under curatele, how old.

Asked on the ground of the portal's own activity (`lifeevents/activities/vertegenwoordigen.yaml`), and
kept as facts for as long as their definition says.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from lifeevents.ages import birthday
from portal import clock
from portal.access.trail import activity
from portal.ledger.engine.gather import Answer, Known, gather
from portal.people.models import Citizen

ADULT: Final = 18
"""Years (BW 1:233)."""

FIELDS: Final = ("brp.name", "brp.birth", "brp.address", "brp.alive", "brp.guardianship")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register said. Where it did not answer, nobody is held to be dead or under curatele.

    `born` is None where the day is not known in full.
    """

    died: bool
    under_guardianship: bool
    born: date | None

    @property
    def is_minor(self) -> bool:
        """Younger than 18 for certain."""
        return self.born is not None and clock.today() < comes_of_age(self.born)


def standing_of(citizen: Citizen, fields: tuple[str, ...] = FIELDS) -> Standing:
    """Asks the register what we do not hold."""
    found = gather(citizen=citizen, fields=fields, activities=[activity()], trace_id=secrets.token_hex(16))
    return Standing(
        died=_says(found.get("brp.alive"), "alive") is False,
        under_guardianship=_says(found.get("brp.guardianship"), "under_guardianship") is True,
        born=day_of_birth(found.get("brp.birth")),
    )


def comes_of_age(born: date) -> date:
    """The first day as an adult: it begins at 00:00 in the Netherlands. Born on 29 February: 1 March."""
    return birthday(born, ADULT)


def last_day_as_minor(born: date) -> date:
    """The day before."""
    return comes_of_age(born) - timedelta(days=1)


def _says(answer: Answer | None, key: str) -> bool | None:
    said = answer.value.get(key) if isinstance(answer, Known) else None
    return said if isinstance(said, bool) else None


def day_of_birth(answer: Answer | None) -> date | None:
    """The day in a `brp.birth`; None where it is not known in full."""
    try:
        return date.fromisoformat(answer.value["date"]) if isinstance(answer, Known) else None
    except (KeyError, TypeError, ValueError):
        return None
