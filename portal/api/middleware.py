"""What every answer of the API carries, those too that never reach a view of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

PREFIX: Final = "/api/"


class ApiVersionMiddleware:
    """Adds `API-Version` (API Design Rules, /core/version-header). Stands first, to see all answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Errors of Django itself included."""
        response = self.get_response(request)
        if request.path.startswith(PREFIX):
            response["API-Version"] = str(settings.SPECTACULAR_SETTINGS["VERSION"])
        return response
