"""The only door out, against a real socket: every way in which another side can fail us."""

from __future__ import annotations

import logging
import socket
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from connectors.base import ConnectorError, Malformed, Misconfigured, Refused, Unavailable
from connectors.http import LONGEST_RETRY_AFTER, Client
from connectors.retry import Retry
from tests.connectors.other_side import OtherSide, Reply, answer, drip, hang_up, html, raw, silence

BSN = "999990007"
TRACE = "0af7651916cd43dd8448eb211c80319c"
SHORT = 0.4
"""Seconds: a deadline for sides that would go on for ever, so that only its end can end the call."""

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def ask(side: OtherSide, deadline: float = 5.0) -> object:
    client = Client(side.url, connector="test", deadline=deadline)
    return client.post_json("/personen", {"bsn": [BSN]}, trace_id=TRACE)


def test_the_question_arrives_whole_and_the_answer_comes_back() -> None:
    with OtherSide(answer({"ok": "é"})) as side:
        client = Client(f"{side.url}/api/", connector="test", headers={"X-API-KEY": "key"})
        assert client.post_json("/personen", {"bsn": [BSN]}, trace_id=TRACE) == {"ok": "é"}
    (asked,) = side.asked
    assert (asked.method, asked.target) == ("POST", "/api/personen")
    assert asked.json() == {"bsn": [BSN]}
    assert asked.headers["x-api-key"] == "key"
    version, trace, span, flags = asked.headers["traceparent"].split("-")
    assert (version, trace, len(span), flags) == ("00", TRACE, 16, "01")


def test_values_in_an_address_are_quoted() -> None:
    with OtherSide(answer([])) as side:
        client = Client(side.url, connector="test")
        client.get_json("/zaken/{id}", values={"id": "a/b?c"}, query={"page": "1 2"}, trace_id=TRACE)
    assert side.asked[0].target == "/zaken/a%2Fb%3Fc?page=1+2"


def test_what_is_put_arrives_at_its_place() -> None:
    with OtherSide(answer({"ok": True})) as side:
        client = Client(side.url, connector="test")
        client.put_json("/abonnement/{id}", {"a": 1}, values={"id": "7f3"}, trace_id=TRACE)
        client.post_json("/zaken/{id}/rollen", {"b": 2}, values={"id": "a/b"}, trace_id=TRACE)
    assert [(asked.method, asked.target) for asked in side.asked] == [
        ("PUT", "/abonnement/7f3"),
        ("POST", "/zaken/a%2Fb/rollen"),
    ]
    assert [asked.json() for asked in side.asked] == [{"a": 1}, {"b": 2}]


def test_what_did_not_change_is_not_sent_again() -> None:
    unchanged = raw(b"", status=304, content_type=None, headers={"ETag": '"2"'})
    with OtherSide(answer({"n": 1}, headers={"ETag": 'W/"2"'}), unchanged, answer({"n": 2})) as side:
        client = Client(side.url, connector="test")
        assert client.get_if_changed("/a", "", trace_id=TRACE) == ({"n": 1}, 'W/"2"')
        assert client.get_if_changed("/a", 'W/"2"', query={"q": "1"}, trace_id=TRACE) is None
        assert client.get_if_changed("/a", "not one\r\nX: y", trace_id=TRACE) == ({"n": 2}, "")
    assert [asked.headers.get("if-none-match") for asked in side.asked] == [None, 'W/"2"', None]
    assert side.asked[1].target == "/a?q=1"
    assert side.connections == 1


def test_an_etag_that_could_not_be_sent_back_is_no_version() -> None:
    with OtherSide(answer({}, headers={"ETag": '"' + "x" * 500 + '"'})) as side:
        assert Client(side.url, connector="test").get_if_changed("/a", "", trace_id=TRACE) == ({}, "")


