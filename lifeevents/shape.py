"""Plain data into the classes of `lifeevents.model`; pydantic's complaints get plain words and a line."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from lifeevents.yamlfile import Document, Part, Problem

Parsed = TypeVar("Parsed")
Place = tuple[Part, ...]

_PATTERNS = {
    r"\S": "is empty: write something",
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "must be a name in small letters, such as 'kind-krijgen'",
    r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$": "must be a name in small letters, such as 'birth_place'",
    r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$": "must be the name of a field, such as 'brp.name'",
    r"^(/[^/]+)+$": "must be a place such as '/answers/child' or '/*/bsn'",
    r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$": "must be a number in quotes, such as '286.45'",
    r"^BWBR[0-9]{7}$": "must be the number of a law at wetten.overheid.nl, such as BWBR0002368",
    r"^(https?://\S+)?$": "must be an address that starts with http:// or https://, or ''",
}
_ADVICE = {
    "json_invalid": "is nested too deep: make it less deep",
    "bool_type": "must be true or false, without quotes",
    "int_type": "must be a whole number, without quotes",
    "tuple_type": "must be a list",
    "dict_type": "must be a mapping (key: value)",
    "dataclass_type": "must be a mapping (key: value); a text has the keys nl and en",
    "literal_error": "must be one of {expected}",
    "greater_than_equal": "must be {ge} or more",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} item(s)",
    "value_error": "is wrong: {error}",
    "date_from_datetime_parsing": "must be a date, such as 2026-12-31",
    "date_parsing": "must be a date, such as 2026-12-31",
    "date_type": "must be a date, such as 2026-12-31",
}


def parse(
    adapter: TypeAdapter[Parsed],
    data: Any,
    document: Document,
    problems: list[Problem],
    at: Place = (),
) -> Parsed | None:
    """`data`, which stands at `at` in the document, as what `adapter` makes; None and problems when wrong.

    Strict: text is not taken for a number, nor a number for text.
    """
    try:
        return adapter.validate_json(json.dumps(data), strict=True)
    except ValidationError as error:
        found: dict[Place, Problem] = {}
        for detail in error.errors(include_url=False):
            path, problem = _translate(detail, document, at)
            found.setdefault(path, problem)
        problems.extend(problem for path, problem in found.items() if not _is_shadowed(path, found))
        return None


def _translate(detail: ErrorDetails, document: Document, at: Place) -> tuple[Place, Problem]:
    """The place and the problem. Names of union members, which pydantic adds to a place, are left out."""
    loc: Place = (*at, *detail["loc"])
    line, path = document.locate(loc)
    if detail["type"] == "missing":
        return (*path, loc[-1]), Problem(document.file, line, f"{_name(path)} has no key '{loc[-1]}': add it")
    if detail["type"] == "unexpected_keyword_argument":
        message = f"unknown key '{loc[-1]}': correct its spelling or remove it"
        return path, Problem(document.file, line, message)
    return path, Problem(document.file, line, f"{_name(path)} {_advice(detail)}")


def _is_shadowed(path: Place, found: dict[Place, Problem]) -> bool:
    """Whether a part of the same place is wrong too: for "text or mapping" only that complaint helps."""
    return any(len(other) > len(path) and other[: len(path)] == path for other in found)


def _name(path: Place) -> str:
    names = [part for part in path if isinstance(part, str)]
    if not names:
        return "this file"
    return f"an item of '{names[-1]}'" if isinstance(path[-1], int) else f"'{names[-1]}'"


def _advice(detail: ErrorDetails) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if given is None:
        return "is empty: give it a value or remove the key"
    if kind == "string_type":
        plain = "must be one text, not a list or mapping"
        return plain if isinstance(given, (list, dict)) else "must be text: put quotes around it"
    if kind == "string_pattern_mismatch":
        return _PATTERNS[context["pattern"]]
    return _ADVICE[kind].format(**context) if kind in _ADVICE else f"is wrong: {detail['msg']}"
