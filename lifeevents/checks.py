"""What must be true across files: references, order, law. Each check yields problems and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lifeevents.afterchecks import after_problems
from lifeevents.draft import Draft, Entry, questions_of
from lifeevents.eventchecks import event_problems, no_service
from lifeevents.fieldchecks import field_problems, no_field
from lifeevents.model import Activity, Agency, AgencyByKind, Correction, Guidance, Question, Service
from lifeevents.questions import form_problems, group_problems
from lifeevents.whenchecks import when_problems
from lifeevents.yamlfile import Part, Problem

_TERM_REMEDIES = ("objection", "appeal", "administrative-appeal")


def all_problems(draft: Draft) -> Iterator[Problem]:
    """Every problem of a draft whose parts have the right shape."""
    yield from _agency_codes(draft)
    for field in draft.fields.entries.values():
        yield from form_problems(field, field.item.enter, ("enter",))
        yield from _lookup(field, field.item.address_question, draft, ("enter", 0))
        yield from field_problems(field, draft)
    for service in draft.services.entries.values():
        yield from group_problems(service)
        yield from _fields(service, draft)
        yield from _asked_in_vain(service, draft)
        yield from _lookups(service, draft)
        yield from _agency(service, draft)
        yield from _outcome(service.item, service)
        yield from _terms(service.item, service)
        yield from _open_ends(service)
        yield from _rule(service, draft)
        yield from when_problems(service, draft)
        yield from _citizen_term(service)
        yield from _alone_from(service)
        yield from _report(service, draft)
        yield from _change(service)
        yield from _zgw(service)
        yield from _words(service)
    yield from after_problems(draft)
    yield from _activities(draft)
    for event in draft.events.entries.values():
        yield from event_problems(event, draft)
    for guidance in draft.guidance.entries.values():
        yield from _guidance(guidance, draft)
    for correction in draft.corrections.entries.values():
        yield from _correction(correction, draft)


def _agency_codes(draft: Draft) -> Iterator[Problem]:
    taken: dict[tuple[str, str], Agency] = {}
    for entry in draft.agencies.entries.values():
        agency = entry.item
        other = taken.setdefault((agency.kind, agency.code), agency)
        if agency.code and other is not agency:
            message = f"{other.id} has code '{agency.code}' already: give each {agency.kind} its own"
            yield entry.problem(message, "code")


def _fields(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    service = entry.item
    for index, name in enumerate(service.needs):
        if not draft.fields.knows(name):
            yield entry.problem(no_field(name), "needs", index)
        elif name not in service.activity.fields:
            message = f"no legal ground for '{name}': add it to activity.fields, or do not need it"
            yield entry.problem(message, "needs", index)
    for index, name in enumerate(service.activity.fields):
        if not draft.fields.knows(name):
            yield entry.problem(no_field(name), "activity", "fields", index)


def _alone_from(entry: Entry[Service]) -> Iterator[Problem]:
    """An age is worked out of a field, so the service must need that."""
    if entry.item.alone_from and "brp.birth" not in entry.item.needs:
        yield entry.problem("an age wants the day of birth: add 'brp.birth' to needs", "alone_from")


def _report(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    """A report is one press that counts today: it asks nothing, waits for nothing, and is received here."""
    name = entry.item.report.service if entry.item.report else ""
    if name and not draft.services.knows(name):
        yield entry.problem(no_service(name), "report", "service")
    elif name in draft.services.entries and not _is_one_press(draft.services.entries[name].item):
        message = (
            f"'{name}' is no report: it must be a notification to one agency, without questions, after "
            "or report, with intake: portal"
        )
        yield entry.problem(message, "report", "service")


def _is_one_press(service: Service) -> bool:
    asks_more = service.ask or service.after or service.report or isinstance(service.agency, AgencyByKind)
    return service.kind == "notification" and service.intake == "portal" and not asks_more


def _change(entry: Entry[Service]) -> Iterator[Problem]:
    """What may change by itself: it decides on no agency or term, and hangs together with nothing else."""
    service = entry.item
    fixed = {service.agency.by.removeprefix("answer.")} if isinstance(service.agency, AgencyByKind) else set()
    fixed |= {service.citizen_term.since} if service.citizen_term else set()
    asked = {question.id: (group, question) for group, question, _path in questions_of(service)}
    fixed |= {other for _group, question in asked.values() for other in question.only_if}
    for index, name in enumerate(service.change):
        if name not in asked:
            yield entry.problem(f"question '{name}' is not asked: use an id under ask", "change", index)
            continue
        group, question = asked[name]
        if name in fixed or group.repeat or question.only_if or question.kind in ("document", "address"):
            message = f"'{name}' cannot change by itself: what else was asked or decided hangs on it"
            yield entry.problem(message, "change", index)


def _asked_in_vain(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    """What a needed field says of the citizen is not asked of the citizen (once only)."""
    needed = [draft.fields.entries[name].item for name in entry.item.needs if name in draft.fields.entries]
    for _group, question, path in questions_of(entry.item):
        known = next((field.name for field in needed if question.id in field.answers), None)
        if known and question.about == "citizen":
            message = f"'{known}' says this already: remove the question, or say about: someone-else"
            yield entry.problem(message, *path, "id")


def _lookups(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    """What finds an address is asked under the service's own ground."""
    for _group, question, path in questions_of(entry.item):
        known = not question.lookup or draft.fields.knows(question.lookup)
        yield from _lookup(entry, question, draft, path)
        if known and question.lookup and question.lookup not in entry.item.activity.fields:
            message = f"no legal ground for '{question.lookup}': add it to activity.fields"
            yield entry.problem(message, *path, "lookup")


