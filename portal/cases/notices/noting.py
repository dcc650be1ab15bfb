"""That a citizen must hear of something: a row in the transaction of the act, and one for each way out.

Imports no verb of cases, so that each of them can call it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from portal.access.joining import account_of
from portal.access.settling import KNOWN_TO_LIVE_OR_NOT, contact_person, has_died
from portal.cases import bell
from portal.cases.models import Case, Notice, Notification, Phase, Silence, Suggestion
from portal.cases.notices.models import Channel
from portal.cases.notices.planning import send_at
from portal.cases.notices.preferences import USABLE, Preferences, preferences_of, usable
from portal.people.actor import Actor
from portal.people.models import Citizen, User
from portal.rows import insert_asking

NOTIFY = "portal.cases.tasks.notify"
"""The name of the task that a bell wakes."""

_IN_PERSON = ("self", "guardian", "survivor")

CALL = "call:"
"""Begins what a notice is about where an officer noted a call; its id follows."""

OUTCOME = "outcome"
"""What a notice of a decision is about: a case has one."""


_SILENCE = """
SELECT 1 FROM cases_silence AS silence JOIN cases_journey AS journey ON journey.event = silence.event
WHERE silence.citizen_id = %s AND journey.id = %s
"""
_NEEDED = f"EXISTS ({_SILENCE}), ARRAY({USABLE}), EXISTS ({KNOWN_TO_LIVE_OR_NOT})"
"""All in one question, in SQL of our own: every status asks this."""


def note(*, case: Case, kind: Notice.Kind, about: str) -> None:
    """Writes that there is news, once for each `about`, and how it goes out. In the caller's transaction."""
    notice = Notice(citizen=case.citizen, case=case, kind=kind, about=about)
    ids = [case.citizen_id, case.journey_id, case.citizen_id, case.citizen_id]
    answer = insert_asking(notice, _NEEDED, ids)
    if answer is None:
        return
    silent, channels, may_have_died = answer
    if case.journey.filing_id is not None and is_receipt(notice):
        # Whoever did not file here gets on paper that it came in, with a copy (Awb 4:3a).
        add_letter(notice, Notification.Reason.NEWS)
        return
    if kind == Notice.Kind.PROGRESS and silent:
        return
    reachable = {Channel(name) for name in channels}
    if may_have_died and has_died(case.citizen):
        tell_survivors(notice, Notification.Reason.NEWS)
    else:
        _tell_reader(notice, Notification.Reason.NEWS, reachable)


def is_receipt(notice: Notice) -> bool:
    """Whether it says that an agency has the request."""
    return notice.kind == Notice.Kind.PROGRESS and notice.about == Phase.ARRIVED


def is_by_post_only(case: Case) -> bool:
    """Staff wrote it down, and the citizen has no account: what is not on paper reaches nobody."""
    written_down = case.journey.filing_id is not None or case.citizen.bsn is None
    if not written_down or User.objects.filter(citizen=case.citizen).exists():
        return False
    return account_of(case.citizen) is None


def tell(notice: Notice, reason: Notification.Reason) -> None:
    """A row for each channel that this citizen chose and can be reached by; after a death, to who settles it.

    By post where that was chosen, where there is no account, and where something hangs on it and nothing else
    reaches this person.
    """
    if has_died(notice.citizen):
        tell_survivors(notice, reason)
    else:
        _tell_reader(notice, reason, usable(notice.citizen))


def _tell_reader(notice: Notice, reason: Notification.Reason, reachable: set[Channel]) -> None:
    """The same for somebody who lives and can be reached by these channels."""
    # Who is joined to an account hears of it there.
    reader = account_of(notice.citizen) or notice.citizen
    if reader != notice.citizen:
        reachable = usable(reader)
    chosen, kind = preferences_of(reader), Notice.Kind(notice.kind)
    if chosen.by_post or is_by_post_only(notice.case):
        add_letter(notice, Notification.Reason.NEWS)
        return
    channels = [channel for channel in chosen.of(kind) if channel in reachable]
    if not channels and kind.demands_letter and reason == Notification.Reason.NEWS:
        add_letter(notice, Notification.Reason.LETTER)
        return
    _add(notice, reader, channels, reason, _when(kind, chosen))


