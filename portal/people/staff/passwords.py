"""How passwords of staff are kept, and which are good enough."""

from __future__ import annotations

import re
from typing import Final

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.people.models import User

SHORTEST: Final = 15
LONGEST: Final = 256
"""So that nobody lets us work through a book."""
_FEWEST_SIGNS: Final = 6
_OURS: Final = ("wachtwoord", "welkom", "levensloket", "overheid", "gemeente", "medewerker", "nederland")


class OwaspArgon2(Argon2PasswordHasher):
    """Argon2id as the OWASP Password Storage Cheat Sheet asks at least: 19 MiB, 2 rounds, 1 lane."""

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1


class LongEnough:
    """Length makes a password hard to guess; there are no rules about capitals and signs (NIST 800-63B)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises `ValidationError`."""
        if len(password) < SHORTEST:
            words = _("Gebruik minstens %(count)s tekens. Een zin van vier woorden is goed.")
            raise ValidationError(words % {"count": SHORTEST}, code="short")

    def get_help_text(self) -> str:
        """For the form."""
        return _("Minstens %(count)s tekens. Een zin van vier woorden is goed.") % {"count": SHORTEST}


class NotCommon(CommonPasswordValidator):
    """Not on the list of common ones, nor one of those made longer: repeated, or with digits around it.

    The list (20,000, of Django) holds few that are long enough; the lazy way to make one is what people do.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises `ValidationError`."""
        plain = password.casefold().strip()
        bare = re.sub(r"[\W\d_]+", "", plain)
        cores = {plain, bare, _unit(plain), _unit(bare)}
        known = {*_OURS, *_own_words(user)}
        if (
            not bare
            or len(set(plain)) < _FEWEST_SIGNS
            or any(core in self.passwords or core in known for core in cores)
        ):
            raise ValidationError(_("Dit wachtwoord is makkelijk te raden. Kies iets anders."), code="common")

    def get_help_text(self) -> str:
        """For the form."""
        return _("Geen wachtwoord dat veel mensen kiezen.")


def _unit(text: str) -> str:
    """What a text is a repetition of: "welkom" of "welkomwelkom"; the text itself where it is none."""
    at = (text + text).find(text, 1)
    return text[:at] if text else ""


def _own_words(user: User | None) -> set[str]:
    if user is None:
        return set()
    name = re.sub(r"[\W\d_]+", "", user.name.casefold())
    return {name, (user.email or "").casefold()} - {""}