def test_unchanged_where_nobody_asked_is_malformed() -> None:
    unchanged = raw(b"", status=304, content_type=None)
    with OtherSide(unchanged) as side:
        client = Client(side.url, connector="test")
        with pytest.raises(Malformed):
            client.get_json("/a", trace_id=TRACE)
        with pytest.raises(Malformed):
            client.get_if_changed("/a", "", trace_id=TRACE)


@pytest.mark.parametrize(
    ("problem", "codes"),
    [
        (
            {"code": "invalid", "invalidParams": [{"code": "identificatie-niet-uniek"}, {"code": 7}, 1]},
            {"invalid", "identificatie-niet-uniek"},
        ),
        ({"code": f"bsn-{BSN}", "invalidParams": {"code": "a"}}, set()),
        ({"code": "Noor de Wit", "invalidParams": [{"code": "x" * 61}]}, set()),
        ([{"code": "invalid"}], set()),
    ],
)
def test_a_refusal_says_by_which_names_and_nothing_about_anybody(problem: object, codes: set[str]) -> None:
    with OtherSide(answer(problem, status=400)) as side, pytest.raises(Refused) as caught:
        ask(side)
    assert (caught.value.status, caught.value.codes) == (400, codes)
    assert str(caught.value) == ": ".join(["test: answered 400", *sorted(codes)])


@pytest.mark.parametrize(
    "reply",
    [
        html(404),
        raw(b"{", status=404),
        raw(b"x" * 3_000_000, status=404),
        raw(b"", status=404, headers={"Content-Length": "9", "Connection": "close"}),
    ],
    ids=["html", "broken", "too large", "breaks off"],
)
def test_a_refusal_that_cannot_be_read_is_still_one(reply: Reply) -> None:
    def last(*given: object) -> bool:
        reply(*given)  # type: ignore[arg-type]
        return False

    with OtherSide(last) as side, pytest.raises(Refused) as caught:
        ask(side)
    assert (caught.value.status, caught.value.codes) == (404, frozenset())


@pytest.mark.parametrize("path", ["personen", "//elders.test/x", "/a/../b", "/a?b", "@elders.test", ""])
def test_a_path_cannot_lead_to_another_host(path: str) -> None:
    client = Client("http://127.0.0.1:9", connector="test")
    with pytest.raises(ValueError, match="path"):
        client.get_json(path, trace_id=TRACE)


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_a_value_cannot_climb_out_of_its_place(value: str) -> None:
    client = Client("http://127.0.0.1:9", connector="test")
    with pytest.raises(ValueError, match="value"):
        client.get_json("/zaken/{id}", values={"id": value}, trace_id=TRACE)


@pytest.mark.parametrize("trace_id", ["", "0" * 32, TRACE.upper(), f"{TRACE}0"])
def test_a_trace_id_that_no_one_could_follow_is_refused(trace_id: str) -> None:
    with pytest.raises(ValueError, match="trace id"):
        Client("http://127.0.0.1:9", connector="test").get_json("/a", trace_id=trace_id)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1/x",
        "127.0.0.1:8001",
        "https://",
        "https://user:geheim@brp.test",
        "https://brp.test?x=1",
        "https://brp.test#x",
        "http://brp.test/api",
        "https://brp.test:99999",
    ],
)
def test_an_address_that_cannot_be_right_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(ValueError, match="address") as caught:
        Client(url, connector="test")
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("value", ["", "geheim\r\nX: y", "geheim\n", "gehéim", " geheim"])
def test_a_key_that_no_header_can_hold_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(ValueError, match="X-API-KEY") as caught:
        Client("https://brp.test", connector="test", headers={"X-API-KEY": value})
    assert "geh" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, Misconfigured),
        (302, Malformed),
        (307, Malformed),
        (308, Misconfigured),
        (400, Refused),
        (401, Misconfigured),
        (403, Refused),
        (404, Refused),
        (407, Misconfigured),
        (408, Unavailable),
        (409, Refused),
        (422, Refused),
        (429, Unavailable),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
