"""What the rule of a service says of a case, by what was sent and by what an officer established.

A rule rests on what is sure and may be used: not on a value that the citizen disputes or restricted, that is
under investigation, or that was typed where a register should have said it. What is left open, an officer
establishes and notes (a finding). The rule proposes, and the agency decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from lifeevents.rules import Later, Rule, evaluate, later
from lifeevents.rules import Outcome as Verdict
from lifeevents.rules.known import known_facts
from portal import clock
from portal.cases.disputes.marks import as_it_stands, open_disputes_of
from portal.cases.journey.payloads import Payload, is_absent
from portal.cases.judging.questions import Known
from portal.cases.models import Case, Dispute, Finding, Outcome, Restriction
from portal.cases.restricting.standing import restricted_fields
from portal.cases.talk.changed import as_changed
from portal.catalogue import rules
from portal.ledger.keys import KeyRing
from portal.ledger.log.uses import record_staff_action
from portal.people.actor import Actor


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rule says on a day. `known` are all facts, `sent` those of them that need no officer."""

    rule: Rule
    on: date
    verdict: Verdict
    known: Known
    sent: Known

    @property
    def proposes(self) -> Outcome.Kind | None:
        """The outcome that follows from it; None where the rule cannot say, or says no only for now."""
        if self.verdict.verdict is None or self.later is not None:
            return None
        return Outcome.Kind.GRANTED if self.verdict.verdict else Outcome.Kind.REFUSED

    @property
    def later(self) -> Later | None:
        """From when a no of today is none any more: a child of this quarter counts in the next one."""
        return later(self.rule, self.known, on=self.on)

    def is_departed_from(self, kind: str) -> bool:
        """Whether an outcome of this kind is another one than the rule gives."""
        return self.proposes is not None and self.proposes != kind


@dataclass(frozen=True, slots=True)
class Held:
    """What decides what is sure: the open disputes of a case, what the citizen restricted by field, and what
    officers established.
    """

    disputes: Sequence[Dispute]
    restricted: Mapping[str, Restriction]
    finding: Finding | None


def held_of(case: Case) -> Held:
    """The same, read from the database."""
    return Held(list(open_disputes_of(case)), restricted_fields(case.citizen), findings_for(case).first())


def ruling_of(case: Case, payload: Payload | None, *, held: Held | None = None) -> Ruling | None:
    """What the rule says of a case today; None where its service names none, or what was sent is gone."""
    rule = rules().rules.get(case.definition.rule or "")
    if rule is None or payload is None:
        return None
    held = held or held_of(case)
    stands = as_it_stands(payload, case, held.disputes)
    sent = known_facts(rule.text.facts, _sure(case, stands, held.restricted), _said(as_changed(case, stands)))
    known, on = _joined(_opened(case, held.finding), sent), clock.today()
    return Ruling(rule, on, evaluate(rule, known, on=on), known, sent)


def _joined(found: Known, sent: Known) -> Known:
    """What a register says goes before what was noted; the items of a list are filled up one by one."""
    lists = {
        name: [{**noted, **said} for noted, said in zip(found[name], items, strict=True)]
        for name, items in sent.items()
        if isinstance(items, list) and len(found.get(name, ())) == len(items)
    }
    return {**found, **sent, **lists}


def findings_of(case: Case) -> Known:
    """What officers established; nothing yet is {}."""
    return _opened(case, findings_for(case).first())


def findings_for(case: Case) -> QuerySet[Finding]:
    """Not what another agency established before it sent the case on: that had a ground of its own."""
    return Finding.objects.filter(case=case, established_by__agency=case.agency)


def _opened(case: Case, finding: Finding | None) -> Known:
    if finding is None:
        return {}
    known: Known = KeyRing(case.citizen).unseal(case.retention, _context(case), finding.sealed_facts)
    return known


def establish(*, case: Case, actor: Actor, facts: Mapping[str, Any]) -> None:
    """Keeps what an officer established, in place of what stood there; the staff log has who it was."""
    user = actor.require_user()
    sealed = KeyRing(case.citizen).seal(case.retention, _context(case), dict(facts))
    noted = {"sealed_facts": sealed, "established_by": user, "established_at": timezone.now()}
    Finding.objects.update_or_create(case=case, defaults=noted)
    record_staff_action(uuid.uuid4(), staff=user, what="facts-established", reference=case.reference)


def _sure(case: Case, payload: Payload, restricted: Collection[str]) -> dict[str, Any]:
    """What registers said for sure; None where they have nothing."""
    facts = {name: entry for name, entry in payload["facts"].items() if name not in restricted}
    sure = {name: entry["value"] for name, entry in facts.items() if _is_sure(entry)}
    absent = {name: None for name in case.definition.needs if is_absent(name, case.definition, payload)}
    return absent | sure


def _is_sure(entry: Mapping[str, Any]) -> bool:
    return not (entry.get("provisional") or entry.get("under_investigation") or entry.get("disputed"))


def _said(payload: Payload) -> dict[str, Any]:
    items = [item for group in payload["answers"].values() for item in group[:1]]
    return {question: value for item in items for question, value in item.items()}


def _context(case: Case) -> str:
    return f"finding:{case.pk}"
