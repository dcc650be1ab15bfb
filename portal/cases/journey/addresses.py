"""An address by postcode and house number: looked up, chosen, or typed where it cannot be found.

A look-up is kept in the answers until the address is chosen, so that a page can be left and come
back to, and so that nobody can send back another address than was found. Its shape is that of
`Lookup`; the found addresses have the shape that `lifeevents.model.Question` gives for `lookup`.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Literal

from connectors.base import Refused
from lifeevents.model import AgencyByKind, Question
from portal.cases.journey.answers import Answers, Item
from portal.cases.journey.journeys import activities_of, keep_lookup
from portal.cases.models import Journey
from portal.ledger.engine.gather import Absent, Answer, Failed, Known, gather
from portal.ledger.log.uses import NoLegalGround

State = Literal["found", "none", "failed", "skipped", "correcting"]
_HOUSE = re.compile(r"\s*(\d{1,5})(?!\d)\s*(.*?)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Lookup:
    """What was asked, and what came of it.

    `state`: "found" (one address or more), "none", "failed" (the register could not say), "skipped"
    (the address is typed, by choice or because nobody here may ask the register), or "correcting"
    (back to postcode and house number). `exact`: the addition that was typed is among what was found.
    """

    postcode: str
    house_number: str
    addition: str
    state: State
    found: list[Item] = field(default_factory=list)
    exact: bool = True


def split_house(typed: str, addition: str) -> tuple[str, str] | None:
    """House number and addition, as people type them: "12a" in one box is 12 and "a". None: no number."""
    match = _HOUSE.fullmatch(typed)
    if match is None or not int(match[1]):
        return None
    rest = " ".join(part for part in (match[2].strip("-/ "), addition.strip()) if part)
    return str(int(match[1])), rest


def folded(addition: str) -> str:
    """A letter and an addition in one, however they are written: "A-2", "a 2" and "A2" are the same."""
    return "".join(char for char in addition.casefold() if char.isalnum())


def addition_of(found: Item) -> str:
    """Letter and addition of a found address, as one text."""
    return "-".join(part for part in (found.get("letter"), found.get("suffix")) if part)


def fitting(found: list[Item], addition: str) -> tuple[list[Item], bool]:
    """Those with the addition that was typed, and True; without such, all of them and False.

    Nothing typed fits everything: whoever leaves it out may have forgotten it.
    """
    wanted = folded(addition)
    same = [one for one in found if folded(addition_of(one)) == wanted]
    if same and wanted:
        return same, True
    return found, not wanted


def value_of(found: Item) -> Item:
    """A found address as an answer: the shape of a typed one, with the BAG's own id."""
    value = {
        "street": found.get("street"),
        "number": str(found["number"]),
        "suffix": addition_of(found),
        "postcode": spaced(found.get("postcode", "")),
        "city": found.get("city"),
        "municipality": found.get("municipality"),
        "object_id": found.get("object_id"),
    }
    return {name: part for name, part in value.items() if part}


def typed_value(lookup: Lookup, typed: Item) -> Item:
    """An address that was not found: what was asked for, with what the citizen typed beside it."""
    value = {
        "number": lookup.house_number,
        "suffix": lookup.addition,
        "postcode": lookup.postcode,
        **typed,
    }
    return {name: part for name, part in value.items() if part}


def spaced(postcode: str) -> str:
    """A Dutch postcode as it is written on an envelope: 9001 AA."""
    plain = postcode.replace(" ", "")
    return f"{plain[:4]} {plain[4:]}" if len(plain) == 6 else postcode


def house_of(number: str, addition: str) -> str:
    """House number and addition as one: 12 A, and 12-1, so that two numbers are not read as one."""
    return f"{number}-{addition}" if addition[:1].isdigit() else f"{number} {addition}".strip()


def one_line(found: Item) -> str:
    """A found address as it stands in a list."""
    house = (found.get("street"), house_of(str(found["number"]), addition_of(found)))
    town = (spaced(found.get("postcode", "")).replace(" ", "\N{NO-BREAK SPACE}"), found.get("city"))
    return ", ".join(" ".join(part for part in parts if part) for parts in (house, town))


def lookup_of(answers: Answers, key: str) -> Lookup | None:
    """The look-up that waits for a choice."""
    kept = answers.lookups.get(key)
    return Lookup(**kept) if kept else None


def look_up(
    *, journey: Journey, key: str, question: Question, postcode: str, house_number: str, addition: str
) -> Lookup:
    """Asks the register for the addresses at a house number, and keeps them. The network comes first."""
    lookup = _ask(journey, question, postcode, house_number, addition)
    keep_lookup(journey=journey, key=key, lookup=asdict(lookup))
    return lookup


def type_it(*, journey: Journey, key: str, lookup: Lookup | None) -> None:
    """The citizen rather types the address; postcode and number stay, if they were given."""
    _go_to("skipped", journey, key, lookup or Lookup("", "", "", "skipped"))


def correct(*, journey: Journey, key: str, lookup: Lookup) -> None:
    """Back to postcode and house number, as they were typed."""
    _go_to("correcting", journey, key, lookup)


def _go_to(state: State, journey: Journey, key: str, lookup: Lookup) -> None:
    there = Lookup(lookup.postcode, lookup.house_number, lookup.addition, state)
    keep_lookup(journey=journey, key=key, lookup=asdict(there))


def decides_agency(journey: Journey, key: str) -> bool:
    """Whether the municipality of this address decides who gets a request."""
    rules = [service.agency for service in journey.services if isinstance(service.agency, AgencyByKind)]
    return any(rule.by in (key, f"answer.{key}") for rule in rules)


def narrowed(addition: str) -> dict[str, str]:
    """An addition as the register keeps it: a letter (A), a suffix (2, BIS), or both (A2)."""
    match = re.fullmatch(r"(?:([A-Z])(?![A-Z]))?([0-9A-Z]{0,4})", folded(addition).upper())
    parts = {"house_letter": match[1], "suffix": match[2]} if match else {}
    return {name: part for name, part in parts.items() if part}


def _ask(journey: Journey, question: Question, postcode: str, house_number: str, addition: str) -> Lookup:
    given = {"postcode": postcode.replace(" ", ""), "house_number": house_number}
    # Without the addition first: people write it in many ways, and choose it better from a list.
    answer = _answer(journey, question, given)
    if isinstance(answer, Failed) and answer.kind == Refused.kind and narrowed(addition):
        # More addresses than one answer holds.
        answer = _answer(journey, question, given | narrowed(addition))
    match answer:
        case Known(value=[_, *_] as found):
            kept, exact = fitting(found, addition)
            return Lookup(postcode, house_number, addition, "found", kept, exact)
        case Known() | Absent():
            return Lookup(postcode, house_number, addition, "none")
        case None:
            return Lookup(postcode, house_number, addition, "skipped")
        case _:
            return Lookup(postcode, house_number, addition, "failed")


def _answer(journey: Journey, question: Question, given: dict[str, str]) -> Answer | None:
    """What the register says; None where none of the journey's services may ask it."""
    name = question.lookup or ""
    try:
        return gather(
            citizen=journey.citizen,
            fields=[name],
            activities=activities_of(journey),
            trace_id=journey.trace_id,
            given=given,
        )[name]
    except NoLegalGround:
        return None
