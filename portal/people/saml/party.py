"""The two parties of a login by SAML, in python3-saml's words: the identity provider, and us."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Words
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from portal.people.providers import LoginProvider


def acs_address(provider_id: str) -> str:
    """Where the provider sends its answers to. Built on `SITE_URL`, as the provider knows us."""
    return str(settings.SITE_URL).rstrip("/") + reverse(
        "people:saml-acs", kwargs={"provider_id": provider_id}
    )


def request_at(address: str) -> dict[str, Any]:
    """What python3-saml wants to know of a request: which address it came to."""
    parts = urlsplit(address)
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": parts.path,
        "get_data": {},
        "post_data": {},
    }


def saml_settings(provider: LoginProvider, *, level: str = "") -> OneLogin_Saml2_Settings:
    """Strict, and signed at both sides; `level` is the provider's word for the least that we want."""
    return _settings(
        provider.server_url,
        provider.entity_id,
        provider.certificates,
        provider.client_id,
        provider.secret,
        provider.certificate,
        acs_address(provider.id),
        level,
    )


@lru_cache(maxsize=32)
def _settings(
    sso_url: str,
    entity_id: str,
    certificates: tuple[str, ...],
    own_entity_id: str,
    key: str,
    certificate: str,
    acs: str,
    level: str,
) -> OneLogin_Saml2_Settings:
    """Kept, because reading keys and certificates takes longer than the rest of a login."""
    return OneLogin_Saml2_Settings(
        settings={
            "strict": True,
            "debug": False,
            "idp": {
                "entityId": entity_id,
                "singleSignOnService": {"url": sso_url},
                "x509certMulti": {"signing": list(certificates), "encryption": list(certificates[:1])},
            },
            "sp": {
                "entityId": own_entity_id,
                "assertionConsumerService": {"url": acs, "binding": Words.BINDING_HTTP_POST},
                "NameIDFormat": Words.NAMEID_UNSPECIFIED,
                "privateKey": key,
                "x509cert": certificate,
            },
            "security": {
                "authnRequestsSigned": True,
                "wantAssertionsSigned": True,
                "wantNameId": True,
                "wantAttributeStatement": False,
                "rejectDeprecatedAlgorithm": True,
                "signatureAlgorithm": Words.RSA_SHA256,
                "digestAlgorithm": Words.SHA256,
                "requestedAuthnContext": [level] if level else False,
                "requestedAuthnContextComparison": "minimum",
                # What the login became is read from the answer, as with OpenID Connect.
                "failOnAuthnContextMismatch": False,
                # A name of one word is a host here too: localhost.
                "allowSingleLabelDomains": True,
            },
        }
    )
