"""How a citizen wants to hear of news, and the address or number for it."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.access.requests import actor_of
from portal.cases.models import Contact
from portal.cases.notices.models import Channel
from portal.cases.notices.noting import fall_silent
from portal.cases.notices.preferences import (
    DIGITAL,
    MOST_TRIES,
    TooManyCodes,
    WrongCode,
    address_of,
    contact_of,
    forget_contact,
    give_contact,
    preferences_of,
    set_preferences,
    verify,
)
from portal.citizen.notice_forms import CodeForm, MailForm, NumberForm, PreferencesForm
from portal.citizen.views.start import event_or_404


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """By which channel for which kind of news, how often, or everything by post."""
    actor = actor_of(request)
    citizen = actor.require_citizen()
    posted = request.method == "POST"
    form = PreferencesForm(preferences_of(citizen), request.POST if posted else None)
    if posted and form.is_valid():
        set_preferences(actor=actor, chosen=form.chosen())
        messages.success(request, _("Bewaard."))
        return redirect("citizen:notices")
    contacts = [_shown(channel, contact_of(citizen, channel)) for channel in DIGITAL]
    context = {"form": form, "contacts": contacts}
    return render(request, "citizen/notices.html", context, status=422 if posted else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, channel: str) -> HttpResponse:
    """The address or number of one channel: give it, type the code that came, or take it back."""
    if channel not in DIGITAL:
        raise Http404
    found, do = Channel(channel), request.POST.get("do", "")
    if request.method != "POST":
        return _page(request, found)
    if do == "forget":
        forget_contact(actor=actor_of(request), channel=found)
        messages.success(request, _("Wij hebben dit gewist."))
        return redirect("citizen:notices")
    if do == "code":
        return _type_code(request, found)
    return _give(request, found)


@require_POST
def silence(request: HttpRequest, slug: str) -> HttpResponse:
    """A child died: nothing more about this life event, but what has a term."""
    event = event_or_404(slug)
    if event.care is None:
        raise Http404
    fall_silent(citizen=actor_of(request).require_citizen(), event=event.slug)
    messages.success(request, _("Wij sturen u hierover geen herinneringen meer."))
    return redirect("citizen:event", event.slug)


def _give(request: HttpRequest, channel: Channel) -> HttpResponse:
    form = _address_form(channel)(request.POST)
    if form.is_valid():
        try:
            give_contact(actor=actor_of(request), channel=channel, address=form.cleaned_data["address"])
        except TooManyCodes:
            form.add_error("address", _("U vroeg vandaag al 5 codes. Probeer het morgen nog eens."))
        else:
            return redirect("citizen:notices-contact", channel)
    return _page(request, channel, form=form, status=422)


def _type_code(request: HttpRequest, channel: Channel) -> HttpResponse:
    form = CodeForm(request.POST)
    if form.is_valid():
        try:
            verify(actor=actor_of(request), channel=channel, code=form.cleaned_data["code"])
        except WrongCode:
            form.add_error("code", _("Deze code klopt niet, of werkt niet meer. Vraag een nieuwe aan."))
        else:
            messages.success(request, _("Gelukt. Wij gebruiken dit vanaf nu."))
            return redirect("citizen:notices")
    return _page(request, channel, code_form=form, status=422)


def _page(
    request: HttpRequest,
    channel: Channel,
    *,
    form: forms.Form | None = None,
    code_form: CodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    known = contact_of(actor_of(request).require_citizen(), channel)
    waits = known is not None and known.code_hmac != "" and known.code_tries < MOST_TRIES
    context = {
        "contact": _shown(channel, known),
        "form": form or _address_form(channel)(),
        "code_form": (code_form or CodeForm()) if waits or code_form else None,
    }
    return render(request, "citizen/notices_contact.html", context, status=status)


def _address_form(channel: Channel) -> type[forms.Form]:
    return MailForm if channel == Channel.MAIL else NumberForm


def _shown(channel: Channel, contact: Contact | None) -> dict[str, object]:
    """What the templates show of an address: its own owner may read it."""
    return {
        "channel": channel.value,
        "is_mail": channel == Channel.MAIL,
        "address": address_of(contact) if contact else "",
        "is_verified": bool(contact and contact.verified_at),
        "is_dead": bool(contact and contact.bounced_at),
    }
