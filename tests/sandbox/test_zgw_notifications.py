"""Subscribing to a back office, and what it then tells."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import date
from queue import Empty, Queue
from threading import Event
from typing import Any

import pytest
import requests

from tests.connectors.other_side import Asked, OtherSide, answer, raw
from tests.sandbox.back_office import HEIDEDORP, JSON, RSIN, SECONDS, BackOffice, NewBackOffice
from tests.sandbox.zgw_shapes import ZgwShapes

pytestmark = pytest.mark.story

CREDENTIAL = "Bearer the-credential-that-the-portal-chose"
CHANNEL = {"naam": "zaken", "filters": {}}


class Portal:
    """Plays the portal's callback. It gives `statuses` first; what it then accepts goes into `letters`."""

    def __init__(self) -> None:
        self.letters: Queue[JSON] = Queue()
        self.statuses: Queue[int] = Queue()
        self.is_guarded = True
        self._side = OtherSide(self._reply)
        self.url = f"{self._side.url}/api/v1/notificaties/"

    def __enter__(self) -> Portal:
        self._side.__enter__()
        return self

    def __exit__(self, *failure: Any) -> None:
        self._side.__exit__(*failure)

    def next_about(self, zaak: JSON) -> JSON:
        """The next notification about a case; other tests' cases are passed over."""
        while True:
            letter = self.letters.get(timeout=SECONDS)
            if letter["hoofdObject"] == zaak["url"]:
                return letter

    def _reply(self, asked: Asked, connection: socket.socket, over: Event) -> bool:
        if self.is_guarded and asked.headers.get("authorization") != CREDENTIAL:
            return answer({}, status=401)(asked, connection, over)
        try:
            return answer({}, status=self.statuses.get_nowait())(asked, connection, over)
        except Empty:
            self.letters.put(asked.json())
        return raw(b"", status=204, content_type=None)(asked, connection, over)


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal() as portal:
        yield portal


@pytest.fixture
def office(back_office: NewBackOffice) -> Iterator[BackOffice]:
    """A back office without our subscriptions, before and after."""
    office = back_office()
    yield office
    for one in office.get("notificaties/abonnement").json():
        if one["auth"] == CREDENTIAL:
            office.call("DELETE", one["url"])


def subscription(portal: Portal, **change: Any) -> JSON:
    return {"callbackUrl": portal.url, "auth": CREDENTIAL, "kanalen": [CHANNEL], **change}


def subscribe(office: BackOffice, portal: Portal, **change: Any) -> JSON:
    answered = office.post("notificaties/abonnement", subscription(portal, **change))
    assert answered.status_code == 201, answered.text
    assert portal.letters.get(timeout=SECONDS)["kanaal"] == "test"
    made: JSON = answered.json()
    return made


# --- Subscribing ----------------------------------------------------------------------------------


def test_a_subscription_is_probed_kept_changed_and_ended(
    office: BackOffice, portal: Portal, zgw_shapes: ZgwShapes
) -> None:
    made = subscribe(office, portal)
    assert zgw_shapes.errors("notificaties", "Abonnement", made) == []
    assert made in office.get("notificaties/abonnement").json()
    filtered = {**CHANNEL, "filters": {"bronorganisatie": RSIN}}
    put = office.call("PUT", made["url"], subscription(portal, kanalen=[filtered]))
    assert (put.status_code, put.json()["kanalen"]) == (200, [filtered])
    patched = office.call("PATCH", made["url"], {"kanalen": [CHANNEL]})
    assert patched.json() == made
    assert office.get(made["url"]).json() == made
    assert office.call("DELETE", made["url"]).status_code == 204
    assert office.get(made["url"]).status_code == 404


def test_a_callback_without_a_lock_is_refused(office: BackOffice, portal: Portal) -> None:
    portal.is_guarded = False
    refused = office.post("notificaties/abonnement", subscription(portal))
    assert refused.status_code == 400
    assert refused.json()["invalidParams"][0]["code"] == "no-auth-on-callback-url"
    assert subscription(portal)["callbackUrl"] not in office.get("notificaties/abonnement").text


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"auth": "Bearer another"}, "invalid-callback-url"),
        ({"auth": ""}, "blank"),
        ({"callbackUrl": "http://192.0.2.1/notificaties/"}, "invalid-callback-url"),
        ({"callbackUrl": "file:///etc/hostname"}, "invalid-callback-url"),
        ({"kanalen": [{"naam": "autorisaties"}]}, "kanaal_naam"),
        ({"kanalen": [{"naam": "zaken", "filters": {"bsn": "1"}}]}, "inconsistent-abonnement-filters"),
        ({"kanalen": None}, "required"),
    ],
)
def test_a_wrong_subscription_is_refused(
    office: BackOffice, portal: Portal, zgw_shapes: ZgwShapes, change: dict[str, Any], code: str
) -> None:
    refused = office.post("notificaties/abonnement", subscription(portal, **change))
    assert (refused.status_code, refused.json()["invalidParams"][0]["code"]) == (400, code)
    assert zgw_shapes.errors("notificaties", "ValidatieFout", refused.json()) == []


@pytest.mark.parametrize("name", ["zaken", "documenten", "besluiten"])
def test_the_channels_are_there(office: BackOffice, zgw_shapes: ZgwShapes, name: str) -> None:
    (channel,) = office.get(f"notificaties/kanaal?naam={name}").json()
    assert zgw_shapes.errors("notificaties", "Kanaal", channel) == []
    assert office.get(channel["url"]).json() == channel
    assert channel in office.get("notificaties/kanaal").json()
    assert office.get("notificaties/kanaal?naam=autorisaties").json() == []


# --- Being told -----------------------------------------------------------------------------------


