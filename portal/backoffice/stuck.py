"""What did not arrive by itself, as operators read it: why a person must look, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.cases.models import Delivery, Notification
from portal.cases.notices import mending
from portal.cases.notices.models import Channel
from portal.cases.out import outbox
from portal.catalogue import catalogue


@dataclass(frozen=True, slots=True)
class Stuck:
    """A row of the outbox: `what` it is, for which `agency`; `why` is what is wrong, and what helps."""

    row: Delivery
    agency: str
    what: str
    why: str


def stuck_rows() -> list[Stuck]:
    """All that a person must look at, oldest first."""
    return [
        Stuck(row, _name_of(row), _what(Delivery.Kind(row.kind)), _why(Delivery.Human(row.needs_human)))
        for row in outbox.waiting_for_a_person()
    ]


@dataclass(frozen=True, slots=True)
class StuckNotice:
    """A mail, text or letter that could not go: `what` it is, `why`, and about which case ("" for a code)."""

    row: Notification
    reference: str
    what: str
    why: str


def stuck_notices() -> list[StuckNotice]:
    """All that a person must look at, oldest first; nothing of whom it is for."""
    return [
        StuckNotice(
            row,
            row.notice.case.reference if row.notice else "",
            _what_notice(row),
            _why_notice(Channel(row.channel)),
        )
        for row in mending.waiting_for_a_person()
    ]


def _what_notice(row: Notification) -> str:
    if row.reason == Notification.Reason.CODE:
        return _("Een code om een adres te controleren")
    return {
        Channel.MAIL: _("Een e-mail dat er nieuws is"),
        Channel.SMS: _("Een sms dat er nieuws is"),
        Channel.POST: _("Een brief dat er nieuws is"),
    }[Channel(row.channel)]


def _why_notice(channel: Channel) -> str:
    return {
        Channel.MAIL: _("De mailserver nam dit te vaak niet aan. Kijk of de mailserver werkt."),
        Channel.SMS: _("De sms-dienst nam dit te vaak niet aan. Kijk of de sms-dienst werkt."),
        Channel.POST: _("Wij hebben geen adres om naar te schrijven. Laat de helpdesk bellen."),
    }[channel]


def _name_of(row: Delivery) -> str:
    agency = catalogue().agencies.get(row.destination)
    return agency.name if agency else row.destination


def _what(kind: Delivery.Kind) -> str:
    return {
        Delivery.Kind.FILE: _("De aanvraag kwam niet aan"),
        Delivery.Kind.RELEASE: _("Een aanvraag die op iets anders wacht"),
        Delivery.Kind.REPORT: _("Bericht dat een gegeven niet klopt"),
        Delivery.Kind.ANSWER: _("Een antwoord van de inwoner"),
        Delivery.Kind.MESSAGE: _("Een bericht van de inwoner"),
        Delivery.Kind.WITHDRAW: _("De inwoner trekt dit in"),
        Delivery.Kind.OBJECTION: _("Een bezwaar van de inwoner"),
        Delivery.Kind.READ: _("Wat de organisatie meldt, kennen wij niet"),
    }[kind]


def _why(human: Delivery.Human) -> str:
    return {
        Delivery.Human.REFUSED: _("De organisatie weigert dit. Vraag waarom."),
        Delivery.Human.CONFIG: _("Een instelling klopt niet, bij ons of bij de organisatie."),
        Delivery.Human.EXCEEDED: _("Dit is te vaak mislukt."),
        Delivery.Human.UNKNOWN: _("Er ging iets mis dat wij niet kennen. Laat een ontwikkelaar kijken."),
        Delivery.Human.CALL: _("Bel eerst. Verstuur niets voordat u belde."),
    }[human]
