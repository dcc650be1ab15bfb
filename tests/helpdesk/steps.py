"""What people at both ends of the telephone do."""

from __future__ import annotations

import re
from typing import Final

from django.test import Client

from portal.access.assist.trail import write_pages
from portal.access.models import Assist
from portal.ledger.log.uses import uses_of
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen, User
from tests.cast import NOOR_BSN, Cast, logged_in

HELPER_BSN: Final = "999990019"
BORN: Final = "1994-03-02"
TICKET: Final = "MELD-2026-0001"
_CODE: Final = re.compile(r"ll-code\">(\d{3}) (\d{3})<")


def known_helper(user: User) -> Client:
    """Somebody of the helpdesk who is logged in, and said who they are themselves."""
    User.objects.filter(pk=user.pk).update(own_bsn_hmac=keyed_hmac("bsn", HELPER_BSN))
    return logged_in(User.objects.get(pk=user.pk))


def code_of(browser: Client) -> str:
    """The citizen asks for a code and reads it."""
    found = _CODE.search(browser.post("/meekijken/").content.decode())
    assert found
    return found[1] + found[2]


def finds(helper: Client, *, bsn: str = NOOR_BSN, born: str = BORN) -> str:
    """The page of who has this number and birth date."""
    answer = helper.post("/helpdesk/", {"zoek": "bsn", "bsn": bsn, "born": born})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def types_code(helper: Client, page: str, code: str, **more: str) -> str:
    """Begins to look along; where that leads, "" where it does not."""
    form = {"reason": "stuck", "ticket": TICKET, "code": code} | more
    answer = helper.post(f"{page}meekijken/", form)
    return str(answer["Location"]) if answer.status_code == 302 else ""


def looks_along(cast: Cast) -> tuple[Client, Client]:
    """The citizen's browser and the helper's, in the middle of it."""
    citizen, helper = logged_in(cast.citizen), known_helper(cast.helpdesk)
    assert types_code(helper, finds(helper), code_of(citizen)) == "/"
    assert Assist.objects.filter(ended_at=None).count() == 1
    return citizen, helper


def read_log(citizen: Citizen) -> list[str]:
    """The words of the lines in the citizen's log, oldest first, when all are written."""
    while write_pages():
        pass
    return [use.outcome for use in reversed(uses_of(citizen)) if use.outcome.startswith("assist-")]
