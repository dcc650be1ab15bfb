"""The inbox: one list of everything, found again, put away, and read page by page while it grows."""

from __future__ import annotations

import json
import re
import uuid
from base64 import urlsafe_b64encode
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.cases.back.concluding import conclude
from portal.cases.inbox.listing import A_PAGE, Wanted, listed
from portal.cases.inbox.models import InboxItem
from portal.cases.inbox.search import MOST, WrongSearch, words_of
from portal.cases.inbox.verbs import bring_back, note_opened, put_away
from portal.cases.models import Case, CitizenTask, Message, Outcome
from portal.cases.talk.asking import Answer, answer, ask
from portal.cases.talk.texts import erase
from portal.cases.talk.withdrawing import withdraw
from portal.cases.talk.writing import add_document, write
from portal.citizen.inbox_cards import cards_of
from portal.citizen.inbox_filter import InboxFilterForm
from portal.people.actor import Actor, Mandate
from tests.cast import logged_in
from tests.talk.conftest import fresh
from tests.talk.files import pdf


@pytest.fixture
def citizen(noor: Actor) -> Client:
    return logged_in(noor.require_user())


_number = iter(range(10**9))


def said(case: Case, by: Actor, text: str) -> Message:
    return write(case=case, actor=by, text=text, external_id=f"m{next(_number)}")


def asked(case: Case, officer: Actor, what: str, **more: Any) -> CitizenTask:
    return ask(case=case, actor=officer, what=what, why="Wij missen iets.", external_id=what, **more)


def texts(actor: Actor, **wanted: Any) -> list[str]:
    """What stands in the list, from top to bottom."""
    return [title(entry.row) for entry in listed(actor=actor, wanted=Wanted(**wanted)).entries]


def title(row: Any) -> str:
    match row:
        case Case():
            return row.service
        case CitizenTask():
            return row.what
        case Message():
            return str(row.beginning)  # type: ignore[attr-defined]
        case _:
            return str(row.title)


def found(actor: Actor, typed: str) -> list[str]:
    return texts(actor, words=words_of(typed))


