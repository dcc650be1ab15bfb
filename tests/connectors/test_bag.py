"""The source `bag`: its questions and answers after the specification, and what people type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.base import Malformed, Misconfigured, Subject, Value
from connectors.registry import find
from connectors.sources.bag.source import FIELD, MOST, BagSource, TooManyAddresses
from tests.connectors.openapi import Specification
from tests.connectors.other_side import OtherSide, Reply, answer, silence

TRACE = "0af7651916cd43dd8448eb211c80319c"
START = "/individuelebevragingen/v2"
Address = dict[str, Any]


def adressen(*addresses: Address, **links: Any) -> Reply:
    """An answer of the BAG; one without addresses has no list either."""
    embedded = {"_embedded": {"adressen": list(addresses)}} if addresses else {}
    body = {**embedded, "_links": {"self": {"href": "https://bag.test"}, **links}}
    return answer(body, headers={"Content-Type": "application/hal+json"})


def gracht(number: int = 1, **more: Any) -> Address:
    return {"openbareRuimteNaam": "Gracht", "huisnummer": number, "postcode": "9001AA", **more}


def fetch(side: OtherSide, **given: str) -> list[Address]:
    typed = {"postcode": "9001AA", "house_number": "1", **given}
    value = BagSource(side.url + START, "key").fetch(Subject("", typed), [FIELD], trace_id=TRACE)[FIELD]
    found: list[Address] = value.data
    return found


@pytest.fixture(scope="module")
def specification(standards: Path) -> Specification:
    # The file asks for `kortNaam` and describes `korteNaam`.
    path = standards / "bag" / "bag-individuele-bevragingen-v2.yaml"
    return Specification(path, START, misspelled={"kortNaam": "korteNaam"})


def test_the_questions_are_those_of_the_specification(specification: Specification) -> None:
    one = gracht(huisletter="A", huisnummertoevoeging="2")
    with OtherSide(adressen(gracht()), adressen(one), answer({"api-name": "BAG"})) as side:
        fetch(side)
        fetch(side, house_letter="A", suffix="2")
        BagSource(side.url + START, "key").check()
    assert [asked.target.partition("?")[0].removeprefix(START) for asked in side.asked] == [
        "/adressen",
        "/adressen",
        "/info",
    ]
    for asked in side.asked:
        assert specification.errors(asked) == []
        assert asked.headers["x-api-key"] == "key"
    assert side.asked[0].headers["accept"] == "application/hal+json"


def test_the_answers_in_the_samples_are_those_of_the_specification(specification: Specification) -> None:
    checked = 0
    for path in sorted((find("sources")["bag"].folder / "samples").glob("*.yaml")):
        given = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)["answer"]
        if given.get("status", 200) == 200:
            assert specification.answer_errors("GET", "/adressen", given["json"]) == [], path.name
            checked += 1
    assert checked >= 4


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ({"postcode": " 9001 aa "}, "postcode=9001AA&huisnummer=1"),
        ({"house_letter": "b"}, "postcode=9001AA&huisnummer=1&huisletter=B"),
        ({"suffix": "- 2 h"}, "postcode=9001AA&huisnummer=1&huisnummertoevoeging=2H"),
        ({"house_letter": "", "suffix": " "}, "postcode=9001AA&huisnummer=1"),
    ],
)
def test_what_is_typed_is_asked_as_the_register_writes_it(typed: dict[str, str], asked: str) -> None:
    with OtherSide(adressen()) as side:
        assert fetch(side, **typed) == []
    assert side.asked[0].target == f"{START}/adressen?{asked}&exacteMatch=false&pageSize={MOST}"


@pytest.mark.parametrize(
    "typed",
    [
        {"postcode": "0001AA"},
        {"postcode": "9001"},
        {"postcode": "Gracht"},
        {"postcode": ""},
        {"house_number": "0"},
        {"house_number": "12A"},
        {"house_number": "123456"},
        {"house_number": ""},
        {"house_letter": "AB"},
        {"suffix": "achter"},
    ],
)
def test_what_no_address_can_have_is_no_address_without_a_question(typed: dict[str, str]) -> None:
    with OtherSide(silence) as side:
        assert fetch(side, **typed) == []
    assert side.asked == []


def test_every_dwelling_under_the_number_comes_back() -> None:
    letters = [gracht(huisletter=letter) for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    with OtherSide(adressen(gracht(), *letters)) as side:
        found = fetch(side)
    assert [one.get("letter", "") for one in found] == ["", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]


def test_a_list_that_would_be_cut_off_is_not_given() -> None:
    with OtherSide(adressen(*[gracht()] * MOST)) as side:
        assert len(fetch(side)) == MOST
    for too_many in (
        adressen(*[gracht()] * (MOST + 1)),
        adressen(gracht(), next={"href": "https://bag.test?page=2"}),
    ):
        with OtherSide(too_many) as side, pytest.raises(TooManyAddresses, match="letter"):
            fetch(side)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ({}, gracht(2)),
        ({}, gracht(postcode="9001AB")),
        ({"house_letter": "A"}, gracht(huisletter="B")),
        ({"suffix": "2"}, gracht()),
    ],
)
def test_another_address_than_was_asked_is_refused(typed: dict[str, str], found: Address) -> None:
    with OtherSide(adressen(found)) as side, pytest.raises(Malformed, match="another address"):
        fetch(side, **typed)


def test_an_address_in_doubt_is_marked() -> None:
    subject = Subject("", {"postcode": "9001AA", "house_number": "1"})
    with OtherSide(adressen(gracht(inonderzoek={"openbareRuimteNaam": True}))) as side:
        value = BagSource(side.url, "key").fetch(subject, [FIELD], trace_id=TRACE)[FIELD]
    address = {
        "lines": ["Gracht 1", "9001 AA"],
        "street": "Gracht",
        "number": 1,
        "postcode": "9001AA",
    }
    assert value == Value([address], under_investigation=True)


@pytest.mark.parametrize(
    ("fields", "given", "said"),
    [
        (["brp.name"], {}, "brp.name"),
        ([FIELD], {"postcode": "9001AA"}, "before"),
        ([FIELD], {"house_number": "1"}, "before"),
    ],
)
def test_a_question_that_cannot_be_asked_is_a_mistake_of_ours(
    fields: list[str], given: dict[str, str], said: str
) -> None:
    with OtherSide(silence) as side, pytest.raises(Misconfigured, match=said):
        BagSource(side.url, "key").fetch(Subject("", given), fields, trace_id=TRACE)
    assert side.asked == []


def test_nothing_asked_is_no_question() -> None:
    with OtherSide(silence) as side:
        assert BagSource(side.url, "key").fetch(Subject(""), [], trace_id=TRACE) == {}
    assert side.asked == []
