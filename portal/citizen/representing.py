"""Acting for another, in words: who may do what for whom, and what was done in somebody's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from portal.access.models import Representation
from portal.access.trail import Act
from portal.cases.reading.names import title_of
from portal.cases.reading.values import name_of
from portal.catalogue import catalogue
from portal.ledger.models import DataUse

Kind = Representation.Kind


@dataclass(frozen=True, slots=True)
class Helper:
    """The two people of a mandate by name, as far as their names are known; and whether a law gave it."""

    name: str
    represented: str
    kind: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A mandate on a page: `who` is the other of the two, `words` what it is, `what` for which services."""

    pk: object
    who: str
    words: str
    what: list[str]
    until: date | None
    is_open: bool
    may_end: bool


NOBODY: Final[Mapping[str, Helper]] = {}


def helpers_in(uses: Iterable[DataUse]) -> dict[str, Helper]:
    """Who acted in these lines, by the id of the mandate; asks the database nothing where nobody did."""
    wanted = {use.source for use in uses if use.operation == DataUse.Operation.ACTED and use.source}
    if not wanted:
        return {}
    rows = Representation.objects.filter(pk__in=wanted).select_related("represented", "representative")
    return {
        str(row.pk): Helper(name_of(row.representative), name_of(row.represented), row.kind) for row in rows
    }


def acted_sentence(use: DataUse, helpers: Mapping[str, Helper], recipient: str) -> str:
    """What somebody did in another's name, or with the right to do so."""
    known = helpers.get(use.source)
    words = {
        "who": (known.name if known else "") or _("Iemand die voor u mag handelen"),
        "whom": (known.represented if known else "") or _("iemand anders"),
        "recipient": recipient,
    }
    said = {
        Act.AUTHORISED: _("U gaf iemand toestemming om iets voor u te regelen."),
        Act.ACCEPTED: _("%(who)s mag vanaf nu iets voor u regelen."),
        Act.TOOK_ON: _("U mag vanaf nu iets regelen voor %(whom)s."),
        Act.REVOKED: _("De toestemming om iets voor u te regelen is gestopt."),
        Act.BEGAN: _("%(who)s logde in om iets voor u te regelen."),
        Act.RECORDED: _("Een medewerker van %(recipient)s legde vast wie voor u mag handelen."),
        Act.OFFERED: _("Een medewerker liet u een brief sturen met een code, voor uw account."),
        Act.JOINED: _("Met een code uit een brief koppelde u aan uw account wat u zonder BSN regelde."),
        Act.NAMED: _("%(recipient)s kreeg uw burgerservicenummer, omdat u iets regelde voor %(whom)s."),
        "begin": _("%(who)s begon namens u aan iets nieuws."),
        "question": _("%(who)s vulde namens u iets in."),
        "review": _("%(who)s verstuurde dit namens u."),
        "withdraw": _("%(who)s trok dit namens u in."),
        "task": _("%(who)s gaf namens u antwoord."),
        "messages": _("%(who)s schreef namens u een bericht."),
        "document": _("%(who)s opende namens u een document."),
        "discard": _("%(who)s stopte namens u met iets dat nog niet was verstuurd."),
    }
    return said.get(use.outcome, _("%(who)s deed namens u iets in Levensloket.")) % words


def given(row: Representation) -> Shown:
    """As the represented person reads it."""
    is_open = row.accepted_at is None
    who = _("Wacht op de code") if is_open else name_of(row.representative) or _("Naam niet bekend")
    may_end = row.kind == Kind.AUTHORISED
    return Shown(row.pk, who, _role(row), _services(row), row.until_on, is_open, may_end)


def held(row: Representation) -> Shown:
    """As the representative reads it."""
    who = name_of(row.represented) or _("Naam niet bekend")
    may_end = row.kind in (Kind.AUTHORISED, Kind.ONESELF)
    return Shown(row.pk, who, _your_role(row), _services(row), row.until_on, False, may_end)


def _services(row: Representation) -> list[str]:
    known = catalogue().services
    return [title_of(known[name]) if name in known else name for name in row.services or []]


def _role(row: Representation) -> str:
    return {
        Kind.AUTHORISED: _("U gaf zelf toestemming"),
        Kind.VOUCHED: _("U gaf toestemming bij DigiD Machtigen"),
        Kind.PARENT: _("Heeft het gezag over u"),
        Kind.CURATOR: _("Uw curator"),
        Kind.ADMINISTRATOR: _("Uw bewindvoerder"),
        Kind.EXECUTOR: _("Uw executeur"),
        Kind.HEIR: _("Uw erfgenaam"),
        Kind.ONESELF: _("Uzelf, met uw account"),
    }[Kind(row.kind)]


def _your_role(row: Representation) -> str:
    return {
        Kind.AUTHORISED: _("U hebt toestemming gekregen"),
        Kind.VOUCHED: _("U hebt een machtiging bij DigiD Machtigen"),
        Kind.PARENT: _("U hebt het gezag"),
        Kind.CURATOR: _("U bent curator"),
        Kind.ADMINISTRATOR: _("U bent bewindvoerder"),
        Kind.EXECUTOR: _("U bent executeur"),
        Kind.HEIR: _("U bent erfgenaam"),
        Kind.ONESELF: _("Dit bent u zelf: wat u regelde zonder burgerservicenummer"),
    }[Kind(row.kind)]
