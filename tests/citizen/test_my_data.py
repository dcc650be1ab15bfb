"""Mijn gegevens: what we hold, from whom, until when; who got it, why, and what that spared the citizen."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connectors.base import Unavailable
from portal.cases.journey.answers import answers_of, save_answers
from portal.cases.models import Journey
from portal.cases.reading.showing import field_label
from portal.catalogue import catalogue
from portal.citizen.views.my_data import subjects
from portal.ledger.log.uses import PORTAL, Mention, Use, begin_use, end_use, record_staff_view, record_use
from portal.ledger.models import DataKey, DataUse, Fact, KeyDestruction
from portal.people.models import Citizen
from tests.cases.steps import answered, begun, deed_made, deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import spare_bsns
from tests.ledger.lines import write_lines
from tests.registers import Register

_SPARE = spare_bsns()
MIA, ADA = next(_SPARE), next(_SPARE)
SPARED = "Daardoor hoefde u dit niet in te vullen: "
MINE, USES = "/mijn-gegevens/", "/mijn-gegevens/gebruik/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


@pytest.fixture
def her(cast: Cast) -> Citizen:
    return citizen_of(cast.citizen)


def _page(client: Client, path: str, *, status: int = 200, headers: dict[str, str] | None = None) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == status
    return re.sub(r"\s+", " ", response.content.decode())


def _use(citizen: Citizen, *fields: str) -> Use:
    return Use(
        citizen=citizen,
        trace_id="1" * 32,
        operation=DataUse.Operation.DISCLOSURE,
        activities=(catalogue().services["kinderbijslag"].activity,),
        fields=fields or ("brp.name",),
        recipient="svb",
        retention="facts",
    )


def _sent(cast: Cast) -> None:
    submitted(actor(cast.citizen))
    deliver_all()


# --- What we hold -----------------------------------------------------------------------------------


def test_of_whom_we_hold_nothing_that_is_said_and_when_we_would_ask(noor: Client) -> None:
    page = _page(noor, MINE)
    assert "Wij weten nu niets van u. Wij vragen gegevens pas op als u iets regelt." in page
    assert "Wij vroegen u" not in page
    assert "Er gebeurde nog niets met uw gegevens." in _page(noor, USES)


def test_values_stand_by_subject_with_their_source_and_until_when_they_count(
    cast: Cast, noor: Client
) -> None:
    begun(actor(cast.citizen))
    page = _page(noor, MINE)
    page = page[page.index("<main") :]
    places = [
        page.index(words) for words in ("Wie u bent", "Noor de Wit", "Waar u woont", "Gracht 1", "Uw gezin")
    ]
    assert places == sorted(places)
    assert page.count("Bron: Basisregistratie Personen (BRP)") == Fact.objects.count()
    assert page.count("Wij gebruiken dit tot en met") == Fact.objects.count()
    assert "Wij stuurden nog niets naar een organisatie." in page


def test_no_field_is_of_a_subject_that_the_page_leaves_out() -> None:
    assert {field.subject for field in catalogue().fields.values()} <= {subject for subject, _ in subjects()}


def test_what_is_too_old_to_use_is_shown_and_said_to_be_so(cast: Cast, noor: Client) -> None:
    begun(actor(cast.citizen))
    Fact.objects.filter(field="brp.name").update(valid_until=timezone.now())
    page = _page(noor, MINE)
    assert page.count("Dit is te oud om nog te gebruiken.") == 1
    assert "Noor de Wit" in page


def test_doubt_and_secrecy_stand_with_the_value(cast: Cast, noor: Client, register: Register) -> None:
    register.secret = {"brp.address"}
    begun(actor(cast.citizen))
    Fact.objects.filter(field="brp.name").update(under_investigation=True)
    page = _page(noor, MINE)
    assert page.count("De gemeente onderzoekt of dit klopt.") == 1
    assert page.index("Geheim. Toon het alleen") < page.index("Gracht 1")


def test_a_child_and_a_partner_are_shown_as_family_and_nobodys_bsn(
    cast: Cast, noor: Client, register: Register
) -> None:
    register.people[NOOR_BSN]["brp.partner"] = {"bsn": ADA, "full": "Ada Bos", "bond": "marriage"}
    _sent_and_benefit(cast, register)
    page = _page(noor, MINE)
    family = page[page.index("Uw gezin") :]
    assert "Mia Wit, 20 november 2026" in family
    assert "Ada Bos" in family
    assert not [bsn for bsn in (NOOR_BSN, MIA, ADA) if bsn in page]


@pytest.mark.parametrize("rows", ["gone", "left behind"])
def test_of_what_was_erased_the_day_is_told(cast: Cast, her: Citizen, noor: Client, rows: str) -> None:
    begun(actor(cast.citizen))
    if rows == "gone":
        Fact.objects.all().delete()
    DataKey.objects.filter(citizen=her, retention="facts").delete()
    KeyDestruction.objects.create(citizen=her, retention="facts", at=timezone.now())
    page = _page(noor, MINE)
    assert "Wat wij eerder van u wisten, is gewist op" in page
    assert "Wij weten nu niets van u." in page
    assert "Noor de Wit" not in page
    assert "Wij haalden uw gegevens op" in _page(noor, USES)


# --- Who got it, why, on which ground ---------------------------------------------------------------


def test_a_value_opens_who_got_it_when_why_and_on_which_ground(cast: Cast, noor: Client) -> None:
    _sent(cast)
    page = _page(noor, MINE)
    birth = page[page.index('Wie kreeg dit?<span class="ll-visually-hidden"> (Geboortedatum)') :]
    birth = birth[: birth.index("</details>")]
    assert "Wij stuurden uw gegevens naar de gemeente Waterstad." in birth
    assert "Waarom? De geboorteakte van een kind maken." in birth
    assert "Dat mag van de wet: artikel 19e Boek 1 Burgerlijk Wetboek" in birth
    assert "<time datetime=" in birth
    assert "de SVB" not in birth


def test_whoever_looks_often_hides_nobody_else_and_a_value_leads_to_everything(
    cast: Cast, her: Citizen, noor: Client
) -> None:
    begun(actor(cast.citizen))
    record_use(_use(her), outcome="delivered")
    view = replace(_use(her), operation=DataUse.Operation.VIEW)
    for _ in range(9):
        record_staff_view(view, staff=cast.other_officer, what="case-opened", reference="LL-1")
    page = _page(noor, MINE)
    assert page.count("Wij stuurden uw gegevens naar de SVB.") == 1
    assert page.count("Een medewerker van de SVB bekeek uw aanvraag.") == 1
    assert page.count('"/mijn-gegevens/gebruik/?gegeven=brp.name"') == 1
    everything = _page(noor, f"{USES}?gegeven=brp.name")
    assert everything.count("Een medewerker van de SVB bekeek uw aanvraag.") == 9


def test_an_end_that_is_missing_and_a_failure_are_told_as_what_they_are(
    her: Citizen, noor: Client, cast: Cast, register: Register
) -> None:
    begin_use(_use(her))
    assert "Begonnen. Onbekend of het aankwam." in _page(noor, USES)
    register.failure = Unavailable("down")
    begun(actor(cast.citizen))
    page = _page(noor, USES)
    assert "Dat lukte niet. Er is niets opgehaald." in page
    assert "Daardoor hoefde u dit niet in te vullen" not in page


def test_who_came_along_in_anothers_request_reads_which_agency_and_why_and_no_more(
    cast: Cast, her: Citizen
) -> None:
    partner = citizen_of(cast.neighbour)
    use = replace(_use(her), mentions=(Mention(partner, ("brp.birth", "brp.name")),))
    end_use(begin_use(use), outcome="delivered")
    page = _page(logged_in(cast.neighbour), USES)
    assert "De SVB gebruikte uw geboortedatum en naam, omdat u familie of huisgenoot bent" in page
    lines = page[page.index('id="gebruik"') : page.index("</main>")].casefold()
    for hidden in ("kinderbijslag", "noor", "gemeente", "svb.taken"):
        assert hidden not in lines


def test_a_look_by_us_at_who_came_along_is_told_as_ours(cast: Cast, her: Citizen) -> None:
    partner = citizen_of(cast.neighbour)
    use = replace(_use(her), recipient=PORTAL, mentions=(Mention(partner, ("brp.name",)),))
    end_use(begin_use(use), outcome="answered")
    assert "Wij gebruikten uw naam, omdat u familie of huisgenoot bent" in _page(
        logged_in(cast.neighbour), USES
    )


def test_a_look_by_staff_has_no_name(cast: Cast, her: Citizen, noor: Client) -> None:
    view = replace(_use(her), operation=DataUse.Operation.VIEW)
    record_staff_view(view, staff=cast.other_officer, what="case-opened", reference="LL-1")
    page = _page(noor, USES)
    assert "Een medewerker van de SVB bekeek uw aanvraag." in page
    assert "Petra" not in page


def test_a_case_tells_who_got_it_in_the_same_sentences(cast: Cast, noor: Client) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    page = _page(noor, f"/aanvragen/{case.reference}/")
    assert "Wij stuurden uw gegevens naar de gemeente Waterstad." in page
    assert "Wij stuurden uw gegevens naar de SVB." not in page


# --- What the registers left open ------------------------------------------------------------------


def test_a_yes_or_no_that_could_not_be_decided_is_shown_as_that_and_taken_home_as_that(
    cast: Cast, noor: Client, register: Register
) -> None:
    """Somebody without a number lives at the address: is it the partner?"""
    register.people[NOOR_BSN]["brp.partner"] = {"bsn": MIA, "full": "Sam Wit"}
    register.people[NOOR_BSN]["brp.household"] = [{"full": "Sam Wit"}]
    _sent(cast)
    assert Fact.objects.get(field="home.with_partner").sealed is None
    label = field_label("home.with_partner")
    shown = _page(noor, MINE).partition(f'll-known__label">{label}</dt>')[2].partition("</dl>")[0]
    assert "Dit is niet zeker. De organisatie zoekt dit zelf uit." in shown
    assert "Bron: " in shown
    assert "Klopt dit niet?" not in shown
    document = json.loads(noor.post("/mijn-gegevens/download.json").content)
    (entry,) = [one for one in document["facts"] if one["field"] == "home.with_partner"]
    assert (entry["state"], entry["value"], entry["lines"]) == ("undecided", None, [])


# --- What it spared ---------------------------------------------------------------------------------


def test_what_was_spared_is_what_the_review_promised(cast: Cast, noor: Client, register: Register) -> None:
    """The review counts from the payload, this page from the log: they say the same."""
    journey = answered(actor(cast.citizen))
    review = _page(noor, f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/controle/")
    promised = re.search(r"(\d+) dingen wisten wij al", review)
    assert promised
    _sent_and_benefit(cast, register)
    for path in (MINE, USES):
        assert f"Wij vroegen u {promised[1]} dingen niet, omdat wij ze al wisten." in _page(noor, path)


def _sent_and_benefit(cast: Cast, register: Register) -> None:
    """The deed is made and the child registered, so that the SVB got its request too."""
    cases = submitted(actor(cast.citizen))
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    register.born(NOOR_BSN, MIA, "Mia", "2026-11-20")
    for _ in ("the child is found", "the request goes out"):
        deliver_all()


def test_a_draft_says_what_need_not_be_filled_in_and_counts_nothing_yet(cast: Cast, noor: Client) -> None:
    begun(actor(cast.citizen))
    page = _page(noor, USES)
    assert f"{SPARED}Naam, Geboortedatum, Adres, Partner, Woont samen met partner." in page
    assert "Wij vroegen u" not in page


def test_what_the_citizen_typed_because_a_register_was_down_was_not_spared(
    cast: Cast, her: Citizen, noor: Client, register: Register
) -> None:
    begun(actor(cast.citizen))
    Fact.objects.update(valid_until=timezone.now())
    register.failure = Unavailable("down")
    begun(actor(cast.citizen))
    record_use(_use(her, "brp.name", "brp.address"), outcome="delivered")
    page = _page(noor, USES)
    assert page.count("Daardoor hoefde u dit niet in te vullen") == 1  # the fetch that went well
    assert "Wij vroegen u" not in page


def test_an_answer_that_was_taken_over_is_told(cast: Cast, noor: Client) -> None:
    _sent(cast)
    assert "van een eerdere keer opnieuw" not in _page(noor, MINE)
    sent = Journey.objects.latest("submitted_at")
    answers = answers_of(sent)
    answers.reused = {"iban": str(sent.pk)}
    save_answers(sent, answers)
    assert "U gebruikte 1 antwoord van een eerdere keer opnieuw." in _page(noor, MINE)


def test_news_about_what_an_agency_has_already_spares_nothing_more(
    cast: Cast, her: Citizen, noor: Client
) -> None:
    begun(actor(cast.citizen))
    for fields in (("brp.name", "brp.address"), ("brp.address",)):
        record_use(_use(her, *fields), outcome="delivered")
    page = _page(noor, f"{USES}?organisatie=svb")
    assert page.count("ll-uses__line") == 2
    assert page.count("Daardoor hoefde u dit niet in te vullen: Naam, Adres.") == 1
    assert page.count("Daardoor hoefde u dit niet in te vullen") == 1
    assert "Wij vroegen u 2 dingen niet" in page


def test_by_agency_the_page_says_how_many_things_it_did_not_have_to_ask(
    cast: Cast, noor: Client, register: Register
) -> None:
    _sent_and_benefit(cast, register)
    page = _page(noor, USES)
    assert "De SVB: 4" in page
    assert "De gemeente Waterstad: 4" in page
    assert "Wij vroegen u 4 dingen niet" in _page(noor, f"{USES}?organisatie=svb")


# --- The list and its filter ------------------------------------------------------------------------


def test_the_list_is_newest_first_by_day_and_twenty_five_a_page(her: Citizen, noor: Client) -> None:
    write_lines([her], each=60)
    page = _page(noor, USES)
    assert page.count("ll-uses__line") == 25
    assert "Bladzijde 1 van 3" in page
    assert page.count("maandag 5 januari 2026") == 1
    assert "Nieuwere" not in page
    assert _page(noor, f"{USES}?bladzijde=3").count("ll-uses__line") == 10
    assert "bladzijde=1" in _page(noor, f"{USES}?bladzijde=2")


@pytest.mark.parametrize("number", ["0", "-1", "x", "99", "9" * 40, ""])
def test_a_page_that_is_not_there_is_the_nearest_one(her: Citizen, noor: Client, number: str) -> None:
    write_lines([her], each=30)
    assert "van 2" in _page(noor, f"{USES}?bladzijde={number}")


def test_by_agency_and_by_period(her: Citizen, noor: Client) -> None:
    write_lines([her], each=2)  # on 5 January 2026
    record_use(replace(_use(her), recipient="gemeente-waterstad"), outcome="delivered")
    today = timezone.localdate().isoformat()
    assert _page(noor, f"{USES}?organisatie=svb").count("ll-uses__line") == 2
    assert _page(noor, f"{USES}?van={today}").count("ll-uses__line") == 1
    assert _page(noor, f"{USES}?van=2026-01-05&tot=2026-01-05").count("ll-uses__line") == 2
    nothing = _page(noor, f"{USES}?organisatie=svb&van={today}")
    assert "In deze periode gebeurde hier niets met uw gegevens." in nothing


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("organisatie=bestaat-niet", "Kies iets uit de lijst."),
        ("organisatie=%00", "Kies iets uit de lijst."),
        ("gegeven=bestaat.niet", "Kies iets uit de lijst."),
        ("van=31-31-2026", "Dit is geen geldige datum."),
        ("tot=%00", "Dit is geen geldige datum."),
        ("van=99999-01-01", "Dit is geen geldige datum."),
        ("van=2026-02-01&tot=2026-01-31", "Deze dag is eerder dan de dag bij “Van”."),
    ],
)
def test_a_filter_that_makes_no_sense_is_a_form_that_says_so(
    her: Citizen, noor: Client, query: str, sentence: str
) -> None:
    record_use(_use(her), outcome="delivered")
    page = _page(noor, f"{USES}?{query}", status=422)
    assert sentence in page
    assert "Kijk dit nog even na" in page
    assert "ll-uses__line" not in page


@pytest.mark.parametrize("query", ["van=0001-01-01", "tot=9999-12-31", "van=0001-01-01&tot=9999-12-31"])
def test_the_first_and_the_last_day_that_there_is_are_days(her: Citizen, noor: Client, query: str) -> None:
    record_use(_use(her), outcome="delivered")
    assert "Wij stuurden uw gegevens naar de SVB." in _page(noor, f"{USES}?{query}")


def test_the_links_keep_the_agency_and_say_which_period_is_chosen(her: Citizen, noor: Client) -> None:
    write_lines([her], each=30)
    page = _page(noor, f"{USES}?organisatie=svb")
    assert 'href="/mijn-gegevens/gebruik/?organisatie=svb&amp;bladzijde=2"' in page
    assert re.search(r'href="/mijn-gegevens/gebruik/\?organisatie=svb&amp;van=\d{4}-01-01"', page)
    assert page.count('aria-current="true"') == 1
    assert re.search(r'aria-current="true">Alles</a>', page)


def test_every_link_for_htmx_is_a_link_without_it(her: Citizen, noor: Client) -> None:
    write_lines([her], each=60)
    page = _page(noor, f"{USES}?bladzijde=2")
    links = re.findall(r"<a [^>]*hx-get[^>]*>", page)
    assert len(links) == 5
    for link in links:
        address = re.search(r' href="([^"]*)"', link)
        assert address
        assert f'hx-get="{address[1]}"' in link


def test_htmx_gets_the_list_alone(noor: Client) -> None:
    fragment = _page(noor, USES, headers={"HX-Request": "true"})
    assert fragment.strip().startswith('<div id="gebruik"')
    assert "<html" not in fragment


def test_nobody_reads_the_log_of_another(cast: Cast, noor: Client) -> None:
    _sent(cast)
    page = _page(logged_in(cast.neighbour), USES)
    assert "ll-uses__line" not in page
    assert "Waterstad" not in page[: page.index("</main>")]


@pytest.mark.parametrize("path", [MINE, USES, f"{USES}?organisatie=svb&van=2026-01-05&bladzijde=2"])
def test_a_long_log_takes_as_many_questions_as_a_short_one(
    cast: Cast, her: Citizen, noor: Client, path: str
) -> None:
    begun(actor(cast.citizen))

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert noor.get(path).status_code == 200
        return len(queries)

    write_lines([her], each=30)
    short = asked()
    write_lines([her], each=400)
    assert asked() == short


def test_the_address_of_the_filter_holds_no_value(cast: Cast, noor: Client) -> None:
    _sent(cast)
    page: Any = _page(noor, USES)
    names = re.findall(
        r'<(?:select|input)[^>]* name="(\w+)"', page[page.index("<form class") :].split("</form>")[0]
    )
    assert names == ["organisatie", "gegeven", "van", "tot"]
