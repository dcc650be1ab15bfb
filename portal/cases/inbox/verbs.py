"""What a citizen does with the inbox: opens things, and puts them away.

Rows that somebody else has locked are passed by: they are about to be news, so that they stay unread, and
where they are. So nobody waits here for a worker, and no two lock each other out.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.cases.inbox.models import InboxItem
from portal.cases.models import Case, CitizenTask, Suggestion
from portal.cases.own import own_items
from portal.cases.proactive.verbs import decline
from portal.people.actor import Actor

_OPENED = """
UPDATE cases_inboxitem SET read_at = %(now)s, changed_at = %(now)s WHERE id IN (
    SELECT id FROM cases_inboxitem
    WHERE citizen_id = %(citizen)s AND kind = %(kind)s AND source = %(source)s AND read_at IS NULL
    FOR UPDATE SKIP LOCKED)
"""
"""In SQL of our own: one statement, without a transaction around it, for every page that is opened."""


_KINDS = {
    Case: InboxItem.Kind.CASE,
    CitizenTask: InboxItem.Kind.TASK,
    Suggestion: InboxItem.Kind.PROPOSAL,
}


def note_opened(*, actor: Actor, what: Case | CitizenTask | Suggestion) -> None:
    """The citizen has this open: a case, a task of it, or a proposal. Messages and documents are noted by
    themselves (`talk.writing.mark_read`, `talk.documents.mark_opened`)."""
    kind = _KINDS[type(what)]
    of: dict[str, Any] = {
        "citizen": actor.require_citizen().pk,
        "kind": kind.value,
        "source": what.pk,
        "now": timezone.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_OPENED, of)


def note_moved(case: Case) -> None:
    """A case was sent on: it stands in the list as the next agency's, as news, out of the archive."""
    InboxItem.objects.filter(kind=InboxItem.Kind.CASE, source=case.pk).update(agency=case.agency)
    note_news(case)


def note_news(case: Case) -> None:
    """Something happened that is no status, task, message or letter: the case is news, out of the archive."""
    rows = InboxItem.objects.filter(kind=InboxItem.Kind.CASE, source=case.pk)
    rows.update(read_at=None, archived_at=None, changed_at=timezone.now())


def put_away(*, actor: Actor, items: Collection[int]) -> int:
    """Into the archive; how many things went. A case takes along what belongs to it.

    What must be done stays where it is; what is another's is passed by, like what does not exist. A proposal
    that is put away was declined.
    """
    with transaction.atomic():
        moved = _move(actor, items, archived=True)
        away = own_items(actor).filter(pk__in=items, archived_at__isnull=False)
        decline(actor=actor, suggestions=away.filter(kind=InboxItem.Kind.PROPOSAL).values("source"))
    return moved


def bring_back(*, actor: Actor, items: Collection[int]) -> int:
    """Out of the archive again, a case with all that belongs to it; how many things came."""
    return _move(actor, items, archived=False)


def _move(actor: Actor, items: Collection[int], *, archived: bool) -> int:
    own = own_items(actor)
    chosen = own.filter(pk__in=items)
    cases = chosen.filter(kind=InboxItem.Kind.CASE).values("case")
    movable = own.filter(Q(pk__in=items) | Q(case__in=cases), is_open=False, archived_at__isnull=archived)
    now = timezone.now()
    with transaction.atomic():
        return _free(movable).update(archived_at=now if archived else None, changed_at=now)


def _free(items: QuerySet[InboxItem]) -> QuerySet[InboxItem]:
    """Those that nobody else has locked now, locked by us; to be updated in one statement."""
    free = items.select_for_update(skip_locked=True, of=("self",)).order_by("pk").values("pk")
    return InboxItem.objects.filter(pk__in=free)
