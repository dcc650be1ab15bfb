"""How a view gets at the actor that the middleware worked out."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from portal.people.actor import Actor
from portal.people.middleware import POLLING


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request to a route that is not for everybody. Raises `Http404` when there is none."""
    actor = actor_or_none(request)
    if actor is None:
        raise Http404
    return actor


def actor_or_none(request: HttpRequest) -> Actor | None:
    """The actor, or None for an anonymous visitor of a route that is for everybody."""
    actor = getattr(request, "actor", None)
    return actor if isinstance(actor, Actor) else None


def is_looked_at(request: HttpRequest) -> bool:
    """Whether a person asked for this page, and not an open page by itself: only then is it read.

    Somebody who looks along with the citizen, or writes down what they say, has read nothing for them.
    """
    actor = actor_or_none(request)
    if actor is not None and (actor.assist is not None or actor.filing is not None):
        return False
    return request.method != "HEAD" and POLLING not in request.headers
