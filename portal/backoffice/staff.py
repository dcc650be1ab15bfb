"""The screen of colleagues: who may come in, an invitation, and out again."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import staff as verbs
from portal.access.requests import actor_of
from portal.backoffice.staff_forms import InviteForm, RenewForm, role_words
from portal.catalogue import catalogue
from portal.people.models import Invitation, User
from portal.people.staff.invitations import AddressTaken

log = structlog.get_logger(__name__)


@require_safe
def staff_list(request: HttpRequest) -> HttpResponse:
    """Who may come in, who may not any more, and which links are under way."""
    actor = actor_of(request)
    people = [_shown(user) for user in verbs.staff_for(actor).order_by("-is_active", "name", "pk")]
    waiting = [
        {"row": row, "role": role_words(row.role), "agency": _agency(row.agency)}
        for row in verbs.invitations_for(actor).order_by("created_at")
    ]
    context = {"people": people, "waiting": waiting, "me": actor.require_user().pk, "renew": RenewForm()}
    return render(request, "backoffice/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("link")
def invite(request: HttpRequest) -> HttpResponse:
    """An invitation. The answer to the form is the only page that shows its link."""
    actor = actor_of(request)
    form = InviteForm(actor, request.POST or None)
    if form.is_valid():
        sent = {name: form.cleaned_data[name] for name in ("email", "name", "role", "agency")}
        try:
            link = verbs.invite(actor=actor, **sent)
        except AddressTaken:
            form.add_error("email", _("Deze collega heeft al een account."))
        else:
            mailed = bool(form.cleaned_data.get("by_mail")) and _mail(sent["email"], link)
            return _link_page(request, name=sent["name"], link=link, mailed=mailed)
    status = 422 if request.method == "POST" else 200
    return render(request, "backoffice/invite.html", {"form": form}, status=status)


@require_POST
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Makes a link worthless."""
    try:
        verbs.withdraw(actor=actor_of(request), invitation_id=invitation_id)
    except Invitation.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("De link werkt niet meer."))
    return redirect("backoffice:staff")


@require_POST
def close_account(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Out, at once."""
    try:
        verbs.deactivate(actor=actor_of(request), user_id=user_id)
    except User.DoesNotExist:
        raise Http404 from None
    except verbs.StillNeeded:
        messages.error(request, _("Dit kan niet: dan kan niemand meer anderen toegang geven."))
    else:
        messages.success(request, _("Deze collega kan er niet meer in, ook niet waar die nog was ingelogd."))
    return redirect("backoffice:staff")


@require_POST
def open_account(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """In again."""
    try:
        verbs.reactivate(actor=actor_of(request), user_id=user_id)
    except User.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Deze collega kan er weer in."))
    return redirect("backoffice:staff")


@require_POST
@sensitive_variables("link")
def renew(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """A new link for who lost the password, and perhaps the second step."""
    form = RenewForm(request.POST)
    form.full_clean()
    try:
        user = verbs.staff_for(actor_of(request)).get(pk=user_id)
        link = verbs.renew(actor=actor_of(request), user_id=user_id, lost_step=form.cleaned_data["lost_step"])
    except User.DoesNotExist:
        raise Http404 from None
    return _link_page(request, name=user.name, link=link, mailed=False)


def _mail(address: str, link: str) -> bool:
    """Whether the mail went off. It names nobody: an address may be mistyped."""
    words = _(
        "U bent uitgenodigd om te werken in Levensloket.\n\nKies een wachtwoord: %(link)s\n\n"
        "De link werkt één keer, en 3 dagen lang. Verwachtte u dit niet? Doe dan niets."
    )
    try:
        send_mail(_("Uitnodiging voor Levensloket"), words % {"link": link}, None, [address])
    except (SMTPException, OSError) as error:
        log.warning("invitation-not-mailed", error=type(error).__name__)
        return False
    return True


@sensitive_variables("link")
def _link_page(request: HttpRequest, *, name: str, link: str, mailed: bool) -> HttpResponse:
    return render(request, "backoffice/invitation_link.html", {"name": name, "link": link, "mailed": mailed})


def _shown(user: User) -> dict[str, Any]:
    return {"row": user, "role": role_words(user.role), "agency": _agency(user.agency)}


def _agency(agency: str) -> str:
    known = catalogue().agencies.get(agency)
    return known.name if known else agency
