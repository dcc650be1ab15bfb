"""What a citizen changed after sending, as an agency's program gets it: field, before, after, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from portal.cases.models import Case, Change, Message
from portal.cases.talk.changing import answers_now, change, fingerprint_of
from portal.ledger.keys import destroy_key
from tests.api.conftest import NewProgram
from tests.cases.steps import deed_made, deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor
from tests.registers import Register

OLD, NEW = "NL02ABNA0123456789", "NL91ABNA0417164300"
LABEL = "Rekeningnummer (IBAN)"


@pytest.fixture
def benefit(cast: Cast, register: Register) -> Case:
    """Child benefit, which the SVB has."""
    cases = submitted(actor(cast.citizen))
    deliver_all()
    register.born(NOOR_BSN, "999000020", "Mia", "2026-11-20")
    deed_made(cases["geboorteaangifte"])
    deliver_all()
    deliver_all()
    return Case.objects.get(pk=cases["kinderbijslag"].pk)


@pytest.fixture
def svb(new_program: NewProgram) -> Client:
    return new_program(agency="svb", services=("kinderbijslag",))


def changes(cast: Cast, case: Case, key: str, **answers: Any) -> Change:
    now = answers_now(case)
    return change(
        case=case,
        actor=actor(cast.citizen),
        answers=now | answers,
        seen=fingerprint_of(now),
        external_id=key,
        level="midden",
    )


def read(program: Client, case: Case, more: str = "") -> Any:
    return program.get(f"/api/v1/cases/{case.reference}{more}").json()


def test_a_case_has_each_change_with_what_was_and_what_is_and_when(
    cast: Cast, benefit: Case, svb: Client
) -> None:
    before = read(svb, benefit)
    assert before["changes"] == []
    first, second = changes(cast, benefit, "een", iban=NEW), changes(cast, benefit, "twee", iban=None)
    whole = read(svb, benefit)
    assert whole["payload"] == before["payload"], "what was sent stays as it was"
    one, two = whole["changes"]
    when = [datetime.fromisoformat(told["at"]) for told in (one, two)]
    assert when == [first.made_at, second.made_at]
    (answer,) = one["answers"]
    assert (answer["field"], answer["label"]) == ("iban", LABEL)
    assert (answer["before"], answer["after"]) == (OLD, NEW)
    assert whole["payload"]["answers"][answer["group"]][0][answer["field"]] == OLD, "there it stands"
    assert (two["answers"][0]["before"], two["answers"][0]["after"]) == (NEW, None)


def test_the_message_that_tells_of_a_change_has_the_same(cast: Cast, benefit: Case, svb: Client) -> None:
    changes(cast, benefit, "een", iban=NEW, works_abroad="yes")
    Message.objects.create(case=benefit, side="agency", text="Dank u.", external_id="api:dank-0001")
    (told,) = read(svb, benefit)["changes"]
    said = {one["id"]: one for one in read(svb, benefit, "/messages")["results"]}
    assert said[told["message"]]["change"] == told
    assert said["dank-0001"]["change"] is None
    assert {one["field"] for one in told["answers"]} == {"iban", "works_abroad"}


def test_what_was_destroyed_by_term_is_left_out(cast: Cast, benefit: Case, svb: Client) -> None:
    changes(cast, benefit, "een", iban=NEW)
    destroy_key(benefit.citizen, benefit.retention)
    whole = read(svb, benefit)
    assert (whole["payload"], whole["changes"]) == (None, [])
    (said,) = read(svb, benefit, "/messages")["results"]
    assert said["change"] is None
