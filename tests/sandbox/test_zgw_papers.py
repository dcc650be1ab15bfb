"""Documents and decisions of a back office, over the wire and against the published specifications."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import pytest
import requests

from tests.sandbox.back_office import (
    HEIDEDORP,
    JSON,
    POLDERVEEN,
    RSIN,
    SECONDS,
    BackOffice,
    NewBackOffice,
    token,
)
from tests.sandbox.zgw_shapes import ZgwShapes

pytestmark = pytest.mark.story

OWN = "zaaksysteem"
DOCUMENTS, LINKS = "documenten/enkelvoudiginformatieobjecten", "zaken/zaakinformatieobjecten"


def wrong_with(answer: requests.Response) -> dict[str, str]:
    """The codes of a refusal, by field."""
    assert answer.status_code == 400, answer.text
    return {one["name"]: one["code"] for one in answer.json()["invalidParams"]}


def linked(office: BackOffice, zaak: JSON, document: JSON) -> JSON:
    """A document that is in a case."""
    answer = office.post(LINKS, {"zaak": zaak["url"], "informatieobject": document["url"], "titel": "Brief"})
    assert answer.status_code == 201, answer.text
    made: JSON = answer.json()
    return made


def decided(office: BackOffice, zaak: JSON, **change: Any) -> requests.Response:
    """A decision about a case."""
    kind = office.get("catalogi/besluittypen").json()["results"][0]["url"]
    today = date.today().isoformat()
    body = {
        "verantwoordelijkeOrganisatie": RSIN,
        "besluittype": kind,
        "zaak": zaak["url"],
        "datum": today,
        "ingangsdatum": today,
        **change,
    }
    return office.post("besluiten/besluiten", body)


# --- Documents ------------------------------------------------------------------------------------


def in_parts(office: BackOffice, content: bytes) -> JSON:
    """A document of which only the size was sent."""
    made = office.new_document(content, inhoud=None)
    assert made["locked"] is True
    return made


def put_part(office: BackOffice, part: JSON, content: bytes, lock: str) -> requests.Response:
    headers = {"Authorization": token(office.client_id, office.secret)}
    form = {"data": {"lock": lock}, "files": {"inhoud": content}}
    return requests.put(part["url"], headers=headers, timeout=SECONDS, **form)  # type: ignore[arg-type]


@pytest.mark.parametrize("agency", ["gemeente-waterstad", POLDERVEEN], ids=["plain", "odd"])
def test_a_large_document_comes_in_parts_of_the_sizes_that_were_said(
    back_office: NewBackOffice, zgw_shapes: ZgwShapes, agency: str
) -> None:
    office = back_office(agency=agency)
    content = bytes(range(256)) * 2400
    made = in_parts(office, content)
    assert zgw_shapes.errors("documenten", "EnkelvoudigInformatieObjectCreateLock", made) == []
    parts = sorted(made["bestandsdelen"], key=lambda one: one["volgnummer"])
    assert len(parts) > 1
    assert sum(one["omvang"] for one in parts) == len(content) == made["bestandsomvang"]
    assert office.get(made["inhoud"]).status_code == 404
    begin = 0
    for one in parts:
        assert one["voltooid"] is False
        piece = content[begin : begin + one["omvang"]]
        for _ in range(2):
            taken = put_part(office, one, piece, made["lock"])
            assert (taken.status_code, taken.json()["voltooid"]) == (200, True)
        begin += len(piece)
    assert office.post(f"{made['url']}/unlock", {"lock": made["lock"]}).status_code == 204
    whole = office.get(made["url"]).json()
    assert (whole["locked"], whole["bestandsdelen"], whole["bestandsomvang"]) == (False, [], len(content))
    assert office.get(made["inhoud"], Accept="*/*").content == content


def test_parts_need_the_lock_and_the_right_size_and_all_of_them(back_office: NewBackOffice) -> None:
    office = back_office()
    made = in_parts(office, bytes(600_000))
    first = min(made["bestandsdelen"], key=lambda one: one["volgnummer"])
    piece = bytes(first["omvang"])
    assert wrong_with(put_part(office, first, piece, "geraden")) == {"lock": "incorrect-lock-id"}
    assert wrong_with(put_part(office, first, piece[1:], made["lock"])) == {"inhoud": "file-size"}
    assert put_part(office, first, piece, made["lock"]).status_code == 200
    early = office.post(f"{made['url']}/unlock", {"lock": made["lock"]})
    assert "incomplete-documents" in wrong_with(early).values()
    other = office.post(f"{made['url']}/unlock", {"lock": "geraden"})
    assert wrong_with(other) == {"lock": "incorrect-lock-id"}
    again = office.post(f"{made['url']}/lock", {})
    assert "existing-lock" in wrong_with(again).values()


def test_a_document_that_is_whole_can_be_locked_once(back_office: NewBackOffice) -> None:
    office = back_office()
    made = office.new_document()
    lock = office.post(f"{made['url']}/lock", {}).json()["lock"]
    assert office.get(made["url"]).json()["locked"] is True
    assert "existing-lock" in wrong_with(office.post(f"{made['url']}/lock", {})).values()
    assert office.post(f"{made['url']}/unlock", {"lock": lock}).status_code == 204
    assert office.get(made["url"]).json()["locked"] is False


@pytest.mark.parametrize("agency", ["gemeente-waterstad", POLDERVEEN], ids=["plain", "odd"])
def test_a_document_comes_back_as_it_was_sent(
    back_office: NewBackOffice, zgw_shapes: ZgwShapes, agency: str
) -> None:
    office = back_office(agency=agency)
    content = bytes(range(256)) * 40
    sums = {"algoritme": "sha_256", "waarde": sha256(content).hexdigest(), "datum": "2026-01-31"}
    made = office.new_document(content, integriteit=sums, ontvangstdatum="2026-01-31", status="definitief")
    assert zgw_shapes.errors("documenten", "EnkelvoudigInformatieObjectCreateLock", made) == []
    read = office.get(made["url"])
    assert zgw_shapes.errors("documenten", "EnkelvoudigInformatieObjectExpanded", read.json()) == []
    assert read.json()["integriteit"] == sums
    assert office.get(made["url"], If_None_Match=read.headers["ETag"]).status_code == 304
    got = office.get(read.json()["inhoud"], Accept="application/octet-stream")
    assert (got.content, got.headers["Content-Type"]) == (content, "application/octet-stream")
    name = f"identificatie={made['identificatie']}&bronorganisatie={made['bronorganisatie']}"
    listed = office.get(f"{DOCUMENTS}?{name}").json()
    assert zgw_shapes.errors("documenten", "PaginatedEnkelvoudigInformatieObjectList", listed) == []
    assert [one["url"] for one in listed["results"]] == [made["url"]]


def test_a_document_of_25_megabytes_fits(back_office: NewBackOffice) -> None:
    office = back_office()
    made = office.new_document(b"x" * 25_000_000)
    assert made["bestandsomvang"] == 25_000_000
    assert office.post(DOCUMENTS, office.document_body(b"x" * 31_000_000)).status_code == 413


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"bestandsomvang": 3}, {"bestandsomvang": "file-size"}),
        ({"inhoud": "é"}, {"inhoud": "incorrect-inhoud"}),
        ({"informatieobjecttype": "http://127.0.0.1/elsewhere"}, {"informatieobjecttype": "bad-url"}),
        ({"titel": "", "taal": None}, {"titel": "blank", "taal": "required"}),
        (
            {"ontvangstdatum": "2026-01-31", "status": "in_bewerking"},
            {"status": "invalid_for_received"},
        ),
        ({"integriteit": {"algoritme": "sha"}}, {"integriteit.algoritme": "invalid_choice"}),
        ({"trefwoorden": ["x"]}, {"trefwoorden": "niet-gespeeld"}),
    ],
)
def test_a_wrong_document_is_not_stored(
    back_office: NewBackOffice, change: dict[str, Any], wrong: dict[str, str]
) -> None:
    office = back_office()
    body = office.document_body(**change)
    assert wrong.items() <= wrong_with(office.post(DOCUMENTS, body)).items()
    assert office.tally(body["identificatie"]) is None


def test_the_same_reference_makes_one_document(back_office: NewBackOffice) -> None:
    office = back_office()
    body = office.document_body()
    assert office.post(DOCUMENTS, body).status_code == 201
    assert wrong_with(office.post(DOCUMENTS, body)) == {"identificatie": "identificatie-niet-uniek"}
    assert office.tally(body["identificatie"]) == {"enkelvoudiginformatieobjecten": 1}


def test_what_is_not_there_is_not_found(back_office: NewBackOffice) -> None:
    office, other = back_office(), back_office(agency=HEIDEDORP)
    made = office.new_document()
    assert office.get(f"{made['url']}?versie=2").status_code == 404
    assert office.get(f"{made['url']}/download", Accept="application/pdf").status_code == 406
    assert other.get(made["url"].replace(office.agency, other.agency)).status_code == 404


# --- In a case ------------------------------------------------------------------------------------


@pytest.mark.parametrize("agency", ["gemeente-waterstad", POLDERVEEN], ids=["plain", "odd"])
def test_a_document_in_a_case_is_news_of_that_case(
    back_office: NewBackOffice, zgw_shapes: ZgwShapes, agency: str
) -> None:
    office = back_office(agency=agency)
    zaak, document = office.new_zaak(), office.new_document()
    before = office.get(zaak["url"]).headers["ETag"]
    made = linked(office, zaak, document)
    assert zgw_shapes.errors("zaken", "ZaakInformatieObject", made) == []
    read = office.get(zaak["url"], If_None_Match=before)
    assert read.status_code == 200
    assert read.json()["zaakinformatieobjecten"] == [made["url"]]
    listed = office.get(f"{LINKS}?zaak={zaak['url']}&informatieobject={document['url']}").json()
    assert [one["url"] for one in listed] == [made["url"]]
    assert office.get(f"{LINKS}?zaak={zaak['url']}x").json() == []
    again = {"zaak": zaak["url"], "informatieobject": document["url"]}
    assert wrong_with(office.post(LINKS, again)) == {"nonFieldErrors": "unique"}
    counted = office.tally(zaak["identificatie"]) or {}
    assert counted["enkelvoudiginformatieobjecten"] == counted["zaakinformatieobjecten"] == 1
    assert office.tally(document["identificatie"]) is None


def test_nothing_comes_into_a_closed_case_without_the_right_to(back_office: NewBackOffice) -> None:
    office, own = back_office(client_id="zonder-gesloten-zaken"), back_office(client_id=OWN)
    zaak, document = office.new_zaak(), office.new_document()
    assert own.post("zaken/resultaten", own.result_body(zaak)).status_code == 201
    assert own.post("zaken/statussen", own.status_body(zaak, "Afgehandeld")).status_code == 201
    body = {"zaak": zaak["url"], "informatieobject": document["url"]}
    assert office.post(LINKS, body).status_code == 403
    assert back_office().post(LINKS, body).status_code == 201


# --- Decisions ------------------------------------------------------------------------------------


def test_a_decision_has_its_letter_and_only_the_agency_decides(
    back_office: NewBackOffice, zgw_shapes: ZgwShapes
) -> None:
    office, own = back_office(), back_office(client_id=OWN)
    zaak, document = office.new_zaak(), office.new_document()
    assert decided(office, zaak).status_code == 403
    made = decided(own, zaak).json()
    assert zgw_shapes.errors("besluiten", "Besluit", made) == []
    body = {"besluit": made["url"], "informatieobject": document["url"]}
    letter = own.post("besluiten/besluitinformatieobjecten", body)
    assert zgw_shapes.errors("besluiten", "BesluitInformatieObject", letter.json()) == []
    again = own.post("besluiten/besluitinformatieobjecten", body)
    assert wrong_with(again) == {"nonFieldErrors": "unique"}
    assert [
        one["url"] for one in office.get(f"besluiten/besluiten?zaak={zaak['url']}").json()["results"]
    ] == [made["url"]]
    listed = office.get(f"besluiten/besluitinformatieobjecten?besluit={made['url']}").json()
    assert listed == [letter.json()]
    links = office.get(f"{zaak['url']}/besluiten").json()
    assert zgw_shapes.errors("zaken", "ZaakBesluit", links[0]) == []
    assert [one["besluit"] for one in links] == [made["url"]]
    for url in (made["url"], letter.json()["url"], links[0]["url"]):
        assert office.get(url).json()["url"] == url


def test_a_decision_of_tomorrow_is_none(back_office: NewBackOffice) -> None:
    own = back_office(client_id=OWN)
    answer = decided(own, own.new_zaak(), datum="2999-01-01")
    assert wrong_with(answer) == {"datum": "future_not_allowed"}


# --- Kinds ----------------------------------------------------------------------------------------


def test_a_kind_of_case_says_which_documents_go_in_and_out(back_office: NewBackOffice) -> None:
    office = back_office()
    zaaktype = office.zaaktype()
    links = office.get(f"catalogi/zaaktype-informatieobjecttypen?zaaktype={zaaktype}").json()["results"]
    assert [one["richting"] for one in links] == ["inkomend", "uitgaand", "intern"]
    (out,) = office.get(
        f"catalogi/zaaktype-informatieobjecttypen?zaaktype={zaaktype}&richting=uitgaand"
    ).json()["results"]
    kind = office.get(out["informatieobjecttype"]).json()
    assert kind["omschrijving"] == "Brief aan de aanvrager"
    assert office.get(out["url"]).json() == out
    assert office.get("catalogi/informatieobjecttypen?status=concept").json()["count"] == 0
