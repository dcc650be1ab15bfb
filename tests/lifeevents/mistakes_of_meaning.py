"""Mistakes in what the small catalogue says, in the same form as `mistakes_of_shape`."""

from __future__ import annotations

from tests.lifeevents.mistakes_of_shape import Mistake
from tests.lifeevents.tree import BANK, BENEFIT, BIRTH, CHILD, REG, TOWN

_NAME = "label: {nl: a, en: a}"
_ARTICLE = "  article: {name: a law, verified: true}\n"
_TERM = "{weeks: 6, article: {name: a law, verified: true}}"
_OPTIONAL = "kind: municipality\n        required: false\n        label"
_REMEDY_ARTICLE = "remedy_article: {name: a law, verified: false}\n"
_NEEDS = "needs:\n  - reg.name\n  - reg.children\n"

REFERENCES: dict[str, Mistake] = {
    "file and id differ": (TOWN, "id: town", "id: village", "id", "name of the file"),
    "same code": (BANK, "kind: bank", 'kind: municipality\ncode: "1"', "town/code", "give each"),
    "unknown agency": (BENEFIT, "agency: bank", "agency: moon", "agency", "agency 'moon' does not exist"),
    "unknown kind of agency": (
        BIRTH,
        "  kind: municipality\n  by",
        "  kind: x\n  by",
        "kind: x",
        "no agency has",
    ),
    "agency by unknown question": (BIRTH, "by: answer.place", "by: answer.x", "by", "'x' is not asked"),
    "agency by open question": (BIRTH, "by: answer.place", "by: answer.who", "by", "kind municipality"),
    "agency by optional question": (
        BIRTH,
        "kind: municipality\n        label",
        _OPTIONAL,
        "by",
        "and always",
    ),
    "agency by field not needed": (BIRTH, "by: answer.place", "by: reg.children", "by", "not among needs"),
    "unknown field": (BENEFIT, "needs:\n", "needs:\n  - reg.x\n", "- reg.x", "'reg.x' does not exist"),
    "unknown field in activity": (BIRTH, "  fields:\n", "  fields:\n    - reg.x\n", "- reg.x", "not exist"),
    "no legal ground": (BIRTH, "needs:\n", "needs:\n  - reg.children\n", "- reg.children", "no legal ground"),
    "unknown service": (CHILD, "- birth", "- birth\n  - moving", "- moving", "'moving' does not exist"),
    "service twice": (CHILD, "- benefit", "- benefit\n  - 'benefit'", "- 'benefit'", "twice"),
    "term since another question": (BIRTH, "since: born", "since: place", "since", "no date question"),
    "report with no service": (
        BENEFIT,
        "penalty: true",
        "penalty: true\nreport: {service: x, article: {name: a law, verified: true}}",
        "report",
        "'x' does not exist",
    ),
    "report with what asks and waits": (
        BENEFIT,
        "penalty: true",
        "penalty: true\nreport: {service: birth, article: {name: a law, verified: true}}",
        "report",
        "'birth' is no report",
    ),
    "change of what is not asked": (
        BENEFIT,
        "penalty: true",
        "penalty: true\nchange: [x]",
        "change",
        "'x' is",
    ),
    "change of what decides": (BIRTH, "produces:", "change: [place]\nproduces:", "change", "by itself"),
    "change of what a term runs from": (
        BIRTH,
        "produces:",
        "change: [born]\nproduces:",
        "change",
        "by itself",
    ),
    "change of a condition": (
        BENEFIT,
        "penalty: true",
        "penalty: true\nchange: [abroad]",
        "change",
        "by itself",
    ),
    "after unknown service": (
        BENEFIT,
        "service: birth",
        "service: moving",
        "service",
        "'moving' does not exist",
    ),
    "after a service elsewhere": (CHILD, "  - birth\n", "", "benefit/service", "not in event 'child'"),
    "after unknown field": (BENEFIT, "field: reg.children", "field: reg.x", "field", "does not exist"),
    "after field not needed": (BENEFIT, _NEEDS, "needs: [reg.name]\n", "field", "not among needs"),
    "after unknown group": (BENEFIT, "match: child", "match: birth", "match", "group 'birth': use child"),
    "after nothing": (BIRTH, "produces: child\n", "", "benefit/service", "nothing to wait for"),
}

