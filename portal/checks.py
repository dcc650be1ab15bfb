"""Joins what the catalogue wants with what the connectors give; run by `manage.py check`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from connectors.registry import ConfigError
from lifeevents.catalogue import CatalogueError
from portal.cases.notices.sending import sms
from portal.cases.reading.values import can_be_shown
from portal.catalogue import catalogue, connectors
from portal.ledger.engine.plan import Plan
from portal.ledger.log.uses import NoLegalGround

_AN_HOUR = 3600


@register
def open_cases_are_read_each_hour(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """What an agency did is known within the hour, also where its notification got lost."""
    if 1 <= settings.RECONCILE_SECONDS <= _AN_HOUR:
        return []
    return [Error(f"RECONCILE_SECONDS must be from 1 to {_AN_HOUR}: correct it", id="portal.E009")]


@register
def news_can_be_told(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """The settings of texts and of quiet hours can work."""
    found: list[CheckMessage] = []
    try:
        sms()
    except ValueError as error:
        found.append(Error(f"SMS_URL: {error}", id="portal.E010"))
    hours = settings.NOTICE_QUIET_HOURS
    if len(hours) != 2 or not all(0 <= hour < 24 for hour in hours):
        found.append(Error("NOTICE_QUIET_HOURS must be two hours, as 21,8", id="portal.E011"))
    return found


@register
def catalogue_and_connectors(app_configs: Sequence[Any] | None, **_: Any) -> list[CheckMessage]:
    """Each file is right, each field can be fetched and shown, each fixed agency has a destination."""
    try:
        catalogue(), connectors()
    except CatalogueError as error:
        return [Error(str(problem), id="portal.E001") for problem in error.problems]
    except ConfigError as error:
        return [Error(str(error), id="portal.E002")]
    without = [*_fields_that_do_not_work(), *_services_without_destination()]
    return without or [*_services_that_cannot_ask()]


def _fields_that_do_not_work() -> Iterator[CheckMessage]:
    for field in catalogue().fields.values():
        if field.derived:
            continue
        if field.source not in connectors().sources:
            yield Error(
                f"field {field.name}: CONNECTORS_CONFIG has no source '{field.source}'", id="portal.E003"
            )
        elif field.name not in connectors().fields_of(field.source):
            yield Error(f"field {field.name}: source '{field.source}' does not offer it", id="portal.E004")
        elif not can_be_shown(field):
            yield Error(f"field {field.name}: nothing says how it reads: add 'show'", id="portal.E008")


def _services_without_destination() -> Iterator[CheckMessage]:
    for service in catalogue().services.values():
        if isinstance(service.agency, str) and connectors().destination(service.agency) is None:
            yield Error(
                f"service {service.id}: CONNECTORS_CONFIG has no destination for agency '{service.agency}'",
                id="portal.E005",
            )


def _services_that_cannot_ask() -> Iterator[CheckMessage]:
    """What a needed field waits for is asked on the service's own ground, too."""
    for service in catalogue().services.values():
        try:
            Plan.of(service.needs, [service.activity])
        except NoLegalGround as missing:
            yield Error(
                f"service {service.id}: a field it needs waits for '{missing}': add that to activity.fields",
                id="portal.E006",
            )
        except ValueError as circle:
            yield Error(f"service {service.id}: {circle}", id="portal.E007")
