"""What goes out by itself: after the outcome of another service, or on the first day that the law allows.

It is looked at again first, and goes out only because the citizen ticked that beforehand. What changed
since is asked of the citizen; what a rule cannot judge, such as unclear custody, is marked for the officer;
where somebody died nothing goes out, and a person calls.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from django.db import transaction
from django.utils import timezone

from connectors.base import Unavailable, UnknownSubject
from connectors.faults import fault_point
from lifeevents.model import After
from portal.cases.back.followers import is_early
from portal.cases.back.status import apply_status
from portal.cases.disputes.marks import carry, open_marks, set_mark
from portal.cases.journey.accounts import put_right
from portal.cases.journey.answers import answers_of
from portal.cases.journey.helped import HELPED
from portal.cases.journey.payloads import Payload, build_payload, payload_of, seal_payload
from portal.cases.journey.submit import send
from portal.cases.models import Case, CitizenTask, Delivery, Notice, Phase
from portal.cases.notices.noting import note
from portal.cases.out import outbox
from portal.cases.restricting.standing import set_aside
from portal.cases.talk.heard import came_by, note_heard
from portal.cases.talk.withdrawing import withdraw
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Answer, Failed, Known, Pending, gather
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.people.verbs import find_or_create_citizen

_PAUSES = (2.0, 3.0, 5.0, 10.0, 15.0, 30.0, 60.0, 300.0, 900.0, 3600.0)
"""Seconds between looks at the register, the last one repeated."""

_UNCERTAIN_CUSTODY = {"undetermined", "temporarily-none"}
"""Kinds of `brp.custody`."""


class Died(Exception):
    """The applicant or a child has died: nothing goes out, and a person calls. `who` names which of them."""

    def __init__(self, who: str) -> None:
        super().__init__(who)
        self.who = who


def release(*, case: Case, attempts: int) -> float | None:
    """Sends a waiting case if what it waited for is there, and its day has come.

    Gives the pause in seconds until the next look, or None when there is nothing more to look for.
    Raises `Unavailable` when the register cannot say, and `Died` when nothing may go out any more.
    """
    after = case.definition.after
    if case.phase != Phase.WAITING or is_early(case):
        return None
    if set_aside(case.citizen, case.definition.needs):
        # The citizen restricted what would go out: nothing goes by itself until that is over.
        return _PAUSES[-1]
    facts = _ask(case, case.citizen, {*case.definition.needs, *_awaited_field(after), "brp.alive"})
    found = _match(case, after, facts[after.field]) if after else []
    if after and len(found) < len(_awaited(case, after)):
        return _pause(attempts)
    _require_alive("applicant", facts)
    attention = [key for child in found for key in _look_at_child(case, child)]
    answers = answers_of(case.journey)
    if put_right(case.citizen, list(case.definition.ask), answers):
        attention.append("account")
    payload = build_payload(case.definition, answers, facts, open_marks(case.citizen))
    if after:
        # Only the persons who were waited for: the agency has no ground in this request for the others.
        payload["facts"][after.field]["value"] = found
    payload["attention"] = sorted(set(attention))
    _send_or_ask(case, payload, awaited=after)
    return None


def _awaited_field(after: After | None) -> list[str]:
    return [after.field] if after else []


def _pause(attempts: int) -> float:
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]


def _ask(case: Case, citizen: Citizen, fields: set[str]) -> dict[str, Answer]:
    """The register again, about one person, as far as this one service's ground reaches.

    Who has no BSN cannot be found there: that asks a person (`UnknownSubject`).
    """
    if citizen.bsn is None:
        raise UnknownSubject("no BSN: no register can say that what this waits for is there")
    activity = case.definition.activity
    facts = gather(
        citizen=citizen,
        fields=fields & set(activity.fields),
        activities=[activity],
        trace_id=case.journey.trace_id,
        fresh=True,
    )
    if any(_must_wait(name, stands) for name, stands in facts.items()):
        raise Unavailable("a register could not say")
    return facts


def _must_wait(name: str, stands: Answer) -> bool:
    """A yes or no that the registers leave open will not come: the agency looks at that itself."""
    if isinstance(stands, Failed):
        return stands.may_pass or catalogue().fields[name].derived is None
    return isinstance(stands, Pending)


def _awaited(case: Case, after: After) -> list[dict[str, Any]]:
    return answers_of(case.journey).groups.get(after.match, [])


def _match(case: Case, after: After, answer: Answer) -> list[dict[str, Any]]:
    """The register's entries for the awaited persons, each once, matched on birth date and first names."""
    entries = list(answer.value) if isinstance(answer, Known) else []
    found = []
    for awaited in _awaited(case, after):
        entry = next((entry for entry in entries if _is_same(entry, awaited)), None)
        if entry is not None:
            entries.remove(entry)
            found.append(entry)
    return found


