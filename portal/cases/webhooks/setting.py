"""An operator says where an agency wants to be told, takes that away, or lets it try again."""

from __future__ import annotations

import secrets
import uuid
from typing import Literal
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from connectors.outgoing import checked_base, is_this_machine
from connectors.public import is_public
from portal.cases.out import outbox
from portal.cases.webhooks.models import Webhook
from portal.ledger.log.uses import record_staff_action
from portal.people import keys
from portal.people.actor import Actor

LONGEST_ADDRESS = 500
Why = Literal["address", "https", "private", "practice"]


class WrongAddress(Exception):
    """Nobody may be told there. `why` says what is wrong; the words are for who shows it."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why)


def checked_address(address: str) -> str:
    """The address, where it may be called: https, and not in a network of our own.

    In a place to practise it is this machine and nothing else: no agency hears of what is done there. A name
    is judged again at every connection, by where it leads.
    Raises `WrongAddress`.
    """
    try:
        origin, path = checked_base(address)
        host = urlsplit(origin).hostname or ""
    except ValueError:
        raise WrongAddress("https" if address.startswith("http://") else "address") from None
    if len(address) > LONGEST_ADDRESS or not address.isascii():
        raise WrongAddress("address")
    if settings.PRACTICE and not may_be_here(address):
        raise WrongAddress("practice")
    is_private = is_this_machine(host) or (_is_number(host) and not is_public(host))
    if is_private and not may_be_here(address):
        raise WrongAddress("private")
    return origin + path


def may_be_here(address: str) -> bool:
    """Where one practises the agencies are on this machine too; elsewhere our own network is nobody's."""
    return settings.PRACTICE and is_this_machine(urlsplit(address).hostname or "")


@sensitive_variables("secret")
def set_webhook(*, actor: Actor, agency: str, address: str) -> tuple[str, str]:
    """From now on the agency is told there; gives the id and the secret of the key, which is new each time.

    What waited for an earlier address is told at this one. Raises `WrongAddress`.
    """
    checked = checked_address(address)
    secret, key_id = secrets.token_urlsafe(32), f"levensloket-{secrets.token_hex(4)}"
    sealed = keys.encrypt(secret.encode(), context=context_of(agency))
    now = timezone.now()
    fresh = {
        "address": checked,
        "key_id": key_id,
        "secret": sealed,
        "set_at": now,
        "not_before": now,
        "attempts": 0,
        "last_error": "",
        "stopped_at": None,
        "lease_until": None,
    }
    with transaction.atomic():
        Webhook.objects.update_or_create(pk=agency, defaults=fresh)
        _note(actor, "webhook-set", agency)
        transaction.on_commit(lambda: outbox.ring(agency, task=outbox.TELL))
    return key_id, secret


def remove_webhook(*, actor: Actor, agency: str) -> bool:
    """The agency is told nothing any more, and its secret is gone. False where it was told nothing."""
    with transaction.atomic():
        removed, _ = Webhook.objects.filter(pk=agency).delete()
        if removed:
            _note(actor, "webhook-removed", agency)
    return bool(removed)


def retry_webhook(*, actor: Actor, agency: str) -> bool:
    """What was wrong is mended: it may try again, with new attempts. False where it had not stopped."""
    with transaction.atomic():
        hook = Webhook.objects.select_for_update().filter(pk=agency, stopped_at__isnull=False).first()
        if hook is None:
            return False
        hook.stopped_at, hook.attempts, hook.not_before = None, 0, timezone.now()
        hook.save(update_fields=["stopped_at", "attempts", "not_before"])
        _note(actor, "webhook-retried", agency)
        transaction.on_commit(lambda: outbox.ring(agency, task=outbox.TELL))
    return True


def context_of(agency: str) -> bytes:
    """What the sealed secret belongs to."""
    return b"webhook\x00" + agency.encode()


def _is_number(host: str) -> bool:
    """Whether it is an address by itself, so that no name is looked up."""
    return ":" in host or host.replace(".", "").isdecimal()


def _note(actor: Actor, what: str, agency: str) -> None:
    if actor.user is not None:
        record_staff_action(uuid.uuid4(), staff=actor.user, what=what, reference=agency)
