"""A catalogue as small as can be, to break in one place at a time."""

from __future__ import annotations

from pathlib import Path

BIRTH, BENEFIT = "services/birth.yaml", "services/benefit.yaml"
TOWN, BANK = "agencies/town.yaml", "agencies/bank.yaml"
REG, CHILD = "fields/reg.yaml", "events/child.yaml"

FILES = {
    TOWN: """\
id: town
name: Town of Test
short: {nl: de stad, en: the town}
kind: municipality
code: "1"
contact:
  phone: "0"
  hours: {nl: Altijd, en: Always}
  desk: {nl: Balie, en: Desk}
  post: {nl: Postbus, en: Box}
  web: https://town.example/
""",
    BANK: """\
id: bank
name: Bank of Test
short: {nl: de bank, en: the bank}
kind: bank
contact:
  phone: "0"
  hours: {nl: Altijd, en: Always}
  desk: {nl: Balie, en: Desk}
  post: {nl: Postbus, en: Box}
  web: https://bank.example/
""",
    REG: """\
reg.name:
  subject: person
  label: {nl: Naam, en: Name}
  max_age: 60
  enter:
    - id: full
      kind: text
      label: {nl: Naam, en: Name}
reg.children:
  subject: family
  label: {nl: Kinderen, en: Children}
  max_age: 60
reg.addresses:
  subject: home
  label: {nl: Adressen, en: Addresses}
  max_age: 60
reg.home:
  subject: home
  label: {nl: Thuis, en: Home}
  max_age: 60
  enter:
    - id: typed_home
      kind: address
      label: {nl: Adres, en: Address}
      lookup: reg.addresses
""",
    BIRTH: """\
id: birth
title: {nl: Aangifte, en: Registration}
summary: {nl: Zin, en: Sentence}
noun: aangifte
kind: deed
outcome: deed
remedy: court
remedy_article: {name: a law, verified: false}
penalty: false
agency:
  kind: municipality
  by: answer.place
upl: ""
level: midden
produces: child
citizen_term:
  term:
    article: {name: a law, verified: false}
    days: 3
  since: born
activity:
  id: making-deeds
  purpose: {nl: Doel, en: Purpose}
  ground: {name: a law, verified: false}
  fields:
    - reg.name
  retention: one-year
  retention_days: 365
why: {nl: Zin, en: Sentence}
next_step: {nl: Zin, en: Sentence}
needs:
  - reg.name
ask:
  - id: birth
    title: {nl: Geboorte, en: Birth}
    questions:
      - id: place
        kind: municipality
        label: {nl: Waar, en: Where}
      - id: role
        kind: choice
        label: {nl: Wie, en: Who}
        choices:
          - value: a
            label: {nl: A, en: A}
          - value: b
            label: {nl: B, en: B}
      - id: who
        kind: text
        label: {nl: Wie, en: Who}
        only_if:
          role: [b]
  - id: child
    title: {nl: Kind, en: Child}
    repeat: 5
    questions:
      - id: born
        kind: date
        label: {nl: Datum, en: Date}
        not_future: true
""",
    BENEFIT: """\
id: benefit
title: {nl: Bijslag, en: Benefit}
summary: {nl: Zin, en: Sentence}
noun: aanvraag
kind: application
outcome: decision
remedy: objection
remedy_term:
  article: {name: a law, verified: true}
  weeks: 6
decision_term:
  article: {name: a law, verified: true}
  weeks: 8
penalty: true
agency: bank
upl: https://example.org/benefit
level: midden
after:
  service: birth
  field: reg.children
  match: child
  reason: {nl: Zin, en: Sentence}
activity:
  id: deciding
  purpose: {nl: Doel, en: Purpose}
  ground: {name: a law, verified: true}
  fields:
    - reg.name
    - reg.children
    - reg.addresses
  retention: two-years
  retention_days: 730
why: {nl: Zin, en: Sentence}
next_step: {nl: Zin, en: Sentence}
needs:
  - reg.name
  - reg.children
ask:
  - id: money
    title: {nl: Geld, en: Money}
    questions:
      - id: abroad
        kind: yes_no
        label: {nl: Weg, en: Away}
      - id: land
        kind: text
        label: {nl: Land, en: Country}
        only_if:
          abroad: [yes]
  - id: new_home
    title: {nl: Adres, en: Address}
    questions:
      - id: new_address
        kind: address
        label: {nl: Adres, en: Address}
        lookup: reg.addresses
""",
    CHILD: """\
slug: child
title: {nl: Kind, en: Child}
summary: {nl: Zin, en: Sentence}
words: {nl: [baby], en: [baby]}
services:
  - birth
  - benefit
""",
}


def write(root: Path, files: dict[str, str] | None = None) -> Path:
    """Writes the files under `root`; without files the small catalogue, in which nothing is wrong."""
    for name, text in (FILES if files is None else files).items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root


def swap(name: str, old: str, new: str) -> dict[str, str]:
    """The small catalogue with a text in one file replaced, which must occur there."""
    assert old in FILES[name], f"{old!r} is not in {name}"
    return {**FILES, name: FILES[name].replace(old, new, 1)}