def _is_same(entry: dict[str, Any], awaited: dict[str, Any]) -> bool:
    return entry.get("birth_date") == awaited.get("birth_date") and _plain(
        entry.get("first_names")
    ) == _plain(awaited.get("first_names"))


def _plain(name: Any) -> str:
    folded = unicodedata.normalize("NFKD", str(name or "").casefold())
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


def _require_alive(who: str, facts: dict[str, Answer]) -> None:
    answer = facts.get("brp.alive")
    if isinstance(answer, Known) and answer.value.get("alive") is False:
        raise Died(who)


def _look_at_child(case: Case, entry: dict[str, Any]) -> list[str]:
    """Asks about the child, under the child's own log; gives what the agency's officer must look at."""
    if not entry.get("bsn"):
        return ["no-bsn"]
    facts = _ask(case, find_or_create_citizen(entry["bsn"]), {"brp.alive", "brp.custody"})
    _require_alive("child", facts)
    custody = facts.get("brp.custody")
    kinds = {item.get("kind") for item in custody.value} if isinstance(custody, Known) else set()
    return ["custody"] if kinds & _UNCERTAIN_CUSTODY else []


def _send_or_ask(case: Case, payload: Payload, *, awaited: After | None) -> None:
    before = payload_of(case)
    payload |= {name: before[name] for name in ("reported", "filed", HELPED) if name in before}
    with transaction.atomic():
        locked = (
            Case.objects.select_for_update(of=("self",)).select_related("journey", "citizen").get(pk=case.pk)
        )
        if locked.phase != Phase.WAITING:
            return
        # Said or taken back while the register was asked: a lock on the case keeps it from changing now.
        marks = open_marks(locked.citizen)
        for name, entry in payload["facts"].items():
            set_mark(entry, marks.get(name))
        carry([locked], locked.citizen, {locked.pk: payload})
        seal_payload(locked, payload)
        locked.save(update_fields=["sealed_payload"])
        if changed := _changed(before, payload, awaited):
            _ask_citizen(locked, changed)
        else:
            _go_out(locked)
        fault_point("release.before-commit")


def _changed(before: Payload, now: Payload, awaited: After | None) -> list[str]:
    """The fields whose value is another one than the citizen saw, or that the citizen called wrong."""
    then_facts, now_facts = before["facts"], now["facts"]
    names = (set(then_facts) | set(now_facts)) - set(_awaited_field(awaited))
    return sorted(
        name
        for name in names
        if then_facts.get(name, {}).get("value") != now_facts.get(name, {}).get("value")
    )


def _ask_citizen(case: Case, changed: list[str]) -> None:
    task, _ = CitizenTask.objects.get_or_create(
        case=case, kind=CitizenTask.Kind.CONFIRM_CHANGE, answered_at=None, defaults={"about": changed}
    )
    note(case=case, kind=Notice.Kind.TASK, about=str(task.pk))
    apply_status(
        case=case,
        phase=Phase.NEEDS_YOU,
        text="changed",
        set_at=timezone.now(),
        external_id=f"asked:{task.pk}",
        heard_from="levensloket",
    )


def answer_change(*, task: CitizenTask, send_it: bool, actor: Actor) -> None:
    """The citizen looked at what changed: send it, or not at all. Twice is once.

    Before it goes out the register is looked at again: what changed since is asked again.
    """
    with transaction.atomic():
        came = came_by(actor)
        case = Case.objects.select_for_update().get(pk=task.case_id)
        locked = CitizenTask.objects.get(pk=task.pk)
        if locked.answered_at is not None or case.phase != Phase.NEEDS_YOU:
            return
        locked.answered_at, locked.answer = timezone.now(), "send" if send_it else "withdraw"
        if came is not None:
            locked.came_by, locked.came_on = came.filing.channel, came.on
        locked.save(update_fields=["answered_at", "answer", "came_by", "came_on"])
        if not send_it:
            withdraw(case=case, actor=actor)
            return
        note_heard(came, case, "answer", task=locked)
        apply_status(
            case=case,
            phase=Phase.WAITING,
            text="",
            set_at=timezone.now(),
            external_id=f"confirmed:{task.pk}",
            heard_from="levensloket",
        )
        outbox.again(case=case, kind=Delivery.Kind.RELEASE)


def _go_out(case: Case) -> None:
    apply_status(
        case=case,
        phase=Phase.SENT,
        text="released",
        set_at=timezone.now(),
        external_id="released",
        heard_from="levensloket",
    )
    send(case)
