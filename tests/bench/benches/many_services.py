"""A catalogue of 2,000 services and 200 events, and which services of an event are for somebody."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

import portal.catalogue
from lifeevents.catalogue import ROOT, load_catalogue
from lifeevents.fitting import applicable
from lifeevents.model import Catalogue, LifeEvent
from lifeevents.rules import Rules, load_rules
from tests.bench.harness import Bench, Floor, Measure
from tests.bench.world import World
from tests.cast import logged_in
from tests.factories import make_citizen_user, spare_bsns

SERVICES, EVENTS = 2000, 200
MODEL = "zorgtoeslag"
"""What all of the new services look like: a rule, five fields, five questions."""
PAGE = "/levensgebeurtenissen/studeren/"
ROUNDS = 20
KNOWN: dict[str, Any] = {
    "brp.birth": {"date": "1994-03-02"},
    "brp.address": {"municipality": "9001"},
    "brp.partner": None,
    "polis.employments": [{"employer": "Ziekenhuis"}],
    "rdw.vehicles": [{"plate": "XX-101-X"}],
    "svb.child_benefit": None,
    "svb.aow": None,
    "duo.enrolment": [{"level": "applied"}],
}
SAID = {"lives_in": "tenant"}


@contextmanager
def _applicable(world: World) -> Iterator[Measure]:
    """The event that takes longest: `when` and rule of each of its services, all facts known."""
    catalogue, rules = load_catalogue(), load_rules()

    def measure() -> float:
        return max(_milliseconds(catalogue, rules, event) for event in catalogue.events.values())

    yield measure


def _milliseconds(catalogue: Catalogue, rules: Rules, event: LifeEvent) -> float:
    services = catalogue.services_of(event)
    begun = time.perf_counter()
    for _ in range(ROUNDS):
        assert applicable(services, KNOWN, SAID, rules=rules.rules, on=date(2025, 5, 20))
    return (time.perf_counter() - begun) / ROUNDS * 1000


@contextmanager
def large_catalogue() -> Iterator[Path]:
    """A folder with the catalogue of this repository, and so many services and events more."""
    with tempfile.TemporaryDirectory(prefix="levensloket-bench-") as folder:
        root = Path(folder) / "catalogue"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schemas", "*.json"))
        service = (root / "services" / f"{MODEL}.yaml").read_text(encoding="utf-8")
        event = (root / "events" / "studeren.yaml").read_text(encoding="utf-8")
        head = event.split("services:")[0]
        for number in range(SERVICES):
            text = service.replace(f"id: {MODEL}\n", f"id: dienst-{number}\n", 1)
            text = text.replace(f"id: {MODEL}-beoordelen", f"id: dienst-{number}-beoordelen")
            (root / "services" / f"dienst-{number}.yaml").write_text(text, encoding="utf-8")
        for number in range(EVENTS):
            names = [f"  - dienst-{one}\n" for one in range(number, SERVICES, EVENTS)]
            words = f"words: {{nl: [gebeurtenis {number}], en: [event {number}]}}\n"
            text = (
                head.replace("slug: studeren", f"slug: gebeurtenis-{number}") + f"services:\n{''.join(names)}"
            )
            file = root / "events" / f"gebeurtenis-{number}.yaml"
            file.write_text(f"{text}chosen: []\n{words}", encoding="utf-8")
        yield root


@contextmanager
def _load_many(world: World) -> Iterator[Measure]:
    with large_catalogue() as root:

        def measure() -> float:
            begun = time.perf_counter()
            found = load_catalogue(root)
            assert len(found.services) > SERVICES
            assert len(found.events) > EVENTS
            return time.perf_counter() - begun

        yield measure


def _page(client: Client, folder: str) -> float:
    settings.CATALOGUE_FOLDER = folder
    begun = time.perf_counter()
    answer = client.get(PAGE)
    seconds = time.perf_counter() - begun
    assert answer.status_code == 200
    return seconds * 1000


@contextmanager
def _page_of_many(world: World) -> Iterator[Measure]:
    """The page of a life event, for who is logged in, with all those services beside it."""
    client = logged_in(make_citizen_user(next(spare_bsns())))
    client.defaults["HTTP_HOST"] = "localhost"
    with large_catalogue() as root:
        try:
            yield lambda: _page(client, str(root))
        finally:
            settings.CATALOGUE_FOLDER = ""
            portal.catalogue.forget()


@contextmanager
def _page_of_few(world: World) -> Iterator[Measure]:
    """The same page with the catalogue of this repository."""
    client = logged_in(make_citizen_user(next(spare_bsns())))
    client.defaults["HTTP_HOST"] = "localhost"
    yield lambda: _page(client, "")


BENCHES = [
    Bench(
        name="applicable",
        about="which services of an event are for somebody, and why",
        unit="ms",
        prepare=_applicable,
        limit=5,
    ),
    Bench(
        name="catalogue-2000",
        about="2,000 services and 200 events more, from their files, checked",
        unit="s",
        prepare=_load_many,
        limit=5,
        runs=3,
    ),
    Bench(
        name="catalogue-2000-page",
        about="the page of a life event with all of these beside it",
        unit="ms",
        prepare=_page_of_many,
        limit=1.25,
        limit_on="ratio",
        floor=Floor("a page of 50 services", "ms", 200, "max", _page_of_few),
        runs=15,
    ),
]
