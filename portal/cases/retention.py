"""Destroying what may not be kept any longer: keys, and with them the values, in every backup too.

A key may go when nothing can come under it any more: its year is over, every case under it has ended
longer ago than the term that stands in its own definition, no objection, appeal or complaint runs about
one of them, and the citizen did not restrict one. What was written in messages about those cases is
emptied with it. So it is for what citizens say is wrong, from the day that it was over. The lines of the
log stay: they have a term of their own, and hold no values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from lifeevents.retention import retention
from portal import clock
from portal.access.denials.noting import past_term
from portal.cases.journey.journeys import AlreadySubmitted, discard
from portal.cases.journey.proposed import begun
from portal.cases.locked import locked_in_turn
from portal.cases.models import Case, Dispute, DraftFile, Journey, Phase, Proceeding
from portal.cases.restricting.standing import in_effect, restricted_fields
from portal.cases.talk.texts import erase
from portal.catalogue import catalogue
from portal.ledger.engine.gather import RETENTION as FACTS
from portal.ledger.keys import destroy_key
from portal.ledger.models import DataKey, DataUse, Fact
from portal.people.models import Citizen

_FINAL: Final = [phase for phase in Phase if phase.is_final]


@dataclass(slots=True)
class Purged:
    """What went, or would go: numbers and names of classes, never of people."""

    keys: Counter[str] = field(default_factory=Counter)
    paused: Counter[str] = field(default_factory=Counter)
    facts: int = 0
    drafts: int = 0
    denials: int = 0
    lines_past_term: int = 0


def purge(*, dry_run: bool) -> Purged:
    """Destroys everything whose term is over, citizen by citizen, or counts it. May be broken off."""
    done = Purged()
    for draft in _old_drafts().iterator():
        done.drafts += _drop_draft(draft, dry_run=dry_run)
    for citizen in _citizens_with_keys():
        for name in _classes_of(citizen):
            _purge_class(citizen, name, done, dry_run=dry_run)
        _purge_facts(citizen, done, dry_run=dry_run)
    done.denials = _purge_denials(dry_run=dry_run)
    done.lines_past_term = DataUse.objects.filter(at__lt=_years_ago(retention().lines_years)).count()
    return done


def _purge_denials(*, dry_run: bool) -> int:
    """The auditor's lines about doors that stayed shut: no citizen is in them, and no key."""
    old = past_term()
    return int(old.count() if dry_run else old.delete()[0])


def kept_until(draft: Journey) -> date:
    """The last day on which a draft is still there, counted from when something was last filled in."""
    return timezone.localdate(draft.touched_at or draft.created_at) + timedelta(days=retention().drafts_days)


def _old_drafts() -> QuerySet[Journey]:
    before = clock.today() - timedelta(days=retention().drafts_days)
    drafts = Journey.objects.filter(state=Journey.State.DRAFT)
    return drafts.annotate(last=Coalesce("touched_at", "created_at")).filter(last__date__lt=before)


def _drop_draft(draft: Journey, *, dry_run: bool) -> int:
    try:
        with transaction.atomic():
            # Somebody may have gone on with it while we looked.
            _old_drafts().select_for_update().get(pk=draft.pk)
            if not dry_run:
                discard(journey=draft)
    except (AlreadySubmitted, Journey.DoesNotExist):
        return 0  # sent, or taken back, while we looked
    return 1


def _citizens_with_keys() -> Iterator[Citizen]:
    return Citizen.objects.filter(Exists(DataKey.objects.filter(citizen=OuterRef("pk")))).iterator()


def _classes_of(citizen: Citizen) -> list[str]:
    """The classes that citizens' cases and journeys have; that of the facts goes another way."""
    rows = DataKey.objects.filter(citizen=citizen).exclude(retention=FACTS)
    return sorted(rows.values_list("retention", flat=True))


