"""What an agency's program reads and says, and what the citizen sees of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.cases.back.status import apply_status
from portal.cases.models import Case, Outcome, Phase
from portal.cases.talk.withdrawing import withdraw
from portal.ledger.models import DataUse, StaffAction
from tests.api.conftest import NewProgram, says
from tests.cases.steps import deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, logged_in
from tests.factories import make_citizen_user, spare_bsns

GRANTED = {"word": "granted", "motivation": "De akte is gemaakt op 22 november."}


def _listed(program: Client, **filters: str) -> list[str]:
    answer = program.get("/api/v1/cases", filters)
    assert answer.status_code == 200, answer.content
    return [one["reference"] for one in answer.json()["results"]]


def _phase(case: Case) -> str:
    return Case.objects.get(pk=case.pk).phase


def _says_status(program: Client, case: Case, word: str, key: str, **more: Any) -> Any:
    return says(program, f"cases/{case.reference}/statuses", {"word": word, **more}, key=key)


# --- Reading ------------------------------------------------------------------------------------------


def test_the_list_says_nothing_about_the_citizen(case: Case, program: Client) -> None:
    answer = program.get("/api/v1/cases")
    (line,) = answer.json()["results"]
    assert (line["reference"], line["phase"]) == (case.reference, "arrived")
    for secret in (NOOR_BSN, "Noor", "Gracht"):
        assert secret not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store, private"


def test_the_list_is_that_of_the_back_office(cast: Cast, case: Case, program: Client) -> None:
    submitted(actor(make_citizen_user(next(spare_bsns()))))  # not delivered yet
    page = logged_in(cast.officer).get("/medewerker/").content.decode()
    assert all(reference in page for reference in _listed(program))
    assert page.count("data-ll-row href=") == len(_listed(program)) == 1


def test_the_list_is_narrowed_by_service_phase_and_change(case: Case, program: Client) -> None:
    before = case.changed_at - timedelta(seconds=1)
    assert _listed(program, service="geboorteaangifte", phase="arrived") == [case.reference]
    assert _listed(program, service="kinderbijslag") == []
    assert _listed(program, phase="handled") == []
    assert _listed(program, changedSince=before.isoformat()) == [case.reference]
    later = timezone.now()
    assert _listed(program, changedSince=later.isoformat()) == []
    _says_status(program, case, "handled", "sleutel-1")
    assert _listed(program, changedSince=later.isoformat()) == [case.reference]


@pytest.mark.parametrize(
    "query",
    [
        "changedsince=2026-01-01",
        "phase=",
        "phase=weg",
        "changedSince=straks",
        "changedSince=0001-01-01T00:00:00%2B23:00",
        "service=a&service=b",
    ],
)
def test_a_slip_in_a_filter_is_no_list_of_everything(case: Case, program: Client, query: str) -> None:
    answer = program.get(f"/api/v1/cases?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_turning_the_pages_misses_nothing_that_changes_meanwhile(
    cast: Cast, case: Case, program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    bsns = spare_bsns()
    others = [submitted(actor(make_citizen_user(next(bsns))))["geboorteaangifte"] for _ in range(4)]
    deliver_all()
    monkeypatch.setattr("portal.api.listing.ByChange.page_size", 2)
    first = program.get("/api/v1/cases").json()
    _says_status(program, case, "handled", "sleutel-1")  # was on the first page, and moves to the last
    found = [one["reference"] for one in first["results"]]
    following = first["next"]
    while following:
        page = program.get(following).json()
        found += [one["reference"] for one in page["results"]]
        following = page["next"]
    assert set(found) == {case.reference, *(one.reference for one in others)}
    assert found[-1] == case.reference


def test_reading_a_case_gives_everything_and_leaves_a_line_that_the_citizen_reads(
    cast: Cast, case: Case, program: Client
) -> None:
    told = program.get(f"/api/v1/cases/{case.reference}").json()
    assert (told["subject"], told["representative"]) == ({"bsn": NOOR_BSN}, None)
    assert told["payload"]["answers"]["child"][0]["first_names"] == "Mia"
    assert told["payload"]["facts"]["brp.name"]["source"] == "brp"
    assert [update["phase"] for update in told["updates"]] == ["arrived", "sent"]
    assert told["outcome"] is None
    line = DataUse.objects.get(operation=DataUse.Operation.VIEW)
    assert (line.recipient, line.outcome) == ("gemeente-waterstad", "case-fetched")
    assert set(line.fields) == set(told["payload"]["facts"])
    assert not StaffAction.objects.filter(what="case-opened").exists()
    mine = logged_in(cast.citizen).get("/mijn-gegevens/").content.decode()
    assert "De gemeente Waterstad bekeek uw aanvraag met een eigen systeem." in mine


def test_no_case_is_given_whose_reading_cannot_be_logged(
    case: Case, program: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError("no room for the log")

    monkeypatch.setattr("portal.cases.reading.at_agency.record_use", full)
    program.raise_request_exception = False
    answer = program.get(f"/api/v1/cases/{case.reference}")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert NOOR_BSN not in answer.content.decode()


# --- Acting -------------------------------------------------------------------------------------------


def test_taking_in_is_seen_by_the_citizen(cast: Cast, case: Case, program: Client) -> None:
    for _ in range(2):
        answer = says(program, f"cases/{case.reference}/intake", None, method="put")
        assert (answer.status_code, answer.json()["phase"]) == (200, "handled")
    page = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert "De gemeente Waterstad behandelt uw aangifte" in page
    assert case.updates.filter(phase=Phase.HANDLED).count() == 1


def test_an_agency_names_a_case_as_it_does_itself(cast: Cast, case: Case, program: Client) -> None:
    page = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert "De organisatie noemt het" not in page
    for _ in range(2):
        answer = says(
            program, f"cases/{case.reference}/intake", {"theirReference": "WS/2026-17"}, method="put"
        )
        assert (answer.status_code, answer.json()["theirReference"]) == (200, "WS/2026-17")
    assert says(program, f"cases/{case.reference}/intake", None, method="put").status_code == 200
    assert _listed(program, theirReference="WS/2026-17") == [case.reference]
    assert _listed(program, theirReference="WS/2026-18") == []
    page = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert "De organisatie noemt het: WS/2026-17." in page


@pytest.mark.parametrize("wrong", ["a b", "<b>", "x" * 101, 17, "a\n"])
def test_a_name_that_cannot_stand_in_an_address_is_refused(
    case: Case, program: Client, wrong: object
) -> None:
    answer = says(program, f"cases/{case.reference}/intake", {"theirReference": wrong}, method="put")
    assert answer.status_code == 400
    assert _phase(case) == Phase.ARRIVED
    assert Case.objects.get(pk=case.pk).their_reference == case.reference


def test_their_words_mean_our_phases_and_are_kept(case: Case, program: Client) -> None:
    zgw = case.definition.zgw
    assert zgw is not None
    word = next(own for own, phase in zgw.statuses.items() if phase == "handled")
    answer = _says_status(program, case, word, "sleutel-1", text="Wij kijken ernaar.")
    assert answer.status_code == 201
    assert answer.json()["phase"] == "handled"
    assert answer.json()["text"] == f"{word}: Wij kijken ernaar."
    assert _phase(case) == Phase.HANDLED


def test_an_agency_without_a_system_of_the_standard_has_words_of_its_own(
    cast: Cast, case: Case, program: Client, new_program: NewProgram
) -> None:
    says(program, f"cases/{case.reference}/outcome", GRANTED, method="put")
    benefit = Case.objects.get(journey=case.journey, service="kinderbijslag")
    Case.objects.filter(pk=benefit.pk).update(phase=Phase.ARRIVED, their_reference=benefit.reference)
    benefit.deliveries.create(kind="file", destination="svb", delivered_at=timezone.now())
    svb = new_program(agency="svb", services=("kinderbijslag",))

    answer = _says_status(svb, benefit, "In onderzoek", "sleutel-1", text="Wij kijken ernaar.")

    assert answer.status_code == 201, answer.content
    assert answer.json()["phase"] == "handled"
    assert answer.json()["text"] == "In onderzoek: Wij kijken ernaar."
    assert _says_status(svb, benefit, "In behandeling", "sleutel-2").status_code == 422
    body = {
        "word": "Deels toegekend",
        "motivation": "Voor een van de twee kinderen.",
        "notHeard": "own",
        "notHeardBecause": "U gaf zelf op dat het andere kind bij opa woont.",
    }
    concluded = says(svb, f"cases/{benefit.reference}/outcome", body, method="put")
    assert (concluded.status_code, concluded.json()["kind"]) == (200, "partly")


def test_a_status_before_the_agency_has_the_case_finds_nothing_and_then_counts(
    cast: Cast, program: Client
) -> None:
    early = submitted(actor(cast.citizen))["geboorteaangifte"]
    at = timezone.now().isoformat()
    assert _says_status(program, early, "handled", "early-0001", setAt=at).status_code == 404
    assert _phase(early) == Phase.SENT
    deliver_all()
    assert _phase(early) == Phase.ARRIVED
    for _ in range(2):
        assert _says_status(program, early, "handled", "early-0001", setAt=at).status_code == 201
    # Set before it arrived, by their clock: what the agency did outranks our own note.
    assert _phase(early) == Phase.HANDLED


def test_the_same_key_is_the_same_update(case: Case, program: Client) -> None:
    first = _says_status(program, case, "handled", "sleutel-1", text="Eén keer.")
    again = _says_status(program, case, "handled", "sleutel-1", text="Eén keer.")
    assert first.json() == again.json()
    assert case.updates.filter(phase=Phase.HANDLED).count() == 1
    other = _says_status(program, case, "needs_you", "sleutel-1")
    assert (other.status_code, other.json()["code"]) == (409, "key-used-before")


def test_updates_may_come_in_any_order(case: Case, program: Client) -> None:
    later = timezone.now()
    earlier = later - timedelta(seconds=30)
    _says_status(program, case, "needs_you", "tweede-1", setAt=later.isoformat())
    _says_status(program, case, "handled", "eerste-1", setAt=earlier.isoformat())
    assert _phase(case) == Phase.NEEDS_YOU


@pytest.mark.parametrize(
    ("body", "key", "code"),
    [
        ({"word": "klaar als een klontje"}, "sleutel-1", 422),
        ({"word": "arrived"}, "sleutel-1", 422),
        ({"word": "handled", "setAt": "2200-01-01T00:00:00Z"}, "sleutel-1", 422),
        ({"word": "handled", "setAt": "1999-01-01T00:00:00Z"}, "sleutel-1", 422),
        ({"word": "handled", "setAt": "straks"}, "sleutel-1", 400),
        ({"word": 1}, "sleutel-1", 400),
        ({}, "sleutel-1", 400),
        ({"word": "handled", "text": "x" * 4001}, "sleutel-1", 400),
        ({"word": "handled"}, "", 400),
        ({"word": "handled"}, "kort", 400),
        (["handled"], "sleutel-1", 400),
    ],
)
def test_what_is_not_right_changes_nothing(
    case: Case, program: Client, body: Any, key: str, code: int
) -> None:
    answer = says(program, f"cases/{case.reference}/statuses", body, key=key)
    assert (answer.status_code, answer["Content-Type"]) == (code, "application/problem+json")
    assert _phase(case) == Phase.ARRIVED


def test_an_outcome_reads_as_it_was_written_and_wakes_what_waited(
    cast: Cast, case: Case, program: Client
) -> None:
    for _ in range(2):
        answer = says(program, f"cases/{case.reference}/outcome", GRANTED, method="put")
        assert (answer.status_code, answer.json()["kind"]) == (200, "granted")
    page = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert "Geboorteaangifte is geregeld." in page
    assert GRANTED["motivation"] in page
    follower = Case.objects.get(journey=case.journey, service="kinderbijslag")
    assert follower.deliveries.filter(kind="release").exists()
    other = says(program, f"cases/{case.reference}/outcome", GRANTED | {"word": "refused"}, method="put")
    assert (other.status_code, other.json()["code"]) == (409, "concluded")
    assert Outcome.objects.get(case=case).kind == Outcome.Kind.GRANTED


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"word": "partly", "motivation": "Half."}, 422),  # a deed is made or it is not
        ({"word": "granted", "motivation": "  "}, 400),
        ({"word": "granted"}, 400),
    ],
)
def test_an_outcome_without_what_it_needs_is_not_one(
    case: Case, program: Client, body: dict[str, str], code: int
) -> None:
    answer = says(program, f"cases/{case.reference}/outcome", body, method="put")
    assert answer.status_code == code
    assert not Outcome.objects.exists()


def test_what_the_citizen_withdrew_gets_no_outcome_any_more(cast: Cast, case: Case, program: Client) -> None:
    withdraw(case=case, actor=actor(cast.citizen))
    deliver_all()
    answer = says(program, f"cases/{case.reference}/outcome", GRANTED, method="put")
    assert (answer.status_code, answer.json()["code"]) == (409, "closed")
    assert not Outcome.objects.exists()
    assert _phase(case) == Phase.WITHDRAWN


def test_an_outcome_that_crosses_a_withdrawal_stands_and_the_withdrawal_never_goes(
    cast: Cast, case: Case, program: Client
) -> None:
    withdraw(case=case, actor=actor(cast.citizen))
    waiting = case.deliveries.filter(kind="withdraw")
    assert waiting.filter(delivered_at=None).count() == 1
    assert says(program, f"cases/{case.reference}/outcome", GRANTED, method="put").status_code == 200
    assert _phase(case) == Phase.DECIDED
    assert not waiting.exists()


def test_a_closed_case_is_not_opened_by_a_status(case: Case, program: Client) -> None:
    before = timezone.now()
    says(program, f"cases/{case.reference}/outcome", GRANTED, method="put")
    refused = _says_status(program, case, "handled", "te-laat-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "closed")
    straggler = _says_status(program, case, "handled", "onderweg-1", setAt=before.isoformat())
    assert straggler.status_code == 201
    says(program, f"cases/{case.reference}/intake", None, method="put")
    assert _phase(case) == Phase.DECIDED


def test_whatever_way_it_comes_nothing_moves_a_closed_case_back(case: Case, program: Client) -> None:
    says(program, f"cases/{case.reference}/outcome", GRANTED, method="put")
    apply_status(
        case=case,
        phase=Phase.HANDLED,
        text="",
        set_at=timezone.now() + timedelta(minutes=1),
        external_id="from elsewhere",
        heard_from=case.agency,
    )
    assert _phase(case) == Phase.DECIDED


def test_the_officer_and_the_program_work_on_one_case(cast: Cast, case: Case, program: Client) -> None:
    logged_in(cast.officer).post(f"/medewerker/{case.reference}/oppakken/")
    told = program.get(f"/api/v1/cases/{case.reference}").json()
    assert told["phase"] == "handled"
    says(program, f"cases/{case.reference}/outcome", GRANTED, method="put")
    page = logged_in(cast.officer).get(f"/medewerker/{case.reference}/").content.decode()
    assert GRANTED["motivation"] in page


def test_an_agency_with_a_system_of_its_own_finds_nothing_here(
    case: Case, new_program: NewProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.destinations.hold.destination.HoldDestination.pulls", False)
    assert _listed(new_program()) == []


def test_a_moment_in_a_zone_that_no_country_has_is_a_moment(case: Case, program: Client) -> None:
    assert _listed(program, changedSince="0077-09-06T05:06:31-20:00") == [case.reference]


def test_nothing_at_all_is_no_body(case: Case, program: Client) -> None:
    answer = program.put(f"/api/v1/cases/{case.reference}/intake", "null", content_type="application/json")
    assert answer.status_code == 400


def test_the_citizen_reads_whether_a_person_or_a_rule_decided(
    cast: Cast, case: Case, program: Client
) -> None:
    said = {
        "decidedBy": "rule",
        "deviation": "De verklaring komt later.",
        "deviationArticle": "artikel 19a BW 1",
    }
    path = f"cases/{case.reference}/outcome"
    assert says(program, path, GRANTED | {"decidedBy": "robot"}, method="put").status_code == 400
    answer = says(program, path, GRANTED | said, method="put")
    assert answer.status_code == 200
    assert answer.json() | said == answer.json()
    assert answer.json()["rule"] is None, "the service has none"
    page = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert "Een computer heeft dit besloten, met een vaste regel." in page
    assert "Dat mag volgens artikel 19a BW 1." in page


def test_what_an_agency_does_not_say_is_not_made_up(cast: Cast, case: Case, program: Client) -> None:
    answer = says(program, f"cases/{case.reference}/outcome", GRANTED, method="put")
    assert answer.json()["decidedBy"] == ""
    page = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert "Een medewerker heeft dit bekeken" not in page
    assert "Een computer heeft dit besloten" not in page
