"""What somebody of the staff does with the own account: password, passkeys, codes to fall back on."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import check_password
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.people import sessions
from portal.people.models import User
from portal.people.refusals import security_log
from portal.people.staff import attempts, second_step
from portal.people.staff.forms import ChangePasswordForm, CredentialForm


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    """What one logs in with. Who comes by single sign-on has nothing of it here."""
    user = _user(request)
    context: dict[str, Any] = {
        "own": [_shown(one) for one in second_step.own(user)],
        "has_password": bool(user.email),
    }
    if user.email:
        context["passkey"] = webauthn.begin_registration(user, False)
    return render(request, "people/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("current", "password", "again")
@sensitive_variables("form")
def change_password(request: HttpRequest) -> HttpResponse:
    """A new password, by who knows the present one. Everywhere else one is logged out."""
    user = _with_password(request)
    form = ChangePasswordForm(user, request.POST or None)
    if form.is_valid() and _is_current(request, user, form):
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        sessions.end_all_sessions(user, but=request.session.session_key)
        update_session_auth_hash(request, user)
        sessions.follow_key(user, request.session)
        security_log.info("password-set", user=str(user.pk))
        messages.success(request, _("Uw wachtwoord is veranderd."))
        return redirect("people:account")
    status = 422 if request.method == "POST" else 200
    return render(request, "people/change_password.html", {"form": form}, status=status)


@sensitive_variables("form")
def _is_current(request: HttpRequest, user: User, form: ChangePasswordForm) -> bool:
    attempt = attempts.password_attempt(request, user.email or "")
    if attempt is None:
        form.add_error("current", _("Te vaak geprobeerd. Wacht 15 minuten en probeer het dan opnieuw."))
        return False
    if not check_password(form.cleaned_data["current"], user.password):
        form.add_error("current", _("Dit is niet uw wachtwoord."))
        return False
    attempt.was_right()
    return True


@require_POST
def add_passkey(request: HttpRequest) -> HttpResponse:
    """One more passkey, such as one on another device."""
    user = _with_password(request)
    form = CredentialForm(request.POST)
    made = form.is_valid() and second_step.add_passkey(
        user, name=_("Passkey"), credential=form.cleaned_data["credential"]
    )
    if made:
        security_log.info("second-step-added", user=str(user.pk), kind="webauthn")
        messages.success(request, _("De passkey is toegevoegd."))
    else:
        messages.error(request, _("De passkey is niet toegevoegd. Probeer het nog eens."))
    return redirect("people:account")


@require_POST
def remove_step(request: HttpRequest, number: int) -> HttpResponse:
    """Takes a second step away; never the last one."""
    user = _with_password(request)
    if not any(one.pk == number for one in second_step.own(user)):
        raise Http404
    if second_step.remove(user, number):
        security_log.info("second-step-removed", user=str(user.pk))
        messages.success(request, _("Dit werkt niet meer om in te loggen."))
    else:
        messages.error(request, _("U hebt altijd één tweede stap nodig. Voeg eerst een andere toe."))
    return redirect("people:account")


@require_POST
@sensitive_variables("codes")
def new_codes(request: HttpRequest) -> HttpResponse:
    """Fresh codes to fall back on; the answer is the only page that shows them."""
    user = _with_password(request)
    codes = second_step.new_codes(user)
    security_log.info("recovery-codes-made", user=str(user.pk))
    return render(request, "people/recovery_codes.html", {"codes": codes, "home": ""})


def _shown(one: Any) -> dict[str, Any]:
    words = {
        second_step.Kind.TOTP: _("App met codes"),
        second_step.Kind.WEBAUTHN: _("Passkey"),
        second_step.Kind.RECOVERY_CODES: _("Reservecodes"),
    }
    left = len(one.wrap().get_unused_codes()) if one.type == second_step.Kind.RECOVERY_CODES else None
    return {
        "number": one.pk,
        "words": words[one.type],
        "since": one.created_at,
        "used": one.last_used_at,
        "left": left,
        "can_go": one.type in second_step.REAL,
    }


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def _with_password(request: HttpRequest) -> User:
    """Who has an account of our own. 404 for who comes by single sign-on: there is nothing to change here."""
    user = _user(request)
    if not user.email:
        raise Http404
    return user
