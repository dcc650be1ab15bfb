"""What one agency will get: only the fields and answers of its own service, each with where it came from.

Shape: `{"facts": {field: {"value", "source", "observed_at", "provisional", "under_investigation",
"secret", "disputed", "right"}}, "not_fetched": [field, …], "answers": {group: [item, …]}}`, and `"undecided":
[field, …]` where there are any: those of `not_fetched` of which the registers did answer, but left the yes
or no open; and `"reported": {"on", "reference", "agency"}` where the citizen reported before, so that this
day counts; `"filed"` where staff wrote it down (`portal.cases.journey.filed`); and `"helped": [question, …]`
where somebody of the helpdesk filled those in with the citizen. `disputed` is why
the value is wrong by the citizen's word, and `right` (there only then) what it should be. A field that a
register does not have is left out, unless the citizen says that this is wrong: then its value is
null. One that could not be fetched stands with `"source": "citizen"`
and `"provisional": true` where the citizen typed it, and is named in `not_fetched` otherwise. The answer to
a question of the kind `document` is `[{"id", "media_type", "size"}, …]`, with the ids of the documents of
the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from connectors import pointer as pointers
from lifeevents.model import Agency, AgencyByKind, AnyAgency, QuestionGroup, Service
from portal.cases.disputes.marks import Content, open_marks, set_mark
from portal.cases.journey.answers import Answers, Item
from portal.cases.journey.deadlines import day_to_come
from portal.cases.journey.filed import filed_entry
from portal.cases.journey.helped import helped_entry
from portal.cases.journey.journeys import known
from portal.cases.journey.reported import reported_entry, standing_reports
from portal.cases.models import Case, Journey
from portal.catalogue import catalogue, is_connected
from portal.ledger.engine.facts import UNDECIDED
from portal.ledger.engine.gather import Absent, Answer, Failed, Known
from portal.ledger.keys import KeyDestroyed, KeyRing, canonical, seal

Payload = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it would go out now. `agency` is None where no connected agency was found.

    `send_on` is the first day on which it may go, where that is still to come.
    """

    service: Service
    agency: Agency | None
    payload: Payload
    send_on: date | None = None

    @property
    def waits(self) -> bool:
        """It is kept until another service has its outcome, or until its day."""
        return self.service.after is not None or self.send_on is not None

    @property
    def can_be_sent(self) -> bool:
        """There is an agency, and it is connected."""
        return self.agency is not None and is_connected(self.agency)


def requests_of(journey: Journey, answers: Answers, facts: dict[str, Answer] | None = None) -> list[Request]:
    """What would go to which agency, in the order of the event. `facts`: those that are `known` already."""
    facts, marks = known(journey) if facts is None else facts, open_marks(journey.citizen)
    reports = standing_reports(journey.citizen, journey.services)
    filed = filed_entry(journey)
    requests = []
    for service in journey.services:
        payload = build_payload(service, answers, facts, marks)
        payload |= helped_entry(journey, service)
        if report := reports.get(service.id):
            payload["reported"] = reported_entry(report)
        if filed:
            payload["filed"] = filed
        agency = resolve_agency(service, answers, facts)
        requests.append(Request(service, agency, payload, day_to_come(service, answers)))
    return requests


def resolve_agency(service: Service, answers: Answers, facts: dict[str, Answer]) -> Agency | None:
    """The agency that a service names, or the one of its kind that an answer or a fact points at."""
    if isinstance(service.agency, str):
        return catalogue().agencies[service.agency]
    if isinstance(service.agency, AnyAgency):
        return None  # another agency says where it goes, never an answer
    code = _agency_code(service.agency, answers, facts)
    return catalogue().agency_of_kind(service.agency.kind, code) if code else None


def _agency_code(rule: AgencyByKind, answers: Answers, facts: dict[str, Answer]) -> str | None:
    if rule.by.startswith("answer."):
        answer = answers.find(rule.by.removeprefix("answer."))
        # A municipality as its code, or an address that has one.
        return answer.get("municipality") if isinstance(answer, dict) else answer
    fact = facts.get(rule.by)
    value = fact.value if isinstance(fact, Known) else answers.entered.get(rule.by, {})
    return value.get("municipality")


