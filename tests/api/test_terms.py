"""What an agency's program says of the term, and what the law says to that."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from portal.cases.models import Case, Delivery, Notice, Phase, TermEvent
from portal.cases.reading.inbox import open_tasks
from portal.cases.talk.asking import Answer, answer
from tests.api.conftest import NewProgram, says
from tests.cases.steps import submitted
from tests.cast import Cast, actor

ASKED = {
    "kind": "suspended",
    "article": "4:15 lid 1 onder a",
    "since": "2026-07-01",
    "until": "2026-07-15",
    "text": "Wij missen een bewijs.",
}


@pytest.fixture
def benefit(cast: Cast, settings: Any) -> Case:
    """Child benefit: with the SVB since Tuesday 9 June 2026, to be decided by Tuesday 4 August."""
    case = submitted(actor(cast.citizen))["kinderbijslag"]
    settings.PORTAL_NOW = date(2026, 7, 1)
    Case.objects.filter(pk=case.pk).update(
        received_on=date(2026, 6, 9), due_on=date(2026, 8, 4), phase=Phase.HANDLED
    )
    Delivery.objects.create(case=case, kind="file", destination="svb", delivered_at="2026-06-09T10:00Z")
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def svb(new_program: NewProgram) -> Client:
    return new_program(agency="svb", services=("kinderbijslag",))


def _says(program: Client, case: Case, said: dict[str, Any], key: str) -> Any:
    return says(program, f"cases/{case.reference}/term", said, key=key)


def _due(case: Case) -> date | None:
    return Case.objects.get(pk=case.pk).due_on


def test_a_question_and_its_answer(svb: Client, benefit: Case, settings: Any) -> None:
    answer = _says(svb, benefit, ASKED, "question-1")
    assert answer.status_code == 201, answer.content
    assert answer.json()["article"] == "4:15 lid 1 onder a"
    assert _due(benefit) == date(2026, 8, 17)
    assert _says(svb, benefit, ASKED, "question-1").status_code == 201
    assert TermEvent.objects.count() == 1
    settings.PORTAL_NOW = date(2026, 7, 8)
    ended = {"kind": "resumed", "since": "2026-07-08", "of": "question-1"}
    assert _says(svb, benefit, ended, "answer-0001").status_code == 201
    assert _due(benefit) == date(2026, 8, 10)
    read = svb.get(f"/api/v1/cases/{benefit.reference}").json()
    assert [one["kind"] for one in read["term"]] == ["suspended", "resumed"]
    assert read["dueOn"] == "2026-08-10"


def test_a_suspension_for_an_answer_is_a_task_of_the_citizen_whose_answer_ends_it(
    svb: Client, benefit: Case, settings: Any, cast: Cast
) -> None:
    _says(svb, benefit, ASKED, "question-1")
    _says(svb, benefit, ASKED, "question-1")
    (task,) = open_tasks(actor=actor(cast.citizen))
    assert (task.why, task.due_on) == ("Wij missen een bewijs.", date(2026, 7, 15))
    settings.PORTAL_NOW = date(2026, 7, 8)
    answer(task=task, actor=actor(cast.citizen), answer=Answer("Ik heb het al gestuurd."))
    assert open_tasks(actor=actor(cast.citizen)) == []
    assert _due(benefit) == date(2026, 8, 10)
    assert Case.objects.get(pk=benefit.pk).phase == Phase.HANDLED


def test_a_clock_that_runs_again_wants_no_answer_any_more(svb: Client, benefit: Case, cast: Cast) -> None:
    _says(svb, benefit, ASKED, "question-1")
    assert _says(svb, benefit, {"kind": "resumed"}, "answer-0001").status_code == 201
    assert open_tasks(actor=actor(cast.citizen)) == []
    assert Case.objects.get(pk=benefit.pk).phase == Phase.HANDLED


def test_another_ground_asks_nothing_of_the_citizen(svb: Client, benefit: Case, cast: Cast) -> None:
    abroad = {"kind": "suspended", "article": "4:15 lid 1 onder b", "since": "2026-07-01"}
    assert _says(svb, benefit, abroad, "abroad-001").status_code == 201
    assert open_tasks(actor=actor(cast.citizen)) == []


def test_a_deadline_that_is_changed_twice_has_one_clear_day(svb: Client, benefit: Case) -> None:
    _says(svb, benefit, ASKED, "question-1")
    second = {**ASKED, "until": "2026-07-20", "text": "U krijgt langer."}
    assert _says(svb, benefit, second, "question-2").status_code == 201
    # Days that overlap stand still once.
    assert _due(benefit) == date(2026, 8, 24)
    assert _says(svb, benefit, second, "question-2").status_code == 201
    assert _due(benefit) == date(2026, 8, 24)
    assert TermEvent.objects.count() == 2


def test_a_deadline_that_is_changed_twice_is_one_task_whose_answer_ends_all_of_it(
    svb: Client, benefit: Case, settings: Any, cast: Cast
) -> None:
    _says(svb, benefit, ASKED, "question-1")
    second = {**ASKED, "until": "2026-07-20", "text": "U krijgt langer."}
    for _ in range(2):
        _says(svb, benefit, second, "question-2")
    # The first one, sent again, changes nothing.
    _says(svb, benefit, ASKED, "question-1")
    (task,) = open_tasks(actor=actor(cast.citizen))
    assert (task.why, task.due_on) == ("U krijgt langer.\n\nWij missen een bewijs.", date(2026, 7, 20))
    assert Notice.objects.filter(case=benefit, kind=Notice.Kind.TASK).count() == 1
    settings.PORTAL_NOW = date(2026, 7, 8)
    answer(task=task, actor=actor(cast.citizen), answer=Answer("Hier is het."))
    assert open_tasks(actor=actor(cast.citizen)) == []
    assert _due(benefit) == date(2026, 8, 10)
    assert Case.objects.get(pk=benefit.pk).phase == Phase.HANDLED


def test_a_clock_that_runs_again_after_two_words_of_one_question_runs(
    svb: Client, benefit: Case, settings: Any, cast: Cast
) -> None:
    _says(svb, benefit, ASKED, "question-1")
    _says(svb, benefit, {**ASKED, "until": "2026-07-20"}, "question-2")
    settings.PORTAL_NOW = date(2026, 7, 8)
    for _ in range(2):
        assert _says(svb, benefit, {"kind": "resumed"}, "answer-0001").status_code == 201
    assert open_tasks(actor=actor(cast.citizen)) == []
    assert _due(benefit) == date(2026, 8, 10)


def test_the_same_key_for_another_word_is_refused(svb: Client, benefit: Case) -> None:
    _says(svb, benefit, ASKED, "question-1")
    answer = _says(svb, benefit, {**ASKED, "until": "2026-07-16"}, "question-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "key-used-before")
    assert _due(benefit) == date(2026, 8, 17)


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({**ASKED, "until": "2026-07-02"}, 422, "no-days"),
        ({**ASKED, "since": "2026-07-02"}, 422, "since-in-future"),
        ({"kind": "suspended", "article": "4:15 lid 1 onder a"}, 422, "no-until"),
        ({"kind": "resumed"}, 409, "not-suspended"),
        ({"kind": "extended", "weeks": 4}, 201, ""),
        ({"kind": "told", "until": "2026-09-01"}, 201, ""),
    ],
)
def test_the_law_decides(svb: Client, benefit: Case, said: dict[str, Any], status: int, code: str) -> None:
    answer = _says(svb, benefit, said, "something-1")
    assert answer.status_code == status, answer.content
    assert not code or answer.json()["code"] == code


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"kind": "default"}, 400),
        ({"kind": "suspended"}, 422),
        ({"kind": "suspended", "article": "7:10 lid 2"}, 400),
        ({"kind": "told"}, 422),
        ({"kind": "told", "until": "2026-09-01", "weeks": 2}, 422),
        ({"kind": "extended", "weeks": 0}, 400),
    ],
)
def test_what_is_no_word_of_ours_is_refused(
    svb: Client, benefit: Case, said: dict[str, Any], status: int
) -> None:
    assert _says(svb, benefit, said, "something-1").status_code == status
    assert not TermEvent.objects.exists()


def test_a_term_that_is_over_stays_over(svb: Client, benefit: Case, settings: Any) -> None:
    settings.PORTAL_NOW = date(2026, 8, 5)
    late = {"kind": "extended", "until": "2026-09-01"}
    answer = _says(svb, benefit, late, "longer-0001")
    assert (answer.status_code, answer.json()["code"]) == (409, "over")


def test_another_agency_finds_nothing(program: Client, benefit: Case) -> None:
    assert _says(program, benefit, ASKED, "question-1").status_code == 404
