"""An agency's program sends on what is not for it, as an officer does at the desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.api.forwarding import _WHY_NOT
from portal.backoffice.forward_views import _WHY_NOT as AT_THE_DESK
from portal.cases.customtable.verbs import open_table
from portal.cases.forwarding.verbs import WhyNot
from portal.cases.models import Case, Forwarding, Message
from portal.cases.talk.writing import write
from portal.catalogue import catalogue, connectors
from tests.api.conftest import NewProgram, says
from tests.cases.steps import deliver_all
from tests.cast import Cast, actor
from tests.talk.conftest import System

NEXT = "gemeente-heidedorp"
SAID = {"agency": NEXT, "reason": "Het kind is in Heidedorp geboren."}
WRITING = "doorgezonden-bericht"


def forwards(program: Client, case: Case, key: str = "door-0001", **more: Any) -> Any:
    return says(program, f"cases/{case.reference}/forwarding", SAID | more, key=key)


def forwards_message(program: Client, message: Message, key: str = "door-0001", **more: Any) -> Any:
    path = f"cases/{message.case.reference}/messages/{message.pk}/forwarding"
    return says(program, path, SAID | more, key=key)


def written(cast: Cast, case: Case) -> Message:
    message = write(case=case, actor=actor(cast.citizen), text="Krijg ik kinderbijslag?", external_id="m1")
    deliver_all()
    return message


def test_a_case_goes_to_the_next_agency_which_reads_where_it_was(
    case: Case, program: Client, new_program: NewProgram
) -> None:
    made = forwards(program, case)
    assert made.status_code == 201, made.content
    assert (made.json()["agency"], made.json()["reason"]) == (NEXT, SAID["reason"])
    deliver_all()
    assert program.get(f"/api/v1/cases/{case.reference}").status_code == 404
    found = new_program(agency=NEXT).get(f"/api/v1/cases/{case.reference}").json()
    assert found["forwardedFrom"] == "gemeente-waterstad"
    assert found["forwarded"]["reason"] == SAID["reason"]
    assert found["forwarded"]["receivedOn"] == made.json()["receivedOn"]


def test_asked_again_it_is_the_same_though_the_case_is_gone(case: Case, program: Client) -> None:
    first, second = forwards(program, case), forwards(program, case)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Forwarding.objects.count() == 1
    assert forwards(program, case, agency="gemeente-duinzicht").json()["code"] == "forwarded"
    assert forwards(program, case, key="door-0002").status_code == 404


def test_where_it_can_go_is_listed_and_nowhere_else_it_goes(case: Case, program: Client) -> None:
    listed = program.get(f"/api/v1/cases/{case.reference}/forwarding").json()["results"]
    whole = {one["agency"]: one["whole"] for one in listed}
    assert (whole[NEXT], whole["svb"]) == (True, False)
    assert "levensloket" not in whole
    refused = forwards(program, case, agency="levensloket")
    assert (refused.status_code, refused.json()["code"]) == (422, "agency")
    empty = forwards(program, case, reason=" ")
    assert (empty.status_code, empty.json()["code"]) == (400, "invalid")


def test_another_program_of_that_agency_reads_nothing_of_it_without_its_service(
    case: Case, program: Client, new_program: NewProgram
) -> None:
    forwards(program, case)
    other = new_program(services=(WRITING,))
    assert forwards(other, case).status_code == 404


def test_a_message_goes_to_any_agency_as_a_case_of_its_own(
    cast: Cast, case: Case, program: Client, new_program: NewProgram
) -> None:
    message = written(cast, case)
    listed = program.get(f"/api/v1/cases/{case.reference}/messages/{message.pk}/forwarding")
    assert "svb" in [one["agency"] for one in listed.json()["results"]]
    first = forwards_message(program, message, agency="svb")
    assert first.status_code == 201, first.content
    assert forwards_message(program, message, agency="svb").json() == first.json()
    deliver_all()
    (there,) = new_program(agency="svb", services=(WRITING,)).get("/api/v1/cases").json()["results"]
    assert (there["service"], there["forwardedFrom"]) == (WRITING, "gemeente-waterstad")
    again = forwards_message(program, message, key="door-0002", agency="svb")
    assert (again.status_code, again.json()["code"]) == (409, "forwarded")
    assert program.get(f"/api/v1/cases/{case.reference}").json()["forwarded"] is None


def test_what_is_not_the_citizens_message_is_not_there(case: Case, program: Client, cast: Cast) -> None:
    own = write(case=case, actor=actor(cast.officer), text="Van ons.", external_id="o1")
    assert forwards_message(program, own, agency="svb").status_code == 404


def test_any_agency_can_have_a_program_for_what_is_sent_on_to_it() -> None:
    known = catalogue()
    assert all(WRITING in known.services_at(agency) for agency in known.agencies.values())


def test_an_agency_with_a_system_of_its_own_sends_a_case_on_and_does_nothing_else_here(
    case: Case, program: Client, new_program: NewProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {one: connectors().destination(one) for one in catalogue().agencies}
    system = System()
    monkeypatch.setattr(
        "connectors.registry.Connectors.destination",
        lambda _self, name: system if name == case.agency else there[name],
    )
    for path in ("", "/messages", "/questions"):
        assert program.get(f"/api/v1/cases/{case.reference}{path}").status_code == 404, path
    assert (
        says(program, f"cases/{case.reference}/statuses", {"word": "handled"}, key="stap-0001").status_code
        == 404
    )
    listed = program.get(f"/api/v1/cases/{case.reference}/forwarding").json()["results"]
    assert NEXT in [one["agency"] for one in listed]
    assert forwards(new_program(services=(WRITING,)), case).status_code == 404, "not of its services"
    made = forwards(program, case)
    assert (made.status_code, made.json()["agency"]) == (201, NEXT)
    assert forwards(program, case).json() == made.json()
    deliver_all()
    assert Case.objects.get(pk=case.pk).agency == NEXT


def test_what_is_being_read_at_the_agency_is_sent_on_after_that(case: Case, program: Client) -> None:
    Case.objects.filter(pk=case.pk).update(reading_until=timezone.now() + timedelta(seconds=40))
    refused = forwards(program, case)
    assert (refused.status_code, refused.json()["code"]) == (503, "busy")
    assert int(refused["Retry-After"]) > 0
    Case.objects.filter(pk=case.pk).update(reading_until=None)
    assert forwards(program, case).status_code == 201


def test_what_lies_on_a_table_is_sent_on_when_that_is_closed(case: Case, program: Client, cast: Cast) -> None:
    open_table(actor=actor(cast.officer), case=case, question="Wie betaalt dit?", external_id="t1")
    refused = forwards(program, case)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-now-table")


@pytest.mark.parametrize("words", [_WHY_NOT, AT_THE_DESK], ids=["api", "desk"])
def test_each_reason_why_it_cannot_be_sent_on_yet_has_words(words: dict[WhyNot, str]) -> None:
    assert words.keys() == set(WhyNot)