def page(client: Client, path: str = "/berichten/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def mark(values: list[Any]) -> str:
    """The mark of a row with these values, as it stands in an address."""
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def item_of(row: Any) -> InboxItem:
    return InboxItem.objects.get(source=row.pk)


# --- One list ---------------------------------------------------------------------------------------


def test_what_must_be_done_is_on_top_soonest_first_and_then_all_else_newest_first(
    noor: Actor, officer: Actor, case: Case
) -> None:
    said(case, officer, "Een vraag over uw aangifte")
    later = asked(case, officer, "Later", until=clock.today() + timedelta(days=30))
    asked(case, officer, "Zonder dag")
    asked(case, officer, "Eerst", until=clock.today() + timedelta(days=3))
    add_document(case=case, actor=officer, content=pdf(), title="De akte", external_id="d1")
    said(case, noor, "Hier is mijn antwoord")
    assert texts(noor) == [
        "Eerst",
        "Later",
        "Zonder dag",
        "Hier is mijn antwoord",
        "De akte",
        "geboorteaangifte",
        "Een vraag over uw aangifte",
    ]
    answer(task=later, actor=noor, answer=Answer(text="Ja"))
    assert texts(noor)[:2] == ["Eerst", "Zonder dag"]
    assert "Later" in texts(noor)[2:]


def test_a_case_that_has_ended_asks_for_nothing_any_more(noor: Actor, officer: Actor, case: Case) -> None:
    task = asked(case, officer, "Stuur de akte")
    assert item_of(task).is_open
    withdraw(case=fresh(case), actor=noor)
    assert not item_of(task).is_open
    assert listed(actor=noor, wanted=Wanted()).counts.open == 0


def test_nobody_finds_anything_of_another(noor: Actor, neighbour: Actor, officer: Actor, case: Case) -> None:
    message = said(case, officer, "Alleen voor Noor")
    assert texts(neighbour) == [] == found(neighbour, "Noor")
    assert put_away(actor=neighbour, items=[item_of(message).pk]) == 0
    assert item_of(message).archived_at is None


def _helper(noor: Actor, helper: Actor, *services: str, hides_places: bool = False) -> Actor:
    """Somebody who acts for Noor, for these services."""
    mandate = Mandate(uuid.uuid4(), "representative", frozenset(services), hides_places)
    return Actor.for_another(helper.require_user(), noor.require_citizen(), mandate)


def test_who_acts_for_somebody_finds_and_moves_what_the_mandate_names(
    noor: Actor, neighbour: Actor, officer: Actor, case: Case
) -> None:
    message = said(case, officer, "Stuur het trouwboekje")
    asked(case, officer, "Stuur de akte")
    for_it = _helper(noor, neighbour, "geboorteaangifte")
    assert found(for_it, "trouwboekje") == ["Stuur het trouwboekje"]
    assert listed(actor=for_it, wanted=Wanted()).counts == listed(actor=noor, wanted=Wanted()).counts
    for_another = _helper(noor, neighbour, "kinderbijslag")
    shown = listed(actor=for_another, wanted=Wanted())
    assert (shown.entries, shown.counts.open, shown.counts.unread) == ([], 0, 0)
    assert found(for_another, "trouwboekje") == []
    assert put_away(actor=for_another, items=[item_of(message).pk]) == 0
    assert put_away(actor=for_it, items=[item_of(message).pk]) == 1


def test_who_must_not_know_where_somebody_lives_cannot_ask_it_by_the_name_of_a_municipality(
    noor: Actor, neighbour: Actor, case: Case
) -> None:
    helper = _helper(noor, neighbour, "geboorteaangifte", hides_places=True)
    assert found(noor, "waterstad") == ["geboorteaangifte"]
    assert found(helper, "waterstad") == []
    everything = texts(helper)
    assert texts(helper, agency="gemeente-polderveen") == everything == texts(helper, agency=case.agency)
    cards = cards_of(listed(actor=helper, wanted=Wanted()))
    assert [card.agency for card in cards] == ["De gemeente"]
    assert "organisatie" not in InboxFilterForm({}, by_agency=False).fields


def test_every_row_has_one_item_and_what_is_gone_has_none(noor: Actor, officer: Actor, case: Case) -> None:
    said(case, officer, "Een")
    message = said(case, noor, "Twee")
    asked(case, officer, "Drie")
    document = add_document(case=case, actor=officer, content=pdf(), title="Vier", external_id="d1")
    write(case=case, actor=officer, text="Vijf", external_id="m5", files=[pdf()])
    rows = [*Case.objects.all(), *Message.objects.all(), *CitizenTask.objects.all()]
    sources = {row.pk for row in rows} | {document.pk}
    assert sorted(InboxItem.objects.values_list("source", flat=True)) == sorted(sources)
    message.deliveries.all().delete()
    message.delete()
    assert not InboxItem.objects.filter(source=message.pk).exists()


# --- Read and unread --------------------------------------------------------------------------------


def test_what_an_agency_does_is_new_until_it_is_opened(
    noor: Actor, citizen: Client, officer: Actor, case: Case
) -> None:
    assert item_of(case).read_at is None, "the municipality has it: that is news"
    citizen.get(f"/aanvragen/{case.reference}/", headers={"X-Polling": "1"})
    citizen.head(f"/aanvragen/{case.reference}/")
    assert item_of(case).read_at is None, "nobody looked"
    citizen.get(f"/aanvragen/{case.reference}/")
    assert item_of(case).read_at is not None
    task, message = asked(case, officer, "Stuur de akte"), said(case, officer, "Dag Noor")
    letter = add_document(case=case, actor=officer, content=pdf(), title="Brief", external_id="d1")
    assert listed(actor=noor, wanted=Wanted()).counts.unread == 3
    citizen.get(f"/aanvragen/{case.reference}/taken/{task.pk}/")
    assert item_of(task).read_at is not None
    citizen.get(f"/aanvragen/{case.reference}/berichten/", headers={"X-Polling": "1"})
    assert Message.objects.get(pk=message.pk).read_at is None
    citizen.get(f"/aanvragen/{case.reference}/berichten/")
    assert item_of(message).read_at is not None
    assert texts(noor, unread=True) == ["Brief"]
    citizen.get(f"/aanvragen/{case.reference}/documenten/{letter.pk}/")
    assert texts(noor, unread=True) == []
    conclude(case=fresh(case), kind=Outcome.Kind.GRANTED, motivation="De akte is er.", actor=officer)
    assert texts(noor, unread=True) == ["geboorteaangifte"]


def test_what_a_citizen_says_or_does_is_never_new(noor: Actor, case: Case) -> None:
    note_opened(actor=noor, what=case)
    said(case, noor, "Graag met haast")
    withdraw(case=fresh(case), actor=noor)
    assert texts(noor, unread=True) == []


def test_the_agency_sees_that_its_message_was_read(citizen: Client, officer: Actor, case: Case) -> None:
    said(case, officer, "Dag Noor")
    desk = logged_in(officer.require_user())
    path = f"/medewerker/{case.reference}/gesprek/"
    assert "Nog niet gelezen" in page(desk, path)
    citizen.get(f"/aanvragen/{case.reference}/berichten/")
    assert "Nog niet gelezen" not in page(desk, path)


# --- Finding ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("trouwboekje", "Stuur uw trouwboekje mee."),
        ("TROUWB", "Stuur uw trouwboekje mee."),
        ("verhuizen", "Na uw verhuizing sturen wij het op."),
        ("cafe", "Het café is dicht."),
        ("café", "Het cafe is dicht."),
        ("Zoë", "Zoe belde."),
        ("aanvraa", "Uw aanvragen en aanvraag."),
        ("2026 mei", "Op 3 mei 2026."),
        ("de", "de het een"),
        ("4:15", "Artikel 4:15 Awb."),
        ("o'brien", "Mevrouw O'Brien"),
        ("<b>", "<b>haast</b>"),
        ("привет", "Привет!"),
        ("waterstad", "Iets zonder die naam."),
    ],
)
def test_a_word_is_found_by_its_beginning_its_stem_and_without_its_accents(
    noor: Actor, officer: Actor, case: Case, typed: str, text: str
) -> None:
    said(case, officer, "Iets heel anders bij de balie" if typed == "waterstad" else "Onzin")
    said(case, officer, text)
    assert text in found(noor, typed)
    if typed != "waterstad":
        assert "Onzin" not in found(noor, typed)


