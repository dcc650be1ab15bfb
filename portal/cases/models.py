"""What a citizen started and sent, and everything that was heard of it since."""

from __future__ import annotations

import secrets
import uuid
from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from functools import cached_property

from django.conf import settings
from django.db import models
from django.utils import timezone

from lifeevents.model import Service, load
from portal import clock
from portal.access.models import Filing, Representation
from portal.cases.customtable.models import CustomTable, NextStep, NoObjection, Seat, TableLine
from portal.cases.deciding.models import Ending, FormerOutcome, Reopening
from portal.cases.desk.models import Finding, Proposal, SavedView
from portal.cases.desk.order import CASE_LIST_INDEXES, WORKLIST_INDEXES
from portal.cases.disputes.models import Dispute, DisputeEvent, DisputeMark, Proof
from portal.cases.forwarding.models import Forwarding
from portal.cases.helpdesk.models import ContactMoment
from portal.cases.inbox.models import InboxItem
from portal.cases.journey.models import DraftFile
from portal.cases.notices.models import Contact, Notice, Notification, PrintBatch, Silence
from portal.cases.out.leases import LeasedRow
from portal.cases.proactive.models import NoNeed, Suggestion, Wish
from portal.cases.references import new_reference
from portal.cases.restricting.models import RestrictedUse, Restriction
from portal.cases.signals.models import Signal
from portal.cases.talk.models import Change, CitizenTask, Document, Message, Side
from portal.cases.terms.models import ServiceDuration, TermEvent
from portal.cases.webhooks.models import Webhook
from portal.people.models import Citizen

__all__ = [
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
    "new_reference",
    "new_trace_id",
    "unknown_definitions",
]


def new_trace_id() -> str:
    """128 random bits in hexadecimal, as W3C trace context wants."""
    return secrets.token_hex(16)


def journeys_of_this_year() -> str:
    """The retention class of the answers of a journey that begins now."""
    return f"journeys/{clock.today().year}"


class Phase(models.TextChoices):
    """One scale for all agencies; the words on screen are in `wording`."""

    PREPARED = "prepared"
    WAITING = "waiting"
    SENT = "sent"
    ARRIVED = "arrived"
    HANDLED = "handled"
    NEEDS_YOU = "needs_you"
    DECIDED = "decided"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"

    @property
    def is_final(self) -> bool:
        """Nothing follows: the agency or the citizen has ended it."""
        return self in {Phase.DECIDED, Phase.DONE, Phase.WITHDRAWN, Phase.STOPPED}


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


class StatusUpdate(models.Model):
    """One thing that was heard of a case. Append-only; the same external id twice is one line."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="updates")
    phase = models.CharField(max_length=10, choices=Phase.choices)
    text = models.TextField(blank=True)
    set_at = models.DateTimeField()
    heard_at = models.DateTimeField(default=timezone.now)
    heard_from = models.CharField(max_length=60)
    external_id = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "external_id"], name="one_update_per_external_id")
        ]
        ordering = ["-set_at", "-id"]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.phase}"


class Outcome(models.Model):
    """How a case ended: a decision, a deed, a registration. Append-only.

    `deviation` and its article are why it departs from the rule (maatwerk). The trace is what the rule said,
    with the facts that it rests on: sealed as the payload is, NULL where no rule was looked at.
    """

    class Kind(models.TextChoices):
        GRANTED = "granted"
        PARTLY = "partly"
        REFUSED = "refused"

    class By(models.TextChoices):
        """Who judged it, as far as its agency says so."""

        NOT_SAID = ""
        HUMAN = "human"
        RULE = "rule"

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="outcome")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    motivation = models.TextField()
    deviation = models.TextField(blank=True)
    deviation_article = models.CharField(max_length=200, blank=True, default="", db_default="")
    # Why the citizen was not heard first (a key of `deciding.grounds`) and not called; "" where done.
    not_heard = models.CharField(max_length=20, blank=True, default="", db_default="")
    not_heard_because = models.TextField(blank=True, default="", db_default="")
    not_called_because = models.TextField(blank=True, default="", db_default="")
    decided_by = models.CharField(max_length=10, choices=By.choices, blank=True, default="", db_default="")
    sealed_trace = models.BinaryField(null=True)
    effective_on = models.DateField()
    remedy = models.CharField(max_length=30)
    remedy_until = models.DateField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["effective_on"], name="outcomes_by_day")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"


class Proceeding(models.Model):
    """An objection, appeal or complaint about a case: an officer wrote it down, or the citizen made it here.

    `reference` is that of the complaint, which is a case of its own; "" for all that is not one.
    """

    class Kind(models.TextChoices):
        OBJECTION = "objection"
        APPEAL = "appeal"
        COMPLAINT = "complaint"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="proceedings")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    reference = models.CharField(max_length=12, default="", db_default="", blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=models.Q(closed_on=None), name="one_running_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} about {self.case_id}"


class Delivery(LeasedRow):
    """A row of the outbox: something that must reach somebody, written in the transaction of the act."""

    class Kind(models.TextChoices):
        FILE = "file"
        RELEASE = "release"
        REPORT = "report"
        ANSWER = "answer"
        MESSAGE = "message"
        WITHDRAW = "withdraw"
        OBJECTION = "objection"
        # Nothing that goes out: what the agency said must be looked at by a person, and then read again.
        READ = "read"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # What a report tells: there are as many for a case as there is news.
    about = models.ForeignKey(DisputeEvent, on_delete=models.PROTECT, null=True, related_name="deliveries")
    # The same for an answer, and for a message.
    task = models.ForeignKey(CitizenTask, on_delete=models.PROTECT, null=True, related_name="deliveries")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, null=True, related_name="deliveries")
    destination = models.CharField(max_length=60)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "about", "task", "message"],
                nulls_distinct=False,
                name="one_delivery_per_case_kind_and_news",
            )
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(delivered_at=None, needs_human=""),
                name="deliveries_due",
            ),
            models.Index(
                fields=["destination", "lease_until"],
                condition=models.Q(delivered_at=None, lease_until__isnull=False),
                name="deliveries_in_flight",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.case_id}"


class Subscription(models.Model):
    """That an agency may tell us of news, and the credential with which it does (a keyed HMAC of it)."""

    agency = models.CharField(max_length=60)
    credential_hmac = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.agency


class NewsHint(models.Model):
    """That a thing of an agency, by its address there, has news; nobody asked yet of which case it is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agency = models.CharField(max_length=60)
    channel = models.CharField(max_length=50)
    main_object = models.CharField(max_length=1000)
    tries = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency", "main_object"], name="one_hint_per_thing"),
        ]
        indexes = [models.Index(fields=["not_before"], name="hints_due")]

    def __str__(self) -> str:
        return f"{self.channel} of {self.agency}"
