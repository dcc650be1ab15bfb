"""`LOGIN_PROVIDERS` of the settings, from the environment: who logs in where, and how their token says it.

`portal.people.providers` says what each key means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from environ import Env

from portal.pem import certificates_in, pem

_MANDATE_CLAIMS: Final = {
    "represented": ["urn:nl-eid-gdi:1.0:LegalSubjectID"],
    "acting": ["urn:nl-eid-gdi:1.0:ActingSubjectID"],
    "service": ["urn:nl-eid-gdi:1.0:ServiceUUID"],
}
_OIDC_CLAIMS: Final = {"subject": ["sub"], "level": ["acr"], "bsn": ["bsn"], **_MANDATE_CLAIMS}
_SAML_CLAIMS: Final = {
    "subject": ["NameID"],
    "level": ["AuthnContextClassRef"],
    "bsn": ["NameID"],
    **_MANDATE_CLAIMS,
}
_STAFF_CLAIMS: Final = {
    "subject": ["sub"],
    "level": ["acr"],
    "name": ["name"],
    "role": ["role"],
    "agency": ["agency"],
    "methods": ["amr"],
}
_SAML_LEVELS: Final = {
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport": "basis",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract": "midden",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard": "substantieel",
    "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI": "hoog",
}
_OIDC_LEVELS: Final = {
    **{level: level for level in ("basis", "midden", "substantieel", "hoog")},
    # As DigiD says it in SAML, and its brokers pass it on.
    **_SAML_LEVELS,
    # eIDAS, regulation (EU) 2015/1502.
    "http://eidas.europa.eu/LoA/low": "basis",
    "http://eidas.europa.eu/LoA/substantial": "substantieel",
    "http://eidas.europa.eu/LoA/high": "hoog",
}
_SECOND_STEP: Final = ("mfa", "otp", "hwk", "swk", "sc")
"""By one of these words the token of staff says that there was a second step (RFC 8176)."""


def saml_is_on(env: Env) -> bool:
    """Whether citizens log in by SAML; then the extra `saml` must be installed."""
    return bool(env.str("SAML_IDP_ENTITY_ID", default=""))


def providers_of(env: Env, *, site_url: str) -> dict[str, dict[str, Any]]:
    """Citizens by OpenID Connect, by SAML or by both (beside SAML the former wants a secret), and staff."""
    server_url = env.str("OIDC_SERVER_URL", default="http://127.0.0.1:8001")
    citizens, found = _citizens_by_oidc(env, server_url), {}
    if citizens["secret"] or not saml_is_on(env):
        found["digid"] = citizens
    if saml_is_on(env):
        found["digid-saml"] = _citizens_by_saml(env, site_url)
    staff_url = env.str("OIDC_STAFF_SERVER_URL", default="") or server_url
    return found | {"medewerker": _staff(env, staff_url)}


def sites_of(providers: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Where browsers are sent to log in: scheme and host."""
    addresses = [urlsplit(entry["server_url"]) for entry in providers.values()]
    return sorted({f"{address.scheme}://{address.netloc}" for address in addresses})


def _citizens_by_oidc(env: Env, server_url: str) -> dict[str, Any]:
    return {
        "kind": "citizen",
        "server_url": server_url,
        "client_id": env.str("OIDC_CITIZEN_CLIENT_ID", default="levensloket"),
        "secret": env.str("OIDC_CITIZEN_CLIENT_SECRET", default=""),
        "scope": ["openid", "profile"],
        "claims": env.json("OIDC_CITIZEN_CLAIMS", default=_OIDC_CLAIMS),
        "levels": env.json("OIDC_CITIZEN_LEVELS", default=_OIDC_LEVELS),
        # DigiD Machtigen: which of our services each ServiceUUID stands for; empty: nobody acts in this way.
        "services": env.json("OIDC_CITIZEN_SERVICES", default={}),
    }


def _citizens_by_saml(env: Env, site_url: str) -> dict[str, Any]:
    return {
        "kind": "citizen",
        "protocol": "saml",
        "name": "DigiD",
        "server_url": env.str("SAML_IDP_URL", default=""),
        "entity_id": env.str("SAML_IDP_ENTITY_ID"),
        # More than one while the provider changes keys.
        "certificates": certificates_in(env.str("SAML_IDP_CERTIFICATES", default="", multiline=True)),
        "client_id": env.str("SAML_ENTITY_ID", default=site_url),
        "secret": pem(env.str("SAML_KEY", default="", multiline=True)),
        "certificate": pem(env.str("SAML_CERTIFICATE", default="", multiline=True)),
        "claims": env.json("SAML_CLAIMS", default=_SAML_CLAIMS),
        "levels": env.json("SAML_LEVELS", default=_SAML_LEVELS),
        "services": env.json("SAML_SERVICES", default={}),
    }


def _staff(env: Env, server_url: str) -> dict[str, Any]:
    return {
        "kind": "staff",
        "server_url": server_url,
        "client_id": env.str("OIDC_STAFF_CLIENT_ID", default="levensloket-medewerkers"),
        "secret": env.str("OIDC_STAFF_CLIENT_SECRET", default=""),
        "scope": ["openid", "profile"],
        "claims": _STAFF_CLAIMS,
        "levels": {},
        "second_step": list(_SECOND_STEP),
    }