@pytest.mark.parametrize("kind", ["json", "html"])
def test_a_status_becomes_one_of_our_errors(status: int, error: type[ConnectorError], kind: str) -> None:
    reply = html(status) if kind == "html" else answer({"bsn": BSN}, status=status)
    with OtherSide(reply) as side, pytest.raises(ConnectorError) as caught:
        ask(side)
    assert type(caught.value) is error
    assert str(caught.value) == f"test: answered {status}"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("999999999999", LONGEST_RETRY_AFTER),
        ("9" * 400, LONGEST_RETRY_AFTER),
        ("Sat, 01 Jan 2000 00:00:00 GMT", 0.0),
        ("Fri, 31 Dec 2199 00:00:00 GMT", LONGEST_RETRY_AFTER),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_within_bounds(status: int, header: str, seconds: float | None) -> None:
    reply = answer({}, status=status, headers={"Retry-After": header})
    with OtherSide(reply) as side, pytest.raises(Unavailable) as caught:
        ask(side)
    assert caught.value.retry_after == seconds


def test_retry_after_may_be_a_moment_from_now() -> None:
    headers = {"Retry-After": formatdate(usegmt=True, timeval=time.time() + 600)}
    with OtherSide(answer({}, status=429, headers=headers)) as side, pytest.raises(Unavailable) as caught:
        ask(side)
    assert caught.value.retry_after is not None
    assert 500 < caught.value.retry_after <= 601


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(html(), id="html"),
        pytest.param(raw(b"{}", content_type=None), id="no type"),
        pytest.param(raw(b"{}", content_type="text/plain"), id="plain text"),
        pytest.param(raw(b"", status=204), id="no content"),
        pytest.param(raw(b'{"a": '), id="broken"),
        pytest.param(raw(b'{"a": NaN}'), id="NaN"),
        pytest.param(raw(b"\xff\xfe"), id="not UTF-8"),
        pytest.param(raw(b"[" * 41 + b"]" * 41), id="too deep"),
        pytest.param(raw(b"[" * 500_000), id="far too deep"),
        pytest.param(raw(b'"' + b"x" * 2_000_000 + b'"'), id="too large"),
        pytest.param(raw(b'{"a": "\\u0000"}'), id="a zero byte"),
        pytest.param(raw(b'{"\\ud800": 1}'), id="half a sign"),
        pytest.param(raw(b"1" * 5000), id="an endless number"),
        pytest.param(raw(b"{}", headers={"Content-Encoding": "gzip"}), id="packed"),
    ],
)
def test_what_is_no_bearable_json_is_malformed(reply: Reply) -> None:
    with OtherSide(reply) as side, pytest.raises(Malformed):
        ask(side)


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "application/problem+json"])
def test_json_may_be_called_by_its_other_names(content_type: str) -> None:
    with OtherSide(raw(b"\xef\xbb\xbf[]", content_type=content_type)) as side:
        assert ask(side) == []


def test_an_endless_answer_is_cut_off_at_its_size() -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    reply = drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk * 31, chunk)
    with OtherSide(reply) as side, pytest.raises(Malformed, match="larger"):
        ask(side)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(silence, id="silence"),
        pytest.param(drip(b"HTTP/1.1 200"), id="dripping status"),
        pytest.param(drip(HEAD, b"X-Drip: 1\r\n"), id="dripping headers"),
        pytest.param(drip(HEAD + b"X-Drip: "), id="one dripping header"),
        pytest.param(drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), id="dripping body"),
        pytest.param(drip(HEAD + b"Connection: close\r\n\r\n[]", b" "), id="dripping to the end"),
        pytest.param(drip(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"), id="dripping chunks"),
        pytest.param(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), id="for ever about to answer"),
    ],
)
def test_the_deadline_ends_every_wait(reply: Reply) -> None:
    with OtherSide(reply) as side, pytest.raises(Unavailable, match="no answer in time"):
        ask(side, deadline=SHORT)


