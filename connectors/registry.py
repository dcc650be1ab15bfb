"""Which connectors are set up: one YAML file chooses among those that exist (`connectors.manifest`).

`load` reads the settings, fills in `${ENV_NAME}`, and builds the connectors. The keys are in README.md here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from connectors.base import Destination, Source
from connectors.limits import LIMIT_NAMES, Limits, take_limits
from connectors.manifest import About, Kind, Registration, Setting, find, read_manifest
from connectors.marked import ConfigError, Marked, read, refuse_unknown

__all__ = [
    "About",
    "ConfigError",
    "Connectors",
    "Kind",
    "Limits",
    "Registration",
    "Setting",
    "find",
    "load",
    "read_manifest",
]

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_LONGEST_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Connectors:
    """What is set up: sources by name, destinations and their limits by the id of the agency they lead to."""

    sources: dict[str, Source]
    destinations: dict[str, Destination]
    limits: Mapping[str, Limits] = field(default_factory=dict)

    def source(self, name: str) -> Source:
        """The source of that name; raises `KeyError` when the settings have none."""
        return self.sources[name]

    def destination(self, agency_id: str) -> Destination | None:
        """The way to that agency; None when it is not connected."""
        return self.destinations.get(agency_id)

    def limits_of(self, agency_id: str) -> Limits:
        """What that agency takes at once, and in a minute; the usual where the settings do not say."""
        return self.limits.get(agency_id, Limits())

    def waits_for(self, source: str) -> Mapping[str, tuple[str, ...]]:
        """Per field of a source the names that it waits for (`Registration.waits_for`)."""
        return find("sources")[self.sources[source].name].waits_for

    def about(self, source: str) -> About:
        """Whether a source is asked about a person, or about a thing and without a BSN."""
        return find("sources")[self.sources[source].name].about

    def fields_of(self, source: str) -> tuple[str, ...]:
        """The names of the fields that a source offers, in the order of its manifest."""
        return tuple(find("sources")[self.sources[source].name].fields)


@dataclass(frozen=True, slots=True)
class _Given:
    """What holds for every entry: the environment, and the addresses outside which nothing may lie."""

    variables: Mapping[str, str] = field(repr=False)
    only: Collection[str] | None = None

    def allows(self, address: str) -> bool:
        """Whether it is one of those addresses, or below one; a way back up (`..`) is none."""
        if self.only is None:
            return True
        return ".." not in address and any(
            address == one or address.startswith(f"{one}/") for one in self.only
        )


def load(
    path: str | Path,
    environment: Mapping[str, str] | None = None,
    *,
    only: Collection[str] | None = None,
) -> Connectors:
    """The connectors that a settings file sets up; `environment` is that of the process by default.

    `only`: each address must be one of these, or lie below one; None: any will do.

    Raises `ConfigError` with file, line and what to do.
    """
    given = _Given(os.environ if environment is None else environment, only)
    parts = read(Path(path)).mapping("the file")
    refuse_unknown(parts, {"sources", "destinations"}, "the file")
    sources = {name: _build_source(name, part, given) for name, part in _entries(parts, "sources").items()}
    destinations = {
        agency: _build_destination(agency, part, given)
        for agency, part in _entries(parts, "destinations").items()
    }
    return Connectors(
        sources,
        {agency: destination for agency, (destination, _) in destinations.items()},
        {agency: limits for agency, (_, limits) in destinations.items()},
    )


def _build_source(name: str, part: Marked, given: _Given) -> Source:
    registration = _registration("sources", name, part)
    return cast(Source, _build(registration, part.mapping(f"'{name}'"), part, given))


def _build_destination(agency: str, part: Marked, given: _Given) -> tuple[Destination, Limits]:
    keys = part.mapping(f"'{agency}'")
    if "connector" not in keys:
        raise part.error(f"'{agency}' needs 'connector': one of {_names('destinations')}")
    chosen = keys.pop("connector")
    registration = _registration("destinations", chosen.text("'connector'"), chosen)
    # What stays in the portal makes no call, so that there is nothing to limit.
    stays = cast(type[Destination], registration.connector).pulls
    limits = Limits() if stays else take_limits(keys)
    more = () if stays else LIMIT_NAMES
    return cast(Destination, _build(registration, keys, part, given, more)), limits


def _entries(parts: Mapping[str, Marked], kind: Kind) -> dict[str, Marked]:
    return parts[kind].mapping(f"'{kind}'") if kind in parts else {}


def _registration(kind: Kind, name: str, part: Marked) -> Registration:
    if name not in find(kind):
        raise part.error(f"there is no connector '{name}' in {kind}: choose one of {_names(kind)}")
    return find(kind)[name]


def _names(kind: Kind) -> str:
    return ", ".join(find(kind)) or "none"


def _build(
    registration: Registration,
    keys: Mapping[str, Marked],
    whole: Marked,
    given: _Given,
    more: Collection[str] = (),
) -> Source | Destination:
    """`more` are keys that may be given beside the connector's own, and were taken out already."""
    refuse_unknown(keys, {*registration.settings, *more}, f"connector '{registration.name}'")
    for name, setting in registration.settings.items():
        if name not in keys and not setting.optional:
            raise whole.error(f"'{name}' is missing for connector '{registration.name}': {setting.about}")
    values = {name: _value(name, registration.settings[name], part, given) for name, part in keys.items()}
    try:
        return registration.build(values)
    except ValueError as error:
        raise whole.error(f"connector '{registration.name}' cannot work so: {error}") from None


def _value(name: str, setting: Setting, part: Marked, given: _Given) -> str | float:
    """A number of bytes is whole, and above 0."""
    text = _expand(part.text(f"'{name}'"), part, given.variables)
    if not text.strip():
        raise part.error(f"'{name}' is empty: {setting.about}")
    if setting.kind == "url" and not given.allows(text):
        raise part.error(f"'{name}' does not lead to the sandbox, and here nothing may lead elsewhere")
    if setting.kind == "file":
        return str(part.path.parent / text)
    if setting.kind == "bytes":
        if not text.isdecimal() or int(text) == 0:
            raise part.error(f"'{name}' must be a whole number of bytes, above 0: correct it")
        return int(text)
    if setting.kind != "seconds":
        return text
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= _LONGEST_SECONDS:
        raise part.error(f"'{name}' must be seconds, above 0 and at most {_LONGEST_SECONDS:g}: correct it")
    return seconds


def _expand(text: str, part: Marked, variables: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in variables:
            raise part.error(f"environment variable {match[1]} is not set: set it before starting")
        return variables[match[1]]

    if "${" in _VARIABLE.sub("", text):
        raise part.error("'${' must be followed by the name of an environment variable and '}'")
    return _VARIABLE.sub(value, text)
