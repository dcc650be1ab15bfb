"""What is tried again, how often and after how long; no test waits for it."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

import pytest

from connectors.base import JSON, ConnectorError, Malformed, Misconfigured, Refused, Unavailable
from connectors.http import Client
from connectors.retry import Retry
from tests.connectors.other_side import OtherSide, Reply, answer, hang_up, html, raw, silence

TRACE = "0af7651916cd43dd8448eb211c80319c"
SHORT = 0.4
"""Seconds: a deadline for a side that says nothing."""

Call = Callable[[Client], JSON]


def get(client: Client) -> JSON:
    return client.get_json("/a", trace_id=TRACE)


def question(client: Client) -> JSON:
    return client.post_json("/a", {}, trace_id=TRACE, idempotent=True)


def changed(client: Client) -> JSON:
    return client.get_if_changed("/a", '"1"', trace_id=TRACE)


def effect(client: Client) -> JSON:
    return client.post_json("/a", {}, trace_id=TRACE)


def put(client: Client) -> JSON:
    return client.put_json("/a", {}, trace_id=TRACE)


class Clock:
    """Keeps how long each pause would be, and lets none pass. `chance` is what the dice say."""

    def __init__(self, chance: float = 0.5) -> None:
        self.pauses: list[float] = []
        self.retry = Retry(pause=self.pauses.append, chance=lambda: chance)

    def client(self, url: str, deadline: float = 5.0) -> Client:
        return Client(url, connector="test", deadline=deadline, retry=self.retry)


def break_off(*given: object) -> bool:
    """Half a body, and then the connection is gone."""
    raw(b"[", headers={"Content-Length": "9", "Connection": "close"})(*given)  # type: ignore[arg-type]
    return False


PASSING = [
    pytest.param(hang_up, id="hangs up"),
    pytest.param(break_off, id="breaks off"),
    pytest.param(html(502), id="502"),
    pytest.param(html(503), id="503"),
    pytest.param(html(504), id="504"),
    pytest.param(answer({}, status=503, headers={"Retry-After": "1"}), id="503, come back soon"),
    pytest.param(answer({}, status=429, headers={"Retry-After": "1"}), id="429, come back soon"),
]
FINAL = [
    pytest.param(answer({}, status=500), Unavailable, id="500"),
    pytest.param(answer({}, status=429), Unavailable, id="429 that does not say until when"),
    pytest.param(answer({}, status=429, headers={"Retry-After": "60"}), Unavailable, id="429 for long"),
    pytest.param(answer({}, status=503, headers={"Retry-After": "60"}), Unavailable, id="503 for long"),
    pytest.param(answer({}, status=401), Misconfigured, id="401"),
    pytest.param(answer({}, status=404), Refused, id="404"),
    pytest.param(html(), Malformed, id="HTML"),
    pytest.param(raw(b"{"), Malformed, id="broken JSON"),
]


@pytest.mark.parametrize("call", [get, question, changed])
@pytest.mark.parametrize("fault", PASSING)
def test_what_passes_is_tried_twice_more(call: Call, fault: Reply) -> None:
    clock = Clock()
    with OtherSide(fault, fault, answer({"ok": True})) as side:
        assert call(clock.client(side.url)) in ({"ok": True}, ({"ok": True}, ""))
    assert [asked.headers["x-try"] for asked in side.asked] == ["1", "2", "3"]
    assert len(clock.pauses) == 2


@pytest.mark.parametrize("fault", PASSING)
def test_the_third_failure_is_said(fault: Reply) -> None:
    with OtherSide(fault) as side, pytest.raises(Unavailable):
        get(Clock().client(side.url))
    assert len(side.asked) == 3


@pytest.mark.parametrize(("fault", "error"), FINAL)
def test_what_another_try_cannot_mend_is_not_tried_again(fault: Reply, error: type[ConnectorError]) -> None:
    clock = Clock()
    with OtherSide(fault) as side, pytest.raises(error):
        get(clock.client(side.url))
    assert len(side.asked) == 1
    assert clock.pauses == []


@pytest.mark.parametrize("call", [effect, put])
@pytest.mark.parametrize("fault", PASSING)
def test_what_may_have_an_effect_is_sent_once(call: Call, fault: Reply) -> None:
    with OtherSide(fault) as side, pytest.raises(Unavailable):
        call(Clock().client(side.url))
    assert [asked.headers["x-try"] for asked in side.asked] == ["1"]


def test_a_connection_that_is_refused_is_tried_again() -> None:
    clock = Clock()
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable, match="no connection"):
        get(clock.client(f"http://127.0.0.1:{port}"))
    assert len(clock.pauses) == 2


def test_the_deadline_of_the_whole_call_is_not_stretched() -> None:
    clock = Clock()
    with OtherSide(silence) as side, pytest.raises(Unavailable, match="no answer in time"):
        get(clock.client(side.url, deadline=SHORT))
    with OtherSide(hang_up, silence) as late, pytest.raises(Unavailable, match="no answer in time"):
        get(clock.client(late.url, deadline=SHORT))
    assert len(side.asked) == 1


@pytest.mark.parametrize(("left", "seconds"), [(0.11, 0.1), (0.1, None), (0.0, None), (-1.0, None)])
def test_a_pause_that_would_outlast_the_deadline_does_not_begin(left: float, seconds: float | None) -> None:
    retry = Retry(chance=lambda: 0.5)
    assert retry.pause_after(Unavailable("down"), tried=1, status=503, left=left) == seconds


@pytest.mark.parametrize(("chance", "pauses"), [(0.0, [0.0, 0.0]), (0.5, [0.1, 0.2]), (1.0, [0.2, 0.4])])
def test_a_pause_is_anything_up_to_a_bound_that_doubles(chance: float, pauses: list[float]) -> None:
    clock = Clock(chance)
    with OtherSide(hang_up) as side, pytest.raises(Unavailable):
        get(clock.client(side.url))
    assert clock.pauses == pytest.approx(pauses)


def test_the_dice_differ_between_calls() -> None:
    retry = Retry()
    error = Unavailable("down")
    drawn = {retry.pause_after(error, tried=1, status=503, left=5.0) for _ in range(20)}
    assert len(drawn) > 1
    assert all(seconds is not None and 0 <= seconds < 0.2 for seconds in drawn)


def test_the_other_side_is_left_alone_as_long_as_it_asks() -> None:
    clock = Clock()
    busy = answer({}, status=429, headers={"Retry-After": "2"})
    with OtherSide(busy, answer([])) as side:
        assert get(clock.client(side.url)) == []
    assert clock.pauses == [2.0]


def test_each_try_has_a_span_of_its_own_in_one_trace() -> None:
    with OtherSide(hang_up) as side, pytest.raises(Unavailable):
        get(Clock().client(side.url))
    traces, spans = zip(*(asked.headers["traceparent"].split("-")[1:3] for asked in side.asked), strict=True)
    assert set(traces) == {TRACE}
    assert len(set(spans)) == 3


def test_one_line_says_how_often_it_was_tried(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="connectors.http")
    with OtherSide(hang_up, html(503), answer([])) as side:
        get(Clock().client(side.url))
    (line,) = [vars(record) for record in caplog.records if record.name == "connectors.http"]
    assert (line["tries"], line["status"], line["outcome"]) == (3, 200, "ok")
