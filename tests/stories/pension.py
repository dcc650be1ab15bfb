"""A request for a state pension by somebody who is too young for it, and its officer's page."""

from __future__ import annotations

from tests.stories.acting import Person
from tests.stories.by_wire import Caller

_PAGES = {
    "pension": {"years_abroad": "0", "tax_credit": "yes"},
    "payment": {"own_iban": "NL02ABNA0123456789"},
    "story": {},
}


def asks_for_a_pension(citizen: Caller) -> str:
    """Files it; gives its reference."""
    facts = citizen.post("/levensgebeurtenissen/met-pensioen/begin/")
    citizen.journey = facts.url.removeprefix(citizen.stack.url).removesuffix("gegevens/")
    for group, item in _PAGES.items():
        assert citizen.post(f"{citizen.journey}vragen/{group}/1/", **item).status_code == 200
    citizen.sends(citizen.seen())
    return citizen.reference()


def is_there(officer: Person, path: str) -> bool:
    """Whether the agency has it."""
    answer = officer.page.goto(f"{officer.stack.url}{path}")
    return answer is not None and answer.status == 200
