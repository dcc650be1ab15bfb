"""What happened to a case, a line for each thing that was heard of it."""

from __future__ import annotations

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lifeevents.model import Agency
from portal.cases.back.followers import AWAITED_AGAIN
from portal.cases.back.status import REOPENED
from portal.cases.models import Case, Phase, StatusUpdate
from portal.cases.reading.names import short_name
from portal.cases.reading.wording import phase_label
from portal.cases.talk.standing import CITIZEN
from portal.days import day_words
from portal.ledger.log.uses import PORTAL


def update_label(update: StatusUpdate, case: Case, agency: Agency) -> str:
    """One line of the timeline: what the phase means, by the agency that had the case then."""
    if update.phase == Phase.SENT:
        return _("Verstuurd")
    if update.phase == Phase.WAITING and case.phase != Phase.WAITING and case.send_on:
        return _("Bewaard tot %(date)s") % {"date": day_words(case.send_on)}
    if update.text == AWAITED_AGAIN:
        return _("Wij wachten opnieuw op een antwoord, en sturen dit dan alsnog")
    if update.external_id.startswith(REOPENED):
        return capfirst(_("%(agency)s kijkt er opnieuw naar") % {"agency": short_name(agency)})
    if update.heard_from == CITIZEN and update.phase == Phase.DONE:
        return _("U vroeg het daarna aan")
    if update.heard_from == CITIZEN:
        return _("U hebt geantwoord") if update.phase == Phase.HANDLED else _("Uw antwoord kon niet mee")
    if update.phase == Phase.NEEDS_YOU and update.heard_from == PORTAL:
        return _("Wij wachten op u")
    return phase_label(Phase(update.phase), case, case.definition, agency)
