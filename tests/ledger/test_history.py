"""The log as a page reads it: each operation once, newest first, never what the citizen may not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lifeevents.model import Article
from portal.catalogue import catalogue
from portal.ledger.log import chain
from portal.ledger.log.history import Wanted, ended_of, newest_by_field, operations_of, recipients_of
from portal.ledger.log.uses import Mention, Use, begin_use, end_use, record_use
from portal.ledger.models import DataUse
from portal.people.models import Citizen
from tests.factories import make_citizen, spare_bsns
from tests.ledger.lines import write_lines

BSNS = spare_bsns()
HERE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def citizen(db: None) -> Citizen:
    return make_citizen(next(BSNS))


def _use(citizen: Citizen, *fields: str, recipient: str = "svb") -> Use:
    return Use(
        citizen=citizen,
        trace_id="1" * 32,
        operation=DataUse.Operation.DISCLOSURE,
        activities=(catalogue().services["kinderbijslag"].activity,),
        fields=fields or ("brp.name",),
        recipient=recipient,
        retention="facts",
    )


def _written_at(citizen: Citizen, *moments: datetime) -> None:
    """A line of one operation each, which ended at these moments."""
    begun = begin_use(_use(citizen))
    end_use(begun, outcome="delivered")
    pattern = DataUse.objects.filter(citizen=citizen).latest("id")
    for number, moment in enumerate(moments):
        line = DataUse.objects.get(pk=pattern.pk)
        line.pk, line._state.adding = None, True
        line.at = line.started_at = moment
        line.operation_id = f"00000000-0000-4000-8000-{number:012}"
        chain.append([line])


def test_an_operation_stands_there_once_by_its_last_line_newest_first(citizen: Citizen) -> None:
    end_use(begin_use(_use(citizen)), outcome="delivered")
    begin_use(_use(citizen, recipient="gemeente-waterstad"))
    shown = [(line.recipient, line.moment) for line in operations_of(citizen)]
    assert shown == [("gemeente-waterstad", "begin"), ("svb", "end")]


def test_a_page_of_it_is_a_slice(citizen: Citizen) -> None:
    write_lines([citizen], each=60)
    numbers = [line.number for line in operations_of(citizen)[25:50]]
    assert numbers == list(range(35, 10, -1))


def test_of_one_recipient_and_of_one_field(citizen: Citizen) -> None:
    record_use(_use(citizen, "brp.name", "brp.address"), outcome="delivered")
    record_use(_use(citizen, "brp.name", recipient="gemeente-waterstad"), outcome="delivered")
    assert [line.recipient for line in operations_of(citizen, Wanted(recipient="svb"))] == ["svb"]
    assert [line.recipient for line in operations_of(citizen, Wanted(field="brp.address"))] == ["svb"]
    assert operations_of(citizen, Wanted(field="brp.name")).count() == 2
    assert recipients_of(citizen) == ["gemeente-waterstad", "svb"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(since=date(2026, 3, 1)), 2),
        (Wanted(until=date(2026, 3, 1)), 2),
        (Wanted(since=date(2026, 3, 1), until=date(2026, 3, 1)), 1),
        (Wanted(since=date(2026, 3, 3)), 0),
        (Wanted(since=date.min, until=date.max), 3),
    ],
)
def test_a_day_is_a_day_in_the_netherlands_from_its_first_minute_to_its_last(
    citizen: Citizen, wanted: Wanted, found: int
) -> None:
    _written_at(
        citizen,
        datetime(2026, 2, 28, 23, 59, tzinfo=HERE),
        datetime(2026, 3, 1, 0, 0, tzinfo=HERE),
        datetime(2026, 3, 2, 0, 0, tzinfo=HERE),
    )
    first = DataUse.objects.filter(citizen=citizen).earliest("id").operation_id
    assert operations_of(citizen, wanted).exclude(operation_id=first).count() == found


def test_what_is_anothers_or_kept_from_the_citizen_is_in_no_answer(citizen: Citizen) -> None:
    law = Article(name="artikel 3.22 Wet basisregistratie personen", verified=True)
    secret = replace(catalogue().services["kinderbijslag"].activity, confidential=law)
    end_use(begin_use(replace(_use(citizen), activities=(secret,))), outcome="delivered")
    record_use(_use(make_citizen(next(BSNS))), outcome="delivered")
    assert list(operations_of(citizen)) == []
    assert recipients_of(citizen) == []
    assert ended_of(citizen) == []
    assert newest_by_field(citizen, ["brp.name"]) == {"brp.name": []}


def test_each_field_has_everybody_who_did_something_with_it_by_the_newest_time(citizen: Citizen) -> None:
    record_use(_use(citizen, "brp.birth", recipient="gemeente-waterstad"), outcome="delivered")
    for fields in (("brp.name",), ("brp.name", "brp.address"), ("brp.name",)):
        record_use(_use(citizen, *fields), outcome="delivered")
    begin_use(_use(citizen, "brp.name"))
    for _ in range(9):
        record_use(
            replace(_use(citizen, "brp.birth"), operation=DataUse.Operation.VIEW), outcome="case-opened"
        )
    found = newest_by_field(citizen, ["brp.name", "brp.birth", "brp.address", "brp.partner"])
    assert {name: [line.number for line in lines] for name, lines in found.items()} == {
        "brp.address": [3],
        "brp.birth": [14, 1],
        "brp.name": [5, 4],  # that it began again is another thing than that it arrived
        "brp.partner": [],
    }
    assert newest_by_field(citizen, []) == {}


def test_a_mention_is_found_and_says_nothing_of_whom(citizen: Citizen) -> None:
    partner = make_citizen(next(BSNS))
    use = replace(_use(citizen), mentions=(Mention(partner, ("brp.birth", "brp.name")),))
    end_use(begin_use(use), outcome="delivered")
    line = operations_of(partner).get()
    assert (line.operation, line.recipient, line.fields) == ("mention", "svb", ["brp.birth", "brp.name"])
    assert str(citizen.pk) not in str(vars(line))


def test_what_began_and_did_not_end_is_not_among_what_ended(citizen: Citizen) -> None:
    begin_use(_use(citizen))
    end_use(begin_use(_use(citizen)), outcome="unavailable", ok=False)
    record_use(replace(_use(citizen), operation=DataUse.Operation.VIEW), outcome="case-opened")
    assert [(one.recipient, one.fields, one.ok) for one in ended_of(citizen)] == [
        ("svb", ("brp.name",), False)
    ]


def test_a_long_log_takes_as_many_questions_as_a_short_one(citizen: Citizen) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            list(operations_of(citizen)[:25])
            newest_by_field(citizen, ["brp.name", "brp.address"])
            ended_of(citizen)
            recipients_of(citizen)
        return len(queries)

    write_lines([citizen], each=1)
    short = asked()
    write_lines([citizen], each=300)
    assert asked() == short
