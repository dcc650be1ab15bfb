"""A case; and the tables of the folders around it, in one place to import from."""

from __future__ import annotations

import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone

from lifeevents.model import Service
from portal.access.models import Representation
from portal.cases.auditing.models import AuditReview, AuditSample
from portal.cases.back.models import NewsHint, StatusUpdate, Subscription
from portal.cases.customtable.models import CustomTable, NextStep, NoObjection, Seat, TableLine
from portal.cases.deciding.models import Ending, FormerOutcome, Outcome, Proceeding, Reopening
from portal.cases.desk.models import Finding, Involvement, Proposal, SavedView
from portal.cases.desk.order import CASE_LIST_INDEXES, WORKLIST_INDEXES
from portal.cases.disputes.models import Dispute, DisputeEvent, DisputeMark, Proof
from portal.cases.forwarding.models import Forwarding
from portal.cases.helpdesk.models import ContactMoment
from portal.cases.inbox.models import InboxItem
from portal.cases.journey.models import (
    DraftFile,
    Journey,
    journeys_of_this_year,
    new_trace_id,
    unknown_definitions,
)
from portal.cases.notices.models import Contact, Notice, Notification, PrintBatch, Silence
from portal.cases.out.models import Delivery
from portal.cases.phases import Phase
from portal.cases.proactive.models import NoNeed, Suggestion, Wish
from portal.cases.references import new_reference
from portal.cases.restricting.models import RestrictedUse, Restriction
from portal.cases.signals.models import Signal
from portal.cases.talk.models import Change, CitizenTask, Document, Message, Side
from portal.cases.terms.models import ServiceDuration, TermEvent
from portal.cases.webhooks.models import Webhook
from portal.people.models import Citizen

__all__ = [
    "AuditReview",
    "AuditSample",
    "Case",
    "Change",
    "CitizenTask",
    "Contact",
    "ContactMoment",
    "CustomTable",
    "Delivery",
    "Dispute",
    "DisputeEvent",
    "DisputeMark",
    "Document",
    "DraftFile",
    "Ending",
    "Finding",
    "FormerOutcome",
    "Forwarding",
    "InboxItem",
    "Involvement",
    "Journey",
    "Message",
    "NewsHint",
    "NextStep",
    "NoNeed",
    "NoObjection",
    "Notice",
    "Notification",
    "Outcome",
    "Phase",
    "PrintBatch",
    "Proceeding",
    "Proof",
    "Proposal",
    "Reopening",
    "RestrictedUse",
    "Restriction",
    "SavedView",
    "Seat",
    "ServiceDuration",
    "Side",
    "Signal",
    "Silence",
    "StatusUpdate",
    "Subscription",
    "Suggestion",
    "TableLine",
    "TermEvent",
    "Webhook",
    "Wish",
    "journeys_of_this_year",
    "new_reference",
    "new_trace_id",
    "unknown_definitions",
]


class Case(models.Model):
    """One request to one agency. The payload is what the citizen saw, frozen and sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True, default=new_reference)
    citizen = models.ForeignKey(Citizen, on_delete=models.PROTECT, related_name="cases")
    journey = models.ForeignKey(Journey, on_delete=models.PROTECT, related_name="cases")
    service = models.CharField(max_length=60)
    agency = models.CharField(max_length=60)
    sealed_payload = models.BinaryField()
    # The class of the key that seals it: what is closed in one year goes together, when its term is over.
    retention = models.CharField(max_length=80)
    phase = models.CharField(max_length=10, choices=Phase.choices)
    phase_since = models.DateTimeField(default=timezone.now)
    # When we last heard something of it, by our own clock; `phase_since` is the teller's.
    changed_at = models.DateTimeField(default=timezone.now)
    received_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    # When it was last opened again, and whether the term of the law began anew then.
    reopened_on = models.DateField(null=True)
    has_new_term = models.BooleanField(default=False, db_default=False)
    their_reference = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(default=0)
    heard_version = models.CharField(max_length=300, blank=True)
    # When it was last read at its agency; empty: there is news, or it was never read.
    read_at = models.DateTimeField(null=True)
    reading_until = models.DateTimeField(null=True)
    # Who of the agency's officers has it in hand, and what lets it go before other cases there.
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="handles", db_index=False
    )
    # The handler chose that the citizen reads the name; the next one chooses anew.
    names_handler = models.BooleanField(default=False, db_default=False)
    is_flagged = models.BooleanField(default=False, db_default=False)
    flag_reason = models.CharField(max_length=200, default="", db_default="", blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # With which somebody filed it for the citizen; NULL where the citizen did.
    mandate = models.ForeignKey(Representation, on_delete=models.PROTECT, null=True, related_name="cases")
    # The agency that sent it on to this one last; "" where it came from the citizen.
    forwarded_from = models.CharField(max_length=60, default="", db_default="", blank=True)
    # The first day on which it may go, where the law sets one that had not come yet; it goes by itself then.
    send_on = models.DateField(null=True)
    # When it was last laid on a custom table; NULL where it never was.
    tabled_at = models.DateTimeField(null=True)
    # The report (melding) whose day this application counts from.
    report = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="applications", db_index=False
    )

    hides_places = False
    """As of a journey."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["journey", "service"], name="one_case_per_service")]
        indexes = [
            *WORKLIST_INDEXES,
            *CASE_LIST_INDEXES,
            models.Index(fields=["citizen", "-created_at"], name="cases_of_citizen"),
            models.Index(fields=["agency", "phase"], name="cases_of_agency"),
            models.Index(
                fields=["report"], condition=models.Q(report__isnull=False), name="cases_with_a_report"
            ),
            models.Index(
                fields=["send_on"],
                condition=models.Q(phase="waiting", send_on__isnull=False),
                name="cases_for_a_day",
            ),
            models.Index(fields=["agency", "changed_at"], name="cases_by_change"),
            models.Index(fields=["agency", "their_reference"], name="cases_by_their_reference"),
            models.Index(fields=["agency", "read_at"], name="cases_by_reading"),
            models.Index(
                fields=["agency"], condition=models.Q(reading_until__isnull=False), name="cases_being_read"
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def their_number(self) -> str:
        """What the agency itself calls it, where that is something to say on the telephone; otherwise ""."""
        is_a_number = self.their_reference != self.reference and "://" not in self.their_reference
        return self.their_reference if is_a_number else ""

    @property
    def term_from(self) -> date | None:
        """The day from which the term of the law runs; None where none does."""
        if self.reopened_on is None:
            return self.received_on
        return self.reopened_on if self.has_new_term else None

    @property
    def definition(self) -> Service:
        """The service as it was defined when the journey began."""
        return self.journey.service(self.service)
