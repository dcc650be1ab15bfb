"""Looking along: how many questions to the database it adds to a page of the citizen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.access.assist.verbs import begin
from portal.access.models import Assist
from portal.people.models import Role
from tests.bench.harness import Bench, Measure
from tests.bench.world import World
from tests.cast import citizen_of, logged_in
from tests.factories import make_citizen_user, make_staff, spare_bsns

PAGES: Final = ("/", "/aanvragen/", "/berichten/", "/mijn-gegevens/", "/mijn-gegevens/gebruik/")


@contextmanager
def _assist(_world: World) -> Iterator[Measure]:
    """The most of these pages: of who looks along, less those of the same citizen before that."""
    user = make_citizen_user(next(spare_bsns()))
    browser = logged_in(user)
    alone = {page: _questions(browser, page) for page in PAGES}
    helper = make_staff(Role.HELPDESK, "svb", name="Meting")
    row = begin(
        staff=helper,
        citizen=citizen_of(user),
        reason=Assist.Reason.STUCK,
        ticket="M-1",
        agreement=Assist.Agreement.PORTAL,
        hidden=False,
        fills=True,
        shows_words=True,
    )
    beside = logged_in(helper)
    session = beside.session
    session["assist"] = str(row.pk)
    session.save()

    def measure() -> float:
        return float(max(_questions(beside, page) - alone[page] for page in PAGES))

    yield measure


def _questions(client: Client, page: str) -> int:
    client.get(page, SERVER_NAME="localhost")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page, SERVER_NAME="localhost")
        assert answer.status_code == 200, (page, answer.status_code)
    return len(queries)


BENCHES = [
    Bench(
        name="assist",
        about="questions to the database that looking along adds to a page",
        unit="queries",
        prepare=_assist,
        limit=2,
    ),
]
