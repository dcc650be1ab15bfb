"""Staff logging in with an account of our own: password, second step, and only then inside."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.internal import auth as webauthn
from django import forms
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from portal.people.models import STAFF, User
from portal.people.redirects import home_of, next_path
from portal.people.refusals import security_log
from portal.people.staff import attempts, invitations, pending, second_step
from portal.people.staff.forms import CodeForm, CredentialForm, LoginForm, NewCodeForm, NewPasswordForm

_LINK = "invitation"
_SECRET = "new-app"  # noqa: S105 - the name under which the session keeps it
either = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@either
@sensitive_post_parameters("password")
@sensitive_variables("form")
def login(request: HttpRequest) -> HttpResponse:
    """Address and password. Whatever is wrong, the answer is the same, in words, status and time."""
    if isinstance(request.user, User):
        return HttpResponseRedirect(next_path(request) or home_of(request.user))
    form = LoginForm(request.POST or None)
    user = _right_password(request, form) if form.is_valid() else None
    if user is not None:
        pending.begin(request, user, to=next_path(request))
        return redirect("people:staff-code" if second_step.has_one(user) else "people:staff-enrol")
    context = {"form": form, "next": next_path(request)}
    return render(request, "people/staff_login.html", context, status=_status(request))


@sensitive_variables("password")
def _right_password(request: HttpRequest, form: forms.Form) -> User | None:
    """The user, or None with the reason in the form."""
    email, password = form.cleaned_data["email"].strip().casefold(), form.cleaned_data["password"]
    attempt = attempts.password_attempt(request, email)
    if attempt is None:
        security_log.warning("login-limited", network=attempts.network_of(request))
        form.add_error(None, _("Te vaak geprobeerd. Wacht 15 minuten en probeer het dan opnieuw."))
        return None
    user = User.objects.filter(email=email, is_active=True, role__in=STAFF).first()
    if user is None:
        # As much work as a real one takes, so that the time says nothing.
        make_password(password)
    elif check_password(password, user.password):
        attempt.was_right()
        return user
    security_log.warning(
        "login-wrong", network=attempts.network_of(request), user=str(user.pk) if user else ""
    )
    form.add_error(None, _("Dit e-mailadres en wachtwoord horen niet bij elkaar. Probeer het opnieuw."))
    return None


@never_cache
@either
@sensitive_post_parameters("code")
def second_step_page(request: HttpRequest) -> HttpResponse:
    """A code, or a passkey."""
    user = pending.user_of(request)
    if user is None or not second_step.has_one(user):
        return redirect("people:staff-login")
    form = CodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST":
        how = _right_step(request, user, form)
        if how:
            return pending.finish(request, user, how=how)
    context: dict[str, Any] = {"form": form}
    if any(one.type == second_step.Kind.WEBAUTHN for one in second_step.own(user)):
        context["passkey"] = webauthn.begin_authentication(user)
    return render(request, "people/staff_code.html", context, status=_status(request))


def _right_step(request: HttpRequest, user: User, form: CodeForm) -> str:
    """The kind of step that was right; "" with the reason in the form."""
    credential = CredentialForm(request.POST)
    by_passkey = credential.is_valid()
    if not by_passkey and not form.is_valid():
        return ""
    attempt = attempts.second_step_attempt(request, user.pk)
    if attempt is None:
        security_log.warning("second-step-limited", user=str(user.pk))
        _say(form, _("Te vaak geprobeerd. Wacht 15 minuten en probeer het dan opnieuw."))
        return ""
    if by_passkey:
        how = second_step.check_passkey(user, credential.cleaned_data["credential"])
    else:
        how = second_step.check_code(user, form.cleaned_data["code"])
    if how:
        attempt.was_right()
        return how
    security_log.warning("second-step-wrong", user=str(user.pk))
    _say(form, _("Dit klopt niet. Kijk of het de goede app is, en probeer het opnieuw."))
    return ""


def _say(form: CodeForm, words: str) -> None:
    if not form.is_bound:
        # By passkey, there was no code to be wrong.
        form.is_bound, form.data = True, {"code": ""}
        form.full_clean()
        form.errors.clear()
    form.add_error(None, words)


@never_cache
@require_http_methods(["GET", "HEAD"])
def open_link(request: HttpRequest, link: str) -> HttpResponse:
    """The link itself. It goes to the session, so that it does not stand in addresses any more.

    A link that works not, or no more, leads to the same page: that says so.
    """
    request.session[_LINK] = invitations.fingerprint(link)
    return redirect("people:accept")


@never_cache
@either
@sensitive_post_parameters("password", "again")
@sensitive_variables("form")
def accept(request: HttpRequest) -> HttpResponse:
    """Choose a password."""
    link = str(request.session.get(_LINK, ""))
    invitation = invitations.find(link)
    if invitation is None:
        request.session.pop(_LINK, None)
        return render(request, "people/no_invitation.html", status=410)
    future = invitation.user or User(email=invitation.email, name=invitation.name)
    form = NewPasswordForm(future, request.POST or None)
    if form.is_valid():
        user = invitations.accept(link_hmac=link, password=form.cleaned_data["password"])
        request.session.pop(_LINK, None)
        if user is None:
            return render(request, "people/no_invitation.html", status=410)
        security_log.info("password-set", user=str(user.pk))
        pending.begin(request, user)
        return redirect("people:staff-code" if second_step.has_one(user) else "people:staff-enrol")
    context = {"form": form, "invitation": invitation}
    return render(request, "people/accept.html", context, status=_status(request))


@never_cache
@either
@sensitive_variables("secret", "codes")
def enrol(request: HttpRequest) -> HttpResponse:
    """The first second step, before anything else opens. Its answer shows the codes to fall back on, once."""
    user = pending.user_of(request)
    if user is None:
        return redirect("people:staff-login")
    if second_step.has_one(user):
        # Whoever has one shows it, and does not make another.
        return redirect("people:staff-code")
    secret = _secret_of_new_app(request)
    form = NewCodeForm(request.POST if "code" in request.POST else None)
    if request.method == "POST" and (how := _first_step(request, user, form, secret)):
        request.session.pop(_SECRET, None)
        codes = second_step.new_codes(user)
        security_log.info("second-step-added", user=str(user.pk), kind=how)
        home = pending.finish(request, user, how=how)["Location"]
        return render(request, "people/recovery_codes.html", {"codes": codes, "home": home})
    context = {"form": form, "user_name": user.name, **app_context(user, secret)}
    context["passkey"] = webauthn.begin_registration(user, False)
    return render(request, "people/enrol.html", context, status=_status(request))


def _secret_of_new_app(request: HttpRequest) -> str:
    """The same until it is used, so that a mistyped code does not ask for another picture. Sealed."""
    sealed = request.session.setdefault(_SECRET, get_adapter().encrypt(generate_totp_secret()))
    secret: str = get_adapter().decrypt(sealed)
    return secret


@sensitive_variables("secret")
def _first_step(request: HttpRequest, user: User, form: NewCodeForm, secret: str) -> str:
    credential = CredentialForm(request.POST)
    if credential.is_valid():
        made = second_step.add_passkey(
            user, name=_("Passkey"), credential=credential.cleaned_data["credential"]
        )
        return str(second_step.Kind.WEBAUTHN) if made else ""
    if not form.is_valid():
        return ""
    if second_step.add_app(user, secret=secret, code=form.cleaned_data["code"]):
        return str(second_step.Kind.TOTP)
    form.add_error("code", _("Deze code klopt niet. Wacht op de volgende en probeer die."))
    return ""


@sensitive_variables("secret")
def app_context(user: User, secret: str) -> dict[str, str]:
    """`secret` in groups of four, and `qr`: a picture of it for the camera of a telephone."""
    address = get_adapter().build_totp_url(user, secret)
    groups = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    # Without the line that says it is XML: it stands in a page.
    _before, start, picture = get_adapter().build_totp_svg(address).partition("<svg")
    return {"secret": groups, "qr": start + picture}


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
