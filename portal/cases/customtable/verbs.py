"""Opening a custom table, inviting, saying, agreeing on a next step, and ending it.

Who acts sits at the table: the object check is in `seat_for`. The coordinator alone invites, hands over and
closes. Each act is a line that the citizen reads at once; who of the staff did it stands in the list of what
staff did. Everything is refused where the request has ended: there is nothing left to agree on.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal import clock
from portal.cases.customtable.models import CustomTable, NextStep, Seat, TableLine
from portal.cases.inbox.verbs import note_news
from portal.cases.models import Case, Notice, Phase
from portal.cases.notices.noting import note
from portal.cases.restricting.standing import require_usable
from portal.cases.talk.standing import Closed, require_agency, require_open, touch
from portal.cases.talk.texts import kept
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor
from portal.people.models import AT_AN_AGENCY, User

MOST_SEATS: Final = 12
"""At one table; more people agree on nothing."""

MOST_FOUND: Final = 10
"""Colleagues of one name that are shown to choose from."""


class AlreadyOpen(Exception):
    """There is a table about this request already; `table` is that one."""

    def __init__(self, table: CustomTable) -> None:
        super().__init__(str(table.pk))
        self.table = table


class TableFull(Exception):
    """As many people sit there as may."""


class NotThisOne(Exception):
    """Somebody who cannot be invited, or is there already; or a day that is over."""


def seat_for(*, actor: Actor, table_id: uuid.UUID) -> Seat:
    """The actor's own place at an open table. Raises `Seat.DoesNotExist` for every other table."""
    return _seats_of(actor).get(table=table_id)


def seats_for(*, actor: Actor) -> list[Seat]:
    """Where the actor sits at this moment, the newest table first."""
    return list(_seats_of(actor).order_by("-table__opened_at"))


def _seats_of(actor: Actor) -> QuerySet[Seat]:
    own = Seat.objects.filter(user=actor.require_user(), agency=actor.agency, left_at=None)
    return own.filter(table__closed_at=None).select_related("table__case__journey", "table__case__citizen")


def open_table(*, actor: Actor, case: Case, question: str, external_id: str) -> CustomTable:
    """An officer of the agency that has the case lays it on a table, and coordinates it.

    Raises `WrongText`, `AlreadyOpen`, `Closed`, `NotThere`, `UseIsRestricted`, `Involved`, and
    `PermissionError` for who is not of that agency.
    """
    user, asked = actor.require_user(), kept(question)
    require_agency(actor, case)
    with transaction.atomic():
        locked = _locked(case)
        require_usable(locked, actor)
        if found := locked.tables.filter(closed_at=None).first():
            raise AlreadyOpen(found)
        require_open(locked)
        table = CustomTable.objects.create(case=locked, question=asked, coordinator=user)
        seat = Seat.objects.create(table=table, user=user, agency=actor.agency)
        Case.objects.filter(pk=locked.pk).update(tabled_at=table.opened_at)
        _write(seat, TableLine.Kind.OPENED, external_id, text=asked)
    return table


def colleagues_named(*, agency: str, name: str) -> list[User]:
    """Who works on the cases of an agency, by a part of the name; at most `MOST_FOUND`, by name."""
    people = User.objects.filter(role__in=sorted(AT_AN_AGENCY), agency=agency, is_active=True)
    return list(people.filter(name__icontains=name.strip()).order_by("name", "pk")[:MOST_FOUND])


