"""Once only: a source is asked once, every answer is kept while it is valid, and a failure is no answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from connectors.base import Malformed, Unavailable, UnknownSubject
from lifeevents.model import Activity
from portal.catalogue import catalogue
from portal.ledger.engine.gather import Absent, Answer, Failed, Known, Pending, facts_of, gather, standing
from portal.ledger.log.uses import NoLegalGround
from portal.ledger.models import DataUse, Fact, SourceRound
from portal.people.models import Citizen
from tests.cast import NOOR_BSN
from tests.factories import make_citizen
from tests.registers import NOOR, Register

TRACE, OTHER_TRACE = "0" * 31 + "1", "0" * 31 + "2"
FIELDS = ("brp.name", "brp.partner")


@pytest.fixture
def noor(db: None, register: Register) -> Citizen:
    return make_citizen(NOOR_BSN)


def _activities(*services: str) -> list[Activity]:
    return [catalogue().services[name].activity for name in services]


def _gather(citizen: Citizen, trace: str = TRACE, *, fresh: bool = False) -> dict[str, Answer]:
    return gather(
        citizen=citizen,
        fields=FIELDS,
        activities=_activities("geboorteaangifte"),
        trace_id=trace,
        fresh=fresh,
    )


def _failure(answer: Answer) -> tuple[str, str]:
    assert isinstance(answer, Failed)
    return answer.source, answer.kind


def test_what_the_register_has_is_known_and_what_it_lacks_is_absent(noor: Citizen) -> None:
    facts = _gather(noor)
    assert isinstance(facts["brp.name"], Known)
    assert facts["brp.name"].value == NOOR["brp.name"]
    assert isinstance(facts["brp.partner"], Absent)


def test_a_second_journey_asks_nothing_that_is_still_valid(noor: Citizen, register: Register) -> None:
    first, second = _gather(noor), _gather(noor, OTHER_TRACE)
    assert len(register.asked) == 1
    assert first == second


def test_another_recipient_needs_its_own_ground_so_the_source_is_asked_again(
    noor: Citizen, register: Register
) -> None:
    _gather(noor)
    both = _activities("geboorteaangifte", "kinderbijslag")
    gather(citizen=noor, fields=FIELDS, activities=both, trace_id=OTHER_TRACE)
    gather(citizen=noor, fields=FIELDS, activities=both, trace_id=OTHER_TRACE)
    assert len(register.asked) == 2


def test_who_could_use_a_value_still_can_after_another_fetched_it_again(
    noor: Citizen, register: Register
) -> None:
    birth, benefit = _activities("geboorteaangifte"), _activities("kinderbijslag")
    for ours in (birth, benefit, birth):
        gather(citizen=noor, fields=["brp.name"], activities=ours, trace_id=TRACE)
    assert len(register.asked) == 2
    assert Fact.objects.get().activities == sorted(one.id for one in [*birth, *benefit])


def test_a_ground_for_what_was_out_of_date_is_none_for_what_another_fetched_since(
    noor: Citizen, register: Register
) -> None:
    birth, benefit = _activities("geboorteaangifte"), _activities("kinderbijslag")
    gather(citizen=noor, fields=["brp.name"], activities=birth, trace_id=TRACE)
    Fact.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    gather(citizen=noor, fields=["brp.name"], activities=benefit, trace_id=TRACE)
    gather(citizen=noor, fields=["brp.name"], activities=birth, trace_id=OTHER_TRACE)
    assert len(register.asked) == 3


def test_no_ground_no_question(noor: Citizen, register: Register) -> None:
    with pytest.raises(NoLegalGround):
        gather(
            citizen=noor,
            fields=["brp.children"],
            activities=_activities("geboorteaangifte"),
            trace_id=TRACE,
        )
    assert register.asked == []


def test_what_is_out_of_date_is_asked_again(noor: Citizen, register: Register) -> None:
    _gather(noor)
    Fact.objects.update(valid_until=timezone.now() - timedelta(seconds=1))
    _gather(noor, OTHER_TRACE)
    assert len(register.asked) == 2


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (Unavailable("down"), "unavailable"),
        (Malformed("html"), "malformed"),
        (UnknownSubject("who?"), "unknown-subject"),
        (KeyError("a bug"), "unknown"),
    ],
)
def test_a_failure_is_shown_as_itself_and_can_be_retried(
    noor: Citizen, register: Register, error: Exception, kind: str
) -> None:
    register.failure = error
    facts = _gather(noor)
    assert [_failure(facts[name]) for name in FIELDS] == [("brp", kind)] * 2
    assert not Fact.objects.exists()
    register.failure = None
    assert isinstance(_gather(noor)["brp.name"], Known)


def test_a_failed_renewal_does_not_pass_for_todays_answer(noor: Citizen, register: Register) -> None:
    _gather(noor)
    register.failure = Unavailable("down")
    assert _failure(_gather(noor, fresh=True)["brp.name"]) == ("brp", "unavailable")


def test_what_was_fetched_on_anothers_ground_does_not_count(noor: Citizen, register: Register) -> None:
    svb = _activities("kinderbijslag")
    gather(citizen=noor, fields=["brp.name"], activities=svb, trace_id=TRACE)
    ours = _activities("geboorteaangifte")
    stands = standing(citizen=noor, fields=FIELDS, activities=ours, trace_id=OTHER_TRACE)
    assert stands["brp.name"] == Pending("brp")
    register.failure = Unavailable("down")
    assert _failure(_gather(noor, OTHER_TRACE)["brp.name"]) == ("brp", "unavailable")


def test_a_round_that_runs_is_not_run_twice_but_a_dead_one_is_taken_over(
    noor: Citizen, register: Register
) -> None:
    SourceRound.objects.create(trace_id=TRACE, citizen=noor, source="brp", running_since=timezone.now())
    assert _gather(noor)["brp.name"] == Pending("brp")
    assert register.asked == []
    SourceRound.objects.update(running_since=timezone.now() - timedelta(minutes=1))
    assert isinstance(_gather(noor)["brp.name"], Known)


def test_standing_asks_nobody(noor: Citizen, register: Register) -> None:
    ours = _activities("geboorteaangifte")
    asked = standing(citizen=noor, fields=FIELDS, activities=ours, trace_id=TRACE)
    assert asked["brp.name"] == Pending("brp")
    assert register.asked == []


def test_a_value_is_sealed_and_opens_for_its_own_citizen_only(noor: Citizen) -> None:
    _gather(noor)
    stored = bytes(Fact.objects.get(field="brp.name").sealed or b"")
    assert b"Noor" not in stored
    assert isinstance(facts_of(noor)["brp.name"], Known)


def test_the_log_has_a_line_before_and_after_each_question(noor: Citizen, register: Register) -> None:
    register.failure = Unavailable("down")
    _gather(noor)
    lines = list(DataUse.objects.order_by("id").values_list("moment", "outcome", "recipient", "source"))
    assert lines == [("begin", "", "levensloket", "brp"), ("end", "unavailable", "levensloket", "brp")]


def test_a_field_that_waits_for_what_is_typed_is_asked_with_it_and_again_for_another(
    noor: Citizen, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = {"brp.partner": ("postcode", "house_number", "letter?")}
    monkeypatch.setattr("connectors.registry.Connectors.waits_for", lambda _self, _source: waits)
    ours = _activities("geboorteaangifte")

    def stands(**given: str) -> Answer:
        found = gather(citizen=noor, fields=["brp.partner"], activities=ours, trace_id=TRACE, given=given)
        return found["brp.partner"]

    assert stands(postcode="9001AA") == Pending("brp")
    assert register.asked == []
    for _ in range(2):
        assert isinstance(stands(postcode="9001AA", house_number="1"), Absent)
    assert len(register.asked) == 1
    assert isinstance(stands(postcode="9001AA", house_number="2"), Absent)
    assert isinstance(stands(postcode="9001AA", house_number="2", letter="a"), Absent)
    assert len(register.asked) == 3
    assert register.given[-1] == {"postcode": "9001AA", "house_number": "2", "letter": "a"}


def test_a_register_of_things_never_gets_a_bsn(
    noor: Citizen, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.registry.Connectors.about", lambda _self, _source: "thing")
    _gather(noor)
    assert [bsn for bsn, _ in register.asked] == [""]
