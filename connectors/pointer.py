"""JSON pointers (RFC 6901): where something stands in a document."""

from __future__ import annotations

import re

from connectors.base import JSON

_POINTER = re.compile(r"(/([^/~]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9][0-9]*", re.ASCII)


def is_pointer(text: str) -> bool:
    """Whether this is a pointer; "" is one, to the whole document."""
    return bool(_POINTER.fullmatch(text))


def find(document: JSON, pointer: str, default: JSON = None) -> JSON:
    """What stands there, which may be null; `default` where nothing does."""
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict) and key in document:
            document = document[key]
        elif isinstance(document, list) and _INDEX.fullmatch(key) and int(key) < len(document):
            document = document[int(key)]
        else:
            return default
    return document
