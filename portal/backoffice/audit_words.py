"""How the lines of an auditor's lists read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.backoffice.staff_forms import role_words
from portal.cases.auditing.models import AuditReview, Kind
from portal.cases.auditing.records import Record, record_of
from portal.cases.auditing.rows import moment_of, row_of, staff_of
from portal.cases.deciding.grounds import ARTICLES
from portal.catalogue import catalogue
from portal.people.models import User

SLUGS = {
    Kind.ASSIST: "meekijken",
    Kind.SEARCH: "zoeken",
    Kind.DENIAL: "geweigerd",
    Kind.EXCEPTION: "uitzonderingen",
}
"""What a list is called in an address."""

TITLES = {
    Kind.ASSIST: gettext_lazy("Meekijken"),
    Kind.SEARCH: gettext_lazy("Zoeken naar mensen"),
    Kind.DENIAL: gettext_lazy("Geweigerd"),
    Kind.EXCEPTION: gettext_lazy("Uitzonderingen"),
    Kind.DANGER: gettext_lazy("Levensgevaar"),
}

PARTS = {
    Kind.ASSIST: {
        "danger": gettext_lazy("Zonder code: levensgevaar"),
        "message": gettext_lazy("Met code per sms of mail"),
        "filled": gettext_lazy("Samen ingevuld"),
        "words": gettext_lazy("Berichten getoond"),
        "sent-away": gettext_lazy("Gestopt door de inwoner"),
    },
    Kind.SEARCH: {
        "found": gettext_lazy("Iemand gevonden"),
        "nobody": gettext_lazy("Niemand gevonden, of fout antwoord"),
        "open": gettext_lazy("Te veel mensen, of geen antwoord"),
        "limited": gettext_lazy("Te vaak gezocht"),
    },
    Kind.DENIAL: {
        "door": gettext_lazy("Niet voor deze rol"),
        "object": gettext_lazy("Niet van hen, of niet te vinden"),
        "reading": gettext_lazy("Mag niet bij meekijken"),
        "program": gettext_lazy("Programma's"),
    },
    Kind.EXCEPTION: {
        "departed": gettext_lazy("Maatwerk: anders dan de regel"),
        "unheard": gettext_lazy("Afgewezen zonder horen"),
        "uncalled": gettext_lazy("Afgewezen zonder bellen"),
        "proceeding": gettext_lazy("Uitkomst tijdens bezwaar, beroep of klacht"),
        "reopened": gettext_lazy("Heropend"),
        "restricted": gettext_lazy("Toch gebruikt, al was het beperkt"),
        "danger": gettext_lazy("Levensgevaar: meekijken zonder code"),
    },
}
"""The parts of each list, in the words of the buttons that choose them."""

_REASONS = {
    "stuck": gettext_lazy("Kwam er niet uit"),
    "question": gettext_lazy("Vraag hoe iets ervoor staat"),
    "filling-in": gettext_lazy("Samen invullen"),
    "wrong": gettext_lazy("Er ging iets mis in Levensloket"),
    "danger": gettext_lazy("Levensgevaar"),
}
_AGREEMENTS = {
    "portal": gettext_lazy("Code uit Levensloket"),
    "sms": gettext_lazy("Code per sms"),
    "mail": gettext_lazy("Code per mail"),
    "danger": gettext_lazy("Zonder code: levensgevaar"),
}
_ENDS = {
    "citizen": gettext_lazy("gestopt door de inwoner"),
    "staff": gettext_lazy("gestopt door de medewerker"),
    "logout": gettext_lazy("medewerker logde uit"),
    "role": gettext_lazy("medewerker mocht niet meer"),
    "": gettext_lazy("de tijd was om"),
}
_WAYS: dict[str, Any] = {
    "reference": gettext_lazy("Kenmerk"),
    "bsn": gettext_lazy("Burgerservicenummer en geboortedatum"),
    "name": gettext_lazy("Naam en geboortedatum"),
    "person": gettext_lazy("Wat iemand zonder nummer zegt"),
    "questions": gettext_lazy("Vragen om te weten wie het is"),
    "": gettext_lazy("Niet vastgelegd"),
}
_RESULTS = {
    "found": gettext_lazy("Gevonden"),
    "nobody": gettext_lazy("Niemand gevonden"),
    "wrong": gettext_lazy("Fout antwoord"),
    "many": gettext_lazy("Te veel mensen, niemand getoond"),
    "silent": gettext_lazy("Register antwoordde niet"),
    "limited": gettext_lazy("Geweigerd: te vaak gezocht"),
}
_WHYS = {
    "door": gettext_lazy("Niet voor deze rol"),
    "object": gettext_lazy("Niet van hen, of niet te vinden"),
    "reading": gettext_lazy("Mag niet bij meekijken"),
}
_EXCEPTIONS: dict[str, Any] = {
    "outcome-departing": gettext_lazy("Maatwerk: anders dan de regel"),
    "outcome-unheard": gettext_lazy("Afgewezen zonder horen"),
    "outcome-uncalled": gettext_lazy("Afgewezen zonder bellen"),
    "concluded-in-proceeding": gettext_lazy("Uitkomst tijdens bezwaar, beroep of klacht"),
    "case-reopened": gettext_lazy("Heropend"),
    "despite-restriction": gettext_lazy("Toch gebruikt, al was het beperkt"),
    "assist-danger:asked": gettext_lazy("Levensgevaar: meekijken zonder code"),
}
_THEN = {
    "lead": gettext_lazy("Bevestigd door een leidinggevende"),
    "colleague": gettext_lazy("Bevestigd door een collega"),
    "said": gettext_lazy("Bevestigd, zegt het programma"),
    "taken-back": gettext_lazy("Teruggenomen"),
    "nobody": gettext_lazy("Door niemand bevestigd"),
    "": "–",
}

Cells = list[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: when, who (with what they do), the rest by heading, and where more of it stands."""

    at: Any
    who: str
    does: str
    cells: Cells
    href: str


