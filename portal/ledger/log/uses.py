"""The log: a line when a use of somebody's data begins, and one when it ends, per data subject.

After Logboek Dataverwerkingen (Logius): trace, operation, processing activity, status, start, end and
the subject encrypted; beside it recipient, fields (names, never values), ground and outcome. No line
names staff; `StaffAction` does, for the auditor. `portal.ledger.log.chain` makes a chain of the lines.
"""

from __future__ import annotations

import base64
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from lifeevents.model import Activity
from portal.catalogue import catalogue
from portal.ledger.keys import KeyRing
from portal.ledger.log import chain
from portal.ledger.log.commitments import commitment
from portal.ledger.log.history import operations_of
from portal.ledger.models import DataUse, OperationLink, StaffAction
from portal.people.actor import Actor
from portal.people.models import Citizen, User
from portal.rows import insert

PORTAL = "levensloket"
"""The recipient of what we fetch ourselves."""

OTHERS = "taken"
"""The activity in the line of somebody whose data came along in another's request: never the service."""


class NoLegalGround(Exception):
    """No activity of this recipient covers the field, so it may not go there (Wet BRP 3.2, AVG 6)."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody else whose data are in it: a partner, a child, a member of the household.

    Their own log says which agency used which of their data, and not for whom or for which service.
    """

    citizen: Citizen
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Use:
    """What the lines of one operation have in common. `recipient` is an agency id or `PORTAL`.

    `retention` is the class under which the values are kept: the commitment to them can be checked
    as long as its key lives. `ground` is the article where no activity gives it.
    """

    citizen: Citizen
    trace_id: str
    operation: DataUse.Operation
    activities: tuple[Activity, ...]
    fields: tuple[str, ...]
    recipient: str
    source: str = ""
    retention: str = ""
    ground: str = ""
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Begun:
    """An operation of which the first line stands; `end_use` writes the second."""

    use: Use
    operation_id: uuid.UUID
    at: datetime
    mentioned: tuple[tuple[Mention, uuid.UUID], ...] = ()
    heads: chain.Heads = field(default_factory=dict)
    """Where the chains ended with that line: most often they still do when the second comes."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an operation ended. `outcome` is a word for it; `ok` says whether it did what it was for.

    `values` are not stored: only a salted commitment to them is. `mentions` are people who turned
    out to be in it only now: their log gets one line, of the end.
    """

    begun: Begun
    outcome: str
    ok: bool = True
    values: Any = None
    mentions: tuple[Mention, ...] = ()


def require_ground(field: str, activities: Iterable[Activity]) -> Activity:
    """The activity on which a field may be used; raises `NoLegalGround` when none covers it."""
    for activity in activities:
        if field in activity.fields:
            return activity
    raise NoLegalGround(field)


def begin_uses(uses: Sequence[Use], *, seen: chain.Heads | None = None) -> list[Begun]:
    """Writes the first line of each, in one go, before the calls. If this raises, nobody may be called.

    `seen` is where the citizen's chain ended a moment ago, for who read that along with something else.
    """
    now = timezone.now()
    begun = [Begun(use, uuid.uuid4(), now, _numbered(use.mentions)) for use in uses]
    lines = [line for one in begun for line in _lines(one, DataUse.Moment.BEGIN, now)]
    heads = _write(lines, _links(begun), seen)
    return [replace(one, heads=heads) for one in begun]


def _write(lines: Sequence[DataUse], links: Sequence[OperationLink], seen: chain.Heads | None) -> chain.Heads:
    if not links:
        return chain.append(lines, seen=seen)
    with transaction.atomic(savepoint=False):
        OperationLink.objects.bulk_create(links)
        return chain.append(lines, seen=seen)


def begin_use(use: Use) -> Begun:
    """The same for one."""
    return begin_uses([use])[0]


def end_uses(endings: Sequence[Ending], *, ring: KeyRing | None = None) -> None:
    """Writes the second line of each, in one go; `ring` is that of their one citizen, where it is at hand."""
    now, late, lines = timezone.now(), list[Begun](), list[DataUse]()
    for ending in endings:
        begun = ending.begun
        lines += _lines(begun, DataUse.Moment.END, now, ending, ring)
        if ending.mentions:
            found = replace(begun, mentioned=_numbered(ending.mentions))
            lines += _mentioned_lines(found, DataUse.Moment.END, now, ending)
            late.append(found)
    seen = {one: head for ending in endings for one, head in ending.begun.heads.items()}
    _write(lines, _links(late), seen)


def end_use(begun: Begun, *, outcome: str, ok: bool = True, values: Any = None) -> None:
    """The same for one."""
    end_uses([Ending(begun, outcome, ok, values)])


def record_use(use: Use, *, outcome: str, values: Any = None) -> uuid.UUID:
    """One line for what is done in one go, with no call in between. Returns the operation's id."""
    begun = Begun(use, uuid.uuid4(), timezone.now(), _numbered(use.mentions))
    lines = _lines(begun, DataUse.Moment.END, begun.at, Ending(begun, outcome, values=values))
    _write(lines, _links([begun]), None)
    return begun.operation_id


def record_staff_view(use: Use, *, staff: User, what: str, reference: str) -> None:
    """A member of staff saw this: a line for the citizen without a name, and one with it for the auditor."""
    with transaction.atomic():
        operation_id = record_use(use, outcome=what)
        record_staff_action(operation_id, staff=staff, what=what, reference=reference)


