"""A page of quick templates is the one that Django's own templates give, letter by letter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django import forms
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Engine, Template, TemplateSyntaxError
from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from portal.cases.models import Phase
from portal.quick_templates import Loader

_OURS: Final = Engine.get_default()
_NAME: Final = "page.html"


class _Form(forms.Form):
    age = forms.IntegerField(label="Leeftijd <jaren>")


class _Thing:
    """What templates are given, with all that may go another way than expected."""

    title = "Een <b>titel</b>"
    safe = mark_safe("<b>vet</b>")
    none = None
    number = 12345
    words = gettext_lazy("Uitloggen")

    def __init__(self) -> None:
        self.reads = 0

    def method(self) -> str:
        return "geroepen & wel"

    def wants(self, _more: str) -> str:
        return "niet zonder"

    def delete(self) -> str:
        raise AssertionError("a template changed something")

    delete.alters_data = True  # type: ignore[attr-defined]

    @property
    def nothing(self) -> str:
        raise ObjectDoesNotExist

    @property
    def broken(self) -> str:
        raise ZeroDivisionError


class _Keys:
    """Has keys of its own beside its attributes."""

    shown = "attribute"

    def __getitem__(self, key: str) -> str:
        if key != "shown":
            raise KeyError(key)
        return "key"


def _context(source: str = "") -> dict[str, Any]:
    return {
        "thing": _Thing(),
        "text": "<i>\"a\" & 'b'</i>",
        "safe": mark_safe("<i>"),
        "words": gettext_lazy("Uitloggen"),
        "lazy": SimpleLazyObject(_Thing),
        "call": lambda: "geroepen",
        "keys": _Keys(),
        "dict": {"a": "<1>", "items": "an item", "call": lambda: "x", "2": "two"},
        "list": ["nul", "<een>", {"b": "diep"}],
        "more": {"a": 1, "b": "<2>"},
        "number": 1234,
        "half": 0.5,
        "yes": True,
        "none": None,
        "empty": "",
        "at": datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
        "phase": Phase.ARRIVED,
        "kind": Phase,
        "form": _Form({"age": "x"}),
    }


_SOURCES: Final = (
    "{{ text }}{{ safe }}{{ words }}{{ number }}{{ half }}{{ yes }}{{ none }}{{ empty }}{{ at }}",
    "{{ nobody }}{{ nobody.at_all }}{{ nobody|default:'niemand' }}{{ nobody|default_if_none:'x' }}{{ 12 }}",
    "{{ thing.title }}{{ thing.safe }}{{ thing.none }}{{ thing.number }}{{ thing.words }}{{ thing.absent }}",
    "{{ thing.method }}{{ thing.wants }}{{ thing.delete }}{{ thing.nothing }}{{ thing.title.upper }}",
    "{{ lazy.title }}{{ lazy.reads }}{{ call }}{{ keys.shown }}{{ keys.other }}",
    "{{ dict.a }}{{ dict.items }}{{ dict.call }}{{ dict.2 }}{{ dict.b }}{{ dict.keys|length }}",
    "{{ list.0 }}{{ list.1 }}{{ list.2.b }}{{ list.9 }}{{ list.count }}{{ text.0 }}{{ text.upper }}",
    "{{ phase }}{{ phase.label }}{{ kind.ARRIVED }}{{ kind.labels|length }}{{ at.year }}",
    "{{ form.age.label }}{{ form.age.errors }}{{ form.age.0.data.type }}{{ form.age.x }}",
    "{{ form.errors }}{{ form.absent }}{% for field in form %}{{ field.name }}{{ field }}{% endfor %}",
    "{% autoescape off %}{{ text }}{{ words }}{{ thing.title }}{% translate 'Ja' %}{% endautoescape %}",
    "{% if nobody %}a{% elif thing.none %}b{% elif not thing.title == text and list.1 %}c{% endif %}",
    "{% if nobody == none %}a{% endif %}{% if thing.absent or dict.b is None %}b{% endif %}",
    "{% for one in list %}{{ forloop.counter }}{{ forloop.last }}{{ one }}{{ one.b }}{% endfor %}",
    "{% for name, value in more.items %}{{ name }}{{ value }}{% endfor %}",
    "{% for one in nobody %}x{% empty %}y{% endfor %}",
    "{% with text=list.0 more=thing.title %}{{ text }}{{ more|upper }}{% endwith %}{{ text }}{{ more }}",
    "{% comment %}{{ text }}{% endcomment %}a{% load humanize %}{{ number|intcomma }}{# b #}",
    "{% translate 'Uitloggen' %}{% translate '100%% <b>' %}{% translate words %}{% translate 'Ja'|upper %}",
    "{% translate 'Ja' as x %}{{ x }}{% with a=1 %}{% translate 'Nee' as x %}{{ x }}{% endwith %}{{ x }}",
    "{% translate 'Uitloggen' noop %}{% translate 'May' context 'abbrev. month' %}{{ _('Berichten') }}",
    "{% blocktranslate with a=thing.title %}x {{ a }} {{ nobody }}{% endblocktranslate %}",
    "{{ autoescape }}{{ use_tz }}{{ template.name }}{{ template_name }}{{ True }}{{ None }}",
    "{% include '_icon.html' with name='check' %}{% include '_nav_item.html' with href='/' words=text %}",
    "{% firstof nobody thing.none text %}{% firstof nobody as x %}{{ x }}{% cycle 'a' text %}{% now 'Y' %}",
)


def _quick(source: str, engine: Engine = _OURS) -> Template:
    loader = Loader(
        engine, [("django.template.loaders.locmem.Loader", {_NAME: f"{{% load i18n %}}{source}"})]
    )
    quick = loader.get_template(_NAME)
    assert type(quick) is not Template
    assert loader.get_template(_NAME) is quick
    return quick


def _plain(source: str, engine: Engine = _OURS) -> Template:
    return Template(f"{{% load i18n %}}{source}", name=_NAME, engine=engine)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("source", _SOURCES)
def test_it_is_the_same_page(source: str, language: str) -> None:
    quick = _quick(source)
    for name in (language, "nl", "en"):
        with translation.override(name):
            shown = quick.render(Context(_context()))
            assert shown == _plain(source).render(Context(_context()))


@pytest.mark.parametrize("source", ["{{ thing.broken }}", "{% if thing.broken %}x{% endif %}"])
def test_what_breaks_is_not_passed_over_in_silence(source: str) -> None:
    for template in (_quick(source), _plain(source)):
        with pytest.raises(ZeroDivisionError):
            template.render(Context(_context()))


def test_what_an_engine_shows_for_what_is_absent() -> None:
    engine = Engine(
        string_if_invalid="[%s]", libraries=_OURS.libraries | {"i18n": "django.templatetags.i18n"}
    )
    source = "{{ nobody }}{{ thing.absent }}{% if nobody %}x{% endif %}{{ text }}"
    shown = _quick(source, engine).render(Context(_context()))
    assert shown == _plain(source, engine).render(Context(_context()))
    assert "[nobody]" in shown


def test_a_fault_in_a_template_says_where_it_is() -> None:
    for engine in (_OURS, Engine(debug=True, libraries={"i18n": "django.templatetags.i18n"})):
        for make in (_quick, _plain):
            with pytest.raises(TemplateSyntaxError, match="must be the first tag"):
                make("{% extends 'base.html' %}", engine)
            with pytest.raises(TemplateSyntaxError, match="endif") as fault:
                make("{% if x %}", engine)
            assert hasattr(fault.value, "template_debug") == engine.debug


def test_the_pages_of_the_portal_are_of_quick_templates() -> None:
    base = get_template("base.html")
    assert type(getattr(base, "template")) is type(_quick(""))  # noqa: B009
