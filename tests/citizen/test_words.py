"""What the pages say is true: no value where there is none, no promise that nobody keeps."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from portal.cases.models import Phase
from portal.cases.status import apply_status
from tests.cases.steps import submitted
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
    assert "Niet bekend in het register" in mine  # a partner
    assert "UseLine" not in mine


def test_nobody_is_asked_to_dispute_what_would_not_be_sent(cast: Cast) -> None:
    noor = logged_in(cast.citizen)
    facts = page(noor, noor.post(START).headers["Location"])
    assert "gegevens/brp.address/klopt-niet/" in facts
    assert "gegevens/brp.partner/klopt-niet/" not in facts


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
