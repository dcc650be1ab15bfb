"""Mijn gegevens: what we hold, from whom, since when, and who used it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.access.requests import actor_of
from portal.cases.marks import open_disputes
from portal.catalogue import catalogue
from portal.citizen.shown_facts import ShownFact, fact_of_register
from portal.citizen.use_lines import UseLine, use_line
from portal.ledger.gather import RETENTION, facts_of
from portal.ledger.keys import destroyed_at
from portal.ledger.uses import uses_of


@dataclass(frozen=True, slots=True)
class Section:
    """A subject with what we hold of it."""

    title: str
    facts: list[tuple[ShownFact, list[UseLine]]]


@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    """By subject; each value opens who used it."""
    citizen = actor_of(request).require_citizen()
    lines = [use_line(use) for use in uses_of(citizen)]
    disputes = open_disputes(citizen)
    shown = [
        fact_of_register(name, stands, disputes.get(name))
        for name, stands in facts_of(citizen).items()
        if name in catalogue().fields
    ]
    sections = [
        Section(title, [(fact, [line for line in lines if fact.name in line.fields]) for fact in facts])
        for subject, title in _subjects()
        if (facts := [fact for fact in shown if catalogue().fields[fact.name].subject == subject])
    ]
    return render(
        request,
        "citizen/my_data.html",
        {"sections": sections, "lines": lines, "erased_at": destroyed_at(citizen, RETENTION)},
    )


def _subjects() -> list[tuple[str, str]]:
    return [
        ("person", _("Wie u bent")),
        ("home", _("Waar u woont")),
        ("family", _("Uw gezin")),
        ("work", _("Uw werk")),
        ("money", _("Uw geld")),
    ]