def tell_survivors(notice: Notice, reason: Notification.Reason) -> None:
    """No mail or text goes to who has died: the one contact person hears of it, as that person chose.

    What has a term goes by letter too, at once, to the heirs; so does all that is formal where nobody else
    would hear of it. How something goes is told to nobody then.
    """
    kind, contact = Notice.Kind(notice.kind), contact_person(notice.citizen)
    channels: list[Channel] = []
    if contact is not None:
        chosen, reachable = preferences_of(contact), usable(contact)
        channels = [channel for channel in chosen.of(kind) if channel in reachable and not chosen.by_post]
        _add(notice, contact, channels, reason, _when(kind, chosen))
    if kind.demands_letter or (kind.is_formal and not channels):
        add_letter(notice, reason if reason == Notification.Reason.LETTER else Notification.Reason.NEWS)


def _when(kind: Notice.Kind, chosen: Preferences) -> datetime:
    return send_at(
        timezone.now(),
        formal=kind.is_formal,
        rhythm=chosen.rhythm,
        quiet=chosen.quiet,
        gather=settings.NOTICE_GATHER,
    )


def tell_at_once(citizen: Citizen) -> None:
    """That there is news which is no case's, now, also at night: somebody of the helpdesk looks along."""
    for channel in sorted(usable(citizen)):
        row = Notification.objects.create(
            citizen=citizen, channel=channel, reason=Notification.Reason.NEWS, not_before=timezone.now()
        )
        transaction.on_commit(lambda row_id=str(row.pk): ring(row_id))  # type: ignore[misc]


def tell_of_proposal(suggestion: Suggestion) -> None:
    """That something is proposed, as the citizen chose for how a request goes; never by post, never twice."""
    citizen = suggestion.citizen
    chosen = preferences_of(citizen)
    if chosen.by_post or has_died(citizen):
        return
    at = _when(Notice.Kind.PROGRESS, chosen)
    for channel in sorted(usable(citizen).intersection(chosen.of(Notice.Kind.PROGRESS))):
        row, made = Notification.objects.get_or_create(
            suggestion=suggestion,
            channel=channel,
            reason=Notification.Reason.PROPOSAL,
            defaults={"citizen": citizen, "not_before": at},
        )
        if made and at <= timezone.now():
            transaction.on_commit(lambda row_id=str(row.pk): ring(row_id))  # type: ignore[misc]


def add_letter(notice: Notice, reason: Notification.Reason) -> None:
    """Puts a letter in the queue of the print house, once for a notice, whatever asks for it."""
    rows = Notification.objects.filter(notice=notice, channel=Channel.POST)
    if not rows.exists():
        Notification.objects.create(
            citizen_id=notice.citizen_id, notice=notice, channel=Channel.POST, reason=reason
        )


def opened(*, case: Case, actor: Actor) -> None:
    """The citizen opened the case, or who stands in that place: nobody is reminded of what was there.

    Somebody with a mandate reads for themselves: the citizen hears of it all the same.
    """
    if actor.citizen == case.citizen and actor.capacity in _IN_PERSON:
        Notice.objects.filter(case=case, read_at=None).update(read_at=timezone.now())


def is_silent(case: Case) -> bool:
    """Whether somebody died in this life event, so that nothing cheerful or needless is sent."""
    with connection.cursor() as cursor:
        cursor.execute(_SILENCE, [case.citizen_id, case.journey_id])
        return cursor.fetchone() is not None


def silent_events(citizen: Citizen) -> frozenset[str]:
    """The life events of which that is so."""
    return frozenset(Silence.objects.filter(citizen=citizen).values_list("event", flat=True))


def fall_silent(*, citizen: Citizen, event: str) -> None:
    """A child died, before or after birth: from now on silence about this life event. Twice is once."""
    Silence.objects.get_or_create(citizen=citizen, event=event)
    proposed = Suggestion.objects.filter(citizen=citizen, event=event, closed_at=None)
    proposed.update(closed_at=timezone.now(), closed=Suggestion.Closed.SILENCED)


def ring(row_id: str) -> None:
    """Wakes a worker for one mail or text."""
    bell.ring(row_id, task=NOTIFY)


def _add(
    notice: Notice, reader: Citizen, channels: Iterable[Channel], reason: Notification.Reason, at: datetime
) -> None:
    for channel in channels:
        _row, made = Notification.objects.get_or_create(
            notice=notice,
            channel=channel,
            reason=reason,
            defaults={"citizen_id": reader.pk, "not_before": at},
        )
        if made and at <= timezone.now():
            transaction.on_commit(lambda row_id=str(_row.pk): ring(row_id))  # type: ignore[misc]
