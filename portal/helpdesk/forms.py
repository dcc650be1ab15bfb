"""What the helpdesk types in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.models import Assist
from portal.cases.notices.models import Channel
from portal.people.bsn import is_valid_bsn
from portal.people.bsn_field import BsnField

Reason = Assist.Reason
REASONS = [
    (Reason.STUCK, gettext_lazy("De inwoner komt er niet uit")),
    (Reason.QUESTION, gettext_lazy("De inwoner vraagt hoe iets ervoor staat")),
    (Reason.FILLING_IN, gettext_lazy("De inwoner wil hulp bij het invullen")),
    (Reason.WRONG, gettext_lazy("Er gaat iets mis in Levensloket")),
]
"""In the words of the helpdesk; the citizen reads them too."""


_WAYS = {Channel.SMS: gettext_lazy("Per sms"), Channel.MAIL: gettext_lazy("Per e-mail")}


class DayField(forms.DateField):
    """A day, in the browser's own field."""

    widget = forms.DateInput(attrs={"type": "date", "autocomplete": "off"}, format="%Y-%m-%d")


class ReferenceForm(forms.Form):
    """The reference of a request."""

    reference = forms.CharField(
        label=gettext_lazy("Kenmerk"),
        help_text=gettext_lazy("Bijvoorbeeld LL-7K4M-Q9XC."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


class NumberForm(forms.Form):
    """A number, and the birth date with it."""

    bsn = BsnField(label=gettext_lazy("Burgerservicenummer"), max_length=20)
    born = DayField(label=gettext_lazy("Geboortedatum"))


class NameForm(forms.Form):
    """A name and a birth date, for who does not know the number."""

    family_name = forms.CharField(
        label=gettext_lazy("Achternaam, zonder voorvoegsel"),
        help_text=gettext_lazy("Bij De Wit vult u Wit in. De naam van de geboorte, helemaal."),
        max_length=199,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    first_names = forms.CharField(
        label=gettext_lazy("Alle voornamen"),
        max_length=199,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth_date = DayField(label=gettext_lazy("Geboortedatum"))


class SelfForm(forms.Form):
    """Which citizen a member of staff is."""

    bsn = BsnField(label=gettext_lazy("Uw eigen burgerservicenummer"), max_length=20)


class CodeField(forms.CharField):
    """Six digits that the citizen reads out, with or without spaces."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        """The six digits."""
        typed = "".join(str(super().clean(value)).split())
        if not (typed.isascii() and typed.isdigit() and len(typed) == 6):
            raise forms.ValidationError(_("Een code heeft 6 cijfers."))
        return typed


class TicketForm(forms.Form):
    """Under which ticket of the helpdesk's own system."""

    ticket = forms.RegexField(
        r"^[A-Za-z0-9][A-Za-z0-9\-]{2,39}$",
        label=gettext_lazy("Nummer van de melding"),
        help_text=gettext_lazy("Uit uw eigen systeem. Letters, cijfers en streepjes. Geen namen."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_ticket(self) -> str:
        """No number of a person: it stands in the auditor's list."""
        ticket: str = self.cleaned_data["ticket"]
        if is_valid_bsn("".join(sign for sign in ticket if sign.isdigit())):
            raise forms.ValidationError(_("Dit lijkt op een burgerservicenummer. Vul dat hier niet in."))
        return ticket


class StartForm(TicketForm):
    """Why, under which ticket, and the code."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Waarom kijkt u mee?"), choices=REASONS, widget=forms.RadioSelect
    )
    code = CodeField(
        label=gettext_lazy("Code van de inwoner"),
        help_text=gettext_lazy("De inwoner vindt hem in Levensloket bij Laat iemand meekijken."),
        max_length=12,
    )
    field_order = ("reason", "ticket", "code")


class SendCodeForm(forms.Form):
    """Which way a code goes, of those that the citizen verified before; and what for."""

    channel = forms.ChoiceField(
        label=gettext_lazy("Hoe sturen wij de code?"),
        help_text=gettext_lazy("Naar wat de inwoner eerder opgaf. Nooit naar een nummer dat u nu hoort."),
        widget=forms.RadioSelect,
    )
    fills = forms.BooleanField(label=gettext_lazy("Wij vullen samen iets in"), required=False)

    def __init__(self, *args: Any, ways: Iterable[Channel], with_fills: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["channel"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # nosec B101 - as declared above
        field.choices = [(way.value, _WAYS[way]) for way in ways]
        if not with_fills:
            del self.fields["fills"]


class DangerForm(TicketForm):
    """Who is in danger, and by what; a second person reads it."""

    why = forms.CharField(
        label=gettext_lazy("Wie is in levensgevaar, en waarom moet u nu meekijken?"),
        help_text=gettext_lazy(
            "Een leidinggevende leest dit, en later een controleur. Geen adres, geen nummer."
        ),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecideForm(forms.Form):
    """The second pair of eyes."""

    confirms = forms.ChoiceField(
        label=gettext_lazy("Mag uw collega zonder code meekijken?"),
        choices=[
            ("yes", gettext_lazy("Ja. Er is levensgevaar, en het kan niet wachten.")),
            ("no", gettext_lazy("Nee. Er is een andere manier.")),
        ],
        widget=forms.RadioSelect,
    )


class ExtendForm(forms.Form):
    """A new code."""

    code = CodeField(label=gettext_lazy("Nieuwe code van de inwoner"), max_length=12)


class ConfirmForm(forms.Form):
    """The code by which the citizen sends what was filled in together."""

    code = CodeField(label=gettext_lazy("Code van de inwoner"), max_length=12)


class StepForm(forms.Form):
    """The second step once more."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("De 6 cijfers uit uw app. Of een van uw reservecodes."),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
