"""A value that is wrong by the citizen's word, as an agency's program sees and settles it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.cases.models import Case, Dispute
from portal.ledger.models import StaffAction
from tests.api.conftest import NewProgram, says
from tests.cast import Cast, logged_in

REASON = {"reason": "De gemeente heeft het hersteld."}


def _puts(program: Client, case: Case, found: Dispute | str, what: str, body: Any = None) -> Any:
    reference = found if isinstance(found, str) else found.reference
    return says(program, f"cases/{case.reference}/disputes/{reference}/{what}", body, method="put")


def test_a_program_reads_which_value_is_doubted(case: Case, disputed: Dispute, program: Client) -> None:
    told = program.get(f"/api/v1/cases/{case.reference}").json()
    expected = {"reference": disputed.reference, "field": "brp.address", "state": "open"}
    assert told["disputes"] == [expected]


@pytest.mark.parametrize(("result", "state"), [("corrected", "corrected"), ("kept", "rejected")])
def test_a_report_and_what_came_of_it_reach_the_citizen(
    cast: Cast, case: Case, disputed: Dispute, program: Client, result: str, state: str
) -> None:
    for _ in range(2):
        reported = _puts(program, case, disputed, "report")
        assert (reported.status_code, reported.json()["state"]) == (200, "reported")
    closed = _puts(program, case, disputed, "result", REASON | {"result": result})
    assert (closed.status_code, closed.json()["state"]) == (200, state)
    again = _puts(program, case, disputed, "result", REASON | {"result": result})
    assert (again.status_code, again.json()["code"]) == (409, "closed")
    assert not StaffAction.objects.filter(what__startswith="dispute").exists()
    log = logged_in(cast.citizen).get("/mijn-gegevens/gebruik/").content.decode()
    assert "De gemeente Waterstad meldde dat een gegeven volgens u niet klopt." in log


def test_without_a_report_nothing_came_of_it(case: Case, disputed: Dispute, program: Client) -> None:
    refused = _puts(program, case, disputed, "result", REASON | {"result": "corrected"})
    assert (refused.status_code, refused.json()["code"]) == (409, "closed")
    assert Dispute.objects.get(pk=disputed.pk).state == Dispute.State.OPEN


@pytest.mark.parametrize("body", [{"result": "corrected"}, {"result": "weg", "reason": "x"}, REASON])
def test_a_result_says_what_and_why(
    case: Case, disputed: Dispute, program: Client, body: dict[str, str]
) -> None:
    _puts(program, case, disputed, "report")
    assert _puts(program, case, disputed, "result", body).status_code == 400


def test_a_dispute_of_another_agency_is_as_one_that_does_not_exist(
    case: Case, disputed: Dispute, program: Client, new_program: NewProgram
) -> None:
    other = new_program(agency="svb", services=("kinderbijslag",))
    answers = [
        _puts(other, case, disputed, "report"),
        _puts(program, case, "LL-2222-2222", "report"),
        _puts(new_program(services=("kinderbijslag",)), case, disputed, "report"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert Dispute.objects.get(pk=disputed.pk).state == Dispute.State.OPEN
