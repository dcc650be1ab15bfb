"""Files through the only door out: whole, within their size, and never a page in their place."""

from __future__ import annotations

import pytest

from connectors.base import Malformed, Refused, Unavailable
from connectors.http import Client
from tests.connectors.other_side import OtherSide, Reply, answer, drip, html, raw, silence

TRACE = "0af7651916cd43dd8448eb211c80319c"
PDF = b"%PDF-1.7\x00\xff"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"


def fetch(side: OtherSide, most: int = 1000, deadline: float = 5.0) -> bytes:
    client = Client(side.url, connector="test", deadline=deadline)
    return client.get_bytes("/d/{id}/download", most=most, values={"id": "7"}, trace_id=TRACE)


@pytest.mark.parametrize("content_type", ["application/octet-stream", "application/pdf", "text/plain", None])
def test_a_file_comes_back_byte_by_byte(content_type: str | None) -> None:
    with OtherSide(raw(PDF, content_type=content_type)) as side:
        assert fetch(side) == PDF
    (asked,) = side.asked
    assert (asked.method, asked.target) == ("GET", "/d/7/download")
    assert asked.headers["accept"].startswith("application/octet-stream")


def test_a_file_may_be_as_large_as_was_asked_and_no_larger() -> None:
    with OtherSide(raw(PDF)) as side:
        assert fetch(side, most=len(PDF)) == PDF
        with pytest.raises(Malformed, match="larger than 9 bytes"):
            fetch(side, most=9)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        pytest.param(html(), Malformed, id="a page"),
        pytest.param(raw(PDF, headers={"Content-Encoding": "gzip"}), Malformed, id="packed"),
        pytest.param(raw(PDF, headers={"Content-Length": "999"}), Unavailable, id="half of it"),
        pytest.param(drip(HEAD + b"Content-Length: 999\r\n\r\n"), Unavailable, id="dripping"),
        pytest.param(silence, Unavailable, id="silence"),
        pytest.param(answer({"code": "not_found"}, status=404), Refused, id="404"),
        pytest.param(html(503), Unavailable, id="503"),
    ],
)
def test_anything_else_is_an_error_and_never_a_file(reply: Reply, error: type[Exception]) -> None:
    with OtherSide(reply) as side, pytest.raises(error):
        fetch(side, deadline=0.6)
