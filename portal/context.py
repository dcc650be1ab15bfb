"""What every page needs: who you are, whom to call, and whether this is a place to practise."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from portal.access.requests import actor_or_none
from portal.cases.reading.values import name_of
from portal.catalogue import help_line
from portal.people import sessions
from portal.people.actor import Actor


def page(request: HttpRequest) -> dict[str, Any]:
    """`agencies` for the foot of the page (a view names its own), `actor`, `person_name`, `acting_for`,
    `is_demo`.

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
        "is_demo": settings.IS_DEMO,
        "session_look": lambda: sessions.first_look(request.session),
        "session_warn": sessions.WARN,
    }


def _represented(actor: Actor | None) -> str:
    """For whom somebody acts; "" for oneself. Where the name is not known, it still says: for another."""
    if actor is None or actor.mandate is None:
        return ""
    return name_of(actor.citizen) or _("iemand anders")