def invite(*, seat: Seat, user_id: uuid.UUID, reason: str, external_id: str) -> Seat:
    """Somebody more at the table, by name. The same form again is the same invitation.

    Raises `WrongText`, `NotThisOne`, `TableFull`, `Closed`.
    """
    said = kept(reason)
    with transaction.atomic():
        table = _led(seat)
        if table.lines.filter(external_id=external_id).exists():
            return table.seats.get(user=user_id, left_at=None)
        guest = User.objects.filter(pk=user_id, role__in=sorted(AT_AN_AGENCY), is_active=True).first()
        if guest is None:
            raise NotThisOne(str(user_id))
        if table.seats.filter(left_at=None).count() >= MOST_SEATS:
            raise TableFull(str(table.pk))
        try:
            with transaction.atomic():
                made = Seat.objects.create(table=table, user=guest, agency=guest.agency, reason=said)
        except IntegrityError:
            raise NotThisOne(str(user_id)) from None
        _write(seat, TableLine.Kind.INVITED, external_id, text=said, about=guest.agency)
    return made


def say(*, seat: Seat, text: str, external_id: str) -> None:
    """Everybody at the table and the citizen read it. Raises `WrongText` and `Closed`."""
    said = kept(text)
    with transaction.atomic():
        _live(seat.table)
        _write(seat, TableLine.Kind.SAID, external_id, text=said)


def say_as_citizen(*, actor: Actor, table: CustomTable, text: str, external_id: str) -> None:
    """The citizen says something at the table. Raises `WrongText`, `Closed`, `PermissionError`."""
    said = kept(text)
    if not actor.is_citizen or actor.citizen != table.case.citizen:
        raise PermissionError("this is somebody else's table")
    with transaction.atomic():
        live = _live(table)
        TableLine.objects.get_or_create(
            table=live, external_id=external_id, defaults={"kind": TableLine.Kind.SAID, "text": said}
        )
        touch(live.case)


def propose(*, seat: Seat, agency: str, what: str, by_day: date, external_id: str) -> None:
    """What an agency at the table does next, and by when. Who proposes agrees. Twice is once.

    Raises `WrongText`, `Closed`, and `NotThisOne` for an agency that is not there, or a day that is over.
    """
    said = kept(what)
    with transaction.atomic():
        table = _live(seat.table)
        if table.lines.filter(external_id=external_id).exists():
            return
        if agency not in agencies_at(table) or by_day < clock.today():
            raise NotThisOne(agency)
        step = NextStep.objects.create(
            table=table, agency=agency, what=said, by_day=by_day, agreed_by=[seat.agency]
        )
        _write(seat, TableLine.Kind.PROPOSED, external_id, text=said, about=agency)
        _settle(seat, step)


def agree(*, seat: Seat, step_id: uuid.UUID) -> None:
    """The agency of this seat agrees. Twice is once. Raises `NextStep.DoesNotExist` and `Closed`."""
    with transaction.atomic():
        table = _live(seat.table)
        step = table.steps.get(pk=step_id, agreed_at=None, dropped_at=None)
        if seat.agency in step.agreed_by:
            return
        step.agreed_by = [*step.agreed_by, seat.agency]
        step.save(update_fields=["agreed_by"])
        _write(seat, TableLine.Kind.AGREED, f"agreed:{step.pk}:{seat.agency}", text=step.what)
        _settle(seat, step)


def mark_done(*, seat: Seat, step_id: uuid.UUID) -> None:
    """Who was to do it did. Raises `NextStep.DoesNotExist`, also for another agency's step, and `Closed`."""
    with transaction.atomic():
        table = _live(seat.table)
        step = table.steps.get(pk=step_id, agency=seat.agency, done_at=None, dropped_at=None)
        if step.agreed_at is None:
            raise NextStep.DoesNotExist
        step.done_at = timezone.now()
        step.save(update_fields=["done_at"])
        _write(seat, TableLine.Kind.DONE, f"done:{step.pk}", text=step.what)


def hand_over(*, seat: Seat, to_seat: uuid.UUID) -> None:
    """Somebody else at the table coordinates from now on. Raises `Seat.DoesNotExist` and `Closed`."""
    with transaction.atomic():
        table = _led(seat)
        other = table.seats.get(pk=to_seat, left_at=None)
        if other.user_id == table.coordinator_id:
            return
        table.coordinator = other.user
        table.save(update_fields=["coordinator"])
        _write(seat, TableLine.Kind.LEADS, f"leads:{uuid.uuid4()}", about=other.agency)


