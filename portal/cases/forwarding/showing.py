"""How it reads that something was sent on: who has it now, why, by which article, and which day counts."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from lifeevents.model import Agency
from portal.cases.forwarding.going import name_of
from portal.cases.forwarding.models import Forwarding
from portal.cases.models import Case
from portal.cases.reading.names import agency_named, agency_of, noun_of, short_name
from portal.days import day_words


def agency_at(case: Case, moment: datetime) -> Agency:
    """The agency that had the case then: what it said before it sent the case on is still its own."""
    for one in _whole(case):
        if moment <= one.at:
            return agency_named(case, one.from_agency)
    return agency_of(case)


def forwarded_words(one: Forwarding, case: Case) -> str:
    """The whole of it for the citizen, as a text of a few lines. `case` is the one that it stands with."""
    names = {
        "first": short_name(agency_named(case, one.from_agency)),
        "next": short_name(agency_named(case, one.to_agency)),
        "noun": noun_of(case.definition),
        "day": day_words(one.received_on),
    }
    if one.message_id is not None:
        said = _("%(first)s gaat niet over dit bericht en stuurde het door naar %(next)s.")
    elif one.to_case_id is not None:
        said = _("%(first)s gaat hier niet over en stuurde wat u schreef door naar %(next)s.")
    else:
        said = _("%(first)s gaat hier niet over en stuurde uw %(noun)s door naar %(next)s.")
    parts = [
        capfirst(f"{said % names} {_law()}"),
        *_why(one),
        _("Was u op tijd? Daarvoor telt %(day)s, de dag waarop %(first)s het kreeg.") % names,
    ]
    return "\n".join(parts)


def step_why(one: Forwarding) -> str:
    """On the timeline: why, and by which article."""
    return " ".join([*_why(one), _law()])


def _why(one: Forwarding) -> list[str]:
    return [_("Waarom: %(reason)s") % {"reason": one.reason}] if one.reason else []


def _law() -> str:
    return _("Dat moet van de wet (artikel 2:3 Algemene wet bestuursrecht). U hoeft niets te doen.")


def step_label(case: Case, one: Forwarding) -> str:
    """On the timeline: to whom it was sent on."""
    return _("Doorgestuurd naar %(agency)s") % {"agency": short_name(agency_named(case, one.to_agency))}


def came_words(one: Forwarding) -> str:
    """For the officer of the agency that it was sent to."""
    words = _(
        "Doorgestuurd door %(first)s (artikel 2:3 Awb). Die had het op %(day)s: die dag telt "
        "voor de vraag of de inwoner op tijd was. Waarom: %(reason)s"
    )
    names = {"day": day_words(one.received_on), "reason": one.reason or _("Gewist")}
    return words % {**names, "first": name_of(one.from_agency)}


def _whole(case: Case) -> list[Forwarding]:
    """Each time that the case itself was sent on, oldest first."""
    if not case.forwarded_from:
        return []
    return [one for one in case.forwardings.all() if one.message_id is None and one.to_case_id is None]
