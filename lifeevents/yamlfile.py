"""YAML files read with line marks, so that every complaint names a file and a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

Part = str | int
"""A step into a document: a key of a mapping or an index of a list."""

MOST_BYTES = 1_000_000
"""The largest file that is read."""
MOST_PARTS = 200_000
"""How many parts a document may have, those behind an alias counted each time."""
_TAG = "tag:yaml.org,2002:"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_WHOLE_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_STR, _INT, _BOOL, _NULL, _LIST, _MAP = (
    f"{_TAG}{kind}" for kind in ("str", "int", "bool", "null", "seq", "map")
)
_WORDS = dict.fromkeys(("true", "True", "false", "False"), _BOOL) | dict.fromkeys(
    ("", "~", "null", "Null"), _NULL
)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a file, and what to do about it. Lines count from 1."""

    file: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class CatalogueError(Exception):
    """The catalogue cannot be used. `problems` holds everything that is wrong, ordered by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Document:
    """One YAML file: its plain data (dict, list, str, int, bool, None), and the line of each part."""

    def __init__(self, file: Path, text: str, data: Any) -> None:
        self.file = file
        self.data = data
        self._text = text

    @cached_property
    def _node(self) -> yaml.Node:
        """The marked tree, made again when a line is wanted: to keep them all takes memory and time."""
        node = _compose(self._text)
        assert node is not None  # noqa: S101 -- `read` composed the same text
        return node

    def locate(self, path: Iterable[Part]) -> tuple[int, tuple[Part, ...]]:
        """The line of the last part of `path` that exists, and the parts that exist."""
        node, line, found = self._node, _line(self._node), list[Part]()
        for part in path:
            step = _step(node, part)
            if step is not None:
                line, node = step
                found.append(part)
        return line, tuple(found)

    def problem(self, message: str, *path: Part) -> Problem:
        """A problem at a part of this file, or at its nearest parent that exists."""
        return Problem(self.file, self.locate(path)[0], message)


def read(file: Path, problems: list[Problem]) -> Document | None:
    """The document in a file; None, with a problem added, when it is not YAML.

    Only true, false, null and plain whole numbers are not text: dates, `yes` and `1.0` are. A key that
    stands twice is a problem, and its first value is kept.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            problems.append(Problem(file, 1, "is larger than 1 MB: split it"))
            return None
        text = file.read_bytes().decode("utf-8-sig")
        node = _compose(text)
        if node is not None and _size(node, {}) > MOST_PARTS:
            problems.append(Problem(file, _line(node), "holds too many parts (&, *): write it out plainly"))
            return None
        if node is not None:
            return Document(file, text, _plain(node, file, problems))
        problems.append(Problem(file, 1, "is empty: fill it or remove it"))
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        problems.append(Problem(file, line, "is not UTF-8: save the file as UTF-8"))
    except OSError as error:
        problems.append(Problem(file, 1, f"cannot be read ({error.strerror}): check its permissions"))
    except RecursionError:
        problems.append(Problem(file, 1, "is nested too deep, or holds itself (&, *): write it out plainly"))
    except yaml.YAMLError as error:
        problems.append(_broken(file, error))
    return None


class _Loader(yaml.CSafeLoader):
    """Takes fewer words for something else than text than YAML 1.1 does, and less time."""

    def resolve(self, kind: type[yaml.Node], value: str | None, implicit: Any) -> str:
        """The tag of a node without one; `implicit[0]` says that a scalar has no quotes."""
        if kind is not yaml.ScalarNode:
            return _MAP if kind is yaml.MappingNode else _LIST
        if not implicit[0] or value is None:
            return _STR
        if value[:1] in "-0123456789" and _WHOLE_NUMBER.fullmatch(value):
            return _INT
        return _WORDS.get(value, _STR)

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Nothing: tags do not depend on the place."""

    def ascend_resolver(self) -> None:
        """Nothing: tags do not depend on the place."""


def _compose(text: str) -> yaml.Node | None:
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """How many parts a tree has once its aliases are written out; each node is counted once."""
    if isinstance(node, yaml.ScalarNode):
        return 1
    known = sizes.get(id(node))
    if known is None:
        inner = (
            node.value
            if isinstance(node, yaml.SequenceNode)
            else [one for pair in node.value for one in pair]
        )
        known = sizes[id(node)] = 1 + sum(_size(one, sizes) for one in inner)
    return known


def _broken(file: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    if "end of stream" in reason:  # a quote that is never closed: name the line where it opens
        mark = getattr(error, "context_mark", None) or mark
    advice = "check the indent, the colons and the quotes of this line and of the one above"
    line = mark.line if mark else 0
    if mark is not None and _has_tab(file, line):
        advice = "a tab cannot indent: use spaces"
    elif mark is None and (hidden := _hidden(file)) is not None:
        # Text that was copied from elsewhere; libyaml does not say where it stands.
        line, advice = hidden, "a sign that cannot be seen stands in this line: type the line anew"
    return Problem(file, line + 1, f"is not correct YAML ({reason}): {advice}")


def _hidden(file: Path) -> int | None:
    """The first line with a control character in it; None where there is none."""
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")
    return next((n for n, line in enumerate(lines) if _CONTROL.search(line)), None)


def _has_tab(file: Path, line: int) -> bool:
    """Whether a tab stands before the first word of a line, or of the one after it."""
    lines = file.read_text(encoding="utf-8", errors="replace").split("\n")[line : line + 2]
    return any("\t" in one[: len(one) - len(one.lstrip())] for one in lines)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _step(node: yaml.Node, part: Part) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return _line(key), value
    elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return _line(node.value[part]), node.value[part]
    return None


def _plain(node: yaml.Node, file: Path, problems: list[Problem]) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, file, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, file, problems) for item in node.value]
    return _scalar(node, file, problems)


def _mapping(node: yaml.MappingNode, file: Path, problems: list[Problem]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    first: dict[str, int] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            problems.append(Problem(file, _line(key), "a list or mapping cannot be a key: use a word"))
        elif key.value in result:
            message = f"key '{key.value}' stands here twice (first on line {first[key.value]}): keep one"
            problems.append(Problem(file, _line(key), message))
        else:
            first[key.value] = _line(key)
            result[key.value] = _plain(value, file, problems)
    return result


def _scalar(node: yaml.Node, file: Path, problems: list[Problem]) -> str | int | bool | None:
    text: str = node.value
    if node.tag == _INT:
        return int(text) if _WHOLE_NUMBER.fullmatch(text) else text
    if node.tag == _BOOL:
        return text.lower() == "true"
    if node.tag == _NULL:
        return None
    if node.tag != _STR:
        problems.append(Problem(file, _line(node), f"tag {node.tag} is not known here: remove it"))
    return text
