"""An officer sends on what is not for the agency, and reads what came from another."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.cases.models import Case, Forwarding
from portal.cases.talk.writing import write
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import make_officer
from tests.registers import Register

NEXT = "gemeente-heidedorp"
WHY = "Het kind is in Heidedorp geboren."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """Noor's registration of a birth, at Waterstad."""
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def desk(cast: Cast) -> Client:
    return logged_in(cast.officer)


def sends(desk: Client, address: str, **more: Any) -> Any:
    return desk.post(address, {"to": NEXT, "reason": WHY, "key": uuid.uuid4(), **more})


def test_a_case_is_sent_on_and_both_sides_read_it(cast: Cast, case: Case, desk: Client) -> None:
    page = desk.get(f"/medewerker/{case.reference}/").content.decode()
    (address,) = re.findall(r'href="([^"]+/doorsturen/)"', page)
    assert sends(desk, address).status_code == 302
    deliver_all()
    assert desk.get(f"/medewerker/{case.reference}/").status_code == 404
    theirs = logged_in(make_officer(NEXT)).get(f"/medewerker/{case.reference}/").content.decode()
    assert "Doorgestuurd door Gemeente Waterstad" in theirs
    assert WHY in theirs
    citizen = logged_in(cast.citizen)
    own = citizen.get(f"/aanvragen/{case.reference}/").content.decode()
    assert "stuurde uw aangifte door naar" in own
    assert "artikel 2:3" in own
    assert "Gemeente Heidedorp" in citizen.get("/berichten/").content.decode()
    assert citizen.get(f"/aanvragen/{case.reference}/ontvangstbevestiging/").status_code == 200


def test_a_message_is_sent_on_from_the_thread(cast: Cast, case: Case, desk: Client) -> None:
    write(case=case, actor=actor(cast.citizen), text="Krijg ik kinderbijslag?", external_id="m1")
    deliver_all()
    thread = desk.get(f"/medewerker/{case.reference}/gesprek/").content.decode()
    (address,) = re.findall(r'href="([^"]+/doorsturen/)"', thread)
    shown = desk.get(address).content.decode()
    assert "Krijg ik kinderbijslag?" in shown
    assert sends(desk, address, to="svb").status_code == 302
    deliver_all()
    there = Forwarding.objects.get().to_case
    assert there is not None
    citizen = logged_in(cast.citizen)
    assert there.reference in citizen.get(f"/aanvragen/{case.reference}/berichten/").content.decode()
    page = citizen.get(f"/aanvragen/{there.reference}/").content.decode()
    assert "Doorgestuurd bericht" in page
    assert "Krijg ik kinderbijslag?" in page
    plan = reverse("citizen:plan", args=[there.journey.event, there.journey_id])
    assert "Doorgestuurd bericht" in citizen.get(plan).content.decode()
    assert "doorsturen" not in desk.get(f"/medewerker/{case.reference}/gesprek/").content.decode()
    assert desk.get(address).status_code == 404


def test_without_a_reason_nothing_is_sent_on(case: Case, desk: Client) -> None:
    answer = sends(desk, f"/medewerker/{case.reference}/doorsturen/", reason=" ")
    assert answer.status_code == 422
    assert Forwarding.objects.count() == 0


def test_what_cannot_go_now_is_said(case: Case, desk: Client, cast: Cast) -> None:
    write(case=case, actor=actor(cast.citizen), text="Onderweg.", external_id="m1")
    case.deliveries.filter(kind="message").update(lease_until="2999-01-01T00:00Z")
    answer = sends(desk, f"/medewerker/{case.reference}/doorsturen/")
    assert answer.status_code == 422
    assert "onderweg naar u" in answer.content.decode()
