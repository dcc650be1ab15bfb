"""An address by postcode and house number, however people write it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.journey.addresses import (
    Lookup,
    addition_of,
    fitting,
    folded,
    house_of,
    spaced,
    split_house,
    typed_value,
    value_of,
)


def _found(letter: str = "", suffix: str = "", **more: Any) -> dict[str, Any]:
    return {
        "street": "Gracht",
        "number": 12,
        "letter": letter,
        "suffix": suffix,
        "postcode": "9001AA",
        "city": "Waterstad",
        "object_id": "9001010000000012",
        "number_id": f"9001200000{letter}{suffix}",
        **more,
    }


@pytest.mark.parametrize(
    ("typed", "addition", "split"),
    [
        ("12", "", ("12", "")),
        (" 12 ", " a ", ("12", "a")),
        ("12a", "", ("12", "a")),
        ("12 A-2", "", ("12", "A-2")),
        ("12-2", "", ("12", "2")),
        ("12/3", "", ("12", "3")),
        ("12 2 hoog", "", ("12", "2 hoog")),
        ("12a", "2", ("12", "a 2")),
        ("0012", "", ("12", "")),
        ("a12", "", None),
        ("", "", None),
        ("0", "", None),
        ("123456", "", None),
        ("twaalf", "", None),
    ],
)
def test_a_house_number_is_read_as_people_type_it(
    typed: str, addition: str, split: tuple[str, str] | None
) -> None:
    assert split_house(typed, addition) == split


@given(st.integers(1, 99_999), st.from_regex(r"[A-Z]?[0-9]{0,3}", fullmatch=True), st.sampled_from(" -/"))
def test_one_box_or_two_is_the_same_address(number: int, addition: str, sign: str) -> None:
    one, two = split_house(f"{number}{sign}{addition}", ""), split_house(str(number), addition)
    assert one is not None
    assert two is not None
    assert (one[0], folded(one[1])) == (two[0], folded(two[1]))


@pytest.mark.parametrize("typed", ["A2", "a-2", "A 2", "a/2", "a2"])
def test_an_addition_is_found_however_it_is_written(typed: str) -> None:
    several = [_found(), _found("A"), _found("A", "2"), _found("", "A2")]
    found, exact = fitting(several, typed)
    assert exact
    assert [addition_of(one) for one in found] == ["A-2", "A2"]


def test_an_addition_that_is_not_there_shows_what_is() -> None:
    several = [_found("A"), _found("B")]
    assert fitting(several, "C") == (several, False)


def test_without_an_addition_all_at_the_number_can_be_chosen() -> None:
    several = [_found(), _found("A"), _found("B")]
    assert fitting(several, "") == (several, True)


def test_a_found_address_has_the_shape_of_a_typed_one_and_its_number_in_the_register() -> None:
    assert value_of(_found("A", "2", municipality="9001")) == {
        "street": "Gracht",
        "number": "12",
        "suffix": "A-2",
        "postcode": "9001 AA",
        "city": "Waterstad",
        "municipality": "9001",
        "object_id": "9001010000000012",
    }


def test_a_typed_address_keeps_what_was_asked_for_and_has_no_number_in_the_register() -> None:
    lookup = Lookup("9001 AA", "12", "a", "failed")
    assert typed_value(lookup, {"street": "Gracht", "city": "Waterstad", "municipality": ""}) == {
        "street": "Gracht",
        "number": "12",
        "suffix": "a",
        "postcode": "9001 AA",
        "city": "Waterstad",
    }


@pytest.mark.parametrize(
    ("addition", "written"),
    [("", "12"), ("A", "12 A"), ("A-2", "12 A-2"), ("1", "12-1"), ("2 hoog", "12-2 hoog")],
)
def test_a_number_and_its_addition_are_not_read_as_one_number(addition: str, written: str) -> None:
    assert house_of("12", addition) == written


@pytest.mark.parametrize("written", ["9001AA", "9001 AA"])
def test_a_postcode_is_written_as_on_an_envelope(written: str) -> None:
    assert spaced(written) == "9001 AA"
