"""Pages for what goes wrong, each with the way to a person at its foot; programs get problem+json."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from portal.api.middleware import PREFIX
from portal.api.problems import plain_problem

_NOT_UNDERSTOOD = "Dit verzoek begrijpen wij niet.\nWe do not understand this request.\n"
_TOO_MUCH = (
    "Dit is te veel om in één keer te versturen, of er zat een groot bestand zonder naam bij. Er is niets "
    "bewaard. Ga terug, geef het bestand een naam of maak het kleiner, en probeer het opnieuw.\n"
    "This is too much to send at once, or there was a large file without a name in it. Nothing was kept. Go "
    "back, give the file a name or make it smaller, and try again.\n"
)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: a request that no browser sends by itself. In plain text, as nothing in it can be relied on."""
    if request.path.startswith(PREFIX):
        return plain_problem(400)
    words = _TOO_MUCH if isinstance(exception, RequestDataTooBig) else _NOT_UNDERSTOOD
    return HttpResponse(words, status=400, content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, the same for what does not exist and for what is somebody else's."""
    if request.path.startswith(PREFIX):
        return plain_problem(404)
    return render(request, "404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long, or was not ours."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500. The page says what is safe; what went wrong is in the log."""
    if request.path.startswith(PREFIX):
        return plain_problem(500)
    return render(request, "500.html", status=500)
