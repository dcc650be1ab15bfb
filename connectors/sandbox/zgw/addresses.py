"""The addresses of a back office. They name each other by full URL, so they are made and read here only."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from connectors.sandbox.zgw.manners import path_of

CATALOGI, ZAKEN, NOTIFICATIES = "catalogi", "zaken", "notificaties"
DOCUMENTEN, BESLUITEN = "documenten", "besluiten"


def root(agency: str, api: str) -> str:
    """Where one API of an agency starts, without a slash at the end."""
    return f"{settings.SANDBOX_URL}/zgw/{agency}/{path_of(agency, api)}"


def address(agency: str, api: str, resource: str, key: object) -> str:
    """The full URL of one object."""
    return f"{root(agency, api)}/{resource}/{key}"


def property_address(agency: str, zaak: object, key: object) -> str:
    """The full URL of one zaakeigenschap, which lives below its zaak."""
    return address(agency, ZAKEN, f"zaken/{zaak}/zaakeigenschappen", key)


def decision_link_address(agency: str, zaak: object, key: object) -> str:
    """The full URL of one zaakbesluit, which lives below its zaak."""
    return address(agency, ZAKEN, f"zaken/{zaak}/besluiten", key)


def key_in(url: str, agency: str, api: str, resource: str) -> UUID | None:
    """The key of an object of this agency, or None when the URL is of something else."""
    start = f"{root(agency, api)}/{resource}/"
    if not url.startswith(start):
        return None
    try:
        key = UUID(url.removeprefix(start))
    except ValueError:
        return None
    # UUID() also reads braces, capitals and no dashes; an address has one spelling.
    return key if str(key) == url.removeprefix(start) else None
