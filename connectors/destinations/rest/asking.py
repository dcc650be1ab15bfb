"""What an agency asks of the citizen: the `question` of an update (`openapi.yaml`)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, Literal, cast, get_args

from connectors.base import JSON, Asked, Item, Malformed

Kind = Literal["text", "long_text", "date", "yes_no", "choice"]
_KINDS: Final = get_args(Kind)
_MOST = 20


def asked_in(update: dict[str, JSON]) -> Asked | None:
    """The question of an update; None where it asks nothing. Raises `Malformed`."""
    question = update.get("question")
    if question is None:
        return None
    said = _object(question)
    if update.get("word") != "needs_you":
        raise Malformed("rest: only 'needs_you' comes with a question")
    items = said.get("items", [])
    if not isinstance(items, list) or len(items) > _MOST:
        raise Malformed(f"rest: 'items' is no list of at most {_MOST}")
    return Asked(
        what=_text(said, "what"),
        until=_day(said.get("until")),
        wants_document=_yes_no(said, "wantsDocument", default=False),
        items=tuple(_item(_object(one)) for one in items),
    )


def _item(item: dict[str, Any]) -> Item:
    kind, choices = item.get("kind"), item.get("choices", [])
    if kind not in _KINDS:
        raise Malformed("rest: an item is of no kind that is known")
    if not isinstance(choices, list) or (kind == "choice") != bool(choices):
        raise Malformed("rest: choices belong to the kind choice, and to no other")
    labelled = [_object(one) for one in choices]
    return Item(
        id=_text(item, "id"),
        kind=cast(Kind, kind),
        label=_text(item, "label"),
        required=_yes_no(item, "required", default=True),
        choices=tuple((_text(one, "value"), _text(one, "label")) for one in labelled),
    )


def _day(value: JSON) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise Malformed("rest: 'until' is no day") from None


def _object(value: JSON) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Malformed("rest: what is asked is no object")
    return value


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    if not isinstance(found, str) or not found.strip():
        raise Malformed(f"rest: '{key}' is no text")
    return found


def _yes_no(value: dict[str, Any], key: str, *, default: bool) -> bool:
    found = value.get(key, default)
    if not isinstance(found, bool):
        raise Malformed(f"rest: '{key}' is neither true nor false")
    return found
