"""When axe need not look again: the words differ and nothing else. What is wrong is found on every page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import conftest
from tests.cluster import FOLDER
from tests.looks import axe_violations_of_a_new_kind

pytestmark = pytest.mark.story

PAGE = """<!doctype html><html lang="nl"><head><title>Proef</title>
<style>.pale {{ color: #eee }}</style></head>
<body><main><h1>Proef</h1>{}</main></body></html>"""
FIELDS = '<label for="a">Naam</label><input id="a"><label for="b">Plaats</label><input id="b">'
ROWS = "<ul><li>een rij</li><li>nog een rij</li></ul>"
NAVIGATION = '<nav aria-label="hier">een</nav><nav aria-label="daar">twee</nav>'


@pytest.fixture
def looks(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What axe was asked to look at, in a run that begins here."""
    looked: list[str] = []
    really = conftest.axe_violations

    def axe_violations(page: Page) -> list[dict[str, object]]:
        looked.append(page.url)
        return really(page)

    monkeypatch.setenv(FOLDER, str(tmp_path))
    monkeypatch.setattr(conftest, "axe_violations", axe_violations)
    return looked


def _wrong(page: Page, body: str) -> list[str]:
    page.set_content(PAGE.format(body))
    return [one["id"] for one in axe_violations_of_a_new_kind(page)]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (FIELDS, FIELDS.replace("Naam", "Uw naam")),
        (FIELDS, FIELDS.replace('"b"', '"c-12"')),
        (ROWS, ROWS.replace("</ul>", "<li>en een derde</li></ul>")),
        (NAVIGATION, NAVIGATION.replace("daar", "ginds")),
    ],
)
def test_a_page_with_other_words_is_not_looked_at_again(
    page: Page, looks: list[str], first: str, then: str
) -> None:
    assert _wrong(page, first) == []
    assert _wrong(page, then) == []
    assert len(looks) == 1


@pytest.mark.parametrize(
    ("right", "wrong", "mistake"),
    [
        (FIELDS, FIELDS.replace('for="b"', 'for="a"'), "label"),
        (FIELDS, FIELDS.replace("Plaats", ""), "label"),
        (ROWS, ROWS.replace("ul>", "div>"), "listitem"),
        (NAVIGATION, NAVIGATION.replace("daar", "hier"), "landmark-unique"),
        ("<p>Iets</p>", '<p class="pale">Iets</p>', "color-contrast"),
        ('<a href="/">Verder</a>', '<a href="/"></a>', "link-name"),
        ('<img alt="kaart" src="x.png">', '<img src="x.png">', "image-alt"),
        ("<h2>Eerst</h2>", "<h4>Eerst</h4>", "heading-order"),
        (
            '<p id="x">uitleg</p><input aria-label="a" aria-labelledby="x">',
            '<p id="x"></p><input aria-labelledby="y">',
            "label",
        ),
    ],
)
def test_what_is_wrong_is_found_after_a_page_that_is_right(
    page: Page, looks: list[str], right: str, wrong: str, mistake: str
) -> None:
    assert _wrong(page, right) == []
    assert mistake in _wrong(page, wrong)
    # And found again: what is wrong is never noted as seen.
    assert mistake in _wrong(page, wrong)
    assert len(looks) == 3


def test_a_page_is_looked_at_for_each_width_and_each_state(page: Page, looks: list[str]) -> None:
    body = '<details><summary>Meer</summary><p>Iets</p></details><input aria-label="naam">'
    assert _wrong(page, body) == []
    page.set_viewport_size({"width": conftest.PHONE, "height": 900})
    assert axe_violations_of_a_new_kind(page) == []
    page.locator("summary").click()
    assert axe_violations_of_a_new_kind(page) == []
    page.locator("input").fill("Noor")
    assert axe_violations_of_a_new_kind(page) == []
    assert axe_violations_of_a_new_kind(page) == []
    assert len(looks) == 4


def test_a_page_with_one_name_twice_is_looked_at_each_time(page: Page, looks: list[str]) -> None:
    body = '<p id="a">een</p><p id="a">twee</p>'
    _wrong(page, body)
    _wrong(page, body)
    assert len(looks) == 2
