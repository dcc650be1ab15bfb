"""Our API as an OpenAPI document, with what all its addresses have in common said once."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from django.conf import settings
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import permissions
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from portal.access.clients import READ, SERVICE, WRITE
from portal.api.problems import MEDIA_TYPE
from portal.catalogue import catalogue

JSON = dict[str, Any]
_OPENAPI: Final = "/openapi.json"
_HINTS: Final = "/notificaties/"
_PROBLEM: Final = {"$ref": "#/components/responses/Problem"}
_CONFLICT: Final = {"$ref": "#/components/responses/Conflict"}
_AT_ODDS: Final = (
    "It does not go with where the case stands; `code` says why. `restricted`: the citizen asked to keep the "
    "request and not to use it (AVG 18). Reading it is refused, and so is each step with it, until an "
    "officer of your agency named the ground in the portal; then steps go until the end of that day. "
    "Messages, the term, and what came of a dispute you may always say."
)


class Described(AutoSchema):
    """As drf-spectacular's; all addresses of ours are about cases."""

    def get_tags(self) -> list[str]:
        """One tag, since there is one kind of thing."""
        return ["cases"]


class TokenScheme(OpenApiAuthenticationExtension):
    """How a program shows who it is."""

    target_class = "portal.api.programs.AgencyToken"
    name = "oauth2"

    def get_security_definition(self, auto_schema: AutoSchema) -> JSON:
        """Client credentials (RFC 6749, 4.4)."""
        services = {
            f"{SERVICE}{one.id}": f"cases of {one.title.in_language('en')}"
            for one in catalogue().services.values()
        }
        own = {READ: "read cases", WRITE: "say where a case stands, and conclude it"}
        address = f"{settings.SITE_URL}{reverse_lazy('api:token')}"
        return {
            "type": "oauth2",
            "flows": {"clientCredentials": {"tokenUrl": address, "scopes": own | services}},
        }


class OpenApiView(APIView):
    """The document itself; anybody may read it, from any site (API Design Rules, /core/publish-openapi)."""

    authentication_classes = ()
    permission_classes = (permissions.AllowAny,)
    throttle_classes = ()
    renderer_classes = (JSONRenderer,)

    @extend_schema(
        operation_id="openapi", summary="This document.", auth=[], responses={200: OpenApiTypes.OBJECT}
    )
    def get(self, request: Request) -> HttpResponseBase:
        """As JSON."""
        return JsonResponse(document(), headers={"Access-Control-Allow-Origin": "*"})


@cache
def document() -> JSON:
    """The document, made once per process."""
    made: JSON = SchemaGenerator().get_schema(request=None, public=True)
    return made


def only_agencies(endpoints: list[Any], **_: Any) -> list[Any]:
    """Without the address at which systems of the ZGW standard ring: its own standard describes it."""
    return [one for one in endpoints if one[0].startswith("/api/v1/") and _HINTS not in one[0]]


def add_house_rules(result: JSON, **_: Any) -> JSON:
    """The header on each answer, and each error that can come at an address."""
    components = result.setdefault("components", {})
    components["responses"] = {
        "Problem": _problem_response("It did not work, and why (RFC 9457)."),
        "Conflict": _problem_response(_AT_ODDS),
    }
    components["headers"] = {"API-Version": _header("The full version of this API.")}
    components["schemas"]["Problem"] = _problem_schema()
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    return result


def _complete(path: str, method: str, operation: JSON) -> None:
    for answer in operation["responses"].values():
        answer["headers"] = {"API-Version": {"$ref": "#/components/headers/API-Version"}}
        if path == _OPENAPI:
            answer["headers"]["access-control-allow-origin"] = _header("`*`: from any site.")
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "query" and not parameter["schema"].keys() & {"enum", "format"}:
            parameter["schema"]["minLength"] = 1
    for status in _errors(path, method, operation):
        operation["responses"][status] = _CONFLICT if status == "409" else _PROBLEM


def _errors(path: str, method: str, operation: JSON) -> list[str]:
    if path == _OPENAPI:
        return ["406"]
    found = ["400", "401", "403", "404", "406", "429"]
    if method != "get" or "{reference}" in path:
        found += ["409"]
    if "requestBody" in operation:
        found += ["415", "422"]
        if path.endswith("/forwarding"):
            found += ["503"]
    return found


def _header(description: str) -> JSON:
    return {"description": description, "schema": {"type": "string"}}


def _problem_response(description: str) -> JSON:
    return {
        "description": description,
        "headers": {"API-Version": {"$ref": "#/components/headers/API-Version"}},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def _problem_schema() -> JSON:
    text = {"type": "string"}
    wrong = {"type": "object", "required": ["field", "detail"], "properties": {"field": text, "detail": text}}
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "For people; without personal data."},
            "code": {"type": "string", "description": "A fixed word for programs."},
            "errors": {"type": "array", "items": wrong},
        },
    }
