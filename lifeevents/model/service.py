"""One service of one agency: what it needs, asks and yields, and which law binds it."""

from __future__ import annotations

from dataclasses import field
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT, Article, Extension, NonEmpty, ObjectionDecision, Term, Text
from lifeevents.model.agency import Agency
from lifeevents.model.names import (
    Eigenschap,
    FieldName,
    HeardPhase,
    Key,
    Level,
    OutcomeKind,
    OutcomeResult,
    Pointer,
    Remedy,
    ServiceKind,
    Slug,
)
from lifeevents.model.question import Question, QuestionGroup
from lifeevents.rules.model import Fact


@dataclass(config=STRICT)
class Activity:
    """A processing activity (verwerkingsactiviteit): why data may go to this recipient (AVG 6(1)(e)).

    `retention` names the retention class: what is kept under one class is destroyed together, after
    `retention_days`. `confidential` is the law that keeps this use from the person it is about: then
    the auditor alone reads the line.
    """

    id: Slug
    purpose: Text
    ground: Article
    fields: tuple[FieldName, ...]
    retention: Slug
    retention_days: Annotated[int, Field(ge=1)]
    confidential: Article | None = None


@dataclass(config=STRICT)
class AloneFrom:
    """From which age, in years, somebody asks for a service without a parent, and which law says so."""

    years: Annotated[int, Field(ge=1)]
    article: Article


@dataclass(config=STRICT)
class CitizenTerm:
    """How long a citizen has, by law, after the day that was answered to the question `since`.

    `opens` is how long before that day it can be done at the earliest; `day` is what that day is called
    before it was answered, as inside a sentence ("de dag waarop u verhuist").
    """

    term: Term
    since: Key
    opens: Term | None = None
    day: Text | None = None


@dataclass(config=STRICT)
class FirstReport:
    """That what is granted counts from the day on which somebody reported, before the application.

    `service` is the notification with which that is done in one press, `article` the law that counts so.
    """

    service: Slug
    article: Article


@dataclass(config=STRICT)
class AgencyByKind:
    """An agency found at submit: of `kind`, with `code` equal to the value at `by`.

    `by` is `answer.<question id>` or a field name whose value has a `municipality` key. The question is of
    kind `municipality`, `choice` or `address`.
    """

    kind: Slug
    by: NonEmpty


@dataclass(config=STRICT)
class AnyAgency:
    """Any agency of the catalogue: another agency sends something on to it, or it is complained about."""

    any: Literal[True]


def _which(given: object) -> str:
    """So that a mistake is told of the one that was meant."""
    is_any = isinstance(given, AnyAgency) or (isinstance(given, dict) and "any" in given)
    return "AnyAgency" if is_any else "AgencyByKind"


_Found = Annotated[
    Annotated[AgencyByKind, Tag("AgencyByKind")] | Annotated[AnyAgency, Tag("AnyAgency")],
    Discriminator(_which),
]


@dataclass(config=STRICT)
class After:
    """This service waits for the outcome of another one, which yields something in a register.

    `service` is the awaited service, `field` the register field fetched again when its outcome
    stands, and `match` the repeating question group whose items must be found in it.
    """

    service: Slug
    field: FieldName
    match: Key
    reason: Text


@dataclass(config=STRICT)
class When:
    """For whom a service is: a test on facts that are known from registers or answers (docs/rules.md).

    It is no rule of law and closes nothing: it says why a service stands in somebody's plan, or does not.
    """

    facts: Annotated[dict[Key, Fact], Field(min_length=1)]
    test: Any


@dataclass(config=STRICT)
class Zgw:
    """How a back office that speaks Zaakgericht Werken (ZGW) knows this service, in its own words.

    `zaaktype` is its identification there. `properties` gives for each eigenschap the place of its
    value in our payload, as a JSON pointer (RFC 6901). `statuses` and `results` say what the
    agency's words for a status and a resultaat mean on our scale.
    """

    zaaktype: NonEmpty
    properties: dict[Eigenschap, Pointer]
    statuses: dict[NonEmpty, HeardPhase]
    results: dict[NonEmpty, OutcomeResult]


