"""Two at the same moment: each in a transaction of its own, let go when both stand at the lock of the case.

Whoever came to the lock first is first. There is one end of it, and the other one reads why.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import Client

from lifeevents.model import dump
from portal.access.clients import READ, SERVICE, WRITE, issue_client
from portal.cases.desk.proposals import conclude_due
from portal.cases.models import Case, Outcome, Phase, Proposal
from portal.people.models import Role, User
from tests.api.conftest import make_token
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import redefine
from tests.registers import Register
from tests.stories.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60.0
GRANTED = {"kind": "granted", "motivation": "De akte is gemaakt."}
REFUSED = {"kind": "refused", "motivation": "Het kind staat al ingeschreven."}
IS_FINAL = "final"

Act = Callable[[], str]


@pytest.fixture(autouse=True)
def a_minute(settings: Any) -> None:
    settings.UNDO_SECONDS = 60


@pytest.fixture
def cast(transactional_db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A birth that Waterstad has."""
    case = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def colleague(cast: Cast) -> Client:
    user = User.objects.create(role=Role.OFFICER, agency=cast.officer.agency, name="Bea de Graaf")
    return logged_in(user)


def at_once(case: Case, first: Act, second: Act) -> tuple[str, str]:
    """What each of them reads. Both wait for the case before either goes on."""
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            begun: list[Future[str]] = []
            for act in (first, second):
                begun.append(pool.submit(_alone, act))
                until(lambda: _waiting() == len(begun) or begun[-1].done(), seconds=PATIENCE, what="the lock")
            assert _waiting() == 2, [one.result() for one in begun if one.done()]
        one, other = (future.result(timeout=PATIENCE) for future in begun)
    return one, other


def _alone(act: Act) -> str:
    """In a connection of its own."""
    try:
        return act()
    finally:
        connection.close()


