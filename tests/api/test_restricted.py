"""A request of which the citizen restricted the use (AVG 18): what a program may do with it, and what not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal import clock
from portal.cases.models import (
    Case,
    CitizenTask,
    Document,
    Forwarding,
    Message,
    Outcome,
    RestrictedUse,
    Restriction,
    TermEvent,
)
from portal.cases.restricting.standing import restriction_of_case
from portal.cases.restricting.verbs import restrict_case, use_nevertheless
from portal.cases.talk.writing import write
from portal.people.models import User
from tests.api.conftest import NewProgram, says
from tests.api.test_talk import ASKED, LETTER
from tests.cast import Cast, actor
from tests.factories import make_officer

GRANTED = {"word": "granted", "motivation": "De akte is gemaakt."}
SUPPLEMENT = {"kind": "suspended", "article": "4:15 lid 1 onder a", "text": "Stuur de akte."}
STEPS: list[tuple[str, str, dict[str, Any]]] = [
    ("put", "intake", {"theirReference": "HD-1"}),
    ("post", "statuses", {"word": "handled"}),
    ("post", "questions", ASKED),
    ("post", "documents", LETTER),
    ("post", "term", SUPPLEMENT),
    ("post", "forwarding", {"agency": "gemeente-heidedorp", "reason": "Het kind is daar geboren."}),
    ("put", "outcome", GRANTED),
    ("post", "hearings", {"why": "Het kind staat er al.", "until": "2099-12-01"}),
    ("post", "calls", {"said": "Wij belden.", "reached": True}),
    ("post", "ending", {"ground": "twice", "text": "U vroeg dit twee keer."}),
    ("post", "reopening", {"ground": "law", "text": "Toch.", "article": "artikel 1"}),
]


@pytest.fixture
def restricted(cast: Cast, case: Case) -> Case:
    """The citizen keeps it for a claim."""
    restrict_case(actor=actor(cast.citizen), case=case, why=Restriction.Why.CLAIM)
    return Case.objects.get(pk=case.pk)


def names_ground(officer: User, case: Case) -> None:
    found = restriction_of_case(case)
    assert found is not None
    use_nevertheless(
        actor=actor(officer), restriction=found, ground=RestrictedUse.Ground.CONSENT, reason="Zij belde."
    )


def _is_refused(answer: Any) -> bool:
    is_problem = answer["Content-Type"] == "application/problem+json"
    return is_problem and (answer.status_code, answer.json()["code"]) == (409, "restricted")


def test_a_program_reads_nothing_of_it_until_the_restriction_ends(restricted: Case, program: Client) -> None:
    for path in ("", "/messages", "/questions", "/forwarding", f"/documents/{uuid4()}"):
        assert _is_refused(program.get(f"/api/v1/cases/{restricted.reference}{path}")), path
    Restriction.objects.update(ended_at=restricted.created_at)
    assert program.get(f"/api/v1/cases/{restricted.reference}").status_code == 200


@pytest.mark.parametrize(("method", "path", "said"), STEPS, ids=[path for _method, path, _said in STEPS])
def test_a_program_takes_no_step_with_it(
    restricted: Case, program: Client, method: str, path: str, said: dict[str, Any]
) -> None:
    answer = says(program, f"cases/{restricted.reference}/{path}", said, method=method, key="stap-0001")
    assert _is_refused(answer)
    now = Case.objects.get(pk=restricted.pk)
    assert (now.phase, now.their_reference, now.agency) == (
        restricted.phase,
        restricted.their_reference,
        restricted.agency,
    )
    for made in (CitizenTask, Document, Outcome, TermEvent, Forwarding):
        assert not made.objects.exists(), made


def test_a_message_of_it_is_not_sent_on(cast: Cast, case: Case, program: Client) -> None:
    write(case=case, actor=actor(cast.citizen), text="Is dit voor u?", external_id="vraag")
    message = Message.objects.get()
    restrict_case(actor=actor(cast.citizen), case=case, why=Restriction.Why.CLAIM)
    said = {"agency": "gemeente-heidedorp", "reason": "Dat is voor hen."}
    path = f"cases/{case.reference}/messages/{message.pk}/forwarding"
    assert _is_refused(says(program, path, said, key="stap-0001"))
    assert not Forwarding.objects.exists()


def test_what_was_said_before_the_restriction_stands(cast: Cast, case: Case, program: Client) -> None:
    path = f"cases/{case.reference}/statuses"
    assert says(program, path, {"word": "handled"}, key="stap-0001").status_code == 201
    restrict_case(actor=actor(cast.citizen), case=case, why=Restriction.Why.CLAIM)
    assert _is_refused(says(program, path, {"word": "needs_you"}, key="stap-0002"))
    assert Case.objects.get(pk=case.pk).phase == "handled"


def test_the_citizen_is_answered_and_hears_what_happens_to_the_term(
    restricted: Case, program: Client
) -> None:
    path = f"cases/{restricted.reference}"
    asked = says(program, f"{path}/messages", {"text": "Mogen wij verder met uw aangifte?"}, key="vraag-01")
    assert asked.status_code == 201
    assert Message.objects.filter(case=restricted, side="agency").count() == 1
    until = (clock.today() + timedelta(days=60)).isoformat()
    waits = {"kind": "suspended", "article": "4:15 lid 2 onder a", "until": until, "text": "Zoals u vroeg."}
    answer = says(program, f"{path}/term", waits, key="termijn-1")
    assert not _is_refused(answer), "whether the law of the service lets it is another question"


def test_it_stays_in_the_list_of_what_waits(restricted: Case, program: Client) -> None:
    (line,) = program.get("/api/v1/cases").json()["results"]
    assert line["reference"] == restricted.reference


def test_what_a_person_decided_on_a_ground_the_program_may_say_that_day(
    cast: Cast, restricted: Case, program: Client
) -> None:
    path = f"cases/{restricted.reference}"
    with time_machine.travel(timezone.now() - timedelta(days=1), tick=False):
        names_ground(cast.officer, restricted)
    assert _is_refused(says(program, f"{path}/outcome", GRANTED, method="put", key="stap-0001")), "yesterday"
    names_ground(cast.officer, restricted)
    assert _is_refused(program.get(f"/api/v1/{path}")), "to read it stays with a person"
    assert says(program, f"{path}/outcome", GRANTED, method="put", key="stap-0001").status_code == 200
    assert Outcome.objects.filter(case=restricted).exists()


def test_the_ground_of_another_agency_counts_for_nobody_else(restricted: Case, program: Client) -> None:
    found = restriction_of_case(restricted)
    assert found is not None
    other = make_officer("svb")
    RestrictedUse.objects.create(restriction=found, user=other, ground="consent", sealed_note=b"-")
    path = f"cases/{restricted.reference}/statuses"
    assert _is_refused(says(program, path, {"word": "handled"}, key="stap-0001"))


def test_whoever_has_nothing_to_do_with_it_does_not_learn_that_it_is_restricted(
    restricted: Case, new_program: NewProgram
) -> None:
    other = new_program(agency="svb", services=("kinderbijslag",))
    for method, path, said in STEPS:
        answer = says(other, f"cases/{restricted.reference}/{path}", said, method=method, key="stap-0001")
        assert answer.status_code == 404, path
