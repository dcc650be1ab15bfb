"""The suites find what they are there for: a connector of 50 lines with one mistake does not pass them."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.base import (
    JSON,
    ConnectorError,
    Destination,
    Envelope,
    Malformed,
    Misconfigured,
    Once,
    Reading,
    Receipt,
    Source,
    Subject,
    Unavailable,
    Value,
)
from connectors.http import Client
from connectors.registry import Kind
from tests.connectors.certificates import new_certificate
from tests.connectors.other_side import answer, html
from tests.contract import test_destination_faults as faults
from tests.contract import test_destinations as basics
from tests.contract import test_source_faults as source_faults
from tests.contract import test_sources as sources
from tests.contract.agency import AFTER, BEFORE
from tests.contract.samples import DEMO, Sample, samples

DESTINATIONS = {one.id: one for one in samples("destinations")}
SOURCES = {one.id: one for one in samples("sources")}
LETTER, READER = DESTINATIONS["postbox-happy"], SOURCES["library-happy"]
Postbox: Any = LETTER.connector.connector
Library: Any = READER.connector.connector

found = pytest.raises((AssertionError, pytest.fail.Exception))
"""A test says what is wrong: with an assertion, or because an error that it expects does not come."""


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


class Content(Postbox):
    """Takes a failure for "nothing changed"."""

    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        try:
            reading: Reading | None = super().read(their_reference, version=version, trace_id=trace_id)
        except ConnectorError:
            return None
        return reading


class Impatient(Postbox):
    """Forgets how long the agency asked to wait."""

    def file(self, envelope: Envelope, once: Once) -> Receipt:
        try:
            receipt: Receipt = super().file(envelope, once)
        except ConnectorError as error:
            raise type(error)(str(error)) from None
        return receipt


class Hushed(Library):
    """Answers a failure with nothing."""

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        try:
            values: dict[str, Value] = super().fetch(subject, fields, trace_id=trace_id)
        except ConnectorError:
            return {}
        return values


class Generous(Library):
    """Returns whatever it has, asked or not."""

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        every = list(READER.connector.fields)
        values: dict[str, Value] = super().fetch(subject, every, trace_id=trace_id)
        return values


class Hollow(Library):
    """Returns None for what the register does not have."""

    nothing: Any = None

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        values: dict[str, Value] = super().fetch(subject, fields, trace_id=trace_id)
        return {**dict.fromkeys(fields, self.nothing), **values}


class HollowValue(Hollow):
    """Returns a value that holds None."""

    nothing = Value(None)


class Open(Library):
    """Puts the BSN in the address."""

    def _ask(self, subject: Subject, trace_id: str) -> JSON:
        return self._client.get_json("/readers", query={"bsn": subject.bsn}, trace_id=trace_id)


class Trusting(Library):
    """Does not look about whom the answer is."""

    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        reader = self._reader(subject, trace_id)
        found = {field: reader.get(field.removeprefix("library.")) for field in fields}
        return {field: Value(data) for field, data in found.items() if data is not None}


class Gullible(Library):
    """Takes any type for what it should be."""

    def _checked(self, data: JSON) -> JSON:
        return data


class Trimming(Library):
    """Leaves out what it does not understand, as if there were less."""

    def _checked(self, data: JSON) -> JSON:
        return [part for part in data if isinstance(part, str)] if isinstance(data, list) else data


class Brittle(Library):
    """Falls over what is not there."""

    def _checked(self, data: JSON) -> JSON:
        return data if isinstance(data, list) else {"number": data["number"], "until": data.get("until")}


class Hungry(Library):
    """Reads answers of any size."""

    def __init__(self, url: str, key: str, deadline: float = 5.0, ca_file: str | None = None) -> None:
        self._client = Client(url, connector="library", deadline=deadline, max_bytes=10**9)


class Credulous(Library):
    """Does not ask for a certificate that holds."""

    def __init__(self, url: str, key: str, deadline: float = 5.0, ca_file: str | None = None) -> None:
        super().__init__(url, key, deadline)
        self._client._exchange._pool.conn_kw["ssl_context"] = ssl._create_unverified_context()  # noqa: S323


class Following(Library):
    """Goes wherever it is sent."""

    def __init__(self, url: str, key: str, deadline: float = 5.0, ca_file: str | None = None) -> None:
        super().__init__(url, key, deadline)
        self._url = url

    def _ask(self, subject: Subject, trace_id: str) -> JSON:
        return requests.post(f"{self._url}/readers", json={"bsn": subject.bsn}, timeout=5).json()


class Restless(Library):
    """Forgets how long the register asked to wait."""

    def _ask(self, subject: Subject, trace_id: str) -> JSON:
        try:
            return super()._ask(subject, trace_id)
        except ConnectorError as error:
            raise type(error)(str(error)) from None


def made_by(connector: type[Destination]) -> Sample:
    return replace(LETTER, connector=replace(LETTER.connector, connector=connector))


def answered_by(source: type[Source], sample: str = "library-happy") -> Sample:
    return replace(SOURCES[sample], connector=replace(READER.connector, connector=source))


@pytest.mark.parametrize("kind", ["sources", "destinations"])
def test_a_demo_is_short(kind: Kind) -> None:
    (module,) = (DEMO / kind).glob(f"*/{kind[:-1]}.py")
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 60


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
    with pytest.raises(AssertionError):
        faults.test_a_read_that_fails_is_said_and_a_later_one_works(made_by(Content), BEFORE[0])


def test_a_wait_that_is_forgotten_is_found() -> None:
    busy = next(fault for fault in BEFORE if fault.retry_after)
    with pytest.raises(AssertionError, match="how long to wait"):
        faults.test_a_call_that_fails_is_said_and_tried_again(made_by(Impatient), busy)


def test_a_bsn_in_the_log_is_found(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AssertionError):
        basics.test_the_bsn_and_the_key_are_in_no_address_log_or_message(made_by(Talkative), caplog)


def test_news_that_is_none_is_found() -> None:
    with pytest.raises(AssertionError):
        basics.test_what_the_agency_says_is_read_back_and_nothing_where_nothing_changed(made_by(Repetitive))


def test_a_source_that_answers_a_failure_with_nothing_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    hushed = answered_by(Hushed)
    with found:
        sources.test_a_failing_sample_raises_its_error(answered_by(Hushed, "library-unknown-reader"))
    with found:
        source_faults.test_a_fault_of_the_other_side_is_said_and_is_never_an_empty_answer(
            hushed, html(503), Unavailable
        )
    with found:
        source_faults.test_a_source_that_is_too_slow_is_unavailable(hushed, source_faults.silence)
    with found:
        source_faults.test_a_source_that_refuses_connections_is_unavailable(hushed)
    with found:
        source_faults.test_a_source_whose_name_does_not_exist_is_unavailable(hushed, monkeypatch)


def test_the_wrong_kind_of_error_is_found() -> None:
    with found:
        source_faults.test_a_fault_of_the_other_side_is_said_and_is_never_an_empty_answer(
            answered_by(Following), answer({}, status=401), Misconfigured
        )


def test_a_register_that_is_not_left_alone_is_found() -> None:
    with found:
        source_faults.test_how_long_to_wait_comes_through(answered_by(Restless), 429)


def test_a_redirect_that_is_followed_is_found() -> None:
    with found:
        source_faults.test_a_redirect_to_another_host_is_never_followed(
            answered_by(Following), 307, Malformed
        )


def test_an_answer_that_is_read_whatever_its_size_is_found() -> None:
    with found:
        source_faults.test_an_answer_of_50_mb_is_cut_off(answered_by(Hungry))


@pytest.mark.filterwarnings("ignore::urllib3.exceptions.InsecureRequestWarning")
def test_a_certificate_that_nobody_looks_at_is_found(tmp_path: Path) -> None:
    authority = new_certificate(tmp_path, "authority")
    with found:
        source_faults.test_an_expired_certificate_is_a_matter_of_settings(answered_by(Credulous), authority)


@pytest.mark.parametrize("mistaken", [Gullible, Trimming])
def test_a_guess_that_is_passed_on_as_a_fact_is_found(mistaken: type[Source]) -> None:
    with found:
        source_faults.test_a_part_of_another_type_is_never_passed_on_as_a_fact(answered_by(mistaken))


def test_an_exception_of_python_is_found() -> None:
    with found:
        source_faults.test_an_answer_with_a_part_gone_is_read_or_refused(answered_by(Brittle))


def test_the_record_of_somebody_else_is_found() -> None:
    with found:
        source_faults.test_the_record_of_another_person_is_refused(answered_by(Trusting))


def test_a_bsn_that_goes_to_a_register_of_things_is_found(caplog: pytest.LogCaptureFixture) -> None:
    about_things = replace(READER, connector=replace(READER.connector, about="thing"))
    with found:
        sources.test_a_source_about_a_thing_gets_no_bsn_and_our_log_does_not_say_which_thing(
            about_things, caplog
        )


def test_a_field_that_was_not_asked_is_found() -> None:
    with found:
        sources.test_only_what_is_asked_comes_back_and_what_is_missing_is_left_out(answered_by(Generous))


@pytest.mark.parametrize("mistaken", [Hollow, HollowValue])
def test_none_for_what_is_missing_is_found(mistaken: type[Source]) -> None:
    with found:
        sources.test_only_what_is_asked_comes_back_and_what_is_missing_is_left_out(
            answered_by(mistaken, "library-empty")
        )


def test_a_bsn_in_an_address_is_found(caplog: pytest.LogCaptureFixture) -> None:
    with found:
        sources.test_the_bsn_and_the_key_are_in_no_address_log_or_message(answered_by(Open), caplog)
