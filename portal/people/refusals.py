"""Why a login may fail, and the page that says so: plainly, without a value from the token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import structlog
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

security_log = structlog.get_logger("portal.security")


class Reason(StrEnum):
    """Why nobody was logged in. The word is what the log shows."""

    CANCELLED = "cancelled"
    EXPIRED = "expired"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"
    TOKEN = "token"  # noqa: S105 - a reason, not a secret
    NONCE = "nonce"
    LEVEL = "level"
    BSN = "bsn"
    ROLE = "role"
    INACTIVE = "inactive"
    MANDATE = "mandate"
    DECEASED = "deceased"
    SECOND_STEP = "second-step"


class LoginFailed(OAuth2Error):
    """Nobody is logged in. An `OAuth2Error`, so that allauth's callback hands it to our adapter."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Words:
    status: int
    title: Any
    text: Any


_FAILED: Final = _Words(
    403, _("Inloggen is niet gelukt"), _("Er ging iets mis bij het inloggen. Probeer het nog een keer.")
)
_WORDS: Final[Mapping[Reason, _Words]] = {
    Reason.CANCELLED: _Words(
        200, _("U bent niet ingelogd"), _("U bent gestopt met inloggen. U kunt opnieuw beginnen.")
    ),
    Reason.EXPIRED: _Words(
        403, _("Inloggen is niet gelukt"), _("Het inloggen duurde te lang of is onderbroken. Begin opnieuw.")
    ),
    Reason.UNAVAILABLE: _Words(
        503,
        _("Inloggen lukt nu niet"),
        _(
            "De inlogdienst geeft geen goed antwoord. Wat u al had ingevuld, is bewaard. "
            "Probeer het straks opnieuw."
        ),
    ),
    Reason.FAILED: _FAILED,
    Reason.TOKEN: _FAILED,
    Reason.NONCE: _FAILED,
    Reason.LEVEL: _Words(
        403,
        _("Inloggen is niet gelukt"),
        _("U hebt ingelogd op een manier die wij niet kennen. Log in op een andere manier."),
    ),
    Reason.BSN: _Words(
        403,
        _("Wij konden niet zien wie u bent"),
        _("Wij kregen geen goed burgerservicenummer van de inlogdienst. Bel ons, dan helpen wij u verder."),
    ),
    Reason.ROLE: _Words(
        403,
        _("U hebt geen toegang"),
        _("Met dit account kunt u hier niet werken. Vraag uw beheerder om toegang."),
    ),
    Reason.MANDATE: _Words(
        403,
        _("U kunt hier niet inloggen voor een ander"),
        _("Wij konden niet zien voor wie of waarvoor u gemachtigd bent. Bel ons, dan zoeken wij het uit."),
    ),
    Reason.DECEASED: _Words(
        403,
        _("Bel ons, dan helpen wij u"),
        _(
            "In het register staat dat degene die hier inlogt, is overleden. Klopt dat niet? Dat spijt ons "
            "zeer. Bel ons: het nummer staat onder aan deze pagina. Een medewerker helpt u meteen verder. "
            "Bent u een nabestaande? Gecondoleerd. Log in met uw eigen DigiD, of bel ons."
        ),
    ),
    Reason.SECOND_STEP: _Words(
        403,
        _("U hebt geen toegang"),
        _(
            "U logde in zonder tweede stap, zoals een code of een passkey. "
            "Doe dat wel, en probeer het opnieuw."
        ),
    ),
    Reason.INACTIVE: _Words(
        403, _("U hebt geen toegang"), _("Dit account is afgesloten. Bel ons als dat niet klopt.")
    ),
}


def refuse(request: HttpRequest, reason: Reason, *, provider_id: str) -> HttpResponse:
    """The page for a login that failed: what happened, try again, or call. A line in the security log."""
    security_log.warning("login-refused", provider=provider_id, reason=reason.value)
    words = _WORDS[reason]
    context = {"title": words.title, "text": words.text}
    return render(request, "people/refused.html", context, status=words.status)
