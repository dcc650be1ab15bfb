"""Finding who calls, the first 30 seconds, and how everything stands: no more than that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache

from portal import clock
from portal.cases.models import CitizenTask, Silence
from portal.cases.talk.asking import ask
from portal.cases.talk.writing import write
from portal.ledger.models import StaffAction
from portal.people.models import Citizen
from portal.people.staff import attempts
from tests.cases.steps import deliver_all, submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.helpdesk.steps import BORN, code_of, finds, known_helper, read_log, types_code
from tests.registers import Register

NOBODY = "Wij vinden niemand."


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    """Everybody."""
    cache.clear()
    return make_cast()


def _search(helper: object, **form: str) -> str:
    """The page that a search leads to, or what it says."""
    answer = helper.post("/helpdesk/", form)  # type: ignore[attr-defined]
    return str(answer["Location"]) if answer.status_code == 302 else answer.content.decode()


# --- Finding ------------------------------------------------------------------------------------------


def test_somebody_is_found_by_a_reference_as_it_is_read_aloud(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    helper, her = known_helper(cast.helpdesk), citizen_of(cast.citizen)
    found = _search(helper, zoek="kenmerk", reference=f" {case.reference.lower()} ")
    assert found == f"/helpdesk/inwoner/{her.pk}/"
    assert "Noor de Wit" in helper.get(found).content.decode()


@pytest.mark.parametrize(
    ("bsn", "born"), [(NOOR_BSN, "1994-03-03"), ("999990019", BORN), (NEIGHBOUR_BSN, BORN)]
)
def test_a_wrong_birth_date_and_nobody_look_the_same(cast: Cast, bsn: str, born: str) -> None:
    helper = known_helper(cast.helpdesk)
    assert NOBODY in _search(helper, zoek="bsn", bsn=bsn, born=born)


def test_a_register_that_does_not_answer_finds_nobody(cast: Cast, register: Register) -> None:
    from connectors.base import Unavailable

    register.failure = Unavailable("down")
    assert NOBODY in _search(known_helper(cast.helpdesk), zoek="bsn", bsn=NOOR_BSN, born=BORN)


def test_who_is_in_danger_is_found_by_reference_only(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    Citizen.objects.filter(pk=citizen_of(cast.citizen).pk).update(safety_flag=True)
    helper = known_helper(cast.helpdesk)
    assert NOBODY in _search(helper, zoek="bsn", bsn=NOOR_BSN, born=BORN)
    page = helper.get(_search(helper, zoek="kenmerk", reference=case.reference)).content.decode()
    assert "Geen adres noemen, niet terugbellen." in page


def test_each_search_is_written_down_also_one_that_found_nobody(cast: Cast) -> None:
    helper = known_helper(cast.helpdesk)
    _search(helper, zoek="bsn", bsn=NOOR_BSN, born="1990-01-01")
    _search(helper, zoek="kenmerk", reference="LL-2222-2222")
    finds(helper)
    said = StaffAction.objects.filter(user=cast.helpdesk).order_by("id").values_list("what", "reference")
    assert [what for what, _ in said] == [
        "helpdesk-search-nobody:bsn",
        "helpdesk-search-nobody:reference",
        "assist-found:bsn",
    ]
    assert not any(NOOR_BSN in reference for _, reference in said)
    assert read_log(citizen_of(cast.citizen)) == ["assist-found"]


def test_searching_has_a_limit(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "PER_SEARCH", 3)
    helper = known_helper(cast.helpdesk)
    for _ in range(3):
        _search(helper, zoek="kenmerk", reference="LL-2222-2222")
    assert "U zocht te vaak" in _search(helper, zoek="bsn", bsn=NOOR_BSN, born=BORN)
    assert StaffAction.objects.filter(what="helpdesk-search-limited:bsn").exists()


def test_a_search_tells_no_address(cast: Cast) -> None:
    """Neither the answer, nor the page, nor the page of who was verified."""
    helper = known_helper(cast.helpdesk)
    submitted(actor(cast.citizen))
    page = finds(helper)
    helper.post(f"{page}aan-de-balie/")
    for path in ("/helpdesk/", page):
        assert "Gracht" not in helper.get(path).content.decode()


def test_nobody_is_opened_by_an_address_alone(cast: Cast) -> None:
    helper, other = known_helper(cast.helpdesk), known_helper(cast.helpdesk_lead)
    page = finds(helper)
    assert other.get(page).status_code == 404
    assert other.post(f"{page}aan-de-balie/").status_code == 404
    assert other.post(f"{page}opschrijven/").status_code == 404


# --- The first 30 seconds ------------------------------------------------------------------------------


def test_who_was_not_verified_gets_general_information_only(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    helper = known_helper(cast.helpdesk)
    page = helper.get(finds(helper)).content.decode()
    assert "Geef alleen algemene informatie." in page
    assert case.reference not in page


def test_a_paper_at_the_desk_verifies_and_stands_in_the_log(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    helper = known_helper(cast.helpdesk)
    path = finds(helper)
    assert helper.post(f"{path}aan-de-balie/").status_code == 302
    page = helper.get(path).content.decode()
    assert "Aan de balie is een identiteitsbewijs gezien." in page
    assert case.reference in page
    assert "assist-identity" in read_log(citizen_of(cast.citizen))


def test_who_gave_a_code_is_verified_afterwards_too(cast: Cast) -> None:
    helper, path = known_helper(cast.helpdesk), ""
    path = finds(helper)
    types_code(helper, path, code_of(logged_in(cast.citizen)))
    answer = helper.post("/helpdesk/meekijken/stop/")
    assert answer["Location"] == path
    assert "Deze persoon gaf een code uit Levensloket." in helper.get(path).content.decode()


def test_the_strip_says_the_nearest_day_and_what_it_costs_to_miss_it(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    due = clock.today() + timedelta(days=9)
    ask(
        case=case,
        actor=actor(cast.officer),
        what="Stuur de akte",
        why="Wij missen hem.",
        external_id="q1",
        until=due,
    )
    helper = known_helper(cast.helpdesk)
    path = finds(helper)
    helper.post(f"{path}aan-de-balie/")
    page = helper.get(path).content.decode()
    assert "Eerste uiterste dag:" in page
    assert "kan de gemeente Waterstad beslissen zonder dit antwoord." in page
    # What is asked stands in a message of the agency: that is for when one looks along.
    assert "Stuur de akte" not in page


def test_the_strip_says_who_died_and_which_language(cast: Cast) -> None:
    her = citizen_of(cast.citizen)
    Silence.objects.create(citizen=her, event="kind-krijgen")
    Citizen.objects.filter(pk=her.pk).update(language="en")
    helper = known_helper(cast.helpdesk)
    page = helper.get(finds(helper)).content.decode()
    assert "Er is iemand overleden. Feliciteer niet" in page
    assert "Vraag of er een tolk bij moet." in page


def test_no_message_is_read_without_looking_along(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    write(case=case, actor=actor(cast.citizen), text="Ik heb een geheim.", external_id="m1")
    helper = known_helper(cast.helpdesk)
    path = finds(helper)
    helper.post(f"{path}aan-de-balie/")
    assert "Ik heb een geheim." not in helper.get(path).content.decode()
    assert not CitizenTask.objects.exists()


def test_a_place_is_not_named_where_the_home_is_secret(cast: Cast, register: Register) -> None:
    register.secret = {"brp.address"}
    submitted(actor(cast.citizen))
    helper = known_helper(cast.helpdesk)
    path = finds(helper)
    helper.post(f"{path}aan-de-balie/")
    assert "Waterstad" not in helper.get(path).content.decode().partition("<footer")[0]
