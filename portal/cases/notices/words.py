"""The words of every mail, SMS and letter: that there is news, and never whose, from whom or what about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from portal.practice_mark import practice_words


@dataclass(frozen=True, slots=True)
class Words:
    """`short` is what an SMS says."""

    subject: str
    body: str
    short: str


def news_words() -> Words:
    """Something new waits."""
    return _mail(_("Er staat een bericht voor u klaar in Levensloket."))


def reminder_words() -> Words:
    """Something waits that was not read."""
    return _mail(_("Er staat nog een bericht voor u klaar in Levensloket. U hebt het nog niet gelezen."))


def code_words(code: str) -> Words:
    """The code that shows that an address is right."""
    first = _("Uw code is %(code)s. Vul hem in bij Levensloket. De code werkt 15 minuten.") % {"code": code}
    warning = _("Vroeg u dit niet? Dan hoeft u niets te doen. Geef de code aan niemand.")
    return _words(_("Uw code voor Levensloket"), f"{first}\n\n{warning}\n", f"{first} {warning}")


def assist_words(code: str, to: str) -> Words:
    """A code for the helpdesk, only for who called the helpdesk. `to`: `assist`, `fill` or `send`."""
    then = {
        "assist": _("Een medewerker kijkt dan 15 minuten mee."),
        "fill": _("Een medewerker kijkt dan 15 minuten mee en vult met u in. Er wordt nog niets verstuurd."),
        "send": _("Wat u samen invulde, wordt dan verstuurd. Laat het eerst helemaal voorlezen."),
    }[to]
    read = _("Hebt u óns zelf gebeld? Lees dan deze code voor: %(code)s.") % {
        "code": f"{code[:3]} {code[3:]}"
    }
    first = f"{read} {then} " + _("Wij vragen nooit uw DigiD-wachtwoord.")
    warning = _("Belde u ons niet? Geef de code dan aan niemand. De code werkt 10 minuten.")
    return _words(_("Uw code voor Levensloket"), f"{first}\n\n{warning}\n", f"{first} {warning}")


def _mail(said: str) -> Words:
    how = _("Open Levensloket zelf, zoals u altijd doet. In dit bericht staat geen link: dat is veiliger.")
    answer = _("Antwoorden op dit bericht kan niet.")
    return _words(_("Er is nieuws in Levensloket"), f"{said}\n\n{how}\n\n{answer}\n", f"{said} {how}")


def _words(subject: str, body: str, short: str) -> Words:
    """Where one practises each of them says so first."""
    if mark := practice_words():
        return Words(f"{_('Oefenen')}: {subject}", f"{mark}\n\n{body}", f"{mark} {short}")
    return Words(subject, body, short)


@dataclass(frozen=True, slots=True)
class LetterWords:
    """A letter: the day, its heading and sentences."""

    day: date
    subject: str
    sentences: tuple[str, ...]


def letter_words(day: date) -> LetterWords:
    """The same on paper, with another way in for who does not use the site."""
    return LetterWords(
        day=day,
        subject=_("Er staat een bericht voor u klaar"),
        sentences=(
            _("Er staat een bericht voor u klaar in Levensloket."),
            _("Wacht niet te lang: soms moet u voor een bepaalde dag iets doen."),
            _("Open Levensloket zelf, zoals u altijd doet. In deze brief staat geen link."),
            _("Gebruikt u geen internet? Bel ons. Wij lezen het bericht voor, of sturen het op papier."),
        ),
    )
