"""The destination `rest`: documents that an agency shows, and what it may not say of them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.base import Malformed, Paper
from connectors.destinations.rest.destination import RestDestination
from tests.connectors.other_side import OtherSide, answer, raw
from tests.contract.samples import SECRET, TRACE

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
