"""Who follows after a case: what waited for it goes out, or stops where that will never come."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from portal import clock
from portal.cases.back.status import apply_status
from portal.cases.models import Case, Delivery, Phase
from portal.cases.out import outbox

AWAITED_REFUSED, AWAITED_AGAIN = "awaited-refused", "awaited-again"
"""Why a case stopped that waited for another one, and that it waits for it again; keys for `endings`."""


def wake_followers(case: Case, *, granted: bool) -> None:
    """Services that waited for this one go on, or stop where there is nothing to wait for any more."""
    for follower in followers_of(case):
        wake(follower, granted=granted, awaited=case.service)


def stop_followers(case: Case, *, reason: str) -> None:
    """What waited for this case will never go out. `reason` is a key for `endings`."""
    for follower in followers_of(case):
        stop(case=follower, reason=f"{reason}:{case.service}")


def followers_of(case: Case) -> Iterator[Case]:
    """The cases that wait for this one."""
    return that_go_after(case, Phase.WAITING)


def that_go_after(case: Case, phase: Phase) -> Iterator[Case]:
    """The cases in this phase that go out only after this one."""
    for follower in case.journey.cases.filter(phase=phase):
        after = follower.definition.after
        if after is not None and after.service == case.service:
            yield follower


def is_early(case: Case) -> bool:
    """Whether the first day on which it may go is still to come."""
    return case.send_on is not None and clock.today() < case.send_on


def wake(follower: Case, *, granted: bool, awaited: str) -> None:
    """What a case waited for is there, or will never be; one whose day did not come is woken on that day."""
    if granted and not is_early(follower):
        outbox.add(case=follower, kind=Delivery.Kind.RELEASE)
    elif not granted:
        stop(case=follower, reason=f"{AWAITED_REFUSED}:{awaited}")


def stop(*, case: Case, reason: str) -> None:
    """Ends a case that was not sent, unless it is out of our hands. `reason` is a key for `endings`."""
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        if locked.phase != Phase.WAITING:
            return
        before = locked.updates.filter(phase=Phase.STOPPED).count()
        apply_status(
            case=locked,
            phase=Phase.STOPPED,
            text=reason,
            set_at=max(timezone.now(), locked.phase_since),
            external_id=f"stopped:{before}" if before else "stopped",
            heard_from="levensloket",
        )
