"""Which day it is in the sandbox: the portal's day, where that is shifted for a demo."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """`PORTAL_NOW` where it is set, otherwise the day in Amsterdam."""
    return settings.PORTAL_NOW or timezone.localdate()
