"""What did not arrive by itself, as operators read it: why a person must look, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.cases.models import Delivery
from portal.cases.out import outbox


@dataclass(frozen=True, slots=True)
class Stuck:
    """A row of the outbox. `why` is what kind of thing is wrong, and what helps."""

    row: Delivery
    why: str


def stuck_rows() -> list[Stuck]:
    """All that a person must look at, oldest first."""
    return [Stuck(row, _why(Delivery.Human(row.needs_human))) for row in outbox.waiting_for_a_person()]


def _why(human: Delivery.Human) -> str:
    return {
        Delivery.Human.REFUSED: _("De organisatie weigert dit. Vraag waarom."),
        Delivery.Human.CONFIG: _("Een instelling klopt niet, bij ons of bij de organisatie."),
        Delivery.Human.EXCEEDED: _("Dit is te vaak mislukt."),
        Delivery.Human.UNKNOWN: _("Er ging iets mis dat wij niet kennen. Laat een ontwikkelaar kijken."),
        Delivery.Human.CALL: _("Bel eerst. Verstuur niets voordat u belde."),
    }[human]
