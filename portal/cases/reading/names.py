"""What an agency and a service are called in a sentence, in the language of the page."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext as _

from lifeevents.model import Agency, Service, Text
from portal.cases.models import Case
from portal.cases.reading.values import language
from portal.catalogue import catalogue, help_line


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
    return agency.short.in_language(language())


def title_of(service: Service) -> str:
    """The service's name in the language of the page."""
    return service.title.in_language(language())


def noun_of(service: Service) -> str:
    """ "aanvraag", "melding", "aangifte" or "klacht": what this is to the citizen."""
    nouns = {
        "aanvraag": _("aanvraag"),
        "melding": _("melding"),
        "aangifte": _("aangifte"),
        "klacht": _("klacht"),
    }
    return nouns[service.noun]
