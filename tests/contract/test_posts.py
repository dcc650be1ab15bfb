"""What a destination does with what the citizen says later: brings it once, whatever goes wrong."""

from __future__ import annotations

import logging
import traceback
from dataclasses import replace
from itertools import count

import pytest

from connectors.base import ConnectorError
from tests.contract.agency import AFTER, BEFORE, PLENTY, Agency, Fault
from tests.contract.samples import (
    SECRET,
    TRACE,
    Killed,
    Sample,
    Steps,
    build_destination,
    envelope,
    post_of,
    samples,
)
from tests.contract.test_destination_faults import check_failure

ALL = [one for one in samples("destinations") if "post" in one.content and "answers" in one.content]

every_sample = pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.id)
every_fault_before = pytest.mark.parametrize("fault", BEFORE, ids=lambda fault: fault.name)
every_fault_after = pytest.mark.parametrize("fault", AFTER, ids=lambda fault: fault.name)


def filed(sample: Sample, agency: Agency) -> str:
    """The request is there; its reference at the agency."""
    return build_destination(sample, agency.url).file(envelope(sample), Steps()).their_reference


def sent_well(sample: Sample) -> tuple[list[str], range, list[int]]:
    """What the agency has when nothing goes wrong, the calls of the sending, and those with an effect."""
    with Agency(sample.content) as agency:
        reference = filed(sample, agency)
        before = len(agency.asked)
        build_destination(sample, agency.url).send(reference, post_of(sample), Steps())
    calls = range(before + 1, len(agency.asked) + 1)
    effects = [call for call in agency.effect_calls if call in calls]
    assert effects, "sending has an effect"
    return agency.outcome, calls, effects


def send_until_it_is_there(
    sample: Sample, agency: Agency, reference: str, steps: Steps, seconds: float = PLENTY
) -> list[ConnectorError]:
    """Sends again, each time as a new process, until it goes well; what went wrong before."""
    failures: list[ConnectorError] = []
    while len(failures) < 5:
        try:
            build_destination(sample, agency.url, seconds).send(reference, post_of(sample), steps)
        except ConnectorError as error:
            failures.append(error)
            seconds = PLENTY
            continue
        return failures
    raise AssertionError(f"it never went well: {failures}")


def test_some_destination_brings_what_citizens_say() -> None:
    assert ALL


@every_sample
def test_it_goes_to_its_request_with_our_reference_and_all_that_belongs_to_it(sample: Sample) -> None:
    post = post_of(sample)
    with Agency(sample.content) as agency:
        reference = filed(sample, agency)
        before, effects = len(agency.asked), len(agency.effects)
        build_destination(sample, agency.url).send(reference, post, Steps())
    told = str(agency.effects[effects:])
    assert reference in told
    assert post.reference in told
    assert all(document.title in told for document in post.documents)
    assert all(f"-{TRACE}-" in asked.headers["traceparent"] for asked in agency.asked[before:])


@every_sample
def test_sent_again_it_has_no_second_effect(sample: Sample) -> None:
    with Agency(sample.content) as agency:
        reference, steps = filed(sample, agency), Steps()
        destination = build_destination(sample, agency.url)
        destination.send(reference, post_of(sample), steps)
        effects = agency.outcome
        destination.send(reference, post_of(sample), steps)
    assert agency.outcome == effects


@every_sample
@every_fault_before
def test_a_call_that_fails_is_said_and_tried_again(sample: Sample, fault: Fault) -> None:
    well, calls, _ = sent_well(sample)
    for call in calls:
        with Agency(sample.content) as agency:
            reference = filed(sample, agency)
            agency.faults[call] = fault
            failures = send_until_it_is_there(sample, agency, reference, Steps(), fault.seconds)
        assert failures, f"call {call}: the failure was taken for an answer"
        check_failure(failures[0], fault, f"call {call}")
        assert agency.outcome == well, f"call {call}"


@every_sample
@every_fault_after
def test_an_answer_that_is_lost_had_its_effect_and_gets_no_second_one(sample: Sample, fault: Fault) -> None:
    well, _, effects = sent_well(sample)
    for call in effects:
        with Agency(sample.content) as agency:
            reference = filed(sample, agency)
            agency.faults[call] = fault
            failures = send_until_it_is_there(sample, agency, reference, Steps(), fault.seconds)
        assert failures, f"call {call}"
        assert agency.outcome == well, f"call {call}"


@every_sample
def test_a_process_that_is_killed_between_effect_and_commit_leaves_one_of_each(sample: Sample) -> None:
    well, _, _ = sent_well(sample)
    for step in count(1):
        with Agency(sample.content) as agency:
            reference, steps = filed(sample, agency), Steps(dies_at=step)
            try:
                build_destination(sample, agency.url).send(reference, post_of(sample), steps)
            except Killed:
                send_until_it_is_there(sample, agency, reference, steps)
            else:
                assert step > 1
                return
        assert agency.outcome == well, f"step {step}"


@every_sample
def test_what_is_sent_and_the_key_are_in_no_address_log_or_message(
    sample: Sample, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post = replace(post_of(sample), text="Ik woon aan de Gracht 3.")
    said, steps = repr(post), Steps()
    with Agency(sample.content) as agency:
        reference = filed(sample, agency)
        # The agency does not know the second request: what is raised then must not say more either.
        for about, kept in ((reference, steps), (f"{reference[:-1]}9", Steps())):
            try:
                build_destination(sample, agency.url).send(about, post, kept)
            except ConnectorError as error:
                said += "".join(traceback.format_exception(error))
        agency.forgive()
    logged = caplog.text + said + steps.kept
    for hidden in ("Gracht", SECRET):
        assert hidden not in logged
        assert all(hidden not in asked.target for asked in agency.asked)
