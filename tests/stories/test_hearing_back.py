"""What a ZGW back office tells of a zaak: once, twice, in disorder, not at all, or not by itself."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import psycopg
import pytest
import requests
from redis import Redis

from portal.cases.out.outbox import READ
from portal.local.environment import ROOT
from portal.local.stack import Stack
from tests.stories.agency import Agency, notification
from tests.stories.by_wire import SECONDS, Caller
from tests.stories.conftest import NewCaller, Without
from tests.stories.waiting import bells, is_delivered, one, rows, until

pytestmark = pytest.mark.story

PATIENCE = 90.0
"""Seconds that other processes may take on a busy machine."""
ALL_OF_IT = {"sent": 1, "arrived": 2, "handled": 1, "decided": 1}
"""The updates of a case that went its whole way, by phase: "arrived" is our own word and the agency's."""

SAID = "De geboorteakte is gemaakt."


# --- Notifications --------------------------------------------------------------------------------


def test_a_forged_notification_rings_no_bell(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    with _nobody_is_told(stack, waterstad) as credential:  # none comes by itself: all are ours
        reference = _delivered(new_caller("Iris Vos"), stack)
        zaak = _zaak(stack, reference)
        own_case = str(one(stack, "SELECT id FROM cases_case WHERE reference = %s", reference))
        ours, wrong = {"Authorization": credential}, {"Authorization": "Bearer guessed"}
        with closing(Redis.from_url(stack.env["BROKER_URL"])) as broker, without("worker", "beat"):
            broker.delete("celery")
            before = _lines(stack, reference)
            assert _post(waterstad.callback, zaak) == 401
            assert _post(waterstad.callback, zaak, **wrong) == 403
            assert waterstad.notifies(zaak, "status", None) == 401
            assert waterstad.notifies(zaak, "status", wrong["Authorization"]) == 403
            # The right credential counts at its own address, and for its own cases.
            assert _post(f"{stack.url}/api/v1/notificaties/svb/", zaak, **ours) == 403
            assert _post(waterstad.callback, f"{zaak[:-12]}000000000000", **ours) == 204
            assert _post(waterstad.callback, "http://169.254.169.254/zaken/1", **ours) == 204
            assert _post(waterstad.callback, "", **ours) == 204
            assert bells(broker, READ, about=own_case) == 0
            assert _post(waterstad.callback, zaak, **ours) == 204
            assert bells(broker, READ, about=own_case) == 1
            assert _lines(stack, reference) == before


def _post(callback: str, zaak: str, **headers: str) -> int:
    body = notification(zaak, "status")
    return requests.post(callback, json=body, headers=headers, timeout=SECONDS).status_code


def test_a_hundred_notifications_that_come_again_and_in_disorder_say_it_once(
    new_caller: NewCaller, stack: Stack, waterstad: Agency, without: Without
) -> None:
    caller = new_caller("Marieke Brouwer")
    reference = _delivered(caller, stack)
    zaak = _zaak(stack, reference)
    (subscription,) = waterstad.subscriptions()
    kinds = ["resultaat", "status", "zaak", "rol", "status"]
    waterstad.takes_up(zaak)
    until(lambda: _lines(stack, reference)["handled"], seconds=PATIENCE, what="that it is taken up")
    with without("beat"):  # no poll: what is heard, is heard by notification
        with without("worker"):
            _looks_run_out(stack)
            waterstad.closes(zaak, "Akte opgemaakt", SAID)
            with ThreadPoolExecutor(len(kinds)) as pool:
                told = pool.map(lambda kind: waterstad.notifies(zaak, kind, subscription["auth"]), kinds * 20)
            assert set(told) == {204}
        until(lambda: _is_decided(stack, reference), seconds=PATIENCE, what="the outcome")
        with closing(Redis.from_url(stack.env["BROKER_URL"])) as broker:
            until(lambda: bells(broker, READ) == 0, seconds=PATIENCE, what="the other bells")
    assert _lines(stack, reference) == ALL_OF_IT
    page = caller.get(f"/aanvragen/{reference}/").text
    assert SAID in page
    assert page.count("behandelt uw aangifte") == 1


def _looks_run_out(stack: Stack) -> None:
    """As if the time went by for which a killed worker's look at some case holds the place at its agency."""
    with psycopg.connect(stack.database_url) as connection:
        connection.execute("UPDATE cases_case SET reading_until = now() WHERE reading_until > now()")


def test_what_a_lost_notification_would_have_told_is_found_by_asking(
    new_caller: NewCaller, stack: Stack, waterstad: Agency
) -> None:
    reference = _delivered(new_caller("Karin Schouten"), stack)
    zaak = _zaak(stack, reference)
    with _nobody_is_told(stack, waterstad) as credential:
        waterstad.takes_up(zaak)
        waterstad.closes(zaak, "Akte opgemaakt", SAID)
        until(lambda: _is_decided(stack, reference), seconds=PATIENCE, what="the outcome, by the poll")
        assert _lines(stack, reference) == ALL_OF_IT
    # Subscribed again, with another credential: the earlier one is worth nothing now.
    (fresh,) = waterstad.subscriptions()
    assert _post(waterstad.callback, zaak, Authorization=fresh["auth"]) == 204
    assert _post(waterstad.callback, zaak, Authorization=credential) == 403


@contextmanager
def _nobody_is_told(stack: Stack, agency: Agency) -> Iterator[str]:
    """The agency has lost our subscription; gives the credential that it had."""
    (subscription,) = agency.subscriptions()
    agency.forgets(subscription)
    try:
        yield str(subscription["auth"])
    finally:
        assert _connectors(stack, "subscribe").returncode == 0


# --- Asking whether everything works --------------------------------------------------------------


def test_the_check_names_every_connector_and_fails_for_one_that_is_away(
    stack: Stack, waterstad: Agency
) -> None:
    names = [
        "Basisregistratie Personen",
        "Basisregistratie Adressen en Gebouwen",
        "Polisadministratie",
        "Basisregistratie Inkomen",
        "Kentekenregister",
        "Landelijk Register Kinderopvang",
        "Uitkeringen van de SVB",
        "Inschrijvingen in het onderwijs",
        "Gebeurtenissen in de BRP",
        "Gemeente Waterstad",
        "Gemeente Heidedorp",
        "Gemeente Polderveen",
        "Gemeente Duinzicht",
        "Sociale Verzekeringsbank",
        "Uitvoeringsinstituut Werknemersverzekeringen",
        "Dienst Toeslagen",
        "Belastingdienst",
        "Rijksdienst voor het Wegverkeer",
        "Dienst Uitvoering Onderwijs",
        "Levensloket",
    ]
    well = _connectors(stack, "check")
    assert well.returncode == 0, well.stderr
    assert _named(well.stdout.splitlines()) == names
    assert "NOT" not in well.stdout

    waterstad.breaks("down")
    ill = _connectors(stack, "check")
    assert ill.returncode == 1
    assert _named(line for line in ill.stdout.splitlines() if "NOT reachable" in line) == [
        "Gemeente Waterstad"
    ]
    assert "1 failed: Gemeente Waterstad" in ill.stderr

    waterstad.breaks("none")
    assert _connectors(stack, "check").stdout.count("): reachable") == len(names)


def _named(lines: Iterable[str]) -> list[str]:
    """With which name each line begins."""
    return [line.partition(" (")[0] for line in lines]


def _connectors(stack: Stack, action: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "connectors", action],
        cwd=ROOT,
        env=stack.env | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


# --- The portal's side ----------------------------------------------------------------------------


def _delivered(caller: Caller, stack: Stack) -> str:
    """Sent and delivered; gives the reference."""
    caller.sends(caller.prepares())
    reference = caller.reference()
    until(lambda: is_delivered(stack, reference), seconds=PATIENCE, what="the delivery")
    return reference


def _zaak(stack: Stack, reference: str) -> str:
    """How the agency calls it."""
    return str(one(stack, "SELECT their_reference FROM cases_case WHERE reference = %s", reference))


def _is_decided(stack: Stack, reference: str) -> bool:
    return bool(one(stack, "SELECT phase FROM cases_case WHERE reference = %s", reference) == "decided")


def _lines(stack: Stack, reference: str) -> Counter[str]:
    """How many updates the case has of each phase."""
    query = """
        SELECT update.phase FROM cases_statusupdate AS update JOIN cases_case ON cases_case.id = case_id
        WHERE reference = %s
    """
    return Counter(phase for (phase,) in rows(stack, query, reference))
