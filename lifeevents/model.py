"""What the catalogue holds: frozen dataclasses, one set for files, code and storage.

Every class is a pydantic dataclass: unknown keys are refused, and an instance cannot be
changed. `lifeevents.catalogue` reads them from YAML; `dump`/`load` turn a resolved service
into JSON and back, so that a journey keeps the definitions it was started with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter
from pydantic.dataclasses import dataclass

from lifeevents.legal import STRICT as _STRICT
from lifeevents.legal import Article as Article
from lifeevents.legal import Extension, NonEmpty, ObjectionDecision
from lifeevents.legal import Term as Term
from lifeevents.legal import Text as Text

ServiceKind = Literal["application", "notification", "deed"]
OutcomeKind = Literal["deed", "registration", "decision", "private"]
Remedy = Literal["objection", "appeal", "administrative-appeal", "court", "none"]
HeardPhase = Literal["arrived", "handled", "needs_you", "decided"]
OutcomeResult = Literal["granted", "partly", "refused"]
Level = Literal["basis", "midden", "substantieel", "hoog"]
Sensitive = Literal["health", "debt", "violence", "belief", "origin", "intimacy", "crime"]
"""Kinds of answers that are never offered again: those of AVG 9 and 10, debt and violence."""
ShownKind = Literal["text", "number", "euro", "date", "month", "yes_no", "choice"]
QuestionKind = Literal[
    "text", "long_text", "date", "time", "choice", "yes_no", "municipality", "iban", "address"
]

_Eigenschap = Annotated[str, Field(pattern=r"\S", max_length=20)]
"""The name of an eigenschap; a ZGW catalogue allows twenty characters."""
_Pointer = Annotated[str, Field(pattern=r"^(/[^/]+)+$")]
DerivedTest = Literal["at_least_years", "present", "among"]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
"""A name for addresses and files: `kind-krijgen`."""
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
"""A name for answers: `birth_place`."""
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=60)]
"""The name of a field: `brp.name`."""

_Item = TypeVar("_Item")
_Table = Annotated[Mapping[str, _Item], AfterValidator(MappingProxyType)]

LEVELS: tuple[Level, ...] = ("basis", "midden", "substantieel", "hoog")
"""Levels of assurance, lowest first."""


@dataclass(config=_STRICT)
class Contact:
    """The ways to reach a person at an agency, as shown at the foot of every page."""

    phone: NonEmpty
    hours: Text
    desk: Text
    post: Text
    web: NonEmpty


@dataclass(config=_STRICT)
class Agency:
    """An organisation that receives requests. `code` is its key within its kind (municipality: table 33).

    `task` is the law behind its work as a whole: what the log of a partner or a child names, where the
    law of one service would say too much of somebody else.
    """

    id: Slug
    name: NonEmpty
    short: Text
    kind: Slug
    contact: Contact
    code: str = ""
    task: Article | None = None


@dataclass(config=_STRICT)
class Choice:
    """One answer of a `choice` question."""

    value: NonEmpty
    label: Text


@dataclass(config=_STRICT)
class Question:
    """Something only the citizen knows.

    `not_future` bounds a `date`. `only_if` asks it only when an earlier answer in the same group has
    one of the values given; the values of a `yes_no` question are "yes" and "no". With `reusable` an
    answer that was sent before is offered again; never one that is `sensitive`. `about` says whom the
    answer is about: what a register says of the citizen is not asked of the citizen.

    An `address` is asked by postcode and house number, and looked up in the field `lookup`: a list of
    objects with `street`, `number`, `letter`, `suffix`, `postcode`, `city`, `object_id`, and where it
    is known `municipality`. The answer is an object with `street`, `number`, `suffix` (letter and
    addition in one), `postcode`, `city`, and `object_id` where it was found.
    """

    id: Key
    kind: QuestionKind
    label: Text
    help: Text | None = None
    required: bool = True
    choices: tuple[Choice, ...] = ()
    max_length: Annotated[int, Field(ge=1)] = 200
    not_future: bool = False
    only_if: dict[Key, tuple[NonEmpty, ...]] = Field(default_factory=dict)
    lookup: FieldName | None = None
    reusable: bool = False
    sensitive: Sensitive | None = None
    about: Literal["citizen", "someone-else"] = "citizen"


@dataclass(config=_STRICT)
class QuestionGroup:
    """The questions of one page. With `repeat` the page is asked 1 to `repeat` times (twins).

    `sensitive` holds for all its questions.
    """

    id: Key
    title: Text
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
    intro: Text | None = None
    repeat: Annotated[int, Field(ge=0)] = 0
    item: Text | None = None
    sensitive: Sensitive | None = None

    @property
    def address_question(self) -> Question | None:
        """Its question, where that is one for an address: that is a page of its own."""
        return self.questions[0] if self.questions[0].kind == "address" else None


@dataclass(config=_STRICT)
class Derived:
    """A yes or no that the portal works out of other fields, so that an agency gets no more than that.

    `base` (in YAML: `from`) names those fields. `at_least_years`: the person of that `brp.birth` is so
    many `years` old. `present`: the register has any. `among`: the person of the first field is among
    those of the second. The value is `{"answer": true | false}`; `lifeevents.derived` works it out.
    """

    test: DerivedTest
    base: Annotated[tuple[FieldName, ...], Field(alias="from", min_length=1)]
    years: Annotated[int, Field(ge=0)] = 0


@dataclass(config=_STRICT)
class Persons:
    """The other people in a value: `at` is a JSON pointer to their BSNs, in which * stands for each item.

    In their own log they read that the fields of `reads_as` were used.
    """

    at: _Pointer
    reads_as: Annotated[tuple[FieldName, ...], Field(min_length=1)]


@dataclass(config=_STRICT)
class Shown:
    """How one key of a value reads. Without a label the value stands alone.

    `euro` is an amount as text ("291.49"), `date` and `month` are ISO dates, and a `choice` is one of
    the words in `choices`.
    """

    key: Key
    kind: ShownKind
    label: Text | None = None
    choices: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind == "choice") != bool(self.choices):
            raise ValueError("'choices' belong to the kind choice, and to no other: add or remove them")


@dataclass(config=_STRICT)
class FieldDefinition:
    """A fact that a source holds, or with `derived` a yes or no that the portal works out.

    `max_age` in seconds says how long a fetched value may be reused. `persons` says who else is in it.

    `enter` holds the questions with which a citizen gives the value when the source cannot;
    the value is then an object with the question ids as keys, or the answer itself where the only
    question is an `address`; it is provisional. `gives` names questions that this fact answers,
    besides its own name and those of `enter`.

    `show` says how the value reads, an object as a line a key and a list as a line an item, in this
    order; `none` is how it reads that there is none.
    """

    name: FieldName
    source: Key
    subject: Literal["person", "home", "family", "work", "money", "car", "study"]
    label: Text
    max_age: Annotated[int, Field(ge=0)]
    enter: tuple[Question, ...] = ()
    gives: tuple[Key, ...] = ()
    masked_when_secret: bool = False
    derived: Derived | None = None
    persons: Persons | None = None
    show: tuple[Shown, ...] = ()
    none: Text | None = None

    @property
    def address_question(self) -> Question | None:
        """The question of `enter`, where that is one for an address."""
        return self.enter[0] if len(self.enter) == 1 and self.enter[0].kind == "address" else None

    @property
    def answers(self) -> frozenset[str]:
        """The ids of the questions that need not be asked of the citizen where this fact is fetched."""
        return frozenset({self.name.partition(".")[2], *self.gives, *(one.id for one in self.enter)})


@dataclass(config=_STRICT)
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


@dataclass(config=_STRICT)
class CitizenTerm:
    """How long a citizen has, by law, after the day that was answered to the question `since`."""

    term: Term
    since: Key


@dataclass(config=_STRICT)
class AgencyByKind:
    """An agency found at submit: of `kind`, with `code` equal to the value at `by`.

    `by` is `answer.<question id>` or a field name whose value has a `municipality` key.
    """

    kind: Slug
    by: NonEmpty


@dataclass(config=_STRICT)
class After:
    """This service waits for the outcome of another one, which yields something in a register.

    `service` is the awaited service, `field` the register field fetched again when its outcome
    stands, and `match` the repeating question group whose items must be found in it.
    """

    service: Slug
    field: FieldName
    match: Key
    reason: Text


@dataclass(config=_STRICT)
class Zgw:
    """How a back office that speaks Zaakgericht Werken (ZGW) knows this service, in its own words.

    `zaaktype` is its identification there. `properties` gives for each eigenschap the place of its
    value in our payload, as a JSON pointer (RFC 6901). `statuses` and `results` say what the
    agency's words for a status and a resultaat mean on our scale.
    """

    zaaktype: NonEmpty
    properties: dict[_Eigenschap, _Pointer]
    statuses: dict[NonEmpty, HeardPhase]
    results: dict[NonEmpty, OutcomeResult]


@dataclass(config=_STRICT)
class Words:
    """An agency's own words for where a case of the service stands and how it ends, on our scale.

    For an agency whose program says them at our API. Beside `Zgw` too, where the words there are others.
    """

    statuses: dict[NonEmpty, Literal["handled", "needs_you"]] = field(default_factory=dict)
    results: dict[NonEmpty, OutcomeResult] = field(default_factory=dict)


@dataclass(config=_STRICT)
class Service:
    """One service of one agency: what it needs, asks, yields, and which law binds it.

    `upl` is the address of the product in the Uniforme Productnamenlijst, "" where it has none.
    `remedy_article` is the law behind the remedy where no term comes with it (a deed: the court).
    With `remedy_if_refused` the law gives it against a refusal only.

    `extension` says how the decision term may be made longer; without it the law gives none. Where no law
    sets a term of its own, that is Awb 4:14(3). `objection_decision` is the term for a decision on an
    objection or administrative appeal.
    """

    id: Slug
    title: Text
    summary: Text
    noun: Literal["aanvraag", "melding", "aangifte"]
    kind: ServiceKind
    outcome: OutcomeKind
    remedy: Remedy
    penalty: bool
    agency: Slug | AgencyByKind
    upl: Annotated[str, Field(pattern=r"^(https?://\S+)?$")]
    level: Level
    activity: Activity
    needs: tuple[FieldName, ...]
    ask: tuple[QuestionGroup, ...]
    why: Text
    next_step: Text
    intake: Literal["portal", "agency"] = "agency"
    citizen_term: CitizenTerm | None = None
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

    @property
    def own_statuses(self) -> dict[str, str]:
        """What the agency's own words for a status mean, whichever way they come in."""
        return {**(self.zgw.statuses if self.zgw else {}), **(self.words.statuses if self.words else {})}

    @property
    def own_results(self) -> dict[str, str]:
        """The same for how it ends."""
        return {**(self.zgw.results if self.zgw else {}), **(self.words.results if self.words else {})}

    def is_for(self, agency: Agency) -> bool:
        """Whether this agency does it; of an agency found by its kind, any of the kind."""
        if isinstance(self.agency, AgencyByKind):
            return self.agency.kind == agency.kind
        return self.agency == agency.id


