"""The cast: artificial numbers, one another's relatives, and the shape in which the BRP answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from connectors.sandbox.bag.answers import addresses
from connectors.sandbox.brp.fields import all_paths
from connectors.sandbox.municipality.bsn import ARTIFICIAL, FIRST_BORN, passes_11_test
from tests.sandbox.conftest import SANDBOX
from tests.sandbox.shapes import Shapes, paths_of

Record = dict[str, Any]
DELIVERED_UNASKED = {"inOnderzoek", "geheimhoudingPersoonsgegevens", "opschortingBijhouding"}


def numbers_in(record: Any) -> set[str]:
    """Every BSN in a record, relatives included."""
    if isinstance(record, dict):
        own = {record["burgerservicenummer"]} if isinstance(record.get("burgerservicenummer"), str) else set()
        return own.union(*(numbers_in(part) for part in record.values()))
    return set().union(*(numbers_in(part) for part in record)) if isinstance(record, list) else set()


def test_the_numbers_are_artificial_valid_and_unique(records: list[Record]) -> None:
    own = [record["burgerservicenummer"] for record in records]
    assert len(set(own)) == len(own) >= 12
    assert all(bsn.startswith(ARTIFICIAL) and passes_11_test(bsn) and int(bsn) < FIRST_BORN for bsn in own)


def test_relatives_are_in_the_cast_themselves(records: list[Record]) -> None:
    assert numbers_in(records) == {record["burgerservicenummer"] for record in records}


def test_partners_name_each_other(records: list[Record]) -> None:
    partner_of = {
        record["burgerservicenummer"]: one["burgerservicenummer"]
        for record in records
        for one in record["partners"]
    }
    assert partner_of
    assert all(partner_of[partner] == bsn for bsn, partner in partner_of.items())


def test_the_cast_has_who_the_stories_need(records: list[Record]) -> None:
    assert any(record.get("geheimhoudingPersoonsgegevens") for record in records)
    assert any("overlijden" in record for record in records)
    assert any(record.get("indicatieCurateleRegister") for record in records)
    assert any(record["geboorte"]["datum"]["type"] == "JaarDatum" for record in records)
    assert any(record["verblijfplaats"]["functieAdres"]["code"] == "B" for record in records)
    assert any("inOnderzoek" in record["verblijfplaats"] for record in records)
    assert any("code" not in record["geboorte"]["plaats"] for record in records)
    assert {one["type"] for record in records for one in record["gezag"]} >= {"GezagNietTeBepalen"}
    assert {record["gemeenteVanInschrijving"]["code"] for record in records} == {"9001", "9002"}


def test_who_lives_together_has_one_dwelling_and_a_postal_address_is_none(records: list[Record]) -> None:
    homes: dict[str, set[str]] = {}
    for record in records:
        place = record["verblijfplaats"]
        if place["functieAdres"]["code"] == "W":
            name = record["naam"]["voornamen"].split()[0]
            homes.setdefault(place["adresseerbaarObjectIdentificatie"], set()).add(name)
        else:
            assert "adresseerbaarObjectIdentificatie" not in place
    assert {"Noor", "Daan"} in homes.values()
    assert {"Sanne", "Milan"} in homes.values()
    assert {"Lotte"} in homes.values()


def test_every_home_is_in_the_register_of_addresses(records: list[Record]) -> None:
    known = {one["nummeraanduidingIdentificatie"]: one for one in addresses()}
    for record in records:
        place = record["verblijfplaats"]
        if place["functieAdres"]["code"] != "W":
            continue
        there, where = known[place["nummeraanduidingIdentificatie"]], place["verblijfadres"]
        assert there["adresseerbaarObjectIdentificatie"] == place["adresseerbaarObjectIdentificatie"]
        assert there["openbareRuimteNaam"] == where["officieleStraatnaam"]
        assert there["woonplaatsNaam"] == where["woonplaats"]
        for name in ("huisnummer", "huisletter", "huisnummertoevoeging", "postcode"):
            assert there.get(name) == where.get(name)


def test_every_person_has_a_note_and_every_note_a_person(records: list[Record]) -> None:
    cast = yaml.load((SANDBOX / "cast.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert set(cast["notes"]) == {record["burgerservicenummer"] for record in records}
    assert {one["agency"] for one in cast["staff"] if one["role"] == "officer"} == {
        "gemeente-waterstad",
        "gemeente-heidedorp",
        "svb",
        "uwv",
        "dienst-toeslagen",
        "belastingdienst",
        "rdw",
        "duo",
        "levensloket",
    }


def test_every_path_can_be_asked_or_comes_unasked(records: list[Record]) -> None:
    known = set(all_paths())
    for path in paths_of(records):
        unasked = DELIVERED_UNASKED & set(path.split("."))
        assert path in known or unasked or path.startswith("gezag."), path


def test_the_records_have_the_published_shape(records: list[Record], shapes: Shapes) -> None:
    for record in records:
        assert shapes.errors("Persoon", record) == []


def test_the_shapes_see_a_wrong_record(records: list[Record], shapes: Shapes) -> None:
    wrong = {**records[0], "geboorte": {"datum": {"type": "JaarDatum", "langFormaat": "1990"}}}
    assert any("jaar" in error for error in shapes.errors("Persoon", wrong))


def test_no_number_is_that_of_an_official_test_person(records: list[Record], standards: Path) -> None:
    official = json.loads((standards / "brp" / "test-persons.json").read_text(encoding="utf-8"))
    numbers = numbers_in(official)
    assert not numbers & numbers_in(records)
    assert not any(number.startswith(ARTIFICIAL) for number in numbers)
