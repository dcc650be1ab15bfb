"""The registers that need no code: what they know, and how they answer over the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
import requests

from connectors.base import ConnectorError, Source, Subject
from connectors.registry import find
from connectors.sandbox.registers.data import counted, registers
from portal.local.environment import SOURCES
from tests.connectors.openapi import Specification
from tests.contract.samples import TRACE
from tests.sandbox.conftest import SECONDS

DAY = date(2026, 3, 31)
NOOR, DAAN, MILAN, NOBODY = "999000019", "999000032", "999000081", "999099992"
NAMES = list(registers())
ABOUT_PERSONS = [name for name, one in registers().items() if one.is_about_persons]
SHARED_KEY = "REGISTERS_API_KEY"


def every_call() -> list[tuple[str, str]]:
    return [(name, call) for name, one in registers().items() for call in one.calls]


# --- What they know, without a process ----------------------------------------------------------------


def test_each_source_without_code_is_played_and_set_up() -> None:
    without_code = {one.name for one in find("sources").values() if not one.has_code}
    assert set(registers()) == without_code
    assert {name for name, (_, key) in SOURCES.items() if key == SHARED_KEY} == without_code


@pytest.mark.parametrize(("name", "call"), every_call())
def test_what_it_says_is_as_the_assumed_specification_says(name: str, call: str) -> None:
    register = registers()[name]
    specification = Specification(find("sources")[name].folder / "openapi.yaml", "")
    numbers = [*register.calls[call]["known"], *([NOBODY] if register.is_about_persons else [])]
    for number in numbers:
        record = register.record(call, number, DAY)
        assert record is not None
        wrong = specification.answer_errors("POST", f"/{call}", {register.key: number, **record})
        assert wrong == [], number


def test_everybody_in_it_is_in_the_cast(records: list[dict[str, Any]]) -> None:
    cast = {one["burgerservicenummer"] for one in records}
    for name in ABOUT_PERSONS:
        for call in registers()[name].calls.values():
            assert set(call["known"]) <= cast


def test_months_and_years_count_from_today() -> None:
    assert counted("{month}", DAY) == "2026-03"
    assert counted("{month-3}-15", DAY) == "2025-12-15"
    assert counted("{month+10}-01", DAY) == "2027-01-01"
    assert counted({"year": "{year-1}", "day": "{year-1}-09-01"}, DAY) == {"year": 2025, "day": "2025-09-01"}
    wages = counted({"months": 12, "line": {"month": "{month}"}}, DAY)
    assert [one["month"] for one in wages] == [
        *("2026-02", "2026-01"),
        *(f"2025-{month:02}" for month in range(12, 2, -1)),
    ]


# --- Over the wire ------------------------------------------------------------------------------------


@pytest.fixture
def source(sandbox_url: str, settings_of_sandbox: dict[str, str]) -> Callable[[str], Source]:
    """`source("polis")`: ours, pointed at the sandbox."""

    def source(name: str) -> Source:
        path, key = SOURCES[name]
        made = find("sources")[name].build({"url": sandbox_url + path, "api_key": settings_of_sandbox[key]})
        assert isinstance(made, Source)
        return made

    return source


@pytest.fixture
def breaks(sandbox_url: str) -> Iterator[Callable[..., None]]:
    """`breaks("polis", "down")`; afterwards all of them work again."""

    def breaks(name: str, fault: str, **more: int) -> None:
        asked = {"fault": fault, **more}
        told = requests.post(f"{sandbox_url}/storingen/{name}", json=asked, timeout=SECONDS).json()
        assert told == {"register": name, **asked}

    yield breaks
    for name in NAMES:
        breaks(name, "none")


def ask(source: Source, number: str) -> dict[str, Any]:
    """All its fields about a person, or a thing of that number."""
    given = {} if source.name in ABOUT_PERSONS else {"lrk_number": number}
    fields = list(find("sources")[source.name].fields)
    values = source.fetch(Subject(number, given), fields, trace_id=TRACE)
    return {field: value.data for field, value in values.items()}


def known_in(name: str) -> str:
    """A number that a register has an entry for. One that only hears of events knows whoever lives here."""
    return next(iter(next(iter(registers()[name].calls.values()))["known"]), DAAN)


@pytest.mark.story
@pytest.mark.parametrize("name", NAMES)
def test_our_source_reads_it_and_its_check_passes(source: Callable[[str], Source], name: str) -> None:
    assert ask(source(name), known_in(name))
    source(name).check()


@pytest.mark.story
def test_who_has_no_entry_has_nothing_and_who_does_not_exist_is_unknown(
    source: Callable[[str], Source],
) -> None:
    assert ask(source("polis"), MILAN) == {"polis.employments": [], "polis.wages": []}
    assert ask(source("bri"), MILAN) == ask(source("svb"), MILAN) == {}
    for name in ABOUT_PERSONS:
        with pytest.raises(ConnectorError) as caught:
            ask(source(name), NOBODY)
        assert caught.value.kind == "unknown-subject"


@pytest.mark.story
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("down", "unavailable"),
        ("html", "malformed"),
        ("wrong-person", "malformed"),
        ("empty", "unknown-subject"),
    ],
)
def test_each_can_be_broken_alone(
    source: Callable[[str], Source], breaks: Callable[..., None], name: str, fault: str, kind: str
) -> None:
    breaks(name, fault)
    with pytest.raises(ConnectorError) as caught:
        ask(source(name), known_in(name))
    assert caught.value.kind == kind
    other = next(one for one in NAMES if one != name)
    assert ask(source(other), known_in(other))
    breaks(name, "none")
    assert ask(source(name), known_in(name))


@pytest.mark.story
def test_a_wait_is_as_long_as_it_was_told_and_the_source_outlives_it(
    sandbox_url: str, settings_of_sandbox: dict[str, str], breaks: Callable[..., None]
) -> None:
    breaks("rdw", "slow", ms=200)
    answer = requests.post(
        f"{sandbox_url}/registers/rdw/voertuigen",
        json={"burgerservicenummer": DAAN},
        headers={"X-API-KEY": settings_of_sandbox[SHARED_KEY]},
        timeout=SECONDS,
    )
    assert len(answer.json()["voertuigen"]) == 2
    assert answer.elapsed.total_seconds() >= 0.2


@pytest.mark.story
def test_the_tallies_count_calls_and_persons_and_no_person_for_a_thing(
    source: Callable[[str], Source], sandbox_url: str
) -> None:
    def tallies() -> dict[str, Any]:
        counted: dict[str, Any] = requests.get(f"{sandbox_url}/tellers/", timeout=SECONDS).json()
        return counted

    before = tallies()
    ask(source("polis"), NOOR)
    ask(source("lrk"), known_in("lrk"))
    after = tallies()
    assert after["polis"]["calls"] - before["polis"]["calls"] == 2
    assert after["polis"]["persons"][NOOR] - before["polis"]["persons"].get(NOOR, 0) == 2
    assert after["lrk"]["calls"] - before["lrk"]["calls"] == 1
    assert after["lrk"]["persons"] == {}


@pytest.mark.story
@pytest.mark.parametrize(
    ("body", "key", "path", "status"),
    [
        ({"burgerservicenummer": NOOR}, "wrong", "polis/lonen", 401),
        ({"burgerservicenummer": NOOR, "meer": 1}, None, "polis/lonen", 400),
        ({"burgerservicenummer": 9}, None, "polis/lonen", 400),
        ([], None, "polis/lonen", 400),
        ({"burgerservicenummer": NOOR}, None, "polis/pensioenen", 404),
        ({"burgerservicenummer": NOOR}, None, "kadaster/huizen", 404),
    ],
)
def test_what_is_no_question_is_refused(
    sandbox_url: str, settings_of_sandbox: dict[str, str], body: Any, key: str | None, path: str, status: int
) -> None:
    answer = requests.post(
        f"{sandbox_url}/registers/{path}",
        json=body,
        headers={"X-API-KEY": key or settings_of_sandbox[SHARED_KEY]},
        timeout=SECONDS,
    )
    assert answer.status_code == status
    assert NOOR not in answer.text