@pytest.mark.parametrize(
    "typed", ["boekje", "%", "tr_wboekje", "trouw & !mee", "mee | onzin", "trouw:*A", "''; --"]
)
def test_no_sign_means_anything_to_the_database(noor: Actor, officer: Actor, case: Case, typed: str) -> None:
    said(case, officer, "Stuur uw trouwboekje.")
    try:
        words = words_of(typed)
    except WrongSearch:
        return
    assert texts(noor, words=words) == []


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_a_page_or_a_reason(db: None, citizen: Client, typed: str) -> None:
    assert citizen.get("/berichten/", {"zoek": typed}).status_code in (200, 422)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("%%", "Zoek met letters of cijfers."),
        ("a" * 201, "hoogstens 200 tekens"),
        ("a\x00b", "Haal dat teken weg"),
        (" ".join(f"w{n}" for n in range(MOST + 1)), "hoogstens 10 woorden"),
        ("woord " * 20_000, "hoogstens 200 tekens"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_with_the_reason(
    citizen: Client, typed: str, reason: str
) -> None:
    answer = citizen.get("/berichten/", {"zoek": typed})
    assert answer.status_code == 422
    assert reason in unescape(answer.content.decode())


def test_everything_that_was_said_is_found(noor: Actor, officer: Actor, case: Case) -> None:
    asked(case, officer, "Stuur het paspoort")
    add_document(case=case, actor=officer, content=pdf(), title="Huwelijksakte", external_id="d1")
    said(case, noor, "Mijn rijbewijs is kwijt")
    conclude(case=fresh(case), kind=Outcome.Kind.REFUSED, motivation="Het formulier ontbrak.", actor=officer)
    assert found(noor, "paspoort") == ["Stuur het paspoort"]
    assert found(noor, "huwelijk") == ["Huwelijksakte"]
    assert found(noor, "rijbewijs kwijt") == ["Mijn rijbewijs is kwijt"]
    for words in ("formulier", "geboorteaangifte", "birth registration", case.reference):
        assert found(noor, words) == ["geboorteaangifte"]
    assert found(noor, "rijbewijs paspoort") == []


def test_what_was_erased_is_found_no_more(noor: Actor, officer: Actor, case: Case) -> None:
    said(case, officer, "Stuur uw trouwboekje")
    erase([case])
    assert found(noor, "trouwboekje") == []
    assert InboxItem.objects.get(kind=InboxItem.Kind.MESSAGE).words == ""


def test_a_text_shows_as_it_was_written(citizen: Client, officer: Actor, case: Case) -> None:
    said(case, officer, "<script>alert(1)</script> \u202egnp.exe\r\nTo: iemand " + "lang " * 400)
    text = citizen.get("/berichten/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert 'dir="auto">&lt;script' in text
    assert "To: iemand lang" in text
    assert "…" in text


# --- The filter -------------------------------------------------------------------------------------


def test_the_list_is_narrowed_by_agency_life_event_day_and_what_is_new(
    noor: Actor, officer: Actor, case: Case
) -> None:
    said(case, officer, "Dag Noor")
    today = timezone.localdate()
    assert "Dag Noor" in texts(
        noor, agency="gemeente-waterstad", event="kind-krijgen", since=today, until=today
    )
    assert texts(noor, agency="svb") == []
    assert texts(noor, event="gegevens-verbeteren") == []
    assert texts(noor, until=today - timedelta(days=1)) == []
    assert texts(noor, since=today + timedelta(days=1)) == []


@pytest.mark.parametrize(
    "query",
    ["organisatie=x", "gebeurtenis=%00", "van=gisteren", "van=2026-03-02&tot=2026-03-01", "tot=99999-01-01"],
)
def test_a_filter_that_makes_no_sense_says_so(citizen: Client, query: str) -> None:
    assert citizen.get(f"/berichten/?{query}").status_code == 422


@pytest.mark.parametrize(
    "query",
    ["van=0001-01-01", "tot=9999-12-31", *(f"na={mark([number, 1])}" for number in (0, 2**63 - 1, 10**30))],
)
def test_days_and_marks_at_the_edge_are_no_fault(citizen: Client, case: Case, query: str) -> None:
    page(citizen, f"/berichten/?{query}")


@pytest.mark.parametrize(
    "made_up", ["x", "1-1", "%00", "bnVsbA", mark([]), mark([1]), mark(["a", 1]), mark([None, 1])]
)
def test_a_mark_that_is_none_leads_to_the_first_page(citizen: Client, case: Case, made_up: str) -> None:
    assert citizen.get(f"/berichten/?na={made_up}").headers["Location"] == "/berichten/"


# --- Page by page -----------------------------------------------------------------------------------


def test_pages_hold_everything_once_both_ways_while_new_things_come(
    noor: Actor, officer: Actor, case: Case
) -> None:
    for number in range(3 * A_PAGE):
        said(case, officer, f"Bericht {number}")
    seen, after = list[int](), ""
    pages = []
    while True:
        shown = listed(actor=noor, wanted=Wanted(), after=after)
        pages.append([entry.item.pk for entry in shown.entries])
        seen += pages[-1]
        said(case, officer, "Er komt iets bij")
        if not shown.older:
            break
        after = shown.older
    assert len(seen) == len(set(seen)) == 3 * A_PAGE + 1
    assert len(pages) == 4
    shown = listed(actor=noor, wanted=Wanted(), before=shown.newer)
    assert [entry.item.pk for entry in shown.entries] == pages[2]
    shown = listed(actor=noor, wanted=Wanted(), before=shown.newer)
    assert [entry.item.pk for entry in shown.entries] == pages[1]
    shown = listed(actor=noor, wanted=Wanted(), before=shown.newer)
    assert [entry.item.pk for entry in shown.entries] == pages[0], "exactly a page is before it"
    shown = listed(actor=noor, wanted=Wanted(), before=shown.newer)
    assert title(shown.entries[0].row) == "Er komt iets bij", "the first page, with what came meanwhile"
    assert not shown.newer


def test_the_links_lead_through_all_pages_and_keep_the_filter(
    citizen: Client, officer: Actor, case: Case
) -> None:
    for number in range(A_PAGE + 5):
        said(case, officer, f"Brood nummer {number}")
    first = page(citizen, "/berichten/?zoek=brood")
    assert first.count("Bericht over geboorteaangifte</a>") == A_PAGE
    (older,) = re.findall(r'rel="next" href="([^"]+)"', first)
    second = page(citizen, older)
    assert second.count("Bericht over geboorteaangifte</a>") == 5
    (newer,) = re.findall(r'rel="prev" href="([^"]+)"', second)
    assert page(citizen, newer).count("Bericht over geboorteaangifte</a>") == A_PAGE


# --- The archive ------------------------------------------------------------------------------------


def test_many_things_go_into_the_archive_at_once_and_come_back(
    noor: Actor, citizen: Client, officer: Actor, case: Case
) -> None:
    asked(case, officer, "Stuur de akte")
    messages = [said(case, officer, text) for text in ("Een", "Twee")]
    chosen = [item_of(message).pk for message in messages]
    answer = citizen.post(
        "/berichten/verplaatsen/", {"item": chosen, "next": "/berichten/?zoek=een"}, follow=True
    )
    assert answer.redirect_chain == [("/berichten/?zoek=een", 302)]
    assert "2 dingen zijn nu in het archief." in unescape(answer.content.decode())
    assert texts(noor) == ["Stuur de akte", "geboorteaangifte"]
    assert texts(noor, archived=True) == ["Twee", "Een"]
    assert "Twee" in page(citizen, "/berichten/?archief=1")
    citizen.post("/berichten/verplaatsen/", {"item": chosen, "do": "back"})
    assert texts(noor, archived=True) == []


def test_a_case_takes_along_what_belongs_to_it_but_not_what_must_be_done(
    noor: Actor, officer: Actor, case: Case
) -> None:
    task = asked(case, officer, "Stuur de akte")
    said(case, officer, "Een")
    assert put_away(actor=noor, items=[item_of(case).pk, item_of(task).pk]) == 2
    assert texts(noor) == ["Stuur de akte"]
    conclude(case=fresh(case), kind=Outcome.Kind.GRANTED, motivation="De akte is er.", actor=officer)
    assert texts(noor) == ["geboorteaangifte", "Stuur de akte"], "news brings a case back"
    assert bring_back(actor=noor, items=[item_of(case).pk]) == 1
    assert texts(noor, archived=True) == []


@pytest.mark.parametrize("items", [[], ["0"], ["x"], ["٣"], ["1" * 30], ["-1"]])
def test_nothing_chosen_is_said(citizen: Client, case: Case, items: list[str]) -> None:
    answer = citizen.post("/berichten/verplaatsen/", {"item": items, "next": "//elders.example"}, follow=True)
    assert answer.redirect_chain == [("/berichten/", 302)]
    assert "Kies eerst wat u wilt verplaatsen." in unescape(answer.content.decode())


# --- An open page -----------------------------------------------------------------------------------


def test_an_open_page_hears_of_news_and_of_nothing_else(citizen: Client, officer: Actor, case: Case) -> None:
    page(citizen)
    (address,) = re.findall(r'data-ll-poll hx-get="([^"]+)"', page(citizen))
    asking = {"X-Polling": "1", "HX-Request": "true"}
    assert citizen.get(address, headers=asking).status_code == 204
    said(case, officer, "Dag Noor")
    news = citizen.get(address, headers=asking)
    assert news.status_code == 200
    text = unescape(news.content.decode())
    assert "Dag Noor" in text
    assert 'hx-swap-oob="innerHTML:#ll-live">Er is iets nieuws.' in text
    assert "<h1" not in text, "only the list"


def test_a_page_asks_the_database_no_more_often_when_there_is_more(
    citizen: Client, officer: Actor, case: Case
) -> None:
    def asked_now() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(citizen)
        return len(queries)

    page(citizen)
    few = asked_now()
    for number in range(A_PAGE):
        said(case, officer, f"Bericht {number}")
        asked(case, officer, f"Vraag {number}")
        add_document(case=case, actor=officer, content=pdf(), title="Brief", external_id=f"d{number}")
    assert asked_now() <= few <= 8
