"""Where a case stands, in words that everyone understands: who has it, what happens next, by when.

The words are those of the design: never a bare "received", never a phase without an agency.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from lifeevents.model import Agency, Service, Text
from portal import clock
from portal.cases.back.status import AWAITED_AGAIN, REOPENED, is_early
from portal.cases.models import Case, Delivery, Outcome, Phase, StatusUpdate
from portal.cases.reading.reports import counts_sentence, next_sentence
from portal.cases.talk.standing import CITIZEN
from portal.catalogue import catalogue, connectors, help_line
from portal.days import day_words
from portal.ledger.log.uses import PORTAL
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
        label=_late_label(agency) if late else _label(Phase(case.phase), case, service, agency),
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


def agency_of(case: Case) -> Agency:
    """The agency that handles the case; its bare id where the catalogue has it no more.

    For who must not read where the citizen lives, a municipality is any municipality.
    """
    return agency_named(case, case.agency)


def agency_named(case: Case, agency: str) -> Agency:
    """The same of another agency (its id) that had the case, or has what came out of it."""
    known = catalogue().agencies.get(agency)
    if case.hides_places and (known is None or known.kind == "gemeente"):
        somewhere = Text(nl="de gemeente", en="the municipality")
        return replace(help_line(), id="gemeente", name=_("De gemeente"), short=somewhere)
    return known or replace(help_line(), id=agency, name=agency, short=Text(nl=agency, en=agency))


def short_name(agency: Agency) -> str:
    """The agency inside a sentence, with its article: "de SVB"."""
    return agency.short.in_language(_language())


def title_of(service: Service) -> str:
    """The service's name in the language of the page."""
    return service.title.in_language(_language())


def update_label(update: StatusUpdate, case: Case, agency: Agency) -> str:
    """One line of the timeline: what the phase means, by the agency that had the case then."""
    if update.phase == Phase.SENT:
        return _("Verstuurd")
    if update.phase == Phase.WAITING and case.phase != Phase.WAITING and case.send_on:
        return _("Bewaard tot %(date)s") % {"date": _day(case.send_on)}
    if update.text == AWAITED_AGAIN:
        return _("Wij wachten opnieuw op een antwoord, en sturen dit dan alsnog")
    if update.external_id.startswith(REOPENED):
        return capfirst(_("%(agency)s kijkt er opnieuw naar") % {"agency": short_name(agency)})
    if update.heard_from == CITIZEN and update.phase == Phase.DONE:
        return _("U vroeg het daarna aan")
    if update.heard_from == CITIZEN:
        return _("U hebt geantwoord") if update.phase == Phase.HANDLED else _("Uw antwoord kon niet mee")
    if update.phase == Phase.NEEDS_YOU and update.heard_from == PORTAL:
        return _("Wij wachten op u")
    return _label(Phase(update.phase), case, case.definition, agency)


def outcome_text(case: Case, outcome: Outcome) -> str:
    """What the citizen gets, in the first line."""
    service = case.definition
    title = title_of(service)
    if service.kind == "application":
        sentences = {
            Outcome.Kind.GRANTED: _("U krijgt %(service)s."),
            Outcome.Kind.PARTLY: _("U krijgt een deel van %(service)s."),
            Outcome.Kind.REFUSED: _("U krijgt geen %(service)s."),
        }
        return sentences[Outcome.Kind(outcome.kind)] % {"service": title.lower()}
    if service.kind == "complaint":
        return _finding_text(Outcome.Kind(outcome.kind))
    if outcome.kind == Outcome.Kind.REFUSED:
        return _("%(service)s is niet gelukt.") % {"service": title}
    return _("%(service)s is geregeld.") % {"service": title}


def _finding_text(kind: Outcome.Kind) -> str:
    """Of a complaint: whether the agency agrees (Awb 9:12). One that it need not treat (9:8) says why."""
    return {
        Outcome.Kind.GRANTED: _("U krijgt gelijk: uw klacht is gegrond."),
        Outcome.Kind.PARTLY: _("U krijgt voor een deel gelijk: uw klacht is deels gegrond."),
        Outcome.Kind.REFUSED: _("U krijgt geen gelijk, of uw klacht is niet behandeld."),
    }[kind]


def _label(phase: Phase, case: Case, service: Service, agency: Agency) -> str:
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
        return _("Stopgezet: %(reason)s") % {"reason": _stopped_reason(case)}
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
            return _stopped_sentence(case)
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
    next_step = service.next_step.in_language(_language()).replace("%", "%%")
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


