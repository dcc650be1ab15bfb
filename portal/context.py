"""What every page needs: who you are, whom to call, and whether this is a place to practise."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from portal.access.requests import actor_or_none
from portal.cases.reading.values import full_name
from portal.catalogue import help_line
from portal.ledger.engine.gather import Known, fact_of
from portal.ledger.keys import KeyDestroyed
from portal.people import sessions
from portal.people.actor import Actor


def page(request: HttpRequest) -> dict[str, Any]:
    """`agencies` for the foot of the page (a view names its own), `actor`, `person_name`, `is_demo`.

    `session_look` says after how many seconds the page asks how long the login still lasts, and
    `session_warn` how many seconds before its end one is told.
    """
    actor = actor_or_none(request)
    return {
        "agencies": [help_line()],
        "actor": actor,
        "person_name": SimpleLazyObject(lambda: _name_of(actor)),
        "is_demo": settings.IS_DEMO,
        "session_look": lambda: sessions.first_look(request.session),
        "session_warn": sessions.WARN,
    }


def _name_of(actor: Actor | None) -> str:
    """The citizen's name as the register gave it; "" until it was asked, and once it was destroyed."""
    if actor is None or actor.citizen is None:
        return ""
    try:
        name = fact_of(actor.citizen, "brp.name")
    except KeyDestroyed:
        return ""
    return full_name(name.value) if isinstance(name, Known) else ""