def _purge_class(citizen: Citizen, name: str, done: Purged, *, dry_run: bool) -> None:
    if not _year_is_over(name):
        return
    with transaction.atomic():
        cases = list(locked_in_turn(_cases_under(citizen, name)))
        disputes = list(Dispute.objects.filter(citizen=citizen, retention=name))
        if _drafts_under(citizen, name) or not all(_term_is_over(case) for case in cases):
            return
        if not all(_is_long_over(dispute) for dispute in disputes):
            return
        about = [*(case.pk for case in cases), *(dispute.correction_id for dispute in disputes)]
        if Proceeding.objects.filter(case__in=about, closed_on=None).exists() or _is_restricted(about):
            done.paused[_without_year(name)] += 1
            return
        if not dry_run:
            erase([case for case in cases if case.retention == name])
            DraftFile.objects.filter(journey__citizen=citizen, journey__retention=name).delete()
            destroy_key(citizen, name)
    done.keys[_without_year(name)] += 1


def _is_restricted(cases: list[Any]) -> bool:
    """The citizen restricted one of them: it is kept, for a claim or against erasure (AVG 18(1)(b), (c))."""
    return in_effect().filter(case__in=cases).exists()


def _cases_under(citizen: Citizen, name: str) -> Any:
    """The cases whose payload this key seals, or whose journey's answers it seals."""
    own = Case.objects.filter(citizen=citizen)
    under = own.filter(retention=name) | own.filter(journey__retention=name)
    return under.select_related("journey").order_by("pk")


def _drafts_under(citizen: Citizen, name: str) -> bool:
    drafts = Journey.objects.filter(citizen=citizen, retention=name, state=Journey.State.DRAFT)
    return drafts.exists()


def _term_is_over(case: Case) -> bool:
    """The case ended, longer ago than its own definition says that it is kept."""
    if not Phase(case.phase).is_final:
        return False
    days = case.definition.activity.retention_days
    return timezone.localdate(case.phase_since) + timedelta(days=days) < clock.today()


def _is_long_over(dispute: Dispute) -> bool:
    """What was said to be wrong has its end, longer ago than the catalogue says that it is kept."""
    if dispute.is_open:
        return False
    known = catalogue().correction_of(dispute.field)
    # Of a source that the catalogue has no more: as long as for any other.
    all_days = [one.activity.retention_days for one in catalogue().corrections.values()]
    days = known.activity.retention_days if known else max(all_days, default=0)
    ended = dispute.events.order_by("-at").values_list("at", flat=True)[0]
    return timezone.localdate(ended) + timedelta(days=days) < clock.today()


def _purge_facts(citizen: Citizen, done: Purged, *, dry_run: bool) -> None:
    """Facts that nobody needed for a while; the key goes with the last of them."""
    busy = begun(Journey.objects.filter(citizen=citizen, state=Journey.State.DRAFT)).exists()
    if busy or Case.objects.filter(citizen=citizen).exclude(phase__in=_FINAL).exists():
        return
    facts = Fact.objects.filter(citizen=citizen)
    old = facts.filter(valid_until__lt=clock.now() - timedelta(days=retention().facts_days))
    old = old.exclude(field__in=restricted_fields(citizen))
    found, last = old.count(), not facts.exclude(pk__in=old).exists()
    has_key = DataKey.objects.filter(citizen=citizen, retention=FACTS).exists()
    done.facts += found
    if last and has_key:
        done.keys[FACTS] += 1
    if not dry_run:
        with transaction.atomic():
            old.delete()
            if last and has_key:
                destroy_key(citizen, FACTS)


def _year_is_over(name: str) -> bool:
    """Classes from before there were years in them get nothing new."""
    year = name.rpartition("/")[2]
    return not year.isdecimal() or int(year) < clock.today().year


def _without_year(name: str) -> str:
    return name.partition("/")[0]


def _years_ago(years: int) -> Any:
    return clock.now() - timedelta(days=round(years * 365.25))
