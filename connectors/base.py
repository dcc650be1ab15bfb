"""The contract of the edge: what a source and a destination get, give and raise.

A connector never sees a model of the portal. A source takes a `Subject` and returns values; a
destination takes an `Envelope`, files it, and can read it back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal, Protocol

JSON = Any
"""A value that `json.dumps` accepts: dict, list, str, int, float, bool or None."""

NOBODY = "000000000"
"""Passes the check on BSNs and is never given out: a question about it says nothing about anybody."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody without a BSN, by their own word: no register confirmed it. Kept out of `repr`.

    `number` is ours, unique for the request, at most 17 characters. `birth_date` is an ISO day; what is not
    known is "".
    """

    number: str
    first_names: str = field(default="", repr=False)
    prefix: str = field(default="", repr=False)
    surname: str = field(default="", repr=False)
    birth_date: str = field(default="", repr=False)
    v_number: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Subject:
    """The person a question is about. The BSN is kept out of `repr`, so that no log or traceback shows it.

    `given` has what the asked fields wait for, by the names in the manifest: values of other fields
    ("brp.address"), and what the citizen typed ("postcode"). A name that is not there was not known.
    A source about things gets "" for the BSN. So does a destination for who has none: then `person` says who
    it is.
    """

    bsn: str = field(repr=False)
    given: Mapping[str, JSON] = field(default_factory=dict, repr=False)
    person: Person | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Value:
    """What a source answered for one field. Kept out of `repr`: it may hold the BSN of a child.

    `under_investigation`: the register itself doubts it (in onderzoek). `secret`: the person asked
    for secrecy (geheimhouding), so it is masked on screen and marked for the recipient.
    """

    data: JSON = field(repr=False)
    under_investigation: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A file that goes with something. `reference` is ours, without spaces; `title` names no person."""

    reference: str
    title: str
    media_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Where a request was before: another agency, which sent it on (Awb 2:3).

    `agency` is its id, `received_on` the day on which it had the request there, and `reason` what it told the
    citizen, as plain text.
    """

    agency: str
    name: str
    received_on: date
    reason: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Envelope:
    """One request, complete, as an agency gets it.

    `title` says in a few words what it is about, without a name. `zaaktype` is the agency's own
    identification of this kind of case, and `properties` are the values that the service's
    definition takes out of the payload for it, by the agency's names; both are empty where the
    definition names none. `payload` holds all of it. `representative` is who files for the subject
    (gemachtigde), where somebody does. `forwarded` is there where another agency sent it on. What may
    identify a person is kept out of `repr`.
    """

    reference: str
    service: str
    agency: str
    subject: Subject
    payload: Mapping[str, JSON] = field(repr=False)
    submitted_at: datetime
    trace_id: str
    title: str = ""
    zaaktype: str = ""
    properties: Mapping[str, str] = field(default_factory=dict, repr=False)
    documents: tuple[Document, ...] = ()
    representative: Subject | None = None
    forwarded: Forwarded | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The agency has it: under which reference of its own, and since when."""

    their_reference: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """News about a value in a request that was filed: wrong by the citizen's word, or how that ended.

    `reference` is ours, unique for this news about the request, without spaces or brackets. `kind` says
    what happened, `about` which value it is about (`brp.address`), `text` tells it to a person, in Dutch.
    """

    reference: str
    agency: str
    kind: Literal["disputed", "corrected", "rejected", "withdrawn"]
    about: str
    text: str = field(repr=False)
    trace_id: str


