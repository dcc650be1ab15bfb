"""Arranging something for somebody else, and letting somebody do so."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access import acting
from portal.access.children import CustodyNotKnown, look_up_children
from portal.access.models import Representation
from portal.access.representation import (
    MandateEnded,
    TooManyGuesses,
    WrongCode,
    accept,
    authorise,
    given_by,
    held_by,
    revoke,
)
from portal.access.requests import actor_of
from portal.access.standing import standing_of
from portal.citizen.representing import given, held
from portal.citizen.representing_forms import AuthoriseForm, CodeForm
from portal.citizen.views.frame import status

_PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def representing(request: HttpRequest) -> HttpResponse:
    """For whom you may arrange something, and who may do so for you."""
    actor = actor_of(request)
    helper = actor.require_user().citizen
    is_oneself = actor.mandate is None
    context = {
        "held": [held(row) for row in held_by(helper)] if helper and not actor.reads_only else [],
        "given": [given(row) for row in given_by(actor=actor)] if is_oneself and not actor.reads_only else [],
        "is_oneself": is_oneself,
    }
    return render(request, "citizen/representing.html", context)


@require_POST
def act(request: HttpRequest, representation_id: UUID) -> HttpResponse:
    """From now on for this person. 404 for a mandate that is not one's own, or is over."""
    user = actor_of(request).require_user()
    try:
        acting.begin(user=user, session=request.session, representation_id=representation_id)
    except MandateEnded:
        raise Http404 from None
    except acting.Ended:
        return render(request, "citizen/condolences.html", status=403)
    except acting.NotToBeSaid:
        messages.warning(request, _("Wij konden dit niet nagaan. Bel ons, dan helpt een medewerker u."))
        return redirect("citizen:representing")
    return redirect("citizen:home")


@require_POST
def stop_acting(request: HttpRequest) -> HttpResponse:
    """For oneself again."""
    acting.stop(request.session)
    messages.success(request, _("U regelt nu weer dingen voor uzelf."))
    return redirect("citizen:home")


@require_POST
def children(request: HttpRequest) -> HttpResponse:
    """Asks the register for which children this parent may act."""
    try:
        clear = look_up_children(actor=actor_of(request))
    except CustodyNotKnown:
        clear = False
    if not clear:
        messages.warning(
            request,
            _("Van een kind is niet zeker wie het gezag heeft. Bel ons, dan zoekt een medewerker het uit."),
        )
    return redirect("citizen:representing")


@never_cache
@_PAGE
@sensitive_variables("code")
def authorise_somebody(request: HttpRequest) -> HttpResponse:
    """Lets somebody act. The answer to the form is the only page that ever shows the code."""
    form = AuthoriseForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "citizen/authorise.html", {"form": form}, status=status(form))
    row, code = authorise(actor=actor_of(request), **form.cleaned_data)
    shown = "-".join(code[at : at + 4] for at in range(0, len(code), 4))
    return render(request, "citizen/mandate_code.html", {"code": shown, "mandate": given(row)})


@_PAGE
def accept_mandate(request: HttpRequest) -> HttpResponse:
    """The helper fills in the code."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            row = accept(actor=actor_of(request), code=form.cleaned_data["code"])
        except WrongCode:
            form.add_error("code", _("Deze code klopt niet, of geldt niet meer. Vraag om een nieuwe code."))
        except TooManyGuesses:
            form.add_error("code", _("U hebt te vaak een verkeerde code ingevuld. Probeer het over een uur."))
        else:
            # The names of both, for each other's page.
            standing_of(row.represented), standing_of(actor_of(request).require_citizen())
            messages.success(request, _("Gelukt. U kunt nu iets regelen voor deze persoon."))
            return redirect("citizen:representing")
    return render(request, "citizen/accept_mandate.html", {"form": form}, status=status(form))


@require_POST
def revoke_mandate(request: HttpRequest, representation_id: UUID) -> HttpResponse:
    """Ends what the citizen gave, or was given, at once."""
    try:
        revoke(actor=actor_of(request), representation_id=representation_id)
    except Representation.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Gestopt. Deze persoon kan niets meer voor de ander regelen."))
    return redirect("citizen:representing")


@require_safe
def without_login(request: HttpRequest) -> HttpResponse:
    """How it goes by desk, by telephone and on paper, for who cannot or will not log in."""
    return render(request, "citizen/without_login.html")