def _lookup(
    entry: Entry[Any], question: Question | None, draft: Draft, path: tuple[Part, ...]
) -> Iterator[Problem]:
    if question and question.lookup and not draft.fields.knows(question.lookup):
        yield entry.problem(no_field(question.lookup), *path, "lookup")


def _agency(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    agency = entry.item.agency
    if isinstance(agency, AgencyByKind):
        kinds = {known.item.kind for known in draft.agencies.entries.values()}
        if draft.agencies.is_whole and agency.kind not in kinds:
            message = f"no agency has kind '{agency.kind}': use one of {sorted(kinds)}"
            yield entry.problem(message, "agency", "kind")
        if wrong := _chooser(entry.item, agency.by):
            yield entry.problem(wrong, "agency", "by")
    elif isinstance(agency, str) and not draft.agencies.knows(agency):
        message = f"agency '{agency}' does not exist: add agencies/{agency}.yaml or correct it"
        yield entry.problem(message, "agency")


def _chooser(service: Service, by: str) -> str | None:
    """What is wrong with the answer or field that chooses the agency: it must always give exactly one."""
    kind, _, name = by.partition(".")
    if kind != "answer":
        if by in service.needs:
            return None
        return f"'{by}' is not among needs: add it, or use 'answer.<question id>'"
    for group, question, _ in questions_of(service):
        if question.id == name:
            if question.kind not in ("municipality", "choice", "address"):
                return f"question '{name}' must have kind municipality, choice or address"
            if group.repeat or question.only_if or not question.required:
                return f"question '{name}' must be asked once and always: no repeat, no only_if, required"
            return None
    return f"question '{name}' is not asked: use the id of a question under ask"


def _outcome(service: Service, entry: Entry[Service]) -> Iterator[Problem]:
    is_deed = service.kind == "deed"
    if is_deed != (service.outcome == "deed"):
        yield entry.problem("kind deed and outcome deed belong together: correct one of them", "outcome")
    if is_deed and service.remedy not in ("court", "none"):
        yield entry.problem("against a deed there is only the court: make it court or none", "remedy")
    if (service.kind == "complaint") != (service.outcome == "finding"):
        message = "kind complaint and outcome finding belong together: correct one of them"
        yield entry.problem(message, "outcome")
    if service.kind == "complaint" and service.remedy != "none":
        yield entry.problem(
            "no appeal against how a complaint was dealt with (Awb 9:3): make it none", "remedy"
        )
    if service.outcome == "decision" and service.remedy not in _TERM_REMEDIES:
        yield entry.problem(f"a decision has a remedy: one of {', '.join(_TERM_REMEDIES)}", "remedy")
    if service.outcome == "private" and service.remedy not in ("court", "none"):
        yield entry.problem("a private outcome is no decision: make it court or none", "remedy")
    if service.penalty and service.kind != "application":
        yield entry.problem("only an application has a penalty (Awb 4:17): make it false", "penalty")


def _terms(service: Service, entry: Entry[Service]) -> Iterator[Problem]:
    if service.remedy in _TERM_REMEDIES and service.remedy_term is None:
        yield entry.problem(f"{service.remedy} needs a term: add remedy_term", "remedy")
    if service.remedy == "court" and not (service.remedy_term or service.remedy_article):
        yield entry.problem("say which law opens the court: add remedy_article or remedy_term", "remedy")
    if service.remedy == "none" and (service.remedy_term or service.remedy_article):
        key = "remedy_term" if service.remedy_term else "remedy_article"
        yield entry.problem("there is no remedy: remove this, or correct remedy", key)
    if service.kind == "deed" and service.decision_term is not None:
        yield entry.problem("a deed has no clock: remove decision_term", "decision_term")
    if service.extension and service.decision_term is None:
        yield entry.problem("there is no term to extend: add decision_term, or remove extension", "extension")
    if service.objection_decision and service.remedy not in ("objection", "administrative-appeal"):
        message = "nobody decides on an objection here: remove objection_decision, or correct remedy"
        yield entry.problem(message, "objection_decision")
    if service.penalty and service.decision_term is None:
        message = "a penalty needs a term to be late for: add decision_term, or make it false"
        yield entry.problem(message, "penalty")


def _open_ends(entry: Entry[Service] | Entry[Guidance]) -> Iterator[Problem]:
    """What was not checked says what is open, so that somebody can check it."""
    if not entry.item.verified and not entry.item.note.strip():
        yield entry.problem("not verified: add a note that says what is open", "verified")
    if entry.item.verified and entry.item.note:
        yield entry.problem("a note is for what was not verified: remove it, or correct verified", "note")


def _rule(entry: Entry[Service], draft: Draft) -> Iterator[Problem]:
    if entry.item.rule and entry.item.rule not in draft.rules:
        message = f"rule '{entry.item.rule}' does not exist: add rules/{entry.item.rule}.yaml or correct it"
        yield entry.problem(message, "rule")


def _guidance(entry: Entry[Guidance], draft: Draft) -> Iterator[Problem]:
    yield from _open_ends(entry)
    if entry.item.agency and not draft.agencies.knows(entry.item.agency):
        message = f"agency '{entry.item.agency}' does not exist: add it to agencies/ or remove it"
        yield entry.problem(message, "agency")


def _zgw(entry: Entry[Service]) -> Iterator[Problem]:
    """A back office gets everything that the citizen saw going there: all answers, and all facts."""
    zgw = entry.item.zgw
    if zgw is None:
        return
    pointers = set(zgw.properties.values())
    if "/facts" not in pointers:
        yield entry.problem("no property points at /facts: what the registers know would be lost", "zgw")
    for group, question, _place in questions_of(entry.item):
        if question.kind == "document":
            continue  # it goes along as a document
        if not {"/answers", f"/answers/{group.id}", f"/answers/{group.id}/0/{question.id}"} & pointers:
            message = f"no property points at the answer to '{question.id}': it would be lost"
            yield entry.problem(message, "zgw", "properties")


def _words(entry: Entry[Service]) -> Iterator[Problem]:
    """A word that no case of the service could end with would only be refused when somebody says it."""
    results = entry.item.words.results if entry.item.words else {}
    if entry.item.kind not in ("application", "complaint") and (
        partly := [w for w, r in results.items() if r == "partly"]
    ):
        message = f"only an application is granted in part: take out '{partly[0]}'"
        yield entry.problem(message, "words", "results")


def _citizen_term(entry: Entry[Service]) -> Iterator[Problem]:
    term = entry.item.citizen_term
    dates = {question.id for _group, question, _place in questions_of(entry.item) if question.kind == "date"}
    if term and term.since not in dates:
        message = f"'{term.since}' is no date question of this service: name one of {sorted(dates)}"
        yield entry.problem(message, "citizen_term", "since")


def _activities(draft: Draft) -> Iterator[Problem]:
    """An activity is one thing wherever it is named, and a retention class has one term."""
    seen, days = dict[str, Activity](), dict[str, int]()
    users: list[Entry[Service] | Entry[Correction]] = [
        *draft.services.entries.values(),
        *draft.corrections.entries.values(),
    ]
    named: list[tuple[Entry[Any], Activity, tuple[str, ...]]] = [
        *((entry, entry.item.activity, ("activity",)) for entry in users),
        *((entry, entry.item, ()) for entry in draft.activities.entries.values()),
    ]
    for entry, activity, path in named:
        if seen.setdefault(activity.id, activity) != activity:
            message = f"activity '{activity.id}' is something else elsewhere: make them equal or rename one"
            yield entry.problem(message, *path, "id")
        if days.setdefault(activity.retention, activity.retention_days) != activity.retention_days:
            message = f"'{activity.retention}' has {days[activity.retention]} days elsewhere: make them equal"
            yield entry.problem(message, *path, "retention_days")
    for own in draft.activities.entries.values():
        for index, name in enumerate(own.item.fields):
            if not draft.fields.knows(name):
                yield own.problem(no_field(name), "fields", index)


_OF_A_CORRECTION = ("right_value", "explanation", "proof")
"""The questions that the portal answers itself, with what the citizen said of the value."""


def _correction(entry: Entry[Correction], draft: Draft) -> Iterator[Problem]:
    """The service of a correction exists, and asks what we can tell it: nothing else, as nobody is asked."""
    name = entry.item.service
    if name is None:
        return
    if not draft.services.knows(name):
        yield entry.problem(no_service(name), "service")
        return
    if name in draft.services.entries:
        asked = [question.id for _, question, _ in questions_of(draft.services.entries[name].item)]
        if sorted(asked) != sorted(_OF_A_CORRECTION):
            message = f"'{name}' must ask {', '.join(_OF_A_CORRECTION)}, and nothing else"
            yield entry.problem(message, "service")
