"""Klopt dit niet? One form from three places, a page that says how it goes on, and files that do no harm."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError
from django.test import Client

from connectors.base import Unavailable
from portal.cases.back.concluding import conclude
from portal.cases.models import Case, Dispute, Outcome, Proof
from portal.cases.talk.files import LARGEST
from portal.ledger.models import DataUse
from portal.people.actor import Actor
from portal.people.models import Citizen
from tests.cases.steps import begun, deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import make_officer, spare_bsns
from tests.registers import Register

FORM = "/mijn-gegevens/brp.address/klopt-niet/"
RIGHT = {"street": "Gracht", "number": "3", "postcode": "9001 AA", "city": "Waterstad"}
WHY = {"explanation": "Ik ben in mei verhuisd."}
PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    """Her registers were asked."""
    begun(actor(cast.citizen))
    return logged_in(cast.citizen)


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def a_file(content: bytes, name: str = "brief.pdf") -> dict[str, Any]:
    return {"proof": SimpleUploadedFile(name, content, content_type="text/html")}


def says(client: Client, path: str = FORM, **more: Any) -> str:
    """Sends the form; the address of the page that follows."""
    answer = client.post(path, RIGHT | WHY | more)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


# --- One form from three places ---------------------------------------------------------------------


def test_every_known_value_has_it_on_all_three_pages(cast: Cast) -> None:
    journey = begun(actor(cast.citizen))
    noor = logged_in(cast.citizen)
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    again = begun(actor(cast.citizen))
    facts = page(noor, f"/levensgebeurtenissen/kind-krijgen/{again.pk}/gegevens/")
    assert journey.pk != again.pk
    for field in ("brp.name", "brp.birth", "brp.address"):
        assert f"gegevens/{field}/klopt-niet/" in facts
        assert f'href="/mijn-gegevens/{field}/klopt-niet/"' in page(noor, "/mijn-gegevens/")
        sent = f"/aanvragen/{case.reference}/{field}/klopt-niet/"
        assert f'href="{sent}"' in page(noor, f"/aanvragen/{case.reference}/")
        assert "Dit staat er nu" in page(noor, sent)


def test_the_form_shows_the_value_its_source_and_both_roads(noor: Client) -> None:
    shown = page(noor, FORM)
    for words in (
        "Gracht 1",
        "Bron: Basisregistratie Personen (BRP)",
        "artikel 2.34 Wet basisregistratie personen",
        "artikel 2.58 Wet basisregistratie personen",
        "binnen 4 weken",
        "Ja, vraag uw gemeente om dit te verbeteren",
    ):
        assert words in shown
    assert 'enctype="multipart/form-data"' in shown


def test_the_form_of_what_we_worked_out_says_of_what_and_shows_both_roads(
    cast: Cast, register: Register
) -> None:
    sam = {"bsn": next(spare_bsns()), "full": "Sam Wit"}
    register.people[NOOR_BSN] |= {"brp.partner": sam, "brp.household": [sam]}
    begun(actor(cast.citizen))
    noor = logged_in(cast.citizen)
    form = "/mijn-gegevens/home.with_partner/klopt-niet/"
    assert f'href="{form}"' in page(noor, "/mijn-gegevens/")
    shown = page(noor, form)
    for words in (
        "Wij leiden het af van:",
        "Partner</li>",
        "Wie op uw adres staan ingeschreven</li>",
        "artikel 2.34 Wet basisregistratie personen",
        "Ja, vraag uw gemeente om dit te verbeteren",
    ):
        assert words in shown
    answer = noor.post(form, {"right": "Ik woon alleen.", "ask": "on"} | WHY)
    assert "Uw vraag is verstuurd." in noor.get(answer.headers["Location"]).content.decode()


def test_what_is_said_stands_beside_the_value_everywhere(noor: Client, cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    where = says(noor)
    for path in ("/mijn-gegevens/", f"/aanvragen/{case.reference}/"):
        assert "Ik ben in mei verhuisd." in page(noor, path)
    assert f'href="{where}"' in page(noor, "/mijn-gegevens/")


def test_the_page_of_a_request_that_runs_says_who_decides_by_when(noor: Client) -> None:
    where = says(noor, ask="on")
    deliver_all()
    shown = page(noor, where)
    case = Case.objects.get(service="brp-correctie")
    assert re.search(r"De gemeente Waterstad beslist uiterlijk \w+ \d+ \w+ 20\d\d", shown)
    assert f"/aanvragen/{case.reference}/" in shown
    assert "beslist uiterlijk" in page(noor, "/mijn-gegevens/")
    assert case.reference in page(noor, "/")
    assert where in page(noor, f"/aanvragen/{case.reference}/")


def test_a_request_that_runs_is_taken_back_on_its_page_and_can_be_asked_anew(noor: Client) -> None:
    where = says(noor, ask="on")
    deliver_all()
    case = Case.objects.get(service="brp-correctie")
    withdrawal = f"/aanvragen/{case.reference}/intrekken/"
    assert f'href="{withdrawal}"' in page(noor, where)
    assert "Trek in" in page(noor, withdrawal)
    noor.post(withdrawal)
    shown = page(noor, where)
    assert "U trok uw vraag om het te verbeteren in." in shown
    assert withdrawal not in shown
    assert "Het klopt toch" in shown
    assert "Uw vraag is verstuurd." in noor.post(f"{where}verbeteren/", follow=True).content.decode()
    assert Case.objects.filter(service="brp-correctie").count() == 2
    assert "beslist" in page(noor, where)


def test_a_refusal_shows_the_reasons_and_what_one_can_do(noor: Client) -> None:
    where = says(noor, ask="on")
    deliver_all()
    case = Case.objects.get(service="brp-correctie")
    officer = Actor.of_user(make_officer(case.agency))
    conclude(case=case, kind=Outcome.Kind.REFUSED, motivation="U staat daar niet.", actor=officer)
    assert "U staat daar niet." in page(noor, where)
    assert "U kunt bezwaar maken" in page(noor, f"/aanvragen/{case.reference}/")


# --- What is wrong with the form --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (RIGHT | {"explanation": ""}, "Vul dit in."),
        (WHY, "Vul dit in."),
        (WHY | {"unknown": "on", "ask": "on"}, "Zeg dan eerst wat het wel moet zijn."),
        (RIGHT | {"explanation": "x" * 2001}, "2000"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(noor: Client, sent: dict[str, str], words: str) -> None:
    answer = noor.post(FORM, sent)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Dispute.objects.exists()


def test_who_does_not_know_what_it_should_be_can_still_say_it(noor: Client) -> None:
    answer = noor.post(FORM, WHY | {"unknown": "on"})
    assert answer.status_code == 302
    assert "Dat is niet bekend" in page(noor, answer.headers["Location"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<script>alert(1)</script>", "Dit is geen PDF, JPEG of PNG."),
        (b"MZ\x90", "Dit is geen PDF, JPEG of PNG."),
        (b"%PDF-" + b"0" * LARGEST, "groter dan 25 MB"),
    ],
)
def test_a_wrong_file_is_refused_kindly(noor: Client, content: bytes, words: str) -> None:
    answer = noor.post(FORM, RIGHT | WHY | a_file(content))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Dispute.objects.exists()


def test_a_database_that_fails_is_said(noor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **options: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr("portal.cases.disputes.verbs.add_event", fail)
    answer = noor.post(FORM, RIGHT | WHY)
    assert answer.status_code == 503
    assert "Wij konden dit niet bewaren. Er is niets verstuurd." in answer.content.decode()


def test_a_register_that_is_down_keeps_what_was_said_and_offers_to_ask_later(
    noor: Client, register: Register
) -> None:
    register.failure = Unavailable("down")
    answer = noor.post(FORM, RIGHT | WHY | {"ask": "on"}, follow=True)
    assert "Wat u zei is bewaard." in answer.content.decode()
    register.failure = None
    found = Dispute.objects.get()
    where = f"/mijn-gegevens/klopt-niet/{found.pk}/"
    assert "Vraag om verbetering" in page(noor, where)
    noor.post(f"{where}verbeteren/")
    assert Case.objects.filter(service="brp-correctie").count() == 1


# --- Safety -----------------------------------------------------------------------------------------


def test_a_proof_comes_back_as_a_file_to_save_under_a_name_of_ours(noor: Client, cast: Cast) -> None:
    where = says(noor, **a_file(PDF, "<img src=x>.html"))
    (href,) = re.findall(rf'href="({where}bewijs/[^"]+)"', page(noor, where))
    answer = noor.get(href)
    assert answer.content == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bewijs.pdf"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert logged_in(cast.neighbour).get(href).status_code == 404


@pytest.mark.parametrize("state", [Proof.State.CHECKING, Proof.State.REFUSED])
def test_a_proof_that_nobody_looked_into_yet_or_that_was_refused_is_given_to_nobody(
    noor: Client, cast: Cast, state: str
) -> None:
    where = says(noor, **a_file(PDF, "bewijs.pdf"))
    (href,) = re.findall(rf'href="({where}bewijs/[^"]+)"', page(noor, where))
    Proof.objects.update(state=state)
    answer = noor.get(href)
    assert answer.status_code == 404
    assert PDF not in answer.content


def test_naughty_text_is_only_text(noor: Client) -> None:
    nasty = "<script>alert(1)</script> {{ 7|add:7 }} \u202e ; DROP TABLE"
    where = says(noor, explanation=nasty)
    shown = page(noor, where) + page(noor, "/mijn-gegevens/")
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)" in shown


def test_nothing_of_it_is_in_the_log_or_an_address(noor: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    where = says(noor, ask="on", **a_file(PDF))
    deliver_all()
    told = caplog.text + where + str(list(DataUse.objects.values()))
    for hidden in ("verhuisd", "Gracht", "9001 AA", "brief.pdf"):
        assert hidden not in told


def test_a_secret_address_stays_masked(cast: Cast, register: Register) -> None:
    register.secret.add("brp.address")
    begun(actor(cast.citizen))
    noor = logged_in(cast.citizen)
    where = says(noor)
    for path in (FORM, where):
        shown = re.sub(r"<details>.*?</details>|<input[^>]*>", "", page(noor, path), flags=re.DOTALL)
        assert "Gracht" not in shown
    assert "Geheim. Toon het alleen als niemand meekijkt." in page(noor, where)


def test_of_somebody_in_danger_what_is_told_names_no_place(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    Citizen.objects.filter(pk=citizen_of(cast.citizen).pk).update(safety_flag=True)
    submitted(actor(cast.citizen), follow_ups=())
    deliver_all()
    says(logged_in(cast.citizen))
    told: list[str] = []
    monkeypatch.setattr(
        "connectors.destinations.hold.destination.HoldDestination.report",
        lambda _self, _reference, report, _once: told.append(report.text),
    )
    deliver_all()
    (text,) = told
    assert "Gracht" not in text
    assert "verhuisd" not in text


def test_it_is_found_by_who_searches_for_it(cast: Cast) -> None:
    noor = logged_in(cast.citizen)
    assert "/levensgebeurtenissen/gegevens-verbeteren/" in page(
        noor, "/levensgebeurtenissen/?q=er+klopt+iets+niet"
    )
    answer = noor.post("/levensgebeurtenissen/gegevens-verbeteren/begin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/mijn-gegevens/"
    assert "Gracht 1" in answer.content.decode()
    assert "/mijn-gegevens/brp.address/klopt-niet/" in answer.content.decode()
    assert "Ga verder" not in page(noor, "/")
