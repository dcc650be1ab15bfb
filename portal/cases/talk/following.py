"""Files of a request that were not looked into in time: they follow it, and nobody gets them before.

A scanner that is away would hold up the request itself, and with it the term of the agency. So after a while
the request goes without them, and a message brings them as soon as they were looked into, as any other.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Count, Min
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.cases.models import Case, Delivery, Document, Message, Proof, Side
from portal.cases.out import outbox
from portal.cases.talk.documents import FOLLOWS, of_request
from portal.cases.talk.standing import touch

PATIENCE: Final = timedelta(minutes=10)
"""So long a request waits for the scanner."""


def let_follow(case: Case) -> list[Document]:
    """Those that were not looked into go with a message of their own, once. Gives the others."""
    with transaction.atomic():
        locked = Case.objects.select_for_update(of=("self",)).select_related("citizen").get(pk=case.pk)
        waiting = of_request(locked).select_for_update(of=("self",)).filter(state=Document.State.CHECKING)
        late = list(waiting.values_list("pk", flat=True))
        if late:
            message = Message.objects.create(
                case=locked, side=Side.CITIZEN, text=_text(len(late)), external_id=f"{FOLLOWS}{late[0]}"
            )
            Document.objects.filter(pk__in=late).update(message=message)
            outbox.add(case=locked, kind=Delivery.Kind.MESSAGE, message=message)
            touch(locked)
    return list(of_request(case).select_related("case__citizen"))


def held_up() -> tuple[int, datetime] | None:
    """How many files of anybody wait longer than that, and since when the oldest does."""
    waiting = {"state": "checking", "created_at__lt": timezone.now() - PATIENCE}
    found = [
        rows.aggregate(many=Count("pk"), since=Min("created_at"))
        for rows in (Document.objects.filter(**waiting), Proof.objects.filter(**waiting))
    ]
    many, since = sum(one["many"] for one in found), [one["since"] for one in found if one["since"]]
    return (many, min(since)) if since else None


def _text(many: int) -> str:
    """In Dutch, whatever language the citizen reads: it is for the officer."""
    with override("nl"):
        words = _("Bestanden bij mijn aanvraag die later komen: %(many)d. Zij werden nog gecontroleerd.")
        return words % {"many": many}
