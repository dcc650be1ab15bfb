"""How a case ended, and why one stopped, in the words of the citizen."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lifeevents.model import Agency, Service
from portal.cases.models import Case, Outcome
from portal.cases.reading.names import agency_named, short_name, title_of


def outcome_text(case: Case, outcome: Outcome) -> str:
    """What the citizen gets, in the first line."""
    service = case.definition
    title = title_of(service)
    if service.kind == "application":
        sentences = {
            Outcome.Kind.GRANTED: _("U krijgt %(service)s."),
            Outcome.Kind.PARTLY: _("U krijgt een deel van %(service)s."),
            Outcome.Kind.REFUSED: _("U krijgt geen %(service)s."),
        }
        return sentences[Outcome.Kind(outcome.kind)] % {"service": title.lower()}
    if service.kind == "complaint":
        return _finding_text(Outcome.Kind(outcome.kind))
    if outcome.kind == Outcome.Kind.REFUSED:
        return _("%(service)s is niet gelukt.") % {"service": title}
    return _("%(service)s is geregeld.") % {"service": title}


def _finding_text(kind: Outcome.Kind) -> str:
    """Of a complaint: whether the agency agrees (Awb 9:12). One that it need not treat (9:8) says why."""
    return {
        Outcome.Kind.GRANTED: _("U krijgt gelijk: uw klacht is gegrond."),
        Outcome.Kind.PARTLY: _("U krijgt voor een deel gelijk: uw klacht is deels gegrond."),
        Outcome.Kind.REFUSED: _("U krijgt geen gelijk, of uw klacht is niet behandeld."),
    }[kind]


ENDED: Final = "ended:"
"""Begins the text of the status of a case that its agency ended without an outcome, before the ground."""


_ENDED_WORDS: Final = {
    "ended:incomplete": gettext_lazy("uw aanvraag was niet compleet"),
    "ended:said": gettext_lazy("u zei dat het niet meer nodig is"),
    "ended:twice": gettext_lazy("u had dit al aangevraagd"),
}


def stopped_reason(case: Case) -> str:
    """In a few words why nothing was sent."""
    if (there := _sent_on_to(case)) is not None:
        return _("doorgestuurd naar %(agency)s") % {"agency": short_name(there)}
    how, awaited = _awaited_in_vain(case)
    if how in _ENDED_WORDS:
        return str(_ENDED_WORDS[how])
    if awaited is not None:
        words = {"service": title_of(awaited).lower()}
        if how == "awaited-forwarded":
            return _("de %(service)s is doorgestuurd") % words
        if how == "awaited-withdrawn":
            return _("u hebt de %(service)s ingetrokken") % words
        return _("de %(service)s is niet gelukt") % words
    return _("een medewerker neemt contact met u op")


def stopped_sentence(case: Case) -> str:
    if (there := _sent_on_to(case)) is not None:
        said = _("%(agency)s gaat hierover en kreeg wat u schreef. U hoeft niets te doen.")
        return said % {"agency": short_name(there)}
    if _awaited_in_vain(case)[0] in _ENDED_WORDS:
        return _("U leest hieronder waarom, en wat u kunt doen.")
    if _awaited_in_vain(case)[1] is not None:
        return _("Daarom sturen wij dit niet. Bel ons als u hulp wilt.")
    return _("Wij sturen dit niet meer. Een medewerker belt u of schrijft u.")


def _sent_on_to(case: Case) -> Agency | None:
    """The agency that got what the citizen wrote, where the case ended by that."""
    newest = case.updates.first()
    how, _colon, agency = (newest.text if newest else "").partition(":")
    return agency_named(case, agency) if how == "forwarded" else None


def _awaited_in_vain(case: Case) -> tuple[str, Service | None]:
    """How it went with the service that this one waited for; None where it stopped for another reason."""
    newest = case.updates.first()
    how, _colon, service = (newest.text if newest else "").partition(":")
    if newest is not None and newest.text in _ENDED_WORDS:
        return newest.text, None
    if how not in ("awaited-refused", "awaited-withdrawn", "awaited-forwarded"):
        return how, None
    return how, case.journey.service(service)