def test_the_deadline_holds_on_a_connection_that_was_kept() -> None:
    with OtherSide(answer([]), drip(HEAD + b"X-Drip: ")) as side:
        client = Client(side.url, connector="test", deadline=SHORT)
        assert client.get_json("/a", trace_id=TRACE) == []
        with pytest.raises(Unavailable, match="no answer in time"):
            client.get_json("/a", trace_id=TRACE)
    assert side.connections == 1


def test_after_a_deadline_the_next_call_takes_a_fresh_connection() -> None:
    with OtherSide(drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), answer([])) as side:
        client = Client(side.url, connector="test", deadline=SHORT)
        with pytest.raises(Unavailable):
            client.get_json("/a", trace_id=TRACE)
        assert client.get_json("/a", trace_id=TRACE) == []
    assert side.connections == 2


def test_a_name_that_is_never_resolved_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: over.wait() and [])
    with pytest.raises(Unavailable, match="no answer in time"):
        Client("https://brp.test", connector="test", deadline=SHORT).get_json("/a", trace_id=TRACE)
    over.set()


def test_an_address_without_a_name_takes_no_thread_to_look_it_up(monkeypatch: pytest.MonkeyPatch) -> None:
    threads, look_up = set[threading.Thread](), socket.getaddrinfo

    def watched(*args: Any, **kwargs: Any) -> Any:
        threads.add(threading.current_thread())
        return look_up(*args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", watched)
    with OtherSide(answer([])) as side:
        assert ask(side) == []
    assert threads == {threading.current_thread()}


def test_a_name_that_does_not_exist_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(Unavailable, match="no connection"):
        Client("https://brp.test", connector="test").get_json("/a", trace_id=TRACE)


def test_nobody_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(Unavailable, match="no connection"):
        Client(f"http://127.0.0.1:{port}", connector="test").get_json("/a", trace_id=TRACE)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(hang_up, id="hangs up"),
        pytest.param(raw(b"[", headers={"Content-Length": "9", "Connection": "close"}), id="half a body"),
        pytest.param(raw(b"", headers={"Transfer-Encoding": "chunked"}), id="no chunks"),
    ],
)
def test_a_connection_that_breaks_off_is_unavailable(reply: Reply) -> None:
    def break_off(*given: object) -> bool:
        reply(*given)  # type: ignore[arg-type]
        return False

    with OtherSide(break_off) as side, pytest.raises(Unavailable, match="broke off"):
        ask(side)


def test_a_redirect_is_not_followed() -> None:
    with OtherSide(answer({})) as elsewhere:
        reply = answer({}, status=307, headers={"Location": f"{elsewhere.url}/personen"})
        with OtherSide(reply) as side, pytest.raises(Malformed):
            ask(side)
    assert elsewhere.asked == []


def test_nothing_is_taken_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password something\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    with OtherSide(answer([])) as side:
        assert ask(side) == []
    assert "authorization" not in side.asked[0].headers


def test_no_cookie_of_one_call_goes_with_the_next() -> None:
    with OtherSide(answer([], headers={"Set-Cookie": "session=1; Path=/"})) as side:
        client = Client(side.url, connector="test")
        client.get_json("/a", trace_id=TRACE)
        client.get_json("/a", trace_id=TRACE)
    assert all("cookie" not in asked.headers for asked in side.asked)


def test_a_connection_is_kept_for_the_next_call() -> None:
    with OtherSide(answer([])) as side:
        client = Client(side.url, connector="test")
        for _ in range(5):
            client.get_json("/a", trace_id=TRACE)
    assert side.connections == 1


@pytest.mark.parametrize(("size", "pieces"), [(100, 1), (200_000, 2)])
def test_a_small_request_goes_out_in_one_piece(
    monkeypatch: pytest.MonkeyPatch, size: int, pieces: int
) -> None:
    sent = list[bytes]()

    def send(connection: HTTPConnection, data: bytes) -> None:
        sent.append(data)
        really_send(connection, data)

    really_send = HTTPConnection.send
    monkeypatch.setattr(HTTPConnection, "send", send)
    with OtherSide(answer([])) as side:
        Client(side.url, connector="test").post_json("/a", "x" * size, trace_id=TRACE)
    assert len(sent) == pieces
    assert side.asked[0].json() == "x" * size


