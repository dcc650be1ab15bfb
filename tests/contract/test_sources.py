"""What every source must do, tried on each of them with nothing but its manifest and its samples."""

from __future__ import annotations

import logging
import socket
import traceback
from dataclasses import replace

import pytest

from connectors.base import ConnectorError, Malformed, Misconfigured, Refused, Subject, Unavailable, Value
from connectors.registry import Registration
from tests.connectors.other_side import OtherSide, Reply, answer, hang_up, html, raw, silence
from tests.contract.samples import SECRET, TRACE, Sample, build_source, registrations, samples

ALL = samples("sources")
GOOD = [sample for sample in ALL if "values" in sample.expect]
BAD = [sample for sample in ALL if "error" in sample.expect]

every_source = pytest.mark.parametrize(
    "connector", registrations("sources"), ids=lambda connector: connector.name
)
every_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.id)
every_good_sample = pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample.id)


def fetch(sample: Sample, fields: list[str], *replies: Reply, seconds: float = 5.0) -> dict[str, Value]:
    with OtherSide(*(replies or sample.replies)) as side:
        source = build_source(sample.connector, side.url, seconds)
        return source.fetch(Subject(sample.content["subject"]), fields, trace_id=TRACE)


def happy(connector: Registration) -> Sample:
    found = next(one for one in ALL if one.connector.name == connector.name and one.kind == "happy")
    return replace(found, connector=connector)


@every_source
def test_there_are_samples_for_the_good_the_empty_and_the_failing(connector: Registration) -> None:
    kinds = {sample.kind for sample in ALL if sample.connector == connector}
    assert kinds == {"happy", "empty", "failing"}
    shown = {
        field
        for sample in GOOD
        if sample.connector == connector and sample.kind == "happy"
        for field in sample.expect["values"]
    }
    assert shown == set(connector.fields), "each field of the manifest needs a happy sample"


@every_sample
def test_a_sample_is_what_its_kind_says(sample: Sample) -> None:
    assert ("error" in sample.expect) is (sample.kind == "failing")
    assert set(sample.content["fields"]) <= set(sample.connector.fields)
    assert is_test_bsn(sample.content["subject"]), "a sample is about a test number that passes the 11-test"
    if sample.kind == "empty":
        assert set(sample.expect["values"]) < set(sample.content["fields"])


@every_good_sample
def test_the_values_are_those_expected(sample: Sample) -> None:
    values = fetch(sample, sample.content["fields"])
    assert {field: value.data for field, value in values.items()} == sample.expect["values"]
    doubted = {field for field, value in values.items() if value.under_investigation}
    assert doubted == set(sample.expect.get("under_investigation", []))
    assert {field for field, value in values.items() if value.secret} == set(sample.expect.get("secret", []))


@every_good_sample
def test_only_what_is_asked_comes_back_and_what_is_missing_is_left_out(sample: Sample) -> None:
    for field in sample.content["fields"]:
        values = fetch(sample, [field])
        expected = {field} & set(sample.expect["values"])
        assert set(values) == expected
        assert all(isinstance(value, Value) and value.data is not None for value in values.values())


@pytest.mark.parametrize("sample", BAD, ids=lambda sample: sample.id)
def test_a_failing_sample_raises_its_error(sample: Sample) -> None:
    with pytest.raises(ConnectorError) as caught:
        fetch(sample, sample.content["fields"])
    assert caught.value.kind == sample.expect["error"]


@every_sample
def test_the_bsn_and_the_key_are_in_no_address_log_or_message(
    sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    message, bsn = "", sample.content["subject"]
    with OtherSide(*sample.replies) as side:
        source = build_source(sample.connector, side.url)
        try:
            source.fetch(Subject(bsn), sample.content["fields"], trace_id=TRACE)
        except ConnectorError as error:
            message = "".join(traceback.format_exception(error))
    assert side.asked
    for asked in side.asked:
        assert bsn not in asked.target
        assert bsn not in repr(asked.headers)
        assert SECRET not in asked.target
        assert f"-{TRACE}-" in asked.headers["traceparent"]
    logged = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    for hidden in (bsn, SECRET):
        assert hidden not in message
        assert hidden not in logged
        assert hidden not in repr(source)


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
    pytest.param(raw(b'{"'), Malformed, id="broken JSON"),
    pytest.param(answer(None), Malformed, id="null"),
    pytest.param(answer([]), Malformed, id="a list"),
    pytest.param(answer({}), Malformed, id="an empty object"),
    pytest.param(hang_up, Unavailable, id="hangs up"),
]


@every_source
@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_a_fault_of_the_other_side_is_said_and_is_never_an_empty_answer(
    connector: Registration, fault: Reply, error: type[ConnectorError]
) -> None:
    sample = happy(connector)
    with pytest.raises(ConnectorError) as caught:
        fetch(sample, sample.content["fields"], fault)
    assert type(caught.value) is error
    assert sample.content["subject"] not in str(caught.value)


@every_source
def test_a_source_that_is_too_slow_is_unavailable(connector: Registration) -> None:
    kinds = {setting.kind for setting in connector.settings.values()}
    assert "seconds" in kinds, "a source has a deadline"
    sample = happy(connector)
    with pytest.raises(Unavailable):
        fetch(sample, sample.content["fields"], silence, seconds=0.3)


@every_source
def test_a_source_that_is_not_there_is_unavailable(connector: Registration) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    source = build_source(connector, f"http://127.0.0.1:{port}")
    with pytest.raises(Unavailable):
        source.fetch(Subject(happy(connector).content["subject"]), list(connector.fields), trace_id=TRACE)
    with pytest.raises(Unavailable):
        source.check()


def is_test_bsn(bsn: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(bsn, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return bsn.startswith("9999") and total % 11 == 0
