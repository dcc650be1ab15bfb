"""From the address that the provider posts to, to the session of who logs in.

The browser brings no session with what another site posts (SameSite=Lax). So who was vouched for travels on
in a sealed cookie of one minute. It opens nothing by itself: the session must have asked for that login.
"""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import asdict
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_variables

from portal.people.identity import Identity
from portal.people.keys import CannotDecrypt, decrypt, encrypt

_SECONDS: Final = 60
_CONTEXT: Final = b"people.saml.handover"


@sensitive_variables("identity", "content")
def hand_over(response: HttpResponse, identity: Identity, *, in_response_to: str) -> None:
    """Puts the cookie on the answer."""
    content = {"identity": asdict(identity), "answers": in_response_to, "until": time.time() + _SECONDS}
    sealed = encrypt(json.dumps(content).encode(), context=_CONTEXT)
    response.set_cookie(
        _name(),
        base64.urlsafe_b64encode(sealed).decode(),
        max_age=_SECONDS,
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )


@sensitive_variables("found", "content")
def handed_over(request: HttpRequest) -> tuple[Identity, str] | None:
    """Who was vouched for, and which request of ours that answers; None for nobody, or too long ago."""
    try:
        found = base64.urlsafe_b64decode(request.COOKIES.get(_name(), ""))
        content: dict[str, Any] = json.loads(decrypt(found, context=_CONTEXT))
    except (binascii.Error, ValueError, CannotDecrypt):
        return None
    if content["until"] < time.time():
        return None
    known = content["identity"]
    return Identity(**{**known, "services": tuple(known["services"])}), content["answers"]


def forget(response: HttpResponse) -> None:
    """Takes the cookie away again."""
    response.delete_cookie(_name(), samesite="Lax")
    response.cookies[_name()]["secure"] = settings.SECURE


def _name() -> str:
    return "__Host-levensloket-saml" if settings.SECURE else "levensloket-saml"
