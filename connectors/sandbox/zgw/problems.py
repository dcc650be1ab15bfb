"""What a back office says when it says no: problem+json (RFC 7807) with the codes of the ZGW standards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from django.http import JsonResponse

NO_FIELD = "nonFieldErrors"
"""The name for what is wrong with a body as a whole."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong with a field or a parameter."""

    name: str
    code: str
    reason: str


class Problem(Exception):
    """A refusal. The texts are shown to the caller, so they never hold a value that was sent."""

    def __init__(self, status: HTTPStatus, code: str, detail: str, wrongs: Sequence[Wrong] = ()) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.wrongs = status, code, detail, tuple(wrongs)

    def as_response(self) -> JsonResponse:
        """The answer in the shape of `Fout`, or of `ValidatieFout` when fields are wrong."""
        body: dict[str, Any] = {
            "type": "about:blank",
            "code": self.code,
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "instance": f"urn:uuid:{uuid4()}",
        }
        if self.wrongs:
            body["invalidParams"] = [
                {"name": one.name, "code": one.code, "reason": one.reason} for one in self.wrongs
            ]
        return JsonResponse(body, status=self.status, content_type="application/problem+json")


def invalid(*wrongs: Wrong) -> Problem:
    """400, with what is wrong."""
    return Problem(HTTPStatus.BAD_REQUEST, "invalid", "De invoer klopt niet.", wrongs)


def invalid_field(name: str, code: str, reason: str) -> Problem:
    """400 for one field."""
    return invalid(Wrong(name, code, reason))


def forbidden(detail: str, code: str = "permission_denied") -> Problem:
    """403: also for who cannot be recognised, as real back offices do."""
    return Problem(HTTPStatus.FORBIDDEN, code, detail)


def not_found() -> Problem:
    """404."""
    return Problem(HTTPStatus.NOT_FOUND, "not_found", "Niet gevonden.")
