"""An officer's work list: parts of it, page by page, who takes what, and views under a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.cases.desk import listing, overview, verbs
from portal.cases.desk.listing import Mark, Wanted, Whose, page_of
from portal.cases.desk.order import Order
from portal.cases.desk.overview import overview_of
from portal.cases.forwarding.verbs import forward_case
from portal.cases.models import Case, Delivery, Phase, SavedView
from portal.cases.paging import WrongMark
from portal.catalogue import connectors
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from portal.people.models import Role, User
from tests.cases.steps import deliver_all, submitted
from tests.cast import Cast, actor, logged_in, make_cast
from tests.factories import make_officer
from tests.registers import Register

LIST = "/medewerker/"


@pytest.fixture
def cast(db: None, register: Register) -> Cast:
    return make_cast()


@pytest.fixture
def case(cast: Cast) -> Case:
    """A birth that Waterstad has."""
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    deliver_all()
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def officer(cast: Cast) -> Client:
    return logged_in(cast.officer)


@pytest.fixture
def colleague(cast: Cast) -> User:
    return User.objects.create(role=Role.OFFICER, agency=cast.officer.agency, name="Bea de Graaf")


Copies = Callable[..., list[Case]]


@pytest.fixture
def copies(case: Case) -> Copies:
    """`copies(3, phase=…)`: as many more cases like it, each delivered, in journeys of their own."""

    def copies(number: int, **fields: object) -> list[Case]:
        made = []
        for _ in range(number):
            journey = case.journey
            journey.pk, journey._state.adding = uuid4(), True
            journey.save()
            given: dict[str, object] = {
                "citizen": case.citizen,
                "journey": journey,
                "service": case.service,
                "agency": case.agency,
                "sealed_payload": b"",
                "retention": case.retention,
                "phase": Phase.ARRIVED,
                "received_on": case.received_on,
                "due_on": case.due_on,
            }
            copy = Case.objects.create(**given | fields)
            Delivery.objects.create(
                case=copy, kind="file", destination=case.agency, delivered_at=copy.created_at
            )
            made.append(copy)
        return made

    return copies


def _references(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"/medewerker/(LL-[A-Z0-9]{4}-[A-Z0-9]{4})/", page)))


def _page(client: Client, query: str = "") -> str:
    answer = client.get(f"{LIST}{query}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


# --- Parts of it --------------------------------------------------------------------------------------


def test_no_name_of_a_citizen_stands_on_it(case: Case, officer: Client) -> None:
    page = _page(officer)
    assert case.reference in page
    assert "Noor" not in page
    assert "de Wit" not in page


def test_what_ended_stands_in_a_list_of_its_own(case: Case, officer: Client, copies: Copies) -> None:
    (ended,) = copies(1, phase=Phase.DECIDED)
    assert _references(_page(officer)) == [case.reference]
    assert _references(_page(officer, "?lijst=klaar")) == [ended.reference]


def test_late_cases_are_counted_and_found(case: Case, officer: Client, copies: Copies) -> None:
    late = copies(2, due_on=clock.today() - timedelta(days=1))
    page = _page(officer, "?let-op=te-laat")
    assert set(_references(page)) == {one.reference for one in late}
    assert re.search(r'aria-current="true">Te laat\s*<span class="ll-number">\(2\)', page)


def test_a_flag_goes_first_where_that_is_the_order(case: Case, officer: Client, copies: Copies) -> None:
    sooner = [*copies(1, due_on=date(2027, 1, 1)), *copies(1, due_on=date(2030, 1, 1))]
    officer.post(f"{LIST}{case.reference}/vlag/", {"reason": "Moet zaterdag klaar zijn."})
    assert _references(_page(officer, "?volgorde=flags"))[0] == case.reference
    assert _references(_page(officer)) == [one.reference for one in (*sooner, case)]
    assert "Moet zaterdag klaar zijn." in _page(officer, f"{case.reference}/")
    officer.post(f"{LIST}{case.reference}/vlag/", {"reason": "  "})
    assert not Case.objects.get(pk=case.pk).is_flagged
    said = StaffAction.objects.filter(reference=case.reference, what__contains="flagged").order_by("id")
    assert [one.what for one in said] == ["case-flagged", "case-unflagged"]


@pytest.mark.parametrize("written", ["{}", " {} ", "lower", "bare"])
def test_a_case_is_found_by_its_reference_as_it_is_read_aloud(
    case: Case, officer: Client, written: str
) -> None:
    forms = {"lower": case.reference.lower(), "bare": case.reference[3:].replace("-", " ")}
    sought = forms.get(written) or written.format(case.reference)
    answer = officer.get(LIST, {"zoek": sought})
    assert answer["Location"] == f"{LIST}{case.reference}/"


@pytest.mark.parametrize("sought", ["Noor", "999000019", "%", "LL-", "' OR 1=1 --", "x" * 500, "\0"])
def test_nothing_else_is_found(case: Case, officer: Client, sought: str) -> None:
    assert "Er is geen aanvraag met dit kenmerk" in officer.get(LIST, {"zoek": sought}).content.decode()


def test_a_case_of_another_agency_is_not_found(case: Case, cast: Cast) -> None:
    other = logged_in(cast.other_officer)
    assert "Er is geen aanvraag" in other.get(LIST, {"zoek": case.reference}).content.decode()


@pytest.mark.parametrize("query", ["?stand=wat", "?van=" + "0" * 32, "?let-op=x", "?volgorde=ended"])
def test_a_filter_that_is_none_is_said(case: Case, officer: Client, query: str) -> None:
    answer = officer.get(f"{LIST}{query}")
    assert answer.status_code == 422
    assert "Kies iets uit de lijst." in answer.content.decode()


# --- Page by page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", ["", "?volgorde=waiting", "?volgorde=flags", "?lijst=klaar"])
def test_every_case_stands_on_one_page_there_and_back(
    monkeypatch: pytest.MonkeyPatch, case: Case, officer: Client, copies: Copies, order: str
) -> None:
    monkeypatch.setattr(listing, "A_PAGE", 2)
    phase = Phase.DECIDED if "klaar" in order else Phase.ARRIVED
    copies(2, phase=phase, due_on=None)
    copies(2, phase=phase, due_on=date(2027, 1, 1), is_flagged=True)
    copies(2, phase=phase)
    there = list(_walk(officer, order, "next"))
    back = list(_walk(officer, _last_query, "prev"))
    seen = [reference for page in there for reference in page]
    assert len(seen) == len(set(seen)) == (6 if "klaar" in order else 7)
    assert back == there[::-1]


_last_query = ""


def _walk(client: Client, query: str, rel: str) -> Iterator[list[str]]:
    """The references of each page, following the links."""
    global _last_query
    while True:
        page, _last_query = _page(client, query), query
        yield _references(page)
        link = re.search(rf'rel="{rel}" href="{LIST}([^"]*)"', page)
        if link is None:
            return
        query = link[1].replace("&amp;", "&")


@pytest.mark.parametrize("place", ["x", "W10", "bnVsbA", "WyIyMDI2LTAxLTAxIiwgIngiLCAieSJd", "%00", "é"])
def test_a_place_that_is_none_is_no_page(case: Case, officer: Client, place: str) -> None:
    assert officer.get(f"{LIST}?na={place}").status_code == 404


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(place=st.text(max_size=60), order=st.sampled_from(Order))
def test_no_place_that_somebody_makes_up_breaks_it(cast: Cast, place: str, order: Order) -> None:
    wanted = Wanted(order=order)
    try:
        page_of(actor=actor(cast.officer), wanted=wanted, after=place)
    except WrongMark:
        pass


def test_it_costs_the_same_however_long_it_is(case: Case, officer: Client, copies: Copies) -> None:
    with CaptureQueriesContext(connection) as few:
        _page(officer)
    copies(20)
    with CaptureQueriesContext(connection) as many:
        _page(officer)
    assert len(many) == len(few) <= 12


def test_counts_stop_at_a_thousand(monkeypatch: pytest.MonkeyPatch, cast: Cast, copies: Copies) -> None:
    copies(3)
    monkeypatch.setattr(overview, "MOST_COUNTED", 2)
    assert overview_of(actor=actor(cast.officer)).counts.all == 2


def test_what_is_counted_is_what_is_listed_wherever_a_case_goes(cast: Cast) -> None:
    here, there = actor(cast.officer), Actor.of_user(make_officer("gemeente-heidedorp"))
    case = submitted(actor(cast.citizen))["geboorteaangifte"]
    assert _both(here) == (0, 0)
    deliver_all()
    assert _both(here) == (1, 1)
    forward_case(case=case, actor=here, to=there.agency, reason="U woont daar.", external_id="1")
    assert (_both(here), _both(there)) == ((0, 0), (0, 0))
    deliver_all()
    assert (_both(here), _both(there)) == ((0, 0), (1, 1))


def _both(officer: Actor) -> tuple[int, int]:
    """How many there are by the count, and by the list."""
    listed = page_of(actor=officer, wanted=Wanted())
    return overview_of(actor=officer).counts.all, len(listed.rows)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Wanted(), "desk_by_date"),
        (Wanted(order=Order.WAITING), "desk_by_age"),
        (Wanted(order=Order.FLAGS), "desk_by_flag"),
        (Wanted(mark=Mark.LATE), "desk_by_date"),
        (Wanted(whose=Whose.MINE), "desk_by_handler"),
        (Wanted(whose=Whose.NOBODY), "desk_by_"),
        (Wanted(closed=True), "desk_closed"),
    ],
    ids=str,
)
def test_a_page_is_read_in_the_order_of_an_index(cast: Cast, case: Case, wanted: Wanted, index: str) -> None:
    plan = _plan(lambda: page_of(actor=actor(cast.officer), wanted=wanted))
    assert index in plan
    assert "Sort" not in plan


def test_each_count_goes_by_an_index_of_the_desk(cast: Cast, case: Case) -> None:
    plan = _plan(lambda: overview_of(actor=actor(cast.officer)))
    assert len(re.findall(r"using desk_\w+ on cases_case", plan)) == 4
    assert "cases_delivery" not in plan


def _plan(ask: Callable[[], object]) -> str:
    """How the database does it where there are so many cases that it cannot read or sort them all."""
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        with CaptureQueriesContext(connection) as asked:
            ask()
        cursor.execute(f"EXPLAIN {asked[-1]['sql']}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_a_filter_is_asked_anew_with_the_same_sql(cast: Cast, case: Case, colleague: User) -> None:
    """The SQL of a shape is put together once: what differs must not stay that of the first time."""
    here, other = actor(cast.officer), actor(cast.other_officer)
    verbs.take(actor=here, references=[case.reference])
    of_nobody_else = [Wanted(handler=colleague.pk), Wanted(service="x"), Wanted(phase=Phase.NEEDS_YOU)]
    of_it = [Wanted(handler=cast.officer.pk), Wanted(service=case.service), Wanted(phase=Phase.HANDLED)]
    for nothing, it in zip(of_nobody_else, of_it, strict=True):
        assert page_of(actor=here, wanted=nothing).rows == []
        assert page_of(actor=here, wanted=it).rows == [case]
        assert page_of(actor=other, wanted=it).rows == []
    assert page_of(actor=Actor.of_user(colleague), wanted=Wanted(whose=Whose.MINE)).rows == []
    assert page_of(actor=here, wanted=Wanted(whose=Whose.MINE)).rows == [case]


def test_a_day_later_more_is_late(cast: Cast, case: Case, copies: Copies, settings: LazySettings) -> None:
    copies(1, due_on=clock.today())
    late = Wanted(mark=Mark.LATE)
    assert page_of(actor=actor(cast.officer), wanted=late).rows == []
    settings.PORTAL_NOW = clock.today() + timedelta(days=1)
    assert len(page_of(actor=actor(cast.officer), wanted=late).rows) == 1
    assert overview_of(actor=actor(cast.officer)).counts.late == 1


# --- Who takes what -----------------------------------------------------------------------------------


def test_a_batch_is_taken_and_its_citizens_read_that_it_is_handled(
    cast: Cast, case: Case, officer: Client, copies: Copies
) -> None:
    more = copies(2)
    ticked = [one.reference for one in (case, *more)]
    answer = officer.post(f"{LIST}werklijst/verdelen/", {"doen": "pak", "aanvraag": ticked}, follow=True)
    assert "3 aanvragen zijn verdeeld." in answer.content.decode()
    assert set(Case.objects.values_list("handler", "phase")) >= {(cast.officer.pk, Phase.HANDLED)}
    assert StaffAction.objects.filter(what="case-taken", reference__in=ticked).count() == 3
    mine = logged_in(cast.citizen).get(f"/aanvragen/{case.reference}/").content.decode()
    assert "behandelt uw aangifte" in mine


def test_it_is_handed_over_and_put_back(cast: Cast, case: Case, officer: Client, colleague: User) -> None:
    ticked = {"aanvraag": [case.reference]}
    officer.post(f"{LIST}werklijst/verdelen/", {"doen": "geef", "aan": colleague.pk, **ticked})
    assert Case.objects.get(pk=case.pk).handler == colleague
    assert "Bea de Graaf" in _page(officer)
    assert _references(_page(officer, f"?van={colleague.pk}")) == [case.reference]
    assert _references(_page(officer, "?van=niemand")) == []
    officer.post(f"{LIST}werklijst/verdelen/", {"doen": "leg-terug", **ticked})
    assert Case.objects.get(pk=case.pk).handler is None
    assert _references(_page(officer, "?van=niemand")) == [case.reference]


def test_it_goes_to_who_leads_the_officers_too(cast: Cast, case: Case, officer: Client) -> None:
    form = {"doen": "geef", "aan": cast.lead.pk, "aanvraag": [case.reference]}
    officer.post(f"{LIST}werklijst/verdelen/", form)
    assert Case.objects.get(pk=case.pk).handler == cast.lead
    assert _references(_page(logged_in(cast.lead), "?van=mij")) == [case.reference]


def test_it_goes_to_nobody_of_another_agency_and_to_nobody_who_left(
    cast: Cast, case: Case, officer: Client, colleague: User
) -> None:
    colleague.is_active = False
    colleague.save()
    for who in (cast.other_officer, cast.other_lead, cast.helpdesk, cast.citizen, colleague):
        form = {"doen": "geef", "aan": who.pk, "aanvraag": [case.reference]}
        answer = officer.post(f"{LIST}werklijst/verdelen/", form, follow=True)
        assert "werkt hier niet (meer)" in answer.content.decode()
    assert Case.objects.get(pk=case.pk).handler is None


def test_another_agency_takes_nothing_and_what_ended_stays_as_it_is(
    cast: Cast, case: Case, officer: Client, copies: Copies
) -> None:
    (ended,) = copies(1, phase=Phase.DONE)
    form = {"doen": "pak", "aanvraag": [case.reference]}
    logged_in(cast.other_officer).post(f"{LIST}werklijst/verdelen/", form)
    officer.post(f"{LIST}werklijst/verdelen/", {"doen": "pak", "aanvraag": [ended.reference, "LL-no"]})
    assert not Case.objects.exclude(handler=None).exists()
    assert not StaffAction.objects.exists()


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"doen": "pak"}, "Kies eerst een of meer aanvragen."),
        ({"doen": "geef", "aanvraag": ["LL-AAAA-AAAA"]}, "Kies aan wie u de aanvragen geeft."),
        ({"doen": "weg", "aanvraag": ["LL-AAAA-AAAA"]}, "Kies iets uit de lijst."),
        ({"doen": "pak", "aanvraag": ["LL"] * (verbs.MOST_AT_ONCE + 1)}, "te veel in één keer"),
    ],
)
def test_what_cannot_be_done_is_said(
    case: Case, officer: Client, form: dict[str, object], words: str
) -> None:
    answer = officer.post(f"{LIST}werklijst/verdelen/", form, follow=True)
    assert words in answer.content.decode()


def test_the_list_comes_back_as_it_was(case: Case, officer: Client) -> None:
    form = {"doen": "pak", "aanvraag": [case.reference], "filter": "van=niemand&volgorde=waiting"}
    answer = officer.post(f"{LIST}werklijst/verdelen/", form)
    assert answer["Location"] == f"{LIST}?van=niemand&volgorde=waiting"
    form["filter"] = "//evil.example/\r\nX: y"
    assert officer.post(f"{LIST}werklijst/verdelen/", form)["Location"].startswith(f"{LIST}?")


def test_taking_up_a_case_makes_it_mine(cast: Cast, case: Case, officer: Client) -> None:
    officer.post(f"{LIST}{case.reference}/oppakken/")
    assert _references(_page(officer, "?van=mij")) == [case.reference]
    assert overview_of(actor=actor(cast.officer)).counts.mine == 1
    mine = page_of(actor=actor(cast.officer), wanted=Wanted(whose=Whose.MINE))
    assert [one.reference for one in mine.rows] == [case.reference]


# --- Views under a name -------------------------------------------------------------------------------


def test_a_view_is_kept_replaced_and_dropped(cast: Cast, case: Case, officer: Client) -> None:
    for query in ("van=mij", "van=niemand&na=W10&zoek=x"):
        officer.post(f"{LIST}werklijst/weergaven/", {"naam": "Nieuw werk", "filter": query})
    view = SavedView.objects.get()
    assert view.query == "van=niemand"
    assert f'href="{LIST}?van=niemand">Nieuw werk' in _page(officer)
    assert logged_in(cast.other_officer).post(f"{LIST}werklijst/weergaven/{view.pk}/weg/").status_code == 404
    officer.post(f"{LIST}werklijst/weergaven/{view.pk}/weg/")
    assert not SavedView.objects.exists()


def test_a_view_has_a_name_and_there_are_not_too_many(
    monkeypatch: pytest.MonkeyPatch, case: Case, officer: Client
) -> None:
    save = f"{LIST}werklijst/weergaven/"
    assert "Geef de weergave een naam." in officer.post(save, {"naam": ""}, follow=True).content.decode()
    monkeypatch.setattr(verbs, "MOST_VIEWS", 1)
    officer.post(save, {"naam": "<b>Een</b>", "filter": "van=mij"})
    assert "al veel weergaven" in officer.post(save, {"naam": "Twee"}, follow=True).content.decode()
    assert "&lt;b&gt;Een&lt;/b&gt;" in _page(officer)


def test_an_officer_whose_agency_works_elsewhere_reads_so(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = {name: office for name, office in connectors().destinations.items() if name != "duo"}
    without = replace(connectors(), destinations=here)
    monkeypatch.setattr("portal.cases.reading.inbox.connectors", lambda: without)
    page = logged_in(make_officer("duo")).get(LIST)
    assert page.status_code == 200
    assert "eigen systeem" in page.content.decode()
