"""The auditor: what is listed and taken along, samples by lot, what is thought of each, and who is told."""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from portal.access.assist import danger
from portal.access.models import Assist, AssistPage, DangerAsk, Denial
from portal.access.staff import deactivate
from portal.cases.auditing import reviewing, rows, sampling
from portal.cases.auditing.export import as_csv
from portal.cases.auditing.models import AuditReview, AuditSample, Kind
from portal.cases.auditing.rows import Wanted
from portal.cases.back.concluding import conclude
from portal.cases.models import Case, Outcome, Proceeding
from portal.cases.proceedings import open_proceeding
from portal.ledger.log.uses import record_staff_action
from portal.ledger.models import StaffAction
from portal.people.models import Role
from tests.cases.steps import deliver_all, submitted
from tests.cast import NOOR_BSN, Cast, actor, citizen_of, logged_in, make_cast
from tests.factories import make_staff
from tests.helpdesk.steps import TICKET, finds, known_helper, looks_along
from tests.registers import Register

HOME = "/medewerker/controle/"
REVIEWS = f"{HOME}nakijken/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    cache.clear()
    return make_cast()


def did(cast: Cast, what: str, *, reference: str = "LL-AAAA-AAAA", who: str = "officer") -> None:
    """Somebody of the staff did this."""
    user = cast.user(who)
    assert user is not None
    record_staff_action(uuid.uuid4(), staff=user, what=what, reference=reference)


def lately(kind: Kind, **more: str) -> Wanted:
    today = timezone.localdate()
    return Wanted(kind, today - timedelta(days=7), today, **more)


def read(who: Client, address: str, **query: str) -> str:
    answer = who.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def taken(who: Client, slug: str, form: str = "csv", **query: str) -> str:
    """A file, as it was taken."""
    answer: Any = who.get(f"{HOME}{slug}/bestand/{form}/", query)
    assert answer.status_code == 200
    return b"".join(answer).decode()


