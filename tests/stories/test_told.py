"""What citizens hear by mail and by post, with the real worker, and what they do not. In a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pypdf import PdfReader

from portal.local.stack import CHECKED, Stack
from tests.stories.acting import Person
from tests.stories.by_wire import Caller
from tests.stories.conftest import NewPerson
from tests.stories.telling import Story, finds_and_chooses, sends
from tests.stories.waiting import one, rows, until

pytestmark = pytest.mark.story

A_MINUTE = 60.0
MAIL_PAGE = "/hoe-wilt-u-bericht/mail/"
_BIRTH = Story("kind-krijgen", "ik ben bevallen", "", "geboorteaangifte", day=date.today().isoformat())
UNSAYABLE = (
    "Sanne",
    "Visser",
    "Aaf",
    "Oefenaar",
    "Waterstad",
    "Heidedorp",
    "gemeente",
    "akte",
    "http",
    "LL-",
    "feliciteer",
)


CHEERFUL = ("eliciteer", "roficiat", "erinner", "Ga verder", "Nog niet de", "U begon", "stelden wij voor")
"""What would be a congratulation, a reminder, or a suggestion about the birth."""


def test_a_decision_that_nobody_reads_ends_as_a_letter(
    new_person: NewPerson, stack: Stack, tmp_path: Path
) -> None:
    citizen, officer = new_person(), new_person(javascript=False)
    citizen.logs_in("Sanne Visser")
    address = _types_an_address(citizen)
    reference = sends(citizen, _BIRTH)
    _waits_for(stack, reference, "news", 1, what="the mail that it arrived")
    # Nothing that is open shows it from here on.
    citizen.presses("Uitloggen")
    _ends(officer, reference, "Dit kan niet", "De akte kan niet worden gemaakt.")
    until(lambda: _is_told_how_it_ended(stack, reference), seconds=A_MINUTE, what="the mail that it ended")

    with _on(stack, days=3):
        _notices(stack, "remind")
    _waits_for(stack, reference, "reminder", 1, what="the reminder")
    assert _letters(stack, reference, tmp_path / "early") == []
    with _on(stack, days=7):
        _notices(stack, "remind")
        _notices(stack, "remind")
    (letter,) = _letters(stack, reference, tmp_path / "late")
    assert "Sanne Visser" in letter
    assert "Er staat een bericht voor u klaar in Levensloket." in letter
    assert _letters(stack, reference, tmp_path / "again") == []

    said = "".join(mails(stack, address))
    assert [word for word in UNSAYABLE if word in said] == []
    # On paper only what brings it there.
    below = letter.partition("Er staat een bericht")[2]
    assert [word for word in UNSAYABLE if word in below] == []
    assert address not in stack.logs()

    # Who opens it at last, reads it, and is reminded of it no more.
    reader = new_person(javascript=False)
    reader.logs_in("Sanne Visser")
    reader.goes_to("/berichten/")
    reader.reads("Geboorteaangifte is niet gelukt")
    reader.goes_to(f"/aanvragen/{reference}/")
    reader.reads("De akte kan niet worden gemaakt.")
    assert _unread(stack, reference) == 0


def test_after_a_stillbirth_there_is_no_congratulation_and_no_reminder_anywhere(
    new_person: NewPerson, stack: Stack, tmp_path: Path
) -> None:
    citizen, officer = new_person(javascript=False), new_person()
    # She leaves a draft behind: nobody else's story may begin with it.
    citizen.logs_in("Aaf Oefenaar")
    address = _types_an_address(citizen)
    reference = sends(citizen, _BIRTH)
    _waits_for(stack, reference, "news", 1, what="the mail that it arrived")
    # Proposals are on, and another birth was begun and never sent: nothing of both may show any more.
    citizen.goes_to("/voorstellen/")
    citizen.page.locator("[name=event][value=kind-krijgen]").check()
    citizen.presses("Bewaar")
    finds_and_chooses(citizen, _BIRTH)
    citizen.goes_to("/levensgebeurtenissen/kind-krijgen/")
    citizen.page.get_by_text("Is uw kind overleden?").click()
    citizen.presses("Stuur mij geen herinneringen")
    citizen.reads("Wij sturen u hierover geen herinneringen meer.")
    _reads_nothing_cheerful(citizen)
    _ends(officer, reference, "De akte is gemaakt", "De akte is gemaakt.")
    until(lambda: _is_told_how_it_ended(stack, reference), seconds=A_MINUTE, what="the mail that it ended")
    with _on(stack, days=3):
        _notices(stack, "remind")
    with _on(stack, days=7):
        _notices(stack, "remind")
    # What would remind is not even planned.
    assert _planned(stack, reference, "reminder") == _planned(stack, reference, "again") == 0
    # The deed itself is told all the same, on paper too.
    for letter in _letters(stack, reference, tmp_path / "letters"):
        assert [word for word in CHEERFUL if word in letter] == []
    _reads_nothing_cheerful(citizen)
    said = "".join(mails(stack, address))
    assert [word for word in UNSAYABLE if word in said] == []


def _reads_nothing_cheerful(citizen: Person) -> None:
    """On no page of one's own: the overview, the inbox, the life events, the proposals."""
    for path in ("/", "/berichten/", "/uw-levensgebeurtenissen/", "/voorstellen/"):
        citizen.goes_to(path)
        main = citizen.page.locator("main").inner_text()
        assert [word for word in CHEERFUL if word in main] == [], path


