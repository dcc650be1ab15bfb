"""A widow settles what her husband left: told with care, one contact person, nothing new in his name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from portal.local.stack import Stack
from tests.stories.acting import Person
from tests.stories.by_wire import Caller
from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.waiting import is_delivered, until

pytestmark = pytest.mark.story

WILLEM, WILLEM_BSN = "Willem Kuiper", "999000238"
WIDOW, WIDOW_BSN = "Anouk Prins", "999000214"
PATIENCE = 90.0
OF_A_DEATH = ("opschortingBijhouding", "overlijden")


@contextmanager
def _still_alive(stack: Stack) -> Iterator[None]:
    """The register has him as dead from the beginning; here he lives for a while."""
    (record,) = _in_the_register(stack, "SELECT record FROM sandbox_person WHERE bsn = %s", WILLEM_BSN)
    alive = {name: value for name, value in record.items() if name not in OF_A_DEATH}
    _registered(stack, alive)
    try:
        yield
    finally:
        _registered(stack, record)


def _registered(stack: Stack, record: dict[str, Any]) -> None:
    query = "UPDATE sandbox_person SET record = %s WHERE bsn = %s RETURNING bsn"
    _in_the_register(stack, query, json.dumps(record), WILLEM_BSN)


def _in_the_register(stack: Stack, query: Any, *values: object) -> Any:
    with psycopg.connect(stack.postgres.url("sandbox")) as connection:
        return connection.execute(query, values).fetchone()


def _days_pass(stack: Stack, reference: str) -> None:
    """What the register said of him is too old to be used again."""
    query = """
        UPDATE ledger_fact SET valid_until = now() FROM cases_case
        WHERE cases_case.reference = %s AND cases_case.citizen_id = ledger_fact.citizen_id
    """
    with psycopg.connect(stack.database_url) as connection:
        connection.execute(query, [reference])


@pytest.fixture
def reference(stack: Stack, new_caller: NewCaller) -> str:
    """He asked something of the municipality, and died."""
    with _still_alive(stack):
        willem: Caller = new_caller(WILLEM)
        willem.sends(willem.prepares())
        reference = willem.reference()
        until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery")
    _days_pass(stack, reference)
    return reference


def test_a_widow_settles_what_runs_and_files_nothing_in_his_name(
    new_person: NewPerson, stack: Stack, reference: str
) -> None:
    _the_municipality_records_it(new_person())
    widow = new_person(javascript=False)
    widow.logs_in(WIDOW)
    widow.goes_to("/namens/")
    widow.presses(f"Regel iets voor {WILLEM}")
    for words in (
        f"Gecondoleerd met het overlijden van {WILLEM}.",
        "Wij versturen niets nieuws op naam van wie is overleden.",
        "U bent de contactpersoon. Brieven van ons over deze zaken komen bij u.",
        "Dan kunt u ook de schulden erven. Vraag eerst de notaris.",
    ):
        widow.reads(words)
    _finds_no_way_to_file(widow)
    widow.goes_to(f"/aanvragen/{reference}/")
    widow.reads(f"U regelt dit voor {WILLEM}")
    widow.goes_to(f"/aanvragen/{reference}/berichten/")
    widow.fills_in(text="Mijn man is overleden. Wat gebeurt er nu met zijn aanvraag?")
    widow.presses("Verstuur bericht")
    widow.reads("Mijn man is overleden.")
    widow.goes_to("/namens/")
    widow.presses("Terug naar mijn eigen zaken")
    assert "Gecondoleerd" not in widow.page.content()


def _the_municipality_records_it(officer: Person) -> None:
    officer.starts_work("Wilma Bos")
    officer.goes_to("/medewerker/vertegenwoordiging/")
    officer.fills_in(
        kind="heir",
        represented=WILLEM_BSN,
        representative=WIDOW_BSN,
        document="Verklaring van erfrecht 2026/1",
    )
    officer.page.locator("main [name=seen]").check()
    officer.presses("Leg vast")
    officer.reads("Vastgelegd.")


def _finds_no_way_to_file(widow: Person) -> None:
    """Not on the first page, and not behind the address of a life event."""
    assert widow.page.locator("main").get_by_role("link", name="Kind krijgen").count() == 0
    widow.goes_to("/levensgebeurtenissen/kind-krijgen/")
    widow.reads(f"Voor {WILLEM} versturen wij niets nieuws.")
    assert widow.page.locator("main").get_by_role("button", name="Begin", exact=True).count() == 0
    # What is the person's own alone has no page for who settles it.
    answer = widow.page.goto(f"{widow.stack.url}/mijn-gegevens/")
    assert answer is not None
    assert answer.status == 404
