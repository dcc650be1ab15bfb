"""What could not be told to somebody: operators see it, mend what is wrong, and let it go again."""

from __future__ import annotations

from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from portal.cases.models import Notification
from portal.cases.notices import noting
from portal.cases.notices.models import Channel
from portal.cases.out import leases
from portal.ledger.log.uses import record_staff_action
from portal.people.models import User

SENT_AGAIN: Final = "notice-replayed"
"""What is kept of an operator who let one go again; its operation is the row."""

MOST: Final = 200


def waiting_for_a_person() -> QuerySet[Notification]:
    """The mails, texts and letters that an operator must look at, oldest first; at most so many."""
    rows = Notification.objects.exclude(needs_human="").filter(delivered_at=None)
    return rows.select_related("notice__case").order_by("created_at")[:MOST]


def replay(*, row_id: Any, staff: User) -> bool:
    """What was wrong is mended: it may go again, with new attempts. False where nobody had to look.

    A letter goes with the next batch of the print house. `staff` is who says so, which is kept with the row.
    """
    with transaction.atomic():
        rows = Notification.objects.select_for_update(of=("self",)).select_related("notice__case")
        row = rows.exclude(needs_human="").filter(pk=row_id, delivered_at=None).first()
        if row is None:
            return False
        leases.let_try_again(row)
        reference = row.notice.case.reference if row.notice else ""
        record_staff_action(row.pk, staff=staff, what=SENT_AGAIN, reference=reference)
        if row.channel != Channel.POST:
            transaction.on_commit(lambda: noting.ring(str(row_id)))
    return True