def test_every_change_is_told_without_saying_what(
    office: BackOffice, portal: Portal, zgw_shapes: ZgwShapes
) -> None:
    subscribe(office, portal)
    zaak = office.new_zaak()
    office.post("zaken/rollen", office.role_body(zaak))
    office.post(f"{zaak['url']}/zaakeigenschappen", office.property_body(zaak))
    office.post("zaken/statussen", office.status_body(zaak))
    office.post("zaken/resultaten", office.result_body(zaak))
    office.call("PATCH", zaak["url"], {"toelichting": "Er is gebeld."})
    letters = [portal.next_about(zaak) for _ in range(6)]
    for letter in letters:
        assert zgw_shapes.errors("notificaties", "Message", letter) == []
        assert letter["kanaal"] == "zaken"
        assert letter["kenmerken"]["zaaktype"] == zaak["zaaktype"]
        assert "Geregistreerd" not in str(letter)
    assert sorted((one["resource"], one["actie"]) for one in letters) == [
        ("resultaat", "create"),
        ("rol", "create"),
        ("status", "create"),
        ("zaak", "create"),
        ("zaak", "partial_update"),
        ("zaakeigenschap", "create"),
    ]
    assert (
        office.get(next(one["resourceUrl"] for one in letters if one["resource"] == "rol")).status_code == 200
    )


def test_a_document_and_a_decision_are_told_on_channels_of_their_own(
    office: BackOffice, portal: Portal, zgw_shapes: ZgwShapes
) -> None:
    channels = [{"naam": "documenten", "filters": {}}, {"naam": "besluiten", "filters": {}}]
    subscribe(office, portal, kanalen=channels)
    zaak, document = office.new_zaak(), office.new_document()
    office.post("zaken/zaakinformatieobjecten", {"zaak": zaak["url"], "informatieobject": document["url"]})
    own = BackOffice(office.sandbox_url, {"ZGW_CLIENT_ID": "", "ZGW_SECRET": office.secret}, "zaaksysteem")
    kind = own.get("catalogi/besluittypen").json()["results"][0]["url"]
    today = date.today().isoformat()
    body = {"verantwoordelijkeOrganisatie": RSIN, "besluittype": kind, "zaak": zaak["url"]}
    made = own.post("besluiten/besluiten", {**body, "datum": today, "ingangsdatum": today}).json()
    letter = {"besluit": made["url"], "informatieobject": document["url"]}
    assert own.post("besluiten/besluitinformatieobjecten", letter).status_code == 201
    told: list[JSON] = []
    while len(told) < 3:
        letter_of = portal.letters.get(timeout=SECONDS)
        told += [letter_of] if letter_of["hoofdObject"] in (document["url"], made["url"]) else []
    for one in told:
        assert zgw_shapes.errors("notificaties", "Message", one) == []
    assert sorted((one["kanaal"], one["resource"]) for one in told) == [
        ("besluiten", "besluit"),
        ("besluiten", "besluitinformatieobject"),
        ("documenten", "enkelvoudiginformatieobject"),
    ]


def test_a_filter_and_the_other_municipality_keep_their_silence(
    office: BackOffice, portal: Portal, back_office: NewBackOffice
) -> None:
    subscribe(office, portal, kanalen=[{"naam": "zaken", "filters": {"bronorganisatie": RSIN}}])
    other = back_office(agency=HEIDEDORP).new_zaak()
    filtered = office.new_zaak(bronorganisatie="999190027")
    mine = office.new_zaak()
    # The post box is emptied in the order in which it was filled, but by two threads.
    letters = [portal.next_about(mine)]
    while not portal.letters.empty():
        letters.append(portal.letters.get())
    assert not {other["url"], filtered["url"]} & {one["hoofdObject"] for one in letters}


def test_a_lost_notification_is_tried_again(office: BackOffice, portal: Portal) -> None:
    subscribe(office, portal)
    portal.statuses.put(503)
    zaak = office.new_zaak()
    assert portal.next_about(zaak)["resource"] == "zaak"
    assert portal.statuses.empty()


def test_a_lost_answer_is_told_all_the_same(office: BackOffice, portal: Portal) -> None:
    subscribe(office, portal)
    body = office.zaak_body()
    office.set_fault("lost", step="zaken", times=1)
    with pytest.raises(requests.ConnectionError):
        office.post("zaken/zaken", body)
    found = office.get(f"zaken/zaken?identificatie={body['identificatie']}&bronorganisatie={RSIN}").json()
    assert portal.next_about(found["results"][0])["resource"] == "zaak"


# --- By hand --------------------------------------------------------------------------------------


def send(office: BackOffice, letter: Any) -> requests.Response:
    return requests.post(f"{office.url}/meldingen", json=letter, timeout=SECONDS)


def test_a_test_can_send_what_it_likes(office: BackOffice, portal: Portal) -> None:
    forged = {"kanaal": "zaken", "hoofdObject": "http://127.0.0.1/forged"}
    letter = {"to": portal.url, "body": forged}
    assert send(office, {**letter, "authorization": CREDENTIAL}).json() == {"status": 204}
    assert send(office, {**letter, "authorization": "Bearer forged"}).json() == {"status": 401}
    assert send(office, letter).json() == {"status": 401}
    assert portal.letters.get(timeout=SECONDS) == forged


@pytest.mark.parametrize(
    "letter",
    [
        {"to": "http://192.0.2.1/", "body": {}},
        {"to": "ftp://127.0.0.1/", "body": {}},
        {"to": "http://127.0.0.1.example.nl/", "body": {}},
        {"to": "http://127.0.0.1/"},
        {"body": {}},
        [],
    ],
)
def test_but_only_to_this_machine(office: BackOffice, letter: Any) -> None:
    assert send(office, letter).status_code == 400
