"""An agency that answers what it should not: nothing twice, and the citizen reads what is true meanwhile."""

from __future__ import annotations

import pytest

from portal.local.stack import Stack
from tests.faults.conftest import A_MINUTE, arrivals
from tests.stories.agency import ONE_OF_EACH, Agency
from tests.stories.conftest import NewCaller
from tests.stories.waiting import is_delivered, one, until

pytestmark = pytest.mark.story

HAS_IT = "De gemeente Waterstad heeft uw aangifte"


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        ("busy", "zaken"),
        ("fails", "rollen"),
        ("down", "zaken"),
        ("stored-500", "zaken"),
        ("slow", "rollen"),
        ("half", "zaken"),
        ("mixed-up", "zaken"),
        ("mixed-up", "rollen"),
        ("lost", "statussen"),
    ],
)
def test_after_a_wrong_answer_there_is_one_of_each(
    fault: str, step: str, new_caller: NewCaller, stack: Stack, waterstad: Agency
) -> None:
    caller = new_caller("Sanne Visser")
    seen = caller.prepares()
    waterstad.breaks(fault, step=step, times=2)
    caller.sends(seen)
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert waterstad.has(reference) == ONE_OF_EACH
    assert arrivals(stack, reference) == 1
    assert HAS_IT in caller.get(f"/aanvragen/{reference}/").text


def test_what_an_agency_refuses_waits_for_a_person_and_then_arrives_once(
    new_caller: NewCaller, stack: Stack, waterstad: Agency
) -> None:
    caller = new_caller("Daan Bakker")
    seen = caller.prepares()
    waterstad.breaks("refuses", step="rollen")
    caller.sends(seen)
    reference = caller.reference()
    until(lambda: _human(stack, reference) == "refused", seconds=A_MINUTE, what="a row for a person")
    # Half of it is there, which is not what the citizen sent.
    assert waterstad.has(reference)["zaken"] == 1
    assert HAS_IT not in caller.get(f"/aanvragen/{reference}/").text
    waterstad.breaks("none")
    replay = ["manage.py", "delivery", "replay", "--reference", reference]
    stack.run("replay", replay).wait_for_success(seconds=A_MINUTE)
    until(lambda: is_delivered(stack, reference), seconds=A_MINUTE, what="the delivery")
    assert waterstad.has(reference) == ONE_OF_EACH
    assert HAS_IT in caller.get(f"/aanvragen/{reference}/").text


def _human(stack: Stack, reference: str) -> str:
    query = """
        SELECT needs_human FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'file'
    """
    return str(one(stack, query, reference))