@dataclass(config=STRICT)
class Words:
    """An agency's own words for where a case of the service stands and how it ends, on our scale.

    For an agency whose program says them at our API. Beside `Zgw` too, where the words there are others.
    """

    statuses: dict[NonEmpty, Literal["handled", "needs_you"]] = field(default_factory=dict)
    results: dict[NonEmpty, OutcomeResult] = field(default_factory=dict)


@dataclass(config=STRICT)
class Service:
    """One service of one agency: what it needs, asks, yields, and which law binds it.

    `upl` is the address of the product in the Uniforme Productnamenlijst, `upl_name` its name there; ""
    where it has none. `verified: false` says that nobody here checked what the law says of this service:
    `note` tells an editor what is open, and the citizen is told no term of it as a fact. `rule` names the
    rule of law that says who can probably get it, `when` says for whom it is in practice.
    `remedy_article` is the law behind the remedy where no term comes with it (a deed: the court).
    With `remedy_if_refused` the law gives it against a refusal only. `report` is there where money runs from
    the first sign, so that the citizen reports before any form.

    `extension` says how the decision term may be made longer; without it the law gives none. Where no law
    sets a term of its own, that is Awb 4:14(3). `objection_decision` is the term for a decision on an
    objection or administrative appeal.

    `change` names the questions whose answers the citizen may still change after sending, until it has ended.

    `confirmed_by` asks for a second pair of eyes before an outcome counts: of a colleague or of who leads the
    officers, on a refusal, on a deviation from the rule, or on every outcome. With `call_before_refusal` an
    officer calls the citizen before a refusal, or says why not.
    """

    id: Slug
    title: Text
    summary: Text
    noun: Literal["aanvraag", "melding", "aangifte", "klacht"]
    kind: ServiceKind
    outcome: OutcomeKind
    remedy: Remedy
    penalty: bool
    agency: Slug | _Found
    upl: Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
    level: Level
    activity: Activity
    needs: tuple[FieldName, ...]
    ask: tuple[QuestionGroup, ...]
    why: Text
    next_step: Text
    upl_name: str = ""
    verified: bool = True
    note: str = ""
    rule: Slug | None = None
    when: When | None = None
    intake: Literal["portal", "agency"] = "agency"
    citizen_term: CitizenTerm | None = None
    alone_from: AloneFrom | None = None
    report: FirstReport | None = None
    decision_term: Term | None = None
    extension: Extension | None = None
    objection_decision: ObjectionDecision | None = None
    remedy_term: Term | None = None
    remedy_article: Article | None = None
    remedy_if_refused: bool = False
    after: After | None = None
    produces: Key | None = None
    zgw: Zgw | None = None
    words: Words | None = None
    change: tuple[Key, ...] = ()
    confirmed_by: dict[Literal["refusal", "deviation", "every"], Literal["colleague", "lead"]] = field(
        default_factory=dict
    )
    call_before_refusal: bool = False

    @property
    def own_statuses(self) -> dict[str, str]:
        """What the agency's own words for a status mean, whichever way they come in."""
        return {**(self.zgw.statuses if self.zgw else {}), **(self.words.statuses if self.words else {})}

    @property
    def own_results(self) -> dict[str, str]:
        """The same for how it ends."""
        return {**(self.zgw.results if self.zgw else {}), **(self.words.results if self.words else {})}

    @property
    def changeable(self) -> tuple[Question, ...]:
        """The questions of `change`, in the order in which they are asked."""
        asked = (question for group in self.ask for question in group.questions)
        return tuple(question for question in asked if question.id in self.change)

    def is_for(self, agency: Agency) -> bool:
        """Whether this agency does it; of an agency found by its kind, any of the kind."""
        if isinstance(self.agency, AnyAgency):
            return True
        if isinstance(self.agency, AgencyByKind):
            return self.agency.kind == agency.kind
        return self.agency == agency.id
