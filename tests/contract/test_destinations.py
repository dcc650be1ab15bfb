"""What every destination must do, tried on each of them with nothing but its manifest and its samples."""

from __future__ import annotations

import logging
from datetime import datetime

import pytest

from connectors.base import ConnectorError, Envelope, Receipt, Subject
from connectors.registry import Registration, find
from tests.connectors.other_side import OtherSide
from tests.contract.samples import SECRET, Sample, Steps, build_destination, samples

TRACE = "0af7651916cd43dd8448eb211c80319c"
ALL = samples("destinations")

every_destination = pytest.mark.parametrize(
    "connector", find("destinations").values(), ids=lambda connector: connector.name
)
every_happy_sample = pytest.mark.parametrize(
    "sample", [sample for sample in ALL if sample.kind == "happy"], ids=lambda sample: sample.id
)


def envelope(sample: Sample) -> Envelope:
    given = sample.content["envelope"]
    return Envelope(
        reference=given["reference"],
        service=given["service"],
        agency=given["agency"],
        subject=Subject(given["subject"]),
        payload=given["payload"],
        submitted_at=datetime.fromisoformat(given["submitted_at"]),
        trace_id=TRACE,
    )


@every_destination
def test_there_are_samples_for_the_good_and_the_failing(connector: Registration) -> None:
    kinds = {sample.kind for sample in ALL if sample.connector == connector}
    reaches_out = any(setting.kind == "url" for setting in connector.settings.values())
    assert kinds == ({"happy", "failing"} if reaches_out else {"happy"})


@every_destination
def test_a_failing_sample_raises_its_error(connector: Registration) -> None:
    for sample in (one for one in ALL if one.connector == connector and one.kind == "failing"):
        with OtherSide(*sample.replies) as side:
            destination = build_destination(connector, side.url)
            with pytest.raises(ConnectorError) as caught:
                destination.file(envelope(sample), Steps())
        assert caught.value.kind == sample.expect["error"]


@every_happy_sample
def test_our_reference_always_goes_with_it(sample: Sample) -> None:
    sent = envelope(sample)
    with OtherSide(*sample.replies) as side:
        destination = build_destination(sample.connector, side.url)
        receipt = destination.file(sent, Steps())
    assert receipt.their_reference == sample.expect["their_reference"]
    assert receipt.received_at.tzinfo is not None
    arrived = [repr((asked.headers, asked.body)) for asked in side.asked]
    # Where the agency works in the portal there is nothing to send, and our reference is theirs.
    told = arrived if side.asked else [receipt.their_reference]
    assert destination.pulls or side.asked
    assert any(sent.reference in one for one in told)


@every_happy_sample
def test_filing_again_has_no_second_effect_and_gives_the_same_receipt(sample: Sample) -> None:
    sent, steps = envelope(sample), Steps()
    with OtherSide(*sample.replies) as side:
        destination = build_destination(sample.connector, side.url)
        first = destination.file(sent, steps)
        asked, calls = len(side.asked), list(steps.calls)
        second = destination.file(sent, steps)
    assert first == second
    assert isinstance(first, Receipt)
    assert steps.calls == calls != []
    assert len(side.asked) == asked


@every_happy_sample
def test_a_crash_after_the_effect_leads_to_the_same_case_there(sample: Sample) -> None:
    sent, steps = envelope(sample), Steps()
    with OtherSide(*sample.replies) as side:
        destination = build_destination(sample.connector, side.url)
        first = destination.file(sent, steps)
        steps.forget()
        second = destination.file(sent, steps)
    assert first.their_reference == second.their_reference


@every_happy_sample
def test_the_bsn_and_the_key_are_in_no_address_log_or_message(
    sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sent = envelope(sample)
    with OtherSide(*sample.replies) as side:
        destination = build_destination(sample.connector, side.url)
        receipt = destination.file(sent, Steps())
    logged = caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    for hidden in (sent.subject.bsn, SECRET):
        assert hidden not in logged
        assert hidden not in repr((destination, receipt, sent))
        assert all(hidden not in asked.target for asked in side.asked)


@every_destination
def test_where_the_agency_works_here_there_is_nothing_to_read_and_nothing_to_reach(
    connector: Registration,
) -> None:
    destination = build_destination(connector, "http://127.0.0.1:9")
    if destination.pulls:
        destination.check()
        assert destination.read("LL-2026-0001", version="", trace_id=TRACE) is None
