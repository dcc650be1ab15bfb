"""Every route of the site, read from the urlconf: what the system check and the tests walk over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True, slots=True)
class Route:
    """`name` with its namespaces ("" when it has none), `pattern` as written, the names of its parameters."""

    name: str
    pattern: str
    parameters: frozenset[str]


def every_route(urlconf: str | None = None) -> Iterator[Route]:
    """All of `ROOT_URLCONF`, or of another urlconf."""
    yield from _walk(get_resolver(urlconf), namespaces=(), prefix="", parameters=frozenset())


def _walk(
    resolver: URLResolver, namespaces: tuple[str, ...], prefix: str, parameters: frozenset[str]
) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        found = parameters | set(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from _walk(entry, inner, pattern, found)
        elif isinstance(entry, URLPattern):
            name = ":".join((*namespaces, entry.name)) if entry.name else ""
            yield Route(name, pattern, found)
