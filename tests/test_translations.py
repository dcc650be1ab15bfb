"""Every text has its English, and the words are those that everyone understands."""

from __future__ import annotations

import re
import shutil
from functools import cache
from pathlib import Path
from typing import Any

import polib
import pytest
from django.test import Client
from django.utils import translation

from lifeevents.catalogue import load_catalogue
from portal.cases.talk.question_form import QuestionForm
from portal.citizen.dispute_form import DisputeForm
from portal.local import messages
from portal.local.translations import compile_all

FOR_STAFF = ("portal/backoffice/", "templates/backoffice/", "templates/_staff.html")
NOT_UNDERSTOOD = ("ontvangen", "lopend", "lopende", "afgerond", "indienen", "ingediend", "zaak", "verwerkt")
"""People read "ontvangen" as money, and the others as an office's own words."""
LONGEST_SENTENCE = 20
"""Words."""

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
_END_OF_SENTENCE = re.compile(r"(?<=[.?!:])\s+")


@cache
def used() -> dict[messages.Message, list[str]]:
    """Every text with the files it stands in. Read by the one process that runs these tests, not by all."""
    return messages.all_messages()


@cache
def in_english() -> dict[messages.Message, polib.POEntry]:
    """What the file has of each."""
    file = polib.pofile(str(messages.TRANSLATED))
    return {(entry.msgid, entry.msgid_plural): entry for entry in file}


def texts_for_citizens() -> list[str]:
    """Every Dutch text that a citizen may read."""
    shown = [
        message for message, files in used().items() if not all(name.startswith(FOR_STAFF) for name in files)
    ]
    return sorted({text for message in shown for text in message if text})


def test_every_text_has_its_english() -> None:
    known = in_english()
    lacking = [message for message in used() if message not in known or not known[message].translated()]
    assert not lacking, f"run `make messages`, then translate: {lacking}"


def test_no_translation_is_left_over_or_in_doubt() -> None:
    assert set(in_english()) <= set(used()), "run `make messages`"
    assert not [entry.msgid for entry in in_english().values() if entry.fuzzy or entry.obsolete]


def test_both_languages_fill_in_the_same_things() -> None:
    for (dutch, _), entry in in_english().items():
        for english in [*entry.msgstr_plural.values()] or [entry.msgstr]:
            assert set(_PLACEHOLDER.findall(english)) == set(_PLACEHOLDER.findall(dutch)), dutch


def test_the_file_says_nothing_of_a_machine_or_a_moment() -> None:
    text = messages.TRANSLATED.read_text(encoding="utf-8")
    assert "-Date:" not in text
    assert not re.search(r"^#: /|^#:.*:\d", text, re.MULTILINE)


@pytest.mark.parametrize("word", NOT_UNDERSTOOD)
def test_no_text_for_citizens_has_a_word_of_the_office(word: str) -> None:
    assert [text for text in texts_for_citizens() if re.search(rf"\b{word}\b", text, re.IGNORECASE)] == []


def test_no_sentence_for_citizens_is_long() -> None:
    sentences = [part for text in texts_for_citizens() for part in _END_OF_SENTENCE.split(text)]
    assert [one for one in sentences if len(one.split()) > LONGEST_SENTENCE] == []


@pytest.fixture
def english(tmp_path: Path, settings: Any) -> None:
    """The translations as they are in the file now, wherever the build left the compiled ones."""
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    shutil.copy(messages.TRANSLATED, folder)
    compile_all(tmp_path)
    settings.LOCALE_PATHS = [tmp_path]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("language", "label", "needed"),
    [
        ("nl", "Ik weet niet wat het wel moet zijn", "Kies een antwoord."),
        ("en", "I do not know what it should be", "Please choose an answer."),
    ],
)
def test_forms_speak_the_language_of_the_page(language: str, label: str, needed: str) -> None:
    catalogue = load_catalogue()
    question = catalogue.services["geboorteaangifte"].ask[0].questions[0]
    with translation.override(language):
        assert DisputeForm(catalogue.fields["brp.name"]).fields["unknown"].label == label
        assert needed in str(QuestionForm([question], data={}).errors)


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
def test_a_page_is_english_for_who_reads_english(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="en"' in page
    assert "What is changing in your life?" in page
    assert "Wat verandert er in uw leven?" not in page
