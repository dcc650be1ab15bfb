"""Which addresses may be called for somebody else: those that anybody could reach."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from connectors.base import Unavailable
from connectors.http import Client
from connectors.public import is_public
from tests.connectors.other_side import OtherSide, answer, raw

TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.5", "172.16.0.1", "192.168.1.1", "169.254.169.254"),  # noqa: S104
        *("100.64.0.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.5", "64:ff9b::a00:5", "64:ff9b:1::1", "2002:a00:5::1"),
        *("2001:0:4136:e378:8000:63bf:3fff:fdd2", "agency.example", "", "2130706433"),
    ],
)
def test_no_address_of_a_network_of_ours_is_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_an_address_that_anybody_can_reach_is_public(address: str) -> None:
    assert is_public(address)


def test_a_name_that_leads_to_this_machine_is_not_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with OtherSide(answer({})) as side:
        port = int(side.url.rpartition(":")[2])
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
        asked: list[Any] = []

        def look_up(host: Any, *rest: Any, **options: Any) -> Any:
            asked.append(host)
            return found

        monkeypatch.setattr("connectors.watchdog.socket.getaddrinfo", look_up)
        client = Client(f"https://agency.example:{port}/x", connector="webhook", public_only=True)
        with pytest.raises(Unavailable):
            client.tell({}, trace_id=TRACE)
    assert asked == ["agency.example"]
    assert side.connections == 0


@pytest.mark.parametrize(
    "reply", [raw(b"", status=204, content_type=None), raw(b"ok", content_type="text/html")]
)
def test_who_is_told_something_may_answer_anything(reply: Any) -> None:
    with OtherSide(reply) as side:
        Client(f"{side.url}/hooks/levensloket", connector="webhook").tell({"a": 1}, trace_id=TRACE)
    (asked,) = side.asked
    assert (asked.method, asked.target, asked.json()) == ("POST", "/hooks/levensloket", {"a": 1})
