"""Several cases are locked in one order: what waits for another comes after it."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction

from portal.cases.locked import locked_in_turn
from portal.cases.models import Case, Phase, new_reference
from tests.cases.steps import submitted
from tests.cast import Cast, actor, citizen_of, make_cast
from tests.registers import Register


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.mark.parametrize("number", [0, (1 << 128) - 1])
def test_what_waits_is_locked_last_whatever_its_id(cast: Cast, number: int) -> None:
    submitted(actor(cast.citizen))
    waiting = Case.objects.get(phase=Phase.WAITING)
    waiting.pk, waiting.reference, waiting.service = uuid.UUID(int=number), new_reference(), "een-andere"
    waiting.save(force_insert=True)
    with transaction.atomic():
        found = [case.phase for case in locked_in_turn(Case.objects.filter(citizen=citizen_of(cast.citizen)))]
    assert found == [Phase.SENT, Phase.WAITING, Phase.WAITING]
