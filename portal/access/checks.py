"""System checks: the access table and the urlconf name the same routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from portal.access.policy import POLICY, Who
from portal.access.routes import Route, every_route


@register(Tags.urls)
def table_fits_the_urls(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """No route without an entry, no entry without a route, no route without a name."""
    return list(compare(every_route(), POLICY))


def compare(routes: Iterable[Route], policy: Mapping[str, Who]) -> Iterator[CheckMessage]:
    """One error for each difference between the two."""
    routes = list(routes)
    for route in routes:
        if not route.name:
            yield Error(f"'{route.pattern}' has no name, so nobody may enter: name it", id="access.E001")
        elif route.name not in policy:
            problem = f"route {route.name} ('{route.pattern}') is not in portal/access/policy.py"
            yield Error(problem, id="access.E002")
    for name in sorted(policy.keys() - {route.name for route in routes}):
        yield Error(f"portal/access/policy.py names '{name}', and there is no such route", id="access.E003")
