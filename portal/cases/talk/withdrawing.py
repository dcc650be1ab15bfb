"""The citizen takes a request back: what did not go out never does; who has it already is told."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.cases.back.followers import stop_followers
from portal.cases.back.status import apply_status
from portal.cases.models import Case, Delivery, Message, Phase, Proposal, Side
from portal.cases.out import outbox
from portal.cases.talk.heard import Came, came_by, note_heard
from portal.cases.talk.standing import Closed, side_of
from portal.people.actor import Actor


def withdraw(*, case: Case, actor: Actor) -> None:
    """Ends a case by the citizen's word. Twice is once.

    Where nothing was sent yet, nothing will be. Otherwise the agency hears it, after the request itself.
    What waited for this case stops too, and how an officer wanted to end it is gone. Raises `Closed` where
    the agency ended it already, and `PermissionError` for who is not the citizen.
    """
    with transaction.atomic():
        came = came_by(actor)
        rows = Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey")
        locked = rows.get(pk=case.pk)
        if side_of(actor, locked) != Side.CITIZEN:
            raise PermissionError("only the citizen withdraws")
        if locked.phase == Phase.WITHDRAWN:
            return
        if Phase(locked.phase).is_final:
            raise Closed(locked.reference)
        # What an officer proposed a moment ago nobody outside the agency saw: there is no decision.
        Proposal.objects.filter(case=locked).delete()
        said = None
        if not _is_kept_back(locked):
            said = _said(locked, came)
            outbox.add(case=locked, kind=Delivery.Kind.WITHDRAW, message=said)
        apply_status(
            case=locked,
            phase=Phase.WITHDRAWN,
            text="",
            set_at=max(timezone.now(), locked.phase_since),
            external_id="withdrawn",
            heard_from="levensloket",
        )
        stop_followers(locked, reason="awaited-withdrawn")
        note_heard(came, locked, "withdrawal", message=said)


def _said(case: Case, came: Came | None) -> Message | None:
    """What staff wrote down stands in the thread, with how it came in."""
    if came is None:
        return None
    with override("nl"):
        text = _("Ik trek dit in.")
    return Message.objects.create(
        case=case, side=Side.CITIZEN, text=text, external_id="withdrawn", **came.fields
    )


def was_sent(case: Case) -> bool:
    """Whether it went out, or may have: then a withdrawal is told to the agency."""
    rows = [row for row in case.deliveries.all() if row.kind == Delivery.Kind.FILE]
    now = timezone.now()
    return any(
        row.delivered_at or row.progress or (row.lease_until and row.lease_until >= now) for row in rows
    )


def _is_kept_back(case: Case) -> bool:
    """Takes the row of a case that nobody began to send; whether nothing goes out now."""
    filing = case.deliveries.filter(kind=Delivery.Kind.FILE)
    waiting = filing.filter(_untouched()).select_for_update().first()
    if waiting is not None:
        # No worker has it: a claim locks this row too, and finds it gone.
        waiting.delete()
        return True
    return not filing.exists()


def _untouched() -> Q:
    free = Q(lease_until=None) | Q(lease_until__lt=timezone.now())
    return free & Q(delivered_at=None, progress={})