def _stopped_reason(case: Case) -> str:
    """In a few words why nothing was sent."""
    if (there := _sent_on_to(case)) is not None:
        return _("doorgestuurd naar %(agency)s") % {"agency": short_name(there)}
    how, awaited = _awaited_in_vain(case)
    if how in _ENDED_WORDS:
        return str(_ENDED_WORDS[how])
    if awaited is not None:
        words = {"service": title_of(awaited).lower()}
        if how == "awaited-forwarded":
            return _("de %(service)s is doorgestuurd") % words
        if how == "awaited-withdrawn":
            return _("u hebt de %(service)s ingetrokken") % words
        return _("de %(service)s is niet gelukt") % words
    return _("een medewerker neemt contact met u op")


def _sent_on_to(case: Case) -> Agency | None:
    """The agency that got what the citizen wrote, where the case ended by that."""
    newest = case.updates.first()
    how, _colon, agency = (newest.text if newest else "").partition(":")
    return agency_named(case, agency) if how == "forwarded" else None


def _stopped_sentence(case: Case) -> str:
    if (there := _sent_on_to(case)) is not None:
        said = _("%(agency)s gaat hierover en kreeg wat u schreef. U hoeft niets te doen.")
        return said % {"agency": short_name(there)}
    if _awaited_in_vain(case)[0] in _ENDED_WORDS:
        return _("U leest hieronder waarom, en wat u kunt doen.")
    if _awaited_in_vain(case)[1] is not None:
        return _("Daarom sturen wij dit niet. Bel ons als u hulp wilt.")
    return _("Wij sturen dit niet meer. Een medewerker belt u of schrijft u.")


ENDED: Final = "ended:"
"""Begins the text of the status of a case that its agency ended without an outcome, before the ground."""

_ENDED_WORDS: Final = {
    "ended:incomplete": gettext_lazy("uw aanvraag was niet compleet"),
    "ended:said": gettext_lazy("u zei dat het niet meer nodig is"),
    "ended:twice": gettext_lazy("u had dit al aangevraagd"),
}


def _awaited_in_vain(case: Case) -> tuple[str, Service | None]:
    """How it went with the service that this one waited for; None where it stopped for another reason."""
    newest = case.updates.first()
    how, _colon, service = (newest.text if newest else "").partition(":")
    if newest is not None and newest.text in _ENDED_WORDS:
        return newest.text, None
    if how not in ("awaited-refused", "awaited-withdrawn", "awaited-forwarded"):
        return how, None
    return how, case.journey.service(service)


def noun_of(service: Service) -> str:
    """ "aanvraag", "melding", "aangifte" or "klacht": what this is to the citizen."""
    nouns = {
        "aanvraag": _("aanvraag"),
        "melding": _("melding"),
        "aangifte": _("aangifte"),
        "klacht": _("klacht"),
    }
    return nouns[service.noun]


def _day(day: date | None) -> str:
    return day_words(day) if day else ""


def _language() -> str:
    return get_language() or "nl"


def staff_words(case: Case) -> str:
    """The phase of a case in words for the agency's own officers."""
    return staff_phase_words(case.phase)


def staff_phase_words(phase: str) -> str:
    """A phase in those words."""
    return {
        Phase.ARRIVED: _("Nieuw"),
        Phase.HANDLED: _("In behandeling"),
        Phase.NEEDS_YOU: _("Wacht op de inwoner"),
        Phase.DECIDED: _("Klaar"),
        Phase.DONE: _("Klaar"),
        Phase.WITHDRAWN: _("Ingetrokken"),
        Phase.STOPPED: _("Stopgezet"),
    }.get(Phase(phase), _("Onderweg"))


def attention_texts(keys: list[str]) -> list[str]:
    """What a rule could not judge, as sentences for the officer."""
    texts = {
        "custody": _("Het register kan niet zeggen wie het gezag over het kind heeft. Kijk hier zelf naar."),
        "account": _(
            "De inwoner kwam onder bewind nadat dit was ingevuld. Betaal alleen op de rekening van de "
            "bewindvoerder; staat die er niet, vraag ernaar."
        ),
        "complaint": _(
            "Dit is een klacht. Wie erbij betrokken was, behandelt hem niet (9:7 Awb). Hoor de inwoner "
            "eerst, tenzij die dat niet wil (9:10). Schrijf in het antwoord wat u vond en wat u eraan "
            "doet (9:12)."
        ),
        "no-bsn": _("Het kind heeft nog geen burgerservicenummer in het register."),
    }
    return [texts[key] for key in keys if key in texts]
