"""The pages that are opened most ask the database no more often when there is more to show."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.steps import deliver_all, submitted
from tests.cast import actor, logged_in, make_cast
from tests.registers import Register


@pytest.mark.parametrize("path", ["/", "/aanvragen/", "/mijn-gegevens/"])
def test_the_number_of_questions_does_not_grow_with_the_cases(
    db: None, register: Register, path: str
) -> None:
    cast = make_cast()
    browser = logged_in(cast.citizen)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    submitted(actor(cast.citizen))
    deliver_all()
    with_one = asked()
    for _ in range(3):
        submitted(actor(cast.citizen))
    deliver_all()
    assert asked() <= with_one


def test_the_page_of_a_case_asks_no_more_than_eight_questions(db: None, register: Register) -> None:
    cast = make_cast()
    browser = logged_in(cast.citizen)
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(f"/aanvragen/{case.reference}/").status_code == 200
    assert len(queries) <= 8, [one["sql"][:80] for one in queries]
