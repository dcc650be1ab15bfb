"""Who does not deal with a complaint: whoever took part in what it is about (Awb 9:7(1)).

That is known from the staff log of the request that the complaint is about. Where it is about none, nobody is
known to have taken part, and the page of the complaint says the rule (`attention_texts`).
Imports no verb of cases, so that each of them can ask.
"""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from portal.cases.models import Case, Proceeding
from portal.catalogue import catalogue
from portal.ledger.models import StaffAction
from portal.people.actor import Actor
from portal.people.models import User

_NO_PART: Final = (
    "case-opened",
    "case-handed-over",
    "case-put-back",
    "case-flagged",
    "case-unflagged",
    "complaint-opened",
    "complaint-closed",
)
"""Acts on a request by which nobody takes part in it: looking, sharing out, writing the complaint down."""


class Involved(Exception):
    """Somebody took part in what this complaint is about. The message is the reference of the complaint."""


def involved_in(case: Case) -> QuerySet[User]:
    """The staff who took part in what this complaint is about, by name; nobody for any other case."""
    service = catalogue().services.get(case.service)
    if service is None or service.kind != "complaint":
        return User.objects.none()
    # By the citizen first: there is an index for that, and whoever complains does so about an own case.
    own = Proceeding.objects.filter(case__citizen=case.citizen_id)
    about = own.filter(kind=Proceeding.Kind.COMPLAINT, reference=case.reference)
    acts = StaffAction.objects.filter(reference__in=about.values("case__reference"))
    took_part = acts.exclude(what__in=_NO_PART).values("user")
    return User.objects.filter(pk__in=took_part).order_by("name", "pk")


def require_uninvolved(case: Case, who: Actor | User | None) -> None:
    """Raises `Involved`. Nobody and a program pass: who of its people acts, an agency answers for itself."""
    user = who.user if isinstance(who, Actor) else who
    if user is not None and involved_in(case).filter(pk=user.pk).exists():
        raise Involved(case.reference)
