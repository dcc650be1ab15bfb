"""The second step of staff: an app with codes (TOTP, RFC 6238), a passkey (WebAuthn), or a reserve code.

Kept and checked by `allauth.mfa`; this narrows it to what we use of it.
"""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.views.decorators.debug import sensitive_variables

from portal.people.keys import decrypt, encrypt
from portal.people.models import User

_CONTEXT = b"people.second-step"
Kind = Authenticator.Type
REAL = (Kind.TOTP, Kind.WEBAUTHN)
"""What is a second step by itself; codes to fall back on come with one."""


class MfaAdapter(DefaultMFAAdapter):
    """Seals the secrets, and names this site by its own address rather than by the Host header."""

    def encrypt(self, text: str) -> str:
        """With the master key, like everything that must be read again."""
        return base64.b64encode(encrypt(text.encode(), context=_CONTEXT)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again."""
        return decrypt(base64.b64decode(encrypted_text), context=_CONTEXT).decode()

    def get_totp_label(self, user: User) -> str:
        """What the app shows."""
        return user.email or ""

    def get_totp_issuer(self) -> str:
        """Of which site a code is."""
        return "Levensloket"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site to which a passkey is bound."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "", "name": "Levensloket"}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Whom the browser shows."""
        return {"id": user.pk.bytes, "display_name": user.name, "name": user.email or ""}


def has_one(user: User) -> bool:
    """Whether there is a second step to ask for."""
    return Authenticator.objects.filter(user=user, type__in=REAL).exists()


def own(user: User) -> list[Authenticator]:
    """All that this user has, oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))


@sensitive_variables("code")
def check_code(user: User, code: str) -> str:
    """The kind that the code was of, "" where it is wrong. A code works once."""
    for one in Authenticator.objects.filter(user=user, type__in=(Kind.TOTP, Kind.RECOVERY_CODES)):
        if one.wrap().validate_code(code):
            one.record_usage()
            return str(one.type)
    return ""


def check_passkey(user: User, credential: dict[str, Any]) -> str:
    """The kind, "" where it is not a passkey of this user for this very question."""
    try:
        webauthn.parse_authentication_response(credential)
        found = webauthn.complete_authentication(user, credential)
    except (ValidationError, KeyError, AttributeError):
        return ""
    found.record_usage()
    return str(found.type)


@sensitive_variables("code", "secret")
def add_app(user: User, *, secret: str, code: str) -> bool:
    """Keeps the app whose secret this is, where the code shows that it has it. False where it does not."""
    if Authenticator.objects.filter(user=user, type=Kind.TOTP).exists():
        return False
    if not totp.validate_totp_code(secret, code):
        return False
    made = totp.TOTP.activate(user, secret)
    # The same code is not good for a login, too.
    return bool(made.validate_code(code))


def add_passkey(user: User, *, name: str, credential: dict[str, Any]) -> bool:
    """Keeps a new passkey. False where it is no answer to our question."""
    try:
        webauthn.parse_registration_response(credential)
        webauthn.complete_registration(credential)
    except (ValidationError, KeyError, AttributeError):
        return False
    webauthn.WebAuthn.add(user, name, credential)
    return True


@transaction.atomic
def new_codes(user: User) -> list[str]:
    """Fresh codes to fall back on; those of before are worth nothing any more."""
    Authenticator.objects.filter(user=user, type=Kind.RECOVERY_CODES).delete()
    codes: list[str] = RecoveryCodes.activate(user).generate_codes()
    return codes


@transaction.atomic
def remove(user: User, number: int) -> bool:
    """Takes one away; False where it is not there, or the only one: there is always a second step."""
    mine = list(Authenticator.objects.select_for_update().filter(user=user, type__in=REAL))
    found = next((one for one in mine if one.pk == number), None)
    if found is None or len(mine) == 1:
        return False
    found.delete()
    return True


def forget_all(user: User) -> None:
    """All of them: the next login begins with a new one."""
    Authenticator.objects.filter(user=user).delete()
