"""An objection, appeal or complaint about a case: while one runs, nothing of the case is destroyed."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock
from portal.cases.models import Case, Proceeding
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor


def open_proceeding(*, case: Case, kind: Proceeding.Kind, opened_on: date, actor: Actor) -> Proceeding:
    """An officer writes down that one runs. The same again, while it runs, is the same one."""
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=case.pk)
        running = Proceeding.objects.filter(case=case, kind=kind, closed_on=None).first()
        if running is not None:
            return running
        made = Proceeding.objects.create(case=case, kind=kind, opened_on=opened_on)
        _log(case, actor, f"{kind}-opened")
    return made


def close_proceeding(*, case: Case, proceeding_id: Any, actor: Actor) -> None:
    """An officer writes down that it is over. Raises `Proceeding.DoesNotExist` for one of another case."""
    with transaction.atomic():
        found = Proceeding.objects.select_for_update().get(pk=proceeding_id, case=case)
        if found.closed_on is None:
            found.closed_on = clock.today()
            found.save(update_fields=["closed_on"])
            _log(case, actor, f"{found.kind}-closed")


def settle_complaint(case: Case) -> None:
    """A case has ended: if it was a complaint, that runs no more about what it was about."""
    about = Proceeding.objects.filter(case__citizen=case.citizen_id, reference=case.reference, closed_on=None)
    about.update(closed_on=clock.today())


def running(case: Case) -> list[Proceeding]:
    """Those that are not over, the oldest first."""
    open_ones = [one for one in case.proceedings.all() if one.closed_on is None]
    return sorted(open_ones, key=lambda one: (one.opened_on, one.pk))


def running_words(proceeding: Proceeding) -> str:
    """What the citizen reads on top of the case."""
    return {
        Proceeding.Kind.OBJECTION: _("Er loopt een bezwaar."),
        Proceeding.Kind.APPEAL: _("Er loopt een beroep bij de rechter."),
        Proceeding.Kind.COMPLAINT: _("Er loopt een klacht."),
    }[Proceeding.Kind(proceeding.kind)]


def step_words(proceeding: Proceeding, *, closed: bool) -> str:
    """What stands in the timeline."""
    begun, over = {
        Proceeding.Kind.OBJECTION: (_("Bezwaar gemaakt"), _("Bezwaar klaar")),
        Proceeding.Kind.APPEAL: (_("Beroep begonnen"), _("Beroep klaar")),
        Proceeding.Kind.COMPLAINT: (_("Klacht begonnen"), _("Klacht klaar")),
    }[Proceeding.Kind(proceeding.kind)]
    return over if closed else begun


def _log(case: Case, actor: Actor, what: str) -> None:
    """Who did it, for the auditor. The page that they did it on is a line in the citizen's log already."""
    record_staff_action(uuid.uuid4(), staff=actor.require_user(), what=what, reference=case.reference)
