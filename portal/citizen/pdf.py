"""The download as a PDF (`portal.paper`); where none can be made, the other file has the same in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from portal.cases.reading.showing import field_label
from portal.paper import paper

MOST_LINES: Final = 500
"""Lines of the log on paper, the newest; the JSON file always has all of them."""


def as_pdf(document: dict[str, Any]) -> bytes:
    """The document of `portal.citizen.download` in the language of the request. Raises `PdfUnavailable`."""
    return paper("citizen/my_data_print.html", context_of(document, most=MOST_LINES))


def context_of(document: dict[str, Any], *, most: int | None) -> dict[str, Any]:
    """What `citizen/my_data_print.html` wants, with at most so many lines of the log; None: all."""
    lines = document["log"]["lines"]
    shown = lines[-most:] if most else lines
    return {
        "document": document,
        "made_at": _at(document["made_at"]),
        "facts": [{**fact, "observed": _at(fact["observed_at"])} for fact in document["facts"]],
        "sent": [{**case, "at": _at(case["sent_at"])} for case in document["sent"]],
        "lines": [_line(line) for line in reversed(shown)],
        "left_out": len(lines) - len(shown),
        "last": lines[-1]["content"]["number"] if lines else 0,
        "newest": lines[-1]["line_hash"] if lines else "",
    }


def _line(line: dict[str, Any]) -> dict[str, Any]:
    content = line["content"]
    return {
        "number": content["number"],
        "at": _at(content["at"]),
        "words": line["words"],
        "fields": [field_label(name) for name in content["fields"]],
        "ground": content["ground"],
        "hash": line["line_hash"],
    }


def _at(moment: str) -> datetime:
    return datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
