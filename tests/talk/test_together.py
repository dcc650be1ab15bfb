"""Several query sets in one question to the database, put into SQL once a process."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce

from portal import clock
from portal.cases.models import Case, Message, Side, StatusUpdate
from portal.cases.own import own_cases, own_journeys
from portal.cases.reading.together import Counted, OwnQuestion, Part, Question, together
from portal.people.actor import Actor, Mandate
from tests.cases.steps import submitted


def _wanted(*, case: uuid.UUID, side: str, texts: list[str], until: date) -> dict[str, QuerySet[Any]]:
    return {
        "messages": Message.objects.filter(case=case, side=side, text__among=texts),
        "updates": StatusUpdate.objects.filter(case=case, set_at__date__lte=until),
        "none": Message.objects.none(),
    }


def _said(case: Case, text: str, side: Side = Side.AGENCY) -> Message:
    return Message.objects.create(case=case, side=side, text=text, external_id=text)


def test_a_question_is_put_together_once_and_answers_by_the_values_of_each_time(case: Case) -> None:
    asked = Question(_wanted)
    for text in ("een", "twee"):
        _said(case, text)
    _said(case, "drie", Side.CITIZEN)
    sides, days = [side.value for side in Side], [clock.today(), clock.today() - timedelta(days=400)]
    lists: list[list[str]] = [["een"], ["twee", "een", "drie"], []]
    for one, side, texts, until in product((uuid.uuid4(), case.pk), sides, lists, days):
        given: dict[str, Any] = {"case": one, "side": side, "texts": texts, "until": until}
        assert asked(**given) == together(**_wanted(**given))
    assert asked(case=case.pk, side="agency", texts=["een"], until=days[0])["messages"]


def _planned() -> dict[str, int]:
    """What this connection keeps the plan of, and how often that was asked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement, generic_plans + custom_plans FROM pg_prepared_statements")
        return dict(cursor.fetchall())


def test_a_question_is_planned_once_a_connection_and_no_value_is_kept_with_it(
    case: Case, settings: Any
) -> None:
    asked, before = Question(_wanted), _planned()
    given: dict[str, Any] = {"case": case.pk, "side": "agency", "until": clock.today()}
    for text in ("een", "twee", "drie"):
        asked(texts=[text], **given)
    after = _planned()
    (statement,) = [one for one, times in after.items() if times != before.get(one)]
    assert after[statement] - before.get(statement, 0) == 3
    assert not [value for value in (str(case.pk), case.pk.hex, "agency", "drie") if value in statement]

    together(**_wanted(texts=["een"], **given))
    Question(_wanted, by_values=True)(texts=["een"], **given)
    Question(_wanted)(Part.of({"cases": Case.objects.filter(pk=case.pk)}), texts=["een"], **given)
    assert _planned() == after
    settings.DATABASE_PREPARES = False
    message = _said(case, "een")
    assert Question(_wanted)(texts=["een"], **given)["messages"] == [message]
    assert _planned() == after


def test_what_is_the_same_every_time_is_taken_as_it_is_written(case: Case) -> None:
    words = "100% '\\%s' of \"%(case)s\""
    message = _said(case, words)

    def wanted(*, case: uuid.UUID) -> dict[str, QuerySet[Any]]:
        said = Message.objects.filter(case=case)
        return {"same": said.filter(text=words), "other": said.filter(text__contains="%'")}

    rows = Question(wanted)(case=case.pk)
    assert (rows["same"], rows["other"]) == ([message], [])


def test_what_is_asked_along_comes_along_by_a_name_of_its_own(case: Case) -> None:
    message = _said(case, "een")
    given: dict[str, Any] = {"case": case.pk, "side": "agency", "texts": ["een"], "until": clock.today()}
    rows = Question(_wanted)(Part.of({"cases": Case.objects.filter(pk=case.pk)}), **given)
    assert rows["messages"] == [message]
    assert rows["cases"] == [case]
    with pytest.raises(ValueError, match="the same"):
        Question(_wanted)(Part.of({"messages": Message.objects.filter(case=case)}), **given)


def test_a_day_that_a_question_took_from_the_clock_is_refused() -> None:
    def wanted(*, side: str) -> dict[str, QuerySet[Any]]:
        return {"said": Message.objects.filter(side=side, written_at__date=clock.today())}

    with pytest.raises(ValueError, match="a day was not given"):
        Question(wanted)(side="agency")


def test_the_last_day_of_all_is_no_day_of_a_clock(case: Case) -> None:
    def wanted(*, agency: str) -> dict[str, QuerySet[Any]]:
        cases = Case.objects.filter(agency=agency)
        return {"cases": cases.annotate(last=Coalesce("due_on", Value(date.max))).order_by("last")}

    assert Question(wanted)(agency=case.agency)["cases"] == [case]


def test_a_value_that_was_looked_at_is_refused() -> None:
    def wanted(*, text: str) -> dict[str, QuerySet[Any]]:
        return {"said": Message.objects.filter(text__startswith=text)}

    with pytest.raises(ValueError, match="text was not handed on"):
        Question(wanted)(text="begin")


def _own(actor: Actor, *, reference: str) -> dict[str, QuerySet[Any]]:
    own = own_cases(actor)
    few = Counted(own.values("pk")[:1])
    return {
        "all": own.annotate(few=few),
        "named": own.filter(reference=reference),
        "journeys": own_journeys(actor).order_by("created_at"),
    }


def test_what_citizens_may_see_is_put_together_once_and_is_their_own(noor: Actor, neighbour: Actor) -> None:
    made: list[Actor] = []

    def wanted(actor: Actor, *, reference: str) -> dict[str, QuerySet[Any]]:
        made.append(actor)
        return _own(actor, reference=reference)

    asked = OwnQuestion(wanted)
    theirs = {who.require_citizen().pk: submitted(who) for who in (noor, neighbour)}
    for who in (noor, neighbour, noor):
        mine = theirs[who.require_citizen().pk]["geboorteaangifte"]
        rows = asked(actor=who, reference=mine.reference)
        assert rows == together(**_own(who, reference=mine.reference))
        assert rows["named"] == [mine]
        assert {one.few for one in rows["all"]} == {1}
        other = neighbour if who is noor else noor
        assert asked(actor=other, reference=mine.reference)["named"] == []
    assert len(made) == 1


def test_what_somebody_else_may_see_is_put_together_for_them(noor: Actor, neighbour: Actor) -> None:
    asked = OwnQuestion(_own)
    mine = submitted(noor)
    name = mine["geboorteaangifte"].reference
    assert len(asked(actor=noor, reference=name)["all"]) == len(mine) > 1
    for services in (["geboorteaangifte"], ["kinderbijslag"], []):
        mandate = Mandate(uuid.uuid4(), "representative", frozenset(services), hides_places=True)
        helper = Actor.for_another(neighbour.require_user(), noor.require_citizen(), mandate)
        rows = asked(actor=helper, reference=name)
        assert [one.service for one in rows["all"]] == services
        assert bool(rows["named"]) == ("geboorteaangifte" in services)
        assert rows["journeys"] == []
    assert asked(actor=noor, reference=name)["journeys"]
