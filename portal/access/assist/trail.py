"""What looking along leaves: lines that the citizen reads, without a name, and the names for the auditor.

Every page that was seen has a line. A page waits for one statement alone (`pages`); the line itself is
written within seconds, from a row that was there before the page went out.
"""

from __future__ import annotations

import secrets
import uuid
from typing import Final

from django.db import transaction

from lifeevents.model import Activity
from portal.access import acting
from portal.access.assist.models import Assist, AssistPage
from portal.catalogue import catalogue
from portal.ledger.log.uses import PORTAL, Use, record_staff_action, record_use
from portal.ledger.models import DataUse
from portal.people.models import Citizen, User

PREFIX: Final = "assist-"
FOUND: Final = "assist-found"
"""The outcome of a line: somebody of the helpdesk looked this citizen up."""
OVERVIEW: Final = "assist-overview"
"""Somebody of the helpdesk saw the helpdesk's own page of this citizen."""
IDENTITY: Final = "assist-identity"
"""Somebody of the helpdesk said to have seen, at a desk, who this is."""
CODE_SENT: Final = "assist-code"
"""The helpdesk had a code sent to this citizen; the way follows it."""
_PAGES_AT_ONCE: Final = 200


def activity() -> Activity:
    """On which ground the helpdesk helps."""
    return catalogue().activities["helpdesk"]


def use_of(citizen: Citizen, *, source: str = "", trace_id: str = "") -> Use:
    """A line about the helpdesk. `source` is the id of the assist, "" outside one."""
    return Use(
        citizen=citizen,
        trace_id=trace_id or secrets.token_hex(16),
        operation=DataUse.Operation.VIEW,
        activities=(activity(),),
        fields=(),
        recipient=PORTAL,
        source=source,
    )


def note_seen(citizen: Citizen, *, staff: User, what: str, reference: str, did: str = "") -> None:
    """The helpdesk saw something of this citizen outside an assist.

    `did` is how, for the auditor, where that is more than the citizen reads.
    """
    operation_id = record_use(use_of(citizen), outcome=what)
    record_staff_action(operation_id, staff=staff, what=did or what, reference=reference)


def note_staff(staff: User, what: str, reference: str) -> None:
    """What staff did that is about no citizen."""
    record_staff_action(uuid.uuid4(), staff=staff, what=what, reference=reference[:40])


def note_begun(row: Assist) -> None:
    """It began: how the citizen agreed, and why."""
    _note(row, f"assist-begun:{row.reason}:{row.agreement}", "assist-begun")


def note_changed(row: Assist, what: str) -> None:
    """It was prolonged, or it ended: `extended`, `ended:<by>`."""
    _note(row, f"assist-{what}", f"assist-{what}")


def write_pages(row: Assist | None = None) -> int:
    """Writes the lines of pages that were seen, of one assist or of all. Workers share them out."""
    with transaction.atomic():
        rows = AssistPage.objects.filter(operation_id=None).order_by("id")
        rows = rows if row is None else rows.filter(assist=row)
        found = list(
            rows.select_related("assist__citizen", "assist__staff").select_for_update(
                skip_locked=True, of=("self",)
            )[:_PAGES_AT_ONCE]
        )
        for page in found:
            trace_id = acting.find_trace(page.assist.citizen, page.about) if acting.find_trace else ""
            use = use_of(page.assist.citizen, source=str(page.assist_id), trace_id=trace_id)
            page.operation_id = record_use(use, outcome=f"assist-page:{page.route}"[:40])
            page.save(update_fields=["operation_id"])
            record_staff_action(
                page.operation_id,
                staff=page.assist.staff,
                what=f"assist-page:{page.route}",
                reference=page.about.get("reference") or str(page.assist_id),
            )
    return len(found)


def _note(row: Assist, outcome: str, what: str) -> None:
    operation_id = record_use(use_of(row.citizen, source=str(row.pk)), outcome=outcome)
    record_staff_action(operation_id, staff=row.staff, what=what, reference=str(row.pk))
