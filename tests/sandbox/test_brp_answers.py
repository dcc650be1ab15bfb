"""What the sandbox's BRP accepts and delivers, without a process."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from connectors.sandbox.brp.dates import age_of, full_date
from connectors.sandbox.brp.fields import all_paths, is_known, wanted
from connectors.sandbox.brp.narrow import narrow
from connectors.sandbox.brp.query import BadQuery, read_query
from tests.sandbox.conftest import QUERY

Record = dict[str, Any]
TODAY = date(2026, 11, 22)


def person(records: list[Record], name: str) -> Record:
    return next(record for record in records if record["naam"]["volledigeNaam"].startswith(name))


def delivered(record: Record, *paths: str) -> Record:
    return narrow(record, wanted(paths), TODAY)


def test_the_paths_are_the_published_ones(standards: Path) -> None:
    lines = (standards / "brp" / "fields-Persoon.csv").read_text(encoding="utf-8").split()
    assert set(all_paths()) == set(lines[1:])


@pytest.mark.parametrize(
    "path", ["inOnderzoek", "naam.inOnderzoek", "geheimhoudingPersoonsgegevens", "rni", "x"]
)
def test_what_comes_unasked_or_does_not_exist_cannot_be_asked(path: str) -> None:
    assert not is_known(path)


def test_a_nested_path_gives_only_itself(records: list[Record]) -> None:
    assert delivered(person(records, "Noor"), "naam.voornamen", "partners.naam.geslachtsnaam") == {
        "naam": {"voornamen": "Noor"},
        "partners": [{"naam": {"geslachtsnaam": "Bakker"}}],
    }


def test_a_parent_path_gives_the_whole_group(records: list[Record]) -> None:
    noor = person(records, "Noor")
    assert delivered(noor, "geboorte.plaats", "geboorte") == {"geboorte": noor["geboorte"]}


@pytest.mark.parametrize("path", ["geboorte.datum", "geboorte.datum.jaar", "geboorte.datum.type"])
def test_a_part_of_a_date_gives_the_date(records: list[Record], path: str) -> None:
    assert delivered(person(records, "Noor"), path) == {"geboorte": {"datum": full_date(date(1994, 3, 2))}}


def test_a_part_of_custody_gives_all_of_it_with_the_age(records: list[Record]) -> None:
    custody = delivered(person(records, "Marieke"), "gezag.type")["gezag"]
    assert custody[0]["minderjarige"]["naam"]["volledigeNaam"] == "Tijn Brouwer"
    assert custody[0]["minderjarige"]["leeftijd"] == 7


def test_an_empty_list_is_delivered_as_such(records: list[Record]) -> None:
    assert delivered(person(records, "Noor"), "kinderen.naam") == {"kinderen": []}


def test_secrecy_comes_unasked(records: list[Record]) -> None:
    assert delivered(person(records, "Femke"), "geslacht")["geheimhoudingPersoonsgegevens"] is True


def test_suspension_comes_unasked_and_the_dead_have_no_age(records: list[Record]) -> None:
    got = delivered(person(records, "Willem"), "leeftijd")
    assert got.keys() == {"opschortingBijhouding"}
    assert got["opschortingBijhouding"]["reden"]["code"] == "O"


def test_doubt_comes_with_what_it_is_about_and_nothing_else(records: list[Record]) -> None:
    ruben = person(records, "Ruben")
    address = delivered(ruben, "verblijfplaats.verblijfadres.postcode")["verblijfplaats"]["verblijfadres"]
    assert address["inOnderzoek"] == {"postcode": True, "datumIngangOnderzoek": full_date(date(2026, 9, 14))}
    lines = delivered(ruben, "adressering.adresregel1")["adressering"]["inOnderzoek"]
    assert lines == {"adresregel1": True, "datumIngangOnderzoekVerblijfplaats": full_date(date(2026, 9, 14))}
    assert "inOnderzoek" not in delivered(ruben, "adressering.aanhef")["adressering"]


def test_an_address_inside_the_country_can_be_asked_apart(records: list[Record]) -> None:
    noor = person(records, "Noor")
    abroad = {
        **noor,
        "verblijfplaats": {"type": "VerblijfplaatsBuitenland", "verblijfadres": {"regel1": "x"}},
    }
    paths = ("verblijfplaatsBinnenland", "adresseringBinnenland")
    assert delivered(noor, *paths)["verblijfplaats"] == noor["verblijfplaats"]
    assert delivered(noor, *paths)["adressering"] == noor["adressering"]
    assert delivered(abroad, *paths)["verblijfplaats"] == {"type": "VerblijfplaatsBuitenland"}
    assert "adresregel1" not in delivered(abroad, *paths)["adressering"]


def test_every_official_record_can_be_narrowed_to_every_path(standards: Path) -> None:
    official = json.loads((standards / "brp" / "test-persons.json").read_text(encoding="utf-8"))
    groups = [path for path in all_paths() if "." not in path]
    for record in official:
        assert delivered(record, *groups)["naam"] == record["naam"]


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        (full_date(date(1994, 11, 22)), 32),
        (full_date(date(1994, 11, 23)), 31),
        ({"type": "JaarMaandDatum", "jaar": 1994, "maand": 12}, 31),
        ({"type": "JaarMaandDatum", "jaar": 1994, "maand": 11}, None),
        ({"type": "JaarDatum", "jaar": 1994}, None),
        ({"type": "DatumOnbekend", "onbekend": True}, None),
    ],
)
def test_an_age_is_given_only_when_it_is_certain(birth: Record, age: int | None) -> None:
    assert age_of(birth, TODAY) == age


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"type": None}, "required"),
        ({"type": "ZoekMetPostcodeEnHuisnummer"}, "notPlayed"),
        ({"type": "Iets"}, "value"),
        ({"type": ["Iets"]}, "value"),
        ({"burgerservicenummer": []}, "minItems"),
        ({"burgerservicenummer": "999000019"}, "array"),
        ({"burgerservicenummer": [999000019]}, "pattern"),
        ({"burgerservicenummer": ["99900001٣"]}, "pattern"),
        ({"burgerservicenummer": ["999000019"] * 21}, "maxItems"),
        ({"fields": []}, "minItems"),
        ({"fields": ["naam"] * 131}, "maxItems"),
        ({"fields": ["naam.bestaatNiet"]}, "fields"),
        ({"fields": ["naam voornamen"]}, "pattern"),
        ({"fields": [{}]}, "pattern"),
        ({"gemeenteVanInschrijving": "Waterstad"}, "pattern"),
        ({"inclusiefOverledenPersonen": True}, "unknownParam"),
    ],
)
def test_a_wrong_question_says_what_is_wrong(change: Record, code: str) -> None:
    body = {"type": QUERY, "burgerservicenummer": ["999000019"], "fields": ["naam"], **change}
    with pytest.raises(BadQuery) as wrong:
        read_query(body)
    assert [param.code for param in wrong.value.params] == [code]


@pytest.mark.parametrize("body", [None, [], "x", 1])
def test_a_body_that_is_no_object_is_refused(body: Any) -> None:
    with pytest.raises(BadQuery):
        read_query(body)


def test_a_number_that_is_asked_twice_is_answered_once() -> None:
    query = read_query({"type": QUERY, "burgerservicenummer": ["999000019"] * 2, "fields": ["naam"]})
    assert query.bsns == ("999000019",)


# --- Who has a name ---------------------------------------------------------------------------------

BY_NAME = {
    "type": "ZoekMetGeslachtsnaamEnGeboortedatum",
    "geslachtsnaam": "Wit",
    "geboortedatum": "1994-03-02",
    "fields": ["naam", "geboorte", "burgerservicenummer"],
}


def test_who_has_a_name_and_a_birth_date_can_be_asked() -> None:
    query = read_query({**BY_NAME, "voornamen": "Noor"})
    assert (query.kind, query.name, query.first_names, query.born) == (
        BY_NAME["type"],
        "Wit",
        "Noor",
        "1994-03-02",
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"geslachtsnaam": "Wi*"}, "pattern"),
        ({"geslachtsnaam": 7}, "pattern"),
        ({"voornamen": ""}, "pattern"),
        ({"geboortedatum": "1994"}, "date"),
        ({"geboortedatum": None}, "date"),
        ({"inclusiefOverledenPersonen": "ja"}, "boolean"),
        ({"postcode": "9001AA"}, "unknownParam"),
        ({"fields": ["verblijfplaats"]}, "fields"),
    ],
)
def test_a_wrong_question_about_a_name_says_what_is_wrong(change: Record, code: str) -> None:
    with pytest.raises(BadQuery) as wrong:
        read_query({**BY_NAME, **change})
    assert [param.code for param in wrong.value.params] == [code]


# --- Who lives in a dwelling -----------------------------------------------------------------------

BY_DWELLING = {
    "type": "ZoekMetAdresseerbaarObjectIdentificatie",
    "adresseerbaarObjectIdentificatie": "9001010000000001",
    "fields": ["naam", "geboorte", "burgerservicenummer"],
}


def test_who_lives_in_a_dwelling_can_be_asked(records: list[Record]) -> None:
    query = read_query(BY_DWELLING)
    assert (query.kind, query.dwelling, query.bsns) == (BY_DWELLING["type"], "9001010000000001", ())
    noor = narrow(person(records, "Noor"), query.wanted, TODAY)
    assert noor["geboorte"] == {"datum": full_date(date(1994, 3, 2))}
    assert noor["naam"] == {
        "geslachtsnaam": "Wit",
        "voorletters": "N.",
        "voornamen": "Noor",
        "voorvoegsel": "de",
        "volledigeNaam": "Noor de Wit",
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"adresseerbaarObjectIdentificatie": "0" * 16}, "pattern"),
        ({"adresseerbaarObjectIdentificatie": 7}, "pattern"),
        ({"inclusiefOverledenPersonen": "ja"}, "boolean"),
        ({"burgerservicenummer": ["999000019"]}, "unknownParam"),
        ({"fields": ["verblijfplaats"]}, "fields"),
        ({"fields": ["geboorte.plaats"]}, "fields"),
        ({"fields": ["kinderen"]}, "fields"),
    ],
)
def test_of_who_lives_there_less_can_be_asked(change: Record, code: str) -> None:
    with pytest.raises(BadQuery) as wrong:
        read_query({**BY_DWELLING, **change})
    assert [param.code for param in wrong.value.params] == [code]
