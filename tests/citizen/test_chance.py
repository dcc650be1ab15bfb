"""Whether somebody can probably get something: few questions, the law beside the answer, and nothing kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from portal.cases.models import Journey
from portal.catalogue import rules
from portal.ledger.models import Fact

HEALTH = "/kan-ik-dit-krijgen/zorgtoeslag/"
_HIDDEN = re.compile(r'name="(known|asked)" value="([^"]*)"')


def _answer(client: Client, path: str, page: str, **answers: str) -> str:
    carried = dict(_HIDDEN.findall(page))
    return client.post(path, {**carried, **answers}).content.decode()


def _asked(page: str) -> str:
    return dict(_HIDDEN.findall(page)).get("asked", "")


def test_questions_lead_to_an_answer_with_the_law_beside_it(client: Client, db: None) -> None:
    answers = {
        "insured": "yes",
        "birth": "1990-03-04",
        "income": "20.000",
        "assets": "€ 1.000,50",
        "partners": "0",
    }
    page = client.get(HEALTH).content.decode()
    while name := _asked(page):
        page = _answer(client, HEALTH, page, answer=answers.pop(name))

    assert answers == {}
    assert "U kunt waarschijnlijk zorgtoeslag krijgen, want" in page
    assert "(Wzt 2(1)-(3))" in page
    assert "cijfers van 2025" in page
    assert "Dienst Toeslagen beslist." in page
    assert Journey.objects.count() == Fact.objects.count() == 0


def test_one_no_is_enough_to_stop_asking(client: Client, db: None) -> None:
    page = client.get(HEALTH).content.decode()
    assert _asked(page) == "insured"
    page = _answer(client, HEALTH, page, answer="no")

    assert _asked(page) == ""
    assert "U kunt waarschijnlijk geen zorgtoeslag krijgen" in page


def test_children_are_counted_and_then_asked_of_one_by_one(client: Client, db: None) -> None:
    path = "/kan-ik-dit-krijgen/kinderbijslag/"
    page = client.get(path).content.decode()
    seen = []
    while name := _asked(page):
        seen.append(name)
        fields = re.findall(r'name="(answer\w*)"', page)
        given = {"children": "2", "children.birth": "2020-05-06"}.get(name, "yes")
        page = _answer(client, path, page, **dict.fromkeys(fields, given))
    assert "children" in seen
    assert "children.birth" in seen
    assert "U kunt waarschijnlijk kinderbijslag krijgen" in page
    assert "per kwartaal" in page


@pytest.mark.parametrize("typed", ["veel", "-5", "1.5.0", "1,234,5", ""])
def test_what_is_no_amount_is_asked_again(client: Client, db: None, typed: str) -> None:
    page = client.get(HEALTH).content.decode()
    for answer in ("yes", "1990-03-04"):
        page = _answer(client, HEALTH, page, answer=answer)
    asked = _asked(page)
    carried = dict(_HIDDEN.findall(page))
    response = client.post(HEALTH, {**carried, "answer": typed})

    assert response.status_code == 422
    assert _asked(response.content.decode()) == asked


def test_what_was_not_signed_here_counts_for_nothing(client: Client, db: None) -> None:
    page = client.post(HEALTH, {"known": "eyJpbnN1cmVkIjp0cnVlfQ:x:y", "asked": "income", "answer": "1"})
    assert _asked(page.content.decode()) == "insured"


@pytest.mark.parametrize("rule", sorted(rules().rules))
def test_every_rule_can_be_asked_to_its_end(rule: str, client: Client, db: None) -> None:
    path = f"/kan-ik-dit-krijgen/{rule}/"
    page = client.get(path).content.decode()
    while name := _asked(page):
        fields = re.findall(r'name="(answer\w*)"', page)
        kind = rules().rules[rule].fact(name).kind
        given = {"date": "1990-01-01", "yes_no": "yes"}.get(kind, "0" if name == "partners" else "3")
        page = _answer(client, path, page, **dict.fromkeys(fields, given))
    assert "waarschijnlijk" in page
    assert "beslist." in page


@pytest.mark.parametrize("rule", ["zorgtoeslag", "kindgebonden-budget", "huurtoeslag"])
def test_several_partners_in_a_year_end_in_guidance_without_an_amount(
    rule: str, client: Client, db: None
) -> None:
    path = f"/kan-ik-dit-krijgen/{rule}/"
    page = client.get(path).content.decode()
    while name := _asked(page):
        fields = re.findall(r'name="(answer\w*)"', page)
        kind = rules().rules[rule].fact(name).kind
        given = {"date": "2001-01-01" if name == "birth" else "2020-01-01", "yes_no": "yes"}.get(kind, "2")
        page = _answer(client, path, page, **dict.fromkeys(fields, given))
    assert "Wij kunnen niet uitrekenen of u" in page
    assert "meer dan één toeslagpartner" in page
    assert "Dat is waarschijnlijk ongeveer" not in page
    assert "Dienst Toeslagen beslist." in page
