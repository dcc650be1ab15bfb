"""What the identity provider says of an account, and with which key it signs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Client, PrivateKey
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from connectors.sandbox.models import Account, SigningKey

LEVELS = ("basis", "midden", "substantieel", "hoog")


class SandboxAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth comes without types
    """Claims from the account: `acr` and `bsn` of a citizen; `amr`, `name`, `role` and `agency` of staff.

    allauth keeps the account's own id in an authorization code, so `get_user_sub` stays as it is; the
    portal is told the `subject`, which all levels of one person share.
    """

    def get_issuer(self) -> str:
        return str(settings.SANDBOX_URL)

    def get_claims(
        self,
        purpose: Literal["id_token", "userinfo"],
        user: AbstractBaseUser,
        client: Client,
        scopes: Iterable[str],
        email: str | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        if not isinstance(user, Account):
            raise TypeError("only an Account can log in here")
        if user.bsn:
            return {"sub": str(user.subject), "acr": user.level, "bsn": user.bsn}
        staff = {"name": user.name, "role": user.role, "agency": user.agency}
        # As if they had typed a code, too (RFC 8176).
        return {"sub": str(user.subject), "amr": ["pwd", "otp"], **staff}

    def populate_server_metadata(self, data: dict[str, str | list[str]]) -> None:
        data["acr_values_supported"] = list(LEVELS)
        data["claims_supported"] = ["sub", "acr", "amr", "bsn", "name", "role", "agency"]
        data["response_types_supported"] = ["code"]
        data["grant_types_supported"] = ["authorization_code"]

    def list_private_keys(
        self, *, did_activate: Literal[True] | None = None, is_active: Literal[True] | None = None
    ) -> list[PrivateKey]:
        keys = SigningKey.objects.order_by("-made_at")
        return [PrivateKey(pem=key.pem, issued_at=key.made_at) for key in keys]
