"""Acting for another: given with a code, held to what it names, seen by who is represented, over at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal import clock
from portal.access.models import Representation
from portal.access.representation import TooManyGuesses, WrongCode, accept, authorise, mandate_of, revoke
from portal.cases.journey.payloads import payload_of
from portal.cases.models import Case, Journey
from portal.cases.out.delivery import _envelope
from portal.ledger.log.uses import uses_of
from portal.ledger.models import DataUse
from portal.people.models import Citizen, User
from portal.people.verbs import bsn_of
from tests.cases.steps import answered, begun, deliver_all, seen, submitted
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, actor, citizen_of, logged_in
from tests.factories import make_citizen_user, make_officer
from tests.registers import NOOR, Register

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

DAUGHTER_BSN = "999000159"
EVERYTHING = ("geboorteaangifte", "kinderbijslag")
EVENT = "/levensgebeurtenissen/kind-krijgen/"


@dataclass
class Family:
    """A father (the fixed cast's Noor), his daughter who helps him, and somebody with no right at all."""

    father: User
    daughter: User
    stranger: User
    register: Register

    def lets(self, *services: str, until: date | None = None) -> Representation:
        """He lets her act for these services."""
        row, code = authorise(
            actor=actor(self.father),
            services=services or EVERYTHING,
            until_on=until or clock.today() + timedelta(days=30),
        )
        assert accept(actor=actor(self.daughter), code=code).pk == row.pk
        return Representation.objects.get(pk=row.pk)

    def acts(self, row: Representation, browser: Client | None = None) -> Client:
        """Her browser, in which she acts for him."""
        browser = browser or logged_in(self.daughter)
        assert browser.post(f"/namens/{row.pk}/")["Location"] == "/"
        return browser


@pytest.fixture
def family(db: None, register: Register) -> Family:
    """The register knows both; they live at one address."""
    home = NOOR["brp.address"] | {"object_id": "9001010000000001"}
    register.people[NOOR_BSN] |= {"brp.address": home, "brp.birth": {"date": "1994-03-02", "place": "Elders"}}
    register.people[DAUGHTER_BSN] = {
        **NOOR,
        "brp.name": {"full": "Iris Vos", "first_names": "Iris", "family_name": "Vos"},
        "brp.address": home,
    }
    make = make_citizen_user
    return Family(make(NOOR_BSN), make(DAUGHTER_BSN), make(NEIGHBOUR_BSN), register)


def _moves(family: Family) -> None:
    """She lives somewhere else."""
    elsewhere = {
        "kind": "address",
        "lines": ["Heidepad 27"],
        "object_id": "9002010000000002",
        "function": "home",
    }
    family.register.people[DAUGHTER_BSN]["brp.address"] = elsewhere


def _text(response: Response) -> str:
    return response.content.decode()


def _sentences(browser: Client) -> str:
    return _text(browser.get("/mijn-gegevens/gebruik/"))


# --- Giving and taking on -----------------------------------------------------------------------------


def test_the_father_gives_a_code_on_a_page_and_the_daughter_fills_it_in(family: Family) -> None:
    form = {"services": list(EVERYTHING), "until_on": (clock.today() + timedelta(days=9)).isoformat()}
    page = _text(logged_in(family.father).post("/namens/toestemming/", form))
    found = re.search(r"[A-Z2-5]{4}-[A-Z2-5]{4}-[A-Z2-5]{4}", page)
    assert found
    # As people type: small letters, spaces.
    typed = found[0].lower().replace("-", " ")
    assert logged_in(family.daughter).post("/namens/code/", {"code": typed})["Location"] == "/namens/"
    assert "Noor de Wit" in _text(logged_in(family.daughter).get("/namens/"))
    assert "Iris Vos" in _text(logged_in(family.father).get("/namens/"))


def test_a_code_works_once_for_somebody_else_and_for_a_week(family: Family) -> None:
    until = clock.today() + timedelta(days=9)
    _, code = authorise(actor=actor(family.father), services=EVERYTHING, until_on=until)
    with pytest.raises(WrongCode):
        accept(actor=actor(family.father), code=code)
    accept(actor=actor(family.daughter), code=code)
    with pytest.raises(WrongCode):
        accept(actor=actor(family.stranger), code=code)
    late, code = authorise(actor=actor(family.father), services=EVERYTHING, until_on=until)
    Representation.objects.filter(pk=late.pk).update(code_until=timezone.now())
    with pytest.raises(WrongCode):
        accept(actor=actor(family.daughter), code=code)


def test_the_code_is_stored_nowhere(family: Family) -> None:
    _, code = authorise(actor=actor(family.father), services=EVERYTHING, until_on=clock.today())
    assert code not in str(list(Representation.objects.values()))


def test_who_guesses_is_heard_no_more_also_with_the_right_code(family: Family) -> None:
    _, code = authorise(actor=actor(family.father), services=EVERYTHING, until_on=clock.today())
    for _ in range(10):
        with pytest.raises(WrongCode):
            accept(actor=actor(family.stranger), code="AAAABBBBCCCC")
    with pytest.raises(TooManyGuesses):
        accept(actor=actor(family.stranger), code=code)
    accept(actor=actor(family.daughter), code=code)


def test_a_mandate_names_services_and_ends_within_five_years(family: Family) -> None:
    father = actor(family.father)
    for services, until in (
        ((), clock.today()),
        (EVERYTHING, clock.today() - timedelta(days=1)),
        (EVERYTHING, clock.today() + timedelta(days=6 * 366)),
    ):
        with pytest.raises(ValueError, match="names services"):
            authorise(actor=father, services=services, until_on=until)
    page = logged_in(family.father).post("/namens/toestemming/", {"until_on": "2000-01-01"})
    assert page.status_code == 422
    assert "Deze dag is al geweest" in _text(page)


# --- Acting -------------------------------------------------------------------------------------------


def test_every_page_says_for_whom_she_acts_and_whose_login_it_is(family: Family) -> None:
    browser = family.acts(family.lets())
    for path in ("/", "/aanvragen/", "/levensgebeurtenissen/", "/namens/", "/ingelogd/", "/bestaat/niet/"):
        page = _text(browser.get(path))
        assert "U regelt dit voor Noor de Wit" in page, path
        assert "Iris Vos" in page, path
    browser.post("/namens/stoppen/")
    assert "U regelt dit voor" not in _text(browser.get("/"))


def test_what_she_files_is_his_and_says_that_she_filed_it(family: Family) -> None:
    row = family.lets()
    acting = _actor(family, row)
    journey = answered(acting)
    assert (journey.citizen, journey.mandate) == (citizen_of(family.father), row)
    browser = family.acts(row)
    browser.post(f"{EVENT}{journey.pk}/controle/", {"seen": seen(journey), "follow_up": "kinderbijslag"})
    case = Case.objects.get(service="geboorteaangifte")
    assert (case.citizen, case.mandate) == (citizen_of(family.father), row)
    assert "Verstuurd door Iris Vos, namens u." in _text(
        logged_in(family.father).get(f"/aanvragen/{case.reference}/")
    )
    assert "Verstuurd door Iris Vos, voor Noor de Wit." in _text(browser.get(f"/aanvragen/{case.reference}/"))


def _actor(family: Family, row: Representation) -> Any:
    from portal.people.actor import Actor

    return Actor.for_another(family.daughter, row.represented, mandate_of(row, hides_places=False))


def _sent_by_her(family: Family, row: Representation) -> Case:
    from portal.cases.journey.submit import submit

    acting = _actor(family, row)
    journey = answered(acting)
    cases = submit(journey=journey, seen=seen(journey), follow_ups=(), level="midden", mandate=acting.mandate)
    return cases[0]


def test_the_agency_gets_both_and_both_read_it(family: Family) -> None:
    case = _sent_by_her(family, family.lets())
    sent = _envelope(case, payload_of(case), ())
    assert (sent.subject.bsn, sent.representative and sent.representative.bsn) == (NOOR_BSN, DAUGHTER_BSN)
    deliver_all()
    (line,) = [use for use in uses_of(citizen_of(family.daughter)) if use.outcome == "mandate-named"]
    assert (line.recipient, line.status) == (case.agency, "Ok")
    assert "omdat u iets regelde voor Noor de Wit" in _sentences(logged_in(family.daughter))


def test_the_officer_reads_who_filed_it(family: Family) -> None:
    row = family.lets()
    family.acts(row)
    case = _sent_by_her(family, row)
    deliver_all()
    Case.objects.filter(pk=case.pk).update(agency="gemeente-heidedorp")
    officer = logged_in(make_officer("gemeente-heidedorp"))
    page = _text(officer.get(f"/medewerker/{case.reference}/"))
    assert "Verstuurd door Iris Vos, namens de inwoner." in page


def test_who_files_for_oneself_names_nobody(family: Family) -> None:
    case = submitted(actor(family.father))["geboorteaangifte"]
    assert _envelope(case, payload_of(case), ()).representative is None


def test_he_reads_what_was_done_in_his_name_and_she_cannot_hide_it(family: Family) -> None:
    row = family.lets()
    browser = family.acts(row)
    browser.post(f"{EVENT}begin/")
    journey = Journey.objects.get()
    browser.post(f"{EVENT}{journey.pk}/stoppen/")
    page = _sentences(logged_in(family.father))
    for words in (
        "U gaf iemand toestemming",
        "Iris Vos mag vanaf nu iets voor u regelen.",
        "Iris Vos logde in om iets voor u te regelen.",
        "Iris Vos begon namens u aan iets nieuws.",
        "Iris Vos stopte namens u met iets dat nog niet was verstuurd.",
    ):
        assert words in page
    # A request says of itself that no person made it: it is written down all the same.
    before = uses_of(citizen_of(family.father))
    browser.post(f"{EVENT}begin/", headers={"X-Polling": "1"})
    assert len([use for use in uses_of(citizen_of(family.father)) if use.operation == "acted"]) > len(
        [use for use in before if use.operation == "acted"]
    )


def test_an_act_is_in_the_log_before_it_is_done(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = family.acts(family.lets())

    def dies(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("portal.cases.journey.journeys.begin_journey", dies)
    with pytest.raises(KeyboardInterrupt):
        browser.post(f"{EVENT}begin/")
    newest = DataUse.objects.filter(citizen=citizen_of(family.father)).order_by("-id")[0]
    assert (newest.operation, newest.moment) == ("acted", "begin")


def test_acting_costs_one_question_more(family: Family) -> None:
    browser, own = family.acts(family.lets()), logged_in(family.daughter)

    def asked(one: Client) -> int:
        with CaptureQueriesContext(connection) as queries:
            one.get("/namens/code/bestaat-niet/")
        return len(queries)

    # The mandate, and the two names on the page; for oneself there is one name.
    assert asked(browser) - asked(own) <= 3


# --- What it does not let her do ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["/mijn-gegevens/", "/mijn-gegevens/gebruik/", "/mijn-gegevens/download.json", "/namens/toestemming/"],
)
def test_what_is_his_alone_is_not_there_for_her(family: Family, path: str) -> None:
    browser = family.acts(family.lets())
    assert browser.get(path).status_code == 404


def test_a_service_outside_the_mandate_is_not_found_by_its_address(family: Family) -> None:
    cases = submitted(actor(family.father))
    journey = cases["kinderbijslag"].journey
    browser = family.acts(family.lets("geboorteaangifte"))
    mine, other = cases["geboorteaangifte"].reference, cases["kinderbijslag"].reference
    assert browser.get(f"/aanvragen/{mine}/").status_code == 200
    for path in ("", "intrekken/", "berichten/", "ontvangstbevestiging/"):
        assert browser.get(f"/aanvragen/{other}/{path}").status_code == 404
    assert browser.post(f"/aanvragen/{other}/intrekken/").status_code == 404
    assert other not in _text(browser.get("/aanvragen/")) + _text(browser.get("/"))
    # The whole life event has more in it than she may see.
    assert EVENT not in _text(browser.get("/"))
    assert browser.get(f"{EVENT}{journey.pk}/").status_code == 404
    assert browser.post(f"{EVENT}begin/")["Location"] == "/namens/"
    assert not Journey.objects.filter(state="draft").exists()


def test_a_mandate_is_found_by_its_own_two_people_only(family: Family) -> None:
    row = family.lets()
    stranger = logged_in(family.stranger)
    assert stranger.post(f"/namens/{row.pk}/").status_code == 404
    assert stranger.post(f"/namens/{row.pk}/stoppen/").status_code == 404
    assert logged_in(family.father).post(f"/namens/{row.pk}/").status_code == 404
    assert Representation.objects.get().revoked_at is None


# --- Its end ------------------------------------------------------------------------------------------


def test_revoked_in_one_tab_is_over_in_the_other(family: Family) -> None:
    row = family.lets()
    browser = family.acts(row)
    browser.post(f"{EVENT}begin/")
    journey = answered(_actor(family, row))
    review = f"{EVENT}{journey.pk}/controle/"
    form = {"seen": seen(journey)}
    assert logged_in(family.father).post(f"/namens/{row.pk}/stoppen/").status_code == 302
    assert browser.post(review, form)["Location"] == "/namens/"
    assert "Er is niets verstuurd." in _text(browser.get("/namens/"))
    assert not Case.objects.exists()
    # Once more, now for herself: his journey is not hers.
    assert browser.post(review, form).status_code == 404
    assert browser.get(review).status_code == 404


def test_a_fragment_leaves_the_page_when_the_mandate_is_over(family: Family) -> None:
    row = family.lets()
    browser = family.acts(row)
    revoke(actor=actor(family.father), representation_id=row.pk)
    assert browser.get("/aanvragen/", headers={"HX-Request": "true"})["HX-Redirect"] == "/namens/"


def test_what_ends_while_it_is_sent_is_not_sent(family: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    """Revoked after the door let her in, before the transaction."""
    row = family.lets()
    browser = family.acts(row)
    journey = answered(_actor(family, row))
    form = {"seen": seen(journey)}
    from portal.citizen.views import sending

    real = sending.submit

    def late(**kwargs: Any) -> Any:
        revoke(actor=actor(family.father), representation_id=row.pk)
        return real(**kwargs)

    monkeypatch.setattr(sending, "submit", late)
    assert browser.post(f"{EVENT}{journey.pk}/controle/", form)["Location"] == "/namens/"
    assert not Case.objects.exists()


def test_it_ends_by_itself_after_its_last_day_also_in_the_middle_of_a_form(
    family: Family, settings: Any
) -> None:
    today = clock.today()
    row = family.lets(until=today)
    browser = family.acts(row)
    browser.post(f"{EVENT}begin/")
    journey = Journey.objects.get()
    settings.PORTAL_NOW = today + timedelta(days=1)
    form = {"birth_place": "9001", "role": "gave_birth"}
    assert browser.post(f"{EVENT}{journey.pk}/vragen/birth/1/", form)["Location"] == "/namens/"
    assert Journey.objects.get().sealed_answers is None
    assert browser.post(f"/namens/{row.pk}/").status_code == 404


def test_either_of_the_two_ends_it_and_what_was_filed_stays(family: Family) -> None:
    row = family.lets()
    case = _sent_by_her(family, row)
    logged_in(family.daughter).post(f"/namens/{row.pk}/stoppen/")
    assert Representation.objects.get().revoked_by == family.daughter
    assert logged_in(family.father).get(f"/aanvragen/{case.reference}/").status_code == 200
    assert logged_in(family.daughter).get(f"/aanvragen/{case.reference}/").status_code == 404


def test_after_a_death_what_was_given_in_life_is_over(family: Family) -> None:
    row = family.lets()
    family.register.people[NOOR_BSN]["brp.alive"] = {"alive": False}
    from portal.ledger.engine.gather import expire

    expire(citizen_of(family.father), "brp.alive")
    page = logged_in(family.daughter).post(f"/namens/{row.pk}/")
    assert page.status_code == 403
    assert "Gecondoleerd" in _text(page)


# --- Who lives elsewhere ------------------------------------------------------------------------------

PLACES = ("Gracht 1", "9001 AA", "Waterstad")


def test_who_lives_elsewhere_reads_no_place_of_his(family: Family) -> None:
    _moves(family)
    row = family.lets()
    sent = submitted(actor(family.father))
    deliver_all()
    browser = family.acts(row)
    browser.post(f"{EVENT}begin/")
    journey = Journey.objects.get(state="draft")
    reference = sent["geboorteaangifte"].reference
    pages = ["/", "/aanvragen/", f"/aanvragen/{reference}/", f"/aanvragen/{reference}/ontvangstbevestiging/"]
    pages += [f"/aanvragen/{reference}/berichten/", f"{EVENT}{journey.pk}/gegevens/"]
    for path in pages:
        response = browser.get(path)
        assert response.status_code == 200, path
        page = _text(response)
        main = page[page.index("<main") : page.index("</main>")]
        assert [main[main.index(p) - 60 : main.index(p) + 40] for p in PLACES if p in main] == [], path
        assert "Gemeente Waterstad" not in page, path
    assert "niet zichtbaar" in _text(browser.get(f"{EVENT}{journey.pk}/gegevens/"))
    # Under one roof there is nothing to hide.
    together = submitted(actor(family.father))["geboorteaangifte"]
    family.register.people[DAUGHTER_BSN]["brp.address"] = family.register.people[NOOR_BSN]["brp.address"]
    from portal.ledger.engine.gather import expire

    expire(citizen_of(family.daughter), "brp.address")
    assert "Waterstad" in _text(family.acts(row).get(f"/aanvragen/{together.reference}/"))


def test_what_he_began_himself_is_not_for_who_lives_elsewhere(family: Family) -> None:
    _moves(family)
    row = family.lets()
    his = begun(actor(family.father))
    browser = family.acts(row)
    assert browser.get(f"{EVENT}{his.pk}/gegevens/").status_code == 404
    assert browser.post(f"{EVENT}begin/")["Location"] == "/"
    assert "zelf al aan begonnen" in _text(browser.get("/"))


def test_an_address_that_nobody_knows_counts_as_elsewhere(family: Family) -> None:
    del family.register.people[DAUGHTER_BSN]["brp.address"]
    browser = family.acts(family.lets())
    assert browser.session["acting"]["elsewhere"] is True


def test_of_somebody_in_danger_nobody_is_held_to_live_together(family: Family) -> None:
    Citizen.objects.filter(pk=citizen_of(family.father).pk).update(safety_flag=True)
    browser = family.acts(family.lets())
    assert browser.session["acting"]["elsewhere"] is True


def test_an_ex_partner_with_name_birth_date_and_old_address_gets_nowhere(family: Family) -> None:
    """There is no page that finds somebody by what an ex-partner knows; with it, a code is not guessed."""
    browser = logged_in(family.stranger)
    family.lets()
    known = {
        "code": "Noor de Wit 1994-03-02 9001AA",
        "name": "Noor de Wit",
        "bsn": bsn_of(citizen_of(family.father)),
    }
    assert browser.post("/namens/code/", known).status_code == 422
    assert "U kunt nu voor niemand" in _text(browser.get("/namens/", known))
    for path in ("/namens/", "/", "/levensgebeurtenissen/"):
        assert "Noor" not in _text(browser.get(path))
    browser.session["acting"] = {"id": str(Representation.objects.get().pk), "elsewhere": False}
    assert "Noor" not in _text(browser.get("/"))
