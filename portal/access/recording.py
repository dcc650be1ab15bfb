"""An officer records who acts for somebody by law, with the paper on the desk."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from portal import clock
from portal.access.administration import seal_account
from portal.access.models import Representation
from portal.access.standing import Standing, standing_of
from portal.access.trail import Act, use_of
from portal.ledger.log.uses import record_staff_action, record_use
from portal.people.actor import Actor
from portal.people.verbs import find_or_create_citizen

Kind = Representation.Kind
RECORDED: Final = (Kind.CURATOR, Kind.ADMINISTRATOR, Kind.EXECUTOR, Kind.HEIR)


class Contradicted(Exception):
    """The register says otherwise: nothing is recorded. `why` is "alive", "died" or "not-under-curatele"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@sensitive_variables("represented", "representative", "account")
def record(
    *,
    actor: Actor,
    kind: Representation.Kind,
    represented: str,
    representative: str,
    document: str,
    until_on: date | None,
    account: str = "",
) -> Representation:
    """Records it, and says so in the log of both. The two are given by BSN; `document` is what was seen.

    `account` (an IBAN) is the one that an administrator manages: money goes there (BW 1:438). Raises
    `InvalidBsn`; `ValueError` for one person in two roles, a kind that nobody records, or an account with
    another kind than administrator, which cannot do without; and `Contradicted` where the register of
    persons says that it cannot be.
    """
    if kind not in RECORDED or represented == representative:
        raise ValueError("two people, and a kind that an officer records")
    if bool(account) != (kind == Kind.ADMINISTRATOR):
        raise ValueError("an administrator manages an account, nobody else does")
    theirs, helper = find_or_create_citizen(represented), find_or_create_citizen(representative)
    standing_of(helper)
    _require_agreement(kind, standing_of(theirs))
    with transaction.atomic():
        row = Representation(
            represented=theirs,
            representative=helper,
            kind=kind,
            services=None,
            from_on=clock.today(),
            until_on=until_on,
            document=document,
            agency=actor.agency,
            created_by=actor.require_user(),
            accepted_at=timezone.now(),
        )
        if account:
            seal_account(row, account)
        row.save(force_insert=True)
        operation_id = record_use(use_of(theirs, row, recipient=actor.agency), outcome=Act.RECORDED)
        record_use(use_of(helper, row), outcome=Act.TOOK_ON)
        _note(actor, operation_id, "representation-recorded", row)
    return row


def end(*, actor: Actor, representation_id: uuid.UUID) -> None:
    """Ends what the officer's own agency recorded, at once. Raises `Representation.DoesNotExist`."""
    with transaction.atomic():
        rows = Representation.objects.select_for_update(of=("self",)).select_related("represented")
        row = rows.get(pk=representation_id, agency=actor.agency, kind__in=RECORDED, revoked_at=None)
        row.revoked_at, row.revoked_by = timezone.now(), actor.require_user()
        row.save(update_fields=["revoked_at", "revoked_by"])
        use = use_of(row.represented, row, recipient=actor.agency)
        _note(actor, record_use(use, outcome=Act.REVOKED), "representation-ended", row)


def recorded_by(*, actor: Actor) -> Sequence[Representation]:
    """What the officer's own agency recorded and did not end, newest first."""
    rows = Representation.objects.filter(agency=actor.agency, kind__in=RECORDED, revoked_at=None)
    return list(rows.exclude(until_on__lt=clock.today()).order_by("-created_at"))


def _require_agreement(kind: Representation.Kind, theirs: Standing) -> None:
    """What the register knows must fit: bewind it does not know (LAW: not in the BRP)."""
    if kind in (Kind.EXECUTOR, Kind.HEIR) and not theirs.died:
        raise Contradicted("alive")
    if kind in (Kind.CURATOR, Kind.ADMINISTRATOR) and theirs.died:
        raise Contradicted("died")
    if kind == Kind.CURATOR and not theirs.under_guardianship:
        raise Contradicted("not-under-curatele")


def _note(actor: Actor, operation_id: uuid.UUID, what: str, row: Representation) -> None:
    staff = actor.require_user()
    record_staff_action(operation_id, staff=staff, what=what, reference=str(row.pk))
