"""The destination `rest`: what goes with a request, and documents that an agency shows."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors.base import Forwarded, Malformed, Paper
from connectors.destinations.rest.destination import RestDestination
from tests.connectors.openapi import Specification
from tests.connectors.other_side import OtherSide, answer, raw
from tests.contract.agency import Agency
from tests.contract.samples import SECRET, TRACE, Sample, Steps, build_destination, envelope, samples

SHOWN: dict[str, Any] = {
    "id": "p1",
    "title": "Besluit",
    "mediaType": "application/pdf",
    "setAt": "2026-11-24T10:00:00+01:00",
}
PAPER = Paper("p1", "Besluit", "application/pdf", datetime(2026, 11, 24, 9, tzinfo=UTC))


def request(**paper: Any) -> dict[str, Any]:
    return {"theirReference": "R-1", "updates": [], "papers": [SHOWN | paper]}


def test_documents_are_read_with_what_is_said_of_them() -> None:
    with OtherSide(answer(request(size=12, decision=True))) as side:
        reading = RestDestination(side.url, "k", SECRET).read("R-1", version="", trace_id=TRACE)
    assert reading is not None
    (paper,) = reading.papers
    assert (paper.external_id, paper.title, paper.size, paper.decision) == ("p1", "Besluit", 12, True)
    assert paper.set_at == PAPER.set_at


def test_an_agency_that_shows_none_need_not_say_so() -> None:
    with OtherSide(answer({"theirReference": "R-1", "updates": []})) as side:
        reading = RestDestination(side.url, "k", SECRET).read("R-1", version="", trace_id=TRACE)
    assert reading is not None
    assert reading.papers == ()


@pytest.mark.parametrize(
    "wrong", [{"id": ""}, {"title": 3}, {"size": -1}, {"size": True}, {"decision": "yes"}, {"setAt": "ooit"}]
)
def test_what_breaks_the_contract_is_malformed(wrong: dict[str, Any]) -> None:
    with OtherSide(answer(request(**wrong))) as side, pytest.raises(Malformed):
        RestDestination(side.url, "k", SECRET).read("R-1", version="", trace_id=TRACE)


def test_the_file_comes_as_it_is_by_a_signed_call() -> None:
    content = b"%PDF-1.7 \x00\xff"
    with OtherSide(raw(content, content_type="application/octet-stream")) as side:
        found = RestDestination(side.url, "k", SECRET).document("R-1", PAPER, trace_id=TRACE)
    assert found == content
    assert side.asked[0].target == "/requests/R-1/papers/p1"
    assert "levensloket=" in side.asked[0].headers["signature"]


def filed(name: str) -> tuple[Sample, Agency]:
    """A sample after it was filed, with all that the agency was asked."""
    sample = next(one for one in samples("destinations") if one.id.endswith(name) and "rest" in one.id)
    with Agency(sample.content) as agency:
        build_destination(sample, agency.url).file(envelope(sample), Steps())
    return sample, agency


def test_the_documents_of_a_request_come_after_it_with_who_files_it() -> None:
    sample, agency = filed("documents")
    asked, sent = agency.asked[0].json(), envelope(sample)
    assert asked["representative"] == {"bsn": sample.content["envelope"]["representative"]}
    assert [one["reference"] for one in asked["documents"]] == [one.reference for one in sent.documents]
    brought = [(one.method, one.target.rsplit("/", 1)[1], one.json()) for one in agency.asked[1:]]
    assert [(method, ours) for method, ours, _ in brought] == [
        ("PUT", one.reference) for one in sent.documents
    ]
    assert [b64decode(body["content"]) for *_, body in brought] == [one.content for one in sent.documents]


def test_what_another_agency_sent_on_says_who_had_it_and_since_when() -> None:
    sample, _agency = filed("happy")
    came = Forwarded("duo", "DUO", date(2026, 11, 20), "De SVB gaat hierover.")
    with Agency(sample.content) as agency:
        destination = build_destination(sample, agency.url)
        destination.file(replace(envelope(sample), forwarded=came), Steps())
    (asked,) = agency.asked
    assert asked.json()["forwardedFrom"] == {
        "agency": "duo",
        "name": "DUO",
        "receivedOn": "2026-11-20",
        "reason": "De SVB gaat hierover.",
    }
    contract = Specification(sample.connector.folder / "openapi.yaml", "/intake/v1")
    assert contract.errors(asked) == []


def test_a_request_without_them_says_nothing_of_them() -> None:
    _sample, agency = filed("happy")
    (asked,) = agency.asked
    assert not {"representative", "documents", "forwardedFrom"} & asked.json().keys()


@pytest.mark.parametrize("name", ["documents", "happy"])
def test_every_call_of_a_request_is_as_the_published_contract_says(name: str) -> None:
    sample, agency = filed(name)
    contract = Specification(sample.connector.folder / "openapi.yaml", "/intake/v1")
    assert [contract.errors(one) for one in agency.asked] == [[] for _ in agency.asked]
