"""The `rest:` block of a manifest: which question is asked, and what in the answer is which field.

The keys are explained in connectors/README.md. Every mistake is raised as a `ConfigError` with its line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from connectors.leaves import KINDS
from connectors.marked import Marked, refuse_unknown
from connectors.pointer import is_pointer

BSN = "bsn"
"""The placeholder for the number of the person whom a question is about."""

Shape = Literal["each", "keys"]
_REST = {"key", "calls", "check"}
_CALL = {"call", "question", "same", "unknown", "fields"}
_FIELD = {"at", "each", "keys", "none", "doubted", "secret"}
_LEAF = {"at", "words"}
_LEFT_OUT, _EMPTY_LIST = "left-out", "empty-list"
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_PATH = re.compile(r"(/[A-Za-z0-9_~-][A-Za-z0-9_.~-]*)+")
_PLACEHOLDER = re.compile(r"\{(?P<name>[a-z][a-z0-9_.]*)(?P<at>(/[^{}?]*)?)(?P<optional>\??)\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{name}` or `{name/pointer}`: what is given under a name, or what stands there in it; `?`: if known."""

    name: str
    at: str
    is_optional: bool


@dataclass(frozen=True, slots=True)
class Leaf:
    """One single value: where it stands, and of which kind it is or what its words mean on our side."""

    at: str
    kind: str
    is_optional: bool = False
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldMap:
    """One field: an object with `leaves`, or a list of those.

    `none_is_empty`: null or an empty list there is the value [], in place of no value. `doubted` and
    `secret` are pointers into the whole answer, "" where it does not say so.
    """

    at: str
    shape: Shape
    leaves: Mapping[str, Leaf]
    none_is_empty: bool = False
    doubted: str = ""
    secret: str = ""

    @property
    def described(self) -> str:
        """The shape of the value, for people."""
        keys = ", ".join(
            f"{name}{'?' if leaf.is_optional else ''}: {' | '.join(leaf.words.values()) or leaf.kind}"
            for name, leaf in self.leaves.items()
        )
        none = "[] when there is none" if self.none_is_empty else "left out when there is none"
        return f"[{{{keys}}}]; {none}" if self.shape == "each" else f"{{{keys}}}; {none}"


@dataclass(frozen=True, slots=True)
class Call:
    """One question: a POST to `path`, and the fields in its answer.

    `question` is the body, `same` what the answer must repeat, by pointer; `unknown` is the code with
    which a 404 says that the register does not know whom or what was asked about.
    """

    path: str
    question: Mapping[str, str | Placeholder]
    same: Mapping[str, Placeholder]
    unknown: str
    fields: Mapping[str, FieldMap]


@dataclass(frozen=True, slots=True)
class Rest:
    """The whole block. `key` is the header with our key, "" where none is wanted.

    `health` is the path of a GET that says whether the source lives; without it, it is asked about
    nobody, with `nobody` for what the question needs beside the BSN.
    """

    key: str
    calls: tuple[Call, ...]
    health: str
    nobody: Mapping[str, str]

    @property
    def fields(self) -> dict[str, FieldMap]:
        """Every field, by name."""
        return {name: one for call in self.calls for name, one in call.fields.items()}


def read_rest(part: Marked, *, is_about_person: bool) -> Rest:
    """The block that stands at `part`."""
    parts = _checked(part, _REST, "'rest'", {"calls"})
    calls = tuple(_call(one, is_about_person) for one in parts["calls"].items("'calls'"))
    if not calls:
        raise parts["calls"].error("'calls' is empty: add what is asked")
    offered: set[str] = set()
    for one, call in zip(parts["calls"].items("'calls'"), calls, strict=True):
        for name in call.fields.keys() & offered:
            raise one.error(f"'{name}' is in more than one call: remove it from all but one")
        offered |= set(call.fields)
    health, nobody = _check(parts["check"]) if "check" in parts else ("", {})
    _can_be_checked(part, calls[0], health, nobody)
    return Rest(_matching(parts["key"], _HEADER, "key") if "key" in parts else "", calls, health, nobody)


def refuse_unawaited(part: Marked, rest: Rest, waits_for: Mapping[str, tuple[str, ...]]) -> None:
    """Raises where a call is filled with something that one of its fields does not wait for."""
    for call in rest.calls:
        for name in call.fields:
            awaited = {one.removesuffix("?") for one in waits_for.get(name, ())}
            for wanted in sorted(_wants(call) - awaited):
                raise part.error(f"'{name}' is asked with '{wanted}': add that to its waits_for")


def _wants(call: Call) -> set[str]:
    """The names that a call needs given, the BSN aside."""
    filled = [*call.question.values(), *call.same.values()]
    return {one.name for one in filled if isinstance(one, Placeholder)} - {BSN}


