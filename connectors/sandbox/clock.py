"""Which day it is in the sandbox: the portal's day, where that is shifted for a demo."""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def today() -> date:
    """`PORTAL_NOW` where it is set, otherwise the day in Amsterdam."""
    return settings.PORTAL_NOW or timezone.localdate()


def latest_now() -> datetime:
    """This moment, or the same time of day on `PORTAL_NOW` where that is later."""
    real, day = timezone.localtime(), today()
    return max(real, real.replace(year=day.year, month=day.month, day=day.day))
