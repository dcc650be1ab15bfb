"""What people read when what they send cannot be taken, and of what a person of the agency did with them."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.cases.talk.files import MOST
from portal.cases.talk.texts import LONGEST


def why_not_file(reason: str) -> str:
    """A reason of `WrongFile`, or of a document that was refused later, as a sentence with a way on."""
    return {
        "nameless": _("Dit bestand heeft geen naam. Geef het een naam, en kies het dan opnieuw."),
        "empty": _("Dit bestand is leeg. Kies een ander bestand."),
        "large": _("Dit bestand is groter dan 25 MB. Maak het kleiner, of kies een ander bestand."),
        "kind": _("Dit is geen PDF, JPEG of PNG. Maak een foto of een PDF en kies die."),
        "encrypted": _("Op dit PDF-bestand zit een slot. Maak een PDF zonder wachtwoord, of een foto."),
        "script": _("In dit bestand zit een programma. Druk het opnieuw af als PDF, of maak een foto."),
        "bomb": _("Dit bestand is te groot als je het opent. Maak het kleiner, of maak een foto."),
        "virus": _("In dit bestand zit een virus. Wij hebben het weggegooid. Kies een ander bestand."),
        "unavailable": _("Wij konden dit niet ophalen. Vraag de organisatie om dit document."),
    }[reason]


def too_many_files() -> str:
    """As many as there may be."""
    return _("U stuurde al %(most)d bestanden mee. Meer kan niet.") % {"most": MOST}


def why_not_text(reason: str) -> str:
    """A reason of `WrongText` as a sentence with a way on."""
    return {
        "empty": _("Vul dit in."),
        "long": _("Deze tekst is te lang. U kunt hooguit %(longest)d tekens gebruiken.")
        % {"longest": LONGEST},
        "control": _("In deze tekst staan tekens die wij niet kunnen bewaren. Typ de tekst opnieuw."),
    }[reason]


def hearing_words() -> str:
    """What is asked of who is heard before a refusal."""
    return _("Geef uw reactie voordat de organisatie beslist")


def call_words(title: str, reference: str, *, at_desk: bool) -> str:
    """What a call, or a talk at the desk, was about."""
    words = _("Gesprek aan de balie over %(title)s (%(reference)s)")
    words = words if at_desk else _("Telefoongesprek over %(title)s (%(reference)s)")
    return words % {"title": title, "reference": reference}
