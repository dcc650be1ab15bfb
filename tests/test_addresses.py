"""An address that was looked up once is the one that Django gives."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.template import Context, Template
from django.test.utils import override_script_prefix
from django.urls import NoReverseMatch, reverse

from portal.addresses import address_of

_REFERENCES = ("LL-7K4M-Q9XC", "LL-2222-ZZZZ")


def _shown(route: str, *parts: Any, ends: str = "") -> str:
    words = " ".join(["route", *(f"part{number}" for number in range(len(parts)))])
    context = {"route": route, **{f"part{number}": part for number, part in enumerate(parts)}}
    return Template(f"{{% url {words} {ends} %}}").render(Context(context))


@pytest.mark.parametrize("route", ["citizen:inbox", "people:login", "set_language", "citizen:home"])
def test_a_page_by_itself(route: str) -> None:
    for _ in range(2):
        assert address_of(route) == _shown(route) == reverse(route)


@pytest.mark.parametrize("route", ["citizen:case", "citizen:messages", "citizen:withdraw", "backoffice:case"])
def test_a_page_of_a_case_has_its_own_reference(route: str) -> None:
    for reference in (*_REFERENCES, *_REFERENCES):
        assert address_of(route, reference) == _shown(route, reference) == reverse(route, args=[reference])


def test_it_stands_under_the_address_of_the_portal() -> None:
    before = address_of("citizen:inbox")
    with override_script_prefix("/loket/"):
        assert address_of("citizen:inbox") == _shown("citizen:inbox") == f"/loket{before}"
        assert address_of("citizen:case", _REFERENCES[0]).startswith("/loket/")
    assert address_of("citizen:inbox") == before


def test_anything_else_is_as_django_has_it() -> None:
    parts = (_REFERENCES[0], uuid.uuid4())
    assert _shown("citizen:task", *parts) == reverse("citizen:task", args=parts)
    assert _shown("citizen:event", "kind-krijgen") == reverse("citizen:event", args=["kind-krijgen"])


@pytest.mark.parametrize("parts", [(), ("LL-7K4M",), ("../..",), (_REFERENCES[0], "x", "y")])
def test_what_is_no_address_is_none(parts: tuple[str, ...]) -> None:
    with pytest.raises(NoReverseMatch):
        _shown("citizen:case", *parts)
    assert _shown("citizen:case", *parts, ends="as here") == ""


@pytest.mark.parametrize("value", ["", "LL-7K4M", "LL-7K4M-Q9XC/", "LL-7K4M-Q9XC\n"])
def test_what_is_no_reference_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        address_of("citizen:case", value)


def test_a_name_keeps_the_address() -> None:
    context = Context({"reference": _REFERENCES[0]})
    template = Template('{% url "citizen:case" reference as here %}{{ here }}?x')
    assert template.render(context) == f"{reverse('citizen:case', args=[_REFERENCES[0]])}?x"
