"""What an intake says when it says no: problem+json (RFC 9457), without a value that was sent."""

from __future__ import annotations

from http import HTTPStatus

from django.http import JsonResponse


class Problem(Exception):
    """A refusal."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail

    def as_response(self) -> JsonResponse:
        """The answer in the shape of the contract's `Problem`."""
        body = {
            "type": "about:blank",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "code": self.code,
        }
        return JsonResponse(body, status=self.status, content_type="application/problem+json")


def wrong(detail: str) -> Problem:
    """400: the body or a parameter is not as the contract says."""
    return Problem(HTTPStatus.BAD_REQUEST, "invalid", detail)


def unsigned(detail: str) -> Problem:
    """401: nobody knows who calls."""
    return Problem(HTTPStatus.UNAUTHORIZED, "signature", detail)


def not_found() -> Problem:
    """404."""
    return Problem(HTTPStatus.NOT_FOUND, "not-found", "This is not known here.")
