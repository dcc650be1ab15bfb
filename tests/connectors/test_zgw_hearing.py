"""The destination `zgw`: which addresses it follows, what it reads back, and how it is told of news."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Malformed, Misconfigured
from connectors.destinations.zgw.destination import ZgwDestination
from tests.connectors.zgw import (
    CALLBACK,
    CLOSED,
    CREDENTIAL,
    ELSEWHERE,
    HAPPY,
    Content,
    answer_to,
    changed,
    filed,
    sent,
    subscriber,
    subscriptions,
)
from tests.contract.agency import Agency
from tests.contract.samples import SECRET, TRACE, Sample, Steps, build_destination, envelope

# --- Addresses that lead elsewhere ----------------------------------------------------------------


@pytest.mark.parametrize("resource", ["zaken", "rollen", "statussen"])
def test_an_address_of_another_host_is_not_taken_over(resource: str) -> None:
    call = f"POST /zaken/api/v1/{resource}"
    sample = changed(lambda content: answer_to(content, call)["json"].update(url=ELSEWHERE))
    with pytest.raises(Malformed, match="not of the API in our settings"):
        filed(sample)


@pytest.mark.parametrize(
    "following",
    [
        "https://elders.test/catalogi/api/v1/roltypen?page=2",
        "{side}/catalogi/api/v1/roltypen?page=1",
        "{side}/catalogi/api/v1/roltypen?page=3",
        "{side}/catalogi/api/v1/roltypen",
    ],
)
def test_a_next_page_elsewhere_or_in_circles_is_not_followed(following: str) -> None:
    sample = changed(lambda content: answer_to(content, "roltypen")["json"].update(next=following))
    with Agency(sample.content) as agency, pytest.raises(Malformed, match="next page"):
        build_destination(sample, agency.url).file(envelope(sample), Steps())
    assert len([asked for asked in agency.asked if "/roltypen" in asked.target]) == 1


@pytest.mark.parametrize(
    "reference",
    [
        ELSEWHERE,
        "",
        "{side}/zaken/api/v1/zaken/../rollen/00000000-0000-4000-8000-000000000001",
        "{side}/zaken/api/v1/zaken/00000000-0000-4000-8000-00000000000A",
        "{side}/zaken/api/v1/zaken/00000000-0000-4000-8000-000000000001?x=1",
        "{side}.elders.test/zaken/api/v1/zaken/00000000-0000-4000-8000-000000000001",
    ],
)
def test_only_a_zaak_of_this_agency_is_read(reference: str) -> None:
    with Agency(HAPPY.content) as agency:
        destination = build_destination(HAPPY, agency.url)
        with pytest.raises(Malformed, match="not of the API in our settings"):
            destination.read(agency.fill(reference), version="", trace_id=TRACE)
    assert agency.asked == []


# --- Reading back ---------------------------------------------------------------------------------


def read(sample: Sample, version: str = "") -> tuple[Agency, Any]:
    with Agency(sample.content) as agency:
        agency.work_on()
        reference = agency.fill(sample.expect["their_reference"])
        return agency, build_destination(sample, agency.url).read(reference, version=version, trace_id=TRACE)


def test_a_zaak_that_did_not_change_costs_one_call() -> None:
    agency, reading = read(HAPPY, '"b5e1"')
    assert reading is None
    assert [asked.headers.get("if-none-match") for asked in agency.asked] == ['"b5e1"']


def test_a_result_is_told_only_when_the_zaak_is_closed() -> None:
    def reopen(content: Content) -> None:
        content["reading"]["answers"][0]["json"]["einddatum"] = None

    _, reading = read(changed(reopen, CLOSED))
    assert [heard.kind for heard in reading.heard] == ["status", "status"]


def test_a_status_that_came_after_the_zaak_was_read_is_for_the_next_look() -> None:
    """It may have closed the zaak, and then the outcome must come with it."""

    def was_read_earlier(content: Content) -> None:
        zaak, statuses = (content["reading"]["answers"][each]["json"] for each in (0, 1))
        first = min(statuses["results"], key=lambda status: status["datumStatusGezet"])
        zaak.update(status=first["url"], einddatum=None, resultaat=None, _expand={})

    _, reading = read(changed(was_read_earlier, CLOSED))
    assert [(heard.kind, heard.word) for heard in reading.heard] == [("status", "Geregistreerd")]


def test_a_result_that_the_agency_expands_needs_no_further_call() -> None:
    def expand(content: Content) -> None:
        zaak, result = content["reading"]["answers"][0]["json"], content["reading"]["answers"].pop()["json"]
        zaak["_expand"] = {
            "resultaat": {**result, "_expand": {"resultaattype": {"omschrijving": "Akte opgemaakt"}}}
        }

    agency, reading = read(changed(expand, CLOSED))
    assert (reading.heard[-1].word, reading.heard[-1].text) == ("Akte opgemaakt", "De akte ligt klaar.")
    assert not any("resultaat" in asked.target.partition("?")[0] for asked in agency.asked)


@pytest.mark.parametrize(
    "change",
    [
        lambda zaak, status: zaak.update(url=ELSEWHERE),
        lambda zaak, status: status.update(url=ELSEWHERE),
        lambda zaak, status: status.update(datumStatusGezet="gisteren"),
        lambda zaak, status: status.update(datumStatusGezet="2025-11-24T09:00:00"),
        lambda zaak, status: status.update(statustoelichting={"a": 1}),
        lambda zaak, status: (zaak.pop("_expand"), status.update(statustype=ELSEWHERE)),
    ],
    ids=["another zaak", "another host", "no moment", "no time zone", "no text", "a type elsewhere"],
)
def test_what_is_not_as_the_standard_says_is_malformed(change: Callable[[Content, Content], None]) -> None:
    def spoil(content: Content) -> None:
        zaak, statuses = (one["json"] for one in content["reading"]["answers"])
        change(zaak, statuses["results"][0])

    with pytest.raises(Malformed):
        read(changed(spoil))


# --- Being told -----------------------------------------------------------------------------------


def test_subscribing_again_changes_the_subscription_and_adds_none(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Agency(subscriptions()) as agency:
        destination = subscriber(agency)
        destination.subscribe("http://localhost:8000/api/v1/notificaties/another/", CREDENTIAL)
        destination.subscribe(CALLBACK, CREDENTIAL)
        destination.subscribe(CALLBACK, f"{CREDENTIAL}-now")
    wanted = {
        "callbackUrl": CALLBACK,
        "auth": CREDENTIAL,
        "kanalen": [{"naam": "zaken", "filters": {"bronorganisatie": "999190015"}}],
    }
    assert sent(agency, "abonnementen")[1:] == [wanted]
    assert sent(agency, "updates") == [{**wanted, "auth": f"{CREDENTIAL}-now"}]
    assert agency.asked[-1].target.endswith("00000000-0000-4000-8000-000000000002")
    assert CREDENTIAL not in caplog.text


PAPERS = ("documenten", "besluiten")


def apis(agency: Agency) -> dict[str, str]:
    return {f"{name}_url": f"{agency.url}/{name}/api/v1" for name in PAPERS}


def test_it_listens_for_documents_and_decisions_where_the_agency_tells_of_them() -> None:
    with Agency(subscriptions()) as agency:
        subscriber(agency, **apis(agency)).subscribe(CALLBACK, CREDENTIAL)
    (made,) = sent(agency, "abonnementen")
    assert made["kanalen"] == [
        {"naam": "zaken", "filters": {"bronorganisatie": "999190015"}},
        {"naam": "documenten", "filters": {"bronorganisatie": "999190015"}},
        {"naam": "besluiten", "filters": {"verantwoordelijkeOrganisatie": "999190015"}},
    ]


@pytest.mark.parametrize("channels", [{"json": [{"naam": "zaken"}]}, {"json": {}, "status": 403}])
def test_an_agency_that_has_no_more_channels_tells_of_cases(channels: Content) -> None:
    content = subscriptions()
    next(one for one in content["answers"] if one["call"].endswith("/kanaal")).update(channels)
    with Agency(content) as agency:
        subscriber(agency, **apis(agency)).subscribe(CALLBACK, CREDENTIAL)
    (made,) = sent(agency, "abonnementen")
    assert [one["naam"] for one in made["kanalen"]] == ["zaken"]


KEY = "00000000-0000-4000-8000-00000000000a"


@pytest.mark.parametrize(
    ("channel", "thing", "found"),
    [
        ("documenten", f"{{side}}/documenten/api/v1/enkelvoudiginformatieobjecten/{KEY}", ["one", "two"]),
        ("besluiten", f"{{side}}/besluiten/api/v1/besluiten/{KEY}", ["one"]),
        ("documenten", f"https://elders.test/enkelvoudiginformatieobjecten/{KEY}", []),
        ("besluiten", f"{{side}}/documenten/api/v1/enkelvoudiginformatieobjecten/{KEY}", []),
        ("autorisaties", f"{{side}}/besluiten/api/v1/besluiten/{KEY}", []),
    ],
)
def test_a_notification_of_a_document_or_a_decision_leads_to_its_zaken(
    channel: str, thing: str, found: list[str]
) -> None:
    document = f"{{side}}/documenten/api/v1/enkelvoudiginformatieobjecten/{KEY}"
    links = [{"zaak": name, "informatieobject": document} for name in ("one", "two")]
    decision = {"url": f"{{side}}/besluiten/api/v1/besluiten/{KEY}", "zaak": "one"}
    content: Content = {
        "answers": [
            {"call": "GET /zaken/api/v1/zaakinformatieobjecten", "json": [*links, {"zaak": "x"}]},
            {"call": f"GET /besluiten/api/v1/besluiten/{KEY}", "json": decision},
        ]
    }
    with Agency(content) as agency:
        pointed = subscriber(agency, **apis(agency)).pointed_at(channel, agency.fill(thing))
    assert list(pointed) == found


def test_without_its_address_nobody_can_subscribe() -> None:
    with Agency({}) as agency, pytest.raises(Misconfigured, match="no notificaties_url"):
        build_destination(HAPPY, agency.url).subscribe(CALLBACK, CREDENTIAL)
    assert agency.asked == []


# --- Settings -------------------------------------------------------------------------------------


def test_check_tries_both_apis_and_asks_about_nobody() -> None:
    with Agency(subscriptions()) as agency:
        build_destination(HAPPY, agency.url).check()
    catalogi, zaken = [asked.target for asked in agency.asked]
    assert catalogi == "/catalogi/api/v1/catalogussen"
    assert zaken.startswith("/zaken/api/v1/zaken?identificatie=LL-0000-0000&")


@pytest.mark.parametrize("rsin", ["99919001", "999190016", "000000000", "99919001a", ""])
def test_an_rsin_that_can_not_be_one_is_refused_at_the_start(rsin: str) -> None:
    with pytest.raises(ValueError, match="rsin"):
        ZgwDestination("https://a.test", "https://b.test", "us", SECRET, rsin)
