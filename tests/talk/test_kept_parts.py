"""Parts of pages that a process keeps: the same for everybody, and another one wherever anything is other."""

from __future__ import annotations

import pytest
from django.core.cache import caches
from django.test import Client

from portal.cases.models import Case
from portal.people.actor import Actor
from tests.cast import NEIGHBOUR_BSN, NOOR_BSN, logged_in
from tests.factories import make_citizen_user

INBOX = "/berichten/"


@pytest.fixture
def citizen(noor: Actor) -> Client:
    """Noor's browser."""
    return logged_in(noor.require_user())


def read(client: Client, path: str) -> str:
    """The page, in the second look: what the process keeps was made in the first."""
    client.get(path)
    return client.get(path).content.decode()


def filter_of(page: str) -> str:
    """The filter of the inbox."""
    return page.partition('role="search"')[2].partition("</form>")[0]


def test_the_filter_and_the_contact_are_in_the_language_of_the_page(citizen: Client, case: Case) -> None:
    for language, words, talk in (
        ("nl", "Alle organisaties", "Praat met een medewerker"),
        ("en", "All organisations", "Talk to"),
        ("nl", "Alle organisaties", "Praat met een medewerker"),
    ):
        citizen.cookies["levensloket-taal"] = language
        page = read(citizen, INBOX)
        assert words in filter_of(page)
        assert talk in page


def test_what_somebody_typed_or_chose_stands_in_their_own_filter_only(citizen: Client, case: Case) -> None:
    read(citizen, INBOX)
    mine = filter_of(read(citizen, f"{INBOX}?zoek=scheiding&van=2026-01-02&ongelezen=on"))
    assert 'value="scheiding"' in mine
    assert 'value="2026-01-02"' in mine
    for client in (citizen, logged_in(make_citizen_user(NEIGHBOUR_BSN))):
        empty = filter_of(read(client, INBOX))
        assert "scheiding" not in empty
        assert "2026-01-02" not in empty


def test_the_filter_of_the_archive_searches_in_the_archive(citizen: Client, case: Case) -> None:
    for path, is_archive in ((INBOX, False), (f"{INBOX}?archief=1", True)) * 2:
        archive = filter_of(read(citizen, path)).partition('name="archief"')[2].partition(">")[0]
        assert ('value="1"' in archive) == is_archive


@pytest.mark.parametrize("typed", ["archief=scheiding", "zoek=%20%20%20", "ongelezen=scheiding", "van=%20"])
def test_what_somebody_typed_where_it_counts_for_nothing_is_not_kept_either(
    citizen: Client, case: Case, typed: str
) -> None:
    before = read(citizen, INBOX)
    caches["template_fragments"].clear()
    citizen.get(f"{INBOX}?{typed}")
    assert filter_of(read(citizen, INBOX)) == filter_of(before)


def test_a_page_says_whom_to_call_about_what_is_on_it(citizen: Client, case: Case) -> None:
    for _ in range(2):
        assert "Gemeente Waterstad</h2>" in read(citizen, f"/aanvragen/{case.reference}/")
        assert "Gemeente Waterstad</h2>" not in read(citizen, "/mijn-gegevens/")


def test_nothing_of_a_citizen_is_kept(citizen: Client, case: Case) -> None:
    for path in ("/", INBOX, f"{INBOX}?zoek=scheiding", f"/aanvragen/{case.reference}/", "/mijn-gegevens/"):
        read(citizen, path)
    kept = repr(caches["template_fragments"]._cache)  # type: ignore[attr-defined]
    assert "Zo gaan wij om met uw gegevens" in kept
    for personal in (
        NOOR_BSN,
        case.reference,
        str(case.pk),
        "Noor",
        "scheiding",
        "csrfmiddlewaretoken",
        "nonce",
    ):
        assert personal not in kept
