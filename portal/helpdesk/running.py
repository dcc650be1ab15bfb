"""What runs of somebody who calls, comes or writes, and what staff can write down about it in their name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.cases.disputes.marks import holds
from portal.cases.journey.payloads import payload_or_none
from portal.cases.models import Case, CitizenTask, Phase
from portal.cases.objecting import may_object
from portal.cases.own import as_seen_by, own_cases
from portal.cases.reading.inbox import that_matter
from portal.cases.reading.names import agency_of, title_of
from portal.cases.reading.showing import field_label
from portal.cases.reading.wording import standing_of
from portal.cases.talk.changing import may_change, shows_answers
from portal.cases.talk.showing import what_of
from portal.cases.talk.standing import is_talkable
from portal.people.actor import Actor

MOST: Final = 25
"""So many of the newest are shown; another one is found by its reference."""


@dataclass(frozen=True, slots=True)
class Link:
    """Something that can be written down: its words and its page."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Running:
    """One request, how it stands, and what can be said about it now. `wrong` are the values that may not be
    right, by name alone. `needs_letter`: an objection is in writing, and this came by word of mouth."""

    case: Case
    title: str
    agency: str
    sentence: str
    links: list[Link]
    wrong: list[Link]
    needs_letter: bool


def running_for(actor: Actor) -> list[Running]:
    """The newest first; nothing where it was not seen well enough who this is."""
    own = own_cases(actor).select_related("journey", "citizen", "outcome")
    along = own.prefetch_related("proceedings", "tasks", "updates", Prefetch("deliveries", that_matter()))
    return [_one(actor, case) for case in as_seen_by(actor, along.order_by("-created_at")[:MOST])]


def _one(actor: Actor, case: Case) -> Running:
    on_paper = actor.filing is not None and actor.filing.on_paper
    objects = may_object(case)
    is_final = Phase(case.phase).is_final
    links = [] if is_final else _open_links(case)
    if objects and on_paper:
        links.append(Link(_("Bezwaar overnemen"), _to("objection", case)))
    return Running(
        case=case,
        title=title_of(case.definition),
        agency=agency_of(case).name,
        sentence=standing_of(case).sentence,
        links=links,
        wrong=[] if is_final else _of_registers(case),
        needs_letter=objects and not on_paper,
    )


def _open_links(case: Case) -> list[Link]:
    open_tasks = [one for one in case.tasks.all() if one.answered_at is None and one.dropped_at is None]
    links = [Link(_what(one), reverse("citizen:task", args=[case.reference, one.pk])) for one in open_tasks]
    if is_talkable(case):
        links.append(Link(_("Bericht opschrijven"), _to("messages", case)))
    if may_change(case) and shows_answers(case):
        links.append(Link(_("Iets veranderen"), _to("change", case)))
    return [*links, Link(_("Intrekken"), _to("withdraw", case))]


def _of_registers(case: Case) -> list[Link]:
    payload = payload_or_none(case)
    names = [name for name in payload["facts"] if holds(payload, name)] if payload else []
    return [Link(field_label(name), _to("dispute-sent", case, name)) for name in names]


def _what(task: CitizenTask) -> str:
    if task.kind == CitizenTask.Kind.CONFIRM_CHANGE:
        return _("Vraag of de gegevens nog kloppen")
    return _("Antwoord op: %(what)s") % {"what": what_of(task)}


def _to(route: str, case: Case, *more: str) -> str:
    return reverse(f"citizen:{route}", args=[case.reference, *more])
