"""Requests in every state, so that there is something to practise on; and all of it fresh again.

A request is made by the same verbs as a real one, once under its name: filling again adds what is missing.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.db import OperationalError, transaction

from portal import clock
from portal.cases.back.concluding import conclude, possible_outcomes
from portal.cases.deciding.care import Care
from portal.cases.desk.proposals import propose
from portal.cases.desk.verbs import take
from portal.cases.disputes.verbs import dispute, held_value
from portal.cases.helpdesk.models import ContactMoment
from portal.cases.helpdesk.moments import ask_contact
from portal.cases.models import Case, Outcome
from portal.cases.objecting import may_object, object_to
from portal.cases.talk.asking import Answer, answer, ask
from portal.cases.talk.withdrawing import withdraw
from portal.cases.talk.writing import write
from portal.catalogue import connectors
from portal.people.actor import Actor
from portal.people.models import Role, User
from portal.practice.asking import STORY, as_citizen, ask_for, has_requests, invented, reread
from portal.practice.models import Prepared

COLLEAGUE: Final = "Oefencollega"
Make = Callable[[str, int, str], Case]
"""Makes a request at an agency, of the next person in turn, under a name."""

_LONG_AGO: Final = timedelta(days=300)
_SOME_DAYS: Final = timedelta(days=14)


def agencies() -> list[str]:
    """Those that work in the portal and of which something can be asked."""
    found = connectors().destinations.items()
    return [agency for agency, destination in found if destination.pulls and has_requests(agency)]


def fill(wanted: Iterable[str]) -> Iterator[str]:
    """Makes what is missing at these agencies; gives the name of each request that it made."""
    for agency in wanted:
        for turn, (state, make) in enumerate(STATES.items()):
            name = f"{agency}:{state}"
            if not Prepared.objects.filter(pk=name).exists():
                Prepared.objects.create(pk=name, case=_made(make, agency, turn, name))
                yield name
    if not Prepared.objects.filter(pk=CALL).exists():
        _wants_a_letter()
        yield CALL


def _made(make: Make, agency: str, turn: int, name: str) -> Case:
    """Once more where the worker was busy with the same requests, and the database ended it (a deadlock)."""
    try:
        return make(agency, turn, name)
    except OperationalError:
        return make(agency, turn, name)


def colleague(agency: str) -> Actor:
    """Somebody of the agency who did something before you came. Nobody logs in as them."""
    user, _ = User.objects.get_or_create(
        username=f"practice:{agency}"[:64],
        defaults={
            "role": Role.OFFICER,
            "agency": agency,
            "name": COLLEAGUE,
            "is_active": False,
            "password": make_password(None),
        },
    )
    return Actor(user=user, citizen=None, capacity="officer")


# --- How a request can stand -----------------------------------------------------------------------


def _arrived(agency: str, turn: int, name: str) -> Case:
    return ask_for(agency, turn=turn)


def _handled(agency: str, turn: int, name: str) -> Case:
    case = ask_for(agency, turn=turn)
    take(actor=colleague(agency), references=[case.reference])
    return reread(case)


def _late(agency: str, turn: int, name: str) -> Case:
    return ask_for(agency, turn=turn, on=clock.today() - _LONG_AGO)


def _asked(agency: str, turn: int, name: str) -> Case:
    case = ask_for(agency, turn=turn)
    ask(
        case=case,
        actor=colleague(agency),
        what="Een bewijs van uw rekening",
        why="Wij kunnen niet zien dat deze rekening van u is. Stuur een bewijs.",
        external_id=name,
        until=clock.today() + _SOME_DAYS,
    )
    return reread(case)


def _answered(agency: str, turn: int, name: str) -> Case:
    case = _asked(agency, turn, name)
    answer(task=case.tasks.get(), actor=as_citizen(case.citizen), answer=Answer(text=STORY))
    return reread(case)


def _written(agency: str, turn: int, name: str) -> Case:
    case = ask_for(agency, turn=turn)
    wants_answer(case)
    return reread(case)


def _disputed(agency: str, turn: int, name: str) -> Case:
    case = ask_for(agency, turn=turn)
    citizen = as_citizen(case.citizen)
    dispute(
        actor=citizen,
        field="brp.name",
        held=held_value(actor=citizen, field="brp.name"),
        right=None,
        explanation="Mijn naam is verkeerd geschreven. Dit is verzonnen, om mee te oefenen.",
    )
    return reread(case)


def _typed(agency: str, turn: int, name: str) -> Case:
    return ask_for(agency, turn=turn, stranger=True)


def _proposed(agency: str, turn: int, name: str) -> Case:
    case = ask_for(agency, turn=turn)
    wants_confirmation(case)
    return reread(case)


def _objected(agency: str, turn: int, name: str) -> Case:
    case = ask_for(agency, turn=turn)
    kind = Outcome.Kind.REFUSED
    conclude(case=case, kind=kind, motivation="U krijgt dit niet. Dit is verzonnen.", actor=colleague(agency))
    case = reread(case)
    if may_object(case):
        object_to(case=case, actor=as_citizen(case.citizen), reasons=STORY, external_id=name)
    return case


def _withdrawn(agency: str, turn: int, name: str) -> Case:
    case = ask_for(agency, turn=turn)
    withdraw(case=case, actor=as_citizen(case.citizen))
    return reread(case)


STATES: Final[Mapping[str, Make]] = {
    "arrived": _arrived,
    "handled": _handled,
    "late": _late,
    "asked": _asked,
    "answered": _answered,
    "written": _written,
    "disputed": _disputed,
    "typed": _typed,
    "proposed": _proposed,
    "objected": _objected,
    "withdrawn": _withdrawn,
}
CALL: Final = "helpdesk:letter"


def wants_answer(case: Case) -> None:
    """The citizen wrote, and nobody answered."""
    text = "Hoe lang duurt het nog? Deze vraag is verzonnen."
    write(case=case, actor=as_citizen(case.citizen), text=text, external_id=uuid.uuid4().hex)


def wants_confirmation(case: Case) -> None:
    """A colleague wants to end it in another way than the rule gives."""
    # Another one than that of the rule, whatever that is: with reasons it may be any.
    propose(
        case=case,
        actor=colleague(case.agency),
        kind=possible_outcomes(case.definition)[0],
        motivation="U krijgt dit. In uw geval past de regel niet goed. Dit is verzonnen.",
        deviation="De regel pakt hier anders uit dan hij bedoeld is. Dit is verzonnen, om mee te oefenen.",
        article="artikel 4:84 Algemene wet bestuursrecht",
        care=Care(),
    )


def _wants_a_letter() -> None:
    with transaction.atomic():
        citizen = invented(0).citizen
        assert citizen is not None  # noqa: S101 -- the account of a citizen
        ask_contact(citizen=citizen, way=ContactMoment.Way.LETTER, about=STORY)
        Prepared.objects.create(pk=CALL)
