"""What every destination does with news about a request that it filed: tells it once, whatever goes wrong."""

from __future__ import annotations

import logging
import traceback
from itertools import count

import pytest

from connectors.base import ConnectorError
from connectors.registry import Registration
from tests.contract.agency import AFTER, BEFORE, Agency, Fault
from tests.contract.samples import (
    SECRET,
    TRACE,
    Killed,
    Sample,
    Steps,
    build_destination,
    envelope,
    registrations,
    report_of,
    samples,
)
from tests.contract.test_destination_faults import check_failure

ALL = [one for one in samples("destinations") if "report" in one.content]
CALLED = [one for one in ALL if "answers" in one.content]

every_destination = pytest.mark.parametrize(
    "connector", registrations("destinations"), ids=lambda connector: connector.name
)
every_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.id)
every_called_sample = pytest.mark.parametrize("sample", CALLED, ids=lambda sample: sample.id)
every_fault_before = pytest.mark.parametrize("fault", BEFORE, ids=lambda fault: fault.name)
every_fault_after = pytest.mark.parametrize("fault", AFTER, ids=lambda fault: fault.name)


def filed(sample: Sample, agency: Agency) -> str:
    """The request is there; its reference at the agency."""
    return build_destination(sample, agency.url).file(envelope(sample), Steps()).their_reference


def told_well(sample: Sample) -> tuple[list[str], list[int]]:
    """What the agency has when nothing goes wrong, and the calls that tell it; the last has the effect."""
    with Agency(sample.content) as agency:
        reference = filed(sample, agency)
        before = len(agency.asked)
        build_destination(sample, agency.url).report(reference, report_of(sample), Steps())
        calls = list(range(before + 1, len(agency.asked) + 1))
        assert agency.effect_calls[-1] in calls, "telling has an effect"
        return agency.outcome, calls


def tell_until_it_is_there(
    sample: Sample, agency: Agency, reference: str, steps: Steps, seconds: float
) -> list[ConnectorError]:
    """Tells again, each time as a new process, until it goes well; what went wrong before."""
    failures: list[ConnectorError] = []
    while len(failures) < 5:
        try:
            build_destination(sample, agency.url, seconds).report(reference, report_of(sample), steps)
        except ConnectorError as error:
            failures.append(error)
            seconds = 5.0
            continue
        return failures
    raise AssertionError(f"it never went well: {failures}")


@every_destination
def test_there_is_a_sample_that_tells_something(connector: Registration) -> None:
    assert [sample for sample in ALL if sample.connector == connector]


@every_sample
def test_what_is_told_goes_to_the_request_it_is_about_and_names_our_reference(sample: Sample) -> None:
    report = report_of(sample)
    with Agency(sample.content) as agency:
        reference = filed(sample, agency)
        before = len(agency.asked)
        destination = build_destination(sample, agency.url)
        destination.report(reference, report, Steps())
        told = agency.asked[before:]
    if destination.pulls:
        assert told == [], "the agency works in the portal: it reads it there"
        return
    assert report.reference in str(agency.effects[-1])
    assert "Gracht 3" in str(agency.effects[-1])
    assert all(f"-{TRACE}-" in asked.headers["traceparent"] for asked in told)


@every_sample
def test_told_again_it_has_no_second_effect(sample: Sample) -> None:
    with Agency(sample.content) as agency:
        reference, steps = filed(sample, agency), Steps()
        destination = build_destination(sample, agency.url)
        destination.report(reference, report_of(sample), steps)
        effects = agency.outcome
        destination.report(reference, report_of(sample), steps)
        assert agency.outcome == effects


@every_called_sample
@every_fault_before
def test_a_call_that_fails_is_said_and_tried_again(sample: Sample, fault: Fault) -> None:
    well, calls = told_well(sample)
    for call in calls:
        with Agency(sample.content) as agency:
            reference = filed(sample, agency)
            agency.faults[call] = fault
            failures = tell_until_it_is_there(sample, agency, reference, Steps(), fault.seconds)
        assert failures, f"call {call}: the failure was taken for an answer"
        check_failure(failures[0], fault, f"call {call}")
        assert agency.outcome == well, f"call {call}"


@every_called_sample
@every_fault_after
def test_an_answer_that_is_lost_had_its_effect_and_gets_no_second_one(sample: Sample, fault: Fault) -> None:
    well, calls = told_well(sample)
    with Agency(sample.content) as agency:
        reference = filed(sample, agency)
        agency.faults[calls[-1]] = fault
        failures = tell_until_it_is_there(sample, agency, reference, Steps(), fault.seconds)
    assert failures
    assert agency.outcome == well


@every_called_sample
def test_a_process_that_is_killed_between_effect_and_commit_leaves_one_of_each(sample: Sample) -> None:
    well, _calls = told_well(sample)
    for step in count(1):
        with Agency(sample.content) as agency:
            reference, steps = filed(sample, agency), Steps(dies_at=step)
            try:
                build_destination(sample, agency.url).report(reference, report_of(sample), steps)
            except Killed:
                tell_until_it_is_there(sample, agency, reference, steps, 5.0)
            else:
                assert step > 1
                return
        assert agency.outcome == well, f"step {step}"


@every_sample
def test_what_is_told_and_the_key_are_in_no_address_log_or_message(
    sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    report, said = report_of(sample), ""
    with Agency(sample.content) as agency:
        reference = filed(sample, agency)
        # The agency does not know this request: what is raised then must not say more either.
        for about in (reference, f"{reference[:-1]}9"):
            try:
                build_destination(sample, agency.url).report(about, report, Steps())
            except ConnectorError as error:
                said += "".join(traceback.format_exception(error))
        agency.forgive()
    logged = caplog.text + repr(report) + said
    for hidden in ("Gracht", SECRET):
        assert hidden not in logged
        assert all(hidden not in asked.target for asked in agency.asked)
