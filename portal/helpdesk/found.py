"""Whom this member of staff found in this session: nobody else's page opens by its address."""

from __future__ import annotations

import time
import uuid
from typing import Final

from django.contrib.sessions.backends.base import SessionBase
from django.http import Http404

from portal.people.models import Citizen

_KEY: Final = "helpdesk-found"
_LASTS: Final = 30 * 60
"""Seconds: a conversation."""
_MOST: Final = 5


def remember(session: SessionBase, citizen: Citizen) -> None:
    """For one conversation, and the newest few only."""
    kept = {key: until for key, until in session.get(_KEY, {}).items() if key != str(citizen.pk)}
    newest = sorted(kept.items(), key=lambda one: -one[1])[: _MOST - 1]
    session[_KEY] = dict([*newest, (str(citizen.pk), int(time.time()) + _LASTS)])


def forget_all(session: SessionBase) -> None:
    """Who looks along with one person has nobody else open."""
    session.pop(_KEY, None)


def recall(session: SessionBase, citizen_id: uuid.UUID) -> Citizen:
    """Raises `Http404` for who was not found here, or too long ago: as for who is not there."""
    until = session.get(_KEY, {}).get(str(citizen_id), 0)
    found = Citizen.objects.filter(pk=citizen_id).first() if until > time.time() else None
    if found is None:
        raise Http404
    return found
