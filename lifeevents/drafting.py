"""A new service or event as a file to fill in: it passes the check from its first line, and says so."""

from __future__ import annotations

from pathlib import Path

from lifeevents.catalogue import load_catalogue
from lifeevents.model import Catalogue

_SERVICE = """\
# Nobody has read the law for this service yet. Say `verified: true` of an article once you read it.
# docs/catalogue.md explains every key.
id: {id}
title: {{nl: {title}, en: {title}}}
summary:
  nl: U vraagt dit aan.
  en: You apply for this.
noun: aanvraag
kind: application
outcome: decision
remedy: objection
remedy_term:
  article: {{name: "artikel 6:7 Algemene wet bestuursrecht", verified: true}}
  weeks: 6
penalty: false
verified: false
note: Everything in this file is still to be checked.
agency: {agency}
upl: ""
level: midden
intake: agency
decision_term:
  article: {{name: "artikel 4:13, tweede lid, Algemene wet bestuursrecht", verified: true}}
  weeks: 8

activity:
  id: {id}-beoordelen
  purpose: {{nl: Beslissen over uw aanvraag, en: Deciding on your application}}
  ground: {{name: the article that lets the agency do this, verified: false}}
  fields: [{fields}]
  retention: {id}-2-jaar
  retention_days: 730

why:
  nl: De organisatie beslist met deze gegevens over uw aanvraag.
  en: The organisation uses these data to decide on your application.
next_step:
  nl: De organisatie bekijkt uw aanvraag en stuurt u daarna een besluit.
  en: The organisation looks at your application and then sends you a decision.

needs: [{fields}]

ask:
  - id: {key}
    title: {{nl: Uw aanvraag, en: Your application}}
    questions:
      - id: {key}_remark
        kind: long_text
        required: false
        label: {{nl: Wat moeten wij van u weten?, en: What should we know about you?}}
"""
_EVENT = """\
slug: {slug}
title: {{nl: {title}, en: {title}}}
summary:
  nl: Regel wat hierbij hoort.
  en: Arrange what belongs with this.
services:
{services}
# These come ticked.
chosen: []
# What people say when it happens to them; lifeevents/search compares with these.
words:
  nl: [{title}]
  en: [{title}]
"""


class Exists(Exception):
    """A file of that name is there already."""


def new_service(root: Path, name: str, *, agency: str, title: str, event: str | None = None) -> list[Path]:
    """Writes `services/<name>.yaml`, and adds it to an event where one is named. The files that were written.

    Raises `Exists`, `KeyError` for an agency or event that is not there, and `CatalogueError` where what is
    there is wrong already, or the name is no name.
    """
    catalogue = load_catalogue(root)
    _ = catalogue.agencies[agency]
    text = _SERVICE.format(
        id=name, key=name.replace("-", "_"), title=title, agency=agency, fields=", ".join(_fields(catalogue))
    )
    written = {root / "services" / f"{name}.yaml": text}
    if event is not None:
        file = root / "events" / f"{catalogue.events[event].slug}.yaml"
        written[file] = _with_service(file.read_text(encoding="utf-8"), name)
    _write(root, written, new=root / "services" / f"{name}.yaml")
    return list(written)


def new_event(root: Path, slug: str, *, title: str, services: tuple[str, ...]) -> list[Path]:
    """Writes `events/<slug>.yaml` with these services. Raises as `new_service`."""
    catalogue = load_catalogue(root)
    listed = "\n".join(f"  - {catalogue.services[name].id}" for name in services)
    file = root / "events" / f"{slug}.yaml"
    _write(root, {file: _EVENT.format(slug=slug, title=title, services=listed)}, new=file)
    return [file]


def _fields(catalogue: Catalogue) -> tuple[str, ...]:
    """The fields that nearly every service needs: who somebody is."""
    return tuple(name for name in ("brp.name", "brp.address") if name in catalogue.fields)


def _with_service(text: str, name: str) -> str:
    """An event's file with one more service at the end of its list; its comments stay."""
    lines = text.splitlines()
    at = lines.index("services:") + 1
    while at < len(lines) and lines[at].lstrip().startswith("- "):
        at += 1
    return "\n".join([*lines[:at], f"  - {name}", *lines[at:]]) + "\n"


def _write(root: Path, files: dict[Path, str], *, new: Path) -> None:
    """Writes all of it, and takes it back where the catalogue is not right with it."""
    if new.exists():
        raise Exists(str(new))
    before = {file: file.read_text(encoding="utf-8") for file in files if file.exists()}
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    try:
        load_catalogue(root)
    except Exception:
        for file in files:
            if file in before:
                file.write_text(before[file], encoding="utf-8")
            else:
                file.unlink()
        raise