def as_rows(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff")), delimiter=";"))


def judges(who: Client, address: str, verdict: str, note: str = "") -> Any:
    return who.post(address, {"oordeel": verdict, "notitie": note})


def drawn(cast: Cast, wanted: Wanted, **how_much: int) -> AuditSample:
    return sampling.draw(auditor=actor(cast.auditor), wanted=wanted, **how_much)


# --- The lists ------------------------------------------------------------------------------------


def test_who_looked_along_is_listed_with_what_they_saw(cast: Cast) -> None:
    citizen, helper = looks_along(cast)
    helper.get("/mijn-gegevens/")
    citizen.post("/meekijken/stoppen/")
    auditor = logged_in(cast.auditor)
    shown = read(auditor, f"{HOME}meekijken/")
    assert cast.helpdesk.name in shown
    for words in (TICKET, "Kwam er niet uit", "Code uit Levensloket", "gestopt door de inwoner"):
        assert words in shown
    assert "Noor" not in shown
    row = Assist.objects.get()
    page = read(auditor, f"{HOME}meekijken/{row.pk}/")
    assert page.count("<code>") == row.pages.count() > 0
    assert "<code>my-data</code>" in page


def test_searches_say_by_what_and_how_they_ended(cast: Cast, register: Register) -> None:
    helper = known_helper(cast.helpdesk)
    finds(helper)
    helper.post("/helpdesk/", {"zoek": "bsn", "bsn": NOOR_BSN, "born": "1900-01-01"})
    auditor = logged_in(cast.auditor)
    found = [(one["by"], one["result"]) for one in as_rows(taken(auditor, "zoeken"))]
    assert found == [("bsn", "nobody"), ("bsn", "found")]
    assert NOOR_BSN not in taken(auditor, "zoeken")
    shown = read(auditor, f"{HOME}zoeken/", soort="nobody")
    assert "Niemand gevonden" in shown
    assert "Burgerservicenummer en geboortedatum" in shown
    assert [one["result"] for one in as_rows(taken(auditor, "zoeken", soort="nobody"))] == ["nobody"]


@pytest.mark.parametrize(
    ("what", "reference", "by", "result"),
    [
        ("assist-found", "LL-AAAA-AAAA", "reference", "found"),
        ("assist-found", "8b3f6c70-8c9f-4a53-9d0a-1f2f6e8f4e11", "", "found"),
        ("assist-found:name", "x", "name", "found"),
        ("helpdesk-search-many:name", "", "name", "many"),
        ("helpdesk-search-silent:name", "", "name", "silent"),
        ("helpdesk-search-limited:reference", "", "reference", "limited"),
        ("helpdesk-check-limited", "x", "questions", "limited"),
        ("helpdesk-check-wrong", "x", "questions", "wrong"),
    ],
)
def test_each_way_to_search_has_its_line(cast: Cast, what: str, reference: str, by: str, result: str) -> None:
    did(cast, what, reference=reference, who="helpdesk")
    auditor = logged_in(cast.auditor)
    (row,) = as_rows(taken(auditor, "zoeken"))
    assert (row["by"], row["result"]) == (by, result)
    assert cast.helpdesk.name in read(auditor, f"{HOME}zoeken/")


def test_what_was_begun_is_no_search_of_its_own(cast: Cast) -> None:
    did(cast, "helpdesk-search:name", reference="", who="helpdesk")
    assert as_rows(taken(logged_in(cast.auditor), "zoeken")) == []


def test_a_departure_says_who_agreed(cast: Cast) -> None:
    for reference, then, who in (
        ("LL-AAAA-AAAA", "outcome-confirmed", "lead"),
        ("LL-BBBB-BBBB", "outcome-confirmed", "officer"),
        ("LL-CCCC-CCCC", "outcome-taken-back", "officer"),
        ("LL-DDDD-DDDD", "case-concluded", "officer"),
        # Taken back, and proposed anew without an exception: that one was confirmed, not this one.
        ("LL-EEEE-EEEE", "outcome-proposed", "officer"),
    ):
        did(cast, "outcome-departing", reference=reference)
        did(cast, then, reference=reference, who=who)
    did(cast, "outcome-confirmed", reference="LL-EEEE-EEEE", who="lead")
    exceptions = as_rows(taken(logged_in(cast.auditor), "uitzonderingen"))
    assert [one["then"] for one in reversed(exceptions)] == [
        "lead",
        "colleague",
        "taken-back",
        "nobody",
        "nobody",
    ]


def test_an_outcome_while_an_objection_runs_is_an_exception(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    case = Case.objects.get(pk=case.pk)
    officer = actor(cast.officer)
    open_proceeding(case=case, kind=Proceeding.Kind.OBJECTION, opened_on=timezone.localdate(), actor=officer)
    conclude(case=case, kind=Outcome.Kind.GRANTED, motivation="Gemaakt.", actor=officer)
    shown = read(logged_in(cast.auditor), f"{HOME}uitzonderingen/", soort="proceeding")
    assert case.reference in shown
    assert "Uitkomst tijdens bezwaar, beroep of klacht" in shown


def test_an_outcome_without_an_objection_is_none(cast: Cast) -> None:
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    conclude(
        case=Case.objects.get(pk=case.pk),
        kind=Outcome.Kind.GRANTED,
        motivation="Gemaakt.",
        actor=actor(cast.officer),
    )
    assert as_rows(taken(logged_in(cast.auditor), "uitzonderingen")) == []


def shut(cast: Cast, *, times: int = 1, **more: Any) -> Denial:
    """A door stayed shut, ten minutes ago."""
    at = (timezone.now() - timedelta(minutes=10)).replace(second=0, microsecond=0)
    row = {"minute": at, "user": cast.officer, "capacity": "officer", "why": "door", "times": times}
    return Denial.objects.create(**row | more)


def test_doors_that_stayed_shut_are_listed_for_staff_and_programs(cast: Cast) -> None:
    shut(cast, route="backoffice:connections", times=7)
    shut(cast, user=None, client="svb-1", agency="svb", capacity="agency", route="api:case", why="object")
    auditor = logged_in(cast.auditor)
    shown = read(auditor, f"{HOME}geweigerd/")
    for words in ("backoffice:connections", cast.officer.name, "svb-1", "api:case"):
        assert words in shown
    assert [one["program"] for one in as_rows(taken(auditor, "geweigerd", soort="program"))] == ["svb-1"]
    assert [one["program"] for one in as_rows(taken(auditor, "geweigerd", organisatie="svb"))] == ["svb-1"]
    assert [one["times"] for one in as_rows(taken(auditor, "geweigerd", soort="door"))] == ["7"]


def test_a_list_is_chosen_by_days_staff_and_agency(cast: Cast) -> None:
    today = timezone.localdate()
    did(cast, "case-reopened", reference="LL-AAAA-AAAA")
    did(cast, "case-reopened", reference="LL-BBBB-BBBB", who="other_officer")
    with time_machine.travel(timezone.now() - timedelta(days=40)):
        did(cast, "case-reopened", reference="LL-CCCC-CCCC")
    auditor = logged_in(cast.auditor)

    def references(**query: str) -> list[str]:
        return [one["reference"] for one in as_rows(taken(auditor, "uitzonderingen", **query))]

    assert references() == ["LL-BBBB-BBBB", "LL-AAAA-AAAA"]
    assert references(medewerker=cast.other_officer.name[:4].lower()) == ["LL-BBBB-BBBB"]
    assert references(organisatie="gemeente-waterstad") == ["LL-AAAA-AAAA"]
    long_ago, last_month = today - timedelta(days=50), today - timedelta(days=31)
    assert references(van=str(long_ago), tot=str(last_month)) == ["LL-CCCC-CCCC"]
    assert references(van=str(today), tot=str(today)) == ["LL-BBBB-BBBB", "LL-AAAA-AAAA"]


@pytest.mark.parametrize(
    "query",
    [
        {"van": "gisteren"},
        {"van": "2026-03-02", "tot": "2026-03-01"},
        {"tot": "0001-01-02"},
        {"tot": "9999-12-31"},
        {"organisatie": "bestaat-niet"},
        {"soort": "bestaat-niet"},
    ],
)
def test_what_cannot_be_chosen_is_said_and_gives_no_file(cast: Cast, query: dict[str, str]) -> None:
    auditor = logged_in(cast.auditor)
    assert auditor.get(f"{HOME}uitzonderingen/", query).status_code == 422
    assert auditor.get(f"{HOME}uitzonderingen/bestand/csv/", query).status_code == 404
    assert auditor.post(f"{HOME}uitzonderingen/trekken/", query_params=query).status_code == 404


def test_a_long_list_comes_page_by_page_and_says_how_much_there_is(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "A_PAGE", 2)
    for number in range(5):
        did(cast, "case-reopened", reference=f"LL-AAAA-AAA{number + 2}")
    auditor = logged_in(cast.auditor)
    seen, query = list[str](), ""
    for _ in range(3):
        page = auditor.get(f"{HOME}uitzonderingen/?{query}").context
        seen += [dict(line.cells)["Kenmerk"] for line in page["lines"]]
        query = page["next"]
    assert not query
    assert seen == [f"LL-AAAA-AAA{number}" for number in (6, 5, 4, 3, 2)]
    assert auditor.get(f"{HOME}uitzonderingen/", {"na": "onzin"}).status_code == 404
    counts = {choice["words"]: choice["count"] for choice in page["choices"]}
    assert (counts["Alles"], counts["Heropend"], counts["Levensgevaar: meekijken zonder code"]) == (
        "5",
        "5",
        "0",
    )


def test_more_than_a_thousand_are_not_counted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_COUNTED", 2)
    for _ in range(3):
        did(cast, "case-reopened")
    assert "(1.000+)" in read(logged_in(cast.auditor), f"{HOME}uitzonderingen/")


def test_a_page_costs_the_same_however_long_the_list_is(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _ in range(30):
        did(cast, "outcome-departing")
    auditor = logged_in(cast.auditor)
    # Session, user, the count of each part and of all, the line about it, and the page.
    with django_assert_max_num_queries(12):
        read(auditor, f"{HOME}uitzonderingen/")


# --- Taken along ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["=1+1", "+31", "-1", "@SUM(A1)", "\tcmd", "\rcmd", " =1", "＝1+1", '=HYPERLINK("x";"y")']
)
def test_no_cell_of_a_file_is_a_formula(cast: Cast, typed: str) -> None:
    bad = make_staff(Role.OFFICER, "svb", name=typed)
    record_staff_action(uuid.uuid4(), staff=bad, what="case-reopened", reference="LL-AAAA-AAAA")
    auditor = logged_in(cast.auditor)
    (row,) = as_rows(taken(auditor, "uitzonderingen"))
    assert row["staff"] == f"'{typed}"
    # A program gets it as it is.
    (record,) = json.loads(taken(auditor, "uitzonderingen", "json"))
    assert record["staff"] == typed


def test_a_separator_or_a_quote_in_a_cell_stays_in_it() -> None:
    record = {"id": "1", "at": "", "staff": 'a";"=1', "staff_id": "", "role": "", "agency": ""}
    whole = "".join(as_csv(Kind.SEARCH, [{**record, "by": "", "result": "", "reference": None}]))
    (row,) = as_rows(whole)
    assert (row["staff"], row["reference"]) == ('a";"=1', "")


@pytest.mark.parametrize("slug", ["meekijken", "zoeken", "geweigerd", "uitzonderingen"])
def test_both_forms_have_the_same_names_and_an_empty_list_is_one(cast: Cast, slug: str) -> None:
    auditor = logged_in(cast.auditor)
    assert json.loads(taken(auditor, slug, "json")) == []
    looks_along(cast)
    did(cast, "case-reopened")
    shut(cast, route="backoffice:connections")
    (first, *_), table = json.loads(taken(auditor, slug, "json")), as_rows(taken(auditor, slug))
    assert list(first) == list(table[0])
    assert "Noor" not in str(table)


def test_what_the_auditor_looks_at_is_a_line_as_well(cast: Cast) -> None:
    _citizen, _helper = looks_along(cast)
    auditor = logged_in(cast.auditor)
    row = Assist.objects.get()
    for address in ("", "meekijken/", f"meekijken/{row.pk}/", "nakijken/", "../handelingen/"):
        read(auditor, f"{HOME}{address}".replace("controle/../", ""))
    taken(auditor, "meekijken", soort="filled")
    taken(auditor, "meekijken", "json")
    noted = StaffAction.objects.filter(user=cast.auditor).order_by("id").values_list("what", "reference")
    today = timezone.localdate()
    days = f"{today - rows.PERIOD:%Y%m%d}-{today:%Y%m%d}"
    assert list(noted) == [
        ("audit-overview", ""),
        ("audit-list:assist", days),
        ("audit-assist", str(row.pk)),
        ("audit-samples", ""),
        ("audit-actions", ""),
        ("audit-export-csv:assist", f"{days}/filled"),
        ("audit-export-json:assist", days),
    ]
    assert "audit-export-csv:assist" in read(auditor, "/medewerker/handelingen/")


# --- Samples --------------------------------------------------------------------------------------


def test_a_sample_comes_out_again_by_its_seed(cast: Cast) -> None:
    for number in range(20):
        did(cast, "case-reopened", reference=f"LL-{number:04}")
    first = drawn(cast, lately(Kind.EXCEPTION), number=5)
    assert (first.population, first.reviews.count()) == (20, 5)
    did(cast, "case-reopened", reference="LL-LATER")
    assert sampling.comes_out_again(first)
    shown = read(logged_in(cast.auditor), f"{REVIEWS}steekproef/{first.pk}/")
    assert first.seed in shown
    assert "Opnieuw getrokken komt hetzelfde eruit." in shown
    AuditSample.objects.filter(pk=first.pk).update(seed="0" * 16)
    assert not sampling.comes_out_again(AuditSample.objects.get(pk=first.pk))


def test_anybody_can_draw_it_again_with_nothing_but_a_hash(cast: Cast) -> None:
    import hashlib

    for number in range(12):
        did(cast, "case-reopened", reference=f"LL-{number:04}")
    sample = drawn(cast, lately(Kind.EXCEPTION), number=4)
    keys = [str(pk) for pk in StaffAction.objects.filter(what="case-reopened").values_list("pk", flat=True)]
    by_lot = sorted(keys, key=lambda key: hashlib.sha256(f"{sample.seed}:{key}".encode()).hexdigest())
    assert list(sample.reviews.order_by("place").values_list("row", flat=True)) == by_lot[:4]


def test_two_samples_have_a_lot_each(cast: Cast) -> None:
    for number in range(10):
        did(cast, "case-reopened", reference=f"LL-{number:04}")
    seeds = {drawn(cast, lately(Kind.EXCEPTION), number=3).seed for _ in range(3)}
    assert len(seeds) == 3


def test_a_share_is_rounded_up_and_more_than_there_is_is_all(cast: Cast) -> None:
    for _ in range(7):
        did(cast, "case-reopened")
    assert drawn(cast, lately(Kind.EXCEPTION), percent=10).reviews.count() == 1
    assert drawn(cast, lately(Kind.EXCEPTION), percent=50).reviews.count() == 4
    assert drawn(cast, lately(Kind.EXCEPTION), number=100).reviews.count() == 7


def test_what_nobody_can_look_at_is_not_drawn(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    auditor = logged_in(cast.auditor)
    empty = auditor.post(f"{HOME}uitzonderingen/trekken/", {"aantal": "3"})
    assert empty.status_code == 422
    assert "Er is niets om te trekken." in empty.content.decode()
    monkeypatch.setattr(sampling, "MOST_DRAWN", 2)
    for _ in range(3):
        did(cast, "case-reopened")
    many = auditor.post(f"{HOME}uitzonderingen/trekken/", {"deel": "100"})
    assert "Een steekproef heeft er hooguit 2." in many.content.decode()
    for wrong in ({}, {"aantal": "1", "deel": "1"}, {"aantal": "-1"}, {"deel": "101"}):
        assert auditor.post(f"{HOME}uitzonderingen/trekken/", wrong).status_code == 422
    assert not AuditSample.objects.exists()


def test_a_sample_is_of_what_was_chosen(cast: Cast) -> None:
    did(cast, "case-reopened", reference="LL-AAAA-AAAA")
    did(cast, "despite-restriction", reference="LL-BBBB-BBBB")
    answer = logged_in(cast.auditor).post(
        f"{HOME}uitzonderingen/trekken/?soort=restricted&organisatie=gemeente-waterstad", {"aantal": "9"}
    )
    assert answer.status_code == 302
    assert [one.reference for one in AuditReview.objects.all()] == ["LL-BBBB-BBBB"]


@pytest.mark.parametrize("kind", [Kind.ASSIST, Kind.SEARCH, Kind.DENIAL, Kind.EXCEPTION])
def test_every_kind_can_be_drawn_and_looked_at(cast: Cast, kind: Kind) -> None:
    looks_along(cast)
    did(cast, "outcome-unheard:urgent")
    shut(cast, route="backoffice:connections")
    sample = drawn(cast, lately(kind), percent=100)
    auditor = logged_in(cast.auditor)
    (row,) = sample.reviews.all()
    shown = read(auditor, f"{REVIEWS}{row.pk}/")
    assert row.staff is not None
    assert row.staff.name in shown
    assert judges(auditor, f"{REVIEWS}{row.pk}/", "ja")["Location"] == f"{REVIEWS}steekproef/{sample.pk}/"
    assert "in orde" in read(auditor, f"{REVIEWS}steekproef/{sample.pk}/")


def test_samples_that_are_not_done_stand_on_top(cast: Cast) -> None:
    did(cast, "case-reopened")
    did(cast, "assist-found:bsn", who="helpdesk")
    older = drawn(cast, lately(Kind.EXCEPTION), number=1)
    newer = drawn(cast, lately(Kind.SEARCH), number=1)
    assert [one.pk for one in sampling.samples()] == [newer.pk, older.pk]
    reviewing.review(auditor=actor(cast.auditor), review_id=newer.reviews.get().pk, was_right=True, text="")
    assert [one.pk for one in sampling.samples()] == [older.pk, newer.pk]
    shown = read(logged_in(cast.auditor), REVIEWS)
    assert shown.index(str(older.pk)) < shown.index(str(newer.pk))


def test_what_is_gone_is_still_looked_at_by_what_the_sample_kept(cast: Cast) -> None:
    row = shut(cast, route="backoffice:connections", minute=timezone.now() - timedelta(days=200))
    long_ago = timezone.localdate() - timedelta(days=300)
    sample = drawn(cast, Wanted(Kind.DENIAL, long_ago, timezone.localdate()), number=1)
    row.delete()
    assert not sampling.comes_out_again(sample)
    shown = read(logged_in(cast.auditor), f"{REVIEWS}{sample.reviews.get().pk}/")
    assert "De regel zelf is gewist." in shown
    assert "backoffice:connections" in shown


# --- What is thought of it ------------------------------------------------------------------------


def test_two_tabs_give_one_verdict_and_the_second_is_told(cast: Cast) -> None:
    did(cast, "case-reopened")
    row = drawn(cast, lately(Kind.EXCEPTION), number=1).reviews.get()
    first, second = logged_in(cast.auditor), logged_in(make_staff(Role.AUDITOR, "", name="Ans Tweede"))
    address = f"{REVIEWS}{row.pk}/"
    read(first, address)
    read(second, address)
    judges(first, address, "nee", "Zonder grond.")
    late = second.post(address, {"oordeel": "ja", "notitie": ""}, follow=True).content.decode()
    assert "Dit was al beoordeeld. Uw oordeel is niet bewaard." in late
    assert "Zonder grond." in late
    row.refresh_from_db()
    assert (row.was_right, row.reviewer, row.note) == (False, cast.auditor, "Zonder grond.")


def test_what_is_not_in_order_needs_words(cast: Cast) -> None:
    did(cast, "case-reopened")
    row = drawn(cast, lately(Kind.EXCEPTION), number=1).reviews.get()
    auditor = logged_in(cast.auditor)
    assert judges(auditor, f"{REVIEWS}{row.pk}/", "nee", "  ").status_code == 422
    assert judges(auditor, f"{REVIEWS}{row.pk}/", "").status_code == 422
    row.refresh_from_db()
    assert row.reviewed_at is None


def test_nobody_judges_what_they_did_themselves(cast: Cast) -> None:
    shut(cast, user=cast.auditor, capacity="auditor", route="backoffice:case")
    row = drawn(cast, lately(Kind.DENIAL), number=1).reviews.get()
    late = logged_in(cast.auditor).post(f"{REVIEWS}{row.pk}/", {"oordeel": "ja"}, follow=True)
    assert "Dit deed u zelf." in late.content.decode()
    row.refresh_from_db()
    assert row.reviewed_at is None
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditReview.objects.filter(pk=row.pk).update(
            was_right=True, reviewer=F("staff"), reviewed_at=timezone.now()
        )


@pytest.mark.parametrize("who", ["officer", "lead", "helpdesk_lead", "operator", "editor", "citizen"])
def test_nobody_else_draws_reviews_or_takes_along(cast: Cast, who: str) -> None:
    did(cast, "case-reopened")
    row = drawn(cast, lately(Kind.EXCEPTION), number=1).reviews.get()
    user = cast.user(who)
    assert user is not None
    for call in (
        lambda: sampling.draw(auditor=actor(user), wanted=lately(Kind.EXCEPTION), number=1),
        lambda: reviewing.review(auditor=actor(user), review_id=row.pk, was_right=True, text=""),
        lambda: reviewing.review_danger(auditor=actor(user), ask_id=uuid.uuid4(), was_right=True, text=""),
    ):
        with pytest.raises(PermissionError):
            call()
    browser = logged_in(user)
    assert browser.get(f"{HOME}uitzonderingen/bestand/csv/").status_code == 404
    assert judges(browser, f"{REVIEWS}{row.pk}/", "ja").status_code == 404


def test_an_auditor_who_is_shut_out_gets_nothing_more(cast: Cast) -> None:
    did(cast, "case-reopened")
    row = drawn(cast, lately(Kind.EXCEPTION), number=1).reviews.get()
    auditor = logged_in(cast.auditor)
    read(auditor, f"{REVIEWS}{row.pk}/")
    deactivate(actor=actor(cast.operator), user_id=cast.auditor.pk)
    assert judges(auditor, f"{REVIEWS}{row.pk}/", "ja").status_code == 302
    assert "/inloggen/" in auditor.get(f"{HOME}zoeken/bestand/csv/")["Location"]
    row.refresh_from_db()
    assert row.reviewed_at is None


def test_an_auditor_who_is_something_else_by_now_gets_nothing_more(cast: Cast) -> None:
    auditor = logged_in(cast.auditor)
    read(auditor, HOME)
    type(cast.auditor).objects.filter(pk=cast.auditor.pk).update(role=Role.EDITOR)
    assert auditor.get(HOME).status_code == 404


# --- Danger to life -------------------------------------------------------------------------------


def begun_danger(cast: Cast) -> DangerAsk:
    """Hanna looked along without a code, and Hugo agreed."""
    then = timezone.now() - timedelta(hours=1)
    assist = Assist.objects.create(
        staff=cast.helpdesk,
        citizen=citizen_of(cast.citizen),
        reason=Assist.Reason.DANGER,
        ticket=TICKET,
        agreement=Assist.Agreement.DANGER,
        hides_places=True,
        started_at=then,
        ends_at=then + timedelta(minutes=15),
    )
    AssistPage.objects.create(assist=assist, route="cases", at=then)
    return DangerAsk.objects.create(
        staff=cast.helpdesk,
        citizen=citizen_of(cast.citizen),
        ticket=TICKET,
        why="Haar man staat voor de deur met een mes.",
        asked_at=then,
        until=then,
        lead=cast.helpdesk_lead,
        decided_at=then,
        confirmed=True,
        assist=assist,
    )


def test_danger_to_life_is_looked_at_beside_the_samples(cast: Cast) -> None:
    ask = begun_danger(cast)
    auditor = logged_in(cast.auditor)
    assert str(ask.pk) in read(auditor, REVIEWS)
    address = f"{REVIEWS}levensgevaar/{ask.pk}/"
    shown = read(auditor, address)
    for words in (ask.why, cast.helpdesk.name, cast.helpdesk_lead.name, f"{HOME}meekijken/{ask.assist_id}/"):
        assert words in shown
    assert judges(auditor, address, "ja", "Terecht.").status_code == 302
    assert not danger.to_review().exists()
    ask.refresh_from_db()
    assert (ask.was_right, ask.review, ask.reviewer) == (True, "Terecht.", cast.auditor)
    kept = AuditReview.objects.get()
    assert auditor.get(address)["Location"] == f"{REVIEWS}{kept.pk}/"
    assert ask.why in read(auditor, f"{REVIEWS}{kept.pk}/")


def test_danger_to_life_that_was_looked_at_in_another_tab_stays_so(cast: Cast) -> None:
    ask = begun_danger(cast)
    address = f"{REVIEWS}levensgevaar/{ask.pk}/"
    first, second = logged_in(cast.auditor), logged_in(make_staff(Role.AUDITOR, "", name="Ans Tweede"))
    judges(first, address, "nee", "Een code had gekund.")
    late = second.post(address, {"oordeel": "ja", "notitie": ""}, follow=True).content.decode()
    assert "Dit was al beoordeeld." in late
    assert "Een code had gekund." in late
    with pytest.raises(reviewing.AlreadyReviewed):
        reviewing.review_danger(auditor=actor(cast.auditor), ask_id=ask.pk, was_right=True, text="")
    assert AuditReview.objects.get().was_right is False


def test_who_was_in_it_before_does_not_judge_it(cast: Cast) -> None:
    ask = begun_danger(cast)
    type(cast.helpdesk_lead).objects.filter(pk=cast.helpdesk_lead.pk).update(role=Role.AUDITOR)
    now_auditor = logged_in(cast.helpdesk_lead)
    late = now_auditor.post(f"{REVIEWS}levensgevaar/{ask.pk}/", {"oordeel": "ja"}, follow=True)
    assert "Dit deed u zelf." in late.content.decode()
    assert danger.to_review().exists()


def test_the_lead_who_agreed_is_not_the_one_who_hears_that_it_was_wrong(cast: Cast) -> None:
    ask = begun_danger(cast)
    found = reviewing.review_danger(
        auditor=actor(cast.auditor), ask_id=ask.pk, was_right=False, text="Een code had gekund."
    )
    other = make_staff(Role.HELPDESK_LEAD, "svb", name="Hedda Ander")
    told = [
        user.name
        for user in (cast.helpdesk, cast.helpdesk_lead, other, cast.lead, cast.operator, cast.editor)
        if reviewing.findings_for(actor=actor(user)).filter(pk=found.pk).exists()
    ]
    assert told == [other.name, cast.operator.name]


# --- Who is told ----------------------------------------------------------------------------------


def not_in_order(cast: Cast, who: str) -> AuditReview:
    did(cast, "case-reopened", who=who)
    newest = StaffAction.objects.latest("id")
    sample = drawn(cast, lately(Kind.EXCEPTION), percent=100)
    row = sample.reviews.get(row=str(newest.pk))
    return reviewing.review(
        auditor=actor(cast.auditor), review_id=row.pk, was_right=False, text="Geen grond."
    )


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ("officer", {"lead"}),
        ("other_officer", {"other_lead"}),
        ("lead", {"operator"}),
        ("helpdesk", {"helpdesk_lead"}),
        ("helpdesk_lead", {"operator"}),
        ("editor", {"operator"}),
        ("operator", set[str]()),
    ],
)
def test_who_leads_that_person_is_told(cast: Cast, about: str, told: set[str]) -> None:
    row = not_in_order(cast, about)
    for who in ("lead", "other_lead", "helpdesk_lead", "operator", "helpdesk", "officer", "editor"):
        user = cast.user(who)
        found = reviewing.findings_for(actor=actor(user)) if user else AuditReview.objects.none()
        assert found.filter(pk=row.pk).exists() == (who in told), who
        status = logged_in(user).get(f"/medewerker/bevindingen/{row.pk}/").status_code
        assert status == (200 if who in told else 404), who


def test_of_a_program_the_lead_of_its_agency_is_told(cast: Cast) -> None:
    shut(cast, user=None, client="svb-1", agency="svb", capacity="agency", route="api:case", why="object")
    row = drawn(cast, lately(Kind.DENIAL), number=1).reviews.get()
    reviewing.review(auditor=actor(cast.auditor), review_id=row.pk, was_right=False, text="Raadt kenmerken.")
    told = Counter(
        who
        for who in ("lead", "other_lead", "operator", "helpdesk_lead")
        if "Raadt kenmerken." in _finding(cast, who, row)
    )
    assert told == {"other_lead": 1}


def _finding(cast: Cast, who: str, row: AuditReview) -> str:
    return logged_in(cast.user(who)).get(f"/medewerker/bevindingen/{row.pk}/").content.decode()


def test_the_lead_answers_once_and_the_auditor_reads_it(cast: Cast) -> None:
    row = not_in_order(cast, "officer")
    lead, auditor = logged_in(cast.lead), logged_in(cast.auditor)
    listed = read(lead, "/medewerker/bevindingen/")
    assert cast.officer.name in listed
    assert "nog zonder antwoord" in listed
    address = f"/medewerker/bevindingen/{row.pk}/"
    assert "Geen grond." in read(lead, address)
    assert lead.post(address, {"antwoord": " "}).status_code == 422
    assert lead.post(address, {"antwoord": "Wij spreken erover."}).status_code == 302
    again = lead.post(address, {"antwoord": "Iets anders."}, follow=True).content.decode()
    assert "Iemand anders gaf al een antwoord." in again
    assert "Wij spreken erover." in read(auditor, f"{REVIEWS}{row.pk}/")
    row.refresh_from_db()
    assert (row.answer, row.answered_by) == ("Wij spreken erover.", cast.lead)
    assert StaffAction.objects.filter(user=cast.lead, what="audit-finding-answered").count() == 1


def test_what_was_in_order_is_nobodys_finding(cast: Cast) -> None:
    did(cast, "case-reopened")
    row = drawn(cast, lately(Kind.EXCEPTION), number=1).reviews.get()
    reviewing.review(auditor=actor(cast.auditor), review_id=row.pk, was_right=True, text="")
    assert not reviewing.findings_for(actor=actor(cast.lead)).exists()


def test_what_an_auditor_and_a_lead_wrote_is_text(cast: Cast) -> None:
    did(cast, "case-reopened")
    row = drawn(cast, lately(Kind.EXCEPTION), number=1).reviews.get()
    auditor = logged_in(cast.auditor)
    judges(auditor, f"{REVIEWS}{row.pk}/", "nee", "<script>x</script>")
    assert "&lt;script&gt;" in read(logged_in(cast.lead), f"/medewerker/bevindingen/{row.pk}/")
