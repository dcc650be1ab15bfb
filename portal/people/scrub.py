"""The last defence of the logs: what looks like a BSN goes out as "[bsn]".

No code may log a BSN; this is for the day that some library does, in an address or an exception's
text. It knows no Django, because the logging is set up before the applications are.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, Final

from portal.people.bsn import is_valid_bsn

MASK: Final = "[bsn]"
_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_SHA256: Final = r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
# Separators: a dot or any kind of single space. A UUID or a hash is skipped whole: its digits mean nothing.
_SUSPECT: Final = re.compile(rf"{_UUID}|{_SHA256}|(?<![0-9])[0-9](?:[.\s]?[0-9]){{8}}(?![0-9])")
_LONGEST: Final = 17
"""Nine digits with something between each two; what is longer is one of those."""
_NOT_A_DIGIT: Final = re.compile(r"[^0-9]")


def scrub_text(text: str) -> str:
    """The text with every BSN in it replaced, also one grouped with dots or spaces."""
    return replace_bsn(text, lambda _bsn: MASK)


def replace_bsn(text: str, word: Callable[[str], str]) -> str:
    """The text with `word(bsn)` in place of every BSN, given to it as nine digits."""
    return _SUSPECT.sub(lambda match: _replaced(match.group(), word), text)


def scrub_bsn(logger: Any, method: str, event_dict: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A structlog processor: scrubs keys and values, however deep. Put it just before the renderer."""
    for key in list(event_dict):
        event_dict[scrub_text(key)] = _scrub(event_dict.pop(key))
    return event_dict


class BsnFilter(logging.Filter):
    """The same for handlers that print without structlog: message, arguments and traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Changes the record in place and always lets it through."""
        if isinstance(record.msg, str):
            record.msg, record.args = scrub_text(_message(record)), None
        else:
            is_event = isinstance(record.msg, Mapping)
            record.msg, record.args = _scrub(record.msg if is_event else str(record.msg)), _scrub(record.args)
        if record.exc_info and record.exc_info[0]:
            # Formatters print this text when it is there, and look no further at the exception.
            record.exc_text = scrub_text("".join(traceback.format_exception(*record.exc_info)).rstrip())
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):
        # A line whose arguments do not fit its text is still worth printing.
        return f"{record.msg} {record.args}"


def _replaced(found: str, word: Callable[[str], str]) -> str:
    if len(found) > _LONGEST:
        return found
    digits = _NOT_A_DIGIT.sub("", found)
    return word(digits) if is_valid_bsn(digits) else found


def _scrub(value: Any) -> Any:
    if isinstance(value, str):
        return scrub_text(value)
    if isinstance(value, bytes):
        return scrub_text(value.decode(errors="replace"))
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return MASK if is_valid_bsn(str(value).zfill(9)) and value > 9_999_999 else value
    if isinstance(value, Mapping):
        return {_scrub(key): _scrub(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(map(_scrub, value))
    if isinstance(value, (list, set, frozenset)):
        return [*map(_scrub, value)]
    if isinstance(value, BaseException):
        return scrub_text(repr(value))
    return value
