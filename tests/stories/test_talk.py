"""After filing: the municipality asks something, both write, and a request is taken back. In a browser."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.stories.acting import Person
from tests.stories.conftest import NewPerson
from tests.stories.test_birth import HEIDEDORP, MIA, Birth, registers
from tests.stories.waiting import is_delivered, one, until
from tests.talk.files import pdf

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""

WHAT = "Stuur een kopie van uw trouwboekje"


@pytest.mark.parametrize(
    ("name", "bsn", "javascript"), [("Sanne Visser", "999000056", True), ("Eva Mulder", "999000135", False)]
)
def test_a_question_is_asked_answered_with_a_document_and_read(
    name: str, bsn: str, javascript: bool, new_person: NewPerson, tmp_path: Path
) -> None:
    citizen, officer = new_person(javascript=javascript), new_person(javascript=javascript)
    reference, _ = registers(citizen, Birth(name, bsn, [MIA], HEIDEDORP, javascript=javascript))
    until(lambda: is_delivered(citizen.stack, reference), seconds=PATIENCE, what="the birth at its desk")
    officer.starts_work("Hans Dekker")
    _asks(officer, reference)

    citizen.goes_to("/")
    citizen.reads("Dit moet u doen")
    citizen.follows(WHAT)
    _answers(citizen, tmp_path)
    citizen.reads("De gemeente Heidedorp behandelt uw aangifte")

    until(lambda: _went_out(citizen, reference, "answer"), seconds=PATIENCE, what="the answer")
    officer.goes_to(f"/medewerker/{reference}/gesprek/")
    officer.reads("In Heidedorp, op 3 mei.")
    assert _saved(officer) == pdf()

    _write_each_other(citizen, officer, reference)
    _keeps_order(citizen, reference)
    _takes_back(citizen, officer, reference)


def _asks(officer: Person, reference: str) -> None:
    officer.goes_to(f"/medewerker/{reference}/")
    officer.follows("Berichten, vragen en documenten")
    officer.presses("Vraag dit")
    officer.reads("Kijk dit nog even na")
    officer.page.get_by_label("Wat moet de inwoner doen?").fill(WHAT)
    officer.page.get_by_label("Waarom? De inwoner leest dit.").fill("Wij zien niet of u getrouwd bent.")
    officer.page.get_by_label("De inwoner moet een document meesturen.").check()
    officer.page.get_by_label("Losse vragen").fill("Waar en wanneer bent u getrouwd?")
    officer.presses("Vraag dit")
    officer.reads("Gevraagd. De inwoner ziet dit bovenaan.")


def _answers(citizen: Person, folder: Path) -> None:
    """First with too little and a wrong file; what was typed stays."""
    citizen.reads("Wij zien niet of u getrouwd bent.")
    citizen.page.get_by_label("Waar en wanneer bent u getrouwd?").fill("In Heidedorp, op 3 mei.")
    wrong = folder / "boekje.pdf"
    wrong.write_bytes(b"MZ a program")
    citizen.page.locator("[name=document]").set_input_files(wrong)
    citizen.presses("Verstuur naar de gemeente Heidedorp")
    citizen.reads("Dit is geen PDF, JPEG of PNG.")
    good = folder / "trouwboekje.pdf"
    good.write_bytes(pdf())
    citizen.page.locator("[name=document]").set_input_files(good)
    citizen.presses("Voeg dit bestand toe")
    citizen.reads("Haal bijlage 1 weg")
    assert citizen.page.get_by_label("Waar en wanneer bent u getrouwd?").input_value()
    citizen.presses("Verstuur naar de gemeente Heidedorp")
    citizen.reads("Dank u. Uw antwoord is verstuurd.")


def _saved(officer: Person) -> bytes:
    with officer.page.expect_download() as waiting:
        officer.page.get_by_role("link", name="Bijlage", exact=True).first.click()
    assert waiting.value.suggested_filename == "oefenen-Bijlage.pdf"
    return Path(waiting.value.path()).read_bytes()


def _write_each_other(citizen: Person, officer: Person, reference: str) -> None:
    officer.page.get_by_label("Uw bericht").fill("Dank u. Wij maken de akte.")
    officer.presses("Verstuur bericht")
    citizen.goes_to("/")
    citizen.follows("Bericht over geboorteaangifte")
    citizen.reads("Dank u. Wij maken de akte.")
    citizen.page.get_by_label("Uw bericht").fill("Graag met <b>haast</b>.")
    citizen.presses("Verstuur bericht")
    citizen.reads("Graag met <b>haast</b>.")
    until(lambda: _went_out(citizen, reference, "message"), seconds=PATIENCE, what="the message")
    officer.goes_to(f"/medewerker/{reference}/gesprek/")
    officer.reads("Graag met <b>haast</b>.")
    officer.reads("Gelezen")


def _keeps_order(citizen: Person, reference: str) -> None:
    """Finds something again, puts it away and brings it back, and keeps everything as a file."""
    citizen.follows("Berichten")
    citizen.page.get_by_label("Zoek in alles wat er is gezegd").fill("trouwb")
    citizen.presses("Zoek")
    choice = citizen.page.get_by_label(f"Kies: {WHAT}")
    expect(citizen.page.locator("[name=item]")).to_have_count(1)
    choice.check()
    citizen.presses("Zet in het archief wat ik koos")
    citizen.reads("1 ding is nu in het archief.")
    citizen.reads("Hier is niets gevonden.")
    citizen.follows("Zoek in het archief")
    choice.check()
    citizen.presses("Zet terug wat ik koos")
    citizen.reads("1 ding is terug.")
    # Not by the link: the first paper of a busy machine takes longer than a click waits.
    address = f"{citizen.stack.url}/aanvragen/{reference}/dossier.zip"
    kept = citizen.page.request.get(address, timeout=PATIENCE * 1000).body()
    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        assert [name.rpartition(".")[2] for name in archive.namelist()] == ["pdf", "pdf"]


def _takes_back(citizen: Person, officer: Person, reference: str) -> None:
    citizen.goes_to(f"/aanvragen/{reference}/")
    citizen.follows("Intrekken")
    citizen.reads("Wij laten de gemeente Heidedorp weten dat u dit intrekt.")
    citizen.presses("Trek in")
    citizen.reads("U hebt dit ingetrokken")
    until(lambda: _went_out(citizen, reference, "withdraw"), seconds=PATIENCE, what="the withdrawal")
    officer.goes_to(f"/medewerker/{reference}/")
    officer.reads("Ingetrokken")
    assert not officer.page.get_by_role("button", name=re.compile("Rond af")).is_visible()


def _went_out(person: Person, reference: str, kind: str) -> bool:
    """Whether the row of the outbox has done its work."""
    query = """
        SELECT count(*) FROM cases_delivery JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = %s AND delivered_at IS NOT NULL
    """
    return bool(one(person.stack, query, reference, kind) == 1)
