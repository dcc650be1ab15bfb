"""The citizen's written no-objection: an agency at the table may see the request. Taken back at any time."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils import timezone

from portal.cases.customtable.models import CustomTable, NoObjection
from portal.cases.customtable.verbs import agencies_at
from portal.cases.talk.standing import Closed, touch
from portal.catalogue import catalogue
from portal.ledger.log.uses import PORTAL, Use, record_use
from portal.ledger.models import DataUse
from portal.people.actor import Actor

GIVEN: Final = "no-objection-given"
TAKEN_BACK: Final = "no-objection-taken-back"
ACTIVITY: Final = "maatwerktafel"


def allow(*, actor: Actor, table: CustomTable, agency: str) -> None:
    """From now on this agency sees the request. Twice is once.

    Raises `Closed` where the table ended, `LookupError` for an agency that is not there, `PermissionError`.
    """
    with transaction.atomic():
        _require_own(actor, table)
        live = CustomTable.objects.select_for_update().get(pk=table.pk)
        if live.closed_at:
            raise Closed(table.case.reference)
        if agency not in agencies_at(live):
            raise LookupError(agency)
        citizen = actor.require_citizen()
        _row, made = NoObjection.objects.get_or_create(
            table=live, agency=agency, ended_at=None, defaults={"citizen": citizen}
        )
        if made:
            _log(table, agency, GIVEN)


def take_back(*, actor: Actor, table: CustomTable, agency: str) -> None:
    """From now on this agency sees only what it has a ground of its own for. Raises `PermissionError`."""
    with transaction.atomic():
        _require_own(actor, table)
        open_one = table.no_objections.filter(agency=agency, ended_at=None)
        if open_one.update(ended_at=timezone.now()):
            _log(table, agency, TAKEN_BACK)


def allowed_at(table: CustomTable) -> set[str]:
    """The agencies that may see the request at this moment."""
    return set(table.no_objections.filter(ended_at=None).values_list("agency", flat=True))


def _require_own(actor: Actor, table: CustomTable) -> None:
    if not actor.is_whole or actor.citizen != table.case.citizen:
        raise PermissionError("the citizen alone says so")


def _log(table: CustomTable, agency: str, outcome: str) -> None:
    use = Use(
        citizen=table.case.citizen,
        trace_id=table.case.journey.trace_id,
        operation=DataUse.Operation.DISPUTE,
        activities=(catalogue().activities[ACTIVITY],),
        fields=(),
        recipient=agency,
        source=PORTAL,
    )
    record_use(use, outcome=outcome)
    touch(table.case)
