"""Whom this member of staff found in this session, and how it was established who that is.

Nobody else's page opens by its address.
"""

from __future__ import annotations

import time
import uuid
from typing import Any, Final, Literal

from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import Form
from django.http import Http404

from portal.people.models import Citizen

How = Literal["", "code", "message", "desk", "questions"]
_KEY: Final = "helpdesk-found"
_LASTS: Final = 30 * 60
"""Seconds: a conversation."""
_MOST: Final = 5
_HOW: Final[dict[str, How]] = {"portal": "code", "sms": "message", "mail": "message", "danger": ""}


def remember(session: SessionBase, citizen: Citizen, *, how: How = "") -> None:
    """For one conversation, and the newest few only. `how`: a code, one that was sent, a paper."""
    kept: dict[str, Any] = {key: one for key, one in session.get(_KEY, {}).items() if key != str(citizen.pk)}
    newest = sorted(kept.items(), key=lambda one: -one[1]["until"])[: _MOST - 1]
    session[_KEY] = dict([*newest, (str(citizen.pk), {"until": int(time.time()) + _LASTS, "how": how})])


def keep_only(session: SessionBase, citizen: Citizen, agreement: str) -> None:
    """Who looks along with one person has nobody else open; a code showed who that is, danger did not."""
    session.pop(_KEY, None)
    remember(session, citizen, how=_HOW[agreement])


def recall(session: SessionBase, citizen_id: uuid.UUID) -> Citizen:
    """Raises `Http404` for who was not found here, or too long ago: as for who is not there."""
    until = session.get(_KEY, {}).get(str(citizen_id), {}).get("until", 0)
    found = Citizen.objects.filter(pk=citizen_id).first() if until > time.time() else None
    if found is None:
        raise Http404
    return found


def is_busy(form: Form | None) -> bool:
    """Whether what was asked for was refused because one is busy with somebody already."""
    return form is not None and form.has_error(NON_FIELD_ERRORS, code="nested")


def how_verified(session: SessionBase, citizen: Citizen) -> How:
    """How it was established who this is in this conversation; "" where it was not."""
    how: How = session.get(_KEY, {}).get(str(citizen.pk), {}).get("how", "")
    return how
