"""What an intake of an agency's own asks of the citizen: read as its document says, or refused as a whole."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connectors.base import Asked, Item, Malformed
from connectors.destinations.rest.asking import asked_in


def _update(**question: Any) -> dict[str, Any]:
    return {"word": "needs_you", "question": {"what": "Stuur de akte"} | question}


def test_a_question_may_be_no_more_than_what_is_asked() -> None:
    assert asked_in({"word": "needs_you"}) is None
    assert asked_in(_update()) == Asked("Stuur de akte")


def test_a_form_with_a_last_day() -> None:
    items = [{"id": "a", "kind": "choice", "label": "Waar?", "choices": [{"value": "nl", "label": "Hier"}]}]
    asked = asked_in(_update(until="2026-12-06", wantsDocument=True, items=items))
    wanted = Item("a", "choice", "Waar?", choices=(("nl", "Hier"),))
    assert asked == Asked("Stuur de akte", date(2026, 12, 6), True, (wanted,))


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": ""},
        {"what": 1},
        {"until": "straks"},
        {"until": 20261206},
        {"wantsDocument": "ja"},
        {"items": {}},
        {"items": ["a"]},
        {"items": [{"id": "a", "kind": "file", "label": "x"}]},
        {"items": [{"id": "a", "kind": "text"}]},
        {"items": [{"id": "a", "kind": "choice", "label": "x"}]},
        {"items": [{"id": "a", "kind": "text", "label": "x", "choices": [{"value": "a", "label": "b"}]}]},
        {"items": [{"id": "a", "kind": "text", "label": "x", "required": 1}]},
        {"items": [{"id": "a", "kind": "text", "label": "x"}] * 21},
    ],
)
def test_what_is_no_question_is_malformed(wrong: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        asked_in(_update(**wrong))


def test_only_who_waits_for_the_citizen_asks() -> None:
    with pytest.raises(Malformed):
        asked_in(_update() | {"word": "handled"})
    with pytest.raises(Malformed):
        asked_in({"word": "needs_you", "question": "Stuur de akte"})