def leave(*, seat: Seat) -> None:
    """Who sits there goes; the coordinator hands over first. Raises `NotThisOne` and `Closed`."""
    with transaction.atomic():
        table = _live(seat.table)
        if table.coordinator_id == seat.user_id:
            raise NotThisOne(str(seat.pk))
        Seat.objects.filter(pk=seat.pk, left_at=None).update(left_at=timezone.now())
        if seat.agency not in agencies_at(table):
            # Nobody of it is there any more: what the citizen allowed it is over too.
            table.no_objections.filter(agency=seat.agency, ended_at=None).update(ended_at=timezone.now())
        _write(seat, TableLine.Kind.LEFT, f"left:{seat.pk}")
        for step in table.steps.filter(agreed_at=None, dropped_at=None):
            _settle(seat, step)


def close(*, seat: Seat, text: str, external_id: str) -> None:
    """The coordinator ends it, with what comes of it, in words for the citizen. Raises `WrongText`.

    Also where the request has ended by now: that is when most tables do.
    """
    said = kept(text)
    with transaction.atomic():
        table = _led(seat, also_ended=True)
        now = timezone.now()
        table.steps.filter(done_at=None, dropped_at=None, agreed_at=None).update(dropped_at=now)
        table.seats.filter(left_at=None).exclude(pk=seat.pk).update(left_at=now)
        table.closed_at = now
        table.save(update_fields=["closed_at"])
        table.no_objections.filter(ended_at=None).update(ended_at=now)
        _write(seat, TableLine.Kind.CLOSED, external_id, text=said)


def agencies_at(table: CustomTable) -> list[str]:
    """The agencies of who sits there, without doubles."""
    return sorted(set(table.seats.filter(left_at=None).values_list("agency", flat=True)))


def _settle(seat: Seat, step: NextStep) -> None:
    """Agreed as soon as every agency at the table said so; it takes the place of the one before."""
    table = step.table
    if not set(agencies_at(table)) <= set(step.agreed_by):
        return
    now = timezone.now()
    others = table.steps.filter(agreed_at__isnull=False, done_at=None, dropped_at=None)
    others.update(dropped_at=now)
    step.agreed_at = now
    step.save(update_fields=["agreed_at"])
    _write(seat, TableLine.Kind.SETTLED, f"settled:{step.pk}", text=step.what, about=step.agency)


def _write(seat: Seat, kind: TableLine.Kind, external_id: str, *, text: str = "", about: str = "") -> None:
    """The line, the news of it for the citizen, and who did it. In the caller's transaction."""
    line, made = TableLine.objects.get_or_create(
        table=seat.table,
        external_id=external_id,
        defaults={
            "kind": kind,
            "agency": seat.agency,
            "user": seat.user,
            "text": text,
            "about": about,
        },
    )
    if not made:
        return
    case = seat.table.case
    note(case=case, kind=Notice.Kind.MESSAGE, about=f"table:{line.pk}")
    note_news(case)
    touch(case)
    record_staff_action(line.pk, staff=seat.user, what=f"table-{kind}", reference=case.reference)


def _led(seat: Seat, *, also_ended: bool = False) -> CustomTable:
    table = _live(seat.table, also_ended=also_ended)
    if table.coordinator_id != seat.user_id:
        raise PermissionError("the coordinator alone")
    return table


def _live(table: CustomTable, *, also_ended: bool = False) -> CustomTable:
    """The table, locked with its case, so that two who agree at once are in order. Raises `Closed`."""
    case = _locked(table.case)
    live = CustomTable.objects.select_for_update(of=("self",)).get(pk=table.pk)
    live.case = case
    if live.closed_at or (Phase(case.phase).is_final and not also_ended):
        raise Closed(case.reference)
    return live


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("citizen", "journey").get(pk=case.pk)
