"""A dispute as people read it: what was said, where it stands, what happened, and what follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lifeevents.model import Term
from portal.cases.disputes.marks import content_of, is_on_its_way, note_of, was_taken_back
from portal.cases.models import Case, Dispute, DisputeEvent, Phase, Proof
from portal.cases.reading.names import agency_of, noun_of, short_name
from portal.cases.reading.showing import field_label, file_words, is_masked, source_name
from portal.cases.reading.values import right_lines, value_lines
from portal.catalogue import catalogue
from portal.days import day_words


@dataclass(frozen=True, slots=True)
class ShownProof:
    """A document, by a name of ours."""

    id: UUID
    words: str
    may_save: bool = True


@dataclass(frozen=True, slots=True)
class ShownDispute:
    """What the citizen says of a value, and the value."""

    reference: str
    label: str
    old: list[str]
    right: list[str]
    explanation: str
    source: str
    observed_at: datetime
    masked: bool
    is_open: bool
    words: str
    staff_words: str
    proofs: list[ShownProof]


@dataclass(frozen=True, slots=True)
class Happening:
    """One step of its history, newest first. `case` is where more of it can be read."""

    what: str
    state: str
    when: datetime | None = None
    why: str = ""
    case: Case | None = None


def shown_dispute(dispute: Dispute) -> ShownDispute:
    """For the citizen's page and the officer's."""
    content = content_of(dispute)
    return ShownDispute(
        reference=dispute.reference,
        label=field_label(dispute.field),
        old=value_lines(dispute.field, content.old),
        right=right_lines(dispute.field, content.right),
        explanation=content.explanation,
        source=source_name(dispute.source),
        observed_at=dispute.observed_at,
        masked=is_masked(dispute.field, secret=content.secret),
        is_open=dispute.is_open,
        words=state_words(dispute),
        staff_words=_staff_words(dispute),
        proofs=[
            ShownProof(proof.pk, _proof_words(proof, number), proof.state == Proof.State.READY)
            for number, proof in enumerate(dispute.proofs.all(), start=1)
        ],
    )


def _proof_words(proof: Proof, number: int) -> str:
    names = {"number": number, "what": file_words(proof.content_type, proof.size)}
    if proof.state == Proof.State.CHECKING:
        names["what"] = _("wordt gecontroleerd op virussen")
    if proof.state == Proof.State.REFUSED:
        return _("Bewijs %(number)s: hierin zat een virus. Wij hebben het weggegooid.") % names
    return _("Bewijs %(number)s (%(what)s)") % names


def state_words(dispute: Dispute) -> str:
    """Where it stands, and what follows by when, in a sentence or two."""
    match Dispute.State(dispute.state):
        case Dispute.State.CORRECTED:
            return _("Dit is verbeterd. Wij halen het opnieuw op als het nodig is.")
        case Dispute.State.REJECTED:
            return _("Dit blijft zoals het in het register staat.")
        case Dispute.State.WITHDRAWN:
            return _("U zei dat dit toch klopt.")
    if dispute.correction is not None and not Phase(dispute.correction.phase).is_final:
        return _("Volgens u klopt dit niet. %(decision)s") % {"decision": _decision(dispute.correction)}
    if was_taken_back(dispute.correction):
        return _("Volgens u klopt dit niet. U trok uw vraag om het te verbeteren in.")
    return _("Volgens u klopt dit niet. Wie dit gegeven van ons krijgt, leest dat erbij.")


def _staff_words(dispute: Dispute) -> str:
    """The same for an officer."""
    if dispute.is_open and dispute.correction is not None:
        agency = short_name(agency_of(dispute.correction))
        if was_taken_back(dispute.correction):
            said = _("De inwoner vroeg %(agency)s om dit te verbeteren, en trok die vraag weer in.")
            return said % {"agency": agency}
        return _("De inwoner vroeg %(agency)s om dit te verbeteren.") % {"agency": agency}
    return {
        Dispute.State.OPEN: _("Volgens de inwoner klopt dit niet."),
        Dispute.State.REPORTED: _("Volgens de inwoner klopt dit niet. Het is gemeld bij de bronhouder."),
        Dispute.State.CORRECTED: _("Hersteld. Haal het gegeven opnieuw op."),
        Dispute.State.REJECTED: _("Niet overgenomen. Het gegeven blijft zoals het is."),
        Dispute.State.WITHDRAWN: _("De inwoner zegt nu dat dit toch klopt."),
    }[Dispute.State(dispute.state)]


def _decision(case: Case) -> str:
    """Who decides on the request, and by when."""
    names = {"agency": short_name(agency_of(case)), "due": _day(case.due_on), **_weeks(case)}
    if case.due_on:
        said = _("%(agency)s beslist uiterlijk %(due)s.")
    else:
        said = _("%(agency)s beslist binnen %(weeks)s weken nadat zij uw vraag heeft.")
    return capfirst(said % names)


def _weeks(case: Case) -> dict[str, str]:
    term: Term | None = case.definition.decision_term
    return {"weeks": str(term.weeks if term else "")}


def history(dispute: Dispute) -> list[Happening]:
    """What happened, newest first, after what is still to come."""
    events = list(dispute.events.select_related("case__journey", "dispute__citizen"))
    steps = [(event.at, _happening(event, events)) for event in events]
    asked = [event.case for event in events if event.case and event.kind == DisputeEvent.Kind.ASKED]
    steps += [(case.phase_since, _taken_back(case)) for case in asked if was_taken_back(case)]
    steps.sort(key=lambda step: step[0], reverse=True)
    return [*_to_come(dispute, events), *(step for _when, step in steps)]


def _taken_back(case: Case) -> Happening:
    names = {"agency": short_name(agency_of(case))}
    what = capfirst(_("U trok uw vraag aan %(agency)s in") % names)
    return Happening(what, "past", when=case.phase_since, case=case)


def _happening(event: DisputeEvent, events: list[DisputeEvent]) -> Happening:
    names = {"agency": _agency(event.agency), "holder": _holder(event.dispute)}
    return Happening(
        what=capfirst(_words(event, events) % names),
        state="past",
        when=event.at,
        why="" if event.kind in {"said", "changed"} else note_of(event),
        case=event.case if event.kind in {"asked", "corrected", "rejected"} else None,
    )


def _words(event: DisputeEvent, events: list[DisputeEvent]) -> str:
    kinds = DisputeEvent.Kind
    if event.kind == kinds.TOLD and any(_ended(other) and other.at <= event.at for other in events):
        return _("%(agency)s weet hoe het afliep")
    return {
        kinds.SAID: _("U zei dat dit niet klopt"),
        kinds.CHANGED: _("U vulde aan wat u zei"),
        kinds.ASKED: _("U vroeg %(agency)s om het te verbeteren"),
        kinds.TOLD: _("%(agency)s weet dat dit volgens u niet klopt"),
        kinds.REPORTED: _("%(agency)s heeft dit gemeld bij %(holder)s"),
        kinds.NOT_TAKEN_OVER: _("Na de melding van %(agency)s bleef het zoals het is"),
        kinds.CORRECTED: _("Het is verbeterd"),
        kinds.REJECTED: _("Het blijft zoals het is"),
        kinds.WITHDRAWN: _("U zei dat dit toch klopt"),
    }[kinds(event.kind)]


def _ended(event: DisputeEvent) -> bool:
    return event.kind in {"corrected", "rejected", "withdrawn"}


def _to_come(dispute: Dispute, events: list[DisputeEvent]) -> list[Happening]:
    """The decision that is waited for, and agencies that will still hear of it."""
    if not dispute.is_open:
        return []
    coming = []
    if dispute.correction is not None and not Phase(dispute.correction.phase).is_final:
        coming.append(Happening(_decision(dispute.correction), "now", case=dispute.correction))
    known = {event.case_id for event in events if event.kind == DisputeEvent.Kind.TOLD}
    for mark in dispute.marks.select_related("case__journey").order_by("created_at"):
        if mark.case_id not in known and not Phase(mark.case.phase).is_final:
            coming.append(Happening(_will_hear(mark.case), "waiting", case=mark.case))
    return coming


def _will_hear(case: Case) -> str:
    names = {"agency": short_name(agency_of(case)), "noun": noun_of(case.definition)}
    if is_on_its_way(case):
        return _("Wij geven het door aan %(agency)s") % names
    return capfirst(_("%(agency)s leest het zodra wij uw %(noun)s versturen") % names)


def _agency(name: str) -> str:
    agency = catalogue().agencies.get(name)
    return short_name(agency) if agency else name


def _holder(dispute: Dispute) -> str:
    correction = catalogue().correction_of(dispute.field)
    return (
        correction.holder.in_language(get_language() or "nl") if correction else source_name(dispute.source)
    )


def _day(day: date | None) -> str:
    return day_words(day) if day else ""


def refusal_words(why: str) -> str:
    """Why a request to correct something could not be sent, and what to do."""
    return {
        "down": _("Het register is nu niet bereikbaar. Vraag het straks opnieuw. Wat u zei is bewaard."),
        "no-agency": _(
            "Uw gemeente krijgt dit nog niet van ons. Bel of schrijf haar zelf. Wat u zei is bewaard."
        ),
        "unknown": _("Zeg eerst wat het wel moet zijn. Zonder dat kan de gemeente het niet verbeteren."),
        "too-young": _("U bent nog te jong om dit zelf te vragen. Vraag het uw ouder. Wat u zei is bewaard."),
        "level": _("Log voor deze vraag in op een hoger niveau. Wat u zei is bewaard."),
    }.get(why, _("Dit gegeven kunt u niet via ons laten verbeteren. Wat u zei is bewaard."))
