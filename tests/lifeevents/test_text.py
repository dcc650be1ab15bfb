"""How hard a text is to read: the hint to who writes to a citizen."""

from __future__ import annotations

import pytest

from lifeevents.text import LONGEST_SENTENCE, reading

PLAIN = (
    "U krijgt kinderbijslag. Uw kind woont bij u en is jonger dan 18 jaar. U krijgt het geld vanaf 1 januari."
)
STIFF = (
    "Derhalve wordt uw aanvraag op grond van artikel 11 van de Participatiewet afgewezen, aangezien u naar "
    "het oordeel van het college beschikt over in aanmerking te nemen vermogen."
)


def test_a_plain_text_has_nothing_to_change() -> None:
    found = reading(PLAIN)
    assert found.level == "B1"
    assert found.is_plain


def test_the_words_of_offices_are_named_and_a_long_sentence_is_quoted_as_it_stands() -> None:
    found = reading(STIFF)
    assert found.level == "C1"
    assert found.hard_words == ("derhalve", "participatiewet")
    assert found.long_sentences == (STIFF.rstrip("."),)
    assert not found.is_plain


@pytest.mark.parametrize("text", ["", "   ", "Ja.", "?!", "123 456", "Goed zo"])
def test_of_a_few_words_nothing_is_said(text: str) -> None:
    assert reading(text).level is None


def test_a_sentence_may_have_so_many_words_and_no_more() -> None:
    assert reading("nu " * LONGEST_SENTENCE).long_sentences == ()
    assert len(reading("nu " * (LONGEST_SENTENCE + 1)).long_sentences) == 1


def test_the_harder_of_two_texts_has_the_higher_level() -> None:
    levels = [
        reading(text).level or "" for text in (PLAIN, "De verklaring van de verloskundige kwam later.", STIFF)
    ]
    assert levels == sorted(levels)
