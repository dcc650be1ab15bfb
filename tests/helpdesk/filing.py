"""Staff who write down what somebody asks for, as verbs."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any, Final

from django.test import Client

from portal.access.filing.pages import SESSION_KEY
from portal.access.filing.verbs import start_filing, writing_down
from portal.access.models import Filing
from portal.cases.journey import journeys
from portal.cases.journey.answers import answers_of
from portal.cases.journey.payloads import requests_of
from portal.cases.journey.submit import fingerprint, submit
from portal.cases.models import Case, Journey
from portal.catalogue import catalogue
from portal.people.actor import Actor
from portal.people.keys import keyed_hmac
from portal.people.models import Citizen, User
from portal.people.unregistered import Details, find_or_create_unregistered
from tests.cases.answers import ANSWERS
from tests.cast import logged_in
from tests.helpdesk.steps import HELPER_BSN

Channel, Identity = Filing.Channel, Filing.Identity
SCAN: Final = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
AMAL: Final = Details(
    first_names="Amal",
    prefix="",
    surname="Haddad",
    born="1990-05-01",
    address={
        "street": "Opvangweg",
        "number": "3",
        "postcode": "9001 AB",
        "city": "Waterstad",
        "municipality": "9001",
    },
    v_number="2801234567",
    spoken="Arabisch",
    interpreter=True,
)


def amal() -> Citizen:
    """Somebody with a V-number and no BSN."""
    return find_or_create_unregistered(details=AMAL, language="nl")


def knows_self(user: User) -> User:
    """A member of staff who said which citizen they are."""
    User.objects.filter(pk=user.pk).update(own_bsn_hmac=keyed_hmac("bsn", f"{HELPER_BSN}"))
    return User.objects.get(pk=user.pk)


def writes_down(
    user: User,
    citizen: Citizen,
    *,
    channel: Filing.Channel = Channel.PHONE,
    identity: Filing.Identity = Identity.QUESTIONS,
    **more: Any,
) -> Actor:
    """The staff member, as of the next request."""
    staff = Actor.of_user(knows_self(user))
    row = start_filing(staff=staff, citizen=citizen, channel=channel, identity=identity, **more)
    return writing_down(user, str(row.pk))


def on_paper(user: User, citizen: Citizen, *, received_on: date) -> Actor:
    """A signed form that came in on this day."""
    return writes_down(
        user, citizen, channel=Channel.PAPER, identity=Identity.SIGNATURE, received_on=received_on, scan=SCAN
    )


def filled_in(actor: Actor, *, chosen: tuple[str, ...] = ("geboorteaangifte",)) -> Journey:
    """A birth, with what staff typed."""
    journey = journeys.begin_journey(
        actor=actor, event=catalogue().events["kind-krijgen"], chosen=chosen or None
    )
    journeys.gather_facts(journey=journey)
    asked = {group.id for group in journeys.groups_of(journey)}
    for group, items in ANSWERS.items():
        for index, item in enumerate(items if group in asked else []):
            journeys.answer(journey=journey, group=group, index=index, item=item)
    return journeys.journey_for(actor=actor, journey_id=journey.pk)


def sent_by(actor: Actor, journey: Journey) -> dict[str, Case]:
    """Sent; the cases by service."""
    assert actor.filing is not None
    seen = fingerprint(requests_of(journey, answers_of(journey)))
    cases = submit(journey=journey, seen=seen, follow_ups=(), level=actor.filing.level, filing=actor.filing)
    return {case.service: case for case in cases}


def filed(actor: Actor) -> Case:
    """A birth that staff wrote down and sent."""
    return sent_by(actor, filled_in(actor))["geboorteaangifte"]


def opened(user: User, by: Actor) -> Client:
    """A browser of somebody of the staff who writes down what this person says."""
    client = logged_in(user)
    session = client.session
    assert by.filing is not None
    session[SESSION_KEY] = str(by.filing.filing_id)
    session.save()
    return client


def text_of(answer: Any) -> str:
    """What a page says, with single spaces."""
    return " ".join(unescape(answer.content.decode()).split())
