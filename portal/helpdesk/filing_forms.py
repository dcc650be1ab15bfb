"""What staff type to write something down: who it is, and how it came in."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.exceptions import ValidationError as NumberError
from stdnum.nl import postcode as dutch_postcode

from portal import clock
from portal.access.models import Filing
from portal.cases.talk.fields import DocumentField
from portal.catalogue import catalogue
from portal.helpdesk.forms import DayField
from portal.people.unregistered import Details

Channel = Filing.Channel
_OFF: Final = {"autocomplete": "off"}


class PostcodeField(forms.CharField):
    """A Dutch postcode, given back as 9001 AA."""

    widget = forms.TextInput(attrs=_OFF)

    def clean(self, value: Any) -> str:
        """Takes small letters, and no space or more."""
        typed: str = super().clean(value)
        try:
            return dutch_postcode.validate(typed)
        except NumberError:
            raise forms.ValidationError(_("Deze postcode klopt niet.")) from None


def _municipalities() -> list[tuple[str, str]]:
    """Those that are here, by code; first that it is another one."""
    here = [one for one in catalogue().agencies.values() if one.kind == "gemeente" and one.code]
    return [
        ("", _("Een andere gemeente")),
        *sorted(((one.code, one.name) for one in here), key=lambda one: one[1]),
    ]


def _text(label: Any, most: int, *, required: bool = True, **more: Any) -> forms.CharField:
    widget = forms.TextInput(attrs=_OFF)
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **more)


def _say_when(field: forms.Field, words: str) -> None:
    """In place of that a field may stay empty (`_form_field.html`)."""
    field.optional_words = words  # type: ignore[attr-defined]


class CheckForm(forms.Form):
    """What somebody says to show who they are."""

    born = DayField(label=gettext_lazy("Geboortedatum"))
    postcode = PostcodeField(label=gettext_lazy("Postcode"), max_length=12)
    house_number = _text(gettext_lazy("Huisnummer"), 10)


class PersonForm(forms.Form):
    """Somebody without a BSN."""

    first_names = _text(gettext_lazy("Voornamen"), 200)
    name_prefix = _text(gettext_lazy("Tussenvoegsel"), 20, required=False)
    surname = _text(gettext_lazy("Achternaam"), 200)
    born = DayField(label=gettext_lazy("Geboortedatum"))
    v_number = forms.RegexField(
        r"^[0-9]{7,10}$",
        label=gettext_lazy("V-nummer"),
        help_text=gettext_lazy("Staat op papieren van de IND. Is het er niet? Laat dit leeg."),
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={**_OFF, "inputmode": "numeric"}),
    )
    postcode = PostcodeField(
        label=gettext_lazy("Postcode"),
        help_text=gettext_lazy("Van het adres waar brieven aankomen. Dat kan ook een opvang zijn."),
        max_length=12,
    )
    number = _text(gettext_lazy("Huisnummer"), 10)
    suffix = _text(gettext_lazy("Letter of toevoeging"), 20, required=False)
    street = _text(gettext_lazy("Straat"), 80)
    city = _text(gettext_lazy("Plaats"), 80)
    municipality = forms.ChoiceField(label=gettext_lazy("Gemeente"), required=False)
    spoken = _text(
        gettext_lazy("Welke taal spreekt deze persoon?"),
        60,
        required=False,
        help_text=gettext_lazy("Alleen als dat geen Nederlands is."),
    )
    interpreter = forms.BooleanField(label=gettext_lazy("Er is een tolk nodig"), required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("In welke taal schrijven wij?"),
        choices=[("nl", gettext_lazy("Nederlands")), ("en", gettext_lazy("Engels"))],
        widget=forms.RadioSelect,
        initial="nl",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].choices = _municipalities()  # type: ignore[attr-defined]

    def clean_born(self) -> Any:
        """No day to come."""
        born = self.cleaned_data["born"]
        if born > clock.today():
            raise forms.ValidationError(_("Deze dag moet nog komen."))
        return born

    def details(self) -> Details:
        """What was typed, once it is right."""
        typed = self.cleaned_data
        parts = ("street", "number", "suffix", "postcode", "city", "municipality")
        return Details(
            first_names=typed["first_names"],
            prefix=typed["name_prefix"],
            surname=typed["surname"],
            born=typed["born"].isoformat(),
            address={part: typed[part] for part in parts if typed[part]},
            v_number=typed["v_number"],
            spoken=typed["spoken"],
            interpreter=typed["interpreter"],
        )


class FilingForm(forms.Form):
    """How it came in; of paper the day and a scan."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Hoe kwam het binnen?"),
        choices=[
            (Channel.PHONE, gettext_lazy("Per telefoon")),
            (Channel.DESK, gettext_lazy("Aan de balie")),
            (Channel.PAPER, gettext_lazy("Op papier")),
        ],
        widget=forms.RadioSelect,
    )
    interpreter = forms.BooleanField(label=gettext_lazy("Er is een tolk nodig"), required=False)
    received_on = DayField(
        label=gettext_lazy("Op welke dag kwam het formulier binnen?"),
        help_text=gettext_lazy("De dag op de stempel van de post. Deze dag telt."),
        required=False,
    )
    posted_on = DayField(
        label=gettext_lazy("Welke dag staat op het poststempel?"),
        help_text=gettext_lazy("Alleen als u het kunt lezen."),
        required=False,
    )
    scan = DocumentField(
        label=gettext_lazy("Het ondertekende formulier"),
        help_text=gettext_lazy("Een PDF of een foto, van hoogstens 25 MB."),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("received_on", "scan"):
            _say_when(self.fields[name], _("(alleen en altijd bij papier)"))
        _say_when(self.fields["posted_on"], _("(alleen bij papier)"))

    def clean(self) -> dict[str, Any]:
        """Paper has its day and its scan; what is said has neither."""
        found: dict[str, Any] = super().clean() or {}
        found["content"] = None
        if found.get("channel") != Channel.PAPER:
            found["received_on"] = found["posted_on"] = None
            return found
        if not found.get("received_on"):
            self.add_error("received_on", _("Zeg op welke dag het binnenkwam."))
        found["content"] = found.get("scan")
        if found["content"] is None and "scan" not in self.errors:
            self.add_error("scan", _("Voeg het ondertekende formulier toe."))
        return found
