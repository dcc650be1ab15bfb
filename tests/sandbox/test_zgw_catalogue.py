"""Which kinds of cases the municipalities have: the file itself, and the Catalogi API over the wire."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from connectors.sandbox.municipality.bsn import passes_11_test
from connectors.sandbox.zgw.catalogue import RESOURCES, agencies, catalogue_of
from tests.sandbox.test_persons import numbers_in

if TYPE_CHECKING:
    from tests.sandbox.back_office import NewBackOffice
    from tests.sandbox.zgw_shapes import ZgwShapes

BIRTH = "GEBOORTE-AANGIFTE"
SCHEMAS = {
    "catalogussen": "Catalogus",
    "zaaktypen": "ZaakType",
    "statustypen": "StatusType",
    "roltypen": "RolType",
    "eigenschappen": "Eigenschap",
    "resultaattypen": "ResultaatType",
    "informatieobjecttypen": "InformatieObjectType",
    "besluittypen": "BesluitType",
    "zaaktype-informatieobjecttypen": "ZaakTypeInformatieObjectType",
}


# --- The file -------------------------------------------------------------------------------------


def test_the_organisations_are_invented_but_valid(standards: Path) -> None:
    official = json.loads((standards / "brp" / "test-persons.json").read_text(encoding="utf-8"))
    numbers = {agency.rsin for agency in agencies().values()}
    assert len(numbers) == len(agencies())
    assert all(passes_11_test(number) for number in numbers)
    assert not numbers & numbers_in(official)


def test_the_last_status_ends_a_case() -> None:
    for zaaktype in catalogue_of("gemeente-waterstad").zaaktypen:
        names = [one.name for one in zaaktype.statustypen]
        assert names == ["Geregistreerd", "In behandeling", "Afgehandeld"]
        assert [one.is_end for one in zaaktype.statustypen] == [False, False, True]


def test_names_fit_the_standard() -> None:
    for zaaktype in catalogue_of("gemeente-heidedorp").zaaktypen:
        assert all(len(one.name) <= 20 for one in zaaktype.eigenschappen)
        assert all(len(one.name) <= 30 for one in zaaktype.resultaattypen)


def test_no_two_types_have_the_same_key() -> None:
    zaaktypen = [zaaktype for agency in agencies() for zaaktype in catalogue_of(agency).zaaktypen]
    keys = [zaaktype.key for zaaktype in zaaktypen]
    keys += [one.key for zaaktype in zaaktypen for resource in RESOURCES for one in zaaktype.types(resource)]
    assert len(keys) == len(set(keys))


# --- Over the wire --------------------------------------------------------------------------------


@pytest.mark.story
@pytest.mark.parametrize("resource", list(SCHEMAS))
def test_types_have_the_published_shape(
    back_office: NewBackOffice, zgw_shapes: ZgwShapes, resource: str
) -> None:
    answer = back_office().get(f"catalogi/{resource}").json()
    assert zgw_shapes.errors("catalogi", f"Paginated{SCHEMAS[resource]}List", answer) == []
    assert answer["count"] == len(answer["results"]) > 0
    for one in answer["results"]:
        assert zgw_shapes.errors("catalogi", SCHEMAS[resource], one) == []
        assert back_office().get(one["url"]).json() == one


@pytest.mark.story
def test_a_concept_is_only_found_by_who_asks_for_it(back_office: NewBackOffice) -> None:
    found = {
        query: [
            one["concept"]
            for one in back_office().get(f"catalogi/zaaktypen?identificatie={BIRTH}{query}").json()["results"]
        ]
        for query in ("", "&status=definitief", "&status=concept", "&status=alles")
    }
    assert found == {
        "": [False],
        "&status=definitief": [False],
        "&status=concept": [True],
        "&status=alles": [False, True],
    }


@pytest.mark.story
def test_types_of_one_zaaktype_are_found_by_its_url(back_office: NewBackOffice) -> None:
    office = back_office()
    statuses = office.get(f"catalogi/statustypen?zaaktype={office.zaaktype()}").json()["results"]
    assert [(one["volgnummer"], one["omschrijving"], one["isEindstatus"]) for one in statuses] == [
        (1, "Geregistreerd", False),
        (2, "In behandeling", False),
        (3, "Afgehandeld", True),
    ]
    roles = office.get("catalogi/roltypen?omschrijvingGeneriek=initiator").json()["results"]
    assert {one["omschrijving"] for one in roles} == {"Melder", "Verzoeker", "Aanvrager"}
    assert office.get("catalogi/roltypen?zaaktype=http://127.0.0.1/elsewhere").json()["count"] == 0
    assert office.get("catalogi/zaaktypen?identificatie=ONBEKEND").json()["count"] == 0


@pytest.mark.story
def test_each_municipality_has_types_of_its_own(back_office: NewBackOffice) -> None:
    here, there = back_office(), back_office(agency="gemeente-heidedorp")
    assert set(here.types("eigenschappen")) == set(there.types("eigenschappen"))
    assert not set(here.types("eigenschappen").values()) & set(there.types("eigenschappen").values())


@pytest.mark.story
def test_a_filter_that_does_not_exist_does_not_find_everything(
    back_office: NewBackOffice, zgw_shapes: ZgwShapes
) -> None:
    answer = back_office().get("catalogi/zaaktypen?identificatei=X")
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-parameters")
    assert zgw_shapes.errors("catalogi", "Fout", answer.json()) == []
    wrong = back_office().get("catalogi/zaaktypen?status=oud")
    assert (wrong.status_code, wrong.json()["invalidParams"][0]["code"]) == (400, "invalid_choice")


@pytest.mark.story
def test_who_has_no_back_office_is_not_found(back_office: NewBackOffice) -> None:
    assert back_office(agency="svb").get("catalogi/zaaktypen").status_code == 404
