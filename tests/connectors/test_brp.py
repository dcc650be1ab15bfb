"""The source `brp`: the 842 official test persons, odd records, and the questions that it asks."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.base import Malformed, Misconfigured, Subject, Unavailable, UnknownSubject, Value
from connectors.people import Person as Found
from connectors.people import TooManyPeople
from connectors.registry import find
from connectors.sandbox.brp.fields import wanted
from connectors.sandbox.brp.narrow import narrow
from connectors.sources.brp.parse import READERS
from connectors.sources.brp.source import ASKS, ASKS_OF_RESIDENTS, HOUSEHOLD, BrpSource, TooManyResidents
from portal.cases.reading.values import value_lines
from tests.connectors.openapi import Specification
from tests.connectors.other_side import Asked, OtherSide, Reply, answer, silence

BSN = "999990007"
DWELLING = "9001010000000012"
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
AUTOMATIC = {"inOnderzoek", "geheimhoudingPersoonsgegevens", "opschortingBijhouding", "rni", "verificatie"}
NAMES = {"first_names", "prefix", "family_name"}
KINDS_OF_CUSTODY = {"joint", "single", "guardian", "temporarily-none", "undetermined", "none"}
SHOWN = {f"brp.{field}" for field in ("name", "birth", "address", "partner", "children", "alive", "custody")}
"""What some service needs, so that people see it."""
TODAY = date(2026, 11, 22)

Person = dict[str, Any]


def personen(*persons: Person) -> Reply:
    return answer({"type": "RaadpleegMetBurgerservicenummer", "personen": list(persons)})


def fetch(person: Person, *fields: str) -> dict[str, Value]:
    with OtherSide(personen({"burgerservicenummer": BSN, **person})) as side:
        return BrpSource(side.url, "key").fetch(Subject(BSN), fields, trace_id=TRACE)


def household(*residents: Person, **given: Any) -> dict[str, Value]:
    """What comes of these people at one address."""
    address = {"kind": "address", "object_id": DWELLING, **given}
    with OtherSide(personen(*residents)) as side:
        subject = Subject(BSN, {"brp.address": address})
        return BrpSource(side.url, "key").fetch(subject, [HOUSEHOLD], trace_id=TRACE)


# --- The official test persons --------------------------------------------------------------------


@pytest.fixture(scope="module")
def records(standards: Path) -> list[Person]:
    loaded: list[Person] = json.loads((standards / "brp" / "test-persons.json").read_text())
    return loaded


class OfficialRegister:
    """Answers both questions from the official records, each person as narrow as the real API delivers."""

    def __init__(self, records: list[Person]) -> None:
        self._people = {person["burgerservicenummer"]: person for person in records}

    def __call__(self, asked: Asked, *rest: Any) -> bool:
        question = asked.json()
        tree = wanted(question["fields"])
        found = [narrow(one, tree, TODAY) for one in self._found(question)]
        if len(found) > 30:
            return answer({"status": 400, "code": "tooManyResults"}, status=400)(asked, *rest)
        return answer({"type": question["type"], "personen": found})(asked, *rest)

    def _found(self, question: Person) -> list[Person]:
        if question["type"] == "RaadpleegMetBurgerservicenummer":
            return [self._people[bsn] for bsn in question["burgerservicenummer"]]
        return [one for one in self._people.values() if self._lives_there(one, question)]

    def _lives_there(self, person: Person, question: Person) -> bool:
        """The register leaves out the dead, and who was recorded in error."""
        dwelling = person["verblijfplaats"].get("adresseerbaarObjectIdentificatie")
        reason = person.get("opschortingBijhouding", {}).get("reden", {}).get("code")
        return dwelling == question["adresseerbaarObjectIdentificatie"] and reason not in ("O", "F")


@pytest.fixture(scope="module")
def answers(records: list[Person]) -> Iterator[list[tuple[Person, dict[str, Value]]]]:
    """Every record, and what the source makes of it over HTTP; of the living the household too."""
    with OtherSide(OfficialRegister(records)) as side:
        source = BrpSource(side.url, "key")
        read = []
        for person in records:
            bsn = person["burgerservicenummer"]
            values = source.fetch(Subject(bsn), ASKS, trace_id=TRACE)
            if values["brp.alive"].data["alive"]:
                subject = Subject(bsn, {"brp.address": values["brp.address"].data})
                values |= source.fetch(subject, [HOUSEHOLD], trace_id=TRACE)
            read.append((person, values))
        yield read


def test_every_official_test_person_can_be_read(answers: list[tuple[Person, dict[str, Value]]]) -> None:
    assert len(answers) == 842
    for person, values in answers:
        check_shapes(values)
        always = {"name", "birth", "address", "children", "parents", "alive", "guardianship"}
        assert {f"brp.{field}" for field in always} <= values.keys()
        assert len(values["brp.children"].data) == len(person["kinderen"])
        assert len(values["brp.parents"].data) <= len(person["ouders"])
        assert len(values["brp.custody"].data if "brp.custody" in values else []) == len(person["gezag"])
        assert values["brp.address"].secret is person.get("geheimhoudingPersoonsgegevens", False)
        assert values["brp.alive"].data["alive"] is ("overlijden" not in person)


def test_a_household_is_who_is_registered_at_the_same_dwelling(
    answers: list[tuple[Person, dict[str, Value]]],
) -> None:
    homes: dict[str, set[str]] = {}
    for person, values in answers:
        dwelling = values["brp.address"].data.get("object_id")
        if dwelling and values["brp.alive"].data["alive"]:
            homes.setdefault(dwelling, set()).add(person["burgerservicenummer"])
    assert max(map(len, homes.values())) > 5
    for person, values in answers:
        residents = homes.get(values["brp.address"].data.get("object_id"), set())
        told = values.get(HOUSEHOLD)
        if not values["brp.alive"].data["alive"] or not residents:
            assert told is None
        else:
            assert told is not None
            assert {one["bsn"] for one in told.data} == residents - {person["burgerservicenummer"]}


def test_who_is_adult_is_known_without_the_date_of_birth(
    answers: list[tuple[Person, dict[str, Value]]],
) -> None:
    compared = 0
    for person, values in answers:
        born = values["brp.birth"].data["date"]
        if values["brp.alive"].data["alive"] and born and len(born) == 10:
            birthday = date.fromisoformat(born)
            is_adult = birthday <= TODAY.replace(year=TODAY.year - 18)
            assert values["brp.adult"].data == {"adult": is_adult}, person["burgerservicenummer"]
            compared += 1
    assert compared > 700


def test_every_value_reads_as_text(answers: list[tuple[Person, dict[str, Value]]]) -> None:
    for _, values in answers:
        for field in values.keys() & SHOWN:
            for line in value_lines(field, values[field].data):
                assert not set(line) & set("{}[]"), f"{field} shows a Python value"
                assert "None" not in line


def test_letters_of_all_europe_pass_as_they_are(answers: list[tuple[Person, dict[str, Value]]]) -> None:
    written = {values["brp.name"].data.get("full", "") for _, values in answers}
    assert {
        person["naam"]["volledigeNaam"].strip() for person, _ in answers if "volledigeNaam" in person["naam"]
    } <= written
    assert any(letter > "\u00ff" for name in written for letter in name)
    assert any(len(values["brp.name"].data.get("family_name", "")) == 1 for _, values in answers)


def test_our_address_lines_are_those_of_the_register(
    answers: list[tuple[Person, dict[str, Value]]],
) -> None:
    compared = 0
    for person, values in answers:
        address, theirs = values["brp.address"].data, person["adressering"]
        where = person["verblijfplaats"].get("verblijfadres", {})
        if address["kind"] != "address":
            continue
        # The register shortens the street on an envelope; we show its whole name.
        lines = [
            theirs["adresregel1"].replace(where["korteStraatnaam"].strip(), address["street"]),
            theirs["adresregel2"],
        ]
        assert squeeze(lines) == squeeze(address["lines"])
        compared += 1
    assert compared == 767


def test_doubt_and_the_end_of_a_marriage_are_seen(answers: list[tuple[Person, dict[str, Value]]]) -> None:
    doubted = [field for _, values in answers for field, value in values.items() if value.under_investigation]
    assert {"brp.name", "brp.birth", "brp.address", "brp.children"} <= set(doubted)
    for person, values in answers:
        ends = [one.get("ontbindingHuwelijkPartnerschap", {}) for one in person["partners"]]
        assert ("brp.partner" in values) is any("datum" not in end for end in ends)


def squeeze(lines: list[str]) -> list[str]:
    return [" ".join(line.split()).upper() for line in lines]


def check_shapes(values: dict[str, Value]) -> None:
    """The shapes that the manifest promises: keys that are known, and no None but for an unknown date."""
    for field, value in values.items():
        CHECKS[field](value.data)


def check_texts(data: Person, keys: set[str]) -> None:
    assert data.keys() <= keys
    assert all(isinstance(text, str) and text.strip() == text != "" for text in data.values())


def check_date(data: Person, key: str) -> Person:
    rest = dict(data)
    written = rest.pop(key, None)
    assert written is None or PARTIAL_DATE.fullmatch(written)
    return rest


def check_address(data: Person) -> None:
    rest = dict(data)
    assert rest.pop("kind") in ("address", "location", "abroad", "unknown")
    assert rest.pop("function", "home") in ("home", "post")
    assert type(rest.pop("number", 1)) is int
    for key in ("object_id", "number_id"):
        assert re.fullmatch(r"[0-9]{16}", rest.pop(key, DWELLING))
    rest = check_date(rest, "since")
    assert all(isinstance(line, str) and line for line in rest.pop("lines"))
    check_texts(rest, {"street", "letter", "suffix", "postcode", "city", "municipality", "municipality_name"})


def check_birth(data: Person) -> None:
    assert "date" in data
    check_texts(check_date(data, "date"), {"place", "country"})


def check_partner(data: Person) -> None:
    rest = check_date(data, "birth_date")
    assert rest.pop("bond", "marriage") in ("marriage", "partnership")
    check_texts(rest, {"full", "bsn", *NAMES})


def check_relatives(data: list[Person]) -> None:
    for one in data:
        check_texts(check_date(one, "birth_date"), {"bsn", *NAMES})


def check_household(data: list[Person]) -> None:
    for one in data:
        check_texts(check_date(one, "birth_date"), {"full", "bsn", *NAMES})


def check_flag(key: str) -> Callable[[Person], None]:
    def check(data: Person) -> None:
        assert data.keys() == {key}
        assert type(data[key]) is bool

    return check


def check_custody(data: list[Person]) -> None:
    assert data
    for one in data:
        check_texts(one, {"type", "kind", "minor_bsn"})
        assert one["kind"] in KINDS_OF_CUSTODY


CHECKS: dict[str, Callable[[Any], None]] = {
    "brp.name": lambda data: check_texts(data, {"full", "initials", *NAMES}),
    "brp.birth": check_birth,
    "brp.address": check_address,
    "brp.partner": check_partner,
    "brp.children": check_relatives,
    "brp.parents": check_relatives,
    "brp.household": check_household,
    "brp.alive": check_flag("alive"),
    "brp.adult": check_flag("adult"),
    "brp.guardianship": check_flag("under_guardianship"),
    "brp.custody": check_custody,
}


# --- Records that nobody has seen yet -------------------------------------------------------------

_parts = {part for paths in ASKS.values() for path in paths for part in path.split(".")}
_keys = _parts | {"type", "code", "omschrijving", "inOnderzoek", "jaar", "maand", "reden"}
_types = ["Datum", "JaarDatum", "JaarMaandDatum", "Adres", "Locatie", "VerblijfplaatsBuitenland"]
_anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.sampled_from(["2024-02-29", *_types]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(_keys)), inner, max_size=4)
    ),
    max_leaves=12,
)
_person = st.dictionaries(
    st.sampled_from(sorted({path.split(".")[0] for paths in ASKS.values() for path in paths} | AUTOMATIC)),
    _anything,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_person)
def test_any_record_is_read_in_shape_or_refused_as_malformed(person: Person) -> None:
    values: dict[str, Value] = {}
    for field, read in READERS.items():
        try:
            value = read(person)
        except Malformed:
            continue
        if value is not None:
            values[field] = value
    check_shapes(values)


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ({"type": "Datum", "datum": "2024-02-29"}, "2024-02-29"),
        ({"type": "JaarMaandDatum", "jaar": 1987, "maand": 3}, "1987-03"),
        ({"type": "JaarDatum", "jaar": 987}, "0987"),
        ({"type": "DatumOnbekend", "onbekend": True}, None),
    ],
)
def test_a_date_is_given_as_far_as_it_is_known(written: Person, date: str | None) -> None:
    assert fetch({"geboorte": {"datum": written}}, "brp.birth")["brp.birth"].data == {"date": date}


@pytest.mark.parametrize(
    "person",
    [
        {"geboorte": {"datum": {"type": "Datum", "datum": "2023-02-29"}}},
        {"geboorte": {"datum": {"type": "JaarMaandDatum", "jaar": 1987, "maand": 13}}},
        {"geboorte": {"datum": {"type": "WeekDatum"}}},
        {"geboorte": "1987"},
        {"geboorte": {"plaats": {"omschrijving": 7}}},
        {"verblijfplaats": {"type": "Luchtkasteel"}},
        {"verblijfplaats": {"type": "Adres", "verblijfadres": {"huisnummer": "12"}}},
        {"kinderen": {"naam": {}}},
        {"kinderen": [None]},
    ],
)
def test_what_is_not_as_specified_is_malformed_and_not_guessed(person: Person) -> None:
    with pytest.raises(Malformed):
        fetch(person, "brp.birth", "brp.address", "brp.children")


def test_an_address_that_the_register_itself_disbelieves_is_under_investigation() -> None:
    place = {"type": "Adres", "indicatieVastgesteldVerblijftNietOpAdres": True}
    assert fetch({"verblijfplaats": place}, "brp.address")["brp.address"].under_investigation
    home = {"verblijfplaats": {"type": "Adres"}, "inOnderzoek": {"gemeenteVanInschrijving": True}}
    assert fetch(home, "brp.address")["brp.address"].under_investigation


def test_an_unknown_address_is_said_to_be_unknown() -> None:
    person = {
        "verblijfplaats": {"type": "VerblijfplaatsOnbekend"},
        "gemeenteVanInschrijving": {"code": "1999", "omschrijving": "Registratie Niet-Ingezetenen"},
    }
    assert fetch(person, "brp.address") == {"brp.address": Value({"kind": "unknown", "lines": []})}


def test_a_house_opposite_a_number_says_so() -> None:
    where = {"korteStraatnaam": "Gracht", "huisnummer": 3, "aanduidingBijHuisnummer": {"code": "to"}}
    person = {"verblijfplaats": {"type": "Adres", "verblijfadres": where}}
    assert fetch(person, "brp.address")["brp.address"].data["lines"] == ["Gracht t/o 3"]


def test_two_partners_at_once_need_a_person_to_look() -> None:
    partners = [{"naam": {"voornamen": "Eva"}}, {"naam": {"voornamen": "Ada"}}]
    value = fetch({"partners": partners}, "brp.partner")["brp.partner"]
    assert value == Value({"full": "Eva", "first_names": "Eva"}, under_investigation=True)


@pytest.mark.parametrize(
    ("code", "alive"), [("O", False), ("E", True), ("R", True), ("M", True), (".", None)]
)
def test_why_a_record_stopped_says_whether_somebody_lives(code: str, alive: bool | None) -> None:
    values = fetch({"opschortingBijhouding": {"reden": {"code": code}}}, "brp.alive")
    assert (values["brp.alive"].data["alive"] if values else None) is alive


@pytest.mark.parametrize(
    "partner",
    [
        {"inOnderzoek": {"soortVerbintenis": True}},
        {"naam": {"voornamen": "Eva", "inOnderzoek": {"voornamen": True}}},
        {"naam": {"voornamen": "Eva"}, "ontbindingHuwelijkPartnerschap": {"inOnderzoek": {"datum": True}}},
        {"geboorte": {"inOnderzoek": {"datum": True}}},
    ],
)
def test_a_partner_in_doubt_is_marked(partner: Person) -> None:
    assert fetch({"partners": [partner]}, "brp.partner")["brp.partner"].under_investigation


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("GezamenlijkOuderlijkGezag", "joint"),
        ("TweehoofdigOuderlijkGezag", "joint"),
        ("GezamenlijkGezag", "joint"),
        ("EenhoofdigOuderlijkGezag", "single"),
        ("Voogdij", "guardian"),
        ("TijdelijkGeenGezag", "temporarily-none"),
        ("GeenGezag", "none"),
        ("GezagNietTeBepalen", "undetermined"),
        ("NietTeBepalen", "undetermined"),
        ("EenWoordVanMorgen", "undetermined"),
    ],
)
def test_each_word_for_custody_has_one_meaning(word: str, kind: str) -> None:
    assert fetch({"gezag": [{"type": word}]}, "brp.custody")["brp.custody"].data == [
        {"type": word, "kind": kind}
    ]


def test_custody_in_doubt_is_marked() -> None:
    relation = {"type": "Voogdij", "minderjarige": {"burgerservicenummer": "999990019"}}
    assert not fetch({"gezag": [relation]}, "brp.custody")["brp.custody"].under_investigation
    doubted = fetch({"gezag": [relation | {"inOnderzoek": True}]}, "brp.custody")["brp.custody"]
    assert doubted.under_investigation


@pytest.mark.parametrize(
    ("born", "person", "adult"),
    [
        ("the day itself", {"leeftijd": 18}, True),
        ("the day before", {"leeftijd": 17}, False),
        ("a newborn", {"leeftijd": 0}, False),
        ("unknown", {}, None),
    ],
)
def test_adult_is_who_is_18(born: str, person: Person, adult: bool | None) -> None:
    values = fetch(person, "brp.adult")
    assert (values["brp.adult"].data["adult"] if values else None) is adult, born


def test_an_age_or_a_guardianship_in_doubt_is_marked() -> None:
    doubts = {"inOnderzoek": {"leeftijd": True, "indicatieCurateleRegister": True}}
    values = fetch({"leeftijd": 40, **doubts}, "brp.adult", "brp.guardianship")
    assert all(value.under_investigation for value in values.values())
    assert values["brp.guardianship"].data == {"under_guardianship": False}


def test_who_was_wrongly_dead_lives_again() -> None:
    """The register corrects it by taking the death out; a record made in error says nothing about anybody."""
    dead = {"overlijden": {"datum": {"type": "JaarDatum", "jaar": 2025}}}
    assert fetch(dead, "brp.alive")["brp.alive"].data == {"alive": False}
    assert fetch({}, "brp.alive")["brp.alive"].data == {"alive": True}
    with pytest.raises(UnknownSubject):
        fetch(dead | {"opschortingBijhouding": {"reden": {"code": "F"}}}, "brp.alive")


@pytest.mark.parametrize("name", ["O", "Ø", "Ἀθηνᾶ", "Çağlayan İşçi", "J͛"])
def test_a_name_of_one_letter_or_another_alphabet_is_a_name(name: str) -> None:
    data = fetch({"naam": {"geslachtsnaam": name, "voornamen": "."}}, "brp.name")["brp.name"].data
    assert data == {"full": name, "family_name": name}


# --- By name and birth date -----------------------------------------------------------------------


def find_people(*persons: Person, family_name: str = "Wit") -> list[Found]:
    """Who comes of this answer to a search."""
    with OtherSide(personen(*persons)) as side:
        return BrpSource(side.url, "key").find_people(
            family_name=family_name, born=date(1994, 3, 2), trace_id=TRACE
        )


WIT: Person = {
    "burgerservicenummer": BSN,
    "naam": {
        "voornamen": "Noor",
        "voorvoegsel": "de",
        "geslachtsnaam": "Wit",
        "volledigeNaam": "Noor de Wit",
    },
    "geboorte": {"datum": {"type": "Datum", "datum": "1994-03-02"}},
}


def test_somebody_is_found_by_name_and_birth_date() -> None:
    assert find_people(WIT, family_name=" wit ") == [Found(BSN, "Noor de Wit", "1994-03-02")]
    assert find_people() == []


def test_a_search_asks_for_no_place_and_takes_none() -> None:
    lives = {"verblijfplaats": {"verblijfadres": {"postcode": "9001AA"}}, "adressering": {"adresregel1": "x"}}
    with OtherSide(personen({**WIT, **lives})) as side:
        source = BrpSource(side.url, "key")
        found = source.find_people(
            family_name="Wit", born=date(1994, 3, 2), first_names="Noor", trace_id=TRACE
        )
    assert "9001AA" not in repr(found)
    [asked] = side.asked
    assert asked.json()["voornamen"] == "Noor"
    assert not [path for path in asked.json()["fields"] if "verblijf" in path or "adres" in path]


@pytest.mark.parametrize(
    "other",
    [
        {"naam": {"geslachtsnaam": "Witteman"}},
        {"geboorte": {"datum": {"type": "Datum", "datum": "1994-03-03"}}},
        {"geboorte": {"datum": {"type": "JaarDatum", "jaar": 1994}}},
        {"burgerservicenummer": None},
    ],
)
def test_people_of_another_name_or_birth_date_are_no_answer(other: Person) -> None:
    with pytest.raises(Malformed, match="another name"):
        find_people({**WIT, **other})


def test_a_record_made_in_error_is_nobody() -> None:
    assert find_people({**WIT, "opschortingBijhouding": {"reden": {"code": "F"}}}) == []


@pytest.mark.parametrize("name", ["W*", "", "  ", "Wit;", "x" * 201])
def test_a_part_of_a_name_is_not_asked(name: str) -> None:
    """No wildcard: who searches knows who calls."""
    with OtherSide(silence) as side:
        source = BrpSource(side.url, "key")
        assert source.find_people(family_name=name, born=date(1994, 3, 2), trace_id=TRACE) == []
    assert side.asked == []


def test_a_name_of_very_many_is_said_to_be_one() -> None:
    refusal = answer({"status": 400, "code": "tooManyResults"}, status=400)
    with OtherSide(refusal) as side, pytest.raises(TooManyPeople, match="more people"):
        BrpSource(side.url, "key").find_people(family_name="Wit", born=date(1994, 3, 2), trace_id=TRACE)


# --- The household --------------------------------------------------------------------------------


def test_secrecy_of_one_covers_the_whole_household() -> None:
    hidden = {"burgerservicenummer": "999990019", "geheimhoudingPersoonsgegevens": True}
    assert household({"burgerservicenummer": BSN}, hidden)[HOUSEHOLD].secret
    assert not household({"burgerservicenummer": BSN})[HOUSEHOLD].secret


@pytest.mark.parametrize("object_id", [None, ""])
def test_where_no_dwelling_is_known_no_household_is(object_id: str | None) -> None:
    assert household(object_id=object_id) == {}


@pytest.mark.parametrize("written", ["0000000000000000", "12", "900101000000001x"])
def test_a_number_that_is_none_in_the_bag_is_not_passed_on(written: str) -> None:
    place = {"type": "Adres", "adresseerbaarObjectIdentificatie": written}
    assert "object_id" not in fetch({"verblijfplaats": place}, "brp.address")["brp.address"].data


def test_people_among_whom_the_person_is_not_are_another_household() -> None:
    with pytest.raises(Malformed, match="another address"):
        household({"burgerservicenummer": "999990019"})
    with pytest.raises(Malformed, match="another address"):
        household()


def test_a_home_of_very_many_is_said_to_be_one() -> None:
    refusal = answer({"status": 400, "code": "tooManyResults"}, status=400)
    subject = Subject(BSN, {"brp.address": {"object_id": DWELLING}})
    with OtherSide(refusal) as side, pytest.raises(TooManyResidents, match="more people"):
        BrpSource(side.url, "key").fetch(subject, [HOUSEHOLD], trace_id=TRACE)


def test_a_household_is_not_asked_before_the_address() -> None:
    with OtherSide(silence) as side, pytest.raises(Misconfigured, match="before"):
        BrpSource(side.url, "key").fetch(Subject(BSN), [HOUSEHOLD], trace_id=TRACE)
    assert side.asked == []


def test_the_questions_are_those_of_the_specification(standards: Path) -> None:
    specification = Specification(standards / "brp" / "openapi-brp-personen-2.7.0.yaml", "/api")
    subject = Subject(BSN, {"brp.address": {"object_id": DWELLING}})
    me = personen({"burgerservicenummer": BSN})
    with OtherSide(me, me, personen(), personen()) as side:
        source = BrpSource(f"{side.url}/api", "key")
        source.fetch(subject, [*ASKS, HOUSEHOLD], trace_id=TRACE)
        source.check()
        source.find_people(family_name="Wit", born=date(1994, 3, 2), first_names="Noor", trace_id=TRACE)
    assert len(side.asked) == 4
    assert [error for asked in side.asked for error in specification.errors(asked)] == []


# --- The questions --------------------------------------------------------------------------------


def test_only_what_is_needed_is_asked_and_the_bsn_is_in_the_body_alone() -> None:
    with OtherSide(personen({"burgerservicenummer": BSN})) as side:
        BrpSource(f"{side.url}/api", "key").fetch(Subject(BSN), ["brp.alive"], trace_id=TRACE)
    (asked,) = side.asked
    assert (asked.method, asked.target, asked.headers["x-api-key"]) == ("POST", "/api/personen", "key")
    assert asked.json() == {
        "type": "RaadpleegMetBurgerservicenummer",
        "fields": ["burgerservicenummer", "overlijden.datum"],
        "burgerservicenummer": [BSN],
    }


def test_every_asked_path_exists_and_none_comes_by_itself(standards: Path) -> None:
    with (standards / "brp" / "fields-Persoon.csv").open(encoding="utf-8-sig") as file:
        known = {row["pad"] for row in csv.DictReader(file)}
    asked = {path for paths in ASKS.values() for path in paths} | set(ASKS_OF_RESIDENTS)
    assert asked <= known
    assert not {path.split(".")[0] for path in asked} & AUTOMATIC


def test_manifest_questions_and_readers_name_the_same_fields() -> None:
    offered = list(find("sources")["brp"].fields)
    offered.remove(HOUSEHOLD)
    assert offered == list(ASKS) == list(READERS)


def test_nothing_asked_is_no_question() -> None:
    with OtherSide(silence) as side:
        assert BrpSource(side.url, "key").fetch(Subject(BSN), [], trace_id=TRACE) == {}
    assert side.asked == []


def test_a_field_of_another_source_is_a_mistake_in_the_settings() -> None:
    with pytest.raises(Misconfigured, match=re.escape("bag.address")):
        BrpSource("http://127.0.0.1:9", "key").fetch(Subject(BSN), ["bag.address"], trace_id=TRACE)


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"personen": None},
        {"personen": {"burgerservicenummer": BSN}},
        {"personen": [None]},
        {"personen": [{}]},
        {"personen": [{"burgerservicenummer": BSN}] * 2},
    ],
)
def test_an_answer_without_this_one_person_is_malformed(body: Any) -> None:
    with OtherSide(answer(body)) as side, pytest.raises(Malformed):
        BrpSource(side.url, "key").fetch(Subject(BSN), ["brp.name"], trace_id=TRACE)


def test_check_asks_about_nobody() -> None:
    with OtherSide(personen()) as side:
        BrpSource(side.url, "key").check()
    assert side.asked[0].json()["burgerservicenummer"] == ["000000000"]


def test_check_says_when_the_key_or_the_service_is_wrong() -> None:
    with OtherSide(answer({}, status=401)) as side, pytest.raises(Misconfigured):
        BrpSource(side.url, "key").check()
    with OtherSide(silence) as side, pytest.raises(Unavailable):
        BrpSource(side.url, "key", deadline=0.3).check()


def test_an_unknown_person_is_not_an_empty_answer() -> None:
    with OtherSide(personen()) as side, pytest.raises(UnknownSubject):
        BrpSource(side.url, "key").fetch(Subject(BSN), ["brp.children"], trace_id=TRACE)
