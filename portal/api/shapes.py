"""What goes over the line, in camelCase; times are RFC 3339, dates ISO 8601."""

from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.api.change_shapes import ChangeShape
from portal.cases.deciding.grounds import ARTICLES
from portal.cases.forwarding.going import how_it_came
from portal.cases.forwarding.models import Forwarding
from portal.cases.journey.payloads import Payload
from portal.cases.judging.trace import opened
from portal.cases.models import Case, Dispute, Outcome, Phase, Proposal, TermEvent
from portal.cases.out.subjects import subject_of
from portal.cases.talk.told import changes_told
from portal.people.verbs import bsn_of

LONGEST_TEXT = 4000
LONGEST_WORD = 100
_STANDS_IN_ADDRESSES = RegexValidator(r"\A[A-Za-z0-9_./:-]*\Z")
SAYS_SOMETHING = RegexValidator(r"\S")


class Text(serializers.CharField):
    """A string as it stands: a number is not one, and spaces are kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """Raises `ValidationError` for anything but a string."""
        if not isinstance(data, str):
            self.fail("invalid")
        value: str = super().to_internal_value(data)
        return value


class YesNo(serializers.BooleanField):
    """`true` or `false` and nothing that looks like it: 0 and "no" are not what the document says."""

    def to_internal_value(self, data: Any) -> bool:
        """Raises `ValidationError` for anything but a boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class StepShape(serializers.Serializer[Any]):
    """A test of a rule in words, and whether it was met."""

    nl = serializers.CharField(read_only=True)
    en = serializers.CharField(read_only=True)
    article = serializers.CharField(read_only=True)
    met = serializers.BooleanField(read_only=True)


class TraceShape(serializers.Serializer[Any]):
    """What the rule of a service said when the case ended; see `portal/cases/judging/trace.py`."""

    rule = serializers.CharField(read_only=True)
    law = serializers.CharField(read_only=True)
    title = serializers.DictField(read_only=True)
    on = serializers.DateField(read_only=True)
    proposes = serializers.CharField(read_only=True, help_text="`granted`, `refused`, or empty: unknown.")
    steps = StepShape(many=True, read_only=True)
    facts = serializers.ListField(child=serializers.DictField(), read_only=True)


class OutcomeShape(serializers.Serializer[Outcome]):
    """How a case ended."""

    kind = serializers.ChoiceField(choices=Outcome.Kind.choices, read_only=True)
    motivation = serializers.CharField(read_only=True)
    deviation = serializers.CharField(read_only=True)
    deviationArticle = serializers.CharField(source="deviation_article", read_only=True)
    decidedBy = serializers.ChoiceField(
        source="decided_by",
        choices=Outcome.By.choices,
        read_only=True,
        help_text="`human` or `rule`; empty where you did not say.",
    )
    confirmedBy = serializers.ChoiceField(
        source="confirmed_by",
        choices=Proposal.Confirmer.choices,
        read_only=True,
        help_text="Which second pair of eyes agreed; empty where nobody was asked.",
    )
    notHeard = serializers.ChoiceField(
        source="not_heard",
        choices=[("", ""), *((name, article) for name, article in ARTICLES.items())],
        read_only=True,
        help_text="Why the citizen was not heard first; empty where that was done, or not due.",
    )
    notHeardBecause = serializers.CharField(source="not_heard_because", read_only=True)
    notCalledBecause = serializers.CharField(source="not_called_because", read_only=True)
    rule = serializers.SerializerMethodField()
    effectiveOn = serializers.DateField(source="effective_on", read_only=True)
    remedy = serializers.CharField(read_only=True)
    remedyUntil = serializers.DateField(source="remedy_until", read_only=True, allow_null=True)

    @extend_schema_field(TraceShape(allow_null=True))
    def get_rule(self, outcome: Outcome) -> Any:
        """What the rule of the service said; null where none was looked at, or its term is over."""
        return opened(outcome.case, outcome)


