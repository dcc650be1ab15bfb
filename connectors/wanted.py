"""What a good answer must be: of which type, how large at most, and how it is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectors.answers import parse

_JSON_TYPE = re.compile(r"application/([a-z0-9.-]+\+)?json", re.IGNORECASE)
_ANYTHING = re.compile(r".*")
_NO_PAGE = re.compile(r"(?!text/html|application/xhtml\+xml).*", re.IGNORECASE)
"""A page in place of a file is what a gateway says."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind of answer; `name` is for messages, `max_bytes` bounds its body."""

    content_type: re.Pattern[str]
    name: str
    max_bytes: int
    read: Callable[[bytes], Any]


def json_within(*, max_bytes: int, max_depth: int, connector: str) -> Wanted:
    """JSON that is neither too large nor too deep."""
    return Wanted(
        _JSON_TYPE, "JSON", max_bytes, lambda raw: parse(raw, max_depth=max_depth, connector=connector)
    )


def nothing_within(max_bytes: int) -> Wanted:
    """That it was taken: what the answer says beside that is of no use."""
    return Wanted(_ANYTHING, "anything", max_bytes, lambda raw: None)


def file_within(max_bytes: int) -> Wanted:
    """The bytes of a file. Which kind of file it is, is for the caller to judge."""
    return Wanted(_NO_PAGE, "a file", max_bytes, lambda raw: raw)
