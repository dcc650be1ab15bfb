"""People find their life event in their own words, and hear it when nothing fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from lifeevents.catalogue import load_catalogue
from lifeevents.search import EventSearch, normalised
from lifeevents.yamlfile import Problem, read

CATALOGUE = load_catalogue()
SEARCH = EventSearch(CATALOGUE)
TOP, LEAST_SHARE = 3, 0.95
_ENGLISH = frozenset(["i", "my", "i'm", "am", "our", "the", "how", "to", "do", "for", "not", "get"])
"""Words that no Dutch phrase of ours has."""


def _phrases() -> list[tuple[str, str]]:
    problems: list[Problem] = []
    document = read(Path(__file__).parent / "phrases.yaml", problems)
    assert document
    assert problems == []
    return [(event, words) for event, phrases in document.data.items() for words in phrases]


PHRASES = _phrases()
MEANT = [(event, words) for event, words in PHRASES if event != "nothing"]


def test_there_are_two_hundred_phrases_and_none_of_them_is_in_the_catalogue() -> None:
    known = {
        normalised(words)
        for event in CATALOGUE.events.values()
        for words in (event.title.nl, event.title.en, *event.words.nl, *event.words.en)
    }
    own = {normalised(words) for _, words in PHRASES}
    assert len(MEANT) >= 200
    assert len(own) == len(PHRASES)
    assert own & known == set()
    assert {event for event, _ in MEANT} == set(CATALOGUE.events)


def test_people_find_their_event_among_the_first_three() -> None:
    missed = [
        (event, words, SEARCH.find(words)) for event, words in MEANT if event not in SEARCH.find(words)[:TOP]
    ]

    assert 1 - len(missed) / len(MEANT) >= LEAST_SHARE, missed


def test_people_who_say_it_in_english_find_it_as_well() -> None:
    english = [(event, words) for event, words in MEANT if _is_english(words)]
    found = [words for event, words in english if event in SEARCH.find(words)[:TOP]]
    assert len(english) >= 40
    assert len({event for event, _ in english}) == len(CATALOGUE.events)
    assert len(found) / len(english) >= LEAST_SHARE, {words for _, words in english} - set(found)


def _is_english(words: str) -> bool:
    return bool(set(words.lower().split()) & _ENGLISH)


@pytest.mark.parametrize("words", [words for event, words in PHRASES if event == "nothing"])
def test_what_fits_nothing_finds_nothing(words: str) -> None:
    assert SEARCH.find(words) == []


@pytest.mark.parametrize("words", ["", "   ", "!!!", "de het een", "ik wil graag"])
def test_no_words_find_nothing(words: str) -> None:
    assert SEARCH.find(words) == []


def test_a_very_long_question_is_cut_off() -> None:
    assert SEARCH.find("overleden " * 100_000) == SEARCH.find("overleden")
