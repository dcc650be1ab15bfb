"""Which part of the work list an officer wants to see: a form in the address, and what a batch is for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.desk.listing import Mark, Wanted, Whose
from portal.cases.desk.models import SavedView
from portal.cases.desk.order import AT_THE_DESK, CLOSED, Order
from portal.cases.reading.staff_words import staff_phase_words
from portal.people.models import User

_NOT_IN_LIST = {"invalid_choice": gettext_lazy("Kies iets uit de lijst.")}


def _choice(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=list(choices), error_messages=_NOT_IN_LIST)


class WorklistForm(forms.Form):
    """Service, phase, handler, mark and order, each of them optional. The names are those in the address,
    which also says of which list it is (`lijst`).
    """

    def __init__(
        self, data: Any, *, services: Iterable[tuple[str, str]], colleagues: Iterable[User], me: User
    ) -> None:
        super().__init__(data)
        self.is_closed = self.data.get("lijst") == "klaar"
        self._me = me
        phases = CLOSED if self.is_closed else AT_THE_DESK
        others = [(str(one.pk), one.name) for one in colleagues if one.pk != me.pk]
        by_title = sorted(services, key=lambda one: one[1])
        stands = [(phase, staff_phase_words(phase)) for phase in phases]
        self.fields = {
            "dienst": _choice(_("Dienst"), [("", _("Alle diensten")), *by_title]),
            "stand": _choice(_("Stand"), [("", _("Alles")), *stands]),
            "van": _choice(
                _("Behandelaar"),
                [("", _("Iedereen")), (Whose.MINE, _("Ikzelf")), (Whose.NOBODY, _("Niemand")), *others],
            ),
            "let-op": _choice(_("Let op"), [("", _("Alles")), *_marks()]),
            "volgorde": _choice(_("Volgorde"), _orders()),
        }
        if self.is_closed:
            # These are always the last one first.
            del self.fields["volgorde"], self.fields["let-op"]

    def wanted(self) -> Wanted:
        """What was asked for; call it on a valid form."""
        said = self.cleaned_data
        whose = said["van"]
        return Wanted(
            closed=self.is_closed,
            service=said["dienst"],
            phase=said["stand"],
            whose=Whose(whose) if whose in set(Whose) else Whose.ALL,
            handler=UUID(whose) if whose not in set(Whose) else None,
            mark=Mark(said["let-op"]) if said.get("let-op") else None,
            order=Order(said.get("volgorde") or Order.DUE),
        )


def mark_words(mark: Mark) -> str:
    """A mark as it stands beside a case, and in the list to choose from."""
    return dict(_marks())[mark]


def _marks() -> list[tuple[Mark, str]]:
    return [
        (Mark.LATE, _("Te laat")),
        (Mark.FLAGGED, _("Met vlag")),
        (Mark.TO_CONFIRM, _("Te bevestigen")),
        (Mark.DISPUTED, _("Betwist gegeven")),
        (Mark.UNREAD, _("Nieuw bericht")),
    ]


def _orders() -> list[tuple[str, str]]:
    return [
        ("", _("Uiterste datum eerst")),
        (Order.WAITING, _("Langst wachtend eerst")),
        (Order.FLAGS, _("Vlag eerst")),
    ]


class ShareOutForm(forms.Form):
    """What to do with the cases that were ticked. The list itself has the boxes."""

    doen = forms.ChoiceField(
        choices=[("pak", "pak"), ("geef", "geef"), ("leg-terug", "leg-terug")], error_messages=_NOT_IN_LIST
    )
    aan = forms.UUIDField(required=False)

    def clean(self) -> dict[str, Any]:
        """A colleague is needed only to hand over to."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("doen") == "geef" and not cleaned.get("aan"):
            self.add_error("aan", _("Kies aan wie u de aanvragen geeft."))
        return cleaned


class ViewForm(forms.Form):
    """A name for the part of the list that is shown."""

    naam = forms.CharField(
        label=gettext_lazy("Naam van deze weergave"),
        max_length=SavedView._meta.get_field("name").max_length,
        error_messages={"required": gettext_lazy("Geef de weergave een naam.")},
    )
    filter = forms.CharField(required=False, widget=forms.HiddenInput, max_length=500)
