"""What is past its term is destroyed, never sooner, and the pages that had it say so."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from lifeevents.retention import read_retention, retention
from lifeevents.yamlfile import Problem
from portal.cases.journey.answers import answers_of
from portal.cases.journey.journeys import answer
from portal.cases.models import Case, CitizenTask, Document, Journey, Message, Phase, Proceeding, Side
from portal.cases.retention import Purged, kept_until, purge
from portal.ledger.keys import KeyDestroyed, seal, unseal
from portal.ledger.log.heads import publish_heads
from portal.ledger.log.verify import check_all
from portal.ledger.models import DataKey, DataUse, Fact, KeyDestruction, StaffAction
from tests.cases.steps import begun, deed_made, deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

TODAY = date.today()
BIRTH_DAYS, BENEFIT_DAYS = 365, 730


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def birth(cast: Cast) -> Case:
    """A birth of today that is done; child benefit was not ticked."""
    case = submitted(actor(cast.citizen), follow_ups=())["geboorteaangifte"]
    deliver_all()
    deed_made(case)
    Case.objects.filter(pk=case.pk).update(phase=Phase.DONE, phase_since=timezone.now())
    return Case.objects.get(pk=case.pk)


def _purge_after(settings: Any, days: int, *, dry_run: bool = False) -> Purged:
    """The night that is this many days from now."""
    settings.PORTAL_NOW = TODAY + timedelta(days=days)
    return purge(dry_run=dry_run)


def _classes() -> set[str]:
    return {name.partition("/")[0] for name in DataKey.objects.values_list("retention", flat=True)}


def test_a_key_goes_on_the_day_after_its_term_and_not_before(birth: Case, settings: Any) -> None:
    # The year of the class has to be over too, so a term that ends within it waits for that.
    last = max(BIRTH_DAYS, (date(TODAY.year + 1, 1, 1) - TODAY).days - 1)
    assert _purge_after(settings, last).keys["geboorteaangifte-1-jaar"] == 0
    assert "geboorteaangifte-1-jaar" in _classes()
    done = _purge_after(settings, last + 1)
    assert done.keys["geboorteaangifte-1-jaar"] == done.keys["journeys"] == 1
    assert _classes() == set()
    assert {row.retention for row in KeyDestruction.objects.all()} == {
        birth.retention,
        birth.journey.retention,
        "facts",
    }


def test_a_dry_run_counts_the_same_and_destroys_nothing(birth: Case, settings: Any) -> None:
    before = DataKey.objects.count()
    counted = _purge_after(settings, 2 * BIRTH_DAYS, dry_run=True)
    assert (DataKey.objects.count(), KeyDestruction.objects.count()) == (before, 0)
    assert Fact.objects.exists()
    assert counted == _purge_after(settings, 2 * BIRTH_DAYS)
    assert counted.facts > 0


def test_messages_documents_and_questions_are_emptied_with_the_key_of_their_case(
    birth: Case, settings: Any
) -> None:
    Message.objects.create(case=birth, side=Side.CITIZEN, text="Klopt de naam?", external_id="m1")
    asked = CitizenTask.objects.create(
        case=birth, kind=CitizenTask.Kind.ASKED, what="Stuur de brief", why="Wij missen hem", external_id="t1"
    )
    sealed = seal(birth.citizen, birth.retention, f"document:{asked.pk}", "x")
    document = Document.objects.create(
        case=birth, side=Side.CITIZEN, title="De brief", state=Document.State.READY, sealed=sealed
    )
    _purge_after(settings, 2 * BIRTH_DAYS, dry_run=True)
    assert Message.objects.get().text == "Klopt de naam?"
    _purge_after(settings, 2 * BIRTH_DAYS)
    asked.refresh_from_db()
    document.refresh_from_db()
    assert (Message.objects.get().text, asked.what, asked.why, document.title) == ("", "", "", "")
    with pytest.raises(KeyDestroyed):
        unseal(birth.citizen, birth.retention, f"document:{asked.pk}", sealed)


def test_a_case_that_runs_keeps_its_own_key_and_that_of_the_answers(cast: Cast, settings: Any) -> None:
    submitted(actor(cast.citizen))
    assert _purge_after(settings, 5 * BENEFIT_DAYS) == Purged()


def test_the_answers_stay_as_long_as_the_longest_of_their_cases(cast: Cast, settings: Any) -> None:
    submitted(actor(cast.citizen))
    Case.objects.update(phase=Phase.DONE, phase_since=timezone.now())
    _purge_after(settings, BIRTH_DAYS + 40)
    assert _classes() == {"kinderbijslag-2-jaar", "journeys"}
    _purge_after(settings, BENEFIT_DAYS + 1)
    assert _classes() == set()


def test_while_an_objection_runs_nothing_of_the_case_goes(birth: Case, cast: Cast, settings: Any) -> None:
    officer = logged_in(cast.officer)
    path = f"/medewerker/{birth.reference}/"
    officer.post(f"{path}bezwaar/", {"proceeding": "objection", "opened_on": str(TODAY)})
    done = _purge_after(settings, 2 * BIRTH_DAYS)
    assert done.paused == {"geboorteaangifte-1-jaar": 1, "journeys": 1}
    assert "geboorteaangifte-1-jaar" in _classes()
    officer.post(f"{path}bezwaar/{Proceeding.objects.get().pk}/klaar/")
    assert _purge_after(settings, 2 * BIRTH_DAYS).keys["geboorteaangifte-1-jaar"] == 1


def test_the_citizen_reads_that_an_objection_runs_and_that_it_is_over(birth: Case, cast: Cast) -> None:
    officer, noor = logged_in(cast.officer), logged_in(cast.citizen)
    path, mine = f"/medewerker/{birth.reference}/", f"/aanvragen/{birth.reference}/"
    for _ in range(2):  # a double click
        officer.post(f"{path}bezwaar/", {"proceeding": "objection", "opened_on": str(TODAY)})
    running = Proceeding.objects.get()
    assert "Er loopt een bezwaar." in _page(noor, mine)
    assert "Bezwaar gemaakt" in _page(noor, mine)
    officer.post(f"{path}bezwaar/{running.pk}/klaar/")
    assert "Er loopt een bezwaar." not in _page(noor, mine)
    assert "Bezwaar klaar" in _page(noor, mine)
    done = StaffAction.objects.filter(what__startswith="objection").order_by("pk")
    assert [(action.what, action.user) for action in done] == [
        ("objection-opened", cast.officer),
        ("objection-closed", cast.officer),
    ]


def test_an_objection_cannot_begin_tomorrow(birth: Case, cast: Cast) -> None:
    tomorrow = str(TODAY + timedelta(days=1))
    response = logged_in(cast.officer).post(
        f"/medewerker/{birth.reference}/bezwaar/", {"proceeding": "appeal", "opened_on": tomorrow}
    )
    assert response.status_code == 422
    assert "Vul een dag in die al geweest is." in response.content.decode()
    assert not Proceeding.objects.exists()


def _page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_every_page_works_afterwards_and_says_what_was_erased(birth: Case, cast: Cast, settings: Any) -> None:
    _purge_after(settings, 2 * BIRTH_DAYS)
    noor, plan = logged_in(cast.citizen), f"/levensgebeurtenissen/kind-krijgen/{birth.journey_id}/"
    erased = "omdat de bewaartermijn voorbij was"
    assert erased in _page(noor, f"/aanvragen/{birth.reference}/")
    assert erased in _page(logged_in(cast.officer), f"/medewerker/{birth.reference}/")
    assert noor.post("/mijn-gegevens/download.json").json()["sent"][0]["state"] == "destroyed"
    assert erased in _page(noor, "/mijn-gegevens/")
    for path in ("/", "/aanvragen/", plan):
        _page(noor, path)
    assert noor.post(f"{plan}alsnog/kinderbijslag/").status_code == 404
    with pytest.raises(KeyDestroyed):
        answers_of(Journey.objects.select_related("citizen").get(pk=birth.journey_id))


def test_the_lines_stay_and_still_hold(birth: Case, settings: Any, tmp_path: Any) -> None:
    settings.LOG_HEADS_FOLDER = str(tmp_path)
    publish_heads()
    before = DataUse.objects.count()
    _purge_after(settings, 2 * BIRTH_DAYS)
    report = check_all()
    assert (report.lines, report.findings) == (before, [])


def test_facts_go_when_they_were_not_needed_for_a_while(birth: Case, settings: Any) -> None:
    newest = max(Fact.objects.values_list("valid_until", flat=True))
    days = (newest.date() - TODAY).days + retention().facts_days
    _purge_after(settings, days - 1)
    assert Fact.objects.exists()
    assert _purge_after(settings, days + 2).keys["facts"] == 1
    assert not Fact.objects.exists()


def test_a_draft_keeps_the_facts_until_it_is_too_old_itself(cast: Cast, settings: Any) -> None:
    begun(actor(cast.citizen))
    _purge_after(settings, retention().drafts_days - 1)
    assert Fact.objects.exists()
    done = _purge_after(settings, retention().drafts_days + 1)
    assert (done.drafts, Journey.objects.count(), Fact.objects.count()) == (1, 0, 0)


def test_a_draft_is_kept_for_as_long_as_its_page_says_since_it_was_last_worked_on(
    cast: Cast, settings: Any
) -> None:
    draft = begun(actor(cast.citizen))
    Journey.objects.filter(pk=draft.pk).update(created_at=timezone.now() - timedelta(days=20))
    draft.refresh_from_db()
    before = kept_until(draft)
    answer(journey=draft, group="birth", index=0, item={"birth_place": "9001"})
    draft.refresh_from_db()
    assert kept_until(draft) == before + timedelta(days=20)
    day = kept_until(draft)
    browser = logged_in(cast.citizen)
    said = f"Wij bewaren uw antwoorden tot en met {date_format(day, 'DATE_FORMAT')}."
    assert said[:-1] in browser.get("/").content.decode()
    address = f"/levensgebeurtenissen/{draft.event}/{draft.pk}/gegevens/"
    assert said in browser.get(address).content.decode()
    settings.PORTAL_NOW = day
    assert purge(dry_run=False).drafts == 0
    settings.PORTAL_NOW = day + timedelta(days=1)
    assert purge(dry_run=False).drafts == 1


def test_lines_past_their_own_term_are_counted(birth: Case, settings: Any) -> None:
    lines = DataUse.objects.count()
    settings.PORTAL_NOW = None
    assert purge(dry_run=True).lines_past_term == 0
    settings.PORTAL_NOW = TODAY + timedelta(days=366 * (retention().lines_years + 1))
    assert purge(dry_run=True).lines_past_term == lines


def test_the_command_names_classes_and_no_people(
    birth: Case, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.PORTAL_NOW = TODAY + timedelta(days=2 * BIRTH_DAYS)
    call_command("ledger", "purge", "--dry-run")
    said = capsys.readouterr().out
    assert "1 key(s) of geboorteaangifte-1-jaar: would be destroyed" in said
    assert str(birth.citizen_id) not in said
    call_command("ledger", "purge")
    assert "1 key(s) of geboorteaangifte-1-jaar: destroyed" in capsys.readouterr().out


def test_a_term_that_is_no_number_is_named_with_its_line(tmp_path: Any) -> None:
    file = tmp_path / "retention.yaml"
    whole = "verified: false\nfacts_days: soon\ndrafts_days: 180\nlines_years: 20\ndenials_days: 365\n"
    file.write_text(whole)
    problems: list[Problem] = []
    assert read_retention(file, problems) is None
    assert "retention.yaml:2" in str(problems[0])


def test_the_auditor_asks_by_the_reference_of_a_request(
    birth: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("ledger", "audit", birth.reference)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["number"] for line in told] == list(range(1, len(told) + 1))
    assert {"fetch", "disclosure"} <= {line["operation"] for line in told}
    with pytest.raises(CommandError, match="no request"):
        call_command("ledger", "audit", "LL-2222-2222")
