"""Reading an id_token, as OpenID Connect Core 3.1.3.7 asks: signature, issuer, audience, time and nonce.

allauth trusts the direct connection and checks neither signature nor nonce here; we check both.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final

import jwt

from portal.people.refusals import LoginFailed, Reason

# Asymmetric only: with a shared secret the token would prove nothing about who made it.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")
_LEEWAY_SECONDS: Final = 30
_REQUIRED: Final = ("iss", "sub", "aud", "exp", "iat")


def read_id_token(
    token: str, *, jwks: Mapping[str, Any], issuer: str, client_id: str, nonce: str
) -> dict[str, Any]:
    """The claims of a token that is genuine, ours, in time, and of this very login. Raises `LoginFailed`."""
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_signing_key(token, jwks),
            algorithms=list(_ALGORITHMS),
            audience=client_id,
            issuer=issuer,
            leeway=_LEEWAY_SECONDS,
            options={"require": list(_REQUIRED)},
        )
    except (jwt.PyJWTError, ValueError, TypeError):
        # Not chained: the causes quote parts of the token.
        raise LoginFailed(Reason.TOKEN) from None
    if claims.get("azp", client_id) != client_id:
        raise LoginFailed(Reason.TOKEN)
    if not nonce or not hmac.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise LoginFailed(Reason.NONCE)
    return claims


def _signing_key(token: str, jwks: Mapping[str, Any]) -> jwt.PyJWK:
    """The one key that the token names; a provider with a single key need not name it."""
    keys = jwt.PyJWKSet.from_dict(dict(jwks)).keys
    key_id = jwt.get_unverified_header(token).get("kid")
    fitting = [key for key in keys if key_id is None or key.key_id == key_id]
    if len(fitting) != 1:
        raise LoginFailed(Reason.TOKEN)
    return fitting[0]
