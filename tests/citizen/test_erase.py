"""What goes on request, what stays, and that what went cannot be read any more."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.cases.models import Case, Journey, Phase
from portal.ledger.engine.facts import facts_of
from portal.ledger.engine.gather import RETENTION
from portal.ledger.models import DataKey, DataUse, Fact, KeyDestruction
from tests.cases.steps import answered, deliver_all, submitted
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast
from tests.registers import Register

ERASE = "/mijn-gegevens/wissen/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Everybody; the registers know them."""
    return make_cast()


def _draft(cast: Cast) -> Client:
    answered(actor(cast.citizen))
    return logged_in(cast.citizen)


def test_first_one_reads_what_would_go_and_nothing_goes(cast: Cast) -> None:
    noor = _draft(cast)
    page = noor.get(ERASE).content.decode()
    assert "1 aanvraag die u niet verstuurde" in page
    assert "gegevens die wij voor u ophaalden" in page
    assert Journey.objects.exists()
    assert Fact.objects.exists()


def test_what_was_only_prepared_goes_and_its_key_is_destroyed(cast: Cast) -> None:
    noor = _draft(cast)
    sealed = bytes(DataKey.objects.get(retention=RETENTION).wrapped)
    lines = DataUse.objects.count()
    assert noor.post(ERASE).status_code == 302
    assert not Journey.objects.exists()
    assert not Fact.objects.exists()
    assert not DataKey.objects.filter(retention=RETENTION).exists()
    assert KeyDestruction.objects.filter(retention=RETENTION).exists()
    assert DataUse.objects.count() == lines, "the lines of the log stay"
    assert "niets dat wij kunnen wissen" in noor.get(ERASE).content.decode()
    assert sealed  # it was there


def test_one_can_begin_again_afterwards(cast: Cast) -> None:
    noor = _draft(cast)
    noor.post(ERASE)
    answered(actor(cast.citizen))
    assert facts_of(citizen_of(cast.citizen))


def test_what_was_sent_stays_with_its_ground_and_term(cast: Cast) -> None:
    submitted(actor(cast.citizen))
    deliver_all()
    noor = logged_in(cast.citizen)
    page = noor.get(ERASE).content.decode()
    for case in Case.objects.all():
        assert case.reference in page
        assert case.definition.activity.ground.name in page
    assert "Zolang het loopt, en daarna nog" in page
    assert "Dat is nodig zolang een aanvraag loopt." in page
    noor.post(ERASE)
    assert Fact.objects.exists()
    assert Case.objects.exists()


def test_after_its_end_a_request_stays_until_a_day(cast: Cast) -> None:
    submitted(actor(cast.citizen))
    deliver_all()
    Case.objects.update(phase=Phase.DONE)
    noor = logged_in(cast.citizen)
    assert "Zolang het loopt" not in noor.get(ERASE).content.decode()
    noor.post(ERASE)
    assert not Fact.objects.exists()
    assert Case.objects.exists()
    assert noor.get("/aanvragen/").status_code == 200


def test_nothing_of_a_neighbour_goes(cast: Cast) -> None:
    _draft(cast)
    before: Any = (Journey.objects.count(), Fact.objects.count())
    logged_in(cast.neighbour).post(ERASE)
    assert (Journey.objects.count(), Fact.objects.count()) == before
