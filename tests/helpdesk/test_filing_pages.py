"""Staff fill in what somebody asks for, in the pages of the citizen; nothing else of the citizen opens."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from portal.access.models import Filing
from portal.access.policy import POLICY
from portal.cases.journey.payloads import payload_of
from portal.cases.models import Case
from portal.ledger.log.uses import uses_of
from portal.ledger.models import StaffAction
from portal.people.models import Citizen
from tests.access.world import ROUTES
from tests.cases.answers import ANSWERS
from tests.cases.steps import submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, Cast, actor, logged_in, make_cast
from tests.factories import make_citizen
from tests.helpdesk.filing import knows_self
from tests.helpdesk.steps import BORN, finds
from tests.registers import Register

PERSON = {
    "first_names": "Amal",
    "surname": "Haddad",
    "born": "1990-05-01",
    "v_number": "2801234567",
    "postcode": "9001ab",
    "number": "3",
    "street": "Opvangweg",
    "city": "Waterstad",
    "municipality": "9001",
    "spoken": "Arabisch",
    "interpreter": "on",
    "language": "nl",
}


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def helper(cast: Cast) -> Client:
    return logged_in(knows_self(cast.helpdesk))


def _answers_right(helper: Client, page: str, **wrong: str) -> int:
    said = {"born": BORN, "postcode": "9001 aa", "house_number": "1"} | wrong
    return helper.post(f"{page}controlevragen/", said).status_code


def _begins(helper: Client, page: str, channel: str = "phone", **more: Any) -> str:
    answer = helper.post(f"{page}invullen/", {"channel": channel} | more)
    return str(answer["Location"]) if answer.status_code == 302 else answer.content.decode()


def _fills_in(helper: Client, *, services: tuple[str, ...] = ("geboorteaangifte",)) -> str:
    """The pages as a browser goes through them; gives the page after sending."""
    begun = helper.post("/levensgebeurtenissen/kind-krijgen/begin/", {"choosing": "1", "service": services})
    facts = str(begun["Location"])
    base = facts.rsplit("/", 2)[0]
    for group, items in ANSWERS.items():
        for index, item in enumerate(items, start=1):
            helper.post(f"{base}/vragen/{group}/{index}/", item)
    review = helper.get(f"{base}/controle/")
    seen = re.search(r'name="seen" value="([^"]+)"', review.content.decode())
    assert seen, review.content.decode()
    sent = helper.post(f"{base}/controle/", {"seen": seen[1]})
    return str(sent["Location"])


def test_by_telephone_after_the_right_answers(helper: Client, cast: Cast) -> None:
    page = finds(helper)
    assert _answers_right(helper, page) == 302
    assert _begins(helper, page) == "/helpdesk/invullen/"
    _fills_in(helper)
    case = Case.objects.get()
    assert payload_of(case)["filed"]["identity"] == "questions"
    overview = helper.get("/helpdesk/invullen/").content.decode()
    assert case.reference in overview
    assert "De bevestiging gaat per brief." in overview
    assert helper.post("/helpdesk/invullen/klaar/").status_code == 302
    assert helper.get("/levensgebeurtenissen/").status_code == 200


def test_without_the_right_answers_nothing_begins(helper: Client) -> None:
    page = finds(helper)
    assert _answers_right(helper, page, house_number="2") == 422
    assert "Wij weten nog niet wie dit is." in _begins(helper, page)
    assert not Filing.objects.exists()


def test_guessing_an_address_ends_after_five_tries(helper: Client) -> None:
    page = finds(helper)
    for number in range(2, 7):
        assert _answers_right(helper, page, house_number=str(number)) == 422
    assert _answers_right(helper, page) == 422
    assert StaffAction.objects.filter(what="helpdesk-check-limited").exists()
    assert StaffAction.objects.filter(what="helpdesk-check-wrong").count() == 5


def test_who_has_no_bsn_at_the_desk_with_an_interpreter(helper: Client, cast: Cast) -> None:
    new = helper.post("/helpdesk/zonder-bsn/", PERSON)
    page = str(new["Location"]).removesuffix("invullen/")
    helper.post(f"{page}aan-de-balie/", {"terug": "invullen"})
    assert _begins(helper, page, "desk") == "/helpdesk/invullen/"
    _fills_in(helper)
    payload = payload_of(Case.objects.get())
    assert payload["filed"]["identity"] == "papers"
    assert payload["filed"]["interpreter"] is True
    assert payload["facts"]["brp.address"]["value"]["postcode"] == "9001 AB"


def test_nothing_else_of_the_citizen_opens(helper: Client, cast: Cast) -> None:
    case = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
    page = finds(helper)
    _answers_right(helper, page)
    _begins(helper, page)
    own = f"/aanvragen/{case.reference}/"
    shut = [f"{own}berichten/", f"{own}intrekken/", "/berichten/", "/mijn-gegevens/", "/aanvragen/"]
    assert {helper.get(address).status_code for address in shut} == {404}
    # What can be said about it, were it anything, stands on the own page; here that is nothing.
    assert helper.get(own)["Location"] == "/helpdesk/invullen/"
    assert case.reference not in helper.get("/helpdesk/invullen/").content.decode()
    assert helper.get("/")["Location"] == "/helpdesk/invullen/"
    assert helper.post(f"/aanvragen/{case.reference}/intrekken/").status_code == 404
    assert helper.get("/helpdesk/beloofd/").status_code == 404
    assert helper.get(page).status_code == 404


def test_what_opens_to_who_writes_something_down_is_this_and_no_more() -> None:
    found = {name for name in ROUTES if "filing" in POLICY[name].capacities}
    assert {name for name in found if not name.startswith("people:")} == {
        "citizen:events",
        "citizen:event",
        "citizen:chance",
        "citizen:begin",
        "citizen:report",
        "citizen:plan",
        "citizen:facts",
        "citizen:enter",
        "citizen:question",
        "citizen:remove",
        "citizen:dispute",
        "citizen:dispute-sent",
        "citizen:draft-file",
        "citizen:review",
        "citizen:discard",
        "citizen:follow-up",
        "citizen:case",
        "citizen:task",
        "citizen:messages",
        "citizen:withdraw",
        "citizen:change",
        "citizen:objection",
        "helpdesk:home",
        "helpdesk:filing",
        "helpdesk:stop-filing",
        "helpdesk:paper-form",
    }


def test_each_page_that_was_seen_is_a_line_that_the_citizen_reads(helper: Client, cast: Cast) -> None:
    page = finds(helper)
    _answers_right(helper, page)
    _begins(helper, page)
    _fills_in(helper)
    citizen = Case.objects.get().citizen
    lines = [use.outcome for use in reversed(uses_of(citizen)) if use.outcome.startswith("filing-")]
    assert lines == ["filing-begun:phone:questions", "filing-page:review", "filing-sent:phone"]
    text = logged_in(cast.citizen).get("/mijn-gegevens/gebruik/").content.decode()
    assert "Een medewerker verstuurde voor u wat u vroeg." in text


def test_an_officer_finds_at_the_own_desk_and_sees_nothing_of_other_agencies(cast: Cast) -> None:
    submitted(actor(cast.citizen), follow_ups=())
    officer = logged_in(knows_self(cast.officer))
    found = officer.post("/helpdesk/balie/", {"bsn": NOOR_BSN, "born": BORN})
    page = str(found["Location"]).removesuffix("invullen/")
    assert officer.get(page).status_code == 404
    officer.post(f"{page}aan-de-balie/")
    assert _begins(officer, page, "desk") == "/helpdesk/invullen/"
    other = make_citizen(NEIGHBOUR_BSN)
    assert officer.get(f"/helpdesk/inwoner/{other.pk}/invullen/").status_code == 404


def test_two_tabs_begin_one(helper: Client) -> None:
    page = finds(helper)
    _answers_right(helper, page)
    session = helper.session
    assert _begins(helper, page) == "/helpdesk/invullen/"
    kept = dict(session)
    session.update(kept)
    session.pop("filing", None)
    session.save()
    assert "U bent al met iemand anders bezig." in _begins(helper, page)


def test_who_logs_out_is_done(helper: Client) -> None:
    page = finds(helper)
    _answers_right(helper, page)
    _begins(helper, page)
    helper.post("/uitloggen/")
    assert Filing.objects.get().ended_at is not None


def test_a_caller_without_account_hears_how_it_stands_after_the_questions(
    helper: Client, cast: Cast, register: Register
) -> None:
    new = helper.post("/helpdesk/zonder-bsn/", PERSON)
    page = str(new["Location"]).removesuffix("invullen/")
    helper.post(f"{page}aan-de-balie/", {"terug": "invullen"})
    _begins(helper, page, "desk")
    _fills_in(helper)
    helper.post("/helpdesk/invullen/klaar/")
    case = Case.objects.get()
    # Another day, by telephone.
    later = logged_in(cast.helpdesk_lead)
    found = later.post("/helpdesk/", {"zoek": "kenmerk", "reference": case.reference})
    assert str(found["Location"]) == page
    assert case.reference not in later.get(page).content.decode()
    assert _answers_right(later, page, born="1990-05-01", postcode="9001AB", house_number="3") == 302
    text = later.get(page).content.decode()
    assert case.reference in text
    assert "Deze persoon gaf goede antwoorden op de controlevragen." in text


def test_right_answers_open_no_overview_of_who_has_an_account(helper: Client, cast: Cast) -> None:
    case = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
    page = finds(helper)
    _answers_right(helper, page)
    assert case.reference not in helper.get(page).content.decode()


def test_no_search_and_no_person_is_made_without_a_line(helper: Client, cast: Cast) -> None:
    helper.post("/helpdesk/zonder-bsn/", PERSON)
    person = Citizen.objects.get(bsn=None)
    assert [use.outcome for use in uses_of(person)] == ["assist-found"]
