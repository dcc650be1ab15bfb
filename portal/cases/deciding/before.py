"""What must be there before an outcome counts: the same at the desk and by an agency's own program."""

from __future__ import annotations

import uuid
from dataclasses import asdict, replace
from typing import Final

from lifeevents.model import Service
from portal.cases.back.concluding import Grounds, conclude
from portal.cases.deciding.care import Care, counted, due_for, require
from portal.cases.desk.models import Proposal
from portal.cases.disputes.marks import open_disputes_of
from portal.cases.models import Case, Outcome
from portal.ledger.log.uses import record_exception
from portal.people.actor import Actor

DEPARTING: Final = "outcome-departing"
CONFIRMED: Final = "outcome-confirmed"
UNHEARD: Final = "outcome-unheard"
UNCALLED: Final = "outcome-uncalled"
"""For the auditor: maatwerk, that somebody agreed, and a refusal without hearing or calling first."""


class AlreadyProposed(Exception):
    """An officer proposed how it ends, and that is not final yet."""


class NeedsReasons(ValueError):
    """Another outcome than the rule gives needs reasons, and every departure an article."""


class NotConfirmed(ValueError):
    """The service asks for a second pair of eyes; `by` says whose."""

    def __init__(self, by: Proposal.Confirmer) -> None:
        self.by = by
        super().__init__(by)


def conclude_by_program(
    *, case: Case, actor: Actor, kind: Outcome.Kind, motivation: str, grounds: Grounds
) -> Outcome:
    """Ends a case by the word of an agency's own program, with what the desk asks for first.

    Hearing and calling were done here or left out for a reason (`grounds.not_heard` and so on), as at the
    desk; that a colleague or a lead agreed, the program says (`grounds.confirmed_by`), and that is kept.
    The same outcome again returns the first.

    Raises as `conclude`, and `AlreadyProposed`, `NeedsReasons`, `NotHeard`, `NotCalled`, `NotConfirmed`.
    """

    def looked_at(locked: Case, said: Grounds) -> Grounds:
        if Proposal.objects.filter(case=locked).exists():
            raise AlreadyProposed(locked.reference)
        require_reasons(said.deviation, said.article)
        care = care_for(locked, kind, Care(said.not_heard, said.not_heard_because, said.not_called_because))
        _require_confirmed(confirmer_of(locked.definition, kind, said.deviation), said.confirmed_by)
        found = replace(said, **asdict(care))
        _note_exceptions(locked, found, actor)
        return found

    return conclude(
        case=case, kind=kind, motivation=motivation, actor=actor, grounds=grounds, checked=looked_at
    )


def _note_exceptions(case: Case, said: Grounds, actor: Actor) -> None:
    """What an auditor looks at, as of an officer; that somebody agreed is the program's own word."""
    acts = [
        DEPARTING if said.deviation else "",
        CONFIRMED if said.deviation and said.confirmed_by else "",
        f"{UNHEARD}:{said.not_heard}" if said.not_heard else "",
        UNCALLED if said.not_called_because else "",
    ]
    for what in filter(None, acts):
        record_exception(uuid.uuid4(), actor=actor, what=what, reference=case.reference)


def require_reasons(deviation: str, article: str) -> None:
    """Reasons to depart from the rule and the article that allows it come together."""
    if bool(deviation) != bool(article):
        raise NeedsReasons


def care_for(locked: Case, kind: str, care: Care) -> Care:
    """What is kept of the care before an outcome. Raises `NotHeard`, `StillTime` and `NotCalled`."""
    due = due_for(locked, is_disputed=open_disputes_of(locked).exists())
    require(due, kind, care)
    return counted(due, kind, care)


def confirmer_of(service: Service, kind: str, deviation: str) -> Proposal.Confirmer:
    """Who must agree, as the service says; a lead before a colleague where it says both."""
    occasions = {"every": True, "refusal": kind == Outcome.Kind.REFUSED, "deviation": bool(deviation)}
    asked = {who for occasion, who in service.confirmed_by.items() if occasions[occasion]}
    by_weight = (Proposal.Confirmer.LEAD, Proposal.Confirmer.COLLEAGUE)
    return next((who for who in by_weight if who in asked), Proposal.Confirmer.NOBODY)


def _require_confirmed(needed: Proposal.Confirmer, by: str) -> None:
    """A lead may stand in for a colleague, and not the other way round."""
    is_enough = by == Proposal.Confirmer.LEAD or by == needed
    if needed and not is_enough:
        raise NotConfirmed(needed)
