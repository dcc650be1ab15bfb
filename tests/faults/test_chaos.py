"""A short chaos: a few requests, faults in an order of their own, and the count of the agencies."""

from __future__ import annotations

import pytest

from tests.chaos.run import Plan, run, shout

pytestmark = pytest.mark.story

# Beside other tests, on two cores, a minute may not be enough for what takes ten seconds.
PLAN = Plan(
    seed=20,
    cases=40,
    browsers=2,
    ahead=20,
    seconds=1.0,
    pause=1.5,
    longest=25.0,
    rest=1.0,
    converges=180.0,
    skips_leases=True,
)


@pytest.mark.timeout(600)
def test_of_forty_requests_none_is_lost_and_none_is_doubled() -> None:
    result = run(PLAN, shout)
    assert result.wrong == []
    assert result.line == "filed 40, arrived 40, lost 0, doubled 0"
