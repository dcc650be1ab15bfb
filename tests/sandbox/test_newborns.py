"""What registering a birth writes, without a process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.sandbox.municipality.bsn import ARTIFICIAL, FIRST_BORN, next_bsn, passes_11_test
from connectors.sandbox.municipality.records import Newborn, as_child, child_record, is_same_child
from tests.sandbox.shapes import Shapes

Record = dict[str, Any]
BSN = "999050003"
CHILD = Newborn("Saar Lotte", "de", "Wit", date(2026, 11, 20), "V", "9001")


def of(records: list[Record], *names: str) -> list[Record]:
    return [next(one for one in records if one["naam"]["voornamen"] == name) for name in names]


def test_the_child_lives_with_its_first_parent(records: list[Record]) -> None:
    parents = of(records, "Noor", "Daan")
    child = child_record(CHILD, BSN, parents, is_custody_unknown=False)
    assert child["naam"]["volledigeNaam"] == "Saar Lotte de Wit"
    assert child["naam"]["voorletters"] == "S.L."
    assert child["verblijfplaats"]["verblijfadres"] == parents[0]["verblijfplaats"]["verblijfadres"]
    assert [one["ouderAanduiding"] for one in child["ouders"]] == ["1", "2"]


def test_secrecy_of_the_address_holds_for_the_child(records: list[Record]) -> None:
    child = child_record(CHILD, BSN, of(records, "Femke"), is_custody_unknown=False)
    assert child["geheimhoudingPersoonsgegevens"] is True


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (("Noor", "Daan"), "GezamenlijkOuderlijkGezag"),
        (("Sanne", "Milan"), "GezamenlijkOuderlijkGezag"),
        (("Eva", "Iris"), "GezamenlijkOuderlijkGezag"),
        (("Lotte",), "EenhoofdigOuderlijkGezag"),
        (("Noor", "Bas"), "EenhoofdigOuderlijkGezag"),
        (("Bas",), "TijdelijkGeenGezag"),
    ],
)
def test_custody_follows_the_law(records: list[Record], names: tuple[str, ...], kind: str) -> None:
    child = child_record(CHILD, BSN, of(records, *names), is_custody_unknown=False)
    assert [one["type"] for one in child["gezag"]] == [kind]
    assert child["gezag"][0]["minderjarige"]["burgerservicenummer"] == BSN


def test_custody_may_be_left_open(records: list[Record]) -> None:
    child = child_record(CHILD, BSN, of(records, "Noor", "Daan"), is_custody_unknown=True)
    assert child["gezag"][0]["type"] == "GezagNietTeBepalen"


@pytest.mark.parametrize("names", [("Noor", "Daan"), ("Hanna",), ("Zoë Anaïs Françoise-Désirée",), ("Bas",)])
def test_the_new_records_have_the_published_shape(
    records: list[Record], shapes: Shapes, names: tuple[str, ...]
) -> None:
    parents = of(records, *names)
    child = child_record(CHILD, BSN, parents, is_custody_unknown=False)
    parent = {**parents[0], "kinderen": [as_child(child)], "gezag": child["gezag"]}
    assert shapes.errors("Persoon", child) == []
    assert shapes.errors("Persoon", parent) == []


def test_the_same_child_is_known_again(records: list[Record]) -> None:
    entry = as_child(child_record(CHILD, BSN, of(records, "Noor"), is_custody_unknown=False))
    assert is_same_child(entry, replace(CHILD, first_names="SAAR LOTTE", sex="M"))
    assert not is_same_child(entry, replace(CHILD, first_names="Saar"))
    assert not is_same_child(entry, replace(CHILD, born=date(2026, 11, 21)))


@given(st.integers(min_value=FIRST_BORN, max_value=999_089_999))
def test_a_fresh_number_is_valid_artificial_and_new(highest: int) -> None:
    fresh = next_bsn(str(highest))
    assert int(fresh) > highest
    assert fresh.startswith(ARTIFICIAL)
    assert passes_11_test(fresh)


def test_the_range_of_newborns_has_an_end() -> None:
    with pytest.raises(ValueError, match="full"):
        next_bsn("999099999")


@pytest.mark.parametrize("bsn", ["", "12345678", "1234567890", "111222334", "99900001a"])
def test_no_number_passes_by_accident(bsn: str) -> None:
    assert not passes_11_test(bsn)
