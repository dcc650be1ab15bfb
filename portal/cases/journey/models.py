"""A life event until it is sent, and the files of one that was not sent yet."""

from __future__ import annotations

import secrets
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from functools import cached_property

from django.db import models
from django.utils import timezone

from lifeevents.model import Service, load
from portal import clock
from portal.access.models import Filing, Representation
from portal.people.models import Citizen


def new_trace_id() -> str:
    """128 random bits in hexadecimal, as W3C trace context wants."""
    return secrets.token_hex(16)


def journeys_of_this_year() -> str:
    """The retention class of the answers of a journey that begins now."""
    return f"journeys/{clock.today().year}"


_KEPT_DEFINITIONS = 64
_definitions: OrderedDict[str, tuple[Service, ...]] = OrderedDict()
"""By their hash, the newest last: most journeys of a moment began under the same few definitions."""


def unknown_definitions(journeys: Iterable[Journey]) -> set[uuid.UUID]:
    """One journey for each definition that this process has not read yet: those it will have to fetch."""
    unknown = {one.definitions_hash: one.pk for one in journeys if one.definitions_hash not in _definitions}
    return set(unknown.values())


def _services(journey: Journey) -> tuple[Service, ...]:
    known = _definitions.get(journey.definitions_hash)
    if known is None:
        known = load(journey.definitions)
        if journey.definitions_hash:
            _definitions[journey.definitions_hash] = known
            while len(_definitions) > _KEPT_DEFINITIONS:
                _definitions.popitem(last=False)
    return known


class Journey(models.Model):
    """A citizen's life event: the definitions as they were when it began, and the answers (sealed)."""

    class State(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="journeys")
    event = models.CharField(max_length=60)
    definitions = models.JSONField()
    definitions_hash = models.CharField(max_length=64)
    sealed_answers = models.BinaryField(null=True)
    # The class of the key that seals them: what was begun in one year goes together.
    retention = models.CharField(max_length=80, default=journeys_of_this_year)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    trace_id = models.CharField(max_length=32, default=new_trace_id)
    created_at = models.DateTimeField(default=timezone.now)
    # When something was last filled in; empty until then.
    touched_at = models.DateTimeField(null=True)
    submitted_at = models.DateTimeField(null=True)
    submission_hash = models.CharField(max_length=64, blank=True)
    # The questions that somebody of the helpdesk filled in, each with the assist: names, no answers.
    helped: models.JSONField[dict[str, str], dict[str, str]] = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField())
    )
    # With which somebody began it for the citizen; NULL where the citizen did.
    mandate = models.ForeignKey(Representation, on_delete=models.PROTECT, null=True, related_name="journeys")
    # In which staff wrote it down, at a desk, by telephone or on paper; NULL where it was filled in here.
    filing = models.ForeignKey(
        Filing, on_delete=models.PROTECT, null=True, related_name="journeys", db_index=False
    )

    hides_places = False
    """Set on what was found for an actor who must not read where the citizen lives (`portal.cases.own`)."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["citizen", "event"], condition=models.Q(state="draft"), name="one_draft_per_event"
            )
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"

    @cached_property
    def services(self) -> tuple[Service, ...]:
        """The services as they were defined when the journey began."""
        return _services(self)

    def service(self, name: str) -> Service:
        """One of them; raises `StopIteration` for a name that the journey does not have."""
        return next(service for service in self.services if service.id == name)


class DraftFile(models.Model):
    """A file that answers a question of a draft, sealed under the key of its journey.

    It goes with the draft, and becomes a `Document` of each case that asks for it. Its name is not kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    journey = models.ForeignKey("cases.Journey", on_delete=models.CASCADE, related_name="files")
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"file {self.pk} of a draft"
