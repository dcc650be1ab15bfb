"""Who has a BSN by now joins what they arranged without one, by a code from a letter."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from portal import clock
from portal.access import joining
from portal.access.acting import actor_of_session
from portal.access.filing.verbs import end_filing
from portal.access.joining import AlreadyJoined, account_of
from portal.access.models import Representation
from portal.access.representation import TooManyGuesses, WrongCode, accept, authorise
from portal.cases.helpdesk.joining import forget_old_codes, join, send_letter
from portal.cases.models import Case, InboxItem, Notification
from portal.cases.notices import letters
from portal.cases.notices.noting import is_by_post_only
from portal.cases.own import own_cases
from portal.cases.talk.asking import ask
from portal.ledger.log.uses import uses_of
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from portal.people.models import Citizen, Role, User
from portal.people.unregistered import find_or_create_unregistered
from tests.cases.steps import deliver_all, submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, logged_in
from tests.factories import make_citizen_user, make_officer, make_staff
from tests.helpdesk.filing import AMAL, Channel, Identity, amal, filed, knows_self, text_of, writes_down
from tests.registers import Register


@pytest.fixture
def helper(db: None) -> User:
    return knows_self(make_staff(Role.HELPDESK, name="Hanna Vos"))


@pytest.fixture
def case(helper: User, register: Register) -> Case:
    """Of Amal, who had no BSN; the municipality has it."""
    cache.clear()
    desk = writes_down(helper, amal(), channel=Channel.DESK, identity=Identity.PAPERS)
    found = filed(desk)
    end_filing(staff=desk)
    deliver_all()
    letters.hand_over()
    return Case.objects.select_related("citizen", "journey").get(pk=found.pk)


@pytest.fixture
def account(register: Register) -> User:
    """The account that Amal has by now: the register says that its owner was born on the same day."""
    register.people[NOOR_BSN]["brp.birth"] = {"date": "1990-05-01"}
    return make_citizen_user(NOOR_BSN)


def _code(case: Case, helper: User) -> str:
    """The one in the letter."""
    send_letter(staff=Actor.of_user(helper), citizen=case.citizen)
    batch = letters.hand_over()
    assert batch is not None
    (letter,) = letters.letters_of(batch)
    assert letter.to == ["Amal Haddad", "Opvangweg 3", "9001 AB Waterstad"]
    words = " ".join(sentence for part in letter.parts for sentence in part.sentences)
    found = re.search(r"Uw code: ([A-Z0-9-]+)\.", words)
    assert found, words
    return found[1]


def _says(citizen: Citizen) -> list[str]:
    return [use.outcome for use in reversed(uses_of(citizen)) if use.outcome.startswith("mandate-")]


def test_with_the_code_of_the_letter_the_requests_of_before_are_in_the_inbox(
    case: Case, helper: User, account: User
) -> None:
    code, browser = _code(case, helper), logged_in(account)
    assert case.reference not in text_of(browser.get("/berichten/"))
    assert "Ik regelde eerder iets zonder BSN" in text_of(browser.get("/namens/"))
    form = {"reference": f" {case.reference.lower()} ", "code": code.lower()}
    assert browser.post("/namens/koppelen/", form)["Location"] == "/berichten/"
    assert case.reference in str(browser.get("/berichten/").content)
    assert browser.get(f"/aanvragen/{case.reference}/").status_code == 200
    assert account.citizen is not None
    assert account_of(case.citizen) == account.citizen
    # Both logs say so, and what is done there from now on stands in the log of the one that it is about.
    assert _says(case.citizen)[:2] == ["mandate-offered", "mandate-joined"]
    assert _says(account.citizen) == ["mandate-joined"]
    assert StaffAction.objects.get(what="join-offered").user == helper
    # The code is used, and kept nowhere.
    assert not Notification.objects.exclude(sealed_code=None).exists()
    assert not Representation.objects.exclude(code_hmac=None).exists()
    assert "Dit bent u zelf" in text_of(browser.get("/namens/"))


def _joined(case: Case, helper: User, account: User) -> Client:
    """The account in the browser in which it joined."""
    browser = logged_in(account)
    browser.post("/namens/koppelen/", {"reference": case.reference, "code": _code(case, helper)})
    return browser


def _own_case(account: User) -> Case:
    """What the account itself sent."""
    return submitted(Actor.of_user(account), follow_ups=())["geboorteaangifte"]


def test_what_was_before_and_what_is_now_stand_in_one_list(case: Case, helper: User, account: User) -> None:
    now = _own_case(account)
    browser = _joined(case, helper, account)
    for path in ("/berichten/", "/", "/aanvragen/"):
        page = text_of(browser.get(path))
        assert case.reference in page, path
        assert now.reference in page, path
    assert "U regelt dit voor" not in text_of(browser.get("/berichten/"))


def test_each_of_them_opens_and_is_answered_without_switching(
    case: Case, helper: User, account: User
) -> None:
    now = _own_case(account)
    officer = Actor.of_user(make_officer(case.agency))
    task = ask(case=case, actor=officer, what="De akte", why="Wij missen hem.", external_id="q1")
    browser = _joined(case, helper, account)
    assert "De akte" in text_of(browser.get("/")), "it is on top of the first page"
    base = f"/aanvragen/{case.reference}/"
    page = text_of(browser.get(base))
    assert "Wij missen hem." in page or "De akte" in page
    assert "U regelt dit voor" not in page
    answered = browser.post(f"{base}taken/{task.pk}/", {"text": "Hier is zij.", "do": "send"})
    assert answered["Location"] == base
    task.refresh_from_db()
    assert task.answered_at is not None
    key = browser.get(f"{base}berichten/").context["form"].initial["key"]
    browser.post(f"{base}berichten/", {"text": "Ik verhuis.", "key": str(key)})
    assert case.messages.get().text == "Ik verhuis."
    assert browser.get(f"/aanvragen/{now.reference}/").status_code == 200
    # What is done there stands in the log of the one whose it is, with who did it.
    assert {"task", "messages"} <= {use.outcome for use in uses_of(case.citizen)}
    assert account.citizen is not None
    assert "messages" not in {use.outcome for use in uses_of(account.citizen)}


def test_things_of_both_are_put_away_in_one_go(case: Case, helper: User, account: User) -> None:
    now = _own_case(account)
    browser = _joined(case, helper, account)
    items = InboxItem.objects.filter(kind="case", case__in=[case, now]).values_list("pk", flat=True)
    browser.post("/berichten/verplaatsen/", {"item": [str(one) for one in items], "do": "archive"})
    assert not InboxItem.objects.filter(pk__in=list(items), archived_at=None).exists()


def test_at_the_next_login_they_stand_together_again(case: Case, helper: User, account: User) -> None:
    join(actor=Actor.of_user(account), reference=case.reference, code=_code(case, helper))
    session = SessionStore()
    joining.remember(session, account.citizen)
    actor = actor_of_session(account, session)
    assert actor.joined == {case.citizen_id}
    assert own_cases(actor).get() == case


def test_who_joined_nothing_is_asked_nothing_more(
    db: None, account: User, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert not actor_of_session(account, SessionStore()).joined


def test_who_is_authorised_by_the_account_does_not_get_what_was_before(
    case: Case, helper: User, account: User, register: Register
) -> None:
    join(actor=Actor.of_user(account), reference=case.reference, code=_code(case, helper))
    register.people[NEIGHBOUR_BSN] = dict(register.people[NOOR_BSN])
    daughter = make_citizen_user(NEIGHBOUR_BSN)
    until = clock.today() + timedelta(days=30)
    row, code = authorise(actor=Actor.of_user(account), services=["geboorteaangifte"], until_on=until)
    accept(actor=Actor.of_user(daughter), code=code)
    browser = logged_in(daughter)
    browser.post(f"/namens/{row.pk}/")
    assert browser.get(f"/aanvragen/{case.reference}/").status_code == 404


def test_what_one_person_joined_joins_nobody_else(case: Case, helper: User, account: User) -> None:
    """Another without a BSN has no account by it, keeps the code of their own letter, and is still helped."""
    other = find_or_create_unregistered(details=replace(AMAL, first_names="Zeynep"), language="nl")
    with transaction.atomic():
        theirs, _code_of_theirs = joining.offer(staff=Actor.of_user(helper), citizen=other)
    join(actor=Actor.of_user(account), reference=case.reference, code=_code(case, helper))

    assert account_of(case.citizen) == account.citizen
    assert account_of(other) is None
    theirs.refresh_from_db()
    assert (theirs.revoked_at, theirs.accepted_at, bool(theirs.code_hmac)) == (None, None, True)
    having = Citizen.objects.annotate(joined=joining.has_joined("pk")).filter(joined=True)
    assert list(having) == [case.citizen]


def test_news_reaches_the_account_and_no_letter_goes_any_more(
    case: Case, helper: User, account: User
) -> None:
    join(actor=Actor.of_user(account), reference=case.reference, code=_code(case, helper))
    assert not is_by_post_only(case)
    officer = Actor.of_user(make_officer(case.agency))
    ask(case=case, actor=officer, what="De akte", why="Wij missen hem.", external_id="q1")
    rows = Notification.objects.filter(notice__about__isnull=False, notice__kind="task")
    # There is no mail address and no telephone: then a letter says that something waits, and no more.
    assert {row.channel for row in rows} == {"post"}
    batch = letters.hand_over()
    assert batch is not None
    assert [letter.parts for letter in letters.letters_of(batch)] == [[]]


def test_staff_write_nothing_down_any_more_about_what_the_account_has(
    case: Case, helper: User, account: User
) -> None:
    join(actor=Actor.of_user(account), reference=case.reference, code=_code(case, helper))
    assert not own_cases(writes_down(helper, case.citizen)).exists()


@pytest.mark.parametrize("wrong", ["code", "reference", "no reference", "another's", "born", "unknown"])
def test_what_does_not_fit_joins_nothing_and_does_not_say_what_was_wrong(
    case: Case, helper: User, account: User, register: Register, wrong: str
) -> None:
    code, reference, actor = _code(case, helper), case.reference, Actor.of_user(account)
    match wrong:
        case "code":
            code = "AAAA-BBBB-CCCC"
        case "reference":
            reference = "LL-XXXX-XXXX"
        case "no reference":
            reference = ""
        case "another's":
            reference = _of_somebody_else(helper)
        case "born":
            register.people[NOOR_BSN]["brp.birth"] = {"date": "1990-05-02"}
        case "unknown":
            register.people[NOOR_BSN]["brp.birth"] = {"date": "1990"}
    with pytest.raises(WrongCode) as refused:
        join(actor=actor, reference=reference, code=code)
    assert str(refused.value) == ""
    assert account_of(case.citizen) is None
    assert not own_cases(actor).exists()


def _of_somebody_else(helper: User) -> str:
    other = find_or_create_unregistered(details=replace(AMAL, first_names="Amina"), language="nl")
    desk = writes_down(helper, other, channel=Channel.DESK, identity=Identity.PAPERS)
    return filed(desk).reference


def test_guessing_ends_after_five_times_also_for_the_right_code(
    case: Case, helper: User, account: User
) -> None:
    code, actor = _code(case, helper), Actor.of_user(account)
    for _time in range(joining.GUESSES):
        with pytest.raises(WrongCode):
            join(actor=actor, reference=case.reference, code="AAAA-BBBB-CCCC")
    with pytest.raises(TooManyGuesses):
        join(actor=actor, reference=case.reference, code=code)


def test_it_is_joined_once_and_to_one_account(
    case: Case, helper: User, account: User, register: Register
) -> None:
    code = _code(case, helper)
    register.people[NEIGHBOUR_BSN] = dict(register.people[NOOR_BSN])
    other = Actor.of_user(make_citizen_user(NEIGHBOUR_BSN))
    row = join(actor=Actor.of_user(account), reference=case.reference, code=code)
    with pytest.raises(WrongCode):
        join(actor=other, reference=case.reference, code=code)
    with pytest.raises(AlreadyJoined):
        send_letter(staff=Actor.of_user(helper), citizen=case.citizen)
    row.pk, row.representative = None, other.citizen
    with pytest.raises(IntegrityError):
        row.save(force_insert=True)


def test_a_code_holds_for_thirty_days_and_only_the_newest_one(
    case: Case, helper: User, account: User
) -> None:
    actor, first = Actor.of_user(account), _code(case, helper)
    second = _code(case, helper)
    with pytest.raises(WrongCode):
        join(actor=actor, reference=case.reference, code=first)
    with time_machine.travel(timezone.now() + joining.CODE_LIFE + timedelta(hours=1), tick=True):
        cache.clear()
        with pytest.raises(WrongCode):
            join(actor=actor, reference=case.reference, code=second)
        assert forget_old_codes() == 1
    assert not Notification.objects.exclude(sealed_code=None).exists()


def test_it_is_no_code_of_a_mandate_and_a_mandate_is_none_of_this(
    case: Case, helper: User, account: User
) -> None:
    with pytest.raises(WrongCode):
        accept(actor=Actor.of_user(account), code=_code(case, helper))


def test_a_wrong_join_is_undone_at_once(case: Case, helper: User, account: User) -> None:
    browser = logged_in(account)
    browser.post("/namens/koppelen/", {"reference": case.reference, "code": _code(case, helper)})
    row = Representation.objects.get(kind="oneself", revoked_at=None)
    browser.post("/namens/stoppen/")
    browser.post(f"/namens/{row.pk}/stoppen/")
    assert browser.get(f"/aanvragen/{case.reference}/").status_code == 404
    assert is_by_post_only(case)


def test_staff_have_the_letter_sent_only_for_who_was_seen_to_be_this_person(case: Case, helper: User) -> None:
    desk = logged_in(helper)
    desk.post("/helpdesk/", {"zoek": "kenmerk", "reference": case.reference})
    path = f"/helpdesk/inwoner/{case.citizen_id}/"
    assert desk.post(f"{path}koppelbrief/").status_code == 404
    assert not Representation.objects.exists()
    desk.post(f"{path}aan-de-balie/")
    assert "Stuur een brief met een code" in text_of(desk.get(f"{path}invullen/"))
    assert desk.post(f"{path}koppelbrief/").status_code == 302
    page = text_of(desk.get(f"{path}invullen/"))
    assert "De brief met de code gaat naar het adres dat wij hebben." in page
    assert Representation.objects.get().kind == "oneself"


def test_who_is_not_logged_in_joins_nothing(case: Case) -> None:
    assert Client().get("/namens/koppelen/").status_code == 302
