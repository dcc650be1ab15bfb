"""How a signal reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.models import Signal
from portal.cases.reading.names import title_of
from portal.catalogue import catalogue

PARTS = {
    Signal.Part.RULE: gettext_lazy("De regel: wie het krijgt, of hoeveel"),
    Signal.Part.QUESTIONS: gettext_lazy("De vragen die wij stellen"),
    Signal.Part.DATA: gettext_lazy("De gegevens die wij gebruiken"),
    Signal.Part.TERM: gettext_lazy("Hoe lang het duurt"),
    Signal.Part.LETTER: gettext_lazy("De brief of de uitleg"),
    Signal.Part.OTHER: gettext_lazy("Iets anders"),
}
"""What a signal can be about, as people call it."""


@dataclass(frozen=True, slots=True)
class ShownSignal:
    """A signal on a page. `reference` is "" for who may not know which case it was."""

    pk: UUID
    service: str
    agency: str
    part: str
    text: str
    by: str
    given_at: datetime
    owner: str
    answer: str
    changed: str
    answered_at: datetime | None
    reference: str = ""


def shown(signal: Signal, *, with_case: bool = False) -> ShownSignal:
    """In the language of the page."""
    known = catalogue()
    service, agency = known.services.get(signal.service), known.agencies.get(signal.agency)
    return ShownSignal(
        pk=signal.pk,
        service=title_of(service) if service else signal.service,
        agency=agency.name if agency else signal.agency,
        part=str(PARTS[Signal.Part(signal.part)]),
        text=signal.text,
        by=_("een inwoner") if signal.by_citizen else _("een medewerker"),
        given_at=signal.given_at,
        owner=signal.owner.name if signal.owner else "",
        answer=signal.answer,
        changed=signal.changed,
        answered_at=signal.answered_at,
        reference=signal.case.reference if with_case else "",
    )
