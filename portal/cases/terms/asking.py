"""What a clock that runs again does to a question (Awb 4:5) that nobody answered here."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from lifeevents.terms.suspension import SUPPLEMENT
from portal.cases.back.status import apply_status
from portal.cases.models import Case, Phase, TermEvent


def go_on(*, case: Case, external_id: str) -> None:
    """The answer came another way: the agency goes on, and what it asked waits for nobody any more.

    `external_id` is that of the event by which the clock runs again. Changes nothing while another question
    still holds the clock, or where the case does not wait for the citizen.
    """
    with transaction.atomic():
        found = Case.objects.select_for_update().get(pk=case.pk)
        open_rows = found.term_events.filter(kind=TermEvent.Kind.SUSPENDED, article=SUPPLEMENT, ended_by=None)
        if found.phase != Phase.NEEDS_YOU or open_rows.exists():
            return
        apply_status(
            case=found,
            phase=Phase.HANDLED,
            text="",
            set_at=max(timezone.now(), found.phase_since),
            external_id=external_id,
            heard_from=found.agency,
        )
