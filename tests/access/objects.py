"""The objects that the routes are walked with: all are Noor's, and Waterstad has her case.

A label names the parameters of an address; each route takes from them what it needs. Labels that
begin with "no-" name what does not exist.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from portal.cases.journeys import begin_journey, groups_of
from portal.cases.models import Case, CitizenTask, Delivery, Journey, Phase, Proceeding
from portal.cases.payloads import seal_payload
from portal.catalogue import catalogue
from tests.cast import Cast, actor

Parameters = Mapping[str, Any]
EVENT = "kind-krijgen"


def make_objects(cast: Cast) -> dict[str, Parameters]:
    """Label to parameters. The rows are made in the database."""
    sent = _begin(cast)
    Journey.objects.filter(pk=sent.pk).update(state=Journey.State.SUBMITTED, submitted_at=timezone.now())
    case = _case(sent, "geboorteaangifte", "gemeente-waterstad", Phase.SENT)
    Delivery.objects.create(
        case=case, kind=Delivery.Kind.FILE, destination=case.agency, delivered_at=timezone.now()
    )
    waiting = _case(sent, "kinderbijslag", "svb", Phase.WAITING)
    task = CitizenTask.objects.create(case=waiting, kind=CitizenTask.Kind.CONFIRM_CHANGE)
    stuck = Delivery.objects.create(
        case=waiting, kind=Delivery.Kind.FILE, destination="svb", needs_human=Delivery.Human.CONFIG
    )
    proceeding = Proceeding.objects.create(
        case=case, kind=Proceeding.Kind.OBJECTION, opened_on=timezone.localdate()
    )
    draft = _begin(cast)
    nobody = uuid.UUID(int=0)
    return {
        "-": {},
        "event": {"slug": EVENT},
        "no-event": {"slug": "bestaat-niet"},
        "draft": _journey(draft, draft.pk),
        "sent": _journey(sent, sent.pk),
        "no-journey": _journey(draft, nobody),
        "case": {"reference": case.reference, "task_id": nobody, "proceeding_id": proceeding.pk},
        "waiting-case": {"reference": waiting.reference, "task_id": task.pk, "proceeding_id": proceeding.pk},
        "no-case": {"reference": "LL-2222-2222", "task_id": task.pk, "proceeding_id": proceeding.pk},
        "stuck": {"row_id": stuck.pk},
        "no-stuck": {"row_id": nobody},
        "agency": {"agency": "gemeente-waterstad"},
        "no-agency": {"agency": "bestaat-niet"},
        "digid": {"provider_id": "digid"},
        "medewerker": {"provider_id": "medewerker"},
        "no-provider": {"provider_id": "bestaat-niet"},
    }


def _begin(cast: Cast) -> Journey:
    return begin_journey(actor=actor(cast.citizen), event=catalogue().events[EVENT])


def _journey(journey: Journey, journey_id: uuid.UUID) -> Parameters:
    field = next(name for name in journey.services[0].needs)
    return {
        "slug": EVENT,
        "journey_id": journey_id,
        "field": field,
        "group": groups_of(journey)[0].id,
        "number": 1,
        "service": "kinderbijslag",
    }


def _case(journey: Journey, service: str, agency: str, phase: Phase) -> Case:
    case = Case(citizen=journey.citizen, journey=journey, service=service, agency=agency, phase=phase)
    seal_payload(case, {"facts": {}, "answers": {}})
    case.save(force_insert=True)
    return case
