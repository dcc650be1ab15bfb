"""Everything that we hold of a citizen, with what proves the log: one document, for a file to keep.

Shape (version 1; keys are only ever added, and a change of meaning gives another version):

- `format`, `version`, `made_at`, `language`, `notes` (sentences on what is left out, and why);
- `facts`: `{"field", "label", "state": "known"|"absent"|"masked"|"undecided"|"destroyed", "value", "lines"
  (as read by people), "source", "observed_at"}`;
- `sent`: `{"reference", "service", "agency", "sent_at", "state": "known"|"destroyed", "payload",
  "shown": [{"label", "lines"}], "changes": [{"at", "before", "after"}], by question, since it was sent,
  "said": what both said since (`portal.cases.talk.export`), "outcome": null, or how it ended: {"kind",
  "text", "on", "motivation", "deviation", "article", "by", "rule" (steps with their articles), "remedy",
  "remedy_until"}}`;
- `restrictions`: `{"field", "reference" (one of the two is ""), "why", "begun_at", "ends_on", "ended_at"}`;
- `log`: `{"chain", "lines": [{"content", "previous_hash", "line_hash", "words", "parts"}]}`. `content` is
  what was hashed (`portal.ledger.log.chain.content_of`); `parts` is there where we still have the values
  that the line's commitment is about (`portal.ledger.log.commitments.open_parts`);
- `proof`: `portal.ledger.log.proof.proof_of`, or null.

Nobody's BSN is in it (a pseudonym stands in its place), nor a secret address (its digest does).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.cases.customtable.words import lines_of
from portal.cases.journey.payloads import payload_or_none
from portal.cases.judging.trace import why_of
from portal.cases.models import Case, Outcome, Restriction, new_trace_id
from portal.cases.reading.endings import outcome_text
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.showing import answer_rows, field_label, is_masked, payload_rows, source_name
from portal.cases.reading.values import none_words, value_lines
from portal.cases.restricting.words import WHY
from portal.cases.talk.changed import changes_in
from portal.cases.talk.export import said_about
from portal.citizen.representing import helpers_in
from portal.citizen.use_lines import use_line
from portal.ledger.engine.gather import Failed, Known, facts_of
from portal.ledger.keys import KeyRing
from portal.ledger.log.chain import content_of, moment
from portal.ledger.log.commitments import commitment, open_parts, without_bsn
from portal.ledger.log.proof import proof_of
from portal.ledger.log.uses import PORTAL, Use, record_use, salt_of
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from portal.people.models import Citizen
from portal.practice_mark import practice_words

FORMAT: Final = "levensloket/mijn-gegevens"
VERSION: Final = 1
GROUND: Final = "artikel 15 Algemene verordening gegevensbescherming"

Document = dict[str, Any]
_Candidate = tuple[Any, tuple[str, ...]]
"""Values that a line may be about, and the parts of them that stay hidden."""


@dataclass(frozen=True, slots=True)
class _Sent:
    """A case with what was sent (None once its key was destroyed), and the facts in it that stay hidden."""

    case: Case
    payload: Any
    hidden: tuple[str, ...]


def export(*, actor: Actor) -> Document:
    """The whole document. That it was made is a line in the log, the last one in it."""
    citizen = actor.require_citizen()
    facts, cases = _facts(citizen), _cases(citizen)
    record_use(
        Use(
            citizen=citizen,
            trace_id=new_trace_id(),
            operation=DataUse.Operation.EXPORT,
            activities=(),
            fields=tuple(facts),
            recipient=PORTAL,
            ground=GROUND,
        ),
        outcome="exported",
    )
    sent = [_sent(case, facts) for case in cases]
    return {
        "format": FORMAT,
        "version": VERSION,
        "made_at": moment(timezone.now()),
        "language": get_language() or "nl",
        **({"practice": True} if settings.PRACTICE else {}),
        "notes": _notes(),
        "facts": [_fact_entry(name, fact) for name, fact in facts.items()],
        "sent": [_sent_entry(one) for one in sent],
        "restrictions": _restrictions(citizen),
        "log": {
            "chain": str(citizen.pk),
            "lines": list(_lines(citizen, facts, sent)),
        },
        "proof": proof_of(citizen.pk),
    }


def _notes() -> list[str]:
    return [
        *([mark] if (mark := practice_words()) else []),
        _("Een burgerservicenummer staat niet in dit bestand. Op die plek staat een code."),
        _("Een geheim adres staat niet in dit bestand. U ziet het als u inlogt."),
        _("Bewaar dit bestand goed: wie het heeft, kan het lezen."),
    ]


def _restrictions(citizen: Citizen) -> list[Document]:
    """What the citizen asked to keep and not to use, also when that is over."""
    rows = Restriction.objects.filter(citizen=citizen).select_related("case").order_by("begun_at")
    return [
        {
            "field": row.field,
            "reference": row.case.reference if row.case else "",
            "why": str(WHY[row.why]),
            "begun_at": moment(row.begun_at),
            "ends_on": row.ends_on.isoformat() if row.ends_on else None,
            "ended_at": moment(row.ended_at) if row.ended_at else None,
        }
        for row in rows
    ]


def _facts(citizen: Citizen) -> dict[str, Any]:
    return dict(facts_of(citizen))


def _cases(citizen: Citizen) -> list[Case]:
    return list(
        Case.objects.filter(citizen=citizen)
        .select_related("journey", "citizen", "outcome")
        .order_by("created_at")
    )


def _sent(case: Case, facts: dict[str, Any]) -> _Sent:
    payload = payload_or_none(case)
    if payload is None:
        return _Sent(case, None, ())
    hidden = [
        name
        for name, entry in payload["facts"].items()
        if is_masked(name, secret=bool(entry.get("secret")) or _is_secret(facts.get(name)))
    ]
    return _Sent(case, payload, tuple(hidden))


def _is_secret(fact: Any) -> bool:
    """What is secret now stays out, also where it was sent before it was."""
    return isinstance(fact, Known) and fact.secret


def _fact_entry(name: str, fact: Any) -> Document:
    entry = {
        "field": name,
        "label": field_label(name),
        "source": source_name(fact.source),
        "observed_at": moment(fact.since if isinstance(fact, Failed) else fact.observed_at),
    }
    if isinstance(fact, Failed):
        return entry | {"state": "undecided", "value": None, "lines": []}
    if not isinstance(fact, Known):
        return entry | {"state": "absent", "value": None, "lines": [none_words(name)]}
    if is_masked(name, secret=fact.secret):
        return entry | {"state": "masked", "value": None, "lines": []}
    value = without_bsn(fact.value)
    return entry | {"state": "known", "value": value, "lines": value_lines(name, value)}


def _sent_entry(sent: _Sent) -> Document:
    case, payload = sent.case, sent.payload
    return {
        "reference": case.reference,
        "service": title_of(case.definition),
        "agency": agency_of(case).name,
        "sent_at": moment(case.created_at),
        "state": "destroyed" if payload is None else "known",
        "payload": None if payload is None else _readable(payload, sent.hidden),
        "shown": [] if payload is None else _shown(case, payload, sent.hidden),
        "changes": without_bsn(_changes(case)),
        "said": without_bsn(said_about(case)),
        "tables": without_bsn(_tables(case)),
        "outcome": without_bsn(_outcome(case)),
    }


def _outcome(case: Case) -> Document | None:
    """How it ended, as the citizen reads it on the page of the case."""
    made: Outcome | None = getattr(case, "outcome", None)
    if made is None:
        return None
    why = why_of(case, made)
    return {
        "kind": made.kind,
        "text": outcome_text(case, made),
        "on": made.effective_on.isoformat(),
        "motivation": made.motivation,
        "deviation": made.deviation,
        "article": made.deviation_article,
        "by": why.by,
        "rule": [{"text": one.text, "article": one.article} for one in why.trace.steps] if why.trace else [],
        "remedy": made.remedy,
        "remedy_until": made.remedy_until.isoformat() if made.remedy_until else None,
    }


def _tables(case: Case) -> list[list[Document]]:
    """What agencies said to each other about it."""
    return [
        [
            {"at": moment(line.at), "who": line.who, "what": line.what, "text": line.text}
            for line in lines_of(table, for_staff=False)
        ]
        for table in case.tables.order_by("opened_at")
    ]


def _changes(case: Case) -> list[Document]:
    return [{"at": moment(one.at), "before": one.before, "after": one.after} for one in changes_in(case)]


def _readable(payload: Any, hidden: tuple[str, ...]) -> Any:
    shown = without_bsn(payload)
    for name in hidden:
        shown["facts"][name] = shown["facts"][name] | {"value": None, "masked": True}
    return shown


def _shown(case: Case, payload: Any, hidden: tuple[str, ...]) -> list[Document]:
    facts = [
        {"label": row.label, "lines": [_("Geheim")] if row.name in hidden else row.lines}
        for row in payload_rows(case.definition, payload)
    ]
    groups = answer_rows(case.definition.ask, payload["answers"])
    return facts + [{"label": row.label, "lines": row.lines} for _title, answers in groups for row in answers]


def _lines(citizen: Citizen, facts: dict[str, Any], sent: list[_Sent]) -> Iterator[Document]:
    ring = KeyRing(citizen)
    acted = DataUse.objects.filter(chain=citizen.pk, operation=DataUse.Operation.ACTED)
    helpers = helpers_in(acted)
    for line in DataUse.objects.filter(chain=citizen.pk).order_by("number").iterator():
        entry = {
            "content": content_of(line),
            "previous_hash": line.previous_hash,
            "line_hash": line.line_hash,
            "words": use_line(line, helpers=helpers).sentence,
        }
        if (parts := _parts(line, ring, facts, sent)) is not None:
            entry["parts"] = parts
        yield entry


def _parts(line: DataUse, ring: KeyRing, facts: dict[str, Any], sent: list[_Sent]) -> Document | None:
    """The values that the line is about, where we still have exactly those."""
    salt = salt_of(line, ring) if line.commitment else None
    if salt is None:
        return None
    found = _of_case(line, sent) if line.operation == DataUse.Operation.DISCLOSURE else _of_facts(line, facts)
    for values, hidden in found:
        if commitment(salt, values) == line.commitment:
            return open_parts(salt, values, hidden=hidden)
    return None


def _of_case(line: DataUse, sent: list[_Sent]) -> Iterator[_Candidate]:
    for one in sent:
        case = one.case
        if one.payload is not None and (case.agency, case.journey.trace_id) == (
            line.recipient,
            line.trace_id,
        ):
            yield one.payload, tuple(f"facts/{name}" for name in one.hidden)


def _of_facts(line: DataUse, facts: dict[str, Any]) -> Iterator[_Candidate]:
    """What we hold now may have been fetched again since: then it is not what the line is about."""
    known = {name: facts[name] for name in line.fields if isinstance(facts.get(name), Known)}
    hidden = tuple(name for name, fact in known.items() if is_masked(name, secret=fact.secret))
    yield {name: fact.value for name, fact in known.items()}, hidden
