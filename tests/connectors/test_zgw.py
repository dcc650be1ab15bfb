"""The destination `zgw`: what it sends, what it looks up, and what was there already."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import jwt
import pytest

from connectors.base import Forwarded, Misconfigured, Person, Refused, Subject
from connectors.destinations.zgw import catalogus
from tests.connectors.zgw import CLOSED, HAPPY, ZAAK, Content, answer_to, changed, filed, listed, sent
from tests.contract.agency import Agency
from tests.contract.samples import SECRET, Killed, Sample, Steps, build_destination, envelope

# --- What it sends --------------------------------------------------------------------------------


def test_the_zaak_has_our_reference_and_the_day_in_amsterdam() -> None:
    agency = filed(HAPPY)
    assert sent(agency, "zaken") == [
        {
            "identificatie": "LL-7K4M-Q9XC",
            "bronorganisatie": "999190015",
            "verantwoordelijkeOrganisatie": "999190015",
            "omschrijving": "Aangifte van de geboorte van een kind",
            "zaaktype": f"{agency.url}/catalogi/api/v1/zaaktypen/10000000-0000-4000-8000-000000000001",
            "registratiedatum": "2025-11-22",
            "startdatum": "2025-11-22",
        }
    ]


def test_the_person_is_its_initiator_and_it_begins_with_the_first_status() -> None:
    agency = filed(HAPPY)
    (rol,), (status,) = sent(agency, "rollen"), sent(agency, "statussen")
    assert rol["betrokkeneIdentificatie"] == {"inpBsn": "999990007"}
    assert rol["roltype"].endswith("20000000-0000-4000-8000-000000000002")
    assert status["statustype"].endswith("30000000-0000-4000-8000-000000000001")
    assert datetime.fromisoformat(status["datumStatusGezet"]) == envelope(HAPPY).submitted_at
    assert rol["zaak"] == status["zaak"] == agency.fill(ZAAK)


def test_who_has_no_bsn_is_its_initiator_by_our_number_and_their_own_word() -> None:
    person = Person("LL-7K4M-Q9XC", "Amal", "", "Haddad", "1990-05-01", "2801234567")
    payload = {**envelope(HAPPY).payload, "filed": {"words": "Aan de balie. V-nummer: 2801234567."}}
    with Agency(HAPPY.content) as agency:
        written = replace(envelope(HAPPY), subject=Subject("", person=person), payload=payload)
        build_destination(HAPPY, agency.url).file(written, Steps())
        build_destination(HAPPY, agency.url).file(written, Steps())  # found, not made again
    (rol,), (zaak,) = sent(agency, "rollen"), sent(agency, "zaken")
    assert rol["betrokkeneIdentificatie"] == {
        "anpIdentificatie": "LL-7K4M-Q9XC",
        "voornamen": "Amal",
        "geslachtsnaam": "Haddad",
        "geboortedatum": "1990-05-01",
    }
    assert zaak["toelichting"] == "Aan de balie. V-nummer: 2801234567."


def test_beside_the_first_status_stands_who_sent_it_on() -> None:
    came = Forwarded("gemeente-x", "Gemeente X", date(2025, 11, 20), "Het kind is bij u geboren.")
    with Agency(HAPPY.content) as agency:
        build_destination(HAPPY, agency.url).file(replace(envelope(HAPPY), forwarded=came), Steps())
    (status,) = sent(agency, "statussen")
    assert status["statustoelichting"] == (
        "Doorgezonden door Gemeente X (artikel 2:3 Awb), daar ontvangen op 2025-11-20. "
        "Het kind is bij u geboren."
    )
    assert "statustoelichting" not in sent(filed(HAPPY), "statussen")[0]


def test_beside_the_person_stands_that_it_was_filled_in_with_help() -> None:
    helped = {**envelope(HAPPY).payload, "helped": ["birth_place"]}
    with Agency(HAPPY.content) as agency:
        build_destination(HAPPY, agency.url).file(replace(envelope(HAPPY), payload=helped), Steps())
    (rol,) = sent(agency, "rollen")
    assert rol["roltoelichting"] == "Verstuurd via Levensloket, ingevuld met hulp van een medewerker"
    assert sent(filed(HAPPY), "rollen")[0]["roltoelichting"] == "Verstuurd via Levensloket"


def test_each_property_that_is_filled_in_becomes_a_zaakeigenschap() -> None:
    agency = filed(HAPPY)
    values = {one["eigenschap"][-1]: one["waarde"] for one in sent(agency, "zaakeigenschappen")}
    assert values == {
        "1": '[{"first_names": "Sam", "birth_date": "2026-11-20"}]',
        "2": "9001",
        "3": "Joris Smit",
    }


def test_a_status_is_never_ahead_of_a_clock_that_is_a_little_behind() -> None:
    now = datetime.now(UTC)

    def just_now(content: Content) -> None:
        content["envelope"]["submitted_at"] = now.isoformat()

    (status,) = sent(filed(changed(just_now)), "statussen")
    assert datetime.fromisoformat(status["datumStatusGezet"]) <= datetime.now(UTC) - timedelta(seconds=60)


def test_a_long_title_is_cut_to_what_the_standard_holds() -> None:
    (zaak,) = sent(filed(CLOSED), "zaken")
    assert zaak["omschrijving"].startswith("Aangifte van de geboorte van een kind, gedaan door")
    assert zaak["omschrijving"].endswith("…")
    assert len(zaak["omschrijving"]) == 80


def test_every_call_has_a_fresh_token_and_those_about_zaken_say_their_coordinates() -> None:
    agency = filed(HAPPY)
    for asked in agency.asked:
        kind, _, token = asked.headers["authorization"].partition(" ")
        claims = jwt.decode(token, SECRET, algorithms=["HS256"])
        assert kind == "Bearer"
        assert claims["iss"] == claims["client_id"] == "sample"
        assert claims["user_id"]
        assert claims["user_representation"] == "Levensloket"
        assert timedelta(0) < datetime.now(UTC) - datetime.fromtimestamp(claims["iat"], UTC)
        crs = {asked.headers.get("accept-crs"), asked.headers.get("content-crs")}
        assert crs == ({"EPSG:4326"} if "/api/v1/zaken" in asked.target else {None})


# --- What it looks up -----------------------------------------------------------------------------


def asked_of_catalogi(agency: Agency) -> list[str]:
    return [asked.target for asked in agency.asked if "/catalogi/" in asked.target]


def test_types_are_looked_up_once_and_again_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    with Agency(HAPPY.content) as agency:
        destination = build_destination(HAPPY, agency.url)
        destination.file(envelope(HAPPY), Steps())
        assert len(asked_of_catalogi(agency)) == 4
        destination.file(envelope(HAPPY), Steps())
        assert len(asked_of_catalogi(agency)) == 4
        monkeypatch.setattr(catalogus, "KEPT_SECONDS", -1.0)
        later = build_destination(HAPPY, agency.url)
        later.file(envelope(HAPPY), Steps())
        later.file(envelope(HAPPY), Steps())
        assert len(asked_of_catalogi(agency)) > 8


def test_a_type_that_somebody_has_just_added_is_found_at_once() -> None:
    with Agency(HAPPY.content) as agency:
        destination = build_destination(HAPPY, agency.url)
        destination.file(envelope(HAPPY), Steps())

        def ask_more(content: Content) -> None:
            content["envelope"]["properties"] = {"achternaam": "de Wit"}

        wanted = envelope(changed(ask_more))
        with pytest.raises(
            Misconfigured, match="eigenschap 'achternaam' of zaaktype GEBOORTE-AANGIFTE is not"
        ):
            destination.file(wanted, Steps())
        added = changed(lambda content: listed(content, "eigenschappen")[3].update(naam="achternaam"))
        agency.answers = added.content["answers"]
        destination.file(wanted, Steps())
    assert len(sent(agency, "zaakeigenschappen")) == 4


def test_threads_share_what_is_known() -> None:
    def another(number: int) -> Sample:
        def change(content: Content) -> None:
            content["envelope"]["reference"] = f"LL-0000-{number:04}"

        return changed(change)

    with Agency(HAPPY.content) as agency, ThreadPoolExecutor(4) as pool:
        destination = build_destination(HAPPY, agency.url)
        receipts = list(pool.map(lambda one: destination.file(envelope(another(one)), Steps()), range(8)))
    assert len({receipt.their_reference for receipt in receipts}) == 8
    assert len(sent(agency, "statussen")) == len(sent(agency, "rollen")) == 8


@pytest.mark.parametrize(
    ("call", "change", "message"),
    [
        ("zaaktypen", lambda one: one.update(concept=True), "zaaktype GEBOORTE-AANGIFTE is not in"),
        ("zaaktypen", lambda one: one.update(identificatie="ANDERS"), "zaaktype GEBOORTE-AANGIFTE is not in"),
        ("zaaktypen", lambda one: one.update(beginGeldigheid="2999-01-01"), "no version that is valid today"),
        ("zaaktypen", lambda one: one.update(eindeGeldigheid="2020-06-01"), "no version that is valid today"),
        (
            "roltypen",
            lambda one: one.update(omschrijvingGeneriek="adviseur"),
            "roltype initiator of zaaktype",
        ),
        ("statustypen", lambda one: one.update(volgnummer=3), "statustype 1 of zaaktype GEBOORTE-AANGIFTE"),
        ("eigenschappen", lambda one: one.update(naam="anders"), "eigenschap 'kinderen' of zaaktype GEB"),
    ],
)
def test_what_the_agency_lacks_is_named_before_anything_goes_out(
    call: str, change: Callable[[Content], None], message: str
) -> None:
    def lack(content: Content) -> None:
        for one in listed(content, call):
            change(one)

    sample = changed(lack)
    with Agency(sample.content) as agency, pytest.raises(Misconfigured, match=message) as caught:
        build_destination(sample, agency.url).file(envelope(sample), Steps())
    assert agency.effects == []
    assert agency.url not in str(caught.value)


def test_a_service_without_a_zaaktype_is_named() -> None:
    sample = changed(lambda content: content["envelope"].update(zaaktype=""))
    with Agency(sample.content) as agency, pytest.raises(Misconfigured, match="geboorteaangifte names no"):
        build_destination(sample, agency.url).file(envelope(sample), Steps())
    assert agency.asked == []


def test_the_newest_of_two_versions_that_are_valid_counts() -> None:
    sample = changed(lambda content: listed(content, "zaaktypen")[0].update(eindeGeldigheid=None))
    (zaak,) = sent(filed(sample), "zaken")
    assert zaak["zaaktype"].endswith("10000000-0000-4000-8000-000000000001")


def test_a_zaaktype_in_two_catalogi_asks_for_a_choice() -> None:
    def double(content: Content) -> None:
        listed(content, "zaaktypen")[0]["catalogus"] = "{side}/catalogi/api/v1/catalogussen/another"

    with pytest.raises(Misconfigured, match="choose one with the setting 'catalogus'"):
        filed(changed(double))


def test_a_server_that_does_not_filter_is_filtered_here() -> None:
    def more(content: Content) -> None:
        (ours,) = listed(content, "zaaktypen")
        another = {"catalogus": f"{ours['catalogus'][:-1]}2", "url": f"{ours['url'][:-1]}2"}
        listed(content, "zaaktypen").append({**ours, **another, "beginGeldigheid": "2025-06-01"})

    (zaak,) = sent(filed(changed(more, CLOSED)), "zaken")
    assert zaak["zaaktype"].endswith("10000000-0000-4000-8000-000000000001")


def test_a_catalogus_that_is_not_there_is_named() -> None:
    def lack(content: Content) -> None:
        listed(content, "catalogussen")[0]["domein"] = "ANDER"

    with pytest.raises(
        Misconfigured, match="catalogus BURGZ is not in the Catalogi API of gemeente-heidedorp"
    ):
        filed(changed(lack, CLOSED))


# --- What was there already -----------------------------------------------------------------------


def test_a_zaak_that_we_made_and_forgot_all_about_is_found_with_all_its_parts() -> None:
    with Agency(HAPPY.content) as agency:
        first = build_destination(HAPPY, agency.url).file(envelope(HAPPY), Steps())
        effects = agency.outcome
        second = build_destination(HAPPY, agency.url).file(envelope(HAPPY), Steps())
    assert first.their_reference == second.their_reference
    assert agency.outcome == effects


def test_somebody_else_in_the_zaak_is_not_taken_for_our_citizen() -> None:
    with Agency(HAPPY.content) as agency:
        steps = Steps(dies_at=2)
        with pytest.raises(Killed):
            build_destination(HAPPY, agency.url).file(envelope(HAPPY), steps)
        (rol,) = sent(agency, "rollen")
        another = {**rol, "betrokkeneIdentificatie": {"inpBsn": "999990019"}}
        found = {"call": "GET /zaken/api/v1/rollen", "json": {"next": None, "results": [another]}}
        agency.answers = [found, *agency.answers]
        build_destination(HAPPY, agency.url).file(envelope(HAPPY), steps)
    assert sent(agency, "rollen") == [rol, rol]


def test_a_zaak_of_another_kind_with_our_reference_is_not_ours() -> None:
    def other(content: Content) -> None:
        content["envelope"]["zaaktype"] = "VERHUIZING"
        answer_to(content, "zaaktypen")["with"]["identificatie"] = "VERHUIZING"
        for call in ("zaaktypen", "roltypen", "statustypen", "eigenschappen"):
            for one in listed(content, call):
                if call == "zaaktypen":
                    one["identificatie"] = "VERHUIZING"
                key = "url" if call == "zaaktypen" else "zaaktype"
                one[key] = one[key].replace("zaaktypen/1", "zaaktypen/9")

    sample = changed(other)
    with Agency(HAPPY.content) as agency:
        build_destination(HAPPY, agency.url).file(envelope(HAPPY), Steps())
        effects = agency.outcome
        agency.answers = [*sample.content["answers"][:4], *agency.answers]
        with pytest.raises(Refused, match="another zaaktype"):
            build_destination(HAPPY, agency.url).file(envelope(sample), Steps())
    assert agency.outcome == effects


def test_a_zaak_of_an_older_version_keeps_its_types() -> None:
    with Agency(HAPPY.content) as agency:
        steps = Steps(dies_at=1)
        with pytest.raises(Killed):
            build_destination(HAPPY, agency.url).file(envelope(HAPPY), steps)
        newer = changed(_newer_version)
        agency.answers = [*newer.content["answers"][:4], *agency.answers]
        build_destination(HAPPY, agency.url).file(envelope(HAPPY), steps)
    assert len(agency.effects) == len(filed(HAPPY).effects)
    assert "-8888-" not in "".join(agency.outcome)
    (fresh,) = sent(filed(newer), "statussen")
    assert "-8888-" in fresh["statustype"]


def _newer_version(content: Content) -> None:
    """A version that is valid since yesterday, with types of its own."""
    newest = listed(content, "zaaktypen")[1]
    yesterday = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    url = newest["url"].replace("zaaktypen/1", "zaaktypen/8")
    listed(content, "zaaktypen").append({**newest, "url": url, "beginGeldigheid": yesterday})
    for call in ("roltypen", "statustypen", "eigenschappen"):
        types = listed(content, call)
        types += [
            {**one, "zaaktype": url, "url": one["url"].replace("00000-0000", "00000-8888")} for one in types
        ]
