"""Somebody says that a rule works out badly, somebody answers, and everybody reads what changed."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from portal.cases.models import Case, Notice, Signal
from portal.cases.talk.texts import erase
from portal.ledger.models import StaffAction
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

WHY = "Wie halverwege de maand verhuist, krijgt niets. <b>Oneerlijk</b>"
LIST = "/medewerker/signalen/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """Noor's registration of a birth, at Waterstad."""
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=case.pk)


def gives(who: Client, address: str, **more: Any) -> Any:
    said = {"part": "rule", "text": WHY, "key": uuid.uuid4(), **more}
    return who.post(address, {f"signal-{name}": value for name, value in said.items()})


def answers(who: Client, signal: Signal, **said: Any) -> Any:
    said = {"text": "U hebt gelijk.", "changed": "", "key": uuid.uuid4(), **said}
    return who.post(f"{LIST}{signal.pk}/", {f"answer-{name}": value for name, value in said.items()})


def test_a_citizen_gives_a_signal_a_lead_answers_and_everybody_reads_what_changed(
    cast: Cast, case: Case
) -> None:
    citizen, lead = logged_in(cast.citizen), logged_in(cast.lead)
    page = citizen.get(f"/aanvragen/{case.reference}/").content.decode()
    (address,) = re.findall(r'href="([^"]+/signaal/)"', page)
    assert gives(citizen, address).status_code == 302
    signal = Signal.objects.get()
    assert "Nog niet beantwoord" in citizen.get(address).content.decode()

    assert "nog van niemand" in lead.get(LIST).content.decode()
    shown = lead.get(f"{LIST}{signal.pk}/").content.decode()
    assert "&lt;b&gt;Oneerlijk" in shown
    assert case.reference in shown
    assert lead.post(f"{LIST}{signal.pk}/oppakken/").status_code == 302
    assert answers(lead, signal, changed="Wij tellen nu per dag.").status_code == 302

    own = citizen.get(address).content.decode()
    assert "U hebt gelijk." in own
    assert cast.lead.name not in own
    assert Notice.objects.filter(case=case, about=f"signal:{signal.pk}").exists()
    public = Client().get("/wat-er-veranderde/").content.decode()
    assert "Wij tellen nu per dag." in public
    assert "Oneerlijk" not in public
    assert case.reference not in public


def test_an_officer_gives_one_and_an_editor_answers_without_the_case(cast: Cast, case: Case) -> None:
    desk, editor = logged_in(cast.officer), logged_in(cast.editor)
    page = desk.get(f"/medewerker/{case.reference}/").content.decode()
    (address,) = re.findall(r'href="([^"]+/signaal/)"', page)
    assert gives(desk, address, part="term").status_code == 302
    signal = Signal.objects.get()
    shown = editor.get(f"{LIST}{signal.pk}/").content.decode()
    assert "een medewerker" in shown
    assert case.reference not in shown
    editor.post(f"{LIST}{signal.pk}/oppakken/")
    assert answers(editor, signal).status_code == 302
    assert "U hebt gelijk." in desk.get(address).content.decode()
    # Nothing changed, so that nothing is told to everybody, and the citizen has not to hear of it.
    assert "U hebt gelijk." not in Client().get("/wat-er-veranderde/").content.decode()
    assert not Notice.objects.filter(about=f"signal:{signal.pk}").exists()
    assert "signaal/" in logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert WHY not in logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/signaal/").content.decode()


def test_who_does_not_see_to_it_does_not_answer_and_nobody_answers_twice(cast: Cast, case: Case) -> None:
    lead, editor = logged_in(cast.lead), logged_in(cast.editor)
    gives(logged_in(cast.citizen), f"/aanvragen/{case.reference}/signaal/")
    signal = Signal.objects.get()
    answers(lead, signal)
    assert Signal.objects.get().answered_at is None
    lead.post(f"{LIST}{signal.pk}/oppakken/")
    editor.post(f"{LIST}{signal.pk}/oppakken/")
    answers(lead, signal)
    assert Signal.objects.get().answered_at is None
    answers(editor, signal)
    answers(editor, signal, text="Toch niet.")
    assert Signal.objects.get().answer == "U hebt gelijk."
    lead.post(f"{LIST}{signal.pk}/oppakken/")
    assert Signal.objects.get().owner == cast.editor


def test_another_agency_reads_no_signal_of_it(cast: Cast, case: Case) -> None:
    gives(logged_in(cast.citizen), f"/aanvragen/{case.reference}/signaal/")
    other = logged_in(cast.other_lead)
    assert "Er zijn geen signalen" in other.get(LIST).content.decode()
    assert other.get(f"{LIST}{Signal.objects.get().pk}/").status_code == 404


def test_given_twice_is_given_once_and_empty_is_refused(cast: Cast, case: Case) -> None:
    citizen, address, key = logged_in(cast.citizen), f"/aanvragen/{case.reference}/signaal/", uuid.uuid4()
    for _time in range(2):
        assert gives(citizen, address, key=key).status_code == 302
    assert gives(citizen, address, text=" ").status_code == 422
    assert gives(citizen, address, part="iets").status_code == 422
    assert Signal.objects.count() == 1


def test_who_did_what_is_kept_and_the_words_go_with_the_request(cast: Cast, case: Case) -> None:
    gives(logged_in(cast.officer), f"/medewerker/{case.reference}/signaal/")
    signal, lead = Signal.objects.get(), logged_in(cast.lead)
    lead.post(f"{LIST}{signal.pk}/oppakken/")
    answers(lead, signal, changed="Wij tellen per dag.")
    did = StaffAction.objects.filter(what__startswith="signal-").order_by("at")
    assert [(one.what, one.user) for one in did] == [
        ("signal-given", cast.officer),
        ("signal-taken", cast.lead),
        ("signal-answered", cast.lead),
    ]
    erase([case])
    signal.refresh_from_db()
    assert (signal.text, signal.answer, signal.changed) == ("", "", "Wij tellen per dag.")
