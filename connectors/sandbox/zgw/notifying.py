"""Tells subscribers that something happened: after the commit, from a thread, in whatever order.

A notification that still fails after a few tries is dropped, as real ones are, and one that waits in memory
is gone with the process. Whoever relies on them alone has a fault to find here.
"""

from __future__ import annotations

import ipaddress
import logging
import threading
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from connectors.sandbox.zgw.catalogue import Catalogue
from connectors.sandbox.zgw.models import Abonnement, Zaak
from connectors.sandbox.zgw.shapes import moment, zaak_url
from connectors.sandbox.zgw.types import type_url

logger = logging.getLogger(__name__)

CHANNELS = {
    "zaken": ("bronorganisatie", "zaaktype", "vertrouwelijkheidaanduiding"),
    "documenten": ("bronorganisatie", "informatieobjecttype", "vertrouwelijkheidaanduiding"),
    "besluiten": ("verantwoordelijkeOrganisatie", "besluittype"),
}
"""Each with the kenmerken of its notifications, on which a subscriber may filter."""
PAUSES = (1.0, 4.0)
"""Seconds before the second and the third try; there is no fourth."""
SECONDS = 5.0
THREADS = 2

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """One notification for one subscriber."""

    to: str
    authorization: str = field(repr=False)
    body: Body = field(repr=False)
    tries: int = 0


def announce(catalogue: Catalogue, zaak: Zaak, resource: str, url: str, action: str) -> None:
    """Tells every subscriber of the agency, as soon as the transaction is committed."""
    features = {
        "bronorganisatie": zaak.bronorganisatie,
        "zaaktype": type_url(catalogue, "zaaktypen", zaak.zaaktype),
        "vertrouwelijkheidaanduiding": zaak.content["vertrouwelijkheidaanduiding"],
    }
    tell(catalogue, "zaken", zaak_url(zaak), (resource, url, action), features)


def tell(
    catalogue: Catalogue, channel: str, main: str, what: tuple[str, str, str], features: dict[str, str]
) -> None:
    """The same on any channel. `what` is the resource, its address, and what happened to it."""
    resource, url, action = what
    body = {
        "kanaal": channel,
        "hoofdObject": main,
        "resource": resource,
        "resourceUrl": url,
        "actie": action,
        "aanmaakdatum": moment(timezone.now()),
        "kenmerken": features,
    }

    def post_all() -> None:
        for one in Abonnement.objects.filter(agency=catalogue.agency.id):
            if _wants(one, channel, features):
                _post_box.put(Letter(one.callback_url, one.auth, body))

    transaction.on_commit(post_all)


def may_be_called(url: str) -> bool:
    """Whether the sandbox may send something there: to this machine or to the portal, nowhere else."""
    parts = _http(url)
    return parts is not None and (
        is_this_machine(url) or parts.netloc == urlsplit(settings.PORTAL_URL).netloc
    )


def is_this_machine(url: str) -> bool:
    """Whether an http address is one of this machine: a loopback number, or its one usual name."""
    parts = _http(url)
    host = parts.hostname if parts else None
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _http(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") else None


def post(to: str, body: Body, authorization: str | None) -> int:
    """Sends one notification now and returns the status of the answer. Raises `requests.RequestException`."""
    with requests.Session() as session:
        session.trust_env = False  # no proxy, and no password from .netrc
        headers = {} if authorization is None else {"Authorization": authorization}
        return session.post(
            to, json=body, headers=headers, timeout=SECONDS, allow_redirects=False
        ).status_code


def _wants(subscription: Abonnement, channel: str, features: dict[str, str]) -> bool:
    for one in subscription.kanalen:
        wanted = one.get("filters", {}).items()
        if one["naam"] == channel and all(features[name] == value for name, value in wanted):
            return True
    return False


class _PostBox:
    """Letters that wait, and the threads that bring them. They start with the first letter: after a fork."""

    def __init__(self) -> None:
        self._letters: SimpleQueue[Letter] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def put(self, letter: Letter) -> None:
        """Returns at once."""
        with self._lock:
            self._threads = [one for one in self._threads if one.is_alive()]
            while len(self._threads) < THREADS:
                self._threads.append(threading.Thread(target=self._bring_all, daemon=True))
                self._threads[-1].start()
        self._letters.put(letter)

    def _bring_all(self) -> None:
        while True:
            self._bring(self._letters.get())

    def _bring(self, letter: Letter) -> None:
        if not may_be_called(letter.to):
            return
        try:
            status = post(letter.to, letter.body, letter.authorization)
        except requests.RequestException:
            status = 0
        if 200 <= status < 300:
            return
        if letter.tries >= len(PAUSES):
            logger.warning("notification dropped after %d tries, last answer %d", letter.tries + 1, status)
            return
        later = threading.Timer(
            PAUSES[letter.tries], self._letters.put, [replace(letter, tries=letter.tries + 1)]
        )
        later.daemon = True
        later.start()


_post_box = _PostBox()
