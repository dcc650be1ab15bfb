"""An agency's program hears first, notes a call, ends and opens again, by the verbs of the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from portal import clock
from portal.cases.models import Case, CitizenTask, ContactMoment, Ending, Phase, Reopening
from portal.ledger.models import StaffAction
from tests.api.conftest import NewProgram, says
from tests.cast import Cast, logged_in

WHY = "Volgens de BRP is het kind al ingeschreven."


def _does(program: Client, case: Case, what: str, said: dict[str, Any], key: str = "sleutel-0001") -> Any:
    return says(program, f"cases/{case.reference}/{what}", said, key=key)


def _days(number: int) -> str:
    return str(clock.today() + timedelta(days=number))


def test_a_hearing_is_a_task_of_the_citizen_and_twice_is_once(
    cast: Cast, case: Case, program: Client
) -> None:
    said = {"why": WHY, "until": _days(14)}
    for _ in range(2):
        answer = _does(program, case, "hearings", said)
        assert answer.status_code == 201, answer.content
    task = CitizenTask.objects.get(is_hearing=True)
    assert task.why == WHY
    assert WHY in logged_in(cast.citizen).get("/").content.decode()
    other = _does(program, case, "hearings", said | {"why": "Iets anders."})
    assert (other.status_code, other.json()["code"]) == (409, "key-used-before")
    near = _does(program, case, "hearings", said | {"until": _days(6)}, key="sleutel-0002")
    assert (near.status_code, near.json()["code"]) == (422, "moment")


def test_a_call_is_read_by_the_citizen_and_may_be_the_view(cast: Cast, case: Case, program: Client) -> None:
    view = {"said": "U zei dat het een ander kind is.", "reached": True, "isView": True}
    assert _does(program, case, "calls", view).json()["code"] == "not-asked"
    _does(program, case, "hearings", {"why": WHY, "until": _days(14)})
    for _ in range(2):
        answer = _does(program, case, "calls", view, key="sleutel-0003")
        assert answer.status_code == 201, answer.content
    assert ContactMoment.objects.get().note == view["said"]
    assert CitizenTask.objects.get(is_hearing=True).answer == "spoken"
    assert view["said"] in logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert not StaffAction.objects.filter(what="call-noted").exists(), "a program is nobody of the staff"


def test_a_call_may_be_the_answer_to_any_question(cast: Cast, case: Case, program: Client) -> None:
    said = {"said": "U woonde in Gent.", "reached": True, "question": "vraag-0001"}
    assert _does(program, case, "calls", said).json()["code"] == "not-asked"
    asked = {"what": "Waar woonde u?", "why": "Wij zien dat niet.", "until": _days(14)}
    assert _does(program, case, "questions", asked, key="vraag-0001").status_code == 201
    assert Case.objects.get(pk=case.pk).phase == Phase.NEEDS_YOU
    silent = _does(program, case, "calls", said | {"reached": False}, key="bel-00001")
    assert (silent.status_code, silent.json()["code"]) == (422, "not-reached")
    for _ in range(2):
        answer = _does(program, case, "calls", said, key="bel-00002")
        assert answer.status_code == 201, answer.content
    assert answer.json()["said"] == "U woonde in Gent."
    assert CitizenTask.objects.get().answer == "spoken"
    assert Case.objects.get(pk=case.pk).phase == Phase.HANDLED
    assert (
        "U woonde in Gent." in logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    )
    late = _does(program, case, "calls", said, key="bel-00003")
    assert (late.status_code, late.json()["code"]) == (409, "answered")


def test_a_form_is_not_filled_in_by_the_note_of_a_call(case: Case, program: Client) -> None:
    form = {"questions": [{"id": "q1", "kind": "text", "label": "Waar woonde u?"}]}
    asked = {"what": "Waar woonde u?", "why": "Wij zien dat niet."} | form
    assert _does(program, case, "questions", asked, key="vraag-0002").status_code == 201
    said = {"said": "In Gent.", "reached": True, "question": "vraag-0002"}
    answer = _does(program, case, "calls", said)
    assert (answer.status_code, answer.json()["code"]) == (422, "form")
    assert not ContactMoment.objects.exists()


def test_it_ends_and_opens_again_as_the_law_lets_it(case: Case, program: Client) -> None:
    said = {"ground": "said", "text": "U wilt dit niet meer."}
    assert _does(program, case, "ending", said).json()["code"] == "not-said"
    _does(program, case, "calls", {"said": "U wilt dit niet meer.", "reached": True}, key="sleutel-0004")
    for _ in range(2):
        answer = _does(program, case, "ending", said)
        assert answer.status_code == 201, answer.content
    assert (Ending.objects.get().remedy, answer.json()["remedyUntil"]) == ("none", None)
    again = {"ground": "new-facts", "text": "Toch nodig."}
    assert _does(program, case, "reopening", again).json()["code"] == "no-way-back"
    by_law = {"ground": "law", "text": "Toch nodig.", "article": "artikel 1"}
    answer = _does(program, case, "reopening", by_law)
    assert (answer.status_code, answer.json()["article"]) == (201, "artikel 1")
    assert Case.objects.get(pk=case.pk).phase == Phase.HANDLED
    assert Reopening.objects.count() == 1


def test_another_agency_does_none_of_it(case: Case, new_program: NewProgram) -> None:
    other = new_program(agency="gemeente-heidedorp")
    for what, said in (
        ("hearings", {"why": WHY, "until": _days(14)}),
        ("calls", {"said": WHY, "reached": True}),
        ("ending", {"ground": "said", "text": WHY}),
        ("reopening", {"ground": "law", "text": WHY, "article": "artikel 1"}),
    ):
        assert _does(other, case, what, said).status_code == 404
