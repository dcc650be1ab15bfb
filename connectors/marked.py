"""YAML that remembers its lines, so that every mistake in a file can be pointed at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

_NULL = "tag:yaml.org,2002:null"


class ConfigError(Exception):
    """A file of settings or a manifest is wrong: which file, which line, and what to do about it."""

    def __init__(self, path: Path, line: int | None, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class Marked:
    """A part of a YAML file. `line` counts from 1, and is the line of its key where it has one."""

    path: Path
    node: yaml.Node
    line: int

    def error(self, message: str) -> ConfigError:
        """An error that points at this part. The message must not hold a value that may be secret."""
        return ConfigError(self.path, self.line, message)

    def mapping(self, what: str) -> dict[str, Marked]:
        """The parts by key; nothing at all counts as an empty mapping. `what` names this part in errors."""
        if self.node.tag == _NULL:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"{what} must be a mapping: write 'key: value' lines below it")
        parts: dict[str, Marked] = {}
        for key, value in self.node.value:
            part = Marked(self.path, value, key.start_mark.line + 1)
            if not isinstance(key, yaml.ScalarNode):
                raise part.error(f"a key of {what} must be a word")
            if key.value in parts:
                raise part.error(f"'{key.value}' stands twice in {what}: remove one")
            parts[key.value] = part
        return parts

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.node, yaml.MappingNode)

    def items(self, what: str) -> list[Marked]:
        """The items of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"{what} must be a list: write '- item' lines below it")
        return [Marked(self.path, item, item.start_mark.line + 1) for item in self.node.value]

    def text(self, what: str) -> str:
        """The value as it is written, numbers too."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag == _NULL:
            raise self.error(f"{what} must have a value: write it on this line")
        return str(self.node.value)


def read(path: Path) -> Marked:
    """The whole file. Raises `ConfigError` when it is missing or is not YAML."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(path, mark.line + 1 if mark else None, f"not valid YAML: {error.problem}") from None
    except (yaml.YAMLError, UnicodeError):
        raise ConfigError(path, None, "not valid YAML: it holds signs that are no text") from None
    except OSError as error:
        raise ConfigError(path, None, f"cannot be read: {error.strerror}") from None
    if node is None:
        raise ConfigError(path, None, "the file is empty: start with 'sources:' or see connectors/README.md")
    return Marked(path, node, node.start_mark.line + 1)


def refuse_unknown(parts: Mapping[str, Marked], known: Collection[str], what: str) -> None:
    """Raises for a key that does not exist, which is often a key that is spelled wrongly."""
    for key, part in parts.items():
        if key not in known:
            choice = ", ".join(sorted(known)) or "none"
            raise part.error(f"'{key}' is not a key of {what}: remove it or use one of: {choice}")
