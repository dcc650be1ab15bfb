"""A template as a PDF that a screen reader can read (PDF/UA-1), made by WeasyPrint.

WeasyPrint needs Pango on the machine. It is imported when somebody wants a PDF, so that the portal runs
without it; then `PdfUnavailable` is raised. Where one practises each sheet says so, whatever is on it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import escape

from portal.practice_mark import practice_words


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


def paper(template: str, context: dict[str, Any]) -> bytes:
    """A template as a PDF (PDF/UA-1). Raises `PdfUnavailable`."""
    library = weasyprint()
    fonts = (Path(settings.BASE_DIR) / "portal" / "static" / "build" / "fonts").as_uri() + "/"
    # Fonts are all that it may open: no network, and nothing that a value names.
    fetcher = library.urls.URLFetcher(allowed_protocols=("file",))
    words = practice_words()
    rules = render_to_string("citizen/print.css", {"practice": words})
    style = library.CSS(string=rules, base_url=fonts, url_fetcher=fetcher)
    page = library.HTML(string=_marked(render_to_string(template, context), words))
    made: bytes = page.write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1", custom_metadata=False)
    return made


def _marked(page: str, words: str) -> str:
    """What stands in the margin of each sheet is not read aloud, so the text begins with it as well."""
    if not words:
        return page
    before, body, after = page.partition("<body>")
    if not body:
        raise ValueError("a page for paper has a body without attributes")
    return f'{before}{body}<p class="practice">{escape(words)}</p>{after}'
