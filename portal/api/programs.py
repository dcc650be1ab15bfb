"""Who calls: an agency's program, by its access token (RFC 6750). Sessions of people count for nothing."""

from __future__ import annotations

from typing import Any

from rest_framework import exceptions, permissions, throttling
from rest_framework.authentication import BaseAuthentication
from rest_framework.parsers import BaseParser, JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.access.clients import program_of_token
from portal.people.actor import Actor, Program


class BadToken(exceptions.AuthenticationFailed):
    """Not ours, too old, or of a program that was shut out."""

    default_detail = "The access token is not valid (any more). Ask for a new one."
    default_code = "invalid_token"


class AgencyToken(BaseAuthentication):
    """`Authorization: Bearer <token>`; the actor becomes the `auth` of the request."""

    def authenticate(self, request: Request) -> tuple[None, Actor] | None:
        """None without a token. Raises `BadToken` for one that is not valid."""
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not value:
            return None
        actor = program_of_token(value.strip())
        if actor is None:
            raise BadToken
        return None, actor

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing or wrong token a 401 that says what is wanted."""
        return 'Bearer realm="levensloket"'


class InScope(permissions.BasePermission):
    """Reading wants `cases:read`, everything else `cases:write`. Without a token: 401."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Which cases somebody may see is not decided here but in the queries of the verbs."""
        if not isinstance(request.auth, Actor):
            raise exceptions.NotAuthenticated
        program = program_of(request.auth)
        if program.may_read if request.method in permissions.SAFE_METHODS else program.may_write:
            return True
        raise exceptions.PermissionDenied("The token lacks the scope for this.", code="insufficient_scope")


class PerProgram(throttling.SimpleRateThrottle):
    """So many calls a minute for each program, in the shared cache."""

    scope = "program"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        """By the id of the client."""
        return self.cache_format % {
            "scope": self.scope,
            "ident": program_of(actor_of_call(request)).client_id,
        }


class ProgramView(APIView):
    """What all addresses for programs have in common."""

    authentication_classes = (AgencyToken,)
    permission_classes = (InScope,)
    throttle_classes = (PerProgram,)
    parser_classes: tuple[type[BaseParser], ...] = (JSONParser,)
    renderer_classes = (JSONRenderer,)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """No cache in between keeps what is about a citizen."""
        done = super().finalize_response(request, response, *args, **kwargs)
        done["Cache-Control"] = "no-store, private"
        return done


def actor_of_call(request: Request) -> Actor:
    """The actor behind a call that `InScope` let through. Raises `NotAuthenticated`."""
    if not isinstance(request.auth, Actor):
        raise exceptions.NotAuthenticated
    return request.auth


def program_of(actor: Actor) -> Program:
    """The program of such an actor. Raises `PermissionDenied` for any other."""
    if actor.program is None:
        raise exceptions.PermissionDenied
    return actor.program