def test_threads_share_a_client() -> None:
    def echo(asked: object, *rest: object) -> bool:
        return answer(asked.json())(asked, *rest)  # type: ignore[attr-defined,arg-type]

    with OtherSide(echo) as side, ThreadPoolExecutor(8) as pool:
        client = Client(side.url, connector="test")
        answers = pool.map(lambda number: client.post_json("/a", number, trace_id=TRACE), range(64))
        assert list(answers) == list(range(64))
    assert side.connections <= 8


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answer({"bsn": BSN}), id="good"),
        pytest.param(answer({"bsn": BSN}, status=404), id="refused"),
        pytest.param(raw(f"{{{BSN}".encode()), id="broken"),
        pytest.param(hang_up, id="hangs up"),
        pytest.param(raw(b"", status=307, headers={"Location": f"http://127.0.0.1/{BSN}"}), id="elsewhere"),
    ],
)
def test_no_log_line_and_no_message_holds_a_bsn(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown = ""
    with OtherSide(reply) as side:
        try:
            ask(side)
        except ConnectorError as error:
            shown = "".join(traceback.format_exception(error))
    assert BSN not in shown
    assert BSN not in caplog.text
    assert all(BSN not in repr(vars(record)) for record in caplog.records)


@pytest.mark.parametrize(
    ("reply", "facts"),
    [
        (answer([]), {"status": 200, "outcome": "ok", "levelno": logging.INFO}),
        (answer([], status=503), {"status": 503, "outcome": "unavailable", "levelno": logging.WARNING}),
        (hang_up, {"status": "none", "outcome": "unavailable", "levelno": logging.WARNING}),
    ],
)
def test_every_call_leaves_one_line(
    reply: Reply, facts: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="connectors.http")
    with OtherSide(reply) as side:
        client = Client(side.url, connector="test", retry=Retry(pause=lambda seconds: None))
        try:
            client.get_json("/zaken/{id}", values={"id": "7f3"}, query={"q": "wit"}, trace_id=TRACE)
        except Unavailable:
            pass
    (line,) = [vars(record) for record in caplog.records if record.name == "connectors.http"]
    wanted = {"connector": "test", "method": "GET", "path": "/zaken/{id}", "trace_id": TRACE, **facts}
    wanted |= {"tries": 1 if facts["outcome"] == "ok" else 3}
    assert {key: line[key] for key in wanted} == wanted
    assert isinstance(line["ms"], int)
    assert "7f3" not in line["message"]
    assert "wit" not in line["message"]


def test_a_certificate_that_is_not_trusted_is_a_matter_of_settings(
    certificate: Path, tls: Callable[[], OtherSide]
) -> None:
    with tls() as side, pytest.raises(Misconfigured, match="certificate"):
        ask(side)
    with tls() as side:
        client = Client(side.url, connector="test", ca_file=str(certificate))
        assert client.get_json("/a", trace_id=TRACE) == []
        assert client.get_json("/a", trace_id=TRACE) == []
    assert side.connections == 1


def test_the_deadline_holds_over_tls(certificate: Path, tls: Callable[..., OtherSide]) -> None:
    with tls(drip(HEAD + b"X-Drip: ")) as side:
        client = Client(side.url, connector="test", ca_file=str(certificate), deadline=SHORT)
        with pytest.raises(Unavailable, match="no answer in time"):
            client.get_json("/a", trace_id=TRACE)


def test_a_handshake_that_never_ends_ends() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        client = Client(f"https://127.0.0.1:{deaf.getsockname()[1]}", connector="test", deadline=SHORT)
        with pytest.raises(Unavailable, match="no answer in time"):
            client.get_json("/a", trace_id=TRACE)


def test_a_missing_certificate_file_is_said_at_the_start() -> None:
    with pytest.raises(ValueError, match="certificates"):
        Client("https://brp.test", connector="test", ca_file="/nowhere.pem")
