"""The last defence of the logs."""

from __future__ import annotations

import logging
import sys
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.people.bsn import is_valid_bsn
from portal.people.scrub import BsnFilter, scrub_bsn, scrub_text

BSN = "999000019"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("bsn=999000019&x", "bsn=[bsn]&x"),
        ("9990.00.019", "[bsn]"),
        ("999 000 019", "[bsn]"),
        ("999\u00a0000\u00a0019", "[bsn]"),
        ("s00000000:999000019", "s00000000:[bsn]"),
        ("12 999000019 en 111222333.", "12 [bsn] en [bsn]."),
        ("/personen/999000019/", "/personen/[bsn]/"),
        ("123456789", "123456789"),
        ("1999000019", "1999000019"),
        ("9990000190", "9990000190"),
        ("2026-11-22T01:44:19.675902Z", "2026-11-22T01:44:19.675902Z"),
        ("99900001-9000-4000-8000-a00000000000", "99900001-9000-4000-8000-a00000000000"),
        ("", ""),
    ],
)
def test_text(text: str, expected: str) -> None:
    assert scrub_text(text) == expected


def with_last_digit(number: int) -> str:
    """The BSN that begins with these eight digits, or "" where there is none."""
    return next((bsn for digit in range(10) if is_valid_bsn(bsn := f"{number:08d}{digit}")), "")


@given(st.integers(1, 99_999_999).map(with_last_digit).filter(bool), st.text(max_size=5))
def test_every_bsn_between_words_goes(bsn: str, around: str) -> None:
    words = "".join(char for char in around if not char.isdigit())
    assert bsn not in scrub_text(f"{words} ;{bsn}; {words}")


@given(st.text(max_size=40))
def test_scrubbing_twice_changes_nothing_more(text: str) -> None:
    assert scrub_text(scrub_text(text)) == scrub_text(text)


def test_a_structlog_event_is_scrubbed_all_the_way_down() -> None:
    trace = uuid.uuid4()
    event: dict[str, Any] = {
        "event": f"asked for {BSN}",
        "number": 999000019,
        "short": 10464554,
        "deep": {"list": [BSN, (BSN, {BSN: BSN})], "set": {BSN}, "bytes": BSN.encode()},
        "error": ValueError(BSN),
        BSN: 1,
        "trace": trace,
        "yes": True,
        "none": None,
        "count": 123456789,
    }
    scrubbed = scrub_bsn(None, "info", event)
    assert BSN not in repr(scrubbed)
    assert "10464554" not in repr(scrubbed)
    kept = [scrubbed[name] for name in ("trace", "yes", "none", "count")]
    assert kept == [trace, True, None, 123456789]


@pytest.mark.parametrize(
    ("message", "args"),
    [
        ("asked for %s", (BSN,)),
        ("asked for %d", (999000019,)),
        ("asked for %(bsn)s", ({"bsn": BSN},)),
        (f"asked for {BSN}", ()),
        ("too few %s %s", (BSN,)),
        ({"event": BSN}, ()),
        (ValueError(BSN), ()),
    ],
)
def test_a_record_of_the_standard_library(message: Any, args: tuple[Any, ...]) -> None:
    record = logging.LogRecord("x", logging.INFO, __file__, 1, message, args, None)
    assert BsnFilter().filter(record)
    assert BSN not in logging.Formatter().format(record)
    assert "[bsn]" in logging.Formatter().format(record)


def test_a_traceback() -> None:
    try:
        raise ValueError(f"no such person: {BSN}")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), sys.exc_info())
    BsnFilter().filter(record)
    text = logging.Formatter().format(record)
    assert "no such person: [bsn]" in text
    assert BSN not in text
