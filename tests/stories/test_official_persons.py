"""Life events of the official test persons of the BRP, on the day on which they happened.

Which persons, and why each of them, stands in a list beside the standards; only their numbers come from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from portal.local.stack import Stack
from tests.conftest import OpenPage, new_folder, running_stack
from tests.stories.acting import AtWidth, Person
from tests.stories.telling import CATALOGUE, PATIENCE, Story, tells
from tests.stories.waiting import one, until

pytestmark = pytest.mark.story


@dataclass(frozen=True)
class Official:
    """Somebody of the list, the day on which it is told, and what they tell."""

    bsn: str
    told_on: date
    story: Story


def _official(bsn: str, day: str, event: str, words: str, service: str) -> Official:
    return Official(bsn, date.fromisoformat(day), Story(event, words, "", service, day=day))


OFFICIALS = [
    _official("999970446", "2023-11-20", "kind-krijgen", "mijn vriendin is bevallen", "geboorteaangifte"),
    _official("999998547", "2020-02-05", "overlijden", "mijn man is gestorven", "anw-uitkering"),
    _official("999994724", "2024-04-30", "verhuizen", "wij zijn verhuisd", "verhuismelding"),
    _official("999998900", "2021-04-06", "trouwen-samenwonen", "wij zijn getrouwd", "toeslagpartner"),
    _official("999996149", "2019-03-18", "scheiden", "wij zijn gescheiden", "kinderbijslag-wijzigen"),
    _official("999991231", "2026-03-03", "achttien-worden", "ik word meerderjarig", "zorgtoeslag"),
]


MOVED, HAD_TWINS = "999991917", "999970458"
"""Who gets a proposal: somebody who moved on 29 April 2024, and whose twins were born on 18 November 2023."""


@pytest.fixture(scope="module")
def records(standards: Path) -> dict[str, dict[str, Any]]:
    """All official test persons, by BSN."""
    listed = json.loads((standards / "brp" / "test-persons.json").read_text(encoding="utf-8"))
    return {one["burgerservicenummer"]: one for one in listed}


@pytest.fixture(scope="module")
def official_stack(records: dict[str, dict[str, Any]]) -> Iterator[Stack]:
    """A portal whose register has these people; those of the stories come first, so that they can log in."""
    first = [*(one.bsn for one in OFFICIALS), MOVED, HAD_TWINS]
    ours = [records[bsn] for bsn in first]
    others = [one for bsn, one in records.items() if bsn not in first]
    with new_folder() as folder:
        file = folder / "persons.json"
        file.write_text(json.dumps([*ours, *others]), encoding="utf-8")
        with running_stack(folder, SANDBOX_PERSONS=str(file)) as stack:
            yield stack


@pytest.mark.parametrize("official", OFFICIALS, ids=lambda one: str(one.story.event))
def test_what_happened_to_an_official_test_person_is_filed_on_its_day(
    official_stack: Stack,
    open_page: OpenPage,
    at_width: AtWidth,
    records: dict[str, dict[str, Any]],
    official: Official,
) -> None:
    official_stack.set_day(official.told_on)
    name = records[official.bsn]["naam"]["volledigeNaam"]
    citizen = Person(open_page(), official_stack, at_width)
    reference = tells(citizen, replace(official.story, person=name))
    citizen.page.goto(f"{official_stack.url}/aanvragen/{reference}/")
    citizen.reads(reference)
    citizen.reads(str(official.told_on.year))


@pytest.mark.parametrize(
    ("bsn", "day", "event", "why"),
    [
        (MOVED, "2024-05-02", "verhuizen", "29 april 2024"),
        (HAD_TWINS, "2023-11-21", "kind-krijgen", "18 november 2023"),
    ],
)
def test_what_stands_in_the_register_is_proposed_in_the_inbox_to_who_turned_that_on(
    official_stack: Stack,
    open_page: OpenPage,
    at_width: AtWidth,
    records: dict[str, dict[str, Any]],
    bsn: str,
    day: str,
    event: str,
    why: str,
) -> None:
    official_stack.set_day(date.fromisoformat(day), sandbox=True)
    citizen = Person(open_page(), official_stack, at_width)
    title = CATALOGUE.events[event].title.nl
    citizen.logs_in(records[bsn]["naam"]["volledigeNaam"])
    assert not citizen.page.get_by_role("heading", name="Voorstel").count()
    citizen.goes_to("/voorstellen/")
    citizen.page.locator(f"main [value={event}]").check()
    citizen.presses("Bewaar")
    until(lambda: _is_proposed(official_stack, event), seconds=PATIENCE, what="a proposal")
    citizen.goes_to("/berichten/")
    item = citizen.page.locator("main li", has_text="Voorstel").filter(has_text=title)
    expect(item).to_contain_text(why)
    expect(item).to_contain_text("Er is niets aangevraagd.")
    item.get_by_role("link", name=title).click()
    citizen.reads("Dit is een voorstel")
    citizen.looks()
    if event == "verhuizen":
        citizen.presses("Begin")
        citizen.reads("Dit weten we al")
    else:
        citizen.presses("Dit hoeft niet")
    citizen.goes_to("/berichten/")
    expect(citizen.page.locator("main li", has_text="Voorstel")).to_have_count(0)


def _is_proposed(stack: Stack, event: str) -> bool:
    query = "SELECT count(*) FROM cases_suggestion WHERE event = %s AND closed_at IS NULL"
    return bool(one(stack, query, event))
