"""What every page needs: who you are, whom to call, and whether this is a place to practise."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from portal.access.assist.verbs import standing_with
from portal.access.requests import actor_or_none
from portal.cases.reading.values import name_of
from portal.catalogue import help_line
from portal.people import sessions
from portal.people.actor import Actor
from portal.people.models import Citizen


def page(request: HttpRequest) -> dict[str, Any]:
    """`agencies` for the foot of the page (a view names its own), `actor`, `person_name`, `acting_for`,
    `is_practice`; `practice_url` is where staff can practise, or ""; `is_watched`: somebody of the helpdesk
    looks along with this citizen, or soon may, and `watched_by` is that assist, or None.

    `session_look` says after how many seconds the page asks how long the login still lasts, and
    `session_warn` how many seconds before its end one is told.
    """
    actor = actor_or_none(request)
    own = actor.user.citizen if actor and actor.user else None
    return {
        "agencies": [help_line()],
        "actor": actor,
        "person_name": SimpleLazyObject(lambda: name_of(own)),
        "acting_for": _represented(actor),
        "is_watched": _is_watched(own),
        "watched_by": SimpleLazyObject(lambda: standing_with(own) if own else None),
        "is_practice": settings.PRACTICE,
        "practice_url": "" if settings.PRACTICE else settings.PRACTICE_URL,
        "session_look": lambda: sessions.first_look(request.session),
        "session_warn": sessions.WARN,
    }


def _is_watched(own: Citizen | None) -> bool:
    return own is not None and own.watch_until is not None and own.watch_until > timezone.now()


def _represented(actor: Actor | None) -> str:
    """For whom somebody acts; "" for oneself, also as who one was before. Where the name is not known, it
    still says: for another."""
    if actor is None or actor.mandate is None or actor.joined:
        return ""
    return name_of(actor.citizen) or _("iemand anders")
