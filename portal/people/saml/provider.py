"""Takes the place of allauth's `saml` provider (see `SOCIALACCOUNT_PROVIDERS`)."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from onelogin.saml2.auth import OneLogin_Saml2_Auth

from lifeevents.model import LEVELS
from portal.people import step_up
from portal.people.providers import login_providers
from portal.people.redirects import next_path
from portal.people.refusals import LoginFailed, Reason
from portal.people.saml.party import acs_address, request_at, saml_settings


class SamlProvider(SAMLProvider):
    """Sends somebody to the identity provider, and knows again which login comes back."""

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        """Where the login starts, by POST."""
        return login_providers()[self.sub_id].login_path

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
        """With a signed request (HTTP-Redirect binding), whose random id is kept in the session."""
        provider = login_providers()[self.sub_id]
        words = provider.words_for(step_up.wanted(request.session) or LEVELS[0])
        auth = OneLogin_Saml2_Auth(
            request_at(acs_address(provider.id)),
            old_settings=saml_settings(provider, level=words[0] if words else ""),
        )
        address = auth.login(
            return_to="", force_authn=step_up.is_asked_again(request.session), set_nameid_policy=False
        )
        asked = auth.get_last_request_id()
        self.stash_redirect_state(request, process, next_url, data, state_id=asked, **kwargs)
        return HttpResponseRedirect(address)

    def state_of(self, request: HttpRequest, asked: str) -> dict[str, Any]:
        """What was kept with our request, once. Raises `LoginFailed` for one that this session never made."""
        try:
            state: dict[str, Any] = self.unstash_redirect_state(request, asked)
        except PermissionDenied:
            raise LoginFailed(Reason.EXPIRED) from None
        return state