def _waiting() -> int:
    """How many wait for a lock on a row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
        return int(cursor.fetchone()[0])


def _posts(client: Client, path: str, form: dict[str, str] | None = None) -> Act:
    def act() -> str:
        answer = client.post(path, form or {}, follow=True)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    return act


def _concludes(client: Client, case: Case, form: dict[str, str] = GRANTED) -> Act:
    return _posts(client, f"/medewerker/{case.reference}/afronden/", form)


def _takes_back(client: Client, case: Case) -> Act:
    return _posts(client, f"/medewerker/{case.reference}/afronden/terugnemen/")


def _confirms(client: Client, case: Case) -> Act:
    return _posts(client, f"/medewerker/{case.reference}/afronden/bevestigen/")


def _withdraws(cast: Cast, case: Case) -> Act:
    return _posts(logged_in(cast.citizen), f"/aanvragen/{case.reference}/intrekken/")


def _becomes_final() -> str:
    return IS_FINAL if conclude_due() else ""


def _a_minute_passes() -> None:
    Proposal.objects.update(effective_at=F("effective_at") - timedelta(seconds=61))


def _ends(case: Case) -> tuple[str, list[str]]:
    """Where the case stands after the minute, and its outcomes."""
    _a_minute_passes()
    conclude_due()
    assert not Proposal.objects.filter(effective_at__isnull=False).exists()
    kinds = Outcome.objects.filter(case=case).values_list("kind", flat=True)
    return Case.objects.get(pk=case.pk).phase, list(kinds)


def _asks_a_lead(case: Case) -> None:
    services = [replace(one, confirmed_by={"every": "lead"}) for one in case.journey.services]
    redefine(case.journey, dump(tuple(services)))


@pytest.mark.parametrize("seconds", [0, 60])
def test_of_two_officers_one_concludes_and_the_other_reads_so(
    cast: Cast, case: Case, colleague: Client, settings: Any, seconds: int
) -> None:
    settings.UNDO_SECONDS = seconds
    officer = logged_in(cast.officer)
    one, other = at_once(case, _concludes(officer, case), _concludes(colleague, case, REFUSED))
    assert ("Een collega stelde al voor" if seconds else "Een collega rondde dit al af") in other
    assert "Een collega" not in one
    assert GRANTED["motivation"] in one
    assert _ends(case) == (Phase.DECIDED, ["granted"])


def test_who_undoes_first_makes_room_for_a_colleague(cast: Cast, case: Case, colleague: Client) -> None:
    officer = logged_in(cast.officer)
    _concludes(officer, case)()
    one, other = at_once(case, _takes_back(officer, case), _concludes(colleague, case, REFUSED))
    assert "heeft er niets van gezien" in one
    assert "Een collega" not in other
    assert _ends(case) == (Phase.DECIDED, ["refused"])


def test_who_concludes_what_is_not_undone_yet_reads_that_a_colleague_proposed(
    cast: Cast, case: Case, colleague: Client
) -> None:
    officer = logged_in(cast.officer)
    _concludes(officer, case)()
    one, other = at_once(case, _concludes(colleague, case, REFUSED), _takes_back(officer, case))
    assert "Een collega stelde al voor" in one
    assert "heeft er niets van gezien" in other
    assert _ends(case) == (Phase.ARRIVED, [])


@pytest.mark.parametrize("final_first", [True, False])
def test_what_is_becoming_final_is_not_taken_back(
    cast: Cast, case: Case, colleague: Client, final_first: bool
) -> None:
    _concludes(logged_in(cast.officer), case)()
    _a_minute_passes()
    acts = (_becomes_final, _takes_back(colleague, case))
    told = at_once(case, *(acts if final_first else acts[::-1]))
    final, page = told if final_first else told[::-1]
    assert final == IS_FINAL
    assert "niet meer worden teruggenomen" in page
    assert _ends(case) == (Phase.DECIDED, ["granted"])


@pytest.mark.parametrize("final_first", [True, False])
def test_what_is_becoming_final_and_is_withdrawn_ends_once(cast: Cast, case: Case, final_first: bool) -> None:
    _concludes(logged_in(cast.officer), case)()
    _a_minute_passes()
    acts = (_becomes_final, _withdraws(cast, case))
    told = at_once(case, *(acts if final_first else acts[::-1]))
    final, page = told if final_first else told[::-1]
    if final_first:
        assert (final, "Intrekken kan niet meer" in page) == (IS_FINAL, True)
        assert _ends(case) == (Phase.DECIDED, ["granted"])
    else:
        assert (final, "U hebt dit ingetrokken." in page) == ("", True)
        assert _ends(case) == (Phase.WITHDRAWN, [])


def test_a_citizen_who_withdraws_first_gets_no_outcome(cast: Cast, case: Case) -> None:
    officer = logged_in(cast.officer)
    one, other = at_once(case, _withdraws(cast, case), _concludes(officer, case))
    assert "ingetrokken" in one
    assert "De inwoner heeft dit ingetrokken. Er is niets meer te beslissen." in other
    assert _ends(case) == (Phase.WITHDRAWN, [])


def test_a_citizen_who_withdraws_what_was_just_concluded_gets_no_outcome_either(
    cast: Cast, case: Case
) -> None:
    """Nobody saw it yet, and who withdraws was told that there is no decision then."""
    officer = logged_in(cast.officer)
    # What the officer's own page says next depends on how far the other one is by then.
    _page, other = at_once(case, _concludes(officer, case), _withdraws(cast, case))
    assert GRANTED["motivation"] not in other
    assert _ends(case) == (Phase.WITHDRAWN, [])
    assert not Proposal.objects.exists()
    page = officer.get(f"/medewerker/{case.reference}/").content.decode()
    assert "De inwoner trok dit in op" in page
    assert GRANTED["motivation"] not in page


def test_what_counts_at_once_is_not_withdrawn_any_more(cast: Cast, case: Case, settings: Any) -> None:
    settings.UNDO_SECONDS = 0
    one, other = at_once(case, _concludes(logged_in(cast.officer), case), _withdraws(cast, case))
    assert GRANTED["motivation"] in one
    assert "Intrekken kan niet meer" in other
    assert _ends(case) == (Phase.DECIDED, ["granted"])


def test_a_lead_who_confirms_what_is_being_taken_back_reads_so(cast: Cast, case: Case) -> None:
    _asks_a_lead(case)
    officer, lead = logged_in(cast.officer), logged_in(cast.lead)
    _concludes(officer, case)()
    one, other = at_once(case, _takes_back(officer, case), _confirms(lead, case))
    assert "heeft er niets van gezien" in one
    assert "Er is niets meer te bevestigen." in other
    assert _ends(case) == (Phase.ARRIVED, [])


@pytest.mark.parametrize(("seconds", "kinds"), [(60, []), (0, ["granted"])])
def test_what_a_lead_confirmed_is_taken_back_within_the_minute_only(
    cast: Cast, case: Case, settings: Any, seconds: int, kinds: list[str]
) -> None:
    _asks_a_lead(case)
    settings.UNDO_SECONDS = seconds
    officer, lead = logged_in(cast.officer), logged_in(cast.lead)
    _concludes(officer, case)()
    one, other = at_once(case, _confirms(lead, case), _takes_back(officer, case))
    assert "niets meer te bevestigen" not in one
    assert ("heeft er niets van gezien" if seconds else "niet meer worden teruggenomen") in other
    assert _ends(case)[1] == kinds


@pytest.mark.parametrize("program_first", [True, False])
def test_of_an_officer_and_a_program_one_concludes(cast: Cast, case: Case, program_first: bool) -> None:
    officer, program = logged_in(cast.officer), _program(cast)

    def by_program() -> str:
        said = {"word": "refused", "motivation": REFUSED["motivation"]}
        path = f"/api/v1/cases/{case.reference}/outcome"
        answer: Any = program.put(path, said, content_type="application/json")
        return str(answer.json().get("code", answer.json().get("kind")))

    if program_first:
        told, page = at_once(case, by_program, _concludes(officer, case))
        assert told == "refused"
        assert "Een collega rondde dit al af" in page
    else:
        page, told = at_once(case, _concludes(officer, case), by_program)
        assert told == "proposed"
        assert "De inwoner leest dit vanaf" in page
    assert _ends(case) == (Phase.DECIDED, ["refused" if program_first else "granted"])


def _program(cast: Cast) -> Client:
    services = ("geboorteaangifte",)
    issue_client(
        actor=actor(cast.operator),
        client_id="proef",
        agency="gemeente-waterstad",
        name="Proef",
        services=services,
        may_write=True,
    )
    granted = [READ, WRITE, *(f"{SERVICE}{name}" for name in services)]
    return Client(headers={"Authorization": f"Bearer {make_token('proef', granted)}"})
