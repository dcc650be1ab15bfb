"""Samples by lot. The order of the lot is SHA-256 over the seed and the key of a row: who has the seed, the
period and the rows draws the same again, with this code or without it.
"""

from __future__ import annotations

import math
import secrets
from typing import Any, Final

from django.db import transaction
from django.db.models import CharField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from portal.cases.auditing.looking import note
from portal.cases.auditing.models import AuditReview, AuditSample, Kind
from portal.cases.auditing.records import reference_of, what_of
from portal.cases.auditing.rows import Wanted, moment_of, require_auditor, staff_of, until_of, up_to
from portal.people.actor import Actor

MOST_DRAWN: Final = 200


class NothingThere(Exception):
    """No row is wanted: there is nothing to draw from."""


class TooMany(Exception):
    """So many nobody looks at."""


class _Lot(Func):
    """The place of a row in the lot."""

    function = "sha256"
    template = "encode(%(function)s(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()


def draw(*, auditor: Actor, wanted: Wanted, number: int = 0, percent: int = 0) -> AuditSample:
    """A new sample of so many rows, or of so much of what there is (at least one).

    Raises `PermissionError`, `NothingThere` and `TooMany`.
    """
    require_auditor(auditor)
    sample = AuditSample(
        kind=wanted.kind,
        wanted=wanted.as_json(),
        until_at=until_of(wanted),
        seed=secrets.token_hex(8),
        drawn_by=auditor.require_user(),
    )
    with transaction.atomic():
        sample.population = _population(sample).count()
        size = min(number or math.ceil(sample.population * percent / 100), sample.population)
        if not size:
            raise NothingThere
        if size > MOST_DRAWN:
            raise TooMany
        sample.save(force_insert=True)
        rows = _by_lot(sample)[:size]
        AuditReview.objects.bulk_create([_to_review(sample, row, place) for place, row in enumerate(rows, 1)])
        note(auditor=auditor, what="drawn", about=sample.pk)
    return sample


def comes_out_again(sample: AuditSample) -> bool:
    """Whether the same rows come out by its seed. Not where some of them are kept no longer."""
    drawn = list(sample.reviews.order_by("place").values_list("row", flat=True))
    return [str(key) for key in _by_lot(sample).values_list("pk", flat=True)[: len(drawn)]] == drawn


def samples() -> QuerySet[AuditSample]:
    """Those with something to look at first (`is_open`), then the newest; `size`, and `left` to look at."""
    open_ones = AuditReview.objects.filter(sample=OuterRef("pk"), reviewed_at=None)
    return (
        AuditSample.objects.select_related("drawn_by")
        .annotate(
            is_open=Exists(open_ones),
            size=Count("reviews"),
            left=Count("reviews", filter=Q(reviews__reviewed_at=None)),
            wrong=Count("reviews", filter=Q(reviews__was_right=False)),
        )
        .order_by("-is_open", "-drawn_at", "-id")
    )


def _population(sample: AuditSample) -> QuerySet[Any]:
    return up_to(Wanted.from_json(sample.wanted), sample.until_at)


def _by_lot(sample: AuditSample) -> QuerySet[Any]:
    key = Cast(F("pk"), CharField())
    lot = _Lot(Concat(Value(f"{sample.seed}:"), key, output_field=CharField()))
    return _population(sample).annotate(lot=lot).order_by("lot")


def _to_review(sample: AuditSample, row: Any, place: int) -> AuditReview:
    kind = Kind(sample.kind)
    user = staff_of(kind, row)
    return AuditReview(
        sample=sample,
        kind=kind,
        row=str(row.pk),
        place=place,
        staff=user,
        agency=user.agency if user else row.agency,
        at=moment_of(kind, row),
        what=what_of(kind, row),
        reference=reference_of(kind, row),
    )