def _call(part: Marked, is_about_person: bool) -> Call:
    parts = _checked(part, _CALL, "a call", {"call", "question", "same", "fields"})
    question = {
        name: _question(one, is_about_person) for name, one in parts["question"].mapping("'question'").items()
    }
    same = {}
    for pointer, one in parts["same"].mapping("'same'").items():
        _pointer(one, pointer)
        same[pointer] = _placeholder(one, is_about_person)
    if is_about_person and not any(one.name == BSN for one in same.values()):
        raise parts["same"].error("'same' must say where the answer repeats the BSN: /place: '{bsn}'")
    fields = {name: _field(name, one) for name, one in parts["fields"].mapping("'fields'").items()}
    if not fields:
        raise parts["fields"].error("'fields' is empty: add at least one")
    unknown = parts["unknown"].text("'unknown'") if "unknown" in parts else ""
    return Call(_post(parts["call"]), question, same, unknown, fields)


def _post(part: Marked) -> str:
    """Only POST: what is asked about stands in the body, never in an address."""
    method, _, path = part.text("'call'").partition(" ")
    if method != "POST" or not _PATH.fullmatch(path):
        raise part.error("'call' must be 'POST /word', without anything to fill in")
    return path


def _question(part: Marked, is_about_person: bool) -> str | Placeholder:
    text = part.text("a value of the question")
    return _placeholder(part, is_about_person) if "{" in text or "}" in text else text


def _placeholder(part: Marked, is_about_person: bool) -> Placeholder:
    match = _PLACEHOLDER.fullmatch(part.text("a value to fill in"))
    if match is None or not is_pointer(match["at"]):
        raise part.error(
            "must be one '{name}' or '{name/place}' in quotes, with '?' before the end if it may be unknown"
        )
    if match["name"] == BSN and not is_about_person:
        raise part.error("'{bsn}' is not for a source that is asked about a thing: remove it")
    return Placeholder(match["name"], match["at"], is_optional=bool(match["optional"]))


def _field(name: str, part: Marked) -> FieldMap:
    parts = _checked(part, _FIELD, f"field '{name}'", {"at"})
    if ("each" in parts) == ("keys" in parts):
        raise part.error(f"field '{name}' needs 'each' (a list) or 'keys' (one object): give one of the two")
    shape: Shape = "each" if "each" in parts else "keys"
    none = parts["none"].text("'none'") if "none" in parts else _LEFT_OUT
    if none not in ((_LEFT_OUT, _EMPTY_LIST) if shape == "each" else (_LEFT_OUT,)):
        raise parts["none"].error(f"'none' is {_LEFT_OUT}, or for a list also {_EMPTY_LIST}: choose one")
    leaves = {key: _leaf(key, one) for key, one in parts[shape].mapping(f"'{shape}'").items()}
    if not leaves:
        raise parts[shape].error(f"'{shape}' is empty: add at least one key")
    return FieldMap(
        at=_pointer(parts["at"], parts["at"].text("'at'")),
        shape=shape,
        leaves=leaves,
        none_is_empty=none == _EMPTY_LIST,
        **{
            key: _pointer(parts[key], parts[key].text(f"'{key}'"))
            for key in ("doubted", "secret")
            if key in parts
        },
    )


def _leaf(key: str, part: Marked) -> Leaf:
    """Written as `/place kind`, or as a mapping with the meaning of each word; `?`: it may be missing."""
    if not part.is_mapping:
        at, _, kind = part.text(f"'{key}'").rpartition(" ")
        if kind.removesuffix("?") not in KINDS:
            raise part.error(f"'{key}' must be '/place kind', with one of {', '.join(KINDS)}")
        return Leaf(_pointer(part, at), kind.removesuffix("?"), is_optional=kind.endswith("?"))
    parts = _checked(part, _LEAF, f"'{key}'", _LEAF)
    at = parts["at"].text("'at'")
    words = {word: one.text(f"'{word}'") for word, one in parts["words"].mapping("'words'").items()}
    if not words:
        raise parts["words"].error("'words' is empty: add 'theirs: ours' lines")
    pointer = _pointer(parts["at"], at.removesuffix("?"))
    return Leaf(pointer, "text", is_optional=at.endswith("?"), words=words)


def _check(part: Marked) -> tuple[str, dict[str, str]]:
    if part.is_mapping:
        given = part.mapping("'check'")
        return "", {name: one.text(f"'{name}'") for name, one in given.items()}
    method, _, path = part.text("'check'").partition(" ")
    if method != "GET" or not _PATH.fullmatch(path):
        raise part.error("'check' is 'GET /word', or what to ask about nobody: 'name: value' lines")
    return path, {}


def _can_be_checked(part: Marked, call: Call, health: str, nobody: Mapping[str, str]) -> None:
    missing = set() if health else _wants(call) - set(nobody)
    if missing:
        raise part.error(
            f"'check' must give {', '.join(sorted(missing))} for a question about nobody: add it"
        )


def _pointer(part: Marked, text: str) -> str:
    if not text or not is_pointer(text):
        raise part.error("a place in an answer is a JSON pointer, such as /persoon/naam: correct it")
    return text


def _matching(part: Marked, pattern: re.Pattern[str], key: str) -> str:
    text = part.text(f"'{key}'")
    if not pattern.fullmatch(text):
        raise part.error(f"'{key}' cannot be used: correct it")
    return text


def _checked(part: Marked, known: set[str], what: str, needed: Collection[str]) -> dict[str, Marked]:
    parts = part.mapping(what)
    refuse_unknown(parts, known, what)
    for key in sorted(needed):
        if key not in parts:
            raise part.error(f"{what} needs '{key}': add it")
    return parts
