"""Where a case stands, in words that everyone understands: who has it, what happens next, by when.

The words are those of the design: never a bare "received", never a phase without an agency.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from lifeevents.model import Agency, Service
from portal import clock
from portal.cases.back.followers import is_early
from portal.cases.models import Case, Delivery, Outcome, Phase
from portal.cases.reading.endings import outcome_text, stopped_reason, stopped_sentence
from portal.cases.reading.names import agency_of, noun_of, short_name, title_of
from portal.cases.reading.reports import counts_sentence, next_sentence
from portal.cases.reading.values import language
from portal.catalogue import connectors
from portal.days import day_words
from portal.ledger.states import agency_key, is_down


@dataclass(frozen=True, slots=True)
class Standing:
    """A case as a person reads it. `slug` is the phase, or "late"; `needs_you` puts it on top."""

    slug: str
    label: str
    sentence: str
    due: date | None
    since: date
    needs_you: bool


def standing_of(case: Case, down: Collection[str] | None = None) -> Standing:
    """Where a case stands today. `down`: the agencies that cannot be reached, where that is known."""
    service, agency = case.definition, agency_of(case)
    late = is_late(case)
    slug = "late" if late else str(case.phase)
    return Standing(
        slug=slug,
        label=_late_label(agency) if late else phase_label(Phase(case.phase), case, service, agency),
        sentence=capfirst(_sentence(case, service, agency, late=late, down=down)),
        due=None if Phase(case.phase).is_final else case.due_on,
        since=localtime(case.phase_since).date(),
        needs_you=case.phase == Phase.NEEDS_YOU,
    )


def is_asked(case: Case) -> bool:
    """Who waits for the citizen is the agency: it has the case. Before that it is we ourselves."""
    return any(row.kind == Delivery.Kind.FILE for row in case.deliveries.all())


def is_late(case: Case) -> bool:
    """The agency should have decided before today."""
    return bool(case.due_on and case.due_on < clock.today() and not Phase(case.phase).is_final)


@dataclass(frozen=True, slots=True)
class Clock:
    """The legal term with today on it, in days."""

    start: date
    due: date
    gone: int
    total: int


def clock_of(case: Case) -> Clock | None:
    """The case's clock; None where the law sets no term, or where it has stopped."""
    start = case.reopened_on or case.received_on
    if start is None or case.due_on is None or Phase(case.phase).is_final:
        return None
    total = (case.due_on - start).days
    return Clock(start, case.due_on, min(total, (clock.today() - start).days), total)


def phase_label(phase: Phase, case: Case, service: Service, agency: Agency) -> str:
    day = _day(localtime(case.phase_since).date())
    words = {
        "agency": short_name(agency),
        "noun": noun_of(service),
        "date": day,
        "service": title_of(service),
    }
    if phase == Phase.WAITING and (is_early(case) or service.after is None):
        return _("Wij versturen dit op %(date)s") % {"date": _day(case.send_on)}
    if phase == Phase.WAITING and service.after:
        awaited = case.journey.service(service.after.service)
        return _("Wacht op %(service)s") % {"service": title_of(awaited).lower()}
    if phase == Phase.STOPPED:
        return _("Stopgezet: %(reason)s") % {"reason": stopped_reason(case)}
    if phase == Phase.DECIDED:
        outcome: Outcome | None = getattr(case, "outcome", None)
        return outcome_text(case, outcome).rstrip(".") if outcome else _("Er is een besluit")
    labels = {
        Phase.PREPARED: _("Nog niet verstuurd"),
        Phase.SENT: _("Doorgestuurd op %(date)s") if case.forwarded_from else _("Verstuurd op %(date)s"),
        Phase.ARRIVED: _("%(agency)s heeft uw %(noun)s"),
        Phase.HANDLED: _("%(agency)s behandelt uw %(noun)s"),
        Phase.NEEDS_YOU: _("%(agency)s wacht op u") if is_asked(case) else _("Wij wachten op u"),
        Phase.DONE: _("Klaar"),
        Phase.WITHDRAWN: _("U hebt dit ingetrokken"),
    }
    return capfirst(labels[phase] % words)


def _late_label(agency: Agency) -> str:
    return capfirst(_("%(agency)s is te laat") % {"agency": short_name(agency)})


def _sentence(
    case: Case, service: Service, agency: Agency, *, late: bool, down: Collection[str] | None
) -> str:
    """Who has it, what happens next, by when; ends with whether the citizen must do something."""
    names = {"agency": short_name(agency), "noun": noun_of(service), "due": _day(case.due_on)}
    if late:
        return _late_sentence(service) % names
    if counts := counts_sentence(case):
        return _report_sentence(case, counts, down) % names
    match Phase(case.phase):
        case Phase.WAITING:
            return _waiting_sentence(case) % names
        case Phase.SENT:
            return _sent_sentence(case, down) % names
        case Phase.ARRIVED | Phase.HANDLED:
            return _handled_sentence(case, service) % names
        case Phase.NEEDS_YOU if is_asked(case):
            return _("%(agency)s vroeg u iets. Uw %(noun)s gaat verder als u antwoordt.") % names
        case Phase.NEEDS_YOU:
            return _("Er is iets veranderd. Kijk of het klopt, dan gaat uw %(noun)s verder.") % names
        case Phase.STOPPED:
            return stopped_sentence(case)
        case _:
            return _still_sentence(case) % names


