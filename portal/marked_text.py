"""A part of a document that a command writes, between two marks that no reader sees."""

from __future__ import annotations

import re


def between_marks(text: str, mark: str) -> str:
    """What stands there now. Raises `ValueError` where the marks are missing."""
    return _found(text, mark)[2]


def put_between_marks(text: str, mark: str, content: str) -> str:
    """The document with this content there."""
    begin, end = _found(text, mark).span(2)
    return text[:begin] + content + text[end:]


def _found(text: str, mark: str) -> re.Match[str]:
    found = re.search(rf"(<!-- {mark} -->\n)(.*?)(<!-- /{mark} -->)", text, re.DOTALL)
    if found is None:
        raise ValueError(f"the document has no marks <!-- {mark} --> and <!-- /{mark} -->")
    return found
