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

from portal.local.stack import Stack
from tests.conftest import OpenPage, new_folder, running_stack
from tests.stories.acting import AtWidth, Person
from tests.stories.telling import Story, tells

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


@pytest.fixture(scope="module")
def records(standards: Path) -> dict[str, dict[str, Any]]:
    """All official test persons, by BSN."""
    listed = json.loads((standards / "brp" / "test-persons.json").read_text(encoding="utf-8"))
    return {one["burgerservicenummer"]: one for one in listed}


@pytest.fixture(scope="module")
def official_stack(records: dict[str, dict[str, Any]]) -> Iterator[Stack]:
    """A portal whose register has these people; those of the stories come first, so that they can log in."""
    ours = [records[one.bsn] for one in OFFICIALS]
    others = [one for bsn, one in records.items() if bsn not in {each.bsn for each in OFFICIALS}]
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
