"""Joining what was arranged without a BSN to the account that somebody has by now."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal.access.joining import remember
from portal.access.representation import TooManyGuesses, WrongCode
from portal.access.requests import actor_of
from portal.cases.helpdesk.joining import join
from portal.citizen.views.frame import status


class JoinForm(forms.Form):
    """The reference of something that was sent then, and the code of the letter."""

    reference = forms.CharField(
        label=gettext_lazy("Uw kenmerk"),
        help_text=gettext_lazy("Dat staat in een brief die u van ons kreeg, en begint met LL."),
        max_length=20,
        error_messages={"required": gettext_lazy("Vul uw kenmerk in.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    code = forms.CharField(
        label=gettext_lazy("Code uit de brief"),
        max_length=40,
        error_messages={"required": gettext_lazy("Vul de code in.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("code")
def join_account(request: HttpRequest) -> HttpResponse:
    """Fills in both; then the requests of before stand among the others."""
    form = JoinForm(request.POST if request.method == "POST" else None)
    actor = actor_of(request)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            row = join(actor=actor, reference=typed["reference"], code=typed["code"])
        except WrongCode:
            form.add_error(
                None,
                _(
                    "Dit klopt niet, of de code geldt niet meer. Kijk het na. Lukt het niet? Bel ons. Wat "
                    "loopt, gaat gewoon door, per brief."
                ),
            )
        except TooManyGuesses:
            form.add_error(None, _("U hebt te vaak iets verkeerds ingevuld. Probeer het over een uur."))
        else:
            remember(request.session, row.representative)
            messages.success(
                request, _("Gelukt. Wat u zonder burgerservicenummer regelde, staat nu tussen uw berichten.")
            )
            return redirect("citizen:inbox")
    return render(request, "citizen/join.html", {"form": form}, status=status(form))
