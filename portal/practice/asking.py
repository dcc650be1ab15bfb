"""An invented citizen asks for something: the same steps as on the screens, with answers that fit.

The registers are asked as always, which are the sandbox. An agency that works in the portal has the request
at once; to another one the worker brings it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from django.conf import settings

from lifeevents.model import Agency, Question, Service
from portal import clock
from portal.cases.journey import journeys
from portal.cases.journey.answers import Item, answers_of, asked
from portal.cases.journey.payloads import requests_of
from portal.cases.journey.submit import fingerprint, missing_fields, submit
from portal.cases.models import Case
from portal.cases.out.delivery import deliver
from portal.cases.terms.verbs import start_clock
from portal.catalogue import catalogue, connectors
from portal.people.actor import Actor
from portal.people.models import Citizen, User
from portal.people.verbs import find_or_create_citizen, find_or_create_citizen_user

STORY: Final = "Dit verhaal is verzonnen. Het is om mee te oefenen."
_LEVEL: Final = "midden"
_ANSWERS: Final[Mapping[str, Any]] = {
    "text": "1",
    "long_text": STORY,
    "yes_no": "no",
    "iban": "NL02ABNA0123456789",
    "time": "12:00",
    "address": {
        "street": "Oefenweg",
        "number": 2,
        "suffix": "",
        "postcode": "9001PR",
        "city": "Waterstad",
    },
}


class NotInPractice(Exception):
    """People are invented only where one practises."""


class NothingToAsk(LookupError):
    """Of this agency nothing can be asked to practise on."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A life event, and the one service of it that is asked for."""

    event: str
    service: str


def require_practice() -> None:
    """Raises `NotInPractice`."""
    if not settings.PRACTICE:
        raise NotInPractice


def has_requests(agency: str) -> bool:
    """Whether there is something to practise on at this agency (catalogue id)."""
    return _asking_of(agency) is not None


def service_of(agency: str) -> Service | None:
    """What is asked for at this agency, to practise on."""
    wanted = _asking_of(agency)
    return catalogue().services[wanted.service] if wanted else None


def ask_for(agency: str, *, turn: int, on: date | None = None, stranger: bool = False) -> Case:
    """One more request at this agency. `turn` says whose it is; `on` is the day on which it came in.

    A `stranger` is somebody whom the register does not know. Raises `NothingToAsk`, what `submit` raises
    where a register of the sandbox did not answer, and `NotInPractice`.
    """
    require_practice()
    wanted = _asking_of(agency)
    if wanted is None:
        raise NothingToAsk(agency)
    person = invented(turn, stranger=stranger)
    actor = Actor.of_user(person)
    journey = journeys.begin_journey(
        actor=actor, event=catalogue().events[wanted.event], chosen=[wanted.service]
    )
    journeys.gather_facts(journey=journey)
    for page in journeys.unanswered(journey, answers_of(journey)):
        item = _item(page.group.questions, catalogue().agencies[agency])
        journeys.answer(journey=journey, group=page.group.id, index=page.index, item=item)
    journey = journeys.journey_for(actor=actor, journey_id=journey.pk)
    for field in missing_fields(journey, answers_of(journey)):
        typed = _item(catalogue().fields[field].enter, catalogue().agencies[agency])
        journeys.enter(journey=journey, field=field, value=_as_typed(field, typed))
        journey = journeys.journey_for(actor=actor, journey_id=journey.pk)
    seen = fingerprint(requests_of(journey, answers_of(journey)))
    cases = submit(journey=journey, seen=seen, follow_ups=(), level=_LEVEL)
    case = next(one for one in cases if one.service == wanted.service)
    if on is not None:
        start_clock(case, on=on)
    _bring(case)
    return reread(case)


def invented(turn: int, *, stranger: bool = False) -> User:
    """The account of one of the people to practise on; they take turns."""
    require_practice()
    people = _file()["people"]
    bsn = _file()["stranger"] if stranger else people[turn % len(people)]
    return find_or_create_citizen_user(find_or_create_citizen(bsn))


def as_citizen(citizen: Citizen) -> Actor:
    """The invented person, who does something. Raises `NotInPractice`."""
    require_practice()
    return Actor.of_user(find_or_create_citizen_user(citizen))


def reread(case: Case) -> Case:
    """As the next request reads it."""
    return Case.objects.select_related("journey", "citizen").get(pk=case.pk)


def _bring(case: Case) -> None:
    """At an agency that works here nothing leaves the portal, so that nobody need wait for the worker."""
    destination = connectors().destination(case.agency)
    if destination is not None and destination.pulls:
        for pk in case.deliveries.filter(delivered_at=None).values_list("pk", flat=True):
            deliver(delivery_id=pk)


def _item(questions: tuple[Question, ...], agency: Agency) -> Item:
    """An answer to each question that must have one, in their order: some hang on those before."""
    item: Item = {}
    for question in questions:
        if (question.required or question.kind == "long_text") and asked(question, item):
            item[question.id] = _answer(question, agency)
    return item


def _answer(question: Question, agency: Agency) -> Any:
    if question.kind == "choice":
        return question.choices[0].value
    if question.kind == "municipality":
        return agency.code
    if question.kind == "date":
        return clock.today().isoformat()
    return _ANSWERS[question.kind]


def _as_typed(field: str, typed: Item) -> Item:
    """What somebody types for a register that could not say it; an invented person has an invented name."""
    said = {"first_names": "Daan", "family_name": "Oefenaar", "date": "1959-04-12"}
    kept: Item = {name: said.get(name, value) for name, value in typed.items()}
    address: Item = kept.get("address", {})
    return address or kept


def _asking_of(agency: str) -> Asking | None:
    found = catalogue().agencies.get(agency)
    for one in _file()["requests"] if found else ():
        if agency == one.get("agency") or (found and found.kind == one.get("kind")):
            return Asking(one["event"], one["service"])
    return None


@cache
def _file() -> dict[str, Any]:
    text = (Path(__file__).parent / "requests.yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return read
