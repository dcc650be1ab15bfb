"""Pages go packed over a telephone's line; what programs get goes as it is."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PagesMiddleware(GZipMiddleware):
    """Packs HTML only. An answer of the API keeps its length and its strong ETag; a PDF is packed already."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """As Django's, with the random length that hides what could be guessed from the real one."""
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response
