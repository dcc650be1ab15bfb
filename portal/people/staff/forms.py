"""What staff type in to log in and to keep their account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.people.models import User
from portal.people.staff.passwords import LONGEST

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "none"}


class LoginForm(forms.Form):
    """Address and password."""

    email = forms.CharField(
        label=gettext_lazy("E-mailadres"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Wachtwoord"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """A code of the app, or one to fall back on."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("De 6 cijfers uit uw app. Of een van uw reservecodes."),
        max_length=20,
        widget=forms.TextInput(attrs=_CODE),
    )


class NewCodeForm(forms.Form):
    """The first code of a new app."""

    code = forms.CharField(
        label=gettext_lazy("Code uit de app"),
        help_text=gettext_lazy("De 6 cijfers die de app nu laat zien."),
        max_length=20,
        widget=forms.TextInput(attrs=_CODE),
    )


class CredentialForm(forms.Form):
    """What the browser says of a passkey, put in by `passkey.js`."""

    credential = forms.JSONField(widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, Any]:
        """An object: what is in it is checked against what was asked."""
        found = self.cleaned_data["credential"]
        if not isinstance(found, dict):
            raise forms.ValidationError(_("Dat lukte niet. Probeer het nog eens."))
        return found


class NewPasswordForm(forms.Form):
    """A password, twice. `user` is whose it becomes, so that it is not their own name."""

    password = forms.CharField(
        label=gettext_lazy("Nieuw wachtwoord"),
        help_text=gettext_lazy("Minstens 15 tekens. Een zin van vier woorden is goed."),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("Nog een keer het nieuwe wachtwoord"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user

    def clean_password(self) -> str:
        """Good enough, by `AUTH_PASSWORD_VALIDATORS`."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self._user)
        return password

    def clean_again(self) -> str:
        """The same as the first."""
        again: str = self.cleaned_data["again"]
        if "password" in self.cleaned_data and again != self.cleaned_data["password"]:
            raise forms.ValidationError(_("Dit is niet hetzelfde als hierboven."))
        return again


class ChangePasswordForm(NewPasswordForm):
    """The same, by who knows the present one."""

    current = forms.CharField(
        label=gettext_lazy("Uw wachtwoord nu"),
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "password", "again")
