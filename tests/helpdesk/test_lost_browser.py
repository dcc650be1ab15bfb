"""Who loses a browser in the middle of helping somebody does not wait until its time is over."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from portal.access.models import Assist, Filing
from tests.cast import Cast, logged_in, make_cast
from tests.helpdesk.filing import amal, filed, writes_down
from tests.helpdesk.steps import code_of, finds, known_helper, looks_along, read_log, types_code
from tests.registers import Register


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    cache.clear()
    return make_cast()


BUTTON = "Stop waar ik mee bezig was"


def test_what_was_begun_in_a_browser_that_is_gone_is_stopped_and_the_next_person_is_helped(
    cast: Cast,
) -> None:
    case = filed(writes_down(cast.helpdesk, amal()))
    helper = known_helper(cast.helpdesk)
    helper.post("/helpdesk/", {"zoek": "kenmerk", "reference": case.reference})
    path = f"/helpdesk/inwoner/{case.citizen_id}/"
    helper.post(f"{path}aan-de-balie/", {"terug": "invullen"})
    assert BUTTON not in helper.get(f"{path}invullen/").content.decode()
    refused = helper.post(f"{path}invullen/", {"channel": "desk"})
    assert refused.status_code == 422
    assert BUTTON in refused.content.decode()
    stopped = helper.post("/helpdesk/elders-stoppen/", {"next": f"{path}invullen/"})
    assert stopped["Location"] == f"{path}invullen/"
    assert helper.post(f"{path}invullen/", {"channel": "desk"})["Location"] == "/helpdesk/invullen/"
    assert Filing.objects.filter(staff=cast.helpdesk, ended_at=None).count() == 1


def test_so_is_looking_along_and_the_citizen_reads_that_it_stopped(cast: Cast) -> None:
    citizen, _lost = looks_along(cast)
    helper = logged_in(cast.helpdesk)
    page = finds(helper)
    form = {"reason": "stuck", "ticket": "MELD-2", "code": code_of(citizen)}
    refused = helper.post(f"{page}meekijken/", form)
    assert BUTTON in refused.content.decode()
    assert helper.post("/helpdesk/elders-stoppen/", {"next": page})["Location"] == page
    assert not Assist.objects.filter(ended_at=None).exists()
    assert cast.citizen.citizen is not None
    assert read_log(cast.citizen.citizen)[-1] == "assist-ended:staff"
    assert types_code(helper, page, code_of(citizen)) == "/"


def test_it_stops_what_is_ones_own_alone_and_leads_nowhere_else(cast: Cast) -> None:
    filed(writes_down(cast.helpdesk, amal()))
    other = logged_in(cast.helpdesk_lead)
    away = other.post("/helpdesk/elders-stoppen/", {"next": "https://elders.example/"})
    assert away["Location"] == "/helpdesk/"
    assert Filing.objects.filter(staff=cast.helpdesk, ended_at=None).exists()
    assert Client().post("/helpdesk/elders-stoppen/").status_code == 302
    assert logged_in(cast.citizen).post("/helpdesk/elders-stoppen/").status_code == 404
