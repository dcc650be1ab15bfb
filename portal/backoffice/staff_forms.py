"""What operators and leads fill in about colleagues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.access.staff import agencies_to_give, roles_to_give
from portal.catalogue import catalogue
from portal.people.actor import Actor
from portal.people.models import AT_AN_AGENCY, Role


def role_words(role: str) -> str:
    """What a role is called."""
    return {
        Role.OFFICER: _("Medewerker van een organisatie"),
        Role.LEAD: _("Leidinggevende van een organisatie"),
        Role.HELPDESK: _("Medewerker van de helpdesk"),
        Role.HELPDESK_LEAD: _("Leidinggevende van de helpdesk"),
        Role.EDITOR: _("Redacteur van de catalogus"),
        Role.OPERATOR: _("Beheerder"),
        Role.AUDITOR: _("Controleur"),
    }[Role(role)]


class InviteForm(forms.Form):
    """Whom to invite, and as what. A lead has nothing to choose."""

    name = forms.CharField(label=gettext_lazy("Naam"), max_length=200)
    email = forms.EmailField(
        label=gettext_lazy("E-mailadres van het werk"),
        help_text=gettext_lazy("Hiermee logt uw collega straks in."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(label=gettext_lazy("Wat gaat uw collega doen?"), widget=forms.RadioSelect)
    agency = forms.ChoiceField(
        label=gettext_lazy("Voor welke organisatie?"),
        help_text=gettext_lazy("Alleen voor wie aan aanvragen van een organisatie werkt."),
        required=False,
    )
    by_mail = forms.BooleanField(label=gettext_lazy("Stuur de link ook per e-mail"), required=False)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = catalogue().agencies
        roles, agencies = roles_to_give(actor), agencies_to_give(actor)
        self.fields["role"].choices = [(role.value, role_words(role)) for role in roles]  # type: ignore[attr-defined]
        own = [(name, known[name].name) for name in agencies if name in known]
        self.fields["agency"].choices = own if len(own) == 1 else [("", _("Kies")), *own]  # type: ignore[attr-defined]
        if len(roles) == 1:
            self.fields["role"].initial = roles[0].value
        if not settings.CAN_MAIL:
            del self.fields["by_mail"]

    def clean(self) -> dict[str, Any]:
        """Whoever works on requests works somewhere."""
        found = super().clean() or self.cleaned_data
        if found.get("role") in AT_AN_AGENCY and not found.get("agency"):
            self.add_error("agency", _("Kies de organisatie."))
        return found


class RenewForm(forms.Form):
    """Whether the second step was lost, too."""

    lost_step = forms.BooleanField(
        label=gettext_lazy("De tweede stap (app of passkey) is ook kwijt"), required=False
    )
