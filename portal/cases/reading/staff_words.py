"""A case in words for the officers of its agency."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.cases.models import Case, Phase


def staff_words(case: Case) -> str:
    """The phase of a case in words for the agency's own officers."""
    return staff_phase_words(case.phase)


def staff_phase_words(phase: str) -> str:
    """A phase in those words."""
    return {
        Phase.ARRIVED: _("Nieuw"),
        Phase.HANDLED: _("In behandeling"),
        Phase.NEEDS_YOU: _("Wacht op de inwoner"),
        Phase.DECIDED: _("Klaar"),
        Phase.DONE: _("Klaar"),
        Phase.WITHDRAWN: _("Ingetrokken"),
        Phase.STOPPED: _("Stopgezet"),
    }.get(Phase(phase), _("Onderweg"))


def attention_texts(keys: list[str]) -> list[str]:
    """What a rule could not judge, as sentences for the officer."""
    texts = {
        "custody": _("Het register kan niet zeggen wie het gezag over het kind heeft. Kijk hier zelf naar."),
        "account": _(
            "De inwoner kwam onder bewind nadat dit was ingevuld. Betaal alleen op de rekening van de "
            "bewindvoerder; staat die er niet, vraag ernaar."
        ),
        "complaint": _(
            "Dit is een klacht. Wie erbij betrokken was, behandelt hem niet (9:7 Awb). Hoor de inwoner "
            "eerst, tenzij die dat niet wil (9:10). Schrijf in het antwoord wat u vond en wat u eraan "
            "doet (9:12)."
        ),
        "no-bsn": _("Het kind heeft nog geen burgerservicenummer in het register."),
    }
    return [texts[key] for key in keys if key in texts]
