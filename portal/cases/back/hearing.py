"""Hearing back from an agency's own system: all that it says ends in `apply_status` or `conclude`.

A notification is a hint only: it says that there is news, never which. We then read the case itself,
by its ETag; `reconcile` says when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import structlog

from connectors.base import ConnectorError, Destination, Heard, Reading, Unavailable
from connectors.faults import fault_point
from portal.cases.back.concluding import AlreadyConcluded, NotAnOutcome, TakenBack, conclude
from portal.cases.back.questions import CannotAsk, take_over_question
from portal.cases.back.status import apply_status
from portal.cases.models import Case, Outcome, Phase
from portal.cases.out import outbox
from portal.cases.out.outages import note_failure
from portal.cases.talk.papers import note_papers
from portal.catalogue import catalogue, connectors
from portal.people.actor import Actor

log = structlog.get_logger(__name__)


def case_with(*, agency: str, their_reference: str) -> Case | None:
    """The case that an agency calls so; None for a reference that is not ours."""
    if not their_reference:
        return None
    return Case.objects.filter(agency=agency, their_reference=their_reference).first()


def read_back(*, case_id: Any) -> bool:
    """Reads a case at its agency and takes over what is new. Repeatable. False where it could not be read."""
    case = Case.objects.select_related("journey", "citizen").get(pk=case_id)
    destination = connectors().destination(case.agency)
    if destination is None or destination.pulls or not case.their_reference:
        return True
    fault_point("hearing.before-read")
    try:
        reading = destination.read(
            case.their_reference, version=case.heard_version, trace_id=case.journey.trace_id
        )
    except ConnectorError as error:
        log.warning("reading back failed", reference=case.reference, kind=error.kind, error=str(error))
        if isinstance(error, Unavailable):
            note_failure(case.agency, destination)
        return False
    fault_point("hearing.after-read")
    if reading is not None:
        _take_over(case, reading, _words_of(case, destination))
        note_papers(case, reading.papers)
        fault_point("hearing.taken-over")
        # Only now: a crash halfway reads the same version again, and taking over twice is once.
        Case.objects.filter(pk=case.pk).update(heard_version=reading.version)
    return True


@dataclass(frozen=True, slots=True)
class _Words:
    """What the words of an agency's system mean to us. `closes`: a result alone ends the case."""

    statuses: Mapping[str, str]
    results: Mapping[str, str]
    closes: bool = False


_OURS = _Words(
    statuses={phase: phase for phase in (Phase.ARRIVED, Phase.HANDLED, Phase.NEEDS_YOU)},
    results={kind: kind for kind in Outcome.Kind},
    closes=True,
)


def _words_of(case: Case, destination: Destination) -> _Words | None:
    """The agency speaks our own words, or those that the service's definition gives for its system.

    What somebody began keeps its definition, but a word that this lacks may have been added since.
    """
    if destination.speaks_ours:
        return _OURS
    today = catalogue().services.get(case.service)
    known = [one.zgw for one in (today, case.definition) if one is not None and one.zgw is not None]
    if not known:
        return None
    return _Words(
        statuses={word: phase for zgw in known for word, phase in zgw.statuses.items()},
        results={word: kind for zgw in known for word, kind in zgw.results.items()},
    )


def _take_over(case: Case, reading: Reading, words: _Words | None) -> None:
    """All that can be taken over is; what cannot, a person looks at."""
    if words is None:
        return
    wrong: list[str] = []
    statuses = [heard for heard in reading.heard if heard.kind == "status"]
    closing = [heard for heard in statuses if words.statuses.get(heard.word) == Phase.DECIDED]
    for heard in statuses:
        if heard not in closing:
            # What was asked before the newest status is not wanted any more.
            wrong += _take_over_status(case, heard, words, may_ask=heard is statuses[-1])
    has_ended = bool(closing) or (words.closes and any(heard.kind == "result" for heard in reading.heard))
    if has_ended:
        wrong += _take_over_end(case, reading, words, closing)
    if wrong:
        log.error("an agency says what cannot be taken over", reference=case.reference, wrong=wrong)
        outbox.ask_to_look(case=case, error="; ".join(dict.fromkeys(wrong)))
    else:
        outbox.nothing_to_look_at(case=case)


def _take_over_end(case: Case, reading: Reading, words: _Words, closing: list[Heard]) -> list[str]:
    """Its outcome says that a case is closed. Only where there is none, the status must say it."""
    wrong = _take_over_result(case, reading, words)
    if wrong and closing and not Outcome.objects.filter(case=case).exists():
        wrong += _take_over_status(case, closing[-1], words)
    return wrong


def _take_over_status(case: Case, heard: Heard, words: _Words, *, may_ask: bool = False) -> list[str]:
    phase = words.statuses.get(heard.word)
    if phase is None:
        return [f"the status {heard.word!r} is not in the catalogue"]
    if heard.asked is not None and may_ask:
        try:
            take_over_question(case, heard, heard.asked)
        except CannotAsk as error:
            # The citizen reads at least that the agency waits, and why.
            return [str(error), *_take_over_status(case, replace(heard, asked=None), words)]
        return []
    apply_status(
        case=case,
        phase=Phase(phase),
        # Who speaks our words has none of its own, but may say something beside them.
        text=heard.text if words is _OURS else heard.word,
        set_at=heard.set_at,
        external_id=heard.external_id,
        heard_from=case.agency,
    )
    return []


def _take_over_result(case: Case, reading: Reading, words: _Words) -> list[str]:
    result = next((heard for heard in reading.heard if heard.kind == "result"), None)
    if result is None:
        return ["closed without a result"]
    kind = words.results.get(result.word)
    if kind is None:
        return [f"the result {result.word!r} is not in the catalogue"]
    try:
        conclude(
            case=case,
            kind=Outcome.Kind(kind),
            motivation=result.text or result.word,
            actor=Actor.system(case.citizen),
        )
    except NotAnOutcome:
        return [f"the service cannot end with {result.word!r}"]
    except AlreadyConcluded:
        return [f"the agency changed its result to {result.word!r}, after the citizen read another"]
    except TakenBack:
        log.info("the agency closed what was withdrawn", reference=case.reference)
    return []
