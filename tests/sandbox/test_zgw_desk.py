"""The desk of the municipality: people see what came in, and move it on."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import requests

from tests.conftest import DESKTOP, PHONE
from tests.sandbox.back_office import JSON, NOOR, SECONDS, BackOffice, NewBackOffice

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.story


def whole(office: BackOffice) -> JSON:
    """A case with all that a portal files."""
    zaak = office.new_zaak()
    office.post("zaken/rollen", office.role_body(zaak))
    office.post(f"{zaak['url']}/zaakeigenschappen", office.property_body(zaak, value="<b>de Wit</b>"))
    office.post("zaken/statussen", office.status_body(zaak))
    return zaak


def test_a_person_takes_a_case_up_and_closes_it(
    back_office: NewBackOffice, page: Page, javascript: bool, at_width: Callable[[Page, int], None]
) -> None:
    office = back_office()
    zaak = whole(office)
    page.goto(f"{office.sandbox_url}/")
    page.get_by_role("link", name="Zaken van Gemeente Waterstad").click()
    page.get_by_role("link", name=zaak["identificatie"]).click()
    main = page.locator("main")
    for words in ("Geregistreerd", "Melder", NOOR, "Achternaam", "<b>de Wit</b>"):
        assert words in main.inner_text()
    for width in (PHONE, DESKTOP):
        at_width(page, width)
    page.get_by_role("button", name="In behandeling nemen").click()
    assert "Status: In behandeling" in main.inner_text()
    assert page.get_by_role("button", name="In behandeling nemen").count() == 0
    page.get_by_label("Akte opgemaakt").check()
    page.get_by_label("Toelichting").fill("U kunt de akte ophalen.")
    page.get_by_role("button", name="Zaak afsluiten").click()
    assert "Deze zaak is afgesloten" in main.inner_text()
    assert "U kunt de akte ophalen." in main.inner_text()
    read = office.get(f"{zaak['url']}?expand=status.statustype,resultaat.resultaattype").json()["_expand"]
    assert read["status"]["_expand"]["statustype"]["omschrijving"] == "Afgehandeld"
    assert read["resultaat"]["_expand"]["resultaattype"]["omschrijving"] == "Akte opgemaakt"
    assert read["resultaat"]["toelichting"] == "U kunt de akte ophalen."


def test_the_officer_reads_what_came_in_and_adds_a_decision(
    back_office: NewBackOffice, page: Page, javascript: bool, at_width: Callable[[Page, int], None]
) -> None:
    office = back_office()
    zaak = whole(office)
    sent = office.new_document(b"Ik trek <b>alles</b> in.", titel="Intrekking door de inwoner")
    office.post("zaken/zaakinformatieobjecten", {"zaak": zaak["url"], "informatieobject": sent["url"]})
    page.goto(f"{office.url}/zaak/{zaak['uuid']}/")
    main = page.locator("main")
    for words in ("Intrekking door de inwoner", "Stuk van de aanvrager", "Ik trek <b>alles</b> in."):
        assert words in main.inner_text()
    for width in (PHONE, DESKTOP):
        at_width(page, width)
    with page.expect_download() as download:
        page.get_by_role("link", name="bewijs.txt downloaden").click()
    assert download.value.path().read_text() == "Ik trek <b>alles</b> in."
    page.get_by_role("button", name="Document toevoegen").click()  # nothing is filled in
    page.get_by_label("Besluit voor de aanvrager").check()
    page.get_by_label("Titel").fill("Besluit op uw aanvraag")
    page.get_by_label("Tekst (of kies hieronder een bestand)").fill("U krijgt gelijk.")
    page.get_by_role("button", name="Document toevoegen").click()
    assert "Brief aan de aanvrager · besluit · Gemeente Waterstad" in main.inner_text()
    (link,) = office.get(f"{zaak['url']}/besluiten").json()
    (letter,) = office.get(f"besluiten/besluitinformatieobjecten?besluit={link['besluit']}").json()
    told = office.get(letter["informatieobject"]).json()
    assert (told["titel"], told["status"]) == ("Besluit op uw aanvraag", "definitief")
    got = office.get(told["inhoud"], Accept="application/octet-stream").content
    assert got.startswith(b"%PDF-")
    assert b"(U krijgt gelijk.) Tj" in got


def test_the_officer_adds_a_file_and_a_note_for_colleagues(back_office: NewBackOffice) -> None:
    office = back_office()
    zaak = whole(office)
    address = f"{office.url}/zaak/{zaak['uuid']}/"
    with requests.Session() as browser:
        found = re.search(
            r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get(address, timeout=SECONDS).text
        )
        assert found
        form = {"csrfmiddlewaretoken": found[1], "title": "Akte"}
        for wrong in (
            {"kind": "letter"},
            {"kind": "song", "letter": "x"},
            {"kind": "letter", "letter": "x", "title": ""},
        ):
            assert (
                browser.post(f"{address}document", data={**form, **wrong}, timeout=SECONDS).status_code == 400
            )
        file = {"file": ("akte.pdf", b"%PDF-1.7 akte", "application/pdf")}
        sent = browser.post(
            f"{address}document", data={**form, "kind": "letter"}, files=file, timeout=SECONDS
        )
        assert sent.status_code == 200
        note = {**form, "kind": "internal", "letter": "Nog eens bellen."}
        assert browser.post(f"{address}document", data=note, timeout=SECONDS).status_code == 200
    links = office.get(f"zaken/zaakinformatieobjecten?zaak={zaak['url']}").json()
    akte, note = (office.get(one["informatieobject"]).json() for one in links)
    assert (akte["formaat"], akte["bestandsnaam"], akte["bestandsomvang"]) == (
        "application/pdf",
        "akte.pdf",
        13,
    )
    assert note["vertrouwelijkheidaanduiding"] == "intern"


def test_a_case_is_closed_with_a_result_and_once(back_office: NewBackOffice) -> None:
    office = back_office()
    zaak = whole(office)
    address = f"{office.url}/zaak/{zaak['uuid']}/"
    result = office.types("resultaattypen")["Niet mogelijk"].rsplit("/", 1)[1]
    with requests.Session() as browser:
        page = browser.get(address, timeout=SECONDS).text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found
        form = {"csrfmiddlewaretoken": found[1], "text": "Er is al een akte."}
        for wrong in ({}, {"result": zaak["uuid"]}, {"result": result, "text": "x" * 1001}):
            refused = browser.post(f"{address}afsluiten", data={**form, **wrong}, timeout=SECONDS)
            assert refused.status_code == 400
            assert 'class="error"' in refused.text
        for _ in range(2):
            closed = browser.post(f"{address}afsluiten", data={**form, "result": result}, timeout=SECONDS)
            assert closed.status_code == 200
        assert browser.post(f"{address}behandelen", data=form, timeout=SECONDS).status_code == 200
    counted = {"zaken": 1, "rollen": 1, "zaakeigenschappen": 1, "statussen": 2}
    assert office.tally(zaak["identificatie"]) == counted
    assert office.get(zaak["url"]).json()["einddatum"]


def test_the_buttons_need_their_token(back_office: NewBackOffice) -> None:
    office = back_office()
    address = f"{office.url}/zaak/{whole(office)['uuid']}/"
    for button in ("behandelen", "afsluiten", "document"):
        assert requests.post(f"{address}{button}", timeout=SECONDS).status_code == 403


def test_every_page_says_that_it_is_a_test(back_office: NewBackOffice) -> None:
    office = back_office()
    zaak = whole(office)
    for address in (f"{office.url}/", f"{office.url}/zaak/{zaak['uuid']}/"):
        answer = requests.get(address, timeout=SECONDS)
        assert "Dit is een testomgeving." in answer.text
        assert not re.search(r"<script|style=|\son[a-z]+=", answer.text)


def test_what_is_not_there_is_a_page_too(back_office: NewBackOffice) -> None:
    office, other = back_office(), back_office(agency="svb")
    nothing = f"{office.url}/zaak/00000000-0000-4000-8000-000000000000/"
    for address in (nothing, f"{other.url}/"):
        answer = requests.get(address, timeout=SECONDS)
        assert answer.status_code == 404
        assert "Dit is een testomgeving." in answer.text
