"""Sending a mail or SMS: a claim first, one call outside any transaction; what waits for the same goes along.

No text says more than that there is news: no name, agency, subject or link. A mail that is sent again after
a crash has the same Message-ID; of a text the provider is asked first.
"""

from __future__ import annotations

import smtplib
from typing import Any, Final

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.translation import override

from connectors.base import ConnectorError, Refused
from connectors.faults import fault_point
from connectors.sms import Sms, sms_of
from portal.access.assist.codes import CODE_LIFE
from portal.access.settling import has_died
from portal.cases.models import Contact, Notice, Notification, new_trace_id
from portal.cases.notices import noting
from portal.cases.notices.models import Channel
from portal.cases.notices.preferences import address_of, code_context, contact_of
from portal.cases.notices.words import Words, assist_words, code_words, news_words, reminder_words
from portal.cases.out import leases
from portal.cases.out.leases import LeasedRow
from portal.people import keys
from portal.people.keys import CannotDecrypt
from portal.people.models import Citizen

log = structlog.get_logger(__name__)

MAX_ATTEMPTS: Final = 24
"""So many failures take some four hours; then a letter goes where the law wants it to arrive."""

ROWS_A_SWEEP: Final = 200
_PERMANENT: Final = 500
_TO_READ_OUT: Final = (
    Notification.Reason.ASSIST,
    Notification.Reason.ASSIST_FILL,
    Notification.Reason.ASSIST_SEND,
)
CODES: Final = (Notification.Reason.CODE, *_TO_READ_OUT)
"""Each goes out alone: to show that an address is right, or to be read out to the helpdesk."""
_REMINDS: Final = (Notification.Reason.REMINDER, Notification.Reason.AGAIN)


class Bounced(Exception):
    """Nothing can ever arrive at this address."""


def sweep() -> None:
    """Rings for what is due, one row for each citizen and channel: the others go along."""
    place = Window(RowNumber(), partition_by=[F("citizen"), F("channel")], order_by=[F("not_before")])
    rows = _due().annotate(place=place).filter(place=1).order_by("not_before")
    for pk in rows.values_list("pk", flat=True)[:ROWS_A_SWEEP]:
        noting.ring(str(pk))


def notify(*, row_id: Any) -> None:
    """Sends one row, and with it what is due for the same person by the same way. Repeatable."""
    rows = _claim(row_id)
    if not rows:
        return
    try:
        _attempt(rows)
    except leases.LeaseOver:
        log.warning("a notification stood still until its lease was over", row=str(rows[0].pk))


def _attempt(rows: list[Notification]) -> None:
    try:
        _work(rows)
    except leases.LeaseOver:
        raise
    except SoftTimeLimitExceeded:
        _later(rows, "took longer than one attempt may")
    except Exception:
        # Not the exception itself: one of the mail library's names the address.
        log.error("a notification failed unexpectedly", row=str(rows[0].pk))
        _later(rows, "unexpected")


def _due() -> QuerySet[Notification]:
    return leases.free(Notification.objects.exclude(channel=Channel.POST), timezone.now())


def _claim(row_id: Any) -> list[Notification]:
    """The row and its company, under a lock on its citizen: two workers never tell one person the same."""
    with transaction.atomic():
        found = _due().filter(pk=row_id).first()
        if found is None:
            return []
        Citizen.objects.select_for_update(no_key=True).get(pk=found.citizen_id)
        same = _due().filter(citizen=found.citizen_id, channel=found.channel)
        same = same.filter(pk=found.pk) if found.reason in CODES else same.exclude(reason__in=CODES)
        rows = list(
            same.select_for_update(of=("self",)).select_related(
                "citizen", "suggestion", "notice__case__journey"
            )
        )
        # The one that was tried before keeps its place: what was sent of it carries its reference.
        rows.sort(key=lambda row: (-row.attempts, row.created_at, row.pk))
        for row in rows:
            leases.take(row, timezone.now())
    return rows


def _work(rows: list[Notification]) -> None:
    if has_died(rows[0].citizen):
        _readdress(rows)
        return
    wanted = [row for row in rows if _is_still_wanted(row)]
    leases.keep(rows[0])
    _drop([row for row in rows if row not in wanted])
    if not wanted:
        return
    first = wanted[0]
    contact = contact_of(first.citizen, Channel(first.channel))
    if contact is None or contact.bounced_at or not (contact.verified_at or _is_code(first)):
        # Taken back, or dead, since it was planned.
        leases.keep(first)
        _post_instead(wanted)
        _drop(wanted)
        return
    try:
        _send(first, contact, _words(wanted))
    except (Bounced, Refused):
        _bounce(wanted, contact)
    except ConnectorError as error:
        _later(wanted, str(error))
    except (OSError, CannotDecrypt) as error:
        # Those of smtplib are OSErrors; their words may hold the address.
        _later(wanted, type(error).__name__)
    else:
        _sent(wanted)


def _readdress(rows: list[Notification]) -> None:
    """Who should read this died since it was planned: nothing goes there, who settles it hears instead."""
    with transaction.atomic():
        for row in rows:
            if row.notice is not None and row.notice.citizen_id == row.citizen_id and _is_still_wanted(row):
                # Its place is free for the same news to somebody else.
                notice, reason = row.notice, Notification.Reason(row.reason)
                row.delete()
                noting.tell_survivors(notice, reason)
            elif row.notice is not None and _is_still_wanted(row):
                # To a contact person who died as well.
                noting.add_letter(row.notice, Notification.Reason.LETTER)
                _drop([row])
            else:
                _drop([row])


