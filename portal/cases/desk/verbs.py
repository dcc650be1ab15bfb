"""Who of an agency's officers has a case in hand, and what lets it go first. The staff log has each act.

The citizen reads that the case is handled; by whom stands in the staff log, and on the case where the
handler chose to be named.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from portal.cases.back.status import take_up
from portal.cases.desk.models import SavedView
from portal.cases.desk.order import CLOSED
from portal.cases.involved import require_not_known, require_uninvolved
from portal.cases.models import Case
from portal.cases.reading.inbox import worklist_for
from portal.cases.talk.standing import touch
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor
from portal.people.models import Role, User

MOST_AT_ONCE = 200
"""So many cases can be taken or handed over in one act."""

MOST_VIEWS = 20


class NotAColleague(ValueError):
    """Cases go to somebody who works at the same agency now."""


class TooMany(ValueError):
    """More than one act may change."""


def colleagues(actor: Actor) -> QuerySet[User]:
    """The officers of the actor's agency and who leads them: who can be given cases, oneself included."""
    return who_works_at(actor.agency)


def who_works_at(agency: str) -> QuerySet[User]:
    """The same of an agency."""
    at_the_desk = User.objects.filter(role__in=(Role.OFFICER, Role.LEAD), agency=agency, is_active=True)
    return at_the_desk.order_by("name", "id")


def take(*, actor: Actor, references: Collection[str]) -> int:
    """The actor takes these, also from a colleague; the citizen reads of each that it is handled.

    Returns how many changed hands. Raises `TooMany`, and of a complaint `Involved` for who took part in what
    it is about, and `NotSaid` for who did not say whether they did.
    """
    with transaction.atomic():
        changed = _give(actor, references, to=actor.require_user(), what="case-taken")
        for case in _at_the_desk(actor, references):
            take_up(case=case, actor=actor)
    return changed


def hand_over(*, actor: Actor, references: Collection[str], to: UUID) -> int:
    """Gives these to a colleague. Returns how many changed hands. Raises `NotAColleague` and `Involved`."""
    colleague = colleagues(actor).filter(pk=to).first()
    if colleague is None:
        raise NotAColleague(str(to))
    return _give(actor, references, to=colleague, what="case-handed-over")


def put_back(*, actor: Actor, references: Collection[str]) -> int:
    """They are nobody's again. Returns how many cases that changed."""
    return _give(actor, references, to=None, what="case-put-back")


def _give(actor: Actor, references: Collection[str], *, to: User | None, what: str) -> int:
    """References that are not at the actor's desk are passed by: closed since, or never theirs."""
    if len(references) > MOST_AT_ONCE:
        raise TooMany(len(references))
    with transaction.atomic():
        # Always in the same order, so that two batches do not wait for each other.
        cases = _at_the_desk(actor, references)
        changed = [case for case in cases if case.handler_id != (to.pk if to else None)]
        for case in changed:
            require_not_known(case, to)
            if to == actor.user:
                require_uninvolved(case, actor)
        Case.objects.filter(pk__in=[case.pk for case in changed]).update(handler=to, names_handler=False)
        for case in changed:
            record_staff_action(uuid.uuid4(), staff=actor.require_user(), what=what, reference=case.reference)
    return len(changed)


def flag(*, actor: Actor, reference: str, reason: str) -> None:
    """This one goes before others, and why; with reason "" no more. Raises `Case.DoesNotExist`."""
    with transaction.atomic():
        case = _at_the_desk(actor, [reference]).get()
        if (case.is_flagged, case.flag_reason) == (bool(reason), reason):
            return
        Case.objects.filter(pk=case.pk).update(is_flagged=bool(reason), flag_reason=reason)
        what = "case-flagged" if reason else "case-unflagged"
        record_staff_action(uuid.uuid4(), staff=actor.require_user(), what=what, reference=reference)


def name_handler(*, actor: Actor, reference: str, shown: bool) -> None:
    """The citizen reads who has it in hand, or not any more: of one's own name one decides oneself.

    Raises `Case.DoesNotExist` for a case that is not in the actor's own hands.
    """
    user = actor.require_user()
    with transaction.atomic():
        case = _at_the_desk(actor, [reference]).get(handler=user)
        Case.objects.filter(pk=case.pk).update(names_handler=shown)
        touch(case)
        what = "handler-named" if shown else "handler-unnamed"
        record_staff_action(uuid.uuid4(), staff=user, what=what, reference=reference)


def _at_the_desk(actor: Actor, references: Collection[str]) -> QuerySet[Case]:
    cases = worklist_for(actor=actor).filter(reference__in=references).exclude(phase__in=CLOSED)
    held = cases.select_for_update(of=("self",)).select_related(None).order_by("pk")
    return held.only("handler", "reference", "service", "is_flagged", "flag_reason")


# --- Views under a name ---------------------------------------------------------------------------


def save_view(*, actor: Actor, name: str, query: str) -> SavedView:
    """Keeps a filter under a name; the same name again replaces it. Raises `TooMany`."""
    user = actor.require_user()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if SavedView.objects.filter(user=user).exclude(name=name).count() >= MOST_VIEWS:
            raise TooMany(MOST_VIEWS)
        view, _ = SavedView.objects.update_or_create(user=user, name=name, defaults={"query": query})
    return view


def drop_view(*, actor: Actor, view_id: UUID) -> None:
    """Forgets one of the actor's own. Raises `SavedView.DoesNotExist` for another's, as for none."""
    SavedView.objects.get(user=actor.require_user(), pk=view_id).delete()
