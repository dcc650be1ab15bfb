"""The suites find what they are there for: a connector of 50 lines with one mistake does not pass them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.base import JSON, ConnectorError, Destination, Envelope, Once, Reading, Receipt
from tests.contract import test_destination_faults as faults
from tests.contract import test_destinations as basics
from tests.contract.agency import AFTER, BEFORE
from tests.contract.samples import DEMO, Sample, samples

LETTER = next(one for one in samples("destinations") if one.id == "postbox-happy")
Postbox: Any = LETTER.connector.connector


class Forgetful(Postbox):
    """Never looks whether it is there already."""

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        receipt: Receipt = super().file(envelope, lambda name, call, find: once(name, call, lambda: None))
        return receipt


class Deaf(Postbox):
    """Takes a failure of the looking for "it is not there"."""

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        def deaf(find: Callable[[], JSON | None]) -> JSON | None:
            try:
                return find()
            except ConnectorError:
                return None

        receipt: Receipt = super().file(
            envelope, lambda name, call, find: once(name, call, lambda: deaf(find))
        )
        return receipt


class Careless(Postbox):
    """Posts outside `once`."""

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        receipt: Receipt = super().file(envelope, lambda name, call, find: call())
        return receipt


class Talkative(Postbox):
    """Writes down about whom it is."""

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        logging.getLogger("postbox").info("a letter about %s", envelope.subject.bsn)
        receipt: Receipt = super().file(envelope, once)
        return receipt


class Repetitive(Postbox):
    """Says the same again when nothing changed."""

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        reading: Reading | None = super().read(their_reference, version="", trace_id=trace_id)
        return reading


def made_by(connector: type[Destination]) -> Sample:
    return replace(LETTER, connector=replace(LETTER.connector, connector=connector))


def test_the_demo_is_short() -> None:
    (module,) = DEMO.glob("postbox/destination.py")
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 50


@pytest.mark.parametrize("mistaken", [Forgetful, Careless])
def test_a_second_effect_is_found(mistaken: type[Destination]) -> None:
    with pytest.raises(AssertionError):
        faults.test_a_call_whose_answer_is_lost_had_its_effect_and_gets_no_second_one(
            made_by(mistaken), AFTER[0]
        )
    with pytest.raises(AssertionError):
        faults.test_a_process_that_is_killed_between_effect_and_commit_leaves_one_of_each(made_by(mistaken))


def test_a_failure_that_is_taken_for_nothing_is_found() -> None:
    with pytest.raises(AssertionError):
        faults.test_looking_for_an_earlier_effect_never_takes_a_failure_for_nothing(made_by(Deaf), BEFORE[0])


def test_a_bsn_in_the_log_is_found(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AssertionError):
        basics.test_the_bsn_and_the_key_are_in_no_address_log_or_message(made_by(Talkative), caplog)


def test_news_that_is_none_is_found() -> None:
    with pytest.raises(AssertionError):
        basics.test_what_the_agency_says_is_read_back_and_nothing_where_nothing_changed(made_by(Repetitive))
