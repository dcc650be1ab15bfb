"""Asking an agency to tell us of news, with a credential that only it knows."""

from __future__ import annotations

import secrets

from connectors.base import ConnectorError, Destination
from portal.cases.models import Subscription
from portal.people.keys import keyed_hmac

_PURPOSE = "subscription"


def subscribe(*, agency: str, destination: Destination, callback: str) -> None:
    """Subscribes with a fresh credential; the earlier one is worth nothing from then on.

    The new credential counts before the call, because the agency tries the callback during it.
    Raises a `ConnectorError`. Where the agency surely did not take it, what was stays; where that is
    not known, both credentials count until the next subscription.
    """
    credential = f"Bearer {secrets.token_urlsafe(32)}"
    fresh = Subscription.objects.create(agency=agency, credential_hmac=keyed_hmac(_PURPOSE, credential))
    try:
        destination.subscribe(callback, credential)
    except ConnectorError as error:
        if error.permanent:
            fresh.delete()
        raise
    Subscription.objects.filter(agency=agency).exclude(pk=fresh.pk).delete()


def agency_of_credential(credential: str) -> str | None:
    """The agency that was given this credential; found by its HMAC, so that timing tells nothing."""
    row = Subscription.objects.filter(credential_hmac=keyed_hmac(_PURPOSE, credential)).first()
    return row.agency if row else None
