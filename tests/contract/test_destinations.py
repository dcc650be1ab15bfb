"""What every destination must do, tried on each of them with nothing but its manifest and its samples."""

from __future__ import annotations

import logging
import socket
import traceback

import pytest

from connectors.base import ConnectorError, Envelope, Reading, Receipt, Unavailable
from connectors.registry import Registration
from tests.contract.agency import Agency
from tests.contract.samples import (
    SECRET,
    TRACE,
    Sample,
    Steps,
    build_destination,
    envelope,
    expected_heard,
    registrations,
    samples,
)
from tests.contract.test_sources import is_test_bsn

ALL = samples("destinations")

every_destination = pytest.mark.parametrize(
    "connector", registrations("destinations"), ids=lambda connector: connector.name
)
every_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.id)
every_happy_sample = pytest.mark.parametrize(
    "sample", [sample for sample in ALL if sample.kind == "happy"], ids=lambda sample: sample.id
)
every_read_sample = pytest.mark.parametrize(
    "sample", [sample for sample in ALL if "reading" in sample.content], ids=lambda sample: sample.id
)


def reaches_out(connector: Registration) -> bool:
    return any(setting.kind == "url" for setting in connector.settings.values())


@every_destination
def test_there_are_samples_for_the_good_the_failing_and_the_reading(connector: Registration) -> None:
    of_this = [sample for sample in ALL if sample.connector == connector]
    kinds = {sample.kind for sample in of_this}
    assert kinds == ({"happy", "failing"} if reaches_out(connector) else {"happy"})
    assert any("reading" in sample.content for sample in of_this) is reaches_out(connector)
    if reaches_out(connector):
        assert "seconds" in {setting.kind for setting in connector.settings.values()}, "it has a deadline"


@every_sample
def test_a_sample_is_what_its_kind_says(sample: Sample) -> None:
    assert ("error" in sample.expect) is (sample.kind == "failing")
    assert is_test_bsn(envelope(sample).subject.bsn), (
        "a sample is about a test number that passes the 11-test"
    )


@pytest.mark.parametrize(
    "sample", [one for one in ALL if one.kind == "failing"], ids=lambda sample: sample.id
)
def test_a_failing_sample_raises_its_error(sample: Sample) -> None:
    with Agency(sample.content) as agency, pytest.raises(ConnectorError) as caught:
        build_destination(sample, agency.url).file(envelope(sample), Steps())
    assert caught.value.kind == sample.expect["error"]
    assert sample.expect.get("says", "") in str(caught.value)
    effects = {kept for kept, _ in agency.effects}
    assert effects <= set(sample.expect.get("effects", [])), "it failed, and had an effect before that"


@every_happy_sample
def test_our_reference_always_goes_with_it(sample: Sample) -> None:
    sent = envelope(sample)
    with Agency(sample.content) as agency:
        destination = build_destination(sample, agency.url)
        receipt = destination.file(sent, Steps())
        assert receipt.their_reference == agency.fill(sample.expect["their_reference"])
    assert receipt.received_at.tzinfo is not None
    # Where the agency works in the portal there is nothing to send, and our reference is theirs.
    told = [receipt.their_reference] if destination.pulls else agency.outcome
    assert any(sent.reference in one for one in told)
    assert bool(agency.asked) is reaches_out(sample.connector)
    assert all(f"-{TRACE}-" in asked.headers["traceparent"] for asked in agency.asked)


@every_happy_sample
def test_filing_again_has_no_second_effect_and_gives_the_same_receipt(sample: Sample) -> None:
    sent, steps = envelope(sample), Steps()
    with Agency(sample.content) as agency:
        destination = build_destination(sample, agency.url)
        first = destination.file(sent, steps)
        asked, calls, effects = len(agency.asked), list(steps.calls), agency.outcome
        second = destination.file(sent, steps)
    assert first == second
    assert isinstance(first, Receipt)
    assert steps.calls == calls != []
    assert len(agency.asked) == asked
    assert agency.outcome == effects


@every_read_sample
def test_what_the_agency_says_is_read_back_and_nothing_where_nothing_changed(sample: Sample) -> None:
    with Agency(sample.content) as agency:
        destination = build_destination(sample, agency.url)
        receipt = destination.file(envelope(sample), Steps())
        agency.work_on()
        reading = destination.read(receipt.their_reference, version="", trace_id=TRACE)
        assert reading is not None
        assert reading.heard == expected_heard(sample, agency)
        again = destination.read(receipt.their_reference, version=reading.version, trace_id=TRACE)
    assert again == (None if reading.version else reading)
    check_order(reading)


def check_order(reading: Reading) -> None:
    assert list(reading.heard) == sorted(reading.heard, key=lambda heard: heard.set_at), "oldest first"
    assert all(heard.set_at.tzinfo is not None for heard in reading.heard)
    assert len({heard.external_id for heard in reading.heard}) == len(reading.heard)


def try_all(sample: Sample, agency: Agency, sent: Envelope) -> str:
    """Files, files after a crash, and reads: all that is then said, kept and raised, as one text."""
    steps = Steps()
    destination = build_destination(sample, agency.url)
    said = [repr(destination), repr(sent)]
    try:
        receipt = destination.file(sent, steps)
        said += [repr(receipt), steps.kept]
        steps.forget()
        destination.file(sent, steps)
        if "reading" in sample.content:
            agency.work_on()
            said.append(repr(destination.read(receipt.their_reference, version="", trace_id=TRACE)))
    except ConnectorError as error:
        said += traceback.format_exception(error)
    return "".join(said)


@every_sample
def test_the_bsn_and_the_key_are_in_no_address_log_or_message(
    sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sent = envelope(sample)
    with Agency(sample.content) as agency:
        said = try_all(sample, agency, sent)
    logged = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    acts = [sent.representative.bsn] if sent.representative else []
    for hidden in (sent.subject.bsn, *acts, SECRET):
        assert hidden not in logged
        assert hidden not in said
        assert all(hidden not in asked.target for asked in agency.asked)
    bsns = (sent.subject.bsn, *acts)
    assert not [bsn for bsn in bsns for asked in agency.asked if bsn in repr(asked.headers)]


@every_destination
def test_one_that_is_not_there_is_unavailable(connector: Registration) -> None:
    sample = next(one for one in ALL if one.connector == connector and one.kind == "happy")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    destination = build_destination(sample, url)
    reference = sample.expect["their_reference"].format(side=url)
    if destination.pulls:
        # The agency works here: there is nothing to reach, and nothing to read.
        destination.check()
        assert destination.read(reference, version="", trace_id=TRACE) is None
        return
    with pytest.raises(Unavailable):
        destination.file(envelope(sample), Steps())
    with pytest.raises(Unavailable):
        destination.read(reference, version="", trace_id=TRACE)
    with pytest.raises(Unavailable):
        destination.check()
