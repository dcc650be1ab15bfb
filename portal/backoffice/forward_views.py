"""The officer sends on what came to the wrong agency: the whole case, or one message of the citizen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from lifeevents.model import Agency
from portal.access.requests import actor_of
from portal.backoffice.case_page import say_too_late, usable_case
from portal.cases.forwarding.models import Forwarding
from portal.cases.forwarding.verbs import (
    NotNow,
    NotThither,
    OnItsWay,
    OtherForwarding,
    WhyNot,
    agencies_for,
    agencies_for_case,
    forward_case,
    forward_message,
)
from portal.cases.models import Case, Message, Side
from portal.cases.reading.names import title_of
from portal.cases.talk.fields import KeyedForm, WrittenField
from portal.cases.talk.standing import Closed, NotThere

_ROWS: Final = 4
_WHY_NOT: Final = {
    WhyNot.PLACE: gettext_lazy("U hebt deze aanvraag nog niet, of niet meer."),
    WhyNot.PROPOSAL: gettext_lazy("Er ligt een voorstel hoe dit eindigt. Neem dat eerst terug."),
    WhyNot.TABLE: gettext_lazy("Deze aanvraag ligt aan een maatwerktafel. Sluit die eerst af."),
    WhyNot.CHECKING: gettext_lazy(
        "Een bijlage wordt nog op virussen gecontroleerd. Probeer het straks weer."
    ),
}
_ON_ITS_WAY: Final = gettext_lazy(
    "Er is op dit moment iets van de inwoner onderweg naar u. Probeer het over een minuut weer."
)


class ForwardForm(KeyedForm):
    """To whom, and why."""

    to = forms.ChoiceField(label=gettext_lazy("Naar welke organisatie?"))
    reason = WrittenField(
        label=gettext_lazy("Waarom? De inwoner en de andere organisatie lezen dit."),
        help_text=gettext_lazy("Schrijf kort en gewoon waarom die organisatie erover gaat."),
        rows=_ROWS,
    )

    def __init__(self, agencies: list[Agency], whole: set[str], *args: Any, **kwargs: Any) -> None:
        """`whole` are the ids of those that do the same, to which all goes."""
        super().__init__(*args, **kwargs)
        all_of_it = _("%(name)s: doet hetzelfde, krijgt de hele aanvraag")
        named = (
            (one.id, all_of_it % {"name": one.name} if one.id in whole else one.name) for one in agencies
        )
        self.fields["to"].choices = [("", "—"), *named]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def forward(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole case to an agency that does the same, or what the citizen wrote to any other."""
    found = usable_case(request, reference)
    return _page(request, found, None, forward_case)


@require_http_methods(["GET", "HEAD", "POST"])
def forward_one(request: HttpRequest, reference: str, message_id: UUID) -> HttpResponse:
    """One message of the citizen, to any agency."""
    found = usable_case(request, reference)
    message = found.messages.filter(pk=message_id, side=Side.CITIZEN, forwarding=None).first()
    if message is None:
        raise Http404

    def act(**said: Any) -> Forwarding:
        return forward_message(message_id=message.pk, **said)

    return _page(request, found, message, act)


def _page(
    request: HttpRequest,
    found: Case,
    message: Message | None,
    act: Callable[..., Forwarding],
) -> HttpResponse:
    whole = set() if message else {one.id for one in agencies_for_case(found)}
    agencies = agencies_for(found)
    form = ForwardForm(agencies, whole, request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = {"to": form.cleaned_data["to"], "reason": form.cleaned_data["reason"]}
        try:
            act(case=found, actor=actor_of(request), external_id=form.external_id, **said)
        except NotNow as now:
            form.add_error(None, _WHY_NOT[now.why])
        except OnItsWay:
            form.add_error(None, _ON_ITS_WAY)
        except (Closed, NotThere, NotThither, OtherForwarding):
            say_too_late(request)
            return redirect("backoffice:case", found.reference)
        else:
            messages.success(request, _("Doorgestuurd. De inwoner leest dit nu."))
            # The case itself is somebody else's by now.
            return (
                redirect("backoffice:talk", found.reference) if message else redirect("backoffice:worklist")
            )
    context = {
        "case": found,
        "title": title_of(found.definition),
        "message": message,
        "agencies": agencies,
        "form": form,
    }
    return render(request, "backoffice/forward.html", context, status=422 if form.errors else 200)
