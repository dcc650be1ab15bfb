"""What every source must do, tried on each of them with nothing but its manifest and its samples."""

from __future__ import annotations

import json
import logging
import traceback

import pytest

from connectors.base import ConnectorError, Value
from connectors.registry import Registration
from tests.connectors.other_side import OtherSide
from tests.contract.samples import SECRET, TRACE, Sample, build_source, registrations, samples

ALL = samples("sources")
GOOD = [sample for sample in ALL if "values" in sample.expect]
BAD = [sample for sample in ALL if "error" in sample.expect]

every_source = pytest.mark.parametrize(
    "connector", registrations("sources"), ids=lambda connector: connector.name
)
every_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.id)
every_good_sample = pytest.mark.parametrize("sample", GOOD, ids=lambda sample: sample.id)


def fetch(sample: Sample, fields: list[str]) -> dict[str, Value]:
    with OtherSide(*sample.replies) as side:
        return build_source(sample.connector, side.url).fetch(sample.subject, fields, trace_id=TRACE)


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
        expected, asked = sample.expect["values"], sample.content["fields"]
        assert set(expected) < set(asked) or [] in expected.values(), "something is not there"


@every_sample
def test_what_a_sample_waits_for_is_given(sample: Sample) -> None:
    waits_for = sample.connector.waits_for
    needed = {
        name for field in sample.content["fields"] for name in waits_for.get(field, ()) if name[-1] != "?"
    }
    known = {name.rstrip("?") for names in waits_for.values() for name in names}
    assert needed <= sample.subject.given.keys() <= known


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
    message, bsn = "", sample.subject.bsn
    with OtherSide(*sample.replies) as side:
        source = build_source(sample.connector, side.url)
        try:
            source.fetch(sample.subject, sample.content["fields"], trace_id=TRACE)
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


@pytest.mark.parametrize(
    "sample", [one for one in ALL if one.connector.about == "thing"], ids=lambda sample: sample.id
)
def test_a_source_about_a_thing_gets_no_bsn_and_our_log_does_not_say_which_thing(
    sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="connectors")
    with OtherSide(*sample.replies) as side:
        source = build_source(sample.connector, side.url)
        try:
            source.fetch(sample.subject, sample.content["fields"], trace_id=TRACE)
        except ConnectorError:
            pass  # that a failing sample fails is tried elsewhere
    assert side.asked
    for asked in side.asked:
        assert sample.subject.bsn not in asked.target + repr(asked.headers) + asked.body.decode()
    ours = [record for record in caplog.records if record.name.startswith("connectors")]
    logged = "".join(repr(vars(record)) for record in ours)
    assert not [value for value in sample.subject.given.values() if len(str(value)) > 3 and value in logged]


def test_the_settings_of_a_source_bound_its_wait_and_say_whom_it_trusts() -> None:
    for connector in registrations("sources"):
        kinds = {setting.kind for setting in connector.settings.values()}
        assert {"seconds", "file"} <= kinds, f"{connector.name} needs a deadline and a file of certificates"


@every_good_sample
def test_a_value_can_be_kept_as_json(sample: Sample) -> None:
    for value in fetch(sample, sample.content["fields"]).values():
        assert json.loads(json.dumps(value.data)) == value.data


def is_test_bsn(bsn: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(bsn, (9, 8, 7, 6, 5, 4, 3, 2, -1), strict=True))
    return bsn.startswith("9999") and total % 11 == 0
