"""Registering a birth in the database of the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Max

from connectors.sandbox.models import BORN_HERE, Person
from connectors.sandbox.municipality.bsn import next_bsn
from connectors.sandbox.municipality.records import Newborn, as_child, child_record, is_same_child

ONE_DESK = 90_010_002
"""Key of the database lock that lets one registration through at a time."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A child in the register, and whether this registration put it there."""

    person: Person
    is_new: bool


@transaction.atomic
def register_birth(
    *, parents: Sequence[Person], children: Sequence[Newborn], is_custody_unknown: bool = False
) -> list[Registered]:
    """Registers newborns of one or two parents; a child that is there already is returned as it is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_DESK])
    fresh = {one.pk: one for one in Person.objects.filter(pk__in=[parent.pk for parent in parents])}
    ordered = [fresh[parent.pk] for parent in parents]
    return [_register(child, ordered, is_custody_unknown) for child in children]


def _register(child: Newborn, parents: list[Person], is_custody_unknown: bool) -> Registered:
    known = _find(child, parents)
    if known:
        return Registered(known, is_new=False)
    highest = Person.objects.filter(origin=BORN_HERE).aggregate(top=Max("bsn"))["top"]
    bsn = next_bsn(highest)
    record = child_record(
        child, bsn, [parent.record for parent in parents], is_custody_unknown=is_custody_unknown
    )
    last = Person.objects.aggregate(top=Max("position"))["top"] or 0
    person = Person.objects.create(
        bsn=bsn, record=record, note="Geboren in de zandbak", position=last + 1, origin=BORN_HERE
    )
    for parent in parents:
        for name, entry in (("kinderen", as_child(record)), ("gezag", record["gezag"][0])):
            parent.record.setdefault(name, []).append(entry)
        parent.save(update_fields=["record"])
    return Registered(person, is_new=True)


def _find(child: Newborn, parents: list[Person]) -> Person | None:
    bsns = [
        entry.get("burgerservicenummer")
        for parent in parents
        for entry in parent.record.get("kinderen", [])
        if is_same_child(entry, child)
    ]
    return Person.objects.filter(bsn__in=[bsn for bsn in bsns if bsn]).first()
