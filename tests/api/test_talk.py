"""What an agency's program asks, reads of the answers, writes and adds: the same as at the desk."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal import clock
from portal.cases.back.concluding import conclude
from portal.cases.models import Case, CitizenTask, Document, Message, Phase
from portal.cases.talk.asking import Answer, answer, attach
from portal.cases.talk.withdrawing import withdraw
from portal.cases.talk.writing import write
from portal.ledger.models import DataUse
from tests.api.conftest import NewProgram, says
from tests.cases.steps import deliver_all
from tests.cast import Cast, actor, logged_in
from tests.talk.files import pdf

ASKED: dict[str, Any] = {"what": "Stuur de akte", "why": "Wij missen hem."}
WORKS = {"id": "q1", "kind": "yes_no", "label": "Werkt u?"}
LETTER = {"title": "Besluit", "content": base64.b64encode(pdf()).decode(), "decision": True}


def asks(program: Client, case: Case, key: str = "vraag-001", **more: Any) -> Any:
    return says(program, f"cases/{case.reference}/questions", ASKED | more, key=key)


def adds(program: Client, case: Case, key: str = "brief-001", **more: Any) -> Any:
    return says(program, f"cases/{case.reference}/documents", LETTER | more, key=key)


def read(program: Client, case: Case, what: str) -> Any:
    found = program.get(f"/api/v1/cases/{case.reference}/{what}")
    assert found.status_code == 200, found.content
    return found.json()


def test_a_question_its_answer_and_its_document_come_back(cast: Cast, case: Case, program: Client) -> None:
    until = (clock.today() + timedelta(days=14)).isoformat()
    made = asks(program, case, until=until, questions=[WORKS], wantsDocument=True)
    assert (made.status_code, made.json()["id"]) == (201, "vraag-001")
    (open_one,) = read(program, case, "questions")["results"]
    assert (open_one["answer"], open_one["documents"], open_one["until"]) == (None, [], until)
    noor, task = actor(cast.citizen), CitizenTask.objects.get()
    attach(task=task, actor=noor, content=pdf(), title="Bijlage")
    answer(task=task, actor=noor, answer=Answer("Kijk maar", {"q1": "no"}))
    (answered,) = read(program, case, "questions")["results"]
    assert answered["answer"] == {"text": "Kijk maar", "answers": {"q1": "no"}}
    (document,) = answered["documents"]
    whole = read(program, case, f"documents/{document['id']}")
    assert base64.b64decode(whole["content"]) == pdf()
    outcomes = set(DataUse.objects.filter(operation="view").values_list("outcome", flat=True))
    assert {"messages-fetched", "document-fetched"} <= outcomes


def test_the_same_key_is_the_same_and_another_thing_under_it_is_refused(case: Case, program: Client) -> None:
    for make, other in ((asks, {"why": "Anders."}), (adds, {"title": "Anders"})):
        assert make(program, case).status_code == make(program, case).status_code == 201
        refused = make(program, case, **other)
        assert (refused.status_code, refused.json()["code"]) == (409, "key-used-before")
    path = f"cases/{case.reference}/messages"
    for _ in range(2):
        assert says(program, path, {"text": "Wij bellen."}, key="bericht-1").status_code == 201
    assert says(program, path, {"text": "Anders."}, key="bericht-1").status_code == 409
    assert (CitizenTask.objects.count(), Document.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_a_file_goes_with_a_message(cast: Cast, case: Case, program: Client) -> None:
    path, content = f"cases/{case.reference}/messages", LETTER["content"]
    for _ in range(2):
        made = says(
            program, path, {"text": "Zie de bijlage.", "documents": [{"content": content}]}, key="bijlage-001"
        )
        assert made.status_code == 201, made.content
    (named,) = made.json()["documents"]
    assert Document.objects.count() == 1
    client = logged_in(cast.citizen)
    assert client.get(f"/aanvragen/{case.reference}/documenten/{named['id']}/").content == pdf()
    script = base64.b64encode(pdf(b"<</S /JavaScript>>")).decode()
    for number, (wrong, code) in enumerate([(script, "file-script"), ("niet base64!", "base64")]):
        said = {"text": "Nog een.", "documents": [{"content": content}, {"content": wrong}]}
        refused = says(program, path, said, key=f"bijlage-1{number}1")
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    six = {"text": "Zes.", "documents": [{"content": content}] * 6}
    assert says(program, path, six, key="bijlage-200").status_code in (400, 422)
    assert Message.objects.count() == 1


def test_messages_go_both_ways_and_reading_them_is_a_line(cast: Cast, case: Case, program: Client) -> None:
    write(case=case, actor=actor(cast.citizen), text="Klopt dit?", external_id="form:1", files=[pdf()])
    says(program, f"cases/{case.reference}/messages", {"text": "Ja.\r\n<b>"}, key="bericht-1")
    theirs, ours = read(program, case, "messages")["results"]
    assert (theirs["by"], theirs["text"], len(theirs["documents"])) == ("citizen", "Klopt dit?", 1)
    assert (ours["by"], ours["id"], ours["text"]) == ("agency", "bericht-1", "Ja.\n<b>")
    assert Message.objects.get(side="citizen").read_at
    (document,) = theirs["documents"]
    fetched = read(program, case, f"documents/{document['id']}")
    assert fetched["readAt"] is None, "a program fetched it: no person saw it yet"
    assert Document.objects.get().read_at is None
    page = logged_in(cast.officer).get(f"/medewerker/{case.reference}/gesprek/").content.decode()
    assert "Klopt dit?" in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"what": ""}, 400, "invalid"),
        ({"why": "a\x1b"}, 422, "text-control"),
        ({"why": " \n "}, 422, "text-empty"),
        ({"why": "a" * 100_000}, 400, "invalid"),
        ({"until": "2020-01-01"}, 422, "moment"),
        ({"questions": [WORKS, WORKS]}, 422, "question"),
        ({"questions": [WORKS | {"kind": "choice"}]}, 422, "question"),
        ({"questions": [WORKS | {"id": "text"}]}, 400, "invalid"),
    ],
)
def test_a_question_that_is_not_right_is_not_asked(
    case: Case, program: Client, said: dict[str, Any], status: int, code: str
) -> None:
    refused = asks(program, case, **said)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not CitizenTask.objects.exists()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("%%%", 422, "base64"),
        (base64.b64encode(b"MZ\x90\0").decode(), 422, "file-kind"),
        (base64.b64encode(pdf(b"<</S /JavaScript>>")).decode(), 422, "file-script"),
        ("A" * 40_000_000, 422, "large"),
        ("", 400, "invalid"),
    ],
)
def test_a_file_that_may_do_harm_is_not_taken(
    case: Case, program: Client, content: str, status: int, code: str
) -> None:
    refused = adds(program, case, content=content)
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert not Document.objects.exists()


def test_a_large_document_is_taken(case: Case, program: Client) -> None:
    large = pdf(b"% " + b"a" * 6_000_000)
    assert adds(program, case, content=base64.b64encode(large).decode()).status_code == 201


def test_a_case_that_has_ended_gets_its_letter_and_nothing_else(
    cast: Cast, case: Case, program: Client
) -> None:
    conclude(case=case, kind="granted", motivation="Klaar.", actor=actor(cast.officer))  # type: ignore[arg-type]
    assert asks(program, case).json()["code"] == "closed"
    path = f"cases/{case.reference}/messages"
    assert says(program, path, {"text": "Nog iets."}, key="bericht-1").status_code == 409
    assert adds(program, case).status_code == 201


def test_a_withdrawn_case_has_no_outcome(cast: Cast, case: Case, program: Client) -> None:
    withdraw(case=case, actor=actor(cast.citizen))
    deliver_all()
    said = {"word": "granted", "motivation": "Klaar."}
    refused = says(program, f"cases/{case.reference}/outcome", said, method="put")
    assert (refused.status_code, refused.json()["code"]) == (409, "closed")
    assert Case.objects.get(pk=case.pk).phase == Phase.WITHDRAWN


def test_another_agency_or_service_sees_and_says_nothing(case: Case, new_program: NewProgram) -> None:
    for stranger in (
        new_program(agency="gemeente-heidedorp"),
        new_program(services=()),
        new_program(agency="svb", services=("kinderbijslag",)),
    ):
        for what in ("questions", "messages", "documents"):
            assert stranger.get(f"/api/v1/cases/{case.reference}/{what}").status_code == 404
        assert asks(stranger, case).status_code == adds(stranger, case).status_code == 404


def test_a_document_that_is_being_checked_is_not_given(case: Case, program: Client, settings: Any) -> None:
    settings.CLAMD_ADDRESS = "127.0.0.1:1"
    made = adds(program, case).json()
    assert made["state"] == "checking"
    answer = program.get(f"/api/v1/cases/{case.reference}/documents/{made['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-ready")
