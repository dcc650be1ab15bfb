"""OpenID Connect login with allauth, narrowed down.

What differs from allauth's own provider, and why:
- nothing in the address of the login changes what we ask for (`auth_params`, `scope`, `process`);
- a nonce is sent and checked; PKCE is always on; the id_token's signature is checked;
- the redirect address is built on `SITE_URL`, not on the Host header;
- no claim, no subject and no token is kept: `portal.people.identity` takes what we need.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.utils import generate_code_challenge
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal.people import step_up
from portal.people.id_token import read_id_token
from portal.people.identity import IdentifiedLogin, read_identity
from portal.people.idp_http import fetch_json
from portal.people.providers import login_providers
from portal.people.redirects import next_path
from portal.people.refusals import LoginFailed, Reason

_ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcAdapter(OpenIDConnectOAuth2Adapter):
    """The conversation with one identity provider during one login."""

    nonce: str = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's discovery document. Raises `LoginFailed` when it is down or talks nonsense."""
        if not hasattr(self, "_openid_config"):
            document = fetch_json("GET", self.get_provider().server_url)
            if not all(isinstance(document.get(name), str) for name in _ENDPOINTS):
                raise LoginFailed(Reason.UNAVAILABLE)
            self._openid_config = document
        return self._openid_config

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        """The redirect address, as registered with the provider."""
        path = reverse("people:oidc-callback", kwargs={"provider_id": self.provider_id})
        return str(settings.SITE_URL).rstrip("/") + path

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: SocialApp,
        client: OAuth2Client,
        pkce_code_verifier: str | None = None,
    ) -> dict[str, Any]:
        """Exchanges the code. allauth's own call would put the body of a failure into an exception's text."""
        data = {
            "grant_type": "authorization_code",
            "code": request.GET.get("code", ""),
            "redirect_uri": client.callback_url,
            "code_verifier": pkce_code_verifier or "",
            "client_id": app.client_id,
        }
        auth = (app.client_id, app.secret) if self.basic_auth else None
        if auth is None:
            data["client_secret"] = app.secret
        return fetch_json("POST", self.access_token_url, data=data, auth=auth)

    def parse_token(self, data: Mapping[str, Any]) -> SocialToken:
        """An empty one: we never call anything with the access token."""
        return SocialToken(token="")

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> IdentifiedLogin:
        """Checks the id_token and takes the identity from it. Raises `LoginFailed`."""
        id_token = kwargs["response"].get("id_token")
        if not isinstance(id_token, str):
            raise LoginFailed(Reason.TOKEN)
        claims = read_id_token(
            id_token,
            jwks=fetch_json("GET", self.openid_config["jwks_uri"]),
            issuer=self.openid_config["issuer"],
            client_id=app.client_id,
            nonce=self.nonce,
        )
        identity = read_identity(login_providers()[self.provider_id], claims)
        return IdentifiedLogin(identity=identity, provider=self.get_provider())


class OidcProvider(OpenIDConnectProvider):
    """Takes the place of allauth's `openid_connect` (see `SOCIALACCOUNT_PROVIDERS`)."""

    oauth2_adapter_class = OidcAdapter
    supports_token_authentication = False

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        """Where the login starts, by POST."""
        return reverse("people:oidc-login", kwargs={"provider_id": self.sub_id})

    def get_callback_url(self) -> str:
        """Where the provider sends the browser back to."""
        return reverse("people:oidc-callback", kwargs={"provider_id": self.sub_id})

    def get_pkce_params(self) -> dict[str, str]:
        """Always on."""
        return dict(generate_code_challenge())

    def get_redirect_from_request_kwargs(self, request: HttpRequest) -> dict[str, Any]:
        """From the request we take where to return to, and nothing else."""
        return {"process": AuthProcess.LOGIN, "next_url": next_path(request)}

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        **kwargs: Any,
    ) -> HttpResponse:
        """Sends the browser to the provider with a nonce that is also kept with the state in the session."""
        nonce = secrets.token_urlsafe(24)
        asked = {**self._level_asked(request), **_login_asked(request)}
        auth_params = {**self.get_auth_params(), "nonce": nonce, **asked}
        response: HttpResponse = super().redirect(
            request, process, next_url, data, auth_params=auth_params, nonce=nonce
        )
        return response

    def _level_asked(self, request: HttpRequest) -> dict[str, str]:
        """`acr_values` where a page found the login too weak: a wish, the token says what it became."""
        wanted = step_up.wanted(request.session)
        words = login_providers()[self.sub_id].words_for(wanted) if wanted else []
        return {"acr_values": " ".join(words)} if words else {}


def _login_asked(request: HttpRequest) -> dict[str, str]:
    """A login of now, where a page wants the second step once more (OpenID Connect Core 3.1.2.1)."""
    return {"prompt": "login", "max_age": "0"} if step_up.is_asked_again(request.session) else {}


class OidcCallbackView(OAuth2CallbackView):
    """allauth's callback, which also hands the nonce of the state to the adapter."""

    adapter: OidcAdapter

    def _get_state(
        self, request: HttpRequest, provider: OidcProvider
    ) -> tuple[dict[str, Any] | None, HttpResponse | None]:
        state, response = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, response
