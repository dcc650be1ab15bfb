"""What staff write down for somebody who does not log in, and what that person gets by post."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from pypdf import PdfReader

from portal.local.stack import CHECKED, Stack
from tests.stories.acting import Person
from tests.stories.telling import CATALOGUE, answers_all
from tests.stories.waiting import rows

A_MINUTE = 60
BIRTH_DAY = date.today().isoformat()


def files_a_birth(staff: Person) -> str:
    """Only the deed; gives its reference, which staff read out."""
    staff.follows("Kies wat deze persoon wil regelen")
    staff.follows(CATALOGUE.events["kind-krijgen"].title.nl)
    ticks = staff.page.locator("main [name=service]")
    for index in range(ticks.count()):
        ticks.nth(index).set_checked(ticks.nth(index).get_attribute("value") == "geboorteaangifte")
    staff.presses("Begin")
    staff.reads("U vult in voor een inwoner.")
    staff.page.locator("main").get_by_role("link", name="Ga verder").click()
    answers_all(staff, BIRTH_DAY)
    staff.presses("Verstuur naar 1 organisatie")
    staff.page.get_by_role("link", name="Overzicht", exact=True).first.click()
    staff.looks()
    found = re.search(r"LL-[0-9A-Z]{4}-[0-9A-Z]{4}", staff.page.locator("main").inner_text())
    assert found
    return found[0]


def is_done(staff: Person) -> None:
    """Staff lay the pen down."""
    staff.page.locator("main").get_by_role("button", name="Klaar met deze persoon").click()
    staff.page.wait_for_load_state()
    staff.looks()


def letters(stack: Stack, reference: str, folder: Path) -> list[str]:
    """What the print house gets now of this case, as text; others may have theirs waiting."""
    folder.mkdir()
    arguments = ["manage.py", "notices", CHECKED, "hand-over", str(folder)]
    stack.run("notices", arguments).wait_for_success(seconds=A_MINUTE)
    query = """
        SELECT DISTINCT COALESCE(told_with_id, cases_notification.id) FROM cases_notification
        JOIN cases_notice ON cases_notice.id = notice_id JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s AND channel = 'post'
    """
    paths = [folder / f"oefenen-{row.hex}.pdf" for (row,) in rows(stack, query, reference)]
    return [
        " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
        for path in paths
        if path.exists()
    ]