@dataclass(frozen=True, slots=True)
class Post:
    """What the citizen says to the agency after filing: an answer, a message, a withdrawal, an objection.

    `reference` is ours, unique for this post, without spaces or brackets. `about` is what the agency
    asked, by the reference it gave it, or "". `text` is as the citizen wrote it. An objection comes after the
    agency has closed the request, and has a term: it is taken all the same.
    """

    reference: str
    agency: str
    kind: Literal["answer", "message", "withdrawal", "objection"]
    text: str = field(repr=False)
    written_at: datetime
    trace_id: str
    about: str = ""
    documents: tuple[Document, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that the agency shows to the citizen, without its content (`Destination.document`).

    `external_id` is unique within the case; `size` is in bytes, None where the agency does not say.
    `decision`: it is the letter of a decision (besluit).
    """

    external_id: str
    title: str
    media_type: str
    set_at: datetime
    size: int | None = None
    decision: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a form that an agency asks; `choices` are values with their labels."""

    id: str
    kind: Literal["text", "long_text", "date", "yes_no", "choice"]
    label: str
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What an agency asks of the citizen with a status: in a few words, until when, and with which form."""

    what: str
    until: date | None = None
    wants_document: bool = False
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """A status or a result read back at an agency.

    `external_id` is unique within the case; `word` is the agency's own, which the service's
    definition maps to a phase or an outcome; `text` is what it says beside it. `asked` comes with a status
    that waits for the citizen, of an agency that can ask in so many words.
    """

    external_id: str
    kind: Literal["status", "result"]
    word: str
    text: str
    set_at: datetime
    asked: Asked | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was heard of one case, oldest first. `version` changes when there is news (an ETag)."""

    heard: tuple[Heard, ...]
    version: str = ""
    papers: tuple[Paper, ...] = ()


class ConnectorError(Exception):
    """Something went wrong at the edge. `permanent` alone decides whether trying again may help.

    `kind` is stored and shown to operators: unavailable, refused, config, unknown-subject, malformed.
    The message never holds a BSN, a secret, or a body.
    """

    permanent: ClassVar[bool] = False
    kind: ClassVar[str] = "unknown"

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(ConnectorError):
    """Down, too slow, or busy (5xx, 429, time-out, no connection)."""

    kind = "unavailable"


class Malformed(ConnectorError):
    """It answered, but not with what its contract says (HTML, broken JSON, another person)."""

    kind = "malformed"


class Refused(ConnectorError):
    """It says no, and will say no again (400, 403, 404).

    `status` is that of HTTP where there was one; `codes` are the other side's names for what is wrong.
    """

    permanent = True
    kind = "refused"

    def __init__(self, message: str, *, status: int = 0, codes: frozenset[str] = frozenset()) -> None:
        super().__init__(message)
        self.status = status
        self.codes = codes


class Misconfigured(ConnectorError):
    """Our settings or the agency's are wrong; somebody must mend them."""

    permanent = True
    kind = "config"


class UnknownSubject(ConnectorError):
    """The register does not know this person: not the same as knowing that there is nothing."""

    permanent = True
    kind = "unknown-subject"


class Once(Protocol):
    """Runs a step with an effect at most once, across crashes.

    `call` has the effect and returns a small JSON result; `find` looks up the effect of an earlier
    attempt by our reference, and returns its result or None.
    """

    def __call__(self, name: str, call: Callable[[], JSON], find: Callable[[], JSON | None]) -> JSON: ...


class Source(ABC):
    """A register that can be asked about a person."""

    name: ClassVar[str]

    @abstractmethod
    def fetch(self, subject: Subject, fields: Collection[str], *, trace_id: str) -> dict[str, Value]:
        """The values of those `fields` that the register has. A key that is left out means: it has none.

        Raises a `ConnectorError`; never returns an empty answer for a failure.
        """

    @abstractmethod
    def check(self) -> None:
        """Raises a `ConnectorError` when the source cannot be reached."""


class Destination(ABC):
    """An agency's intake."""

    name: ClassVar[str]
    pulls: ClassVar[bool] = False
    """True where the agency works in the portal itself, so that arriving here is arriving there."""
    speaks_ours: ClassVar[bool] = False
    """True where what it reads back is in our own words (a phase, an outcome), and not in the agency's."""
    notifies: bool = False
    """True where the agency can call us when a case has news (`subscribe`)."""

    @abstractmethod
    def file(self, envelope: Envelope, once: Once) -> Receipt:
        """Files the request. Called again after a failure: no second effect, and the same receipt."""

    @abstractmethod
    def report(self, their_reference: str, report: Report, once: Once) -> None:
        """Tells the agency something about a request that it has. Told again: no second effect.

        `their_reference` is that of the receipt. Raises a `ConnectorError`; `Refused` for a request that
        is closed there, so that a person calls.
        """

    def send(self, their_reference: str, post: Post, once: Once) -> None:
        """Brings the agency what the citizen says about a request that it has. Sent again: no second effect.

        `their_reference` is that of the receipt. Raises a `ConnectorError`: `Refused` for a request that
        is closed there, `Misconfigured` where the agency takes nothing but requests.
        """
        raise Misconfigured(f"{self.name} takes nothing but requests")

    def document(self, their_reference: str, paper: Paper, *, trace_id: str) -> bytes:
        """The content of a document that `read` named. Raises a `ConnectorError`."""
        raise Misconfigured(f"{self.name} shows no documents")

    @abstractmethod
    def read(self, their_reference: str, *, version: str, trace_id: str) -> Reading | None:
        """What the agency has said of a case so far; None where nothing changed since `version`.

        `their_reference` is that of the receipt; `version` is "" for a case that was never read.
        """

    def pointed_at(self, channel: str, main_object: str) -> tuple[str, ...]:
        """Which cases, by their references, a notification is about that does not say so itself.

        `main_object` is an address as the agency wrote it, and is not believed: one that is not of its own
        API points at nothing. Raises a `ConnectorError`.
        """
        return ()

    def subscribe(self, callback: str, credential: str) -> None:
        """Asks the agency to call `callback` with `Authorization: <credential>` when a case changes.

        Repeatable. Raises `Misconfigured` where the agency does not call.
        """
        raise Misconfigured(f"{self.name} does not notify")

    @abstractmethod
    def check(self) -> None:
        """Raises a `ConnectorError` when the destination cannot be reached."""
