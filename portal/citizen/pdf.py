"""The download, and letters, as a PDF that a screen reader can read (PDF/UA-1), made by WeasyPrint.

WeasyPrint needs Pango on the machine. It is imported when somebody wants a PDF, so that the portal runs
without it; then `PdfUnavailable` is raised, and the page says that the other file has the same in it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from django.conf import settings
from django.template.loader import render_to_string

from portal.cases.reading.showing import field_label

MOST_LINES: Final = 500
"""Lines of the log on paper, the newest; the JSON file always has all of them."""


class PdfUnavailable(Exception):
    """This machine has no Pango, so that no PDF can be made."""


@cache
def weasyprint() -> ModuleType:
    """The library. Raises `PdfUnavailable`."""
    try:
        import weasyprint as library
    except OSError:
        raise PdfUnavailable from None
    found: ModuleType = library
    return found


def as_pdf(document: dict[str, Any]) -> bytes:
    """The document of `portal.citizen.download` as a PDF, in the language of the request."""
    return paper("citizen/my_data_print.html", _context(document))


def paper(template: str, context: dict[str, Any]) -> bytes:
    """A template as a PDF (PDF/UA-1). Raises `PdfUnavailable`."""
    library = weasyprint()
    fonts = (Path(settings.BASE_DIR) / "portal" / "static" / "build" / "fonts").as_uri() + "/"
    # Fonts are all that it may open: no network, and nothing that a value names.
    fetcher = library.urls.URLFetcher(allowed_protocols=("file",))
    style = library.CSS(string=render_to_string("citizen/print.css"), base_url=fonts, url_fetcher=fetcher)
    page = library.HTML(string=render_to_string(template, context))
    made: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1", custom_metadata=False)
    return made


def _context(document: dict[str, Any]) -> dict[str, Any]:
    lines = document["log"]["lines"]
    shown = lines[-MOST_LINES:]
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
