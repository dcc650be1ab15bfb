"""JSON Schemas of rules and figures: a step has one operator and what stands beside it."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from lifeevents.rules.build import ALONE, BESIDE, COMMON, COMPARISONS, LISTS, PERIODS
from lifeevents.rules.model import Figure, RuleText

Schema = dict[str, Any]
_STEP: Schema = {"$ref": "#/$defs/Step"}
_BRANCH: Schema = {
    "type": "object",
    "properties": {"when": _STEP, "then": _STEP, "since": {"type": "string"}, "until": {"type": "string"}},
    "required": ["when", "then"],
    "additionalProperties": False,
}
_SAYS: Schema = {
    "type": "object",
    "properties": {"yes": {"$ref": "#/$defs/Text"}, "no": {"$ref": "#/$defs/Text"}},
    "required": ["yes", "no"],
    "additionalProperties": False,
}


def rule_schema() -> Schema:
    """That of a file in `rules/`."""
    schema = TypeAdapter(RuleText).json_schema()
    parts = schema["$defs"]
    parts["Step"] = _step()
    schema["properties"]["when"] = parts["BeyondText"]["properties"]["when"] = _STEP
    parts["AmountText"]["properties"]["value"] = _STEP
    return schema


def figures_schema() -> Schema:
    """That of a file in `parameters/figures/`: figures by name."""
    figure = TypeAdapter(Figure).json_schema()
    return {"type": "object", "additionalProperties": figure, "$defs": figure.pop("$defs", {})}


def _step() -> Schema:
    named = {name: {"type": "string"} for name in ("fact", "figure", "word", "count", "sum", *COMMON[:3])}
    beside = {name: _STEP for names in BESIDE.values() for name in names}
    keys: Schema = {
        **{name: _list(least, most) for name, (_, _, least, most) in LISTS.items()},
        **{name: _list(2, 2) for name in COMPARISONS},
        **dict.fromkeys(ALONE, _STEP),
        **named,
        **beside,
        "number": {"type": ["string", "integer"]},
        "day": {"enum": list(PERIODS)},
        "choose": {"type": "array", "items": _BRANCH},
        "says": _SAYS,
    }
    step = {"type": "object", "properties": keys, "additionalProperties": False}
    return {"anyOf": [{"type": ["string", "integer"]}, step]}


def _list(least: int, most: int) -> Schema:
    return {"type": "array", "items": _STEP, "minItems": least, "maxItems": most}
