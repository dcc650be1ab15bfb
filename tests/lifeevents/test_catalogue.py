"""The catalogue of this repository: it loads, it cannot be changed, and it speaks plain Dutch."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lifeevents.catalogue import ROOT, load_catalogue
from lifeevents.model import AgencyByKind, Catalogue, Text, dump, load

STANDARDS = Path(__file__).parents[3] / "shared" / "standards" / "derived"
FORBIDDEN = ("ontvangen", "lopend", "lopende", "afgerond", "indienen", "ingediend", "zaak", "verwerkt")
LONGEST = 20
"""Words in a sentence, at most."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def texts_of(part: Any) -> Iterator[Text]:
    """Every text in a part of the catalogue."""
    if isinstance(part, Text):
        yield part
    elif dataclasses.is_dataclass(part):
        for field in dataclasses.fields(part):
            yield from texts_of(getattr(part, field.name))
    elif isinstance(part, tuple):
        for item in part:
            yield from texts_of(item)
    elif hasattr(part, "values"):
        for item in part.values():
            yield from texts_of(item)


def test_what_is_in_it(catalogue: Catalogue) -> None:
    assert set(catalogue.agencies) == {
        "levensloket",
        "gemeente-waterstad",
        "gemeente-heidedorp",
        "gemeente-polderveen",
        "gemeente-duinzicht",
        "svb",
        "uwv",
        "dienst-toeslagen",
        "belastingdienst",
        "rdw",
        "duo",
    }
    assert catalogue.events["kind-krijgen"].chosen == ("geboorteaangifte", "kinderbijslag")
    heidedorp = catalogue.agency_of_kind("gemeente", "9002")
    assert heidedorp is not None
    assert heidedorp.name == "Gemeente Heidedorp"
    assert catalogue.agency_of_kind("gemeente", "0363") is None


def test_the_birth_is_a_deed_of_the_municipality_of_birth(catalogue: Catalogue) -> None:
    service = catalogue.services["geboorteaangifte"]
    assert (service.kind, service.outcome, service.remedy, service.penalty) == (
        "deed",
        "deed",
        "court",
        False,
    )
    assert service.agency == AgencyByKind(kind="gemeente", by="answer.birth_place")
    assert service.decision_term is None
    assert service.citizen_term is not None
    assert (service.citizen_term.term.days, service.citizen_term.since) == (3, "birth_date")
    (child,) = (group for group in service.ask if group.repeat)
    assert (child.id, child.repeat, service.produces) == ("child", 5, "child")
    assert [question.id for question in child.questions] == ["first_names", "birth_date", "birth_time", "sex"]


def test_no_other_parent_never_blocks(catalogue: Catalogue) -> None:
    questions = {q.id: q for group in catalogue.services["geboorteaangifte"].ask for q in group.questions}
    assert "none" in [choice.value for choice in questions["other_parent"].choices]
    assert questions["other_parent_name"].only_if == {"other_parent": ("other",)}
    assert not questions["remark"].required


def test_child_benefit_is_an_application_that_waits_for_the_birth(catalogue: Catalogue) -> None:
    service = catalogue.services["kinderbijslag"]
    assert (service.kind, service.remedy, service.penalty, service.agency) == (
        "application",
        "objection",
        True,
        "svb",
    )
    assert service.decision_term is not None
    assert service.remedy_term is not None
    assert (service.decision_term.weeks, service.remedy_term.weeks) == (8, 6)
    assert service.after is not None
    assert (service.after.service, service.after.field, service.after.match) == (
        "geboorteaangifte",
        "brp.children",
        "child",
    )


def test_fields_that_the_citizen_can_type_have_the_shape_of_the_register(catalogue: Catalogue) -> None:
    typed = {name: [q.id for q in field.enter] for name, field in catalogue.fields.items() if field.enter}
    assert typed == {
        "brp.name": ["first_names", "prefix", "family_name"],
        "brp.birth": ["date"],
        # One question: its answer is the value itself.
        "brp.address": ["address"],
    }


def test_only_questions_about_someone_else_look_like_what_a_register_says(catalogue: Catalogue) -> None:
    """`catalogue check` refuses the others, so each exception to "once only" is looked at here."""
    exceptions = {
        (service.id, question.id)
        for service in catalogue.services.values()
        for group in service.ask
        for question in group.questions
        if any(question.id in catalogue.fields[name].answers for name in service.needs)
    }
    assert exceptions == {
        ("geboorteaangifte", "birth_place"),
        ("geboorteaangifte", "first_names"),
        ("geboorteaangifte", "birth_date"),
        ("geboorteaangifte", "family_name"),
    }


def test_an_account_number_is_offered_again_and_nothing_of_a_child(catalogue: Catalogue) -> None:
    reusable = {
        question.id
        for service in catalogue.services.values()
        for group in service.ask
        for question in group.questions
        if question.reusable
    }
    assert reusable == {"iban", "own_iban"}


def test_it_cannot_be_changed(catalogue: Catalogue) -> None:
    service = catalogue.services["kinderbijslag"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        service.penalty = False
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.services = {}
    with pytest.raises(TypeError):
        catalogue.services["kinderbijslag"] = service  # type: ignore[index]


def test_definitions_survive_being_stored(catalogue: Catalogue) -> None:
    services = tuple(catalogue.services.values())
    assert load(json.loads(json.dumps(dump(services)))) == services


def test_loading_twice_gives_the_same(catalogue: Catalogue) -> None:
    assert load_catalogue(ROOT) == catalogue


def test_it_loads_without_django_and_requests() -> None:
    sources = [file.read_text(encoding="utf-8") for file in ROOT.glob("*.py")]
    imported = re.findall(r"^(?:from|import) (\w+)", "\n".join(sources), flags=re.MULTILINE)
    assert not {"django", "requests", "portal", "connectors", "celery"} & set(imported)


def test_contact_data_reach_nobody(catalogue: Catalogue) -> None:
    """A trial must never ring a real desk: no Dutch subscriber number starts with a zero."""
    for agency in catalogue.agencies.values():
        assert agency.contact.phone.startswith("020 000 ")
        assert agency.contact.web.endswith(".example/")


def test_forbidden_words_occur_in_no_dutch_text(catalogue: Catalogue) -> None:
    found = [
        (w, t.nl)
        for t in texts_of(catalogue)
        for w in FORBIDDEN
        if re.search(rf"\b{w}\b", t.nl, re.IGNORECASE)
    ]
    assert found == []


def test_sentences_are_short(catalogue: Catalogue) -> None:
    sentences = [
        s for text in texts_of(catalogue) for t in (text.nl, text.en) for s in re.split(r"[.?!:] ", t)
    ]
    assert len(sentences) > 100
    assert [sentence for sentence in sentences if len(sentence.split()) > LONGEST] == []


def test_the_citizen_is_addressed_as_u(catalogue: Catalogue) -> None:
    informal = re.compile(r"\b(je|jij|jou|jouw|jullie)\b", re.IGNORECASE)
    assert [text.nl for text in texts_of(catalogue) if informal.search(text.nl)] == []


def test_a_child_that_died_has_a_path_of_its_own(catalogue: Catalogue) -> None:
    care = catalogue.events["kind-krijgen"].care
    assert care is not None
    assert "Bel ons" in care.nl
    assert not re.search("gefeliciteerd|congratulat", care.nl + care.en, re.IGNORECASE)


def test_the_language_of_a_text() -> None:
    text = Text(nl="Kind", en="Child")
    assert [text.in_language(code) for code in ("nl", "en", "en-gb", "fy")] == [
        "Kind",
        "Child",
        "Child",
        "Kind",
    ]
