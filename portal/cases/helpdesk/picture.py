"""What the helpdesk sees of somebody: the strip of the first 30 seconds, and how everything stands.

Never what was written, nor an address: the citizen lets somebody look along for that. Who was not verified
gets general information, so nothing of the cases is read for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import clock
from portal.access.assist.register import hides_home
from portal.access.models import Representation
from portal.access.settling import has_died
from portal.cases.helpdesk.models import ContactMoment
from portal.cases.helpdesk.moments import moments_of
from portal.cases.models import Case, CitizenTask, Outcome, Phase, Silence
from portal.cases.reading.names import agency_of, short_name, title_of
from portal.cases.reading.wording import Standing, standing_of
from portal.catalogue import help_line
from portal.ledger.engine.gather import Known, fact_of
from portal.ledger.keys import KeyDestroyed
from portal.people.models import Citizen

_MOST: Final = 25


@dataclass(frozen=True, slots=True)
class Deadline:
    """The nearest last day, and what it costs to miss it."""

    day: date
    title: str
    cost: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case with how it stands, and whom to put somebody through to."""

    case: Case
    title: str
    agency: str
    phone: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything of somebody who was verified. `errors` are references of what did not get there."""

    cases: list[CaseLine]
    tasks: list[Deadline]
    moments: list[ContactMoment]
    deadline: Deadline | None
    errors: list[str]


@dataclass(frozen=True, slots=True)
class Strip:
    """What must be known before one says anything. `sentence` is there to read aloud."""

    verified: str
    acting: list[str]
    language: str
    in_danger: bool
    is_bereaved: bool
    promises: int
    sentence: str


def strip_of(citizen: Citizen, *, verified: str, picture: Picture | None) -> Strip:
    """`verified` is how it was established who this is: "code", "desk", or "" where it was not."""
    open_promises = [one for one in (picture.moments if picture else []) if one.closed_at is None]
    return Strip(
        verified=verified,
        acting=_acting(citizen),
        language=citizen.language,
        in_danger=citizen.safety_flag,
        is_bereaved=has_died(citizen) or Silence.objects.filter(citizen=citizen).exists(),
        promises=len(open_promises),
        sentence=_sentence(picture),
    )


def picture_of(citizen: Citizen) -> Picture:
    """Cases newest first, what is asked, what was promised, and the nearest last day."""
    hidden = citizen.safety_flag or hides_home(citizen)
    rows = Case.objects.filter(citizen=citizen).select_related("journey", "citizen", "outcome")
    cases = list(rows.prefetch_related("deliveries").order_by("-created_at")[:_MOST])
    for case in cases:
        case.hides_places = hidden
    tasks = _tasks(citizen, {case.pk: case for case in cases})
    days = sorted([*tasks, *_remedies(cases)], key=lambda one: one.day)
    return Picture(
        cases=[_line(case) for case in cases],
        tasks=tasks,
        moments=moments_of(citizen),
        deadline=next((one for one in days if one.day >= clock.today()), None),
        errors=[case.reference for case in cases if any(row.needs_human for row in case.deliveries.all())],
    )


def _line(case: Case) -> CaseLine:
    agency = agency_of(case)
    phone = help_line().contact.phone if case.hides_places else agency.contact.phone
    return CaseLine(case, title_of(case.definition), agency.name, phone, standing_of(case))


def _tasks(citizen: Citizen, cases: dict[object, Case]) -> list[Deadline]:
    """What is asked and has a last day, soonest first."""
    rows = CitizenTask.objects.filter(case__citizen=citizen, answered_at=None, dropped_at=None)
    dated = rows.exclude(due_on=None).exclude(case__phase__in=[one for one in Phase if one.is_final])
    return [
        Deadline(
            task.due_on,
            title_of(case.definition),
            _("Daarna kan %(agency)s beslissen zonder dit antwoord.")
            % {"agency": short_name(agency_of(case))},
        )
        for task in dated.order_by("due_on")
        if (case := cases.get(task.case_id)) is not None and task.due_on is not None
    ]


def _remedies(cases: list[Case]) -> list[Deadline]:
    """Until when somebody can object or appeal against what went against them."""
    words = _("Daarna kan deze persoon geen bezwaar of beroep meer instellen.")
    found = []
    for case in cases:
        outcome: Outcome | None = getattr(case, "outcome", None)
        if outcome is None or outcome.kind == Outcome.Kind.GRANTED or outcome.remedy_until is None:
            continue
        found.append(Deadline(outcome.remedy_until, title_of(case.definition), words))
    return found


def _acting(citizen: Citizen) -> list[str]:
    """As what somebody may act for this citizen; never who."""
    rows = Representation.objects.standing(clock.today()).filter(represented=citizen)
    kinds = {
        Representation.Kind.AUTHORISED: _("iemand die toestemming kreeg"),
        Representation.Kind.PARENT: _("een ouder"),
        Representation.Kind.CURATOR: _("een curator"),
        Representation.Kind.ADMINISTRATOR: _("een bewindvoerder"),
        Representation.Kind.EXECUTOR: _("een executeur"),
        Representation.Kind.HEIR: _("een erfgenaam"),
    }
    found = {
        kinds[kind] for kind in map(Representation.Kind, rows.values_list("kind", flat=True)) if kind in kinds
    }
    if _is_under_curatele(citizen):
        found.add(_("een curator: deze persoon staat onder curatele"))
    return sorted(found)


def _is_under_curatele(citizen: Citizen) -> bool:
    """As the register said when it was last asked; it is not asked here."""
    try:
        fact = fact_of(citizen, "brp.guardianship")
    except KeyDestroyed:
        return False
    return isinstance(fact, Known) and fact.value.get("under_guardianship") is True


def _sentence(picture: Picture | None) -> str:
    if picture is None:
        return _(
            "Ik kan u algemene informatie geven. Zal ik met u meekijken? "
            "Maak dan een code in Levensloket, en lees die voor."
        )
    if picture.deadline is not None:
        day = date_format(picture.deadline.day)
        return _("Ik zie dat u voor %(day)s nog iets kunt doen: %(what)s. Zal ik u daarbij helpen?") % {
            "day": day,
            "what": picture.deadline.title,
        }
    if picture.cases:
        return _("Ik zie hoe uw aanvragen ervoor staan. U hoeft nu niets te doen.")
    return _("Ik zie dat u hier nog niets hebt aangevraagd. Waar kan ik u mee helpen?")
