"""The ways to tamper with a log. Each returns the number of the first line that is not what it was.

For somebody who may do everything in the database: no trigger, and no rule that a number comes once.
"""

from __future__ import annotations

import random
from datetime import timedelta

from portal.ledger.log.chain import content_of, line_hash
from portal.ledger.models import DataUse, LogHead
from portal.people.models import Citizen


def edit(lines: list[DataUse], chance: random.Random) -> int:
    """Another recipient, ground, moment or outcome; sometimes with a hash that fits the new words."""
    line = chance.choice(lines)
    field, value = chance.choice(
        [("recipient", "uwv"), ("ground", "geen"), ("fields", ["brp.name"]), ("outcome", "failed"),
         ("at", lines[0].at - timedelta(days=1)), ("commitment", "f" * 64), ("trace_id", "f" * 32)]
    )  # fmt: skip
    setattr(line, field, value)
    if chance.random() < 0.5:
        line.line_hash = line_hash(line.previous_hash, content_of(line))
    line.save()
    return line.number


def delete(lines: list[DataUse], chance: random.Random) -> int:
    """One line or a stretch; sometimes the lines after it close the gap."""
    first = chance.randrange(len(lines))
    gone = lines[first : first + chance.choice([1, 1, 3])]
    DataUse.objects.filter(pk__in=[line.pk for line in gone]).delete()
    if chance.random() < 0.5:
        for line in lines[first + len(gone) :]:
            line.number -= len(gone)
            line.save()
    return gone[0].number


def insert(lines: list[DataUse], chance: random.Random) -> int:
    """A line that never was, with a hash that follows from the one before; the others move up or not."""
    place = chance.randrange(len(lines))
    if chance.random() < 0.5:
        for line in reversed(lines[place:]):
            line.number += 1
            line.save()
    after = lines[place - 1].line_hash if place else "0" * 64
    forged = DataUse.objects.get(pk=chance.choice(lines).pk)
    forged.pk, forged.number, forged.previous_hash = None, place + 1, after
    forged.line_hash = line_hash(after, content_of(forged))
    forged.save(force_insert=True)
    return place + 1


def reorder(lines: list[DataUse], chance: random.Random) -> int:
    """Two lines change places; sometimes each with the links and hashes of its new place."""
    one, other = chance.sample(lines, 2)
    one.number, other.number = other.number, one.number
    if chance.random() < 0.5:
        one.previous_hash, other.previous_hash = other.previous_hash, one.previous_hash
        for line in (one, other):
            line.line_hash = line_hash(line.previous_hash, content_of(line))
    one.save()
    other.save()
    return min(one.number, other.number)


def recompute(lines: list[DataUse], chance: random.Random) -> int:
    """Any of the above, after which the whole chain is hashed anew and its head put right."""
    first = chance.choice([edit, delete, insert, reorder])(lines, chance)
    _hash_anew(lines[0].citizen)
    return first


def _hash_anew(citizen: Citizen) -> None:
    previous, number = "0" * 64, 0
    for line in DataUse.objects.filter(chain=citizen.pk).order_by("number", "-pk"):
        number += 1
        line.number, line.previous_hash = number, previous
        previous = line.line_hash = line_hash(previous, content_of(line))
        line.save()
    LogHead.objects.filter(chain=citizen.pk).update(newest=previous, lines=number)


WAYS = [edit, delete, insert, reorder, recompute]
