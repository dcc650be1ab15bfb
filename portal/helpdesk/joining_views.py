"""Staff have the letter sent by which somebody joins what they arranged without a BSN to an account."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from portal.access.assist.verbs import NotAllowed
from portal.access.joining import AlreadyJoined
from portal.access.requests import actor_of
from portal.cases.helpdesk.joining import TooManyLetters, send_letter
from portal.helpdesk import found


@require_POST
def join_letter(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """For who was seen to be this person; it goes to the address that they gave before."""
    person = found.recall(request.session, citizen_id)
    if found.how_verified(request.session, person) not in ("desk", "questions"):
        raise Http404
    try:
        send_letter(staff=actor_of(request), citizen=person)
    except AlreadyJoined:
        messages.warning(request, _("Deze persoon heeft al een account. Inloggen is genoeg."))
    except NotAllowed:
        messages.warning(request, _("Er is nog niets verstuurd voor deze persoon."))
    except TooManyLetters:
        messages.warning(request, _("U liet te veel codes sturen. Wacht een kwartier."))
    else:
        messages.success(request, _("De brief met de code gaat naar het adres dat wij hebben."))
    return redirect("helpdesk:file", person.pk)
