"""A long thread, and a long list of cases, are read page by page, the newest first, without JavaScript."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.cases.models import Case, CitizenTask, Journey, Message, Phase, Side
from portal.cases.reading import case_list
from portal.cases.talk.asking import Answer, answer, ask
from portal.cases.talk.thread import A_PAGE, thread_of
from portal.people.actor import Actor
from tests.cast import logged_in
from tests.talk.conftest import fresh

LIST = "/aanvragen/"


@pytest.fixture
def citizen(noor: Actor) -> Client:
    """Noor's browser."""
    return logged_in(noor.require_user())


def said(case: Case, number: int, *, minutes_ago: int, side: Side = Side.AGENCY) -> Message:
    """A message of that time."""
    at = timezone.now() - timedelta(minutes=minutes_ago)
    return Message.objects.create(
        case=case,
        side=side,
        text=f"Bericht {number}.",
        external_id=f"m{number}",
        written_at=at,
        created_at=at,
    )


def pages(client: Client, path: str, rel: str = "next") -> list[str]:
    """This page and all that its links lead to."""
    found = [client.get(path).content.decode()]
    while link := re.search(rf'rel="{rel}" href="([^"]*)"', found[-1]):
        found.append(client.get(link[1].replace("&amp;", "&")).content.decode())
    return found


def test_earlier_messages_are_a_link_away_and_everything_stands_there_once(
    citizen: Client, officer: Actor, case: Case
) -> None:
    for number in range(2 * A_PAGE + 3):
        said(case, number, minutes_ago=10 * number, side=Side.CITIZEN if number % 3 else Side.AGENCY)
    for number in (0, A_PAGE, 2 * A_PAGE, 2 * A_PAGE + 3):
        task = ask(
            case=fresh(case), actor=officer, what=f"Vraag {number}", why="Zo.", external_id=f"q{number}"
        )
        at = timezone.now() - timedelta(minutes=10 * number - 5)
        CitizenTask.objects.filter(pk=task.pk).update(created_at=at)
    found = pages(citizen, f"{LIST}{case.reference}/berichten/")
    assert len(found) == 3
    assert [len(re.findall(r"Bericht \d+\.", page)) for page in found] == [A_PAGE, A_PAGE, 3]
    texts = [
        text
        for page in reversed(found)
        for text in re.findall(r"(?:Bericht \d+\.|Vraag \d+(?=<))", page.partition("ll-thread")[2])
    ]
    asked_after = {0, A_PAGE, 2 * A_PAGE}
    expected = ["Vraag 53"]
    for number in reversed(range(2 * A_PAGE + 3)):
        expected += [f"Bericht {number}.", *([f"Vraag {number}"] if number in asked_after else [])]
    assert texts == expected
    assert "Eerdere berichten" not in found[-1]
    assert "Naar de nieuwste berichten" in found[-1]


def test_an_officer_reads_it_page_by_page_too_with_the_answers_of_that_page(
    noor: Actor, officer: Actor, case: Case
) -> None:
    for number in range(A_PAGE + 3):
        said(case, number, minutes_ago=10 * number + 10, side=Side.CITIZEN if number % 3 else Side.AGENCY)
    for number, key in ((0, "q-new"), (A_PAGE + 1, "q-old")):
        task = ask(case=fresh(case), actor=officer, what=key, why="Zo.", external_id=key)
        answer(task=task, actor=noor, answer=Answer(f"Antwoord op {key}."))
        at = timezone.now() - timedelta(minutes=10 * number + 5)
        CitizenTask.objects.filter(pk=task.pk).update(created_at=at, answered_at=at)
    browser = logged_in(officer.require_user())
    path = f"/medewerker/{case.reference}/gesprek/"
    newest, oldest = pages(browser, path)
    assert [len(re.findall(r"Bericht \d+\.", page)) for page in (newest, oldest)] == [A_PAGE, 3]
    assert "Antwoord op q-new." in newest
    assert "Antwoord op q-old." not in newest
    assert "Antwoord op q-old." in oldest
    assert "Antwoord op q-new." not in oldest
    assert "Naar de nieuwste berichten" in oldest
    assert "Vraag de inwoner iets" in oldest, "also from here one can write"
    assert browser.get(f"{path}?na=x", follow=True).redirect_chain == [(path, 302)]


@pytest.mark.parametrize("reader", list(Side))
def test_a_thread_costs_the_same_however_long_it_is(noor: Actor, case: Case, reader: Side) -> None:
    said(case, 0, minutes_ago=0)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            thread = thread_of(fresh(case), reader=reader)
        assert len(thread.talk.thread) <= A_PAGE
        return len(queries)

    few = asked()
    for number in range(1, 2 * A_PAGE):
        said(case, number, minutes_ago=number)
    assert asked() == few


@pytest.mark.parametrize("path", [LIST, f"{LIST}{{}}/berichten/"])
@pytest.mark.parametrize("name", ["na", "klaar-na"])
@pytest.mark.parametrize("made_up", ["x", "W10", "%00", "bnVsbA"])
def test_a_mark_that_is_none_is_no_fault(
    citizen: Client, case: Case, path: str, name: str, made_up: str
) -> None:
    answer = citizen.get(f"{path.format(case.reference)}?{name}={made_up}", follow=True)
    assert answer.status_code == 200
    assert "Geboorteaangifte" in answer.content.decode()


def test_cases_are_listed_page_by_page_first_what_runs_and_then_what_ended(
    monkeypatch: pytest.MonkeyPatch, citizen: Client, case: Case
) -> None:
    monkeypatch.setattr(case_list, "A_PAGE", 2)
    for _ in range(5):
        _copy(case)
    first = citizen.get(LIST).content.decode()
    assert "Klaar</h2>" not in first
    ended = Case.objects.order_by("-reference").values("pk")[:3]
    Case.objects.filter(pk__in=[one["pk"] for one in ended]).update(phase=Phase.WITHDRAWN)
    found = [pages(citizen, LIST)[0]]
    for name in ("na", "klaar-na"):
        links = re.search(rf'href="({LIST}\?{name}=[^"]*)"', found[0])
        assert links
        found += pages(citizen, links[1])
    seen = [one for page in found for one in re.findall(r"/aanvragen/(LL-[^/]+)/\"", page)]
    assert sorted(seen) == sorted(Case.objects.values_list("reference", flat=True))
    assert "Terug naar het begin" in found[-1]


def _copy(case: Case) -> None:
    """One more of the citizen's cases like this one, which its agency has."""
    journey = Journey.objects.get(pk=case.journey_id)
    journey.pk = None
    journey._state.adding = True
    journey.save()
    copy = Case.objects.get(pk=case.pk)
    copy.pk, copy.reference = None, Case._meta.get_field("reference").get_default()
    copy.journey, copy._state.adding = journey, True
    copy.save()
