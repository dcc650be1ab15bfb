"""Who watches the watchmen: what an auditor looked at is an act of staff like any other."""

from __future__ import annotations

import uuid
from typing import Final

from portal.cases.auditing.rows import Wanted, require_auditor
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor

PREFIX: Final = "audit-"
_LONGEST: Final = 40


def note(*, auditor: Actor, what: str, wanted: Wanted | None = None, about: object = "") -> None:
    """A line in what staff did. `about` is what was looked at; of a list it is which part of it."""
    require_auditor(auditor)
    reference = str(about)
    if wanted is not None:
        what = f"{what}:{wanted.kind}"
        days = f"{wanted.since:%Y%m%d}-{wanted.until:%Y%m%d}"
        reference = "/".join(filter(None, (days, wanted.part, wanted.agency)))
    record_staff_action(
        uuid.uuid4(), staff=auditor.require_user(), what=f"{PREFIX}{what}", reference=reference[:_LONGEST]
    )
