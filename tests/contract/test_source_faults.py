"""A source that meets any fault says which, in an error of its own kind: never another one, never nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any, TypeVar

import pytest

from connectors.base import (
    JSON,
    ConnectorError,
    Malformed,
    Misconfigured,
    Refused,
    Source,
    Unavailable,
    UnknownSubject,
    Value,
)
from tests.connectors.certificates import new_certificate, served_with
from tests.connectors.other_side import Asked, OtherSide, Reply, answer, drip, hang_up, html, raw, silence
from tests.contract.broken import is_no_more, with_a_part_gone, with_another_type
from tests.contract.samples import TRACE, Sample, build_source, samples

HAPPY = [one for one in samples("sources") if one.kind == "happy"]
ABOUT_PERSONS = [one for one in HAPPY if one.connector.about == "person"]
SHORT = 0.3
"""Seconds: the deadline for a side that never comes to an end."""
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
LARGE = 50_000_000
SOMEBODY_ELSE = "999990305"
_Answer = TypeVar("_Answer")

every_happy_sample = pytest.mark.parametrize("sample", HAPPY, ids=lambda sample: sample.id)


def ask(sample: Sample, source: Source) -> dict[str, Value]:
    return source.fetch(sample.subject, sample.content["fields"], trace_id=TRACE)


def fetch(sample: Sample, *replies: Reply, seconds: float = 5.0) -> dict[str, Value]:
    with OtherSide(*(replies or sample.replies)) as side:
        return ask(sample, build_source(sample.connector, side.url, seconds))


def failure_of(sample: Sample, call: Callable[[], object]) -> ConnectorError:
    """The error of a call that must fail, and must not say about whom it was."""
    caught = outcome_of(call)
    assert isinstance(caught, ConnectorError), f"the failure was taken for an answer: {caught!r}"
    assert sample.subject.bsn not in str(caught)
    return caught


def outcome_of(call: Callable[[], _Answer], where: str = "") -> _Answer | ConnectorError:
    """What a call gives, or its error; no other exception may come out of a source."""
    try:
        return call()
    except ConnectorError as error:
        return error
    except Exception as error:
        raise AssertionError(f"{where}: {type(error).__name__} is no ConnectorError") from error


def half(asked: Asked, connection: socket.socket, over: Event) -> bool:
    """Half of what its length says, and then the connection is gone."""
    raw(b'{"a": ', headers={"Content-Length": "99", "Connection": "close"})(asked, connection, over)
    return False


FAULTS = [
    pytest.param(answer({}, status=400), Refused, id="400"),
    pytest.param(answer({}, status=401), Misconfigured, id="401"),
    pytest.param(answer({}, status=403), Refused, id="403"),
    pytest.param(answer({}, status=404), Refused, id="404"),
    pytest.param(html(404), Refused, id="404 in HTML"),
    pytest.param(answer({}, status=429), Unavailable, id="429"),
    pytest.param(answer({}, status=500), Unavailable, id="500"),
    pytest.param(html(503), Unavailable, id="503 in HTML"),
    pytest.param(html(), Malformed, id="HTML"),
    pytest.param(raw(b""), Malformed, id="nothing"),
    pytest.param(raw(b'{"'), Malformed, id="truncated JSON"),
    pytest.param(answer(None), Malformed, id="null"),
    pytest.param(answer("x"), Malformed, id="a text"),
    pytest.param(answer([]), Malformed, id="a list"),
    pytest.param(answer({}), Malformed, id="an empty object"),
    pytest.param(half, Unavailable, id="breaks off"),
    pytest.param(hang_up, Unavailable, id="hangs up"),
]


@every_happy_sample
@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_a_fault_of_the_other_side_is_said_and_is_never_an_empty_answer(
    sample: Sample, fault: Reply, error: type[ConnectorError]
) -> None:
    caught = failure_of(sample, lambda: fetch(sample, fault))
    assert type(caught) is error


@every_happy_sample
@pytest.mark.parametrize("status", [429, 503])
def test_how_long_to_wait_comes_through(sample: Sample, status: int) -> None:
    busy = answer({}, status=status, headers={"Retry-After": "120"})
    caught = failure_of(sample, lambda: fetch(sample, busy))
    assert (type(caught), caught.retry_after) == (Unavailable, 120.0)


@every_happy_sample
@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(silence, id="hangs"),
        pytest.param(drip(HEAD + b"X-Drip: "), id="headers byte by byte"),
        pytest.param(drip(HEAD + b"Content-Length: 100000\r\n\r\n", b" "), id="body byte by byte"),
    ],
)
def test_a_source_that_is_too_slow_is_unavailable(sample: Sample, fault: Reply) -> None:
    assert type(failure_of(sample, lambda: fetch(sample, fault, seconds=SHORT))) is Unavailable


@every_happy_sample
def test_a_source_that_refuses_connections_is_unavailable(sample: Sample) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    source = build_source(sample.connector, f"http://127.0.0.1:{port}")
    assert type(failure_of(sample, lambda: ask(sample, source))) is Unavailable
    assert type(failure_of(sample, source.check)) is Unavailable


@every_happy_sample
def test_a_source_whose_name_does_not_exist_is_unavailable(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **options: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    source = build_source(sample.connector, "https://register.invalid")
    assert type(failure_of(sample, lambda: ask(sample, source))) is Unavailable
    assert type(failure_of(sample, source.check)) is Unavailable


@every_happy_sample
@pytest.mark.parametrize(("status", "error"), [(301, Misconfigured), (302, Malformed), (307, Malformed)])
def test_a_redirect_to_another_host_is_never_followed(
    sample: Sample, status: int, error: type[ConnectorError]
) -> None:
    with OtherSide(*sample.replies) as elsewhere:
        away = answer({}, status=status, headers={"Location": f"{elsewhere.url}/personen"})
        caught = failure_of(sample, lambda: fetch(sample, away))
    assert elsewhere.connections == 0
    assert type(caught) is error


@every_happy_sample
def test_an_answer_of_50_mb_is_cut_off(sample: Sample) -> None:
    sent, over = [0], Event()

    def flood(asked: Asked, connection: socket.socket, end: Event) -> bool:
        try:
            connection.sendall(HEAD + f"Content-Length: {LARGE}\r\n\r\n".encode())
            while sent[0] < LARGE:
                sent[0] += connection.send(b"[" + b" " * 99_999)
        finally:
            over.set()
        return False

    with OtherSide(flood) as side:
        source = build_source(sample.connector, side.url)
        assert type(failure_of(sample, lambda: ask(sample, source))) is Malformed
        assert over.wait(10), "the connection stayed open"
    assert sent[0] < LARGE, "all of it was read"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The certificate of an authority that the source is told to trust."""
    return new_certificate(tmp_path_factory.mktemp("authority"), "authority")