class UpdateShape(serializers.Serializer[Any]):
    """One thing that was heard of a case. `id` is the teller's own."""

    id = serializers.CharField(source="external_id", read_only=True)
    phase = serializers.ChoiceField(choices=Phase.choices, read_only=True)
    text = serializers.CharField(read_only=True)
    setAt = serializers.DateTimeField(source="set_at", read_only=True)
    heardFrom = serializers.CharField(source="heard_from", read_only=True)


class TermShape(serializers.Serializer[TermEvent]):
    """Something that happened to the term of a case. `id` is the teller's own."""

    id = serializers.CharField(source="external_id", read_only=True)
    kind = serializers.ChoiceField(choices=TermEvent.Kind.choices, read_only=True)
    article = serializers.CharField(read_only=True)
    since = serializers.DateField(read_only=True)
    until = serializers.DateField(read_only=True, allow_null=True)
    weeks = serializers.IntegerField(read_only=True, allow_null=True)
    text = serializers.CharField(read_only=True)
    heardFrom = serializers.CharField(source="heard_from", read_only=True)


class CaseLine(serializers.Serializer[Case]):
    """A case without anything about the citizen."""

    reference = serializers.CharField(read_only=True)
    theirReference = serializers.CharField(source="their_reference", read_only=True)
    service = serializers.CharField(read_only=True)
    phase = serializers.ChoiceField(choices=Phase.choices, read_only=True)
    phaseSince = serializers.DateTimeField(source="phase_since", read_only=True)
    forwardedFrom = serializers.CharField(
        source="forwarded_from",
        read_only=True,
        help_text="The agency that had it before, and sent it on to you; empty for most cases.",
    )
    submittedAt = serializers.DateTimeField(source="created_at", read_only=True)
    receivedOn = serializers.DateField(source="received_on", read_only=True, allow_null=True)
    dueOn = serializers.DateField(source="due_on", read_only=True, allow_null=True)
    changedAt = serializers.DateTimeField(source="changed_at", read_only=True)


class PersonShape(serializers.Serializer[Any]):
    """Somebody without a BSN, by their own word: no register confirmed it. What is not known is ""."""

    number = serializers.CharField(read_only=True, help_text="Ours, of this case.")
    firstNames = serializers.CharField(read_only=True)
    prefix = serializers.CharField(read_only=True)
    surname = serializers.CharField(read_only=True)
    birthDate = serializers.CharField(read_only=True, help_text="An ISO day.")
    vNumber = serializers.CharField(read_only=True, help_text="Of the IND.")


class SubjectShape(serializers.Serializer[Any]):
    """Whom a case is about: a BSN, or null where that person has none, and then `person` says who it is."""

    bsn = serializers.RegexField(r"^[0-9]{9}$", read_only=True, allow_null=True)
    person = PersonShape(required=False)


def subject_shape(case: Case, payload: Payload | None) -> dict[str, Any]:
    """The values of a `SubjectShape`."""
    subject = subject_of(case, payload)
    if subject.person is None:
        return {"bsn": subject.bsn}
    person = subject.person
    return {
        "bsn": None,
        "person": {
            "number": person.number,
            "firstNames": person.first_names,
            "prefix": person.prefix,
            "surname": person.surname,
            "birthDate": person.birth_date,
            "vNumber": person.v_number,
        },
    }


class DisputeShape(serializers.Serializer[Dispute]):
    """A value in a case that is wrong by the citizen's word; `facts` says how in `disputed`."""

    reference = serializers.CharField(read_only=True)
    field = serializers.CharField(read_only=True)
    state = serializers.ChoiceField(choices=Dispute.State.choices, read_only=True)


class PayloadShape(serializers.Serializer[Payload]):
    """What the citizen sent; see `portal/cases/journey/payloads.py`."""

    facts = serializers.DictField(read_only=True)
    not_fetched = serializers.ListField(child=serializers.CharField(), read_only=True)
    undecided = serializers.ListField(child=serializers.CharField(), required=False)
    answers = serializers.DictField(read_only=True)
    reported = serializers.DictField(required=False)
    filed = serializers.DictField(required=False)
    helped = serializers.ListField(child=serializers.CharField(), required=False)


