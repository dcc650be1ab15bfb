"""A new agency, two services and a life event, made of YAML alone in a folder, and filed to the end."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import timezone

import portal.catalogue
from lifeevents.catalogue import ROOT
from portal.cases.back.concluding import conclude
from portal.cases.models import Case, Outcome, Phase
from portal.people.actor import Actor
from tests.cases.steps import deliver_all
from tests.cast import logged_in, make_cast
from tests.connectors.other_side import Asked, OtherSide, answer
from tests.factories import make_officer
from tests.registers import Register

AGENCY = """\
id: {id}
name: {name}
short: {{nl: {short}, en: {short}}}
kind: zbo
contact:
  phone: 020 000 0000
  hours: {{nl: Werkdagen, en: Working days}}
  desk: {{nl: Balie 1, en: Desk 1}}
  post: {{nl: Postbus 1, en: Box 1}}
  web: https://{id}.example/
"""
SERVICE = """\
id: {id}
title: {{nl: {title}, en: {title}}}
summary: {{nl: U vraagt dit aan., en: You apply for this.}}
noun: aanvraag
kind: application
outcome: decision
remedy: objection
remedy_term: {{weeks: 6, article: {{name: "artikel 6:7 Awb", verified: true}}}}
penalty: true
agency: {agency}
upl: ""
level: basis
decision_term: {{weeks: 8, article: {{name: "artikel 4:13 Awb", verified: true}}}}
activity:
  id: {id}-beoordelen
  purpose: {{nl: Beslissen, en: Deciding}}
  ground: {{name: artikel 1 Wet van de proef, verified: false}}
  fields: [brp.name, brp.address]
  retention: {id}-1-jaar
  retention_days: 365
why: {{nl: Daarom., en: Therefore.}}
next_step: {{nl: U krijgt een besluit., en: You get a decision.}}
needs: [brp.name]
ask:
  - id: plan
    title: {{nl: Uw plan, en: Your plan}}
    questions:
      - {{id: roof, kind: yes_no, label: {{nl: Hebt u een dak?, en: Do you have a roof?}}}}
"""
EVENT = """\
slug: zonnig-worden
title: {nl: Ik neem zonnepanelen, en: I am getting solar panels}
summary: {nl: Vraag geld en een vergunning., en: Ask for money and a permit.}
services: [zonsubsidie, zonvergunning]
chosen: [zonsubsidie, zonvergunning]
words: {nl: [zonnepaneel], en: [solar panel]}
"""


@pytest.fixture
def intake() -> Iterator[OtherSide]:
    """An agency's own intake: it takes what is posted, and says nothing more."""

    def take(asked: Asked, connection: socket.socket, over: Event) -> bool:
        if asked.method != "POST":
            return answer({"results": []})(asked, connection, over)
        made = {
            "reference": asked.json()["reference"],
            "theirReference": "ZON-1",
            "receivedAt": timezone.now().isoformat(),
        }
        return answer(made, status=201)(asked, connection, over)

    with OtherSide(take) as side:
        yield side


@pytest.fixture
def installation(tmp_path: Path, settings: LazySettings, intake: OtherSide) -> Iterator[None]:
    """The portal of somebody who added YAML files, and two lines to the settings of the connectors."""
    folder = tmp_path / "catalogue"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schemas", "*.json"))
    new = {
        "agencies/zonfonds.yaml": AGENCY.format(id="zonfonds", name="Zonfonds", short="het Zonfonds"),
        "agencies/dakbureau.yaml": AGENCY.format(id="dakbureau", name="Dakbureau", short="het Dakbureau"),
        "services/zonsubsidie.yaml": SERVICE.format(id="zonsubsidie", title="Zonsubsidie", agency="zonfonds"),
        "services/zonvergunning.yaml": SERVICE.format(
            id="zonvergunning", title="Zonvergunning", agency="dakbureau"
        ),
        "events/zonnig-worden.yaml": EVENT,
    }
    for name, text in new.items():
        (folder / name).write_text(text, encoding="utf-8")
    config = Path(settings.CONNECTORS_CONFIG).read_text(encoding="utf-8").rstrip() + "\n"
    assert "\ndestinations:\n" in config
    added = "destinations:\n  zonfonds: {connector: hold}\n  dakbureau:\n    connector: rest\n"
    added += f"    url: {intake.url}\n    key_id: proef\n    secret: {'s' * 40}\n"
    (tmp_path / "connectors.yaml").write_text(config.replace("destinations:\n", added), encoding="utf-8")
    settings.CATALOGUE_FOLDER = str(folder)
    settings.CONNECTORS_CONFIG = str(tmp_path / "connectors.yaml")
    portal.catalogue.connectors.cache_clear()
    yield
    portal.catalogue.forget()
    portal.catalogue.connectors.cache_clear()


def test_two_services_of_new_agencies_are_found_filed_and_decided(
    db: None, register: Register, installation: None, intake: OtherSide
) -> None:
    citizen = make_cast().citizen
    browser = logged_in(citizen)
    assert "Ik neem zonnepanelen" in browser.get("/levensgebeurtenissen/?q=zonnepanelen").content.decode()
    _sends(browser)
    deliver_all()
    cases = {case.service: case for case in Case.objects.all()}
    assert {name: case.agency for name, case in cases.items()} == {
        "zonsubsidie": "zonfonds",
        "zonvergunning": "dakbureau",
    }

    # By its own intake the one agency has the answer, the facts it needs, and no more.
    (posted,) = [asked.json() for asked in intake.asked if asked.method == "POST"]
    assert posted["reference"] == cases["zonvergunning"].reference
    assert posted["payload"]["answers"] == {"plan": [{"roof": "yes"}]}
    assert list(posted["payload"]["facts"]) == ["brp.name"]
    assert "Gracht" not in json.dumps(posted)
    assert Case.objects.get(service="zonvergunning").phase == Phase.ARRIVED

    # In the portal an officer of the other one decides.
    officer = make_officer("zonfonds")
    held = Case.objects.get(service="zonsubsidie")
    assert held.reference in logged_in(officer).get("/medewerker/").content.decode()
    granted = Outcome.Kind.GRANTED
    conclude(case=held, kind=granted, motivation="Het dak ligt goed.", actor=Actor.of_user(officer))
    assert "U krijgt zonsubsidie" in browser.get(f"/aanvragen/{held.reference}/").content.decode()


def _sends(browser: Client) -> None:
    begun = browser.post("/levensgebeurtenissen/zonnig-worden/begin/")
    base = begun.headers["Location"].removesuffix("gegevens/")
    assert browser.post(f"{base}vragen/plan/1/", {"roof": "yes"}).status_code == 302
    review = browser.get(f"{base}controle/").content.decode()
    assert "Zonsubsidie: dit gaat naar Zonfonds" in review
    seen = review.split('name="seen" value="')[1].split('"')[0]
    assert browser.post(f"{base}controle/", {"seen": seen}).headers["Location"] == base
