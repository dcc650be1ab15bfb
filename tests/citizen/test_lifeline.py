"""The citizen's life events on one page, and whom of one of them was not told."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.cases.models import Journey
from portal.cases.notices.noting import fall_silent
from portal.cases.talk.withdrawing import withdraw
from tests.cases.steps import deed_made, deliver_all, submitted
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import redefine
from tests.registers import Register

NOT_YET = "U vertelde het de gemeente. Nog niet de SVB (kinderbijslag)."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


def _page(client: Client) -> str:
    answer = client.get("/uw-levensgebeurtenissen/")
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", answer.content.decode())


def test_who_told_one_of_two_reads_who_does_not_know_yet(cast: Cast) -> None:
    cases = submitted(actor(cast.citizen), follow_ups=())
    page = _page(logged_in(cast.citizen))
    assert NOT_YET in page
    assert "0 van de 1 geregeld" in page
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    assert "1 van de 1 geregeld" in _page(logged_in(cast.citizen))


def test_who_told_everybody_reads_nothing_of_it(cast: Cast) -> None:
    cases = submitted(actor(cast.citizen))
    assert "Nog niet" not in _page(logged_in(cast.citizen))
    withdraw(case=cases["kinderbijslag"], actor=actor(cast.citizen))
    assert NOT_YET in _page(logged_in(cast.citizen))


def test_a_service_that_was_not_chosen_is_named_too_and_arranged_with_one_click(cast: Cast) -> None:
    """The birth was told; nobody ticked child benefit when it began."""
    cases = submitted(actor(cast.citizen), follow_ups=())
    journey = cases["geboorteaangifte"].journey
    redefine(journey, [one for one in journey.definitions if one["id"] == "geboorteaangifte"])
    noor = logged_in(cast.citizen)
    page = _page(noor)
    assert NOT_YET in page
    # It waits for the birth certificate, and there is nothing to press yet.
    assert "dat kan zodra dit klaar is: Geboorteaangifte" in page
    assert "Regel dit: Kinderbijslag" not in page
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    assert "Regel dit: Kinderbijslag" in _page(noor)
    begun = noor.post(
        "/levensgebeurtenissen/kind-krijgen/begin/", {"choosing": "1", "service": "kinderbijslag"}
    )
    assert begun.status_code == 302
    draft = Journey.objects.get(state="draft")
    # The birth is not registered twice, and the benefit waits for nothing.
    assert [(one.id, one.after) for one in draft.services] == [("kinderbijslag", None)]


def test_who_says_no_need_is_not_asked_again(cast: Cast) -> None:
    journey = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"].journey
    path = f"/uw-levensgebeurtenissen/{journey.pk}/kinderbijslag/niet-nodig/"
    assert logged_in(cast.neighbour).post(path).status_code == 404
    noor = logged_in(cast.citizen)
    assert "Niet nodig" in _page(noor)
    for _ in range(2):
        assert noor.post(path).status_code == 302
    page = _page(noor)
    assert "Nog niet" not in page
    assert "Niet nodig" not in page
    assert noor.post(path.replace("kinderbijslag", "rijbewijs")).status_code == 404


def test_a_follow_up_that_was_left_out_is_arranged_with_one_click(cast: Cast) -> None:
    journey = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"].journey
    noor = logged_in(cast.citizen)
    href = f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/alsnog/kinderbijslag/"
    assert f'action="{href}"' in _page(noor)
    assert noor.post(href).status_code == 302
    assert "Nog niet" not in _page(noor)


def test_after_a_child_died_nothing_is_suggested(cast: Cast) -> None:
    submitted(actor(cast.citizen), follow_ups=())
    fall_silent(citizen=citizen_of(cast.citizen), event="kind-krijgen")
    assert "Nog niet" not in _page(logged_in(cast.citizen))


def test_a_neighbour_sees_an_empty_page(cast: Cast) -> None:
    submitted(actor(cast.citizen), follow_ups=())
    assert "U hebt hier nog niets geregeld." in _page(logged_in(cast.neighbour))
