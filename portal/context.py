"""What every page needs: whom to call, and whether this is a place to practise."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from portal.catalogue import help_line


def page(request: HttpRequest) -> dict[str, Any]:
    """`agencies` for the foot of the page (a view names those concerned), `actor` and `is_demo`."""
    return {
        "agencies": [help_line()],
        "actor": getattr(request, "actor", None),
        "is_demo": settings.IS_DEMO,
    }
