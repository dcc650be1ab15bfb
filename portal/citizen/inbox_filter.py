"""Which part of the inbox a citizen wants to see: a form in the address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.cases.inbox.listing import Wanted
from portal.cases.inbox.search import LONGEST, WrongSearch, words_of
from portal.catalogue import catalogue
from portal.citizen.filter_fields import PeriodForm, one_of


class InboxFilterForm(PeriodForm):
    """Words, agency, life event, unread and period, each optional. The names are those in the address."""

    zoek = forms.CharField(
        label=gettext_lazy("Zoek in alles wat er is gezegd"),
        help_text=gettext_lazy("Een woord, het begin van een woord, of een kenmerk."),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "maxlength": LONGEST}),
        error_messages={
            "null_characters_not_allowed": gettext_lazy(
                "Hierin staat een teken dat niet kan. Haal dat teken weg."
            )
        },
    )
    ongelezen = forms.BooleanField(label=gettext_lazy("Alleen wat nieuw is"), required=False)
    archief = forms.BooleanField(required=False, widget=forms.HiddenInput)

    field_order = ("zoek", "organisatie", "gebeurtenis", "ongelezen", "van", "tot", "archief")

    def __init__(self, data: Any, *, by_agency: bool) -> None:
        super().__init__(data)
        language = get_language() or "nl"
        known = catalogue()
        agencies = [(agency.name, agency.id) for agency in known.agencies.values()]
        events = [(event.title.in_language(language), event.slug) for event in known.events.values()]
        if by_agency:
            self.fields["organisatie"] = one_of(_("Organisatie"), _("Alle organisaties"), agencies)
        self.fields["gebeurtenis"] = one_of(_("Levensgebeurtenis"), _("Alle levensgebeurtenissen"), events)
        self.order_fields(self.field_order)
        self.words: tuple[str, ...] = ()

    def clean_zoek(self) -> str:
        """What was typed, where something can be found by it."""
        typed: str = self.cleaned_data["zoek"]
        try:
            self.words = words_of(typed)
        except WrongSearch as wrong:
            raise forms.ValidationError(str(wrong)) from None
        return typed

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed or chosen, not even spaces; the archive aside."""
        typed = any(name in self.data for name in self.fields if name != "archief")
        return not typed and self.data.get("archief", "1") == "1"

    @property
    def offers(self) -> str:
        """All that an empty one shows besides its texts: what there is to choose from."""
        return repr([(name, getattr(field, "choices", None)) for name, field in self.fields.items()])

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the archive was chosen; call it on a valid form."""
        return any(value for name, value in self.cleaned_data.items() if name != "archief")

    def wanted(self) -> Wanted:
        """What was asked for; call it on a valid form."""
        chosen = self.cleaned_data
        return Wanted(
            agency=chosen.get("organisatie", ""),
            event=chosen["gebeurtenis"],
            unread=chosen["ongelezen"],
            since=chosen["van"],
            until=chosen["tot"],
            archived=chosen["archief"],
            words=self.words,
        )

    def in_address(self) -> dict[str, str]:
        """What was chosen, as it stands in the address; call it on a valid form."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        return {name: "1" if value is True else str(value) for name, value in chosen.items()}