ADDRESSES: dict[str, Mistake] = {
    "address without a register": (
        BENEFIT,
        "        lookup: reg.addresses\n",
        "",
        "kind: address",
        "add lookup",
    ),
    "typed address without a register": (
        REG,
        "      lookup: reg.addresses\n",
        "",
        "kind: address",
        "add lookup",
    ),
    "address in an unknown field": (BENEFIT, "lookup: reg.addresses", "lookup: reg.x", "lookup", "not exist"),
    "typed address in an unknown field": (
        REG,
        "lookup: reg.addresses",
        "lookup: reg.x",
        "lookup",
        "not exist",
    ),
    "address without ground": (BENEFIT, "    - reg.addresses\n", "", "lookup", "no legal ground"),
    "address beside another question": (
        BENEFIT,
        "        lookup: reg.addresses\n",
        "        lookup: reg.addresses\n      - id: floor\n        kind: text\n"
        "        label: {nl: a, en: a}\n",
        "kind: address",
        "a page of its own",
    ),
    "address several times": (
        BENEFIT,
        "  - id: new_home\n",
        "  - id: new_home\n    repeat: 2\n",
        "repeat",
        "several times",
    ),
    "address that may stay empty": (
        BENEFIT,
        "kind: address\n",
        "kind: address\n        required: false\n",
        "required",
        "always asked",
    ),
    "address again": (
        BENEFIT,
        "kind: address\n",
        "kind: address\n        reusable: true\n",
        "reusable",
        "looked up each time",
    ),
    "looking up what is no address": (
        BENEFIT,
        "kind: yes_no\n",
        "kind: yes_no\n        lookup: reg.addresses\n",
        "lookup",
        "for kind address",
    ),
}

QUESTIONS: dict[str, Mistake] = {
    "question twice": (BIRTH, "- id: who", "- id: 'place'", "- id: 'place'", "exists twice"),
    "group twice": (BIRTH, "  - id: birth", "  - id: 'child'", "- id: child", "exists twice"),
    "question named as a group": (BIRTH, "- id: who", "- id: 'child'", "- id: child", "both name an answer"),
    "typed question twice": (
        REG,
        "reg.children:",
        f"    - id: 'full'\n      kind: text\n      {_NAME}\nreg.children:",
        "- id: 'full'",
        "exists twice",
    ),
    "choice without choices": (
        BIRTH,
        "kind: municipality\n        l",
        "kind: choice\n        l",
        "kind: choice",
        "no",
    ),
    "choices without choice": (BIRTH, "kind: choice", "kind: text", "choices", "choices are for"),
    "value twice": (
        BIRTH,
        "- value: b",
        f"- value: b\n            {_NAME}\n          - value: 'b'",
        "- value: 'b'",
        "'b' exists twice",
    ),
    "bound on no date": (
        BIRTH,
        "- id: who\n        kind: text\n",
        "- id: who\n        kind: text\n        not_future: true\n",
        "not_future",
        "for a date",
    ),
    "somebody else's account, of no account": (
        BIRTH,
        "- id: who\n        kind: text\n",
        "- id: who\n        kind: text\n        of_another_if: {role: [b]}\n",
        "of_another_if",
        "for an iban",
    ),
    "only_if unknown question": (BIRTH, "role: [b]", "x: [b]", "x:", "no earlier question"),
    "only_if later question": (
        BIRTH,
        "kind: choice\n",
        "kind: choice\n        only_if:\n          'who': [b]\n",
        "'who'",
        "no earlier question",
    ),
    "only_if unknown value": (BIRTH, "role: [b]", "role:\n            - c", "- c", "'c' is no answer"),
    "only_if no yes": (BENEFIT, "abroad: [yes]", "abroad: [ja]", "abroad", "['yes', 'no']"),
    "a register's fact asked again": (BIRTH, "- id: who", "- id: full", "- id: full", "'reg.name' says this"),
    "a needed field asked again": (BENEFIT, "- id: land", "- id: children", "- id: children", "already"),
    "what a field gives besides": (
        REG,
        "reg.children:",
        "  gives: [place]\nreg.children:",
        "birth/place",
        "say about: someone-else",
    ),
    "free text again": (
        BIRTH,
        "- id: who\n        kind: text\n",
        "- id: who\n        kind: long_text\n        reusable: true\n",
        "reusable",
        "free text is never offered again",
    ),
    "a sensitive answer again": (
        BIRTH,
        "- id: who\n        kind: text\n",
        "- id: who\n        kind: text\n        sensitive: debt\n        reusable: true\n",
        "reusable",
        "a sensitive answer",
    ),
    "an answer of a sensitive page again": (
        BIRTH,
        "- id: birth\n    title: {nl: Geboorte, en: Birth}\n    questions:\n      - id: place\n",
        "- id: birth\n    sensitive: health\n    title: {nl: Geboorte, en: Birth}\n    questions:\n"
        "      - id: place\n        reusable: true\n",
        "reusable",
        "a sensitive answer",
    ),
    "one of several again": (
        BIRTH,
        "kind: date\n",
        "kind: date\n        reusable: true\n",
        "reusable",
        "repeating group",
    ),
    "a typed fact again": (
        REG,
        "kind: text\n",
        "kind: text\n      reusable: true\n",
        "reusable",
        "asked of the register",
    ),
    "one question, two meanings": (BENEFIT, "- id: land", "- id: place", "- id: place", "in another way"),
}

