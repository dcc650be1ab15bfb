"""What a citizen fills in about hearing from us: by which channel, how often, and where that is."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.models import Notice
from portal.cases.notices.models import Channel
from portal.cases.notices.planning import Rhythm
from portal.cases.notices.preferences import Preferences

_MOBILE = re.compile(r"(?:\+31|0031|0)6(\d{8})")
_ABROAD = re.compile(r"(?:\+|00)(\d{8,15})")
_CHANNELS = [(Channel.MAIL, gettext_lazy("E-mail")), (Channel.SMS, gettext_lazy("Sms"))]
_KINDS = {
    Notice.Kind.DECISION: gettext_lazy("Een besluit"),
    Notice.Kind.TASK: gettext_lazy("Een vraag aan u"),
    Notice.Kind.MESSAGE: gettext_lazy("Een bericht of document"),
    Notice.Kind.PROGRESS: gettext_lazy("Hoe het gaat met uw aanvraag"),
}
_PAPER = [
    ("no", gettext_lazy("Digitaal: u leest alles in Levensloket")),
    ("yes", gettext_lazy("Op papier: u krijgt overal een brief van")),
]
_RHYTHMS = [
    (Rhythm.SOON, gettext_lazy("Meteen, maar niet 's nachts")),
    (Rhythm.DAILY, gettext_lazy("Een keer per dag, in de ochtend")),
    (Rhythm.WEEKLY, gettext_lazy("Een keer per week, op maandag")),
]


class PreferencesForm(forms.Form):
    """Everything that can be chosen; one field with channels for each kind of news."""

    by_post = forms.ChoiceField(
        label=gettext_lazy("Digitaal of op papier?"), choices=_PAPER, widget=forms.RadioSelect
    )
    rhythm = forms.ChoiceField(
        label=gettext_lazy("Hoe vaak wilt u een seintje?"),
        choices=_RHYTHMS,
        widget=forms.RadioSelect,
        help_text=gettext_lazy(
            "Een besluit, een vraag of een bericht meldt Levensloket altijd binnen 2 dagen."
        ),
    )
    quiet_weekend = forms.BooleanField(label=gettext_lazy("Niet in het weekend"), required=False)

    def __init__(self, chosen: Preferences, data: Any = None) -> None:
        """`chosen` is how it is now."""
        initial: dict[str, Any] = {
            "by_post": "yes" if chosen.by_post else "no",
            "rhythm": chosen.rhythm,
            "quiet_weekend": chosen.quiet_weekend,
        }
        super().__init__(data=data, initial=initial)
        for kind, label in _KINDS.items():
            self.fields[kind.value] = forms.MultipleChoiceField(
                label=label,
                choices=_CHANNELS,
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=list(chosen.of(kind)),
            )
        self.order_fields(["by_post", *(kind.value for kind in _KINDS), "rhythm", "quiet_weekend"])

    def chosen(self) -> Preferences:
        """What was filled in."""
        given = self.cleaned_data
        return Preferences(
            by_post=given["by_post"] == "yes",
            rhythm=Rhythm(given["rhythm"]),
            quiet_weekend=given["quiet_weekend"],
            channels={kind.value: given[kind.value] for kind in _KINDS},
        )


class MailForm(forms.Form):
    """An address for mail."""

    address = forms.EmailField(
        label=gettext_lazy("Uw e-mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class NumberForm(forms.Form):
    """A number for texts, which becomes international."""

    address = forms.CharField(
        label=gettext_lazy("Uw mobiele nummer"),
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
        help_text=gettext_lazy("Bijvoorbeeld 06 12345678. Begint uw nummer niet met 06? Begin dan met +."),
    )

    def clean_address(self) -> str:
        """As "+31612345678"."""
        typed = re.sub(r"[\s().-]", "", self.cleaned_data["address"])
        if found := _MOBILE.fullmatch(typed):
            return f"+316{found[1]}"
        if found := _ABROAD.fullmatch(typed):
            return f"+{found[1]}"
        raise forms.ValidationError(_("Dit is geen mobiel nummer. Kijk of het klopt."))


class CodeForm(forms.Form):
    """The six digits that were sent there."""

    code = forms.CharField(
        label=gettext_lazy("De code van 6 cijfers"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )

    def clean_code(self) -> str:
        """Without the spaces that people type."""
        return re.sub(r"\s", "", self.cleaned_data["code"])
