"""What the auditor alone reads of a log: secret lines, staff, and in whose request somebody came along."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from portal.ledger.log.chain import CONFIDENTIAL, content_of
from portal.ledger.log.uses import uses_for_auditor
from portal.ledger.models import OperationLink, StaffAction
from portal.people.models import Citizen


def audit_of(citizen: Citizen) -> list[dict[str, Any]]:
    """Every line about a citizen as it is hashed, oldest first, the sealed subject left out.

    Beside it `confidential` (the law keeps it from the citizen), `staff` (who did it and what, by the
    id of the user, or the name of a program) and `of` (the operation in which this citizen was mentioned,
    "" for none).
    """
    lines = list(reversed(uses_for_auditor(citizen)))
    operations = {line.operation_id for line in lines}
    staff: dict[Any, list[dict[str, str]]] = {}
    for action in StaffAction.objects.filter(operation_id__in=operations).order_by("id"):
        did = {
            "user": str(action.user_id or ""),
            "program": action.client,
            "what": action.what,
            "reference": action.reference,
        }
        staff.setdefault(action.operation_id, []).append(did)
    links = dict(OperationLink.objects.filter(operation_id__in=operations).values_list("operation_id", "of"))
    return [
        {
            **{key: part for key, part in content_of(line).items() if key != "subject"},
            "confidential": line.chain == CONFIDENTIAL,
            "staff": staff.get(line.operation_id, []),
            "of": str(links.get(line.operation_id, "")),
        }
        for line in lines
    ]


def staff_actions(*, reference: str = "") -> QuerySet[StaffAction]:
    """What staff did, newest first; with `reference`, what was done about that one thing."""
    found = StaffAction.objects.select_related("user").order_by("-id")
    return found.filter(reference=reference) if reference else found