def _is_still_wanted(row: Notification) -> bool:
    """Not what was read or taken back, nor what would remind of a child who died, nor a code that is over."""
    if row.reason in _TO_READ_OUT:
        return row.created_at + CODE_LIFE > timezone.now() and not row.citizen.safety_flag
    if row.reason == Notification.Reason.PROPOSAL:
        return row.suggestion is not None and row.suggestion.closed_at is None
    if row.notice is None:
        return True
    if row.notice.read_at is not None:
        return False
    cheerful = row.reason in _REMINDS or row.notice.kind == Notice.Kind.PROGRESS
    return not (cheerful and noting.is_silent(row.notice.case))


def _is_code(row: Notification) -> bool:
    return row.reason == Notification.Reason.CODE


def _words(rows: list[Notification]) -> Words:
    first = rows[0]
    with override(first.citizen.language):
        if first.reason in CODES:
            code = keys.decrypt(bytes(first.sealed_code or b""), context=code_context(first)).decode()
            return code_words(code) if _is_code(first) else assist_words(code, first.reason)
        return reminder_words() if all(row.reason in _REMINDS for row in rows) else news_words()


def _send(row: Notification, contact: Contact, words: Words) -> None:
    fault_point("notice.before-send")
    if row.channel == Channel.MAIL:
        _mail(row, address_of(contact), words)
    else:
        _text(row, address_of(contact), words)
    fault_point("notice.after-send")


def _mail(row: Notification, address: str, words: Words) -> None:
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    headers = {"Message-ID": f"<{row.pk.hex}@{host}>", "Auto-Submitted": "auto-generated"}
    sender = settings.DEFAULT_FROM_EMAIL
    if settings.MAIL_BOUNCES_TO:
        # Where a mail that comes back goes, and which one it was (VERP).
        name, _at, at_host = settings.MAIL_BOUNCES_TO.partition("@")
        headers["From"], sender = sender, f"{name}+{row.pk.hex}@{at_host}"
    leases.keep(row)
    try:
        EmailMessage(words.subject, words.body, sender, [address], headers=headers).send()
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _said in refused.recipients.values()]
        if all(code >= _PERMANENT for code in codes):
            raise Bounced from None
        raise


def _text(row: Notification, number: str, words: Words) -> None:
    provider, trace_id, reference = sms(), new_trace_id(), row.pk.hex
    if leases.may_have_begun(row) and provider.was_sent(reference, trace_id=trace_id):
        return
    leases.keep(row)
    provider.send(number, words.short, reference=reference, trace_id=trace_id)


def sms() -> Sms:
    """The provider of the settings. Raises `ValueError` for settings that can never work."""
    return sms_of(settings.SMS_URL, api_key=settings.SMS_API_KEY, template=settings.SMS_TEMPLATE)


def _sent(rows: list[Notification]) -> None:
    with transaction.atomic():
        for row in rows:
            row.told_with = None if row == rows[0] else rows[0]
            row.sealed_code = None
            row.save(update_fields=["told_with", "sealed_code"])
            leases.finish(row)


def _drop(rows: list[Notification]) -> None:
    for row in rows:
        row.dropped, row.sealed_code = True, None
        row.save(update_fields=["dropped", "sealed_code"])
        leases.finish(row)


def _later(rows: list[Notification], error: str) -> None:
    """Tries again; after too many times an operator looks, and what must arrive goes by post."""
    log.warning("a notification could not be sent", row=str(rows[0].pk), error=error)
    leases.keep(rows[0])
    with transaction.atomic():
        for row in rows:
            leases.try_later(row, error=error, most=MAX_ATTEMPTS, human=LeasedRow.Human.EXCEEDED)
            if row.needs_human:
                _post_instead([row])


def _bounce(rows: list[Notification], contact: Contact) -> None:
    leases.keep(rows[0])
    with transaction.atomic():
        _note_bounce(rows, contact)
        for row in rows:
            leases.finish(row)


def bounced(*, row_id: Any) -> bool:
    """What was sent came back: that address is not used any more, and what must arrive goes by post.

    False where there is no such row, or its bounce was told before.
    """
    with transaction.atomic():
        row = Notification.objects.select_for_update().filter(pk=row_id, bounced_at=None).first()
        if row is None or row.channel == Channel.POST or row.delivered_at is None:
            return False
        rows = [row, *row.told.select_related("notice")]
        contact = contact_of(row.citizen, Channel(row.channel))
        _note_bounce(rows, contact)
    return True


def _note_bounce(rows: list[Notification], contact: Contact | None) -> None:
    now = timezone.now()
    # An address that was given since is another one.
    if contact is not None and (contact.verified_at is None or contact.verified_at <= rows[0].created_at):
        contact.bounced_at = now
        contact.save(update_fields=["bounced_at"])
    for row in rows:
        row.bounced_at = now
        row.save(update_fields=["bounced_at"])
    _post_instead(rows)
    log.info("a notification bounced", row=str(rows[0].pk), channel=rows[0].channel)


def _post_instead(rows: list[Notification]) -> None:
    """A letter at once for what something hangs on."""
    for row in rows:
        notice = row.notice
        if notice is not None and notice.read_at is None and Notice.Kind(notice.kind).demands_letter:
            noting.add_letter(notice, Notification.Reason.LETTER)
