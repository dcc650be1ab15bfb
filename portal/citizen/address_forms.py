"""The steps of an address: postcode and house number, then a choice, or the rest of it typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.exceptions import ValidationError as NumberError
from stdnum.nl import postcode as dutch_postcode

from portal.cases.journey.addresses import Lookup, one_line, split_house, typed_value, value_of
from portal.cases.journey.answers import Item
from portal.cases.talk.question_form import municipalities

_LONGEST_ADDITION = 20


class PostcodeField(forms.CharField):
    """A Dutch postcode, given back as 9001 AA."""

    def clean(self, value: Any) -> str:
        """Takes small letters, and no space or more."""
        typed: str = super().clean(value)
        try:
            return dutch_postcode.validate(typed)
        except NumberError:
            raise forms.ValidationError(
                _("Deze postcode klopt niet. Vul vier cijfers en twee letters in, zoals 1234 AB.")
            ) from None


class FindForm(forms.Form):
    """What an address is found by."""

    postcode = PostcodeField(
        label=gettext_lazy("Postcode"),
        help_text=gettext_lazy("Bijvoorbeeld 1234 AB."),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    house_number = forms.CharField(label=gettext_lazy("Huisnummer"), max_length=20)
    addition = forms.CharField(
        label=gettext_lazy("Letter of toevoeging"),
        help_text=gettext_lazy("Bijvoorbeeld “A” of “2 hoog”. Hebt u dat niet? Laat dit dan leeg."),
        required=False,
        max_length=_LONGEST_ADDITION,
    )

    def clean(self) -> dict[str, Any]:
        """Takes what stands behind the number in one box for the addition: 12a."""
        cleaned = super().clean() or {}
        if "house_number" in cleaned:
            split = split_house(cleaned["house_number"], cleaned.get("addition", ""))
            if split is None:
                self.add_error("house_number", _("Vul een nummer in, zoals 12."))
            elif len(split[1]) > _LONGEST_ADDITION:
                self.add_error("house_number", _("Dit is te lang. Vul alleen het nummer in, zoals 12."))
            else:
                cleaned["house_number"], cleaned["addition"] = split
        return cleaned


class _WithMunicipality(forms.Form):
    """Asks for the municipality where that decides who gets a request, and the register did not say it."""

    def add_municipality(self) -> None:
        """The list of today, which may be left as it is."""
        self.fields["municipality"] = forms.ChoiceField(
            label=_("Gemeente"),
            help_text=_("Staat uw gemeente er niet bij? Laat dit dan leeg."),
            choices=municipalities(),
            required=False,
        )


class ChooseForm(_WithMunicipality):
    """One of the found addresses; `only` is the choice where there is no other."""

    def __init__(self, lookup: Lookup, *, with_municipality: bool, data: Any = None) -> None:
        super().__init__(data=data)
        self._found = {one.get("number_id", str(at)): one for at, one in enumerate(lookup.found)}
        self.only = next(iter(self._found)) if len(self._found) == 1 else ""
        self.fields["chosen"] = forms.ChoiceField(
            label=_("Kies het adres"),
            choices=[(name, one_line(one)) for name, one in self._found.items()],
            widget=forms.RadioSelect,
            error_messages={"required": _("Kies een adres, of vul het zelf in.")},
        )
        if with_municipality and any(not one.get("municipality") for one in lookup.found):
            self.add_municipality()

    def value(self) -> Item:
        """The chosen address as an answer."""
        value = value_of(self._found[self.cleaned_data["chosen"]])
        if municipality := self.cleaned_data.get("municipality"):
            value.setdefault("municipality", municipality)
        return value


class TypeForm(_WithMunicipality):
    """What postcode and house number do not say; those two as well where they were not given."""

    street = forms.CharField(
        label=gettext_lazy("Straat"),
        max_length=200,
    )
    city = forms.CharField(
        label=gettext_lazy("Plaats"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )

    def __init__(
        self,
        lookup: Lookup,
        *,
        with_municipality: bool,
        data: Any = None,
        initial: Item | None = None,
    ) -> None:
        super().__init__(data=data, initial=initial)
        self._lookup = lookup
        if not lookup.postcode:
            self._ask_everything()
        if with_municipality:
            self.add_municipality()

    def _ask_everything(self) -> None:
        text = forms.CharField
        self.fields["number"] = text(label=_("Huisnummer"), max_length=10)
        self.fields["suffix"] = text(
            label=_("Letter of toevoeging"), max_length=_LONGEST_ADDITION, required=False
        )
        self.fields["postcode"] = text(label=_("Postcode"), max_length=12)
        self.order_fields(["street", "number", "suffix", "postcode", "city"])

    def value(self) -> Item:
        """The typed address as an answer."""
        return typed_value(self._lookup, self.cleaned_data)