LAW: dict[str, Mistake] = {
    "deed without deed": (BIRTH, "outcome: deed", "outcome: registration", "outcome", "belong together"),
    "deed for an application": (BENEFIT, "outcome: decision", "outcome: deed", "outcome", "belong together"),
    "objection to a deed": (
        BIRTH,
        "remedy: court\n",
        f"remedy: objection\nremedy_term: {_TERM}\n",
        "remedy:",
        "only the court",
    ),
    "decision without remedy": (BENEFIT, "remedy: objection", "remedy: court", "remedy:", "a remedy: one of"),
    "objection without decision": (
        BENEFIT,
        "outcome: decision",
        "outcome: private",
        "remedy:",
        "no decision",
    ),
    "penalty on a notification": (
        BENEFIT,
        "kind: application",
        "kind: notification",
        "penalty",
        "only an app",
    ),
    "objection without term": (
        BENEFIT,
        f"remedy_term:\n{_ARTICLE}  weeks: 6\n",
        "",
        "remedy:",
        "add remedy_t",
    ),
    "court without law": (BIRTH, _REMEDY_ARTICLE, "", "remedy:", "which law"),
    "law without remedy": (BIRTH, "remedy: court", "remedy: none", "remedy_article", "no remedy"),
    "clock on a deed": (
        BIRTH,
        "produces:",
        f"decision_term: {_TERM}\nproduces:",
        "decision_term",
        "no clock",
    ),
    "extension of no term": (
        BIRTH,
        "produces:",
        "extension: {article: {name: a law, verified: true}}\nproduces:",
        "extension",
        "no term to extend",
    ),
    "decision on no objection": (
        BIRTH,
        "produces:",
        f"objection_decision: {{term: {_TERM}}}\nproduces:",
        "objection_decision",
        "nobody decides on an objection",
    ),
    "penalty without term": (BENEFIT, f"decision_term:\n{_ARTICLE}  weeks: 8\n", "", "penalty", "to be late"),
    "a word for half a deed": (
        BIRTH,
        "remedy: court",
        "words:\n  results: {Half gemaakt: partly}\nremedy: court",
        "results",
        "in part",
    ),
    "one retention, two terms": (
        BIRTH,
        "retention: one-year",
        "retention: two-years",
        "retention_days",
        "equal",
    ),
    "one activity, two meanings": (BIRTH, "id: making-deeds", "id: deciding", "id: deciding", "elsewhere"),
}

MEANING = REFERENCES | QUESTIONS | ADDRESSES | LAW
