"""Two people at a secret address, of whom one asked for it: each reads it after a tap, nobody else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from playwright.sync_api import expect

from portal.local.stack import Stack
from tests.stories.acting import Person
from tests.stories.by_wire import EVENT
from tests.stories.conftest import NewCaller, NewPerson
from tests.stories.waiting import is_delivered, until

pytestmark = pytest.mark.story

FEMKE, FEMKE_BSN = "Femke Postma", "999000172"
TESSA, TESSA_BSN = "Tessa Kramer", "999000457"
STREET = "Zandweg 3"
MASK = "Geheim. Toon het alleen als niemand meekijkt."
PATIENCE = 90.0


@pytest.fixture
def tessa_moved_in(stack: Stack) -> Iterator[None]:
    """The municipality registers Tessa at Femke's, who alone asked for secrecy; then back again."""
    (hers,) = _in_the_register(stack, "SELECT record FROM sandbox_person WHERE bsn = %s", FEMKE_BSN)
    (before,) = _in_the_register(stack, "SELECT record FROM sandbox_person WHERE bsn = %s", TESSA_BSN)
    names = ("verblijfplaats", "gemeenteVanInschrijving", "adressering")
    assert "geheimhoudingPersoonsgegevens" not in before
    _registered(stack, before | {name: hers[name] for name in names})
    yield
    _registered(stack, before)
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("UPDATE ledger_fact SET valid_until = now() WHERE field LIKE 'brp.%'")


def _registered(stack: Stack, record: dict[str, Any]) -> None:
    query = "UPDATE sandbox_person SET record = %s WHERE bsn = %s RETURNING bsn"
    _in_the_register(stack, query, json.dumps(record), TESSA_BSN)


def _in_the_register(stack: Stack, query: Any, *values: object) -> Any:
    with psycopg.connect(stack.postgres.url("sandbox")) as connection:
        return connection.execute(query, values).fetchone()


@pytest.mark.usefixtures("tessa_moved_in")
def test_two_people_at_a_secret_address_read_it_after_a_tap_and_nobody_else_reads_it(
    new_person: NewPerson, new_caller: NewCaller, stack: Stack
) -> None:
    caller = new_caller(FEMKE)
    caller.sends(caller.prepares())
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery")

    femke, tessa = new_person(), new_person(javascript=False)
    femke.logs_in(FEMKE)
    tessa.logs_in(TESSA)
    tessa.goes_to(EVENT)
    tessa.presses("Begin")
    for person in (femke, tessa):
        person.goes_to("/mijn-gegevens/")
        _taps_to_read_it(person)
        person.goes_to("/")
        assert STREET not in person.page.content()
    femke.goes_to(f"/aanvragen/{reference}/")
    femke.page.locator("summary", has_text="Wat is verstuurd?").click()
    _taps_to_read_it(femke)

    # Of each other they read nothing: not on a page, not behind an address.
    answer = tessa.page.goto(f"{stack.url}/aanvragen/{reference}/")
    assert answer is not None
    assert answer.status == 404
    tessa.goes_to("/mijn-gegevens/gebruik/")
    assert "Postma" not in tessa.page.content()
    assert STREET not in tessa.page.content()


def _taps_to_read_it(person: Person) -> None:
    # The innermost: on the page of a case it stands in another one.
    folded = person.page.locator("summary", has_text=MASK).first.locator("xpath=..")
    expect(folded).not_to_have_attribute("open", re.compile(".*"))
    assert STREET not in folded.inner_text()
    folded.locator("summary").click()
    expect(folded).to_have_attribute("open", "")
    expect(folded).to_contain_text(STREET)
    person.looks()
