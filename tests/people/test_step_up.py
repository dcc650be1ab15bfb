"""A login that is too weak for a service: once more, higher, and back at the same place."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from portal.cases.models import Case, Journey
from portal.people.models import User
from tests.cases.steps import answered, seen
from tests.cast import actor
from tests.people.conftest import NOOR_CLAIMS, Visitor, asked_of
from tests.registers import Register

BASIS = NOOR_CLAIMS | {"acr": "basis"}


@pytest.fixture
def review(visitor: Visitor, register: Register) -> str:
    """Noor is logged in with a password alone, and has filled in everything."""
    visitor.log_in(BASIS)
    journey = answered(actor(User.objects.get()))
    return f"/levensgebeurtenissen/kind-krijgen/{journey.pk}/controle/"


def _form() -> dict[str, str]:
    return {"seen": seen(Journey.objects.get())}


def test_one_logs_in_higher_comes_back_and_finds_what_was_filled_in(visitor: Visitor, review: str) -> None:
    before = bytes(Journey.objects.get().sealed_answers or b"")
    page = visitor.client.post(review, _form())
    assert page.status_code == 403
    assert f'name="next" value="{review}"' in page.content.decode()
    started = visitor.start(next=review)
    asked = asked_of(started)["acr_values"].split()
    assert "midden" in asked
    assert "basis" not in asked
    assert visitor.finish(started, NOOR_CLAIMS)["Location"] == review
    assert bytes(Journey.objects.get().sealed_answers or b"") == before
    assert visitor.client.post(review, _form()).status_code == 302
    assert Case.objects.exists()


def test_the_level_that_was_asked_for_is_not_the_level_that_one_gets(visitor: Visitor, review: str) -> None:
    visitor.client.post(review, _form())
    visitor.finish(visitor.start(next=review), BASIS)
    assert visitor.client.session["level"] == "basis"
    assert visitor.client.post(review, _form()).status_code == 403
    assert not Case.objects.exists()


@pytest.mark.parametrize("acr", ["hoogst", "", None, ["hoog"]])
def test_a_made_up_level_in_the_token_raises_nothing(visitor: Visitor, review: str, acr: Any) -> None:
    visitor.client.post(review, _form())
    assert visitor.finish(visitor.start(next=review), NOOR_CLAIMS | {"acr": acr}).status_code == 403
    assert visitor.client.post(review, _form()).status_code == 403


def test_a_level_in_the_form_or_the_address_raises_nothing(visitor: Visitor, review: str) -> None:
    visitor.client.post(f"{review}?level=hoog&acr=hoog", {**_form(), "level": "hoog", "acr": "hoog"})
    started = visitor.start(query="?acr_values=hoog&level=hoog", level="hoog")
    # What is asked is what the page before found to be needed, and no less.
    assert "midden" in asked_of(started)["acr_values"].split()
    assert not Case.objects.exists()


def test_a_later_login_asks_for_no_level_any_more(visitor: Visitor, review: str) -> None:
    visitor.client.post(review, _form())
    visitor.finish(visitor.start(next=review), NOOR_CLAIMS)
    assert "acr_values" not in asked_of(visitor.start())


def test_somebody_else_who_logs_in_there_gets_nothing_of_it(visitor: Visitor, review: str) -> None:
    visitor.client.post(review, _form())
    other = {"sub": "other", "acr": "hoog", "bsn": "999000111"}
    visitor.finish(visitor.start(next=review), other)
    assert visitor.client.get(review).status_code == 404


def test_a_lower_login_later_counts_as_what_it_is(visitor: Visitor, register: Register) -> None:
    visitor.log_in(NOOR_CLAIMS | {"acr": "hoog"})
    visitor.log_in(BASIS)
    assert visitor.client.session["level"] == "basis"


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract", "midden"),
        ("http://eidas.europa.eu/LoA/substantial", "substantieel"),
    ],
)
def test_words_of_brokers_are_our_levels(visitor: Visitor, register: Register, word: str, level: str) -> None:
    visitor.log_in(NOOR_CLAIMS | {"acr": word})
    assert visitor.client.session["level"] == level


def test_each_service_names_its_own_level(
    visitor: Visitor, review: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.finish(visitor.start(), NOOR_CLAIMS)
    real = Journey.services.func  # type: ignore[attr-defined]

    def stricter(self: Journey) -> Any:
        first, *rest = real(self)
        return (dataclasses.replace(first, level="substantieel"), *rest)

    monkeypatch.setattr(Journey.services, "func", stricter)
    page = visitor.client.post(review, {"seen": seen(Journey.objects.get())})
    assert page.status_code == 403
    assert "substantieel" in page.content.decode()
    assert "midden" not in asked_of(visitor.start(next=review))["acr_values"].split()
