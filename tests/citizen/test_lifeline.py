"""The citizen's life events on one page, and whom of one of them was not told."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.cases.notices.noting import fall_silent
from portal.cases.talk.withdrawing import withdraw
from tests.cases.steps import deed_made, deliver_all, submitted
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
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


def test_after_a_child_died_nothing_is_suggested(cast: Cast) -> None:
    submitted(actor(cast.citizen), follow_ups=())
    fall_silent(citizen=citizen_of(cast.citizen), event="kind-krijgen")
    assert "Nog niet" not in _page(logged_in(cast.citizen))


def test_a_neighbour_sees_an_empty_page(cast: Cast) -> None:
    submitted(actor(cast.citizen), follow_ups=())
    assert "U hebt hier nog niets geregeld." in _page(logged_in(cast.neighbour))
