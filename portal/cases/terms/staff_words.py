"""The clock in words for the officers of an agency: grounds, what stands still, why something is refused."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from lifeevents.terms.suspension import ABROAD, CITIZEN, CONSENT, FORCE_MAJEURE
from portal import clock
from portal.cases.models import TermEvent
from portal.days import day_words


def open_suspensions(rows: Iterable[TermEvent]) -> list[TermEvent]:
    """Those that nobody ended yet, and whose own last day did not pass."""
    all_rows = list(rows)
    ended = {row.ends_id for row in all_rows}
    return [
        row
        for row in all_rows
        if row.kind == TermEvent.Kind.SUSPENDED
        and row.pk not in ended
        and (row.until is None or row.until >= clock.today())
    ]


def ground_words() -> dict[str, str]:
    """The grounds of Awb 4:15 that an officer says here, in the order of the law.

    A question to the citizen (4:15(1)(a)) is none of them: asking it makes the clock stand still.
    """
    return {
        ABROAD: _("Wij vroegen informatie in het buitenland (4:15 lid 1 onder b)"),
        CONSENT: _("De inwoner stemde schriftelijk in met uitstel (4:15 lid 2 onder a)"),
        CITIZEN: _("De vertraging komt door de inwoner (4:15 lid 2 onder b)"),
        FORCE_MAJEURE: _("Wij kunnen niet beslissen door overmacht (4:15 lid 2 onder c)"),
    }


def suspension_words(row: TermEvent) -> str:
    """What the clock stands still for, and since when."""
    asked = _("U vroeg de inwoner om iets (4:15 lid 1 onder a)")
    ground = ground_words().get(row.article, asked)
    return _("%(ground)s. Sinds %(day)s.") % {"ground": ground, "day": day_words(row.since)}


def refused_words(reason: str) -> str:
    """Why the law does not let it, for officers."""
    return {
        "no-clock": _("Hier loopt geen termijn: de wet geeft er geen, of u hebt de aanvraag nog niet."),
        "closed": _("Dit is al klaar."),
        "over": _("De termijn was op die dag al voorbij. Dan kan hij niet meer stilstaan of langer worden."),
        "no-days": _("Hierdoor staat de klok geen dag stil."),
        "no-until": _("Vul in tot wanneer. Zonder die dag verandert de termijn niet."),
        "until-too-early": _("Kies een latere dag."),
        "until-too-late": _("Deze dag is te ver weg."),
        "since-in-future": _("Vul een dag in die al geweest is."),
        "since-too-early": _("Deze dag is te vroeg."),
        "no-ground": _("De wet kent deze reden niet."),
        "not-suspended": _("De klok staat niet stil."),
        "no-law": _("De wet geeft hier geen extra tijd. U kunt wel zeggen wanneer u verwacht te beslissen."),
        "once": _("De wet geeft maar één keer extra tijd. Dat is al gebeurd."),
        "too-long": _("Zoveel extra tijd geeft de wet niet."),
        "not-late": _("De termijn is nog niet voorbij."),
        "no-penalty": _("Hiervoor bestaat geen ingebrekestelling."),
    }[reason]
