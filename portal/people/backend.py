"""The authentication backend: it finds the user of a session. There are no passwords, so it takes none."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from portal.people.models import User


class OidcBackend(BaseBackend):
    """Only the callback of an identity provider logs anyone in (`portal.people.adapters`)."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """Nobody, whatever the credentials."""
        return None

    def get_user(self, user_id: uuid.UUID) -> User | None:
        """The user with its citizen, in one query. A deactivated one is out from the next request on."""
        return User.objects.select_related("citizen").filter(pk=user_id, is_active=True).first()
