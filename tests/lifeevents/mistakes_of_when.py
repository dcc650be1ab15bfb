"""Mistakes in `when` and `also`, in the same form as `mistakes_of_shape`."""

from __future__ import annotations

from tests.lifeevents.mistakes_of_shape import Mistake
from tests.lifeevents.tree import BENEFIT, CHILD

_SAYS = "says: {yes: {nl: a, en: a}, no: {nl: b, en: b}}"
_ASK = "kind: yes_no, ask: {nl: a, en: a}"


def _when(facts: str, start: str, words: str, test: str = f"{{fact: one, {_SAYS}}}") -> Mistake:
    """A `when` with something wrong in it."""
    return (BENEFIT, "after:\n", f"when:\n  facts:\n{facts}  test: {test}\nafter:\n", start, words)


def _one(origin: str) -> str:
    return f"    one:\n      kind: yes_no\n      ask: {{nl: a, en: a}}\n      known_from: {{{origin}}}\n"


WHENS: dict[str, Mistake] = {
    "when known from nowhere": _when(f"    one: {{{_ASK}}}\n", "one:", "known from nowhere"),
    "when without ground": _when(_one("field: reg.home"), "known_from", "no legal ground"),
    "when of an unknown question": _when(_one("answer: moon"), "known_from", "nobody asks 'moon'"),
    "when from two places": _when(_one("answer: land, field: reg.name"), "known_from", "remove one"),
    "when of two meanings": _when(
        _one("field: reg.name, presence: proves, among: [a]"), "known_from", "both say what means yes"
    ),
    "when of an unknown fact": _when(
        _one("field: reg.name"),
        "test",
        "fact 'two' is not known",
        f"{{all: [{{fact: one}}, {{fact: two}}], {_SAYS}}}",
    ),
    "when of a fact not used": _when(
        f"{_one('field: reg.name')}    two: {{{_ASK}, known_from: {{field: reg.name}}}}\n",
        "facts",
        "used nowhere",
    ),
    "when without words": _when(_one("field: reg.name"), "test", "says nothing", "{fact: one}"),
    "also an unknown event": (
        CHILD,
        "services:",
        "also:\n  - {event: moon, why: {nl: a, en: a}}\nservices:",
        "- {event",
        "event 'moon' does not exist",
    ),
    "also itself": (
        CHILD,
        "services:",
        "also:\n  - {event: child, why: {nl: a, en: a}}\nservices:",
        "- {event",
        "or is this one",
    ),
}
