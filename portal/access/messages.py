"""What one page has to say on the next one (Django's messages), in a cookie named as the others are."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage

NAME: Final = "__Host-levensloket-melding" if settings.SECURE else "levensloket-melding"


class _Cookie(CookieStorage):
    cookie_name = NAME


class MessageStorage(FallbackStorage):
    """As Django's: in a cookie, and what does not fit there in the session."""

    storage_classes = (_Cookie, SessionStorage)
