"""What nobody does for another: not who stands in their place by law, and not who may only read."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from portal import clock
from portal.access.assist import codes, verbs
from portal.access.children import look_up_children
from portal.access.joining import join
from portal.access.models import Assist, AssistCode, Representation
from portal.access.representation import accept, authorise, revoke
from portal.people.actor import Actor
from tests.cast import Cast, actor, logged_in, make_cast
from tests.helpdesk.steps import code_of, finds, known_helper, types_code
from tests.registers import Register

OWN: Final[dict[str, Callable[[Actor], Any]]] = {
    "a code for the helpdesk": lambda who: codes.request_code(actor=who),
    "letting somebody fill in": lambda who: verbs.allow(actor=who, what="fill", on=True),
    "one's own children": lambda who: look_up_children(actor=who),
    "authorising somebody": lambda who: authorise(actor=who, services=["aow"], until_on=clock.today()),
    "taking it on": lambda who: accept(actor=who, code="ABCD-EFGH-2345"),
    "ending it": lambda who: revoke(actor=who, representation_id=uuid.uuid4()),
    "joining an account": lambda who: join(actor=who, person=None, code="ABCD-EFGH-2345"),
}


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.mark.parametrize("verb", OWN)
@pytest.mark.parametrize(
    "changes",
    [
        {"capacity": "guardian"},
        {"capacity": "representative"},
        {"capacity": "survivor"},
        {"reads_only": True},
    ],
    ids=str,
)
def test_only_the_citizen_does_this(cast: Cast, verb: str, changes: dict[str, Any]) -> None:
    with pytest.raises(PermissionError):
        OWN[verb](replace(actor(cast.citizen), **changes))
    assert not AssistCode.objects.exists()
    assert not Representation.objects.exists()


def test_a_code_of_mine_ends_no_code_of_another(cast: Cast) -> None:
    theirs = codes.request_code(actor=actor(cast.neighbour))
    first = codes.request_code(actor=actor(cast.citizen))
    codes.request_code(actor=actor(cast.citizen))
    assert AssistCode.objects.filter(over_at=None).count() == 2
    assert cast.citizen.citizen is not None
    assert cast.neighbour.citizen is not None
    with pytest.raises(codes.WrongCode):
        codes.use_code(staff=cast.helpdesk, citizen=cast.citizen.citizen, code=first)
    with pytest.raises(codes.WrongCode):
        codes.use_code(staff=cast.helpdesk, citizen=cast.citizen.citizen, code=theirs)
    assert codes.use_code(staff=cast.helpdesk, citizen=cast.neighbour.citizen, code=theirs)


def test_whoever_stops_it_stops_it_for_themselves(cast: Cast) -> None:
    helper = known_helper(cast.helpdesk)
    assert types_code(helper, finds(helper), code_of(logged_in(cast.citizen))) == "/"
    assert verbs.end_by_citizen(actor=actor(cast.neighbour)) == 0
    assert cast.neighbour.citizen is not None
    assert verbs.standing_with(cast.neighbour.citizen) is None
    assert Assist.objects.filter(ended_at=None).count() == 1
    assert verbs.end_by_citizen(actor=actor(cast.citizen)) == 1
