"""The citizen's pages without a browser: every form works without JavaScript, every fault is a page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from connectors.base import Unavailable
from portal.cases.models import Case, Journey, Phase
from tests.cases.answers import ANSWERS, CHILD, TWIN
from tests.cases.steps import answered, deed_made, deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

START = "/levensgebeurtenissen/kind-krijgen/begin/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


def _begin(client: Client) -> str:
    response = client.post(START)
    return str(response.headers["Location"]).removesuffix("gegevens/")


def _fill_in(client: Client, base: str, **groups: Any) -> None:
    for group, items in (ANSWERS | groups).items():
        for number, item in enumerate(items, start=1):
            more = {"another": "1"} if number < len(items) else {}
            response = client.post(f"{base}vragen/{group}/{number}/", item | more)
            assert response.status_code == 302, response.content.decode()


def _send(client: Client, base: str, **more: Any) -> Any:
    page = client.get(f"{base}controle/").content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    return client.post(f"{base}controle/", {"seen": seen[1], "follow_up": "kinderbijslag"} | more)


def test_what_was_begun_goes_on_on_another_device(noor: Client, cast: Cast) -> None:
    base = _begin(noor)
    noor.post(f"{base}vragen/birth/1/", ANSWERS["birth"][0])
    telephone = logged_in(cast.citizen)
    home = telephone.get("/").content.decode()
    assert "U kunt ook op een ander apparaat verdergaan." in home
    assert f'href="{base}gegevens/"' in home
    # Begun there once more, it is the same one, with what was filled in.
    assert _begin(telephone) == base
    page = telephone.get(f"{base}vragen/birth/1/").content.decode()
    assert re.search(r'value="gave_birth"[^>]* checked', page)
    _fill_in(telephone, base)
    assert _send(telephone, base).headers["Location"] == base
    # The first device hears that it was sent.
    assert noor.post(f"{base}vragen/birth/1/", ANSWERS["birth"][0]).status_code == 409
    assert Journey.objects.count() == 1


def test_from_start_to_sent_without_javascript(noor: Client) -> None:
    base = _begin(noor)
    assert "Noor de Wit" in noor.get(f"{base}gegevens/").content.decode()
    _fill_in(noor, base)
    review = noor.get(f"{base}controle/").content.decode()
    assert "Gemeente Waterstad" in review
    assert "Verstuur naar 1 organisatie" in review
    assert _send(noor, base).headers["Location"] == base
    assert "Wacht op geboorteaangifte" in noor.get("/").content.decode()


def _offers(client: Client) -> str:
    """Sent once, begun again: the page that asks for the account number."""
    base = _begin(client)
    _fill_in(client, base)
    _send(client, base)
    return f"{_begin(client)}vragen/benefit/1/"


REST = {"recipient": "me", "works_abroad": "no"}


def test_an_earlier_account_number_is_offered_unticked_and_fills_in_nothing(noor: Client) -> None:
    page = noor.get(_offers(noor)).content.decode()
    assert "NL02 ABNA 0123 4567 89. Wilt u dat weer gebruiken?" in page
    box = re.search(r'<input[^>]*name="reuse_iban"[^>]*>', page)
    assert box
    assert "checked" not in box[0]
    assert "NL02ABNA0123456789" not in page


def test_a_ticked_earlier_answer_is_the_answer_and_the_field_may_be_empty(noor: Client) -> None:
    url = _offers(noor)
    assert noor.post(url, REST | {"iban": ""}).status_code == 422
    assert noor.post(url, REST | {"iban": "", "reuse_iban": "on"}).status_code == 302
    page = noor.get(url).content.decode()
    assert "NL02ABNA0123456789" in page
    assert "reuse_iban" not in page


def test_an_earlier_answer_and_another_one_cannot_both_be_meant(noor: Client) -> None:
    response = noor.post(_offers(noor), REST | {"iban": "NL91 ABNA 0417 1643 00", "reuse_iban": "on"})
    assert response.status_code == 422
    assert "Haal een van de twee weg." in response.content.decode()


def test_the_review_counts_what_was_filled_in_and_what_was_known(noor: Client) -> None:
    base = _begin(noor)
    _fill_in(noor, base)
    review = noor.get(f"{base}controle/").content.decode()
    assert "U hoefde maar 8 dingen in te vullen. 6 dingen wisten wij al." in review
    assert "Gemeente Waterstad krijgt 9 gegevens. U vulde er 5 zelf in." in review
    assert "Sociale Verzekeringsbank krijgt 7 gegevens. U vulde er 3 zelf in." in review


def test_what_was_taken_over_was_not_filled_in(noor: Client) -> None:
    noor.post(_offers(noor), REST | {"reuse_iban": "on"})
    base = _begin(noor)
    _fill_in(noor, base)
    review = noor.get(f"{base}controle/").content.decode()
    assert "U hoefde maar 7 dingen in te vullen. 7 dingen wisten wij al." in review


def test_twins_are_two_pages_and_one_case(noor: Client) -> None:
    base = _begin(noor)
    _fill_in(noor, base, child=[CHILD, TWIN])
    review = noor.get(f"{base}controle/").content.decode()
    assert "Mia" in review
    assert "Sam" in review
    _send(noor, base)
    assert Case.objects.count() == 2


def test_a_twin_can_be_taken_away_again(noor: Client) -> None:
    base = _begin(noor)
    _fill_in(noor, base, child=[CHILD, TWIN])
    noor.post(f"{base}vragen/child/2/weghalen/")
    assert "Sam" not in noor.get(f"{base}controle/").content.decode()


def test_a_second_click_shows_the_same_plan_and_another_body_is_refused(noor: Client) -> None:
    base = _begin(noor)
    _fill_in(noor, base)
    page = noor.get(f"{base}controle/").content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    body = {"seen": seen[1], "follow_up": "kinderbijslag"}
    answers = [noor.post(f"{base}controle/", body) for _ in range(3)]
    assert {answer.headers["Location"] for answer in answers} == {base}
    assert Case.objects.count() == 2
    assert noor.post(f"{base}controle/", {"seen": seen[1]}).status_code == 409
    assert noor.post(f"{base}vragen/birth/1/", {"birth_place": "9002"}).status_code == 409
    assert noor.get(f"{base}vragen/birth/1/").headers["Location"] == base


def test_brp_down_is_said_and_the_citizen_can_type_it(noor: Client, register: Register) -> None:
    register.failure = Unavailable("down")
    base = _begin(noor)
    page = noor.get(f"{base}gegevens/").content.decode()
    assert "Wij kunnen uw gegevens nu niet ophalen. Uw antwoorden zijn bewaard." in page
    assert "Ga verder</a>" not in page
    typed = {
        "brp.name": {"first_names": "Noor", "prefix": "de", "family_name": "Wit"},
        "brp.birth": {"date": "1994-03-02"},
    }
    for field, value in typed.items():
        assert noor.post(f"{base}gegevens/{field}/invullen/", value).status_code == 302
    for step in [{"postcode": "9001 AA", "house_number": "1"}, {"street": "Gracht", "city": "Waterstad"}]:
        assert noor.post(f"{base}gegevens/brp.address/invullen/", step).status_code == 302
    _fill_in(noor, base)
    review = noor.get(f"{base}controle/").content.decode()
    assert "Door u ingevuld" in review
    assert "Partner: kon niet worden opgehaald" in review
    assert "Geen partner bekend" not in review
    assert "Dit is niet zeker." not in review
    _send(noor, base)
    assert Case.objects.count() == 2


def test_brp_back_up_after_a_retry(noor: Client, register: Register) -> None:
    register.failure = Unavailable("down")
    base = _begin(noor)
    register.failure = None
    noor.post(f"{base}gegevens/")
    assert "Noor de Wit" in noor.get(f"{base}gegevens/").content.decode()


@pytest.mark.parametrize(
    ("group", "wrong", "sentence"),
    [
        ("child", CHILD | {"birth_date": "2999-01-01"}, "nog niet geweest"),
        ("child", CHILD | {"birth_date": "31-31-2026"}, "geldige datum"),
        ("child", CHILD | {"first_names": ""}, "Vul dit in"),
        ("child", CHILD | {"sex": "X"}, "Selecteer een geldige keuze"),
        ("child", CHILD | {"sex": ""}, "Kies een antwoord."),
        ("benefit", {"recipient": "me", "iban": "NL00ABNA0123456789", "works_abroad": "no"}, "klopt niet"),
        ("parents", {"other_parent": "other", "family_name": "Wit"}, "Vul dit in"),
        ("child", CHILD | {"first_names": "x" * 5000}, "tekens"),
        ("child", CHILD | {"first_names": "a\x00b"}, "Null"),
    ],
)
def test_a_wrong_answer_is_named_and_nothing_is_kept(
    noor: Client, group: str, wrong: dict[str, str], sentence: str
) -> None:
    base = _begin(noor)
    response = noor.post(f"{base}vragen/{group}/1/", wrong)
    assert response.status_code == 422
    assert sentence.lower() in response.content.decode().lower()


def test_a_secret_address_is_masked_until_it_is_tapped(noor: Client, register: Register) -> None:
    register.secret = {"brp.address"}
    page = noor.get(f"{_begin(noor)}gegevens/").content.decode()
    assert page.index("Geheim. Toon het alleen") < page.index("Gracht 1")


def test_a_weak_login_is_told_so_and_nothing_is_lost(cast: Cast) -> None:
    client = logged_in(cast.citizen, level="basis")
    base = _begin(client)
    _fill_in(client, base)
    response = _send(client, base)
    assert response.status_code == 403
    assert "Er is nog niets verstuurd" in response.content.decode()
    assert not Case.objects.exists()


def test_the_outcomes_stand_in_the_inbox(cast: Cast, register: Register) -> None:
    cases = submitted(actor(cast.citizen))
    deliver_all()
    deed_made(cases["geboorteaangifte"])
    client = logged_in(cast.citizen)
    assert "Geboorteaangifte is geregeld" in client.get("/").content.decode()
    page = client.get(f"/aanvragen/{cases['geboorteaangifte'].reference}/").content.decode()
    assert "De akte is gemaakt." in page


def test_an_open_case_page_gets_204_while_nothing_changed(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    client = logged_in(cast.citizen)
    url = f"/aanvragen/{case.reference}/"
    (version,) = re.findall(r'\?seen=([^"&]+)"', client.get(url).content.decode())
    assert client.get(f"{url}?seen={version}", headers={"HX-Request": "true"}).status_code == 204
    deliver_all()
    fragment = client.get(f"{url}?seen={version}", headers={"HX-Request": "true"}).content.decode()
    assert "heeft uw aangifte" in fragment
    assert "<html" not in fragment


def test_withdrawing_what_waits(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["kinderbijslag"]
    client = logged_in(cast.citizen)
    client.post(f"/aanvragen/{case.reference}/intrekken/")
    case.refresh_from_db()
    assert case.phase == Phase.WITHDRAWN
    assert client.get(f"/aanvragen/{case.reference}/intrekken/").status_code == 302


def test_stopping_wipes_what_was_typed(noor: Client) -> None:
    base = _begin(noor)
    _fill_in(noor, base)
    noor.post(f"{base}stoppen/")
    assert not Journey.objects.exists()


def test_beginning_twice_goes_on_with_the_same_journey(noor: Client, register: Register) -> None:
    assert _begin(noor) == _begin(noor)
    assert len(register.asked) == 1


def test_my_data_shows_what_we_hold_and_who_got_it(cast: Cast) -> None:
    submitted(actor(cast.citizen))
    deliver_all()
    page = logged_in(cast.citizen).get("/mijn-gegevens/").content.decode()
    assert "Noor de Wit" in page
    assert "Wij stuurden uw gegevens naar de gemeente Waterstad." in page
    assert "999000019" not in page


def test_the_inbox_and_a_case_open_no_socket(
    cast: Cast, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    asked = len(register.asked)
    client = logged_in(cast.citizen)

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a page opened a socket")

    client.get("/")  # the database's own connection is open from here on
    monkeypatch.setattr("socket.socket.connect", refuse)
    for url in ["/", "/aanvragen/", f"/aanvragen/{case.reference}/", "/mijn-gegevens/"]:
        assert client.get(url).status_code == 200
    assert len(register.asked) == asked


def test_search_finds_by_the_words_people_use(client: Client, db: None) -> None:
    for words in ["baby", "TWEELING", "giving birth", "kinderbijslag"]:
        assert (
            "Ik krijg of kreeg een kind"
            in client.get("/levensgebeurtenissen/", {"q": words}).content.decode()
        )
    nothing = client.get("/levensgebeurtenissen/", {"q": "<script>x</script>"}).content.decode()
    assert "Wij vonden niets bij" in nothing
    assert "<script>x" not in nothing


def test_what_waits_until_the_answers_are_there(cast: Cast) -> None:
    journey = answered(actor(cast.citizen))
    page = logged_in(cast.citizen).get("/").content.decode()
    assert "(1)" in page[: page.index("</title>")]
    assert str(journey.pk) in page


def test_the_first_page_has_its_title_and_where_to_log_in(client: Client) -> None:
    page = client.get("/").content.decode()
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    assert title is not None
    assert title[1].strip() == "Wat verandert er in uw leven? – Levensloket"
    assert "Al begonnen?" in page.partition("<main")[2]