def line_of(kind: Kind, row: Any) -> Line:
    """A row of a list in words."""
    href = reverse("backoffice:audit-assist", args=[row.pk]) if kind == Kind.ASSIST else ""
    who, does = who_words(staff_of(kind, row), program=getattr(row, "client", ""), agency=_agency_of(row))
    return Line(moment_of(kind, row), who, does, cells_of(kind, row), href)


def cells_of(kind: Kind, row: Any) -> Cells:
    """What stands in a row behind when and who, each with its heading."""
    return _CELLS[kind](record_of(kind, row))


def headings_of(rows: list[Line]) -> list[Any]:
    """The headings of a table that has rows."""
    return [heading for heading, _words in rows[0].cells] if rows else []


def who_words(user: User | None, *, program: str = "", agency: str = "") -> tuple[str, str]:
    """A name, and what this one does where; of a program its own name and its agency."""
    if user is None:
        return program or _("Programma"), agency_words(agency)
    does = [role_words(user.role), agency_words(user.agency)]
    return user.name, ", ".join(filter(None, does))


def agency_words(agency: str) -> str:
    """An agency by its name; "" for none."""
    known = catalogue().agencies.get(agency)
    return known.name if known else agency


def about_words(review: AuditReview) -> Cells:
    """What a review is about, with all that is still kept of it."""
    kind = Kind(review.kind)
    row = None if kind == Kind.DANGER else row_of(kind, review.row)
    if row is not None:
        return cells_of(kind, row)
    kept: Cells = [(_("Wat"), what_words(review)), (_("Kenmerk"), review.reference or "–")]
    return kept if kind == Kind.DANGER else [*kept, (_("Bewaard"), _("De regel zelf is gewist."))]


def what_words(review: AuditReview) -> str:
    """In a few words, by what a review keeps itself."""
    kind, (word, _sign, rest) = Kind(review.kind), review.what.partition(":")
    if kind == Kind.ASSIST:
        reason, _sign, agreement = rest.partition(":")
        return f"{_REASONS[reason]}. {_AGREEMENTS[agreement]}"
    if kind == Kind.DENIAL:
        why, _sign, route = rest.partition(":")
        return f"{_WHYS[why]}: {route or _('andere bladzijden')}"
    if kind == Kind.SEARCH:
        return f"{TITLES[kind]}: {_WAYS[rest if rest in _WAYS else '']}"
    return str(_EXCEPTIONS.get(review.what) or _EXCEPTIONS.get(word, word))


def _assist(record: Record) -> Cells:
    end, by = record["ended"] or record["ends"], str(record["ended_by"])
    is_running = not record["ended"] and _is_to_come(str(record["ends"]))
    marks = [
        _("samen ingevuld") if record["filled_in"] else "",
        _("berichten getoond") if record["messages_shown"] else "",
        _("verlengd") if record["extended"] else "",
    ]
    pages = int(record["pages"] or 0)
    seen = ngettext("%(count)s bladzijde", "%(count)s bladzijden", pages) % {"count": pages}
    return [
        (_("Melding"), record["ticket"]),
        (_("Waarom"), _REASONS[str(record["reason"])]),
        (_("Hoe de inwoner instemde"), _AGREEMENTS[str(record["agreement"])]),
        (_("Tot wanneer"), f"{_at(str(end))}, {_('loopt nog') if is_running else _ENDS[by]}"),
        (_("Gezien"), ", ".join(filter(None, [seen, *marks]))),
    ]


def _search(record: Record) -> Cells:
    return [
        (_("Waarmee"), _WAYS[str(record["by"])]),
        (_("Uitkomst"), _RESULTS[str(record["result"])]),
        (_("Kenmerk"), record["reference"] or "–"),
    ]


def _denial(record: Record) -> Cells:
    return [
        (_("Bladzijde"), record["route"] or _("andere bladzijden")),
        (_("Waarom"), _WHYS[str(record["why"])]),
        (_("Hoe vaak in die minuut"), record["times"]),
    ]


def _exception(record: Record) -> Cells:
    words, ground = str(_EXCEPTIONS[str(record["what"])]), str(record["ground"])
    return [
        (_("Wat"), f"{words} (Awb {ARTICLES[ground]})" if ground in ARTICLES else words),
        (_("Daarna"), _THEN[str(record["then"])]),
        (_("Kenmerk"), record["reference"]),
    ]


_CELLS: dict[Kind, Callable[[Record], Cells]] = {
    Kind.ASSIST: _assist,
    Kind.SEARCH: _search,
    Kind.DENIAL: _denial,
    Kind.EXCEPTION: _exception,
}


def _agency_of(row: Any) -> str:
    return str(getattr(row, "agency", ""))


def _at(moment: str) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(moment)), "TIME_FORMAT")


def _is_to_come(moment: str) -> bool:
    return datetime.fromisoformat(moment) > timezone.now()
