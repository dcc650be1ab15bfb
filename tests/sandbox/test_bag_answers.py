"""Which addresses the sandbox's BAG knows, and what it answers, without a process."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sandbox.bag.answers import BadQuestion, addresses, collection, found, question_in
from tests.connectors.openapi import Specification

KADEPLEIN = {"postcode": "9001BX", "huisnummer": "8"}


def houses(**question: str) -> list[str]:
    """Letter and suffix of what fits a question about the Sluisstraat."""
    asked = question_in({"postcode": "9001dk", "huisnummer": "114", **question})
    return [f"{one.get('huisletter', '')}{one.get('huisnummertoevoeging', '')}" for one in found(asked)]


def test_no_two_addresses_are_the_same() -> None:
    shown = [
        (one["postcode"], one["huisnummer"], one.get("huisletter"), one.get("huisnummertoevoeging"))
        for one in addresses()
    ]
    numbers = [one["nummeraanduidingIdentificatie"] for one in addresses()]
    assert len(set(shown)) == len(set(numbers)) == len(shown)


def test_one_number_may_have_several_dwellings() -> None:
    assert [one["huisletter"] for one in found(question_in(KADEPLEIN))] == ["A", "B", "C"]
    assert houses() == ["1", "2", "3", "Abis"]
    assert houses(huisnummertoevoeging="2") == ["2"]
    assert houses(huisletter="a") == ["Abis"]
    assert houses(huisletter="z") == []


def test_an_exact_match_has_no_more_than_was_asked() -> None:
    assert houses(exacteMatch="true") == []
    assert houses(exacteMatch="true", huisletter="A") == []
    assert houses(exacteMatch="true", huisletter="A", huisnummertoevoeging="BIS") == ["Abis"]


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({}, ["huisnummer", "postcode"]),
        ({"postcode": "9001DK"}, ["huisnummer"]),
        ({**KADEPLEIN, "postcode": "9001 BX"}, ["postcode"]),
        ({**KADEPLEIN, "huisnummer": "0"}, ["huisnummer"]),
        ({**KADEPLEIN, "huisletter": "AB"}, ["huisletter"]),
        ({**KADEPLEIN, "pageSize": "101"}, ["pageSize"]),
        ({**KADEPLEIN, "bsn": "999000019"}, ["bsn"]),
    ],
)
def test_a_wrong_question_says_what_is_wrong(given: dict[str, str], wrong: list[str]) -> None:
    with pytest.raises(BadQuestion) as caught:
        question_in(given)
    assert caught.value.wrong == wrong


def test_a_page_says_whether_there_is_a_next_one() -> None:
    many = [{"huisnummer": number} for number in range(1, 26)]
    first = collection({"pageSize": "20"}, many, "https://bag.test/adressen")
    second = collection({"pageSize": "20", "page": "2"}, many, "https://bag.test/adressen")
    assert (len(first["_embedded"]["adressen"]), "next" in first["_links"]) == (20, True)
    assert (len(second["_embedded"]["adressen"]), "next" in second["_links"]) == (5, False)
    assert collection({}, [], "https://bag.test/adressen").keys() == {"_links"}


def test_the_answers_have_the_published_shape(standards: Path) -> None:
    path = standards / "bag" / "bag-individuele-bevragingen-v2.yaml"
    # The file asks for `kortNaam` and describes `korteNaam`.
    specification = Specification(path, "/v2", misspelled={"kortNaam": "korteNaam"})
    every = collection({"pageSize": "100"}, list(addresses()), "https://bag.test/adressen")
    none = collection({}, [], "https://bag.test/adressen")
    assert specification.answer_errors("GET", "/adressen", every) == []
    assert specification.answer_errors("GET", "/adressen", none) == []
