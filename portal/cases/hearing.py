"""Hearing back from an agency's own system: all that it says ends in `apply_status` or `conclude`.

A notification is a hint only: it says that there is news, never which. We then read the case itself,
by its ETag; `reconcile` says when.
"""

from __future__ import annotations

from typing import Any

import structlog

from connectors.faults import fault_point
from portal.cases.models import Case
from portal.catalogue import connectors

log = structlog.get_logger(__name__)


def case_with(*, agency: str, their_reference: str) -> Case | None:
    """The case that an agency calls so; None for a reference that is not ours."""
    if not their_reference:
        return None
    return Case.objects.filter(agency=agency, their_reference=their_reference).first()


def read_back(*, case_id: Any) -> bool:
    """Reads a case at its agency and takes over what is new. Repeatable. False where it could not be read."""
    case = Case.objects.select_related("journey", "citizen").get(pk=case_id)
    destination = connectors().destination(case.agency)
    if destination is None or destination.pulls or not case.their_reference:
        return True
    fault_point("hearing.before-read")
