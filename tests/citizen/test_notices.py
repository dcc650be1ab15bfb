"""The pages on which a citizen says how to be told that there is news."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from portal.cases.journey.journeys import begin_journey, open_drafts
from portal.cases.models import Contact, Notification
from portal.cases.notices import sending
from portal.catalogue import catalogue
from tests.cast import Cast, actor, citizen_of, logged_in, make_cast

ADDRESS = "noor@voorbeeld.example"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def noor(cast: Cast) -> Client:
    return logged_in(cast.citizen)


def test_an_address_is_given_confirmed_and_erased(noor: Client) -> None:
    page = "/hoe-wilt-u-bericht/mail/"
    assert noor.post(page, {"do": "give", "address": ADDRESS}).status_code == 302
    assert f"Wij sturen een code naar {ADDRESS}" in noor.get(page).content.decode()
    sending.notify(row_id=Notification.objects.get().pk)
    code = next(word.strip(".") for word in str(mail.outbox[0].body).split() if word.strip(".").isdecimal())
    wrong = noor.post(page, {"do": "code", "code": f"{(int(code) + 1) % 1_000_000:06}"})
    assert (wrong.status_code, "Deze code klopt niet" in wrong.content.decode()) == (422, True)
    answer = noor.post(page, {"do": "code", "code": f" {code[:3]} {code[3:]}"}, follow=True)
    assert "Gelukt." in answer.content.decode()
    assert "Nog niet bevestigd" not in answer.content.decode()
    assert "Wij hebben dit gewist." in noor.post(page, {"do": "forget"}, follow=True).content.decode()
    assert bytes(Contact.objects.get().sealed) == b""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+31612345678"),
        ("0031612345678", "+31612345678"),
        ("+49 151 12345678", "+4915112345678"),
    ],
)
def test_a_number_is_typed_as_people_do(noor: Client, typed: str, kept: str) -> None:
    noor.post("/hoe-wilt-u-bericht/sms/", {"do": "give", "address": typed})
    assert kept in noor.get("/hoe-wilt-u-bericht/sms/").content.decode()


@pytest.mark.parametrize("typed", ["020 1234567", "06 123", "geen", "06\x0012345678"])
def test_what_is_no_mobile_number_is_refused_with_a_reason(noor: Client, typed: str) -> None:
    answer = noor.post("/hoe-wilt-u-bericht/sms/", {"do": "give", "address": typed})
    assert answer.status_code == 422
    assert not Contact.objects.exists()


def test_what_was_chosen_stays_and_is_only_ones_own(noor: Client, cast: Cast) -> None:
    chosen = {"by_post": "yes", "rhythm": "weekly", "quiet_weekend": "on", "decision": ["sms"]}
    assert noor.post("/hoe-wilt-u-bericht/", chosen).status_code == 302
    kept = citizen_of(cast.citizen)
    kept.refresh_from_db()
    assert kept.contact_preferences == {
        "by_post": True,
        "rhythm": "weekly",
        "quiet_weekend": True,
        "channels": {"decision": ["sms"], "task": [], "message": [], "progress": []},
    }
    neighbour = citizen_of(cast.neighbour)
    neighbour.refresh_from_db()
    assert neighbour.contact_preferences == {}
    assert logged_in(cast.neighbour).get("/hoe-wilt-u-bericht/").status_code == 200


def test_after_a_child_died_nothing_asks_to_go_on_with_a_draft(noor: Client, cast: Cast) -> None:
    begin_journey(actor=actor(cast.citizen), event=catalogue().events["kind-krijgen"])
    assert len(open_drafts(actor=actor(cast.citizen))) == 1
    answer = noor.post("/levensgebeurtenissen/kind-krijgen/stil/", follow=True)
    assert "Wij sturen u hierover geen herinneringen meer." in answer.content.decode()
    assert open_drafts(actor=actor(cast.citizen)) == []
    assert "Ga verder" not in noor.get("/").content.decode()
