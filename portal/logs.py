"""Logs as one JSON object a line on standard error, with every BSN scrubbed as a last defence."""

from __future__ import annotations

from typing import Any

import structlog

from portal.people.scrub import scrub_bsn

_SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(level: str, *, practice: bool = False) -> dict[str, Any]:
    """The `LOGGING` setting: the standard library's records and structlog's go the same way.

    Each line of a place to practise says so (`practice`), so that whoever gathers logs can keep it apart.
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    *([_say_practice] if practice else []),
                    scrub_bsn,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        # Django's own handlers would print the same line a second time, unscrubbed.
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            # It writes each access token that it gives at the level DEBUG.
            "oauthlib": {"level": "INFO"},
        },
    }


def _say_practice(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {**event, "practice": True}


def configure_structlog() -> None:
    """Lets `structlog.get_logger` hand its events to the standard library's logging."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
