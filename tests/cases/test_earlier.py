"""What was typed before is offered again: only what may be, only from what was sent, never by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lifeevents.model import Choice, QuestionGroup, Text, dump
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.earlier import LOOK_BACK, earlier_answers
from portal.cases.models import Journey
from portal.ledger.models import DataKey
from portal.people.actor import Actor
from tests.cases.steps import ANSWERS, answered, begun, submitted
from tests.factories import make_citizen_user, redefine, spare_bsns

IBAN = "NL02ABNA0123456789"
OTHER_IBAN = "NL91ABNA0417164300"


def _benefit(journey: Journey) -> QuestionGroup:
    return next(group for group in journeys.groups_of(journey) if group.id == "benefit")


def _offered(journey: Journey, group: QuestionGroup | None = None, **item: Any) -> dict[str, Any]:
    found = earlier_answers(journey, group or _benefit(journey), item)
    return {name: earlier.value for name, earlier in found.items()}


def _changed(group: QuestionGroup, **changes: Any) -> QuestionGroup:
    """The same page, with its account number defined in another way."""
    questions = [dataclasses.replace(q, **changes) if q.id == "iban" else q for q in group.questions]
    return dataclasses.replace(group, questions=tuple(questions))


def test_the_account_number_of_last_time_is_offered_and_nothing_else(noor: Actor) -> None:
    before = submitted(noor)["geboorteaangifte"].journey
    (name, found), *more = earlier_answers((journey := begun(noor)), _benefit(journey), {}).items()
    assert (name, found.value, found.journey, more) == ("iban", IBAN, str(before.pk), [])


def test_the_newest_of_several_is_offered(noor: Actor) -> None:
    submitted(noor)
    submitted(noor, benefit=[ANSWERS["benefit"][0] | {"iban": OTHER_IBAN}])
    assert _offered(begun(noor)) == {"iban": OTHER_IBAN}


def test_what_was_not_sent_is_not_offered(noor: Actor) -> None:
    answered(noor)
    assert _offered(begun(noor)) == {}


def test_what_this_journey_answers_already_is_not_offered(noor: Actor) -> None:
    submitted(noor)
    assert _offered(begun(noor), iban=OTHER_IBAN) == {}


def test_what_somebody_else_typed_is_not_offered(noor: Actor) -> None:
    submitted(noor)
    assert _offered(begun(Actor.of_user(make_citizen_user(next(spare_bsns()))))) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "text"},
        {"id": "account"},
        {"choices": (Choice(value="x", label=Text(nl="x", en="x")),)},
        {"reusable": False},
    ],
    ids=["another-kind", "another-id", "another-choice", "no-longer-reusable"],
)
def test_an_answer_to_another_question_is_not_offered(noor: Actor, changes: dict[str, Any]) -> None:
    submitted(noor)
    journey = begun(noor)
    assert _offered(journey, _changed(_benefit(journey), **changes)) == {}


def test_an_answer_that_was_sensitive_when_it_was_given_is_not_offered(noor: Actor) -> None:
    before = submitted(noor)["geboorteaangifte"].journey
    services = tuple(
        dataclasses.replace(
            service, ask=tuple(dataclasses.replace(group, sensitive="debt") for group in service.ask)
        )
        for service in before.services
    )
    redefine(before, dump(services))
    assert _offered(begun(noor)) == {}


def test_answers_whose_key_was_destroyed_are_gone(noor: Actor) -> None:
    submitted(noor)
    DataKey.objects.filter(retention__startswith="journeys/").delete()
    assert _offered(begun(noor)) == {}


def test_looking_back_asks_the_database_no_more_often_for_more_journeys(noor: Actor) -> None:
    for _ in range(LOOK_BACK + 1):
        submitted(noor)
    journey = begun(noor)
    # One that nobody answered makes it look at all of them.
    questions = [dataclasses.replace(one, reusable=True) for one in _benefit(journey).questions]
    group = dataclasses.replace(_benefit(journey), questions=tuple(questions))
    with CaptureQueriesContext(connection) as queries:
        assert "remark_benefit" not in _offered(journey, group)
    assert len(queries) == 2


def test_a_page_without_such_a_question_asks_the_database_nothing(noor: Actor) -> None:
    submitted(noor)
    journey = begun(noor)
    with CaptureQueriesContext(connection) as queries:
        assert _offered(journey, journeys.groups_of(journey)[0]) == {}
    assert len(queries) == 0


def test_which_answer_was_taken_over_is_kept_until_it_is_changed(noor: Actor) -> None:
    before = str(submitted(noor)["geboorteaangifte"].journey.pk)
    journey = begun(noor)
    item = ANSWERS["benefit"][0]
    journeys.answer(journey=journey, group="benefit", index=0, item=item, reused={"iban": before})
    journeys.answer(journey=journey, group="benefit", index=0, item=item | {"works_abroad": "yes"})
    assert answers_of(journey).reused == {"iban": before}
    journeys.answer(journey=journey, group="benefit", index=0, item=item | {"iban": OTHER_IBAN})
    assert answers_of(journey).reused == {}
