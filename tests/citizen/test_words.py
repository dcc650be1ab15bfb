"""What the pages say is true: no value where there is none, no promise that nobody keeps."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from portal.cases.back.status import apply_status
from portal.cases.models import Phase
from portal.templatetags.catalogue import breakable
from tests.cases.steps import answered, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

START = "/levensgebeurtenissen/kind-krijgen/begin/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_what_the_register_does_not_have_is_said_and_nothing_else(cast: Cast) -> None:
    noor = logged_in(cast.citizen)
    noor.post(START)
    mine = page(noor, "/mijn-gegevens/")
    assert "Geen partner bekend" in mine
    assert "UseLine" not in mine


def test_what_the_register_lacks_can_be_called_wrong_too_and_that_is_sent(cast: Cast) -> None:
    journey = answered(actor(cast.citizen))
    noor, base = logged_in(cast.citizen), f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/"
    noor.post(
        f"{base}gegevens/brp.partner/klopt-niet/",
        {"right": "Sam", "explanation": "Ik ben vorige week getrouwd"},
    )
    assert "Ik ben vorige week getrouwd" in page(noor, f"{base}gegevens/")
    assert "Ik ben vorige week getrouwd" in page(noor, f"{base}controle/")


def test_who_sent_it_before_is_told_so(cast: Cast) -> None:
    submitted(actor(cast.citizen))
    assert "al verstuurd" in page(logged_in(cast.citizen), "/levensgebeurtenissen/kind-krijgen/")
    assert "al verstuurd" not in page(logged_in(cast.neighbour), "/levensgebeurtenissen/kind-krijgen/")


def test_the_plan_does_not_say_that_nothing_is_asked_when_something_is(cast: Cast) -> None:
    waiting = submitted(actor(cast.citizen))["kinderbijslag"]
    noor, path = logged_in(cast.citizen), f"/levensgebeurtenissen/kind-krijgen/{waiting.journey_id}/"
    assert "Verstuurd. U hoeft nu niets te doen." in page(noor, path)
    apply_status(
        case=waiting,
        phase=Phase.NEEDS_YOU,
        text="changed",
        set_at=timezone.now(),
        external_id="changed",
        heard_from="levensloket",
    )
    assert "Bij een van de stappen moet u iets doen." in page(noor, path)


def test_what_was_not_ticked_can_be_asked_for_on_the_plan(cast: Cast, register: Register) -> None:
    journey = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"].journey
    noor, base = logged_in(cast.citizen), f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/"
    assert "omdat u het niet aanvinkte" in page(noor, base)
    for _ in range(2):
        assert noor.post(f"{base}alsnog/kinderbijslag/").headers["Location"] == base
    assert "Wacht op geboorteaangifte" in page(noor, base)
    assert journey.cases.count() == 2
    assert len(register.asked) == 1  # everything was still valid


def test_a_long_name_may_break_between_its_parts_and_nowhere_else() -> None:
    name = "Uitvoeringsinstituut Werknemersverzekeringen"
    assert breakable(name) == "Uitvoerings\u00adinstituut Werknemers\u00adverzekeringen"
    assert breakable("Sociale Verzekeringsbank, kinderopvangtoeslag") == (
        "Sociale Verzekeringsbank, kinderopvang\u00adtoeslag"
    )
