"""The addresses of a login by SAML: there, back from the provider, into the session; and who we are."""

from __future__ import annotations

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login, render_authentication_error
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal.people.identity import IdentifiedLogin, read_identity
from portal.people.providers import provider_or_404
from portal.people.refusals import LoginFailed, Reason, refuse
from portal.people.saml.assertion import read_response
from portal.people.saml.handover import forget, hand_over, handed_over
from portal.people.saml.party import saml_settings
from portal.people.saml.provider import SamlProvider


@never_cache
@require_POST
def login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Off to the identity provider. 404 for an unknown one."""
    response: HttpResponse = _provider(request, provider_id).redirect_from_request(request)
    return response


# The signature of the provider says that this comes from there, and the session that one asked for it.
@never_cache
@csrf_exempt
@require_POST
@sensitive_post_parameters("SAMLResponse")
def acs(request: HttpRequest, provider_id: str) -> HttpResponse:
    """What the provider lets the browser post here (AssertionConsumerService): checked, and handed on."""
    provider = provider_or_404(provider_id, "saml")
    try:
        asserted = read_response(provider, request.POST.get("SAMLResponse", ""))
        identity = read_identity(provider, asserted.claims)
    except LoginFailed as failure:
        return refuse(request, failure.reason, provider_id=provider_id)
    response = HttpResponseRedirect(reverse("people:saml-finish", kwargs={"provider_id": provider_id}))
    hand_over(response, identity, in_response_to=asserted.in_response_to)
    return response


@never_cache
@require_GET
def finish(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Logged in, or a page that says why not."""
    provider = _provider(request, provider_id)
    try:
        response = _finished(request, provider)
    except LoginFailed as failure:
        response = render_authentication_error(request, provider, exception=failure)
    except ImmediateHttpResponse as answer:
        response = answer.response
    forget(response)
    return response


@require_safe
def metadata(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Who we are, for the provider's own settings."""
    found = saml_settings(provider_or_404(provider_id, "saml")).get_sp_metadata()
    return HttpResponse(found, content_type="application/samlmetadata+xml")


def _finished(request: HttpRequest, provider: SamlProvider) -> HttpResponse:
    found = handed_over(request)
    if found is None:
        raise LoginFailed(Reason.EXPIRED)
    identity, answered = found
    if identity.provider_id != provider.sub_id:
        raise LoginFailed(Reason.EXPIRED)
    login = IdentifiedLogin(identity=identity, provider=provider)
    login.state = provider.state_of(request, answered)
    response: HttpResponse = complete_social_login(request, login)
    return response


def _provider(request: HttpRequest, provider_id: str) -> SamlProvider:
    provider: SamlProvider = get_adapter().get_provider(request, provider_or_404(provider_id, "saml").id)
    return provider