@every_happy_sample
def test_an_expired_certificate_is_a_matter_of_settings(sample: Sample, authority: Path) -> None:
    valid = new_certificate(authority.parent, "valid", signed_by=authority)
    with OtherSide(*sample.replies, tls=served_with(valid)) as side:
        assert ask(sample, build_source(sample.connector, side.url, ca_file=authority))
    yesterday = timedelta(days=-1)
    expired = new_certificate(authority.parent, "expired", signed_by=authority, until=yesterday)
    with OtherSide(*sample.replies, tls=served_with(expired)) as side:
        source = build_source(sample.connector, side.url, ca_file=authority)
        caught = failure_of(sample, lambda: ask(sample, source))
    assert type(caught) is Misconfigured
    assert side.asked == []


# --- Answers with something wrong in them -----------------------------------------------------------


def documents(sample: Sample) -> list[JSON]:
    """What the sample answers, each in JSON."""
    answers = sample.content.get("answers") or [sample.content["answer"]]
    return [given["json"] for given in answers]


class Stage:
    """The other side of one sample, of which one answer at a time is replaced. `number` says which one."""

    def __init__(self, sample: Sample, number: int) -> None:
        self.document: JSON = None
        (self._whole,) = sample.replies
        self._number, self._sample = number, sample

    def reply(self, asked: Asked, connection: socket.socket, over: Event) -> bool:
        answers = self._sample.content.get("answers") or [self._sample.content["answer"]]
        for number, given in enumerate(answers):
            if _fits(given.get("asked", {}), asked):
                chosen = answer(self.document) if number == self._number else self._whole
                return chosen(asked, connection, over)
        return self._whole(asked, connection, over)


def _fits(wanted: dict[str, Any], asked: Asked) -> bool:
    return not wanted or wanted.items() <= asked.json().items()


def outcomes(
    sample: Sample, broken: Callable[[JSON], Iterator[tuple[str, JSON]]]
) -> Iterator[tuple[str, dict[str, Value] | ConnectorError]]:
    """What the source makes of each broken answer."""
    for number, document in enumerate(documents(sample)):
        stage = Stage(sample, number)
        with OtherSide(stage.reply) as side:
            source = build_source(sample.connector, side.url)
            for where, stage.document in broken(document):
                yield where, outcome_of(partial(ask, sample, source), where)


@every_happy_sample
def test_a_part_of_another_type_is_never_passed_on_as_a_fact(sample: Sample) -> None:
    whole, tried = fetch(sample), 0
    for where, outcome in outcomes(sample, with_another_type):
        tried += 1
        if isinstance(outcome, ConnectorError):
            continue
        for field, value in outcome.items():
            assert field in whole, f"{where}: {field} was made up"
            assert is_no_more(value, whole[field]), f"{where}: {field} became {value.data}"
    assert tried > 10


@every_happy_sample
def test_an_answer_with_a_part_gone_is_read_or_refused(sample: Sample) -> None:
    tried = 0
    for where, outcome in outcomes(sample, with_a_part_gone):
        tried += 1
        if isinstance(outcome, ConnectorError):
            continue
        for field, value in outcome.items():
            assert value.data is not None, f"{where}: {field} is None, and must be left out"
    assert tried > 5


@pytest.mark.parametrize("sample", ABOUT_PERSONS, ids=lambda sample: sample.id)
def test_the_record_of_another_person_is_refused(sample: Sample) -> None:
    for number, document in enumerate(documents(sample)):
        written = json.dumps(document)
        assert sample.subject.bsn in written, "an answer about a person says which person"
        stage = Stage(sample, number)
        stage.document = json.loads(written.replace(sample.subject.bsn, SOMEBODY_ELSE))
        caught = failure_of(sample, partial(fetch, sample, stage.reply))
        assert type(caught) in (Malformed, UnknownSubject)
