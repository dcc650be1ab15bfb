"""What allauth may do here: log in whom an identity provider vouches for, and staff after their second step.

No sign-up, no mail, and none of its own pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from portal.people import sessions, step_up
from portal.people.identity import IdentifiedLogin, account_of
from portal.people.models import User
from portal.people.oidc import OidcProvider
from portal.people.providers import LoginProvider, login_providers
from portal.people.redirects import home_of, is_local_path
from portal.people.refusals import LoginFailed, Reason, refuse, security_log
from portal.people.staff import pending

_SPOKEN_BY: Final[Mapping[str, str]] = {"oidc": OidcProvider.id, "saml": "saml"}
"""Protocol to allauth's own provider, which speaks it."""


class AccountAdapter(DefaultAccountAdapter):
    """allauth.account, of which only the last step of a login is used."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never: accounts come from identity providers."""
        return False

    def get_login_stages(self) -> list[str]:
        """None: no mail to confirm, no code to type."""
        return []

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No "you have signed in" on top of a page: being inside says so."""

    def is_safe_url(self, url: str | None) -> bool:
        """Paths on this site only."""
        return is_local_path(url or "")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The first page of who has just logged in."""
        return home_of(request.user) if isinstance(request.user, User) else "/"

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Keeps the level of this login in the new session."""
        login = (kwargs.get("signal_kwargs") or {}).get("sociallogin")
        if isinstance(login, IdentifiedLogin):
            step_up.reached(request.session, login.identity.level)
            sessions.begin(request.session)
            seen = login.identity
            # Not `level`: that word is the log's own.
            security_log.info("login", provider=seen.provider_id, assurance=seen.level, user=str(user.pk))
        elif how := (kwargs.get("signal_kwargs") or {}).get(pending.HOW):
            step_up.reached(request.session, "")
            sessions.begin(request.session)
            security_log.info("login", provider="", second_step=how, user=str(user.pk))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """allauth.socialaccount: providers from the settings only, users from `portal.people.identity` only."""

    def list_apps(
        self, request: HttpRequest | None, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """The providers of the settings; rows in the database count for nothing."""
        return [
            _app(entry)
            for entry in login_providers().values()
            if provider in (None, _SPOKEN_BY[entry.protocol], entry.id)
            and client_id in (None, entry.client_id)
        ]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: by then `pre_social_login` has found or made the user."""
        return False

    def authenticate_by_email(self, sociallogin: Any) -> None:
        """Never: we take no addresses."""
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: IdentifiedLogin) -> None:
        """Finds or makes the user of a checked identity. Raises `LoginFailed`."""
        sociallogin.account = account_of(sociallogin.identity)
        sociallogin.user = sociallogin.account.user

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: Mapping[str, Any] | None = None,
    ) -> None:
        """Shows our own page for whatever went wrong."""
        reason = _reason(error, exception, extra_context or {})
        if reason is Reason.EXPIRED and isinstance(request.user, User):
            # Back button after a login that succeeded.
            raise ImmediateHttpResponse(HttpResponseRedirect(home_of(request.user)))
        raise ImmediateHttpResponse(refuse(request, reason, provider_id=provider.sub_id))


def _app(entry: LoginProvider) -> SocialApp:
    return SocialApp(
        provider=_SPOKEN_BY[entry.protocol],
        provider_id=entry.id,
        name=entry.id,
        client_id=entry.client_id,
        secret=entry.secret,
        settings={"server_url": entry.server_url, "scope": list(entry.scope)},
    )


def _reason(error: str | None, exception: Exception | None, context: Mapping[str, Any]) -> Reason:
    if isinstance(exception, LoginFailed):
        return exception.reason
    if exception is None and error == AuthError.CANCELLED:
        return Reason.CANCELLED
    if exception is None and "state" not in context:
        return Reason.EXPIRED
    return Reason.FAILED
