"""What was sent before the law takes it, and waits here for its first day."""

from __future__ import annotations

from django.db import transaction

from portal import clock
from portal.cases.back.followers import wake
from portal.cases.models import Case, Delivery, Outcome, Phase

_A_TURN = 500


def wake_for_today() -> int:
    """Wakes what may go from today on, once each; gives how many that were. The rest comes next turn.

    What waits for another service too is woken by its outcome, or here where that came before the day.
    """
    begun = Delivery.objects.filter(kind=Delivery.Kind.RELEASE).values("case")
    due = Case.objects.filter(phase=Phase.WAITING, send_on__lte=clock.today()).exclude(pk__in=begun)
    found = [case for case in due.select_related("journey").order_by("send_on")[:_A_TURN] if _is_free(case)]
    for case in found:
        with transaction.atomic():
            wake(case, granted=True, awaited="")
    return len(found)


def _is_free(case: Case) -> bool:
    """Whether nothing else than the day was in the way."""
    after = case.definition.after
    if after is None:
        return True
    ended = Outcome.objects.filter(case__journey=case.journey_id, case__service=after.service)
    return ended.exclude(kind=Outcome.Kind.REFUSED).exists()
