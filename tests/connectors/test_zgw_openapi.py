"""Every request of the destination `zgw`, one by one, against the official OpenAPI files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.connectors.openapi import Specification
from tests.connectors.other_side import Asked
from tests.connectors.zgw import CALLBACK, CREDENTIAL, NOTIFICATIES, SAMPLES, subscriber, subscriptions
from tests.contract.agency import Agency
from tests.contract.samples import TRACE, Steps, build_destination, envelope

FILES = {
    "zaken-1.5.1.yaml": ("/zaken/api/v1", "/zrc"),
    "catalogi-1.3.1.yaml": ("/catalogi/api/v1", "/ztc"),
    "notificaties-1.0.1.yaml": (NOTIFICATIES,),
}


@pytest.fixture(scope="module")
def specifications(standards: Path) -> list[Specification]:
    return [
        Specification(standards / "zgw" / name, start) for name, starts in FILES.items() for start in starts
    ]


def all_requests() -> list[Asked]:
    """Filing, filing after a crash that forgot everything, reading twice, checking, subscribing twice."""
    asked: list[Asked] = []
    for sample in (SAMPLES["happy"], SAMPLES["closed"]):
        with Agency(sample.content) as agency:
            destination, steps = build_destination(sample, agency.url), Steps()
            receipt = destination.file(envelope(sample), steps)
            steps.forget()
            destination.file(envelope(sample), steps)
            agency.work_on()
            for version in ("", '"b5e1"'):
                destination.read(receipt.their_reference, version=version, trace_id=TRACE)
        asked += agency.asked
    with Agency(subscriptions()) as agency:
        for _ in range(2):
            subscriber(agency).subscribe(CALLBACK, CREDENTIAL)
        subscriber(agency).check()
    return asked + agency.asked


def test_every_request_is_as_the_standard_says(specifications: list[Specification]) -> None:
    requests = all_requests()
    kinds = set()
    for asked in requests:
        (specification,) = [one for one in specifications if one.covers(asked)]
        assert specification.errors(asked) == [], f"{asked.method} {asked.target}"
        kinds.add((asked.method, asked.target.partition("?")[0].rsplit("/", 1)[-1]))
    assert {kind for kind in kinds if kind[0] != "GET" and "-" not in kind[1]} == {
        ("POST", "zaken"),
        ("POST", "rollen"),
        ("POST", "zaakeigenschappen"),
        ("POST", "statussen"),
        ("POST", "abonnement"),
    }


def post(path: str, body: str, headers: dict[str, str] | None = None) -> Asked:
    given = {"content-type": "application/json", "accept-crs": "EPSG:4326", "content-crs": "EPSG:4326"}
    return Asked("POST", f"/zrc{path}", given if headers is None else headers, body.encode())


ZAAK = (
    '"bronorganisatie": "999190015", "verantwoordelijkeOrganisatie": "999190015",'
    ' "zaaktype": "https://agency.test/zaaktypen/1", "startdatum": "2025-11-21"'
)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (post("/zaken", f"{{{ZAAK}}}", {"content-type": "application/json"}), "Accept-Crs is missing"),
        (post("/zaken", '{"omschrijving": "x"}'), "'zaaktype' is a required property"),
        (post("/zaken", f'{{{ZAAK}, "kleur": "blauw"}}'), "body.kleur is unknown"),
        (post("/zaken", f'{{{ZAAK}, "uuid": "1"}}'), "body.uuid is for the server to set"),
        (post("/zaken", f'{{{ZAAK}, "omschrijving": "{"x" * 81}"}}'), "is too long"),
        (post("/zaken", f'{{{ZAAK}, "registratiedatum": "gisteren"}}'), "is not a 'date'"),
        (
            post(
                "/rollen", '{"betrokkeneType": "natuurlijk_persoon", "betrokkeneIdentificatie": {"bsn": "1"}}'
            ),
            "body.betrokkeneIdentificatie.bsn is unknown",
        ),
        (post("/zaakjes", "{}"), "there is no POST /zrc/zaakjes"),
        (Asked("GET", "/zrc/statussen?zaak=https://a.test/1&kleur=blauw", {}, b""), "query kleur is unknown"),
    ],
)
def test_the_check_itself_finds_what_is_wrong(
    specifications: list[Specification], asked: Asked, said: str
) -> None:
    (specification,) = [one for one in specifications if one.covers(asked)]
    assert any(said in error for error in specification.errors(asked))


def test_the_check_itself_lets_a_good_request_pass(specifications: list[Specification]) -> None:
    asked = post("/zaken", f"{{{ZAAK}}}")
    (specification,) = [one for one in specifications if one.covers(asked)]
    assert specification.errors(asked) == []