@dataclass(config=_STRICT)
class Correction:
    """How somebody gets a value corrected that a source holds.

    `holder` keeps the register, as inside a sentence ("uw gemeente"). `service` is the request that the
    portal can send for the citizen: of its `needs` only the value in question goes along. Its questions
    `right_value`, `explanation` and `proof` are answered by what the citizen said of it. `how` is what
    to do where there is no such service, or it does not cover the value. `article` gives the right to it.
    On the ground of `activity` the portal keeps what the citizen says; it covers every field of the source.
    """

    source: Key
    holder: Text
    how: Text
    article: Article
    activity: Activity
    service: Slug | None = None


@dataclass(config=_STRICT)
class LifeEvent:
    """Something that happens to a person, and the services it brings, in the order in which they show.

    `door` is where the citizen begins: with a journey of questions, or at "Mijn gegevens", where each value
    has a way to say that it is wrong.
    """

    slug: Slug
    title: Text
    summary: Text
    examples: tuple[Text, ...]
    services: Annotated[tuple[Slug, ...], Field(min_length=1)]
    care: Text | None = None
    door: Literal["journey", "my-data"] = "journey"


@dataclass(config=_STRICT)
class Catalogue:
    """Everything that exists, by name; the tables cannot be changed.

    Lookups raise `KeyError`; `agency_of_kind` returns None for no match.
    """

    agencies: _Table[Agency]
    fields: _Table[FieldDefinition]
    services: _Table[Service]
    events: _Table[LifeEvent]
    corrections: _Table[Correction] = Field(default_factory=dict)

    def correction_of(self, field: str) -> Correction | None:
        """How a field is corrected; None where nobody has said so for its source.

        What the portal works out is corrected where it comes from: by whoever holds the first of its base.
        """
        sources = [self.fields[name].source for name in self.bases_of(field) if name in self.fields]
        return next((self.corrections[source] for source in sources if source in self.corrections), None)

    def bases_of(self, field: str) -> tuple[str, ...]:
        """The fields of registers behind a field: itself, or for a derived one those it is worked out of."""
        definition = self.fields.get(field)
        return definition.derived.base if definition and definition.derived else (field,)

    def services_of(self, event: LifeEvent) -> tuple[Service, ...]:
        """The services of an event, in its order."""
        return tuple(self.services[name] for name in event.services)

    def services_at(self, agency: Agency) -> tuple[str, ...]:
        """The ids of the services that an agency does, by its own id or by its kind."""
        return tuple(one.id for one in self.services.values() if one.is_for(agency))

    def agency_of_kind(self, kind: str, code: str) -> Agency | None:
        """The agency of a kind with a code, such as municipality 9001; None when the catalogue has none."""
        return next((a for a in self.agencies.values() if a.kind == kind and a.code == code), None)


_SERVICES: TypeAdapter[tuple[Service, ...]] = TypeAdapter(tuple[Service, ...])


def dump(services: tuple[Service, ...]) -> list[dict[str, Any]]:
    """Resolved definitions as plain JSON, to be stored with a journey."""
    result: list[dict[str, Any]] = _SERVICES.dump_python(services, mode="json")
    return result


def load(stored: list[dict[str, Any]]) -> tuple[Service, ...]:
    """The definitions stored by `dump`."""
    return _SERVICES.validate_python(stored)
