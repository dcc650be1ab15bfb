"""After staff sent what they wrote down: the signed form goes with each request, and lines say so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from portal.access.assist import trail
from portal.access.filing.verbs import SENT, forget_scan, scan_of
from portal.access.models import Filing
from portal.cases.models import Case, Side
from portal.cases.talk.documents import keep

FORM: Final = "Ondertekend formulier"
"""The title of the scan, in the language of the agency."""


def note_filed(filing: Filing | None, cases: Iterable[Case]) -> None:
    """In the transaction that sends. What staff did not write down has no part in it."""
    if filing is None:
        return
    scan = scan_of(filing)
    for case in cases:
        if scan is not None:
            keep(case=case, side=Side.CITIZEN, content=scan, title=FORM)
        trail.note_seen(
            case.citizen, staff=filing.staff, what=f"{SENT}:{filing.channel}", reference=case.reference
        )
    forget_scan(filing)