def build_payload(
    service: Service, answers: Answers, facts: dict[str, Answer], marks: Mapping[str, Content]
) -> Payload:
    """The service's own part of what is known and answered (data minimisation, AVG 5(1)(c)).

    `marks` are the values that the citizen disputes, by field.
    """
    not_fetched = [name for name in service.needs if _not_fetched(name, service, facts, answers)]
    undecided = [name for name in not_fetched if _is_undecided(facts.get(name))]
    return {
        "facts": {
            name: entry
            for name in service.needs
            if (entry := _fact_entry(name, facts, answers, marks.get(name))) is not None
        },
        "not_fetched": not_fetched,
        **({"undecided": undecided} if undecided else {}),
        "answers": own_answers(service, answers),
    }


def own_answers(service: Service, answers: Answers) -> dict[str, list[Item]]:
    """The answers to a service's own questions, by group; files as the documents that they become."""
    return {group.id: _own(service, group, answers.groups.get(group.id, [])) for group in service.ask}


def is_absent(name: str, service: Service, payload: Payload) -> bool:
    """Whether the register has none of a field: it is in no list, and it is not awaited either."""
    awaited = service.after is not None and service.after.field == name
    return not awaited and name not in payload["facts"] and name not in payload["not_fetched"]


def _is_undecided(stands: Answer | None) -> bool:
    return isinstance(stands, Failed) and stands.kind == UNDECIDED


def _own(service: Service, group: QuestionGroup, items: list[Item]) -> list[Item]:
    """The answers to this service's questions: another one may ask more on the same page."""
    asked = {question.id for question in group.questions}
    own = [{name: value for name, value in item.items() if name in asked} for item in items]
    for item in own:
        for question in group.document_questions:
            if question.id in item:
                item[question.id] = [
                    {**file, "id": document_id(file["id"], service)} for file in item[question.id]
                ]
    return own


def document_id(file_id: UUID | str, service: Service) -> str:
    """The id of a file of the draft once it is a document with the case of a service: each has its own."""
    return str(uuid5(UUID(str(file_id)), service.id))


def _not_fetched(name: str, service: Service, facts: dict[str, Answer], answers: Answers) -> bool:
    """No source could say, and the citizen did not type it either; what is awaited comes later."""
    awaited = service.after is not None and service.after.field == name
    return not awaited and not isinstance(facts.get(name), Known | Absent) and name not in answers.entered


def _fact_entry(
    name: str, facts: dict[str, Answer], answers: Answers, mark: Content | None
) -> dict[str, Any] | None:
    fact = facts.get(name)
    if isinstance(fact, Known):
        entry = _entry(fact.value, fact.source, fact.observed_at.isoformat())
        entry |= {"under_investigation": fact.under_investigation, "secret": fact.secret}
    elif isinstance(fact, Absent) and mark is not None:
        entry = _entry(None, fact.source, fact.observed_at.isoformat())
    elif typed := answers.entered.get(name):
        return _entry(typed, "citizen", "", provisional=True)
    else:
        return None
    set_mark(entry, mark)
    return entry


def _entry(value: Any, source: str, observed_at: str, *, provisional: bool = False) -> dict[str, Any]:
    return {
        "value": value,
        "source": source,
        "observed_at": observed_at,
        "provisional": provisional,
        "under_investigation": False,
        "secret": False,
        "disputed": "",
    }


def properties_of(service: Service, payload: Payload) -> dict[str, str]:
    """The values that the agency's own system wants by name; what was not answered is left out."""
    if service.zgw is None:
        return {}
    found = {name: pointers.find(payload, pointer) for name, pointer in service.zgw.properties.items()}
    return {name: _as_text(value) for name, value in found.items() if value not in (None, "", [], {})}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else canonical(value).decode()


def seal_payload(case: Case, payload: Payload) -> None:
    """Freezes the payload in the case. The case is not saved."""
    case.sealed_payload = seal(case.citizen, case.retention, f"payload:{case.pk}", payload)


def payload_or_none(case: Case, ring: KeyRing | None = None) -> Payload | None:
    """What was sent; None once the term for keeping it was over and its key destroyed. `ring` as below."""
    try:
        return payload_of(case, ring)
    except KeyDestroyed:
        return None


def payload_of(case: Case, ring: KeyRing | None = None) -> Payload:
    """What was sent, or will be; `ring` is that of its citizen, where it is at hand."""
    keys = ring or KeyRing(case.citizen)
    payload: Payload = keys.unseal(case.retention, f"payload:{case.pk}", case.sealed_payload)
    return payload
