"""Where a program gets its access token: OAuth 2.0, client credentials and nothing else (RFC 6749, 4.4)."""

from __future__ import annotations

import structlog
from allauth.idp.oidc.models import Client
from allauth.idp.oidc.views import token as token_of_allauth
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework import permissions, throttling
from rest_framework.parsers import FormParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

security_log = structlog.get_logger("portal.security")


class PerCaller(throttling.AnonRateThrottle):
    """So many tokens a minute for each address: who guesses a secret does not guess for long."""

    scope = "token"


class TokenView(APIView):
    """Errors here are those of OAuth 2.0 (RFC 6749, 5.2), which every client library knows."""

    authentication_classes = ()
    permission_classes = (permissions.AllowAny,)
    throttle_classes = (PerCaller,)
    parser_classes = (FormParser,)
    renderer_classes = (JSONRenderer,)

    def check_throttles(self, request: Request) -> None:
        """Only who tries a secret is counted, so that nobody else is kept waiting by it."""
        if _tries_a_secret(request):
            super().check_throttles(request)

    @extend_schema(exclude=True)
    def post(self, request: Request) -> HttpResponseBase:
        """`grant_type=client_credentials`, with id and secret as Basic authentication or as fields."""
        plain = request._request
        if not _tries_a_secret(request):
            return JsonResponse({"error": "unsupported_grant_type"}, status=400)
        answer: HttpResponse = token_of_allauth(plain)
        if answer.status_code != 200:
            security_log.warning("no token given", status=answer.status_code)
        answer["Cache-Control"] = "no-store"
        return answer


def _tries_a_secret(request: Request) -> bool:
    return request._request.POST.get("grant_type") == Client.GrantType.CLIENT_CREDENTIALS
