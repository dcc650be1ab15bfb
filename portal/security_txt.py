"""Whom to tell of a weakness, where programs and researchers look for it (RFC 9116)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_GOOD_FOR: Final = timedelta(days=30)


@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """The contacts of `SECURITY_CONTACTS`, good for 30 days: an old address is not believed for long."""
    until = (datetime.now(UTC) + _GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = [
        *(f"Contact: {address}" for address in settings.SECURITY_CONTACTS),
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: nl, en",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
