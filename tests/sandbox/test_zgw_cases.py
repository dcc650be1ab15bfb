"""Filing a case with a back office and reading it again, as a portal does."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from tests.sandbox.back_office import HEIDEDORP, JSON, NOOR, RSIN, BackOffice, NewBackOffice
from tests.sandbox.zgw_shapes import ZgwShapes

pytestmark = pytest.mark.story

OWN = "zaaksysteem"
EXPAND = "expand=status,status.statustype,resultaat,resultaat.resultaattype"


def wrong_with(answer: requests.Response) -> dict[str, str]:
    """The names of what is refused, with the code of each."""
    assert answer.status_code == 400, answer.text
    return {one["name"]: one["code"] for one in answer.json()["invalidParams"]}


def whole(office: BackOffice) -> JSON:
    """A case with all that a portal files."""
    zaak = office.new_zaak()
    assert office.post("zaken/rollen", office.role_body(zaak)).status_code == 201
    address = f"{zaak['url']}/zaakeigenschappen"
    assert office.post(address, office.property_body(zaak)).status_code == 201
    assert office.post("zaken/statussen", office.status_body(zaak)).status_code == 201
    return zaak


# --- Filing ---------------------------------------------------------------------------------------


def test_what_is_filed_is_read_back_in_the_published_shape(
    back_office: NewBackOffice, zgw_shapes: ZgwShapes
) -> None:
    office = back_office()
    zaak = whole(office)
    assert zgw_shapes.errors("zaken", "Zaak", zaak) == []
    detail = office.get(f"{zaak['url']}?expand=zaaktype,rollen,eigenschappen,status.statustype").json()
    assert zgw_shapes.errors("zaken", "ZaakExpanded", detail) == []
    assert zgw_shapes.errors("catalogi", "ZaakType", detail["_expand"]["zaaktype"]) == []
    assert detail["identificatie"] == zaak["identificatie"]
    assert (len(detail["rollen"]), len(detail["eigenschappen"])) == (1, 1)
    role = office.get(detail["rollen"][0]).json()
    assert zgw_shapes.errors("zaken", "natuurlijk_persoon_Rol", role) == []
    assert role["betrokkeneIdentificatie"]["inpBsn"] == NOOR
    assert role["omschrijvingGeneriek"] == "initiator"
    one = office.get(detail["eigenschappen"][0]).json()
    assert zgw_shapes.errors("zaken", "ZaakEigenschap", one) == []
    assert (one["naam"], one["waarde"]) == ("achternaam", "de Wit")
    status = office.get(detail["status"]).json()
    assert zgw_shapes.errors("zaken", "Status", status) == []
    assert status["indicatieLaatstGezetteStatus"] is True
    assert detail["_expand"]["status"]["_expand"]["statustype"]["omschrijving"] == "Geregistreerd"


def test_the_shapes_see_a_wrong_zaak(back_office: NewBackOffice, zgw_shapes: ZgwShapes) -> None:
    zaak = back_office().new_zaak()
    assert zgw_shapes.errors("zaken", "Zaak", {**zaak, "rollen": "none"})
    assert zgw_shapes.errors("zaken", "ZaakExpanded", {**zaak, "_expand": {"status": {"url": 1}}})


def test_the_same_reference_makes_one_case(back_office: NewBackOffice, zgw_shapes: ZgwShapes) -> None:
    office = back_office()
    body = office.zaak_body()
    assert office.post("zaken/zaken", body).status_code == 201
    again = office.post("zaken/zaken", body)
    assert wrong_with(again) == {"identificatie": "identificatie-niet-uniek"}
    assert zgw_shapes.errors("zaken", "ValidatieFout", again.json()) == []
    counted = {"zaken": 1, "rollen": 0, "zaakeigenschappen": 0, "statussen": 0}
    assert office.tally(body["identificatie"]) == counted


def test_of_two_at_once_one_is_made_and_the_other_is_told(back_office: NewBackOffice) -> None:
    office = back_office()
    for _ in range(5):
        body = office.zaak_body()
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda one: office.post("zaken/zaken", one), [body, body]))
        assert sorted(answer.status_code for answer in answers) == [201, 400]
        assert (office.tally(body["identificatie"]) or {})["zaken"] == 1


def test_another_organisation_may_use_the_same_reference(back_office: NewBackOffice) -> None:
    here, there = back_office(), back_office(agency=HEIDEDORP)
    zaak = here.new_zaak()
    other = here.zaak_body(identificatie=zaak["identificatie"], bronorganisatie="999190027")
    assert here.post("zaken/zaken", other).status_code == 201
    assert there.new_zaak(identificatie=zaak["identificatie"])["url"].startswith(there.url)
    found = here.get(f"zaken/zaken?identificatie={zaak['identificatie']}&bronorganisatie={RSIN}").json()
    assert [one["url"] for one in found["results"]] == [zaak["url"]]
    assert there.get(zaak["url"].replace(here.agency, there.agency)).status_code == 404


def test_a_case_without_a_reference_gets_one(back_office: NewBackOffice) -> None:
    assert back_office().new_zaak(identificatie="")["identificatie"].startswith("ZAAK-")


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"bronorganisatie": "999190016"}, {"bronorganisatie": "invalid"}),
        ({"bronorganisatie": None, "startdatum": ""}, {"bronorganisatie": "required", "startdatum": "blank"}),
        ({"identificatie": "L" * 41}, {"identificatie": "max_length"}),
        ({"omschrijving": "x" * 81}, {"omschrijving": "max_length"}),
        ({"omschrijving": 1}, {"omschrijving": "invalid"}),
        ({"startdatum": "2026-02-30"}, {"startdatum": "invalid"}),
        ({"registratiedatum": "2999-01-01"}, {"registratiedatum": "date-in-future"}),
        ({"zaaktype": "http://127.0.0.1/elsewhere"}, {"zaaktype": "bad-url"}),
        ({"vertrouwelijkheidaanduiding": "stil"}, {"vertrouwelijkheidaanduiding": "invalid_choice"}),
        ({"kenmerken": [{"kenmerk": "x", "bron": "y"}]}, {"kenmerken": "niet-gespeeld"}),
    ],
)
def test_a_wrong_case_is_not_made(
    back_office: NewBackOffice, change: dict[str, Any], wrong: dict[str, str]
) -> None:
    office = back_office()
    body = office.zaak_body(**change)
    assert wrong_with(office.post("zaken/zaken", body)) == wrong
    assert office.tally(body["identificatie"]) is None


def test_a_concept_makes_no_case(back_office: NewBackOffice) -> None:
    office = back_office()
    concept = office.get("catalogi/zaaktypen?status=concept").json()["results"][0]["url"]
    answer = office.post("zaken/zaken", office.zaak_body(zaaktype=concept))
    assert wrong_with(answer) == {"zaaktype": "not-published"}


# --- Parts ----------------------------------------------------------------------------------------


def test_a_second_initiator_is_refused_a_second_property_is_not(back_office: NewBackOffice) -> None:
    office = back_office()
    zaak = whole(office)
    second = office.post("zaken/rollen", office.role_body(zaak))
    assert wrong_with(second) == {"roltype": "max-occurences"}
    address = f"{zaak['url']}/zaakeigenschappen"
    assert office.post(address, office.property_body(zaak)).status_code == 201
    assert [one["naam"] for one in office.get(address).json()] == ["achternaam"] * 2
    counted = {"zaken": 1, "rollen": 1, "zaakeigenschappen": 2, "statussen": 1}
    assert office.tally(zaak["identificatie"]) == counted


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"roltoelichting": ""}, {"roltoelichting": "blank"}),
        ({"betrokkeneType": "vestiging"}, {"betrokkeneType": "invalid_choice"}),
        ({"betrokkeneIdentificatie": None}, {"nonFieldErrors": "invalid-betrokkene"}),
        (
            {"betrokkeneIdentificatie": {"inpBsn": "999000018"}},
            {"betrokkeneIdentificatie.inpBsn": "invalid"},
        ),
        ({"zaak": "http://127.0.0.1/elsewhere"}, {"zaak": "bad-url"}),
    ],
)
def test_a_wrong_role_is_refused_without_naming_anybody(
    back_office: NewBackOffice, change: dict[str, Any], wrong: dict[str, str]
) -> None:
    office = back_office()
    answer = office.post("zaken/rollen", office.role_body(office.new_zaak(), **change))
    assert wrong_with(answer) == wrong
    assert "99900001" not in answer.text


def test_types_of_another_catalogue_are_refused(back_office: NewBackOffice) -> None:
    office, other = back_office(), back_office(agency=HEIDEDORP)
    zaak = office.new_zaak()
    elsewhere = other.types("roltypen")["Melder"]
    concept = office.get("catalogi/roltypen?status=concept").json()["results"][0]["url"]
    for roltype, wrong in (
        (elsewhere, {"roltype": "bad-url"}),
        (concept, {"nonFieldErrors": "zaaktype-mismatch"}),
    ):
        assert wrong_with(office.post("zaken/rollen", office.role_body(zaak, roltype=roltype))) == wrong


def test_parts_are_found_by_their_case(back_office: NewBackOffice, zgw_shapes: ZgwShapes) -> None:
    office = back_office()
    zaak, _ = whole(office), whole(office)
    types = office.types("roltypen")["Melder"]
    for address, schema in (
        (f"zaken/rollen?zaak={zaak['url']}&roltype={types}&omschrijvingGeneriek=initiator", "Rol"),
        (f"zaken/statussen?zaak={zaak['url']}", "Status"),
    ):
        found = office.get(address).json()
        assert zgw_shapes.errors("zaken", f"Paginated{schema}List", found) == []
        assert [one["zaak"] for one in found["results"]] == [zaak["url"]]
    assert office.get("zaken/rollen?omschrijvingGeneriek=behandelaar").json()["count"] == 0
    assert office.get(f"zaken/statussen?zaak={zaak['url']}x").json()["count"] == 0


# --- Statuses and results -------------------------------------------------------------------------


def test_a_status_may_be_of_the_past_but_not_of_the_future(back_office: NewBackOffice) -> None:
    office = back_office(client_id=OWN)
    zaak = office.new_zaak()
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    refused = office.post("zaken/statussen", office.status_body(zaak, set_at=soon))
    assert wrong_with(refused) == {"datumStatusGezet": "date-in-future"}
    for name, day in (("In behandeling", "02-02"), ("Geregistreerd", "02-01")):
        body = office.status_body(zaak, name, f"2026-{day}T09:00:00Z")
        assert office.post("zaken/statussen", body).status_code == 201
    listed = office.get(f"zaken/statussen?zaak={zaak['url']}").json()["results"]
    assert [one["indicatieLaatstGezetteStatus"] for one in listed] == [True, False]
    assert office.get(zaak["url"]).json()["status"] == listed[0]["url"]
    again = office.status_body(zaak, "Geregistreerd", "2026-02-01T09:00:00Z")
    assert wrong_with(office.post("zaken/statussen", again)) == {"nonFieldErrors": "unique"}


def test_the_end_needs_a_result_first(back_office: NewBackOffice, zgw_shapes: ZgwShapes) -> None:
    office = back_office(client_id=OWN)
    zaak = office.new_zaak()
    end = office.status_body(zaak, "Afgehandeld")
    assert wrong_with(office.post("zaken/statussen", end)) == {"nonFieldErrors": "resultaat-does-not-exist"}
    made = office.post("zaken/resultaten", office.result_body(zaak))
    assert zgw_shapes.errors("zaken", "Resultaat", made.json()) == []
    second = office.post("zaken/resultaten", office.result_body(zaak, "Niet mogelijk"))
    assert wrong_with(second) == {"zaak": "unique"}
    assert office.post("zaken/statussen", end).status_code == 201
    detail = office.get(f"{zaak['url']}?{EXPAND}").json()
    assert zgw_shapes.errors("zaken", "ZaakExpanded", detail) == []
    result = detail["_expand"]["resultaat"]
    assert result["toelichting"] == "De akte ligt klaar."
    assert result["_expand"]["resultaattype"]["omschrijving"] == "Akte opgemaakt"
    assert office.get(f"zaken/resultaten?zaak={zaak['url']}").json()["results"] == [made.json()]


# --- Reading --------------------------------------------------------------------------------------


def test_the_etag_changes_with_the_case_and_not_with_expand(back_office: NewBackOffice) -> None:
    office = back_office(client_id=OWN)
    zaak = office.new_zaak()
    seen = []

    def look() -> None:
        answer = office.get(zaak["url"])
        assert office.get(f"{zaak['url']}?{EXPAND}").headers["ETag"] == answer.headers["ETag"]
        same = office.get(f"{zaak['url']}?{EXPAND}", If_None_Match=answer.headers["ETag"])
        assert (same.status_code, same.text) == (304, "")
        seen.append(answer.headers["ETag"])

    look()
    for method, address, body in (
        ("POST", "zaken/statussen", office.status_body(zaak)),
        ("POST", "zaken/rollen", office.role_body(zaak)),
        ("POST", "zaken/resultaten", office.result_body(zaak)),
        ("PATCH", zaak["url"], {"toelichting": "Er is gebeld."}),
    ):
        assert office.call(method, address, body).status_code in (200, 201)
        assert office.get(zaak["url"], If_None_Match=seen[-1]).status_code == 200
        look()
    assert len(set(seen)) == 5


def test_expand_leaves_out_what_is_not_there(back_office: NewBackOffice) -> None:
    office = back_office()
    zaak = office.new_zaak()
    assert zaak["_expand"] == {}
    assert "_expand" not in office.get(f"{zaak['url']}?{EXPAND}").json()
    assert office.get(zaak["url"]).json()["_expand"] == {}
    wrong = office.get(f"{zaak['url']}?expand=status.zaak")
    assert wrong_with(wrong) == {"expand": "invalid_choice"}


def test_what_identifies_a_case_stays(back_office: NewBackOffice) -> None:
    office = back_office()
    zaak = office.new_zaak()
    answer = office.call("PATCH", zaak["url"], {"identificatie": "LL-OTHER"})
    assert wrong_with(answer) == {"identificatie": "wijzigen-niet-toegelaten"}
    changed = office.call("PATCH", zaak["url"], {"omschrijving": "Aangifte", "startdatum": "2026-01-31"})
    assert changed.json()["omschrijving"] == "Aangifte"


def test_lists_come_in_pages(back_office: NewBackOffice, zgw_shapes: ZgwShapes) -> None:
    office = back_office()
    office.new_zaak()
    found = office.get(f"zaken/zaken?bronorganisatie={RSIN}&expand=status").json()
    assert zgw_shapes.errors("zaken", "PaginatedZaakList", found) == []
    assert found["previous"] is None
    seen = {one["url"] for one in found["results"]}
    following = found["next"]
    while following:
        page = office.get(following).json()
        assert page["previous"]
        seen |= {one["url"] for one in page["results"]}
        following = page["next"]
    assert len(seen) == found["count"]
    assert office.get("zaken/zaken?page=9999").status_code == 404
