"""Every request of the destination `zgw`, one by one, against the official OpenAPI files."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Envelope, Subject
from lifeevents.model import Service
from portal.cases.journey.answers import Answers, is_complete
from portal.cases.journey.payloads import build_payload, properties_of
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Answer, Known
from tests.cast import NOOR_BSN
from tests.connectors.openapi import Specification
from tests.connectors.other_side import Asked
from tests.connectors.zgw import (
    CALLBACK,
    CREDENTIAL,
    HAPPY,
    NOTIFICATIES,
    SAMPLES,
    Content,
    changed,
    listed,
    sent,
    subscriber,
    subscriptions,
)
from tests.connectors.zgw_papers import ZAAK as PAPERS_OF
from tests.connectors.zgw_papers import Papers, reader
from tests.contract.agency import Agency
from tests.contract.samples import TRACE, Steps, build_destination, envelope, post_of

FILES = {
    "zaken-1.5.1.yaml": ("/zaken/api/v1", "/zrc"),
    "catalogi-1.3.1.yaml": ("/catalogi/api/v1", "/ztc"),
    "notificaties-1.0.1.yaml": (NOTIFICATIES,),
    "documenten-1.4.3.yaml": ("/documenten/api/v1",),
    "besluiten-1.1.0.yaml": ("/besluiten/api/v1",),
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
    asked += requests_about_papers()
    with Agency(subscriptions()) as agency:
        for _ in range(2):
            subscriber(agency).subscribe(CALLBACK, CREDENTIAL)
        subscriber(agency).check()
    return asked + agency.asked


def requests_about_papers() -> list[Asked]:
    """Documents with a request and after it, also after a crash, and those that the agency shows."""
    sample = SAMPLES["documents"]
    with Agency(sample.content) as agency:
        destination, filing, sending = build_destination(sample, agency.url), Steps(), Steps()
        receipt = destination.file(envelope(sample), filing)
        destination.send(receipt.their_reference, post_of(sample), sending)
        for steps in (filing, sending):
            steps.forget()
        destination.file(envelope(sample), filing)
        destination.send(receipt.their_reference, post_of(sample), sending)
    asked = agency.asked
    with Agency(Papers().content()) as agency:
        zaak = agency.fill(PAPERS_OF)
        shown = reader(agency).read(zaak, version="", trace_id=TRACE)
        assert shown is not None
        reader(agency).document(zaak, shown.papers[0], trace_id=TRACE)
    return asked + agency.asked


def check_all(specifications: list[Specification], requests: list[Asked]) -> None:
    for asked in requests:
        (specification,) = [one for one in specifications if one.covers(asked)]
        assert specification.errors(asked) == [], f"{asked.method} {asked.target}"


def test_every_request_is_as_the_standard_says(specifications: list[Specification]) -> None:
    requests = all_requests()
    check_all(specifications, requests)
    kinds = {(asked.method, asked.target.partition("?")[0].rsplit("/", 1)[-1]) for asked in requests}
    assert {kind for kind in kinds if kind[0] != "GET" and "-" not in kind[1]} == {
        ("POST", "zaken"),
        ("POST", "rollen"),
        ("POST", "zaakeigenschappen"),
        ("POST", "statussen"),
        ("POST", "enkelvoudiginformatieobjecten"),
        ("POST", "zaakinformatieobjecten"),
        ("POST", "abonnement"),
    }


NOW = datetime(2025, 11, 21, 23, 30, tzinfo=UTC)
CHILD = {"first_names": "Zoë", "birth_date": "2025-11-20", "birth_time": "14:05", "sex": "V"}
ANSWERS: dict[str, list[dict[str, Any]]] = {
    "birth": [{"birth_place": "9001", "role": "gave_birth"}],
    "child": [CHILD, {**CHILD, "first_names": "Sam", "birth_time": "14:12", "sex": "O"}],
    "parents": [{"other_parent": "other", "other_parent_name": "Joris Smit", "family_name": "de Wit"}],
    "remark": [{"remark": "é" * 2000}],
}
"""A twin, and the longest text that the form takes."""
FACTS: dict[str, Answer] = {"brp.name": Known({"full": "Noor de Wit"}, "brp", NOW, NOW)}


def from_the_portal(service: Service) -> Envelope:
    """A request with every question answered, as the portal makes it of a service's definition."""
    assert all(is_complete(group, ANSWERS[group.id]) for group in service.ask), "the questions are others now"
    assert service.zgw is not None
    payload = build_payload(service, Answers(groups=ANSWERS), FACTS, {})
    return Envelope(
        reference="LL-7K4M-Q9XC",
        service=service.id,
        agency="gemeente-waterstad",
        subject=Subject(NOOR_BSN),
        payload=payload,
        submitted_at=NOW,
        trace_id=TRACE,
        title=service.title.nl,
        zaaktype=service.zgw.zaaktype,
        properties=properties_of(service, payload),
    )


def with_eigenschappen(names: list[str]) -> Content:
    """The agency of the happy sample, whose zaaktype has these eigenschappen."""

    def change(content: Content) -> None:
        known = listed(content, "/eigenschappen")
        zaaktype, address = known[0]["zaaktype"], known[0]["url"].rpartition("/")[0]
        known[:] = [
            {"url": f"{address}/40000000-0000-4000-8000-{number:012}", "zaaktype": zaaktype, "naam": name}
            for number, name in enumerate(names, start=1)
        ]

    return dict(changed(change).content)


def test_a_birth_as_the_portal_sends_it_is_as_the_standard_says(specifications: list[Specification]) -> None:
    service = catalogue().services["geboorteaangifte"]
    request = from_the_portal(service)
    names = list(service.zgw.properties) if service.zgw else []
    with Agency(with_eigenschappen(names)) as agency:
        destination, steps = build_destination(HAPPY, agency.url), Steps()
        destination.file(request, steps)
        steps.forget()
        destination.file(request, steps)
    check_all(specifications, agency.asked)
    (zaak,) = sent(agency, "zaken")
    assert zaak["omschrijving"] == service.title.nl
    # Each has its value, in the order of the definition.
    values = [eigenschap["waarde"] for eigenschap in sent(agency, "zaakeigenschappen")]
    assert values == [request.properties[name] for name in names]
    told = dict(zip(names, values, strict=True))
    assert json.loads(told["kinderen"]) == ANSWERS["child"]
    assert told["geboorteplaats"] == "9001"
    assert told["bijzonderheden"] == "é" * 2000


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