def record_exception(operation_id: uuid.UUID, *, actor: Actor, what: str, reference: str) -> None:
    """What an auditor looks at by whomever it was done: staff, or an agency's own program."""
    if actor.user is not None:
        record_staff_action(operation_id, staff=actor.user, what=what, reference=reference)
    elif (program := actor.program) is not None:
        row = StaffAction(operation_id=operation_id, at=timezone.now(), what=what, reference=reference)
        row.client, row.agency = program.client_id, program.agency
        row.save(force_insert=True)


def record_staff_action(operation_id: uuid.UUID, *, staff: User, what: str, reference: str) -> None:
    """Who of the staff did it; joined to the citizen's log by the operation alone."""
    action = StaffAction(
        user=staff, at=timezone.now(), operation_id=operation_id, what=what, reference=reference
    )
    insert(action)


def uses_of(citizen: Citizen) -> list[DataUse]:
    """The citizen's whole log, newest first: each operation once, by its last line.

    A page takes a part of it: `portal.ledger.log.history`.
    """
    return list(operations_of(citizen))


def uses_for_auditor(citizen: Citizen) -> list[DataUse]:
    """Every line about a citizen, those too that the law keeps from them, newest first."""
    return list(DataUse.objects.filter(citizen=citizen).order_by("-id"))


def activities_covering(fields: Collection[str], activities: Iterable[Activity]) -> tuple[Activity, ...]:
    """Those activities that give a ground for at least one of the fields."""
    return tuple(activity for activity in activities if set(activity.fields) & set(fields))


def salt_of(line: DataUse, ring: KeyRing) -> bytes | None:
    """The salt of a line's commitment; None where it has none, or where the values were destroyed.

    It is derived from the key that seals the values, so that it goes when they go.
    """
    return _salt(line, ring) if line.commitment else None


def _salt(line: DataUse, ring: KeyRing) -> bytes | None:
    return ring.derive(line.retention, f"commitment:{line.operation_id}")


def _numbered(mentions: Iterable[Mention]) -> tuple[tuple[Mention, uuid.UUID], ...]:
    """Each with an operation id of its own, which leads nowhere but through `OperationLink`."""
    return tuple((mention, uuid.uuid4()) for mention in mentions)


def _lines(
    begun: Begun,
    moment: DataUse.Moment,
    now: datetime,
    ending: Ending | None = None,
    ring: KeyRing | None = None,
) -> list[DataUse]:
    use = begun.use
    line = DataUse(
        citizen=use.citizen,
        chain=chain.CONFIDENTIAL if _is_confidential(use) else use.citizen.pk,
        subject=_subject(use.citizen),
        trace_id=use.trace_id,
        operation_id=begun.operation_id,
        operation=use.operation,
        activities=[activity.id for activity in use.activities],
        ground=use.ground or "; ".join(dict.fromkeys(activity.ground.name for activity in use.activities)),
        fields=sorted(use.fields),
        source=use.source,
        recipient=use.recipient,
        retention=use.retention,
        **_course(begun, moment, now, ending),
    )
    if ending is not None and ending.values is not None:
        line.commitment = _commit(line, ending.values, ring or KeyRing(use.citizen))
    return [line, *_mentioned_lines(begun, moment, now, ending)]


def _commit(line: DataUse, values: Any, ring: KeyRing) -> str:
    ring.ensure(line.retention)
    salt = _salt(line, ring)
    return commitment(salt, values) if salt else ""


def _mentioned_lines(
    begun: Begun, moment: DataUse.Moment, now: datetime, ending: Ending | None = None
) -> list[DataUse]:
    """The lines of the other people in it: whose request it was, and for which service, stays out of them."""
    use = begun.use
    # From somebody in danger nobody else may learn anything, not even that an agency was asked.
    hidden = use.citizen.safety_flag or _is_confidential(use)
    return [
        DataUse(
            citizen=mention.citizen,
            chain=chain.CONFIDENTIAL if hidden else mention.citizen.pk,
            subject=_subject(mention.citizen),
            trace_id=operation_id.hex,
            operation_id=operation_id,
            operation=DataUse.Operation.MENTION,
            activities=[f"{use.recipient}.{OTHERS}"],
            ground=_task_of(use.recipient),
            fields=sorted(mention.fields),
            source=use.source,
            recipient=use.recipient,
            **_course(begun, moment, now, ending),
        )
        for mention, operation_id in begun.mentioned
    ]


def _course(begun: Begun, moment: DataUse.Moment, now: datetime, ending: Ending | None) -> dict[str, Any]:
    status = DataUse.Status.UNSET
    if ending is not None:
        status = DataUse.Status.OK if ending.ok else DataUse.Status.ERROR
    return {
        "at": now,
        "started_at": begun.at,
        "moment": moment,
        "status": status,
        "outcome": ending.outcome if ending else "",
    }


def _links(begun: Iterable[Begun]) -> list[OperationLink]:
    return [
        OperationLink(operation_id=operation_id, of=one.operation_id)
        for one in begun
        for _, operation_id in one.mentioned
    ]


def _is_confidential(use: Use) -> bool:
    """The law keeps the use from the person it is about."""
    return any(activity.confidential for activity in use.activities)


def _subject(citizen: Citizen) -> str:
    """The BSN as it is sealed with the citizen: opens with the master key alone. "" for who has none."""
    if citizen.bsn is None:
        return ""
    return base64.b64encode(bytes(citizen.bsn)).decode()


def _task_of(recipient: str) -> str:
    """The ground of an agency's work in general, where the law of one service would say too much."""
    agency = catalogue().agencies.get(recipient)
    return (
        agency.task.name
        if agency and agency.task
        else f"wettelijke taken van {agency.name if agency else recipient}"
    )
