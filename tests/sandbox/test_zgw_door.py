"""Who may call a back office, and how: the refusals come before anything else."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.sandbox.back_office import BackOffice, NewBackOffice, token
from tests.sandbox.zgw_shapes import ZgwShapes

pytestmark = pytest.mark.story

PORTAL, OWN, NARROW = "levensloket", "zaaksysteem", "zonder-gesloten-zaken"
OF_NOBODY = "this is the secret of nobody, and it is long enough"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"client_id": None}, "missing-client-identifier"),
        ({"client_id": "somebody"}, "invalid-client-identifier"),
        ({"secret": OF_NOBODY}, "invalid-jwt-signature"),
        ({"iat": int(time.time()) - 7200}, "jwt-expired"),
        ({"exp": int(time.time()) - 60}, "jwt-expired"),
        ({"iat": None}, "invalid-jwt-token"),
        ({"iat": int(time.time()) + 3600}, "invalid-jwt-token"),
    ],
)
def test_who_is_not_known_is_refused_with_403(
    back_office: NewBackOffice, zgw_shapes: ZgwShapes, change: dict[str, Any], code: str
) -> None:
    office = back_office()
    claims = {"client_id": PORTAL, "secret": office.secret, **change}
    answer = office.get("zaken/zaken", Authorization=token(**claims))
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert zgw_shapes.errors("zaken", "Fout", answer.json()) == []


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        (None, "not_authenticated"),
        ("", "not_authenticated"),
        ("Basic bGV2ZW5zbG9rZXQ6eA==", "not_authenticated"),
        ("Bearer x.y.z", "jwt-decode-error"),
    ],
)
@pytest.mark.parametrize("api", ["zaken/zaken", "catalogi/zaaktypen", "notificaties/abonnement"])
def test_without_a_token_every_api_answers_403(
    back_office: NewBackOffice, authorization: str | None, code: str, api: str
) -> None:
    answer = back_office().get(api, Authorization=authorization)
    assert (answer.status_code, answer.json()["code"]) == (403, code)


def test_a_token_without_a_signature_is_refused(back_office: NewBackOffice) -> None:
    office = back_office()
    header, payload, _ = token(PORTAL, office.secret).removeprefix("Bearer ").split(".")
    unsigned = header.replace("HS256", "none")
    for forged in (f"{header}.{payload}.", f"{unsigned}.{payload}."):
        assert office.get("zaken/zaken", Authorization=f"Bearer {forged}").status_code == 403


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"Accept": "application/problem+json"}, 406),
        ("GET", {"Accept-Crs": None}, 412),
        ("GET", {"Accept-Crs": "EPSG:28992"}, 406),
        ("GET", {"Content-Crs": None}, 200),
        ("POST", {"Content-Crs": None}, 412),
        ("POST", {"Accept-Crs": None}, 412),
        ("POST", {"Content-Type": "text/plain"}, 415),
        ("DELETE", {}, 405),
    ],
)
def test_a_call_in_another_form_is_refused(
    back_office: NewBackOffice,
    zgw_shapes: ZgwShapes,
    method: str,
    headers: dict[str, str | None],
    status: int,
) -> None:
    office = back_office()
    answer = office.call(method, "zaken/zaken", office.zaak_body() if method == "POST" else None, **headers)
    assert answer.status_code == status
    assert answer.headers["Content-Crs"] == "EPSG:4326"
    assert answer.headers["API-version"] == "1.5.1"
    if status >= 400:
        assert zgw_shapes.errors("zaken", "Fout", answer.json()) == []


def test_other_parts_need_no_coordinates(back_office: NewBackOffice) -> None:
    nothing: dict[str, str | None] = {"Accept-Crs": None, "Content-Crs": None}
    for address in ("zaken/rollen", "zaken/statussen", "zaken/resultaten", "catalogi/zaaktypen"):
        assert back_office().get(address, **nothing).status_code == 200


@pytest.mark.parametrize("body", ["[]", "{", '"x"'])
def test_a_body_that_is_no_object_is_refused(back_office: NewBackOffice, body: str) -> None:
    office = back_office()
    answer = office.call("POST", "zaken/zaken", data=body, Content_Type="application/json")
    assert answer.status_code == 400


def test_nobody_is_found_by_bsn(back_office: NewBackOffice) -> None:
    parameter = "betrokkeneIdentificatie__natuurlijkPersoon__inpBsn"
    assert back_office().get(f"zaken/rollen?{parameter}=000000000").status_code == 400


def test_a_portal_sets_the_first_status_only(back_office: NewBackOffice) -> None:
    portal = back_office()
    zaak = portal.new_zaak()
    assert portal.post("zaken/statussen", portal.status_body(zaak)).status_code == 201
    later = portal.status_body(zaak, "In behandeling", "2026-02-01T09:00:00Z")
    answer = portal.post("zaken/statussen", later)
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert back_office(client_id=OWN).post("zaken/statussen", later).status_code == 201
    assert portal.tally(zaak["identificatie"]) == _counted(statussen=2)


def test_a_closed_case_is_closed_for_a_portal_without_the_right(back_office: NewBackOffice) -> None:
    portal, own = back_office(client_id=NARROW), back_office(client_id=OWN)
    zaak = _closed(own)
    address = f"{zaak['url']}/zaakeigenschappen"
    for response in (
        portal.post("zaken/rollen", portal.role_body(zaak)),
        portal.post(address, portal.property_body(zaak)),
        portal.call("PATCH", zaak["url"], {"toelichting": "Toch anders"}),
    ):
        assert response.status_code == 403
    assert own.post(address, own.property_body(zaak)).status_code == 201
    assert back_office().post(address, own.property_body(zaak)).status_code == 201, "for an objection"


def test_the_municipality_opens_a_case_again(back_office: NewBackOffice) -> None:
    own = back_office(client_id=OWN)
    zaak = _closed(own)
    again = own.status_body(zaak, "In behandeling", "2026-02-03T09:00:00Z")
    assert own.post("zaken/statussen", again).status_code == 201
    assert own.get(zaak["url"]).json()["einddatum"] is None


def _closed(own: BackOffice) -> dict[str, Any]:
    zaak = own.new_zaak()
    assert own.post("zaken/resultaten", own.result_body(zaak)).status_code == 201
    end = own.status_body(zaak, "Afgehandeld", "2026-02-02T09:00:00Z")
    assert own.post("zaken/statussen", end).status_code == 201
    assert own.get(zaak["url"]).json()["einddatum"] == "2026-02-02"
    return zaak


def _counted(**numbers: int) -> dict[str, int]:
    return {"zaken": 1, "rollen": 0, "zaakeigenschappen": 0, "statussen": 0, **numbers}
