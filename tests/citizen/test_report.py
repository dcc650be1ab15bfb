"""Where money runs from the first sign, one reports before any form; the application carries the day."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from connectors.base import Unavailable
from lifeevents.catalogue import load_catalogue
from portal.cases.back.concluding import conclude
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.payloads import payload_of, properties_of, requests_of
from portal.cases.journey.reports import report_today
from portal.cases.journey.submit import Changed, fingerprint, submit
from portal.cases.models import Case, Delivery, InboxItem, Journey, Notice, Outcome, Phase
from portal.cases.out.grounds import too_much
from portal.cases.talk.withdrawing import withdraw
from portal.catalogue import catalogue
from portal.people.actor import Actor
from tests.cases.steps import deliver_all
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import make_officer
from tests.registers import Register

PATH = "/levensgebeurtenissen/werkloos-worden/"
MONDAY = date(2026, 8, 3)
ANSWERS: dict[str, dict[str, Any]] = {
    "assistance": {"monthly_income": "0", "savings": "100", "living_situation": "alone", "urgent": "no"},
    "payment": {"own_iban": "NL02ABNA0123456789"},
    "story": {},
}


@pytest.fixture
def cast(db: None, register: Register, settings: Any) -> Cast:
    settings.PORTAL_NOW = MONDAY
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def _reports(client: Client, service: str = "bijstand") -> Any:
    return client.post(f"{PATH}melden/{service}/", follow=True)


def _applied(actor: Actor) -> Journey:
    """Everything about bijstand is filled in, and not sent yet."""
    event = catalogue().events["werkloos-worden"]
    journey = journeys.begin_journey(actor=actor, event=event, chosen=["bijstand"])
    journeys.gather_facts(journey=journey)
    for group, item in ANSWERS.items():
        journeys.answer(journey=journey, group=group, index=0, item=item)
    return Journey.objects.select_related("citizen").get(pk=journey.pk)


def _sends(journey: Journey) -> Case:
    hash_ = fingerprint(requests_of(journey, answers_of(journey)))
    (case,) = submit(journey=journey, seen=hash_, follow_ups=[], level="midden")
    return case


def test_the_first_page_offers_it_before_any_form_and_one_press_files_it_with_its_day(noor: Client) -> None:
    page = _text(noor.get(PATH))
    assert page.index("Meld u vandaag") < page.index("Wat wilt u regelen?")
    assert "artikel 44, eerste lid, Participatiewet" in page

    answer = _text(_reports(noor))

    assert "U hebt zich gemeld op maandag 3 augustus 2026. Die dag telt." in answer
    case = Case.objects.get()
    assert (case.service, case.agency, case.received_on) == ("bijstand-melding", "uwv", MONDAY)
    assert [(row.kind, row.destination) for row in Delivery.objects.all()] == [("file", "uwv")]
    assert set(payload_of(case)["facts"]) == {"brp.name", "brp.address"}
    inbox = _text(noor.get("/berichten/"))
    assert "Melding voor bijstand" in inbox
    assert "U meldde zich op maandag 3 augustus 2026. Die dag telt." in inbox
    assert InboxItem.objects.filter(case=case, kind="case").count() == 1


def test_the_agency_gets_it_and_the_page_says_what_comes_next(noor: Client) -> None:
    _reports(noor)
    deliver_all()
    case = Case.objects.get()
    assert (case.phase, case.their_reference != "") == (Phase.ARRIVED, True)
    page = _text(noor.get(f"/aanvragen/{case.reference}/"))
    assert "UWV heeft uw melding" in page
    assert "Vraag nu zo snel mogelijk aan wat u nodig hebt." in page
    assert "U hoeft niets te doen" not in page
    assert "telt vanaf maandag 3 augustus 2026" in _text(
        noor.get(f"/aanvragen/{case.reference}/ontvangstbevestiging/")
    )


def test_pressed_twice_also_later_it_is_one_report_of_the_first_day(noor: Client, settings: Any) -> None:
    _reports(noor)
    settings.PORTAL_NOW = date(2026, 8, 5)
    assert "gemeld op maandag 3 augustus 2026" in _text(_reports(noor))
    assert Case.objects.count() == Journey.objects.count() == 1
    page = _text(noor.get(PATH))
    assert "U hebt zich gemeld" in page
    assert "Meld u vandaag" not in page


def test_a_register_that_is_down_costs_nobody_the_day(noor: Client, register: Register) -> None:
    register.failure = Unavailable("brp is away")
    _reports(noor)
    case = Case.objects.get()
    assert case.received_on == MONDAY
    assert payload_of(case)["not_fetched"] == ["brp.name", "brp.address"]
    deliver_all()
    assert Case.objects.get().phase == Phase.ARRIVED


def test_the_application_carries_the_day_and_ends_the_report(cast: Cast, noor: Client, settings: Any) -> None:
    _reports(noor)
    report = Case.objects.get()
    settings.PORTAL_NOW = date(2026, 8, 20)
    journey = _applied(actor(cast.citizen))
    review = _text(noor.get(f"{PATH}{journey.pk}/controle/"))
    words = f"Telt vanaf de melding van maandag 3 augustus 2026, kenmerk {report.reference}."
    assert words in review

    case = _sends(journey)

    payload = payload_of(case)
    assert payload["reported"] == {"on": "2026-08-03", "reference": report.reference, "agency": "uwv"}
    assert properties_of(case.definition, payload)["gemeld op"] == "2026-08-03"
    assert too_much(case.definition, payload) == []
    assert words in _text(noor.get(f"/aanvragen/{case.reference}/"))
    report.refresh_from_db()
    case.refresh_from_db()
    assert (report.phase, case.report_id) == (Phase.DONE, report.pk)
    page = _text(noor.get(f"/aanvragen/{report.reference}/"))
    assert "Uw aanvraag telt vanaf die dag." in page
    assert "U vroeg het daarna aan" in page
    # By the citizen's own press: nobody is told of it.
    assert not Notice.objects.filter(case=report, about="done").exists()


def test_the_report_arrives_also_where_the_application_was_sent_before_it(cast: Cast, noor: Client) -> None:
    _reports(noor)
    _sends(_applied(actor(cast.citizen)))
    deliver_all()
    report = Case.objects.get(service="bijstand-melding")
    assert (report.phase, report.their_reference != "") == (Phase.DONE, True)


def test_an_application_carries_a_report_once(cast: Cast, noor: Client, settings: Any) -> None:
    _reports(noor)
    first = _sends(_applied(actor(cast.citizen)))
    assert "reported" not in payload_of(_sends(_applied(actor(cast.citizen))))
    # What was taken back counts for nothing, so its report is free again.
    withdraw(case=first, actor=actor(cast.citizen))
    assert "reported" in payload_of(_sends(_applied(actor(cast.citizen))))


def test_a_report_that_was_taken_back_since_the_review_is_not_sent(cast: Cast, noor: Client) -> None:
    _reports(noor)
    journey = _applied(actor(cast.citizen))
    seen = fingerprint(requests_of(journey, answers_of(journey)))
    withdraw(case=Case.objects.get(), actor=actor(cast.citizen))
    with pytest.raises(Changed):
        submit(journey=journey, seen=seen, follow_ups=[], level="midden")
    assert "reported" not in payload_of(_sends(journey))
    assert "Meld u vandaag" in _text(noor.get(PATH))


def test_registered_by_the_agency_it_still_counts_and_refused_it_does_not(cast: Cast, noor: Client) -> None:
    uwv = Actor.of_user(make_officer("uwv"))
    for kind, counts in ((Outcome.Kind.REFUSED, False), (Outcome.Kind.GRANTED, True)):
        _reports(noor)
        deliver_all()
        case = Case.objects.filter(outcome=None).get()
        conclude(case=case, kind=kind, motivation="Vastgelegd.", actor=uwv)
        (request,) = requests_of(journey := _applied(actor(cast.citizen)), answers_of(journey))
        assert ("reported" in request.payload) == counts


def test_only_a_service_of_the_event_that_counts_from_a_report(noor: Client, cast: Cast) -> None:
    for service in ("ww-uitkering", "bijzondere-bijstand", "bestaat-niet"):
        assert _reports(noor, service).status_code == 404
    with pytest.raises(LookupError):
        report_today(
            actor=actor(cast.citizen),
            event=catalogue().events["werkloos-worden"],
            service=catalogue().services["ww-uitkering"],
            level="midden",
        )
    assert not Case.objects.exists()


def test_a_weak_login_is_raised_first(cast: Cast) -> None:
    answer = logged_in(cast.citizen, level="basis").post(f"{PATH}melden/bijstand/")
    assert answer.status_code == 403
    assert not Case.objects.exists()


def test_a_report_is_not_the_life_event_itself(noor: Client) -> None:
    _reports(noor)
    assert "U hoeft het niet nog een keer te doen" not in _text(noor.get(PATH))


def test_the_law_texts_say_which_services_count_from_a_report() -> None:
    """PW 5(a), 44(1) and 47b: both kinds of bijstand, and the AIO. WW 35 looks back by itself."""
    found = {one.id: one.report.service for one in load_catalogue().services.values() if one.report}
    assert found == {
        "bijstand": "bijstand-melding",
        "bijzondere-bijstand": "bijstand-melding",
        "aio-aanvulling": "aio-melding",
    }