class CameShape(serializers.Serializer[Forwarding]):
    """That another agency sent it on (Awb 2:3). By `receivedOn` you judge whether the citizen was in time."""

    agency = serializers.CharField(source="from_agency", read_only=True)
    reason = serializers.CharField(read_only=True)
    receivedOn = serializers.DateField(source="received_on", read_only=True)
    at = serializers.DateTimeField(read_only=True)


class WholeCase(CaseLine):
    """A case with whom it is about and what was sent; `payload` is null where that was destroyed by term.

    `payload` stays as it was sent; `changes` is what the citizen changed since, oldest first.
    """

    subject = SubjectShape(read_only=True)
    forwarded = serializers.SerializerMethodField()
    representative = serializers.SerializerMethodField()
    payload = serializers.SerializerMethodField()
    changes = serializers.SerializerMethodField()
    updates = UpdateShape(many=True, read_only=True)
    term = TermShape(source="term_events", many=True, read_only=True)
    disputes = serializers.SerializerMethodField()
    outcome = serializers.SerializerMethodField()

    @extend_schema_field(CameShape(allow_null=True))
    def get_forwarded(self, case: Case) -> Any:
        """How it came to you where another agency had it first; null for most cases."""
        came = how_it_came(case)
        return CameShape(came).data if came else None

    @extend_schema_field(SubjectShape(allow_null=True))
    def get_representative(self, case: Case) -> dict[str, str] | None:
        """Who filed it for the subject (gemachtigde); null where the subject did."""
        helper = case.mandate.representative if case.mandate else None
        return {"bsn": bsn_of(helper)} if helper else None

    @extend_schema_field(PayloadShape(allow_null=True))
    def get_payload(self, case: Case) -> Payload | None:
        """As it was sealed; with what a rule could not judge in `attention`."""
        payload: Payload | None = self.context["payload"]
        return payload

    @extend_schema_field(ChangeShape(many=True))
    def get_changes(self, case: Case) -> Any:
        """What the citizen changed after sending; without what was destroyed by term."""
        found: Any = changes_told(case)
        return ChangeShape(found, many=True).data

    @extend_schema_field(DisputeShape(many=True))
    def get_disputes(self, case: Case) -> Any:
        """Open or over."""
        return DisputeShape(self.context["disputes"], many=True).data

    @extend_schema_field(OutcomeShape(allow_null=True))
    def get_outcome(self, case: Case) -> dict[str, Any] | None:
        """Null as long as there is none."""
        outcome = getattr(case, "outcome", None)
        return OutcomeShape(outcome).data if outcome else None

    def to_representation(self, case: Case) -> dict[str, Any]:
        """The BSN is opened by the view, and stands in no model."""
        case.subject = self.context["subject"]  # type: ignore[attr-defined]
        return super().to_representation(case)


class IntakeInput(serializers.Serializer[Any]):
    """What you may say when you take a case in."""

    theirReference = Text(
        max_length=LONGEST_WORD,
        required=False,
        allow_blank=True,
        default="",
        validators=[_STANDS_IN_ADDRESSES],
        help_text="Your own reference of the case, without anything personal. Several cases may have the "
        "same one; another one replaces it. Left out: it stays as it is.",
    )


class StatusInput(serializers.Serializer[Any]):
    """Where the case stands, in your words or ours."""

    word = Text(
        min_length=1,
        max_length=LONGEST_WORD,
        help_text="`handled` (you work on it), `needs_you` (you wait for the citizen), or a word of your own "
        "that the definition of the service maps to one of these.",
    )
    text = Text(
        max_length=LONGEST_TEXT,
        required=False,
        allow_blank=True,
        default="",
        help_text="Your own text beside it; the citizen reads it.",
    )
    setAt = serializers.DateTimeField(
        required=False, help_text="When you set it; now, if you leave it out. The newest one counts."
    )


class ReportResult(serializers.Serializer[Any]):
    """What came of a report to who keeps the register."""

    result = serializers.ChoiceField(choices=("corrected", "kept"))
    reason = Text(max_length=2000, validators=[SAYS_SOMETHING], help_text="Why. The citizen reads it.")
