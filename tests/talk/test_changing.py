"""What a citizen typed may change after sending, as far as the service lets it, until its outcome. Once."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.cases.back.concluding import conclude
from portal.cases.forwarding.verbs import forward_case
from portal.cases.journey.payloads import payload_of
from portal.cases.judging import ruling
from portal.cases.models import Case, Change, Delivery, Message, Outcome
from portal.cases.talk.changing import NotChangeable, OtherAccount, answers_now, change, fingerprint_of
from portal.cases.talk.standing import Closed, NotThere
from portal.cases.talk.withdrawing import withdraw
from portal.people.actor import Actor
from tests.cases.steps import deed_made, deliver_all, submitted
from tests.cast import NOOR_BSN, logged_in
from tests.factories import make_citizen_user, make_officer
from tests.registers import Register
from tests.talk.conftest import System, fresh

OLD, NEW = "NL02ABNA0123456789", "NL91ABNA0417164300"
LABEL = "Rekeningnummer (IBAN)"


@pytest.fixture
def benefit(noor: Actor, register: Register) -> Case:
    """Child benefit, which the SVB has."""
    case = submitted(noor)
    deliver_all()
    register.born(NOOR_BSN, "999000020", "Mia", "2026-11-20")
    deed_made(Case.objects.get(service="geboorteaangifte"))
    deliver_all()
    deliver_all()
    return fresh(case["kinderbijslag"])


@pytest.fixture
def browser(noor: Actor) -> Client:
    return logged_in(make_citizen_user(NOOR_BSN))


def _path(case: Case, more: str = "veranderen/") -> str:
    return f"/aanvragen/{case.reference}/{more}"


def _text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def _form(case: Case, **answers: str) -> dict[str, str]:
    """The form as the page gives it, with some of it filled in otherwise."""
    now = {name: value for name, value in answers_now(case).items() if value}
    seen = fingerprint_of(answers_now(case))
    return {**now, "seen": seen, "key": str(uuid4()), **answers}


def _sends(browser: Client, case: Case, form: dict[str, str]) -> Any:
    return browser.post(_path(case), form, follow=True)


def test_what_was_typed_is_changed_and_the_agency_reads_what_it_was(browser: Client, benefit: Case) -> None:
    sent = payload_of(benefit)
    assert "Verander wat u zelf invulde" in _text(browser.get(_path(benefit, "")))
    assert OLD in _text(browser.get(_path(benefit)))

    answer = _text(_sends(browser, benefit, _form(benefit, iban=NEW)))

    assert "Veranderd. Wij laten het de organisatie weten." in answer
    assert "U veranderde wat u invulde" in answer
    for part in ("NL91 ABNA 0417 1643 00", "Later veranderd. Eerst stond hier: NL02 ABNA 0123 4567 89"):
        assert part in answer
    message = Message.objects.get()
    # The thread is searched, and not sealed: it says which answer, and not what it is.
    assert LABEL in message.text
    assert OLD not in message.text
    assert NEW not in message.text
    assert payload_of(fresh(benefit)) == sent
    assert Delivery.objects.filter(kind="message", message=message).count() == 1
    officer = logged_in(make_officer("svb"))
    shown = _text(officer.get(f"/medewerker/{benefit.reference}/"))
    assert "NL91 ABNA 0417 1643 00" in shown
    assert "Eerst stond hier: NL02 ABNA 0123 4567 89" in shown


def test_an_agency_with_its_own_system_gets_both(browser: Client, benefit: Case, system: System) -> None:
    Case.objects.filter(pk=benefit.pk).update(their_reference="A-1")
    _sends(browser, benefit, _form(benefit, iban=NEW, works_abroad="yes"))
    deliver_all()
    (post,) = system.posts
    assert post.kind == "message"
    assert post.text.startswith("De inwoner verandert dit in wat is verstuurd:")
    assert f"{LABEL}\nEerst: NL02 ABNA 0123 4567 89\nNu: NL91 ABNA 0417 1643 00" in post.text
    assert "Eerst: Nee\nNu: Ja" in post.text


def test_pressed_twice_it_is_one_change(browser: Client, benefit: Case) -> None:
    form = _form(benefit, iban=NEW)
    for _ in range(2):
        assert "Veranderd." in _text(_sends(browser, benefit, form))
    assert (Change.objects.count(), Message.objects.count()) == (1, 1)


def test_of_two_tabs_the_second_hears_of_the_first(browser: Client, benefit: Case) -> None:
    first, second = _form(benefit, iban=NEW), _form(benefit, works_abroad="yes")
    _sends(browser, benefit, first)
    answer = _text(_sends(browser, benefit, second))
    assert "U hebt dit intussen al veranderd, in een ander venster." in answer
    assert "NL91" in answer
    assert Change.objects.count() == 1
    # Looked at again, it can be changed again; back to what was sent leaves no mark.
    _sends(browser, benefit, _form(fresh(benefit), iban=OLD))
    page = _text(browser.get(_path(benefit, "")))
    assert "Eerst stond hier" not in page
    assert page.count("U veranderde wat u invulde") == 2


def test_what_is_the_same_or_wrong_is_not_sent(browser: Client, benefit: Case) -> None:
    answer = _sends(browser, benefit, _form(benefit))
    assert answer.status_code == 422
    assert "U hebt niets veranderd. Er is niets verstuurd." in _text(answer)
    answer = _sends(browser, benefit, _form(benefit, iban="NL00"))
    assert "Dit rekeningnummer klopt niet." in _text(answer)
    assert not Change.objects.exists()


def test_what_was_left_empty_can_be_filled_in_and_emptied(browser: Client, benefit: Case) -> None:
    _sends(browser, benefit, _form(benefit, remark_benefit="Bel mij eerst."))
    page = _text(browser.get(_path(benefit, "")))
    assert "Bel mij eerst." in page
    assert "Eerst stond hier: Niet ingevuld" in page
    _sends(browser, benefit, _form(fresh(benefit), remark_benefit=""))
    assert answers_now(fresh(benefit))["remark_benefit"] is None
    assert "Bel mij eerst." not in _text(browser.get(_path(benefit, "")))


def test_after_the_outcome_it_is_refused_with_the_reason(browser: Client, benefit: Case, noor: Actor) -> None:
    form = _form(benefit, iban=NEW)
    svb = Actor.of_user(make_officer("svb"))
    conclude(case=benefit, kind=Outcome.Kind.GRANTED, motivation="Alles klopt.", actor=svb)
    for answer in (browser.get(_path(benefit), follow=True), _sends(browser, benefit, form)):
        assert "Dit is al klaar. Veranderen kan niet meer." in _text(answer)
    assert "Verander wat u zelf invulde" not in _text(browser.get(_path(benefit, "")))
    with pytest.raises(Closed):
        change(
            case=benefit,
            actor=noor,
            answers={"iban": NEW},
            seen=form["seen"],
            external_id="x",
            level="midden",
        )
    assert not Change.objects.exists()


def test_after_a_withdrawal_it_is_refused_with_the_reason(
    browser: Client, benefit: Case, noor: Actor
) -> None:
    form = _form(benefit, iban=NEW)
    withdraw(case=benefit, actor=noor)
    assert "U hebt dit ingetrokken. Veranderen kan niet meer." in _text(_sends(browser, benefit, form))
    assert not Change.objects.exists()


def test_before_it_is_sent_there_is_nothing_to_change(browser: Client, noor: Actor) -> None:
    case = submitted(noor)["kinderbijslag"]
    assert "Veranderen kan daarna." in _text(browser.get(_path(case), follow=True))
    with pytest.raises(NotThere):
        change(
            case=case,
            actor=noor,
            answers={"iban": NEW},
            seen=fingerprint_of(answers_now(case)),
            external_id="x",
            level="midden",
        )


def test_only_what_the_service_lets_change(browser: Client, benefit: Case, noor: Actor) -> None:
    with pytest.raises(NotChangeable):
        change(
            case=benefit, actor=noor, answers={"family_name": "x"}, seen="", external_id="x", level="midden"
        )
    assert browser.get(_path(Case.objects.get(service="geboorteaangifte"))).status_code == 404


def test_nobody_else_and_no_weaker_login(benefit: Case) -> None:
    neighbour = Actor.of_user(make_citizen_user("999000111"))
    with pytest.raises(PermissionError):
        change(case=benefit, actor=neighbour, answers={}, seen="", external_id="x", level="midden")
    answer = logged_in(make_citizen_user(NOOR_BSN), level="basis").post(
        _path(benefit), _form(benefit, iban=NEW)
    )
    assert answer.status_code == 403
    assert not Change.objects.exists()


def test_what_was_changed_is_in_the_file_with_everything(browser: Client, benefit: Case) -> None:
    _sends(browser, benefit, _form(benefit, iban=NEW))
    sent = browser.post("/mijn-gegevens/download.json").json()["sent"]
    (one,) = [line for entry in sent for line in entry["changes"]]
    assert (one["before"], one["after"]) == ({"iban": OLD}, {"iban": NEW})


def test_who_goes_on_with_it_goes_by_the_answers_of_today(
    browser: Client, benefit: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sends(browser, benefit, _form(benefit, iban=NEW))
    used: dict[str, Any] = {}
    monkeypatch.setattr(ruling, "known_facts", lambda _facts, _values, said: used.update(said) or {})
    ruling.ruling_of(benefit, payload_of(benefit))
    assert used["iban"] == NEW

    officer = Actor.of_user(make_officer("svb"))
    forward_case(case=benefit, actor=officer, to="uwv", reason="Dit is voor het UWV.", external_id="1")
    there = Case.objects.get(agency="uwv")
    (item,) = payload_of(there)["answers"]["message"]
    assert "NL91 ABNA 0417 1643 00" in item["text"]
    assert "NL02" not in item["text"]


def test_under_bewind_no_other_account_is_taken(
    browser: Client, benefit: Case, noor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("portal.cases.talk.changing", "portal.citizen.views.change"):
        monkeypatch.setattr(f"{module}.managed_account", lambda _citizen: OLD)
    answer = _sends(browser, benefit, _form(benefit, iban=NEW))
    assert answer.status_code == 422
    assert "die uw bewindvoerder beheert" in _text(answer)
    with pytest.raises(OtherAccount):
        change(
            case=benefit,
            actor=noor,
            answers={"iban": NEW},
            seen=fingerprint_of(answers_now(benefit)),
            external_id="x",
            level="midden",
        )
    assert not Change.objects.exists()


def test_a_change_adds_no_question_to_the_page_of_its_case(browser: Client, benefit: Case) -> None:
    def asked() -> int:
        browser.get(_path(benefit, ""))
        with CaptureQueriesContext(connection) as queries:
            browser.get(_path(benefit, ""))
        return len(queries)

    before = asked()
    _sends(browser, benefit, _form(benefit, iban=NEW))
    assert asked() == before
