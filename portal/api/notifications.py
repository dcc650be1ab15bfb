"""Where an agency's Notificaties API calls when a case of ours has news (Notificaties consumer API 1.0).

The body is a hint, and is not believed: it only says which case to read. Who calls is known by the
credential of the subscription, and an agency can only point at its own cases.
"""

from __future__ import annotations

from typing import Any

from rest_framework import authentication, exceptions, permissions, serializers, status
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal.cases.back.hearing import case_with
from portal.cases.back.hints import CHANNELS, is_told_elsewhere, note_hint
from portal.cases.back.reconcile import note_news
from portal.cases.back.subscriptions import agency_of_credential


class SubscriptionCredential(authentication.BaseAuthentication):
    """`Authorization: <credential>`, as it was given at the subscription. None: 401, a wrong one: 403."""

    def authenticate(self, request: Request) -> tuple[None, str] | None:
        """The agency whose credential this is, as the `auth` of the request."""
        given = request.headers.get("Authorization", "")
        if not given:
            return None
        agency = agency_of_credential(given)
        if agency is None:
            raise exceptions.PermissionDenied
        return None, agency

    def authenticate_header(self, request: Request) -> str:
        """Makes a missing credential a 401 rather than a 403."""
        return "Bearer"


class OwnAddress(permissions.BasePermission):
    """An agency calls its own address only."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Raises `NotAuthenticated` (401) for no credential at all."""
        if request.auth is None:
            raise exceptions.NotAuthenticated
        return bool(request.auth == view.kwargs["agency"])


class Notification(serializers.Serializer[Any]):
    """The part of a notification that we look at; the rest is let through unread."""

    kanaal = serializers.CharField(max_length=50)
    hoofdObject = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    actie = serializers.CharField(max_length=100, required=False, allow_blank=True)


class Notifications(APIView):
    """Answers 204 at once; the case is read by a worker."""

    authentication_classes = (SubscriptionCredential,)
    permission_classes = (OwnAddress,)
    parser_classes = (JSONParser,)
    renderer_classes = (JSONRenderer,)

    def post(self, request: Request, agency: str) -> Response:
        """Takes the hint. A case that is not ours, or not known yet, is no mistake: the poll will find it."""
        notification = Notification(data=request.data)
        notification.is_valid(raise_exception=True)
        said = notification.validated_data
        channel, thing = said["kanaal"], said.get("hoofdObject", "")
        case = case_with(agency=agency, their_reference=thing)
        if case is not None:
            note_news(case=case)
        elif channel in CHANNELS and thing and not is_told_elsewhere(channel, said.get("actie", "")):
            note_hint(agency=agency, channel=channel, main_object=thing)
        return Response(status=status.HTTP_204_NO_CONTENT)
