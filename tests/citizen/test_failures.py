"""A register that cannot say: since when not, and what to do now."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from connectors.base import Unavailable, UnknownSubject
from portal.ledger.models import SourceRound
from tests.cast import NOOR_BSN, logged_in, make_cast
from tests.registers import Register

START = "/levensgebeurtenissen/kind-krijgen/begin/"


@pytest.fixture
def noor(db: None, register: Register) -> Client:
    return logged_in(make_cast().citizen)


def _facts(client: Client) -> str:
    return client.get(client.post(START).headers["Location"]).content.decode()


def test_a_silent_register_is_named_with_its_moment_and_can_be_tried_again(
    noor: Client, register: Register
) -> None:
    register.failure = Unavailable("down")
    page = _facts(noor)
    finished = SourceRound.objects.get().finished_at
    assert finished is not None
    moment = date_format(localtime(finished), "DATETIME_FORMAT")
    assert f"Dit lukt niet sinds {moment} (Basisregistratie Personen (BRP))." in page
    assert "Probeer het nog eens</button>" in page
    assert "Nog eens proberen helpt nu" not in page


def test_who_the_register_does_not_know_reads_that_trying_again_hardly_helps(
    noor: Client, register: Register
) -> None:
    register.failure = UnknownSubject("who?")
    page = _facts(noor)
    assert "Nog eens proberen helpt nu waarschijnlijk niet. Vul het zelf in, of bel ons." in page
    assert "Probeer het nog eens, of" not in page


def test_what_the_register_leaves_open_is_no_failure_and_holds_nobody_up(
    noor: Client, register: Register
) -> None:
    register.people[NOOR_BSN]["brp.partner"] = {"full": "Sam, without a number"}
    page = _facts(noor)
    assert "Dit is niet zeker. De organisatie zoekt dit zelf uit." in page
    assert "Wij kunnen uw gegevens nu niet ophalen." not in page
    assert "Ga verder" in page