def _ends(officer: Person, reference: str, outcome: str, motivation: str) -> None:
    """Heidedorp works in the portal: its officer takes it up, and ends it."""
    officer.starts_work("Hans Dekker")
    officer.goes_to(f"/medewerker/{reference}/")
    officer.presses("Ik pak dit op")
    officer.page.get_by_label(outcome, exact=True).check()
    officer.fills_in(motivation=motivation)
    officer.presses("Rond af en laat het de inwoner weten")
    until(lambda: _phase(officer.stack, reference) == "decided", seconds=A_MINUTE, what="the outcome")


def _types_an_address(citizen: Person) -> str:
    """A new one of their own, confirmed with the code that came."""
    address = f"{uuid4().hex}@voorbeeld.example"
    citizen.goes_to(MAIL_PAGE)
    citizen.fills_in(address=address)
    citizen.presses("Stuur een code")
    citizen.fills_in(code=_code_for(citizen.stack, address))
    citizen.presses("Bevestig")
    citizen.reads("Gelukt.")
    return address


def gives_an_address(caller: Caller, stack: Stack) -> str:
    """The same by wire."""
    address = f"{uuid4().hex}@voorbeeld.example"
    caller.post(MAIL_PAGE, do="give", address=address)
    assert "Gelukt." in caller.post(MAIL_PAGE, do="code", code=_code_for(stack, address)).text
    return address


def _code_for(stack: Stack, address: str) -> str:
    until(lambda: len(mails(stack, address)) == 1, seconds=A_MINUTE, what="the code")
    code = re.search(r"\b(\d{6})\b", mails(stack, address)[0])
    assert code
    return code[1]


def mails(stack: Stack, address: str) -> list[str]:
    """What was sent to this address: the body of each, in the order in which they went."""
    files = sorted((stack.folder / "mail").glob("*.log"), key=lambda path: path.stat().st_mtime_ns)
    found = [path.read_text() for path in files]
    return [text.partition("\n\n")[2] for text in found if address in text]


def _phase(stack: Stack, reference: str) -> str:
    return str(one(stack, "SELECT phase FROM cases_case WHERE reference = %s", reference))


def _waits_for(stack: Stack, reference: str, reason: str, number: int, *, what: str) -> None:
    """Until so many mails about this case went for this reason: the same person may have other news too."""
    query = """
        SELECT count(*) FROM cases_notification
        JOIN cases_notice ON cases_notice.id = notice_id JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND reason = %s AND channel = 'mail'
        AND cases_notification.delivered_at IS NOT NULL AND NOT dropped
    """
    until(lambda: one(stack, query, reference, reason) == number, seconds=A_MINUTE, what=what)


def _is_told_how_it_ended(stack: Stack, reference: str) -> bool:
    """That somebody works on it may have gone in the same mail, or in one before."""
    query = """
        SELECT count(*) FROM cases_notification
        JOIN cases_notice ON cases_notice.id = notice_id JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND kind = 'decision' AND reason = 'news' AND channel = 'mail'
        AND cases_notification.delivered_at IS NOT NULL AND NOT dropped
    """
    return bool(one(stack, query, reference) == 1)


def _unread(stack: Stack, reference: str) -> int:
    query = """
        SELECT count(*) FROM cases_notice JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND cases_notice.read_at IS NULL
    """
    return int(one(stack, query, reference))


def _planned(stack: Stack, reference: str, reason: str) -> int:
    query = """
        SELECT count(*) FROM cases_notification
        JOIN cases_notice ON cases_notice.id = notice_id JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND reason = %s
    """
    return int(one(stack, query, reference, reason))


@contextmanager
def _on(stack: Stack, *, days: int) -> Iterator[None]:
    """The legal clock of what is run now, so many days from now."""
    before = stack.env
    stack.env = before | {"PORTAL_NOW": (date.today() + timedelta(days=days)).isoformat()}
    yield
    stack.env = before


def _notices(stack: Stack, *arguments: str) -> None:
    command = ["manage.py", "notices", CHECKED, *arguments]
    stack.run("notices", command).wait_for_success(seconds=A_MINUTE)


def _letters(stack: Stack, reference: str, folder: Path) -> list[str]:
    """What the print house gets now of this case; others, of the same person too, may have theirs waiting.

    Several letters to one person go as one, which has the name of the first of them.
    """
    query = """
        SELECT COALESCE(told_with_id, cases_notification.id) FROM cases_notification
        JOIN cases_notice ON cases_notice.id = notice_id JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND channel = 'post'
    """
    folder.mkdir()
    _notices(stack, "hand-over", str(folder))
    paths = [folder / f"oefenen-{row.hex}.pdf" for (row,) in rows(stack, query, reference)]
    return [
        " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
        for path in paths
        if path.exists()
    ]
