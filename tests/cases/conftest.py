"""The cast for tests of cases."""

from __future__ import annotations

import pytest

from portal.people.actor import Actor
from tests.cast import NOOR_BSN
from tests.factories import make_citizen_user
from tests.registers import Register


@pytest.fixture
def noor(db: None, register: Register) -> Actor:
    """Noor, who has a child; the register knows her."""
    return Actor.of_user(make_citizen_user(NOOR_BSN))