def _late_sentence(service: Service) -> str:
    if service.kind == "complaint":
        return _("%(agency)s moest uiterlijk %(due)s antwoorden. Dat is niet gebeurd.")
    return _("%(agency)s moest uiterlijk %(due)s beslissen. Dat is niet gebeurd. Bel of schrijf %(agency)s.")


def _report_sentence(case: Case, counts: str, down: Collection[str] | None) -> str:
    """A report that counts before the application: which day, and what the citizen does next."""
    said = counts.replace("%", "%%")
    if case.phase == Phase.DONE:
        return said
    if case.phase == Phase.SENT:
        return f"{said} {_sent_sentence(case, down)}"
    return f"{said} {next_sentence(case).replace('%', '%%')}"


def _still_sentence(case: Case) -> str:
    """Where nothing is on its way: not sent yet, or over."""
    if case.phase == Phase.PREPARED:
        return _("Kijk het na en verstuur het. Pas dan gaat het naar %(agency)s.")
    if case.phase == Phase.WITHDRAWN:
        return _withdrawn_sentence(case)
    outcome: Outcome | None = getattr(case, "outcome", None)
    if outcome is not None and outcome.remedy_until and outcome.remedy_until >= clock.today():
        until = _("Niet mee eens? Dan kunt u iets doen tot en met %(until)s.")
        said = until.replace("%(until)s", _day(outcome.remedy_until).replace("%", "%%"))
        return f"{_('%(agency)s is klaar met uw %(noun)s.')} {said}"
    return _("%(agency)s is klaar met uw %(noun)s. U hoeft niets meer te doen.")


def _withdrawn_sentence(case: Case) -> str:
    """Whether the agency knows it already; where it never had the request there is nothing to know."""
    told = [row for row in case.deliveries.all() if row.kind == Delivery.Kind.WITHDRAW]
    if any(row.delivered_at is None for row in told):
        return _("Wij laten het %(agency)s nog weten. U hoeft niets te doen.")
    if told:
        return _("%(agency)s weet het en doet er niets meer mee. U hoeft niets te doen.")
    return _("Er is niets naar %(agency)s gegaan. U hoeft niets te doen.")


def _sent_sentence(case: Case, down: Collection[str] | None) -> str:
    """On its way, and why it is not there yet where something is wrong."""
    if _needs_human(case):
        return _("Het lukt nog niet om dit te bezorgen. Een medewerker zoekt het uit. U hoeft niets te doen.")
    if is_down(agency_key(case.agency)) if down is None else case.agency in down:
        return _(
            "%(agency)s is nu niet bereikbaar. Uw %(noun)s is bewaard. "
            "Wij sturen hem zodra het weer kan. U hoeft niets te doen."
        )
    return _fetched_sentence(case) if _is_fetched(case) else _brought_sentence(case)


def _is_fetched(case: Case) -> bool:
    """Who acts next is the agency, which works here or fetches here; we bring it to any other."""
    destination = connectors().destination(case.agency)
    return destination is not None and destination.pulls


def _brought_sentence(case: Case) -> str:
    if case.received_on is not None:
        return _("Wij bezorgen het nog bij %(agency)s. U bent op tijd.")
    return _(
        "Wij bezorgen het nog bij %(agency)s. Uw %(noun)s telt pas als %(agency)s hem heeft. "
        "U hoeft nu niets te doen."
    )


def _fetched_sentence(case: Case) -> str:
    if case.received_on is not None:
        return _("%(agency)s haalt het nog op. U bent op tijd.")
    return _(
        "%(agency)s haalt het nog op. Uw %(noun)s telt pas als %(agency)s hem heeft. "
        "U hoeft nu niets te doen."
    )


def _handled_sentence(case: Case, service: Service) -> str:
    said = _decides_sentence(case, service)
    return f"{said} {_('De ontvangstbevestiging staat klaar.')}" if case.phase == Phase.ARRIVED else said


def _decides_sentence(case: Case, service: Service) -> str:
    if case.due_on and service.kind == "complaint":
        return _("%(agency)s antwoordt op uw klacht uiterlijk %(due)s. U hoeft niets te doen.")
    if case.due_on and service.verified:
        return _("%(agency)s beslist uiterlijk %(due)s. U hoeft niets te doen.")
    if case.due_on:
        return _("%(agency)s beslist waarschijnlijk uiterlijk %(due)s. U hoeft niets te doen.")
    if case.term_from is not None and service.decision_term is not None:
        # A term that runs has a last day.
        return _("De klok staat stil: %(agency)s wacht nog ergens op. U hoeft nu niets te doen.")
    next_step = service.next_step.in_language(language()).replace("%", "%%")
    return f"{next_step} " + _("U hoeft niets te doen.")


def _needs_human(case: Case) -> bool:
    """Whether something of the citizen did not get there; what the agency said does not count."""
    return any(row.needs_human for row in case.deliveries.all() if row.kind != Delivery.Kind.READ)


def _waiting_sentence(case: Case) -> str:
    if _needs_human(case):
        return _("Het duurt langer dan verwacht. Een medewerker zoekt het uit. U hoeft nu niets te doen.")
    if is_early(case):
        early = _(
            "%(agency)s neemt dit aan vanaf %(day)s. Wij kijken dan of er iets is veranderd en versturen het "
            "vanzelf. U hoeft niets te doen. Tot die dag kunt u het intrekken."
        )
        return early.replace("%(day)s", _day(case.send_on))
    return _("Wij sturen dit vanzelf naar %(agency)s zodra dat kan. U hoeft nu niets te doen.")


def _day(day: date | None) -> str:
    return day_words(day) if day else ""
