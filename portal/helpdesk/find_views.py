"""Who calls: the first page of the helpdesk, and the page of the person who was found."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.access.assist import trail
from portal.access.assist.verbs import NotAllowed, is_known_self
from portal.access.assist.verbs import say_self as keep_self
from portal.access.requests import actor_of
from portal.cases.helpdesk.codes import ways_of
from portal.cases.helpdesk.finding import (
    NotFound,
    RegisterSilent,
    TooManyFound,
    TooManySearches,
    find_by_bsn,
    find_by_name,
    find_by_reference,
)
from portal.cases.helpdesk.picture import picture_of, strip_of
from portal.cases.reading.values import name_of
from portal.helpdesk import found
from portal.helpdesk.forms import NameForm, NumberForm, ReferenceForm, SelfForm, SendCodeForm, StartForm
from portal.helpdesk.moment_forms import NoteForm
from portal.people.actor import Actor
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen, User

_PAGE = require_http_methods(["GET", "HEAD", "POST"])
_FORMS: Final[dict[str, type[forms.Form]]] = {"kenmerk": ReferenceForm, "bsn": NumberForm, "naam": NameForm}
"""How somebody is looked up."""


@never_cache
@_PAGE
@sensitive_post_parameters("bsn", "born", "birth_date", "family_name", "first_names")
def home(request: HttpRequest) -> HttpResponse:
    """Find who calls. While looking along: the way back to it, and nobody else."""
    actor = actor_of(request)
    if actor.assist is not None:
        return render(request, "helpdesk/busy.html")
    if actor.filing is not None:
        return redirect("helpdesk:filing")
    how = request.POST.get("zoek", "kenmerk") if request.method == "POST" else ""
    asked = {name: kind(request.POST if name == how else None) for name, kind in _FORMS.items()}
    form = asked.get(how) or asked["kenmerk"]
    people = _find(actor, form) if request.method == "POST" and form.is_valid() else []
    for person in people:
        found.remember(request.session, person)
    if len(people) == 1:
        return redirect("helpdesk:citizen", people[0].pk)
    context = {
        "searches": asked,
        "form": form,
        "people": [{"id": one.pk, "name": name_of(one)} for one in people],
        "is_over": "voorbij" in request.GET,
        "is_known_self": is_known_self(actor.require_user()),
    }
    status = 422 if request.method == "POST" and not people else 200
    return render(request, "helpdesk/home.html", context, status=status)


@sensitive_variables("typed")
def _find(actor: Actor, form: forms.Form) -> list[Citizen]:
    """Who fits; nobody with the reason in the form."""
    typed: dict[str, Any] = form.cleaned_data
    try:
        if "reference" in typed:
            return [find_by_reference(staff=actor, reference=typed["reference"])]
        if "bsn" in typed:
            return [find_by_bsn(staff=actor, bsn=typed["bsn"], born=typed["born"])]
        return find_by_name(
            staff=actor,
            family_name=typed["family_name"],
            first_names=typed["first_names"],
            born=typed["birth_date"],
        )
    except NotFound:
        form.add_error(None, _("Wij vinden niemand. Kijk het na, of help met algemene informatie."))
    except TooManySearches:
        form.add_error(None, _("U zocht te vaak in korte tijd. Wacht een kwartier."))
    except TooManyFound:
        form.add_error("first_names", _("Veel mensen heten zo. Vraag ook naar alle voornamen."))
    except RegisterSilent:
        form.add_error(
            None, _("De BRP antwoordt nu niet. Vraag naar een kenmerk, of probeer het zo nog eens.")
        )
    return []


@_PAGE
@sensitive_post_parameters("bsn")
@sensitive_variables("form")
def say_self(request: HttpRequest) -> HttpResponse:
    """Once: which citizen a member of staff is, so that they never look along with themselves."""
    form = SelfForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            keep_self(staff=actor_of(request), bsn_hmac=keyed_hmac("bsn", form.cleaned_data["bsn"]))
        except NotAllowed:
            form.add_error("bsn", _("Dit hebt u al gezegd. Het kan niet meer veranderen."))
        else:
            messages.success(request, _("Bewaard. U kunt nu met anderen meekijken."))
            return redirect("helpdesk:home" if actor_of(request).is_helpdesk else "helpdesk:counter")
    return render(request, "helpdesk/say_self.html", {"form": form}, status=_status(request))


@never_cache
@require_safe
def citizen(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """The page of who was found; that it was seen stands in their log."""
    return citizen_page(request, found.recall(request.session, citizen_id), StartForm())


@require_POST
def seen_at_desk(request: HttpRequest, citizen_id: UUID) -> HttpResponse:
    """Somebody stands at the desk and shows who they are; that this was said stands in both logs."""
    person = found.recall(request.session, citizen_id)
    user = actor_of(request).require_user()
    trail.note_seen(person, staff=user, what=trail.IDENTITY, reference=str(person.pk))
    found.remember(request.session, person, how="desk")
    to_file = request.POST.get("terug") == "invullen" or not actor_of(request).is_helpdesk
    return redirect("helpdesk:file" if to_file else "helpdesk:citizen", citizen_id)


def citizen_page(
    request: HttpRequest,
    person: Citizen,
    form: StartForm,
    *,
    note_form: NoteForm | None = None,
    send_form: SendCodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """Also the answer to a form on it that is not right yet."""
    user = actor_of(request).require_user()
    trail.note_seen(person, staff=user, what=trail.OVERVIEW, reference=str(person.pk))
    verified = found.how_verified(request.session, person)
    picture = picture_of(person) if _is_enough(person, verified) else None
    context = {
        "person": person,
        "name": name_of(person),
        "strip": strip_of(person, verified=verified, picture=picture),
        "picture": picture,
        "start_form": form,
        "note_form": note_form or NoteForm(),
        "send_form": send_form or _send_form(person),
        "form": note_form or send_form or form,
        "is_known_self": is_known_self(user),
        "is_busy": found.is_busy(form),
    }
    return render(request, "helpdesk/citizen.html", context, status=status)


def _is_enough(person: Citizen, verified: found.How) -> bool:
    """Right answers are enough for who has no account: whoever has one can give a code."""
    if verified == "questions":
        return not User.objects.filter(citizen=person).exists()
    return bool(verified)


def _send_form(person: Citizen) -> SendCodeForm | None:
    ways = ways_of(person)
    return SendCodeForm(ways=ways) if ways else None


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200
