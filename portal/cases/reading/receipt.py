"""The receipt: that an agency has a request, since when, and which day counts for the term (Awb 4:3a).

It is there as soon as the agency is, and shows what was sent; it is worked out of the case each time,
so that it says today's last day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.cases.back.status import FORWARDED, is_arrival
from portal.cases.models import Case, Phase, StatusUpdate
from portal.cases.notices.noting import is_by_post_only
from portal.cases.reading.names import agency_of, noun_of, short_name, title_of
from portal.days import day_words


@dataclass(frozen=True, slots=True)
class Receipt:
    """What it says. `sentences`: who has it, which day counts, and until when the agency may take."""

    title: str
    agency: str
    reference: str
    their_number: str
    sent_at: datetime
    arrived_at: datetime
    sentences: list[str]


def receipt_of(case: Case) -> Receipt | None:
    """The receipt of a case; None while the agency does not have it."""
    updates = list(case.updates.all())
    arrived = _arrival(updates)
    if arrived is None:
        return None
    sent = min((update.set_at for update in updates if update.phase == Phase.SENT), default=case.created_at)
    return Receipt(
        title=title_of(case.definition),
        agency=agency_of(case).name,
        reference=case.reference,
        their_number=case.their_number,
        sent_at=sent,
        arrived_at=arrived.set_at,
        sentences=list(_sentences(case, arrived.set_at)),
    )


def _arrival(updates: list[StatusUpdate]) -> StatusUpdate | None:
    """That the agency which has the case now got it: not the one that sent it on."""
    for update in sorted(updates, key=lambda one: one.heard_at, reverse=True):
        if update.external_id.startswith(FORWARDED):
            return None
        if is_arrival(update):
            return update
    return None


def _sentences(case: Case, arrived_at: datetime) -> list[str]:
    service = case.definition
    words = {
        "agency": short_name(agency_of(case)),
        "noun": noun_of(service),
        "arrived": day_words(localtime(arrived_at).date()),
        "received": day_words(case.received_on) if case.received_on else "",
        "due": day_words(case.due_on) if case.due_on else "",
    }
    said = [_("%(agency)s heeft uw %(noun)s sinds %(arrived)s.")]
    if case.received_on:
        said.append(_what_counts(case))
    if case.due_on:
        is_complaint = service.kind == "complaint"
        said.append(
            _("%(agency)s antwoordt uiterlijk %(due)s.")
            if is_complaint
            else _("%(agency)s beslist uiterlijk %(due)s.")
        )
        said.append(
            _("Verandert die dag? Dan krijgt u een brief.")
            if is_by_post_only(case)
            else _("Verandert die dag? Dan leest u dat in Levensloket.")
        )
    if service.kind == "application":
        said.append(_("De wet zegt dat u deze bevestiging krijgt: artikel 4:3a Algemene wet bestuursrecht."))
    if service.kind == "complaint":
        said.append(_("De wet zegt dat u deze bevestiging krijgt: artikel 9:6 Algemene wet bestuursrecht."))
    return [capfirst(sentence % words) for sentence in said]


def _what_counts(case: Case) -> str:
    if case.journey.filing_id and case.definition.intake == "portal":
        return _("Uw %(noun)s telt vanaf %(received)s: de dag waarop die bij ons binnenkwam.")
    if case.definition.intake == "portal":
        return _("Uw %(noun)s telt vanaf %(received)s: de dag waarop u die in Levensloket verstuurde.")
    return _("Uw %(noun)s telt vanaf %(received)s: de dag waarop %(agency)s die kreeg.")
