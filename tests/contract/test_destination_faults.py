"""A destination that fails at any of its calls, or is killed there, ends with each effect once.

The agency of the sample keeps the count; a filing that went well says what the count must be.
"""

from __future__ import annotations

from itertools import count

import pytest

from connectors.base import ConnectorError, Destination, Reading
from tests.contract.agency import AFTER, BEFORE, PLENTY, Agency, Fault
from tests.contract.samples import (
    TRACE,
    Killed,
    Sample,
    Steps,
    build_destination,
    envelope,
    expected_heard,
    samples,
)

ALL = [one for one in samples("destinations") if one.kind == "happy" and "answers" in one.content]
READ = [one for one in ALL if "reading" in one.content]

every_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.id)
every_read_sample = pytest.mark.parametrize("sample", READ, ids=lambda sample: sample.id)
every_fault_before = pytest.mark.parametrize("fault", BEFORE, ids=lambda fault: fault.name)
every_fault_after = pytest.mark.parametrize("fault", AFTER, ids=lambda fault: fault.name)


def filed_well(sample: Sample) -> Agency:
    """The agency after a filing in which nothing went wrong."""
    with Agency(sample.content) as agency:
        build_destination(sample, agency.url).file(envelope(sample), Steps())
    assert agency.effects, "the answers of a sample must keep what is sent"
    return agency


def file_until_it_is_there(
    sample: Sample, agency: Agency, steps: Steps, seconds: float = PLENTY
) -> list[ConnectorError]:
    """Files again, each time as a new process, until it goes well; what went wrong before.

    `seconds` is the deadline of the first time.
    """
    failures: list[ConnectorError] = []
    while len(failures) < 5:
        try:
            receipt = build_destination(sample, agency.url, seconds).file(envelope(sample), steps)
        except ConnectorError as error:
            failures.append(error)
            seconds = PLENTY
            continue
        assert receipt.their_reference == agency.fill(sample.expect["their_reference"])
        return failures
    raise AssertionError(f"it never went well: {failures}")


def check_failure(failure: ConnectorError, fault: Fault, where: str) -> None:
    assert failure.kind in fault.kinds, where
    assert failure.retry_after == fault.retry_after, f"{where}: how long to wait"


def check_fault(sample: Sample, fault: Fault, call: int, well: Agency) -> None:
    with Agency(sample.content) as agency:
        agency.faults[call] = fault
        failures = file_until_it_is_there(sample, agency, Steps(), fault.seconds)
    assert failures, f"call {call}: the failure was taken for an answer"
    check_failure(failures[0], fault, f"call {call}")
    assert agency.outcome == well.outcome, f"call {call}"


@every_sample
@every_fault_before
def test_a_call_that_fails_is_said_and_tried_again(sample: Sample, fault: Fault) -> None:
    well = filed_well(sample)
    for call in range(1, len(well.asked) + 1):
        check_fault(sample, fault, call, well)


@every_sample
@every_fault_after
def test_a_call_whose_answer_is_lost_had_its_effect_and_gets_no_second_one(
    sample: Sample, fault: Fault
) -> None:
    well = filed_well(sample)
    for call in well.effect_calls:
        check_fault(sample, fault, call, well)


@every_sample
def test_a_process_that_is_killed_between_effect_and_commit_leaves_one_of_each(sample: Sample) -> None:
    well = filed_well(sample)
    for step in count(1):
        with Agency(sample.content) as agency:
            steps = Steps(dies_at=step)
            try:
                build_destination(sample, agency.url).file(envelope(sample), steps)
            except Killed:
                file_until_it_is_there(sample, agency, steps)
            else:
                assert step > 1
                return
        assert agency.outcome == well.outcome, f"step {step}"


@every_sample
@every_fault_before
def test_looking_for_an_earlier_effect_never_takes_a_failure_for_nothing(
    sample: Sample, fault: Fault
) -> None:
    """Everything arrived and nothing was written down; and then the looking fails too."""
    for later in count(1):
        with Agency(sample.content) as agency:
            steps = Steps()
            build_destination(sample, agency.url).file(envelope(sample), steps)
            steps.forget()
            well, call = agency.outcome, len(agency.asked) + later
            agency.faults[call] = fault
            failures = file_until_it_is_there(sample, agency, steps, fault.seconds)
        assert agency.outcome == well, f"call {later} of the looking"
        if call in agency.faults:
            assert later > 1, "a step that was begun must be looked for"
            return
        assert failures, f"call {later} of the looking: the failure was taken for an answer"
        check_failure(failures[0], fault, f"call {later} of the looking")


def read(destination: Destination, reference: str) -> Reading | None:
    return destination.read(reference, version="", trace_id=TRACE)


@every_read_sample
@every_fault_before
def test_a_read_that_fails_is_said_and_a_later_one_works(sample: Sample, fault: Fault) -> None:
    """Also where a type that a reading needs cannot be looked up: each is a new process, that knows none."""
    for call in count(1):
        with Agency(sample.content) as agency:
            receipt = build_destination(sample, agency.url).file(envelope(sample), Steps())
            agency.work_on()
            agency.faults[len(agency.asked) + call] = fault
            destination = build_destination(sample, agency.url, fault.seconds)
            try:
                read(destination, receipt.their_reference)
            except ConnectorError as error:
                check_failure(error, fault, f"call {call}")
            else:
                assert agency.faults, f"call {call}: the failure was taken for an answer"
                assert call > 1, "a reading asks the agency"
                return
            # It is over, and the same process goes on; but with the time that an agency needs.
            agency.faults.clear()
            later = destination if fault.seconds == PLENTY else build_destination(sample, agency.url)
            reading = read(later, receipt.their_reference)
            assert reading is not None
            assert reading.heard == expected_heard(sample, agency)
