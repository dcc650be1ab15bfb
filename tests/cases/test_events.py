"""Every life event from its beginning until it is sent, with everything that it offers ticked."""

from __future__ import annotations

from typing import Any

import pytest

from lifeevents.catalogue import load_catalogue
from lifeevents.model import Question
from portal.cases.journey import journeys
from portal.cases.journey.journeys import NothingChosen
from portal.cases.journey.submit import submit
from portal.cases.models import Phase
from portal.catalogue import catalogue
from portal.people.actor import Actor
from tests.cases.steps import reloaded, seen

EVENTS = [event.slug for event in load_catalogue().events.values() if event.chosen is not None]
HOME = {
    "street": "Heidepad",
    "number": "27",
    "postcode": "9002 CB",
    "city": "Heidedorp",
    "municipality": "9002",
}


def _answer(question: Question) -> Any:
    match question.kind:
        case "date":
            return "2026-11-20"
        case "time":
            return "14:05"
        case "choice":
            return question.choices[0].value
        case "yes_no":
            return "yes"
        case "municipality":
            return "9002"
        case "iban":
            return "NL02ABNA0123456789"
        case "address":
            return HOME
    return "12"


@pytest.mark.parametrize("slug", EVENTS)
def test_everything_of_an_event_becomes_a_request_to_its_agency(slug: str, noor: Actor) -> None:
    event = catalogue().events[slug]
    services = catalogue().services_of(event)
    journey = journeys.begin_journey(actor=noor, event=event, chosen=event.services)
    journeys.gather_facts(journey=journey)
    for group in journeys.groups_of(journey):
        item = {one.id: _answer(one) for one in group.questions if one.kind != "document"}
        journeys.answer(journey=journey, group=group.id, index=0, item=item)
    journey = reloaded(journey)

    cases = {
        case.service: case
        for case in submit(journey=journey, seen=seen(journey), follow_ups=event.services, level="midden")
    }

    assert cases.keys() == {service.id for service in services}
    for service in services:
        assert cases[service.id].phase == (Phase.WAITING if service.after else Phase.SENT)
        if isinstance(service.agency, str):
            assert cases[service.id].agency == service.agency
        else:
            assert cases[service.id].agency.startswith("gemeente-")


def test_only_what_was_ticked_is_asked_and_sent(noor: Actor) -> None:
    event = catalogue().events["werkloos-worden"]
    journey = journeys.begin_journey(actor=noor, event=event, chosen=["bijstand"])

    assert [service.id for service in journey.services] == ["bijstand"]
    assert "dismissal" not in {group.id for group in journeys.groups_of(journey)}


def test_other_ticks_change_the_draft_and_keep_its_answers(noor: Actor) -> None:
    event = catalogue().events["werkloos-worden"]
    journey = journeys.begin_journey(actor=noor, event=event, chosen=["bijstand"])
    journeys.answer(journey=journey, group="payment", index=0, item={"own_iban": "NL02ABNA0123456789"})
    again = journeys.begin_journey(actor=noor, event=event, chosen=["ww-uitkering"])

    assert again.pk == journey.pk
    assert [service.id for service in reloaded(again).services] == ["ww-uitkering"]
    assert journeys.answers_of(reloaded(again)).find("own_iban") == "NL02ABNA0123456789"


def test_what_a_ticked_service_waits_for_comes_along(noor: Actor) -> None:
    event = catalogue().events["kind-krijgen"]
    journey = journeys.begin_journey(actor=noor, event=event, chosen=["kinderbijslag"])

    assert [service.id for service in journey.services] == ["geboorteaangifte", "kinderbijslag"]


def test_nothing_ticked_begins_nothing(noor: Actor) -> None:
    with pytest.raises(NothingChosen):
        journeys.begin_journey(actor=noor, event=catalogue().events["werkloos-worden"], chosen=[])


def test_a_stranger_to_an_event_is_not_begun_by_ticking(noor: Actor) -> None:
    with pytest.raises(NothingChosen):
        journeys.begin_journey(actor=noor, event=catalogue().events["overlijden"], chosen=["ww-uitkering"])
