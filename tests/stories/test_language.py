"""The same pages in English, by one button, and back."""

from __future__ import annotations

import html

import polib
import pytest
from playwright.sync_api import expect

from portal.catalogue import catalogue
from portal.local.environment import ROOT
from tests.stories.acting import Person
from tests.stories.by_wire import EVENT
from tests.stories.conftest import NewCaller, NewPerson

pytestmark = pytest.mark.story

A_SENTENCE = 14
"""Texts of so many letters are no words that both languages happen to share."""


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    """The English of every Dutch text of the portal that differs from it."""
    file = polib.pofile(str(ROOT / "portal" / "locale" / "en" / "LC_MESSAGES" / "django.po"))
    return {one.msgid: one.msgstr for one in file if one.msgstr and one.msgstr != one.msgid}


def test_a_visitor_reads_english(new_person: NewPerson, english: dict[str, str]) -> None:
    visitor = new_person()
    visitor.goes_to("/")
    visitor.presses("English")
    visitor.reads(english["Wat verandert er in uw leven?"])
    _is_english(visitor, english)

    visitor.goes_to(EVENT)
    visitor.reads(catalogue().events["kind-krijgen"].title.en)
    visitor.reads(english["Dit kunt u nu regelen"])
    _is_english(visitor, english)

    visitor.presses("Nederlands")
    visitor.reads(catalogue().events["kind-krijgen"].title.nl)
    expect(visitor.page.locator("html")).to_have_attribute("lang", "nl")


def test_a_citizen_answers_in_english(
    new_person: NewPerson, new_caller: NewCaller, english: dict[str, str]
) -> None:
    caller = new_caller("Hanna Tesfay")
    caller.begins()
    citizen = new_person(javascript=False)
    citizen.logs_in("Hanna Tesfay")
    citizen.goes_to(f"{caller.journey}gegevens/")
    citizen.presses("English")
    _is_english(citizen, english)

    group = catalogue().services["geboorteaangifte"].ask[0]
    citizen.goes_to(f"{caller.journey}vragen/{group.id}/1/")
    for question in group.questions:
        citizen.reads(question.label.en)
    _is_english(citizen, english)
    citizen.presses(english["Ga verder"])
    citizen.reads(english["Kies een antwoord."])
    _is_english(citizen, english)

    caller.answers()
    citizen.goes_to(f"{caller.journey}controle/")
    _is_english(citizen, english)


def _is_english(person: Person, english: dict[str, str]) -> None:
    """The page says so, and no sentence of ours stands on it in Dutch."""
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    text = html.unescape(person.page.content())
    dutch = [one for one in english if len(one) >= A_SENTENCE and "%" not in one and one in text]
    assert dutch == []
