"""What the register says of who logs in: who has died, who is under curatele; and who acts for another."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest
from django.db import connection

from connectors.base import Unavailable
from portal import clock
from portal.access.models import Representation
from portal.access.representation import authorise
from portal.people.actor import Actor
from portal.people.models import Citizen, User
from portal.people.verbs import find_or_create_citizen, find_or_create_citizen_user
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN
from tests.people.conftest import NOOR_CLAIMS, Visitor
from tests.registers import NOOR, Register

LEGAL, ACTING, SERVICE = (
    f"urn:nl-eid-gdi:1.0:{name}" for name in ("LegalSubjectID", "ActingSubjectID", "ServiceUUID")
)
UUID = "5fd6cc1e-0f9c-4b1a-9b0f-1a2b3c4d5e6f"
MANDATE = {
    "sub": "somebody-who-acts",
    "acr": "midden",
    LEGAL: f"s00000000:{NOOR_BSN}",
    ACTING: f"s00000000:{NEIGHBOUR_BSN}",
    SERVICE: UUID,
}


@pytest.fixture
def machtigen(visitor: Visitor, register: Register, settings: Any) -> Visitor:
    """A provider that knows one service of ours."""
    settings.LOGIN_PROVIDERS["digid"]["services"] = {UUID: ["geboorteaangifte"]}
    register.people[NEIGHBOUR_BSN] = dict(NOOR) | {"brp.name": {"full": "Lotte Smit"}}
    return visitor


def _page(response: Any) -> str:
    found: str = response.content.decode()
    return found


# --- Alive, and able to act ---------------------------------------------------------------------------


def test_who_died_by_the_register_is_refused_kindly_with_a_number_to_call(
    visitor: Visitor, register: Register
) -> None:
    register.people[NOOR_BSN]["brp.alive"] = {"alive": False}
    response = visitor.log_in(NOOR_CLAIMS)
    assert response.status_code == 403
    assert not visitor.is_logged_in
    for words in ("Klopt dat niet?", "Gecondoleerd", 'href="tel:'):
        assert words in _page(response)


def test_a_register_that_does_not_answer_locks_nobody_out(visitor: Visitor, register: Register) -> None:
    register.failure = Unavailable("down")
    assert visitor.log_in(NOOR_CLAIMS)["Location"] == "/"
    assert visitor.is_logged_in


def test_at_a_login_the_register_is_asked_for_no_more_than_that(visitor: Visitor, register: Register) -> None:
    visitor.log_in(NOOR_CLAIMS)
    assert register.asked == [(NOOR_BSN, frozenset({"brp.alive", "brp.guardianship"}))]


def test_under_curatele_one_reads_and_does_not_send(visitor: Visitor, register: Register) -> None:
    register.people[NOOR_BSN]["brp.guardianship"] = {"under_guardianship": True}
    visitor.log_in(NOOR_CLAIMS)
    for path in ("/", "/aanvragen/", "/mijn-gegevens/", "/namens/", "/ingelogd/"):
        assert visitor.client.get(path).status_code == 200, path
    for path in ("/levensgebeurtenissen/kind-krijgen/begin/", "/namens/toestemming/", "/namens/code/"):
        response = visitor.client.post(path, headers={"X-Polling": "1"})
        assert response.status_code == 403, path
        assert "Uw curator regelt dit" in _page(response)
    assert visitor.client.post("/uitloggen/").status_code == 302


def test_when_curatele_ends_the_next_login_knows(visitor: Visitor, register: Register) -> None:
    register.people[NOOR_BSN]["brp.guardianship"] = {"under_guardianship": True}
    visitor.log_in(NOOR_CLAIMS)
    register.people[NOOR_BSN]["brp.guardianship"] = {"under_guardianship": False}
    from portal.ledger.engine.gather import expire

    expire(Citizen.objects.get(), "brp.guardianship")
    visitor.log_in(NOOR_CLAIMS)
    assert visitor.client.post("/levensgebeurtenissen/kind-krijgen/begin/").status_code == 302


# --- DigiD Machtigen ----------------------------------------------------------------------------------


def test_the_providers_mandate_is_the_same_thing_as_our_own(machtigen: Visitor) -> None:
    machtigen.log_in(MANDATE)
    row = Representation.objects.get()
    assert (row.kind, row.services) == ("vouched", ["geboorteaangifte"])
    assert row.represented == find_or_create_citizen(NOOR_BSN)
    assert User.objects.get().citizen == find_or_create_citizen(NEIGHBOUR_BSN)
    assert "U regelt dit voor Noor de Wit" in _page(machtigen.client.get("/"))
    assert machtigen.client.get("/mijn-gegevens/").status_code == 404


def test_who_acts_and_logs_in_once_more_still_acts_and_somebody_else_does_not(machtigen: Visitor) -> None:
    herself = {"sub": "she-herself", "acr": "basis", "bsn": NEIGHBOUR_BSN}
    machtigen.log_in(herself)
    noor = find_or_create_citizen_user(find_or_create_citizen(NOOR_BSN))
    until = clock.today()
    row, code = authorise(actor=Actor.of_user(noor), services=["geboorteaangifte"], until_on=until)
    machtigen.client.post("/namens/code/", {"code": code})
    machtigen.client.post(f"/namens/{row.pk}/")
    machtigen.log_in(herself | {"acr": "hoog"})
    assert "U regelt dit voor Noor de Wit" in _page(machtigen.client.get("/"))
    machtigen.log_in(NOOR_CLAIMS)
    assert "acting" not in machtigen.client.session


def test_a_login_that_says_nothing_of_a_mandate_ends_what_the_one_before_said(machtigen: Visitor) -> None:
    machtigen.log_in(MANDATE)
    machtigen.log_in({"sub": "she-herself", "acr": "hoog", "bsn": NEIGHBOUR_BSN})
    assert "U regelt dit voor" not in _page(machtigen.client.get("/"))


def test_it_is_for_this_login_alone(machtigen: Visitor) -> None:
    machtigen.log_in(MANDATE)
    row = Representation.objects.get()
    machtigen.client.post("/namens/stoppen/")
    assert machtigen.client.post(f"/namens/{row.pk}/").status_code == 404
    assert "Noor" not in _page(machtigen.client.get("/namens/"))


@pytest.mark.parametrize(
    "changes",
    [
        {SERVICE: "another-service"},
        {SERVICE: None},
        {ACTING: None},
        {LEGAL: None},
        {ACTING: MANDATE[LEGAL]},
    ],
)
def test_half_a_mandate_or_one_for_another_service_lets_nobody_in(
    machtigen: Visitor, changes: dict[str, Any]
) -> None:
    claims = {name: value for name, value in (MANDATE | changes).items() if value is not None}
    assert machtigen.log_in(claims).status_code == 403
    assert not machtigen.is_logged_in
    assert not Representation.objects.exists()


def test_a_provider_without_services_of_ours_lets_nobody_act(visitor: Visitor, register: Register) -> None:
    assert visitor.log_in(MANDATE).status_code == 403


def test_nobody_acts_for_somebody_who_has_died(machtigen: Visitor, register: Register) -> None:
    register.people[NOOR_BSN]["brp.alive"] = {"alive": False}
    assert machtigen.log_in(MANDATE).status_code == 403
    assert not Representation.objects.exists()


# --- Numbers ------------------------------------------------------------------------------------------


def test_a_bsn_may_come_with_its_sector(visitor: Visitor, register: Register) -> None:
    visitor.log_in(NOOR_CLAIMS | {"bsn": f"s00000000:{NOOR_BSN}"})
    assert User.objects.get().citizen == find_or_create_citizen(NOOR_BSN)


@pytest.mark.parametrize("name", ["bsn", LEGAL, ACTING])
@pytest.mark.parametrize(
    "value",
    [
        f"s00000001:{NOOR_BSN}",
        f"s00000002:{NOOR_BSN}",
        f"S00000000:{NOOR_BSN}",
        f"s00000000:{NOOR_BSN[:-1]}0",
        "s00000000:",
        f"s00000000:s00000000:{NOOR_BSN}",
        "999000018",
    ],
)
def test_a_number_of_another_sector_or_a_wrong_one_is_refused(
    machtigen: Visitor, name: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    claims = NOOR_CLAIMS if name == "bsn" else MANDATE
    assert machtigen.log_in(claims | {name: value}).status_code == 403
    assert not User.objects.exists()
    assert NOOR_BSN not in str([record.msg for record in caplog.records])


@pytest.mark.django_db(transaction=True)
def test_two_logins_race_to_make_one_account() -> None:
    made: list[Any] = []
    together = threading.Barrier(4)

    def log_in() -> None:
        together.wait()
        try:
            made.append(find_or_create_citizen_user(find_or_create_citizen(NOOR_BSN)).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=log_in) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == Citizen.objects.count() == User.objects.count() == 1
