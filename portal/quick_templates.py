"""Django's own templates, which look up and show what a page nearly always shows without a detour.

Half of the time of a page goes into its templates. Django tries for each name whatever it might be: a key, an
attribute, a number in a list, something to call. Here what is plain is taken directly, and anything else is
left to Django: a page is the same, letter by letter.
"""

from __future__ import annotations

from html import escape
from typing import Any, Final

from django.forms import BoundField
from django.template import Context, Node, NodeList, Origin, Template
from django.template.base import (
    DebugLexer,
    FilterExpression,
    Lexer,
    Parser,
    Token,
    Variable,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import CommentNode, LoadNode
from django.template.loaders import base, cached
from django.templatetags.i18n import TranslateNode
from django.utils.safestring import SafeString
from django.utils.translation import get_language

_UNPLAIN: Final = object()
"""In place of a value: Django must look."""
_ABSENT: Final = object()
"""In place of a value: nobody gave the template this name."""

_BY_NUMBER: Final = frozenset({list, tuple, BoundField})
"""What has parts by number only, so that a name is never one of them."""
_SILENT: Final = (CommentNode, LoadNode)
"""What shows nothing."""


class _Reading(base.Loader):
    """Makes quick templates in place of Django's own."""

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        found = super().get_template(template_name, skip)
        return _Template(found.source, found.origin, found.name, found.engine)


class Loader(cached.Loader, _Reading):
    """Reads each template once, as Django's own does."""


class _Template(Template):
    """A template that is compiled to the nodes below."""

    def compile_nodelist(self) -> NodeList:
        """As Django's."""
        lexer = DebugLexer(self.source) if self.engine.debug else Lexer(self.source)
        libraries, builtins = self.engine.template_libraries, self.engine.template_builtins
        parser = _Parser(lexer.tokenize(), libraries, builtins, self.origin)
        try:
            nodes = parser.parse()
        except Exception as error:
            if self.engine.debug:
                error.template_debug = self.get_exception_info(error, error.token)  # type: ignore[attr-defined]
            raise
        self.extra_data = parser.extra_data
        return _Whole(nodes)


class _Whole(NodeList):
    """All nodes of a template. Which blocks it has is asked for each page that fills them."""

    def __init__(self, nodes: NodeList) -> None:
        super().__init__(nodes)
        self.contains_nontext = nodes.contains_nontext
        self._of_type: dict[type[Node], list[Node]] = {}

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        if nodetype not in self._of_type:
            self._of_type[nodetype] = super().get_nodes_by_type(nodetype)
        return self._of_type[nodetype]


class _Parser(Parser):
    """Puts the quick ones in the place of Django's."""

    def compile_filter(self, token: str) -> FilterExpression:
        return _Expression(token, self)

    def extend_nodelist(self, nodelist: NodeList, node: Node, token: Token) -> None:
        if type(node) is VariableNode:
            node = _Shown(node.filter_expression)
        elif type(node) is TranslateNode and _is_plain(node):
            node = _Words(node.filter_expression, node.noop, node.asvar)
        super().extend_nodelist(nodelist, node, token)
        if isinstance(node, _SILENT):
            nodelist.pop()


class _Name(Variable):
    """A name, or names with dots between them."""

    __slots__ = ()

    def resolve(self, context: Any) -> Any:
        """As Django's. Raises `VariableDoesNotExist`."""
        found = self.plain(context)
        return super().resolve(context) if found is _UNPLAIN or found is _ABSENT else found

    def plain(self, context: Context) -> Any:
        """What it stands for, or `_ABSENT`, or `_UNPLAIN`."""
        first, *rest = self.lookups or ()
        for given in reversed(context.dicts):
            if first in given:
                found = given[first]
                break
        else:
            return _UNPLAIN if first in context.__dict__ else _ABSENT
        for bit in rest:
            if callable(found):
                return _UNPLAIN
            kind = type(found)
            if kind is dict and bit in found:
                found = found[bit]
            elif kind not in _BY_NUMBER and hasattr(kind, "__getitem__"):
                return _UNPLAIN
            else:
                try:
                    found = getattr(found, bit)
                except Exception:
                    # Django looks again, and knows what to do.
                    return _UNPLAIN
        return _UNPLAIN if callable(found) else found


class _Expression(FilterExpression):
    """A name or a constant, and what filters make of it."""

    def __init__(self, token: str, parser: Parser) -> None:
        super().__init__(token, parser)
        if isinstance(self.var, Variable) and self.var.lookups is not None:
            self.var = _Name(self.var.var)

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        """As Django's."""
        name = self.var
        if not self.filters and type(name) is _Name:
            found = name.plain(context)
            if found is _ABSENT and context.template and not context.template.engine.string_if_invalid:
                return None if ignore_failures else ""
            if found is not _ABSENT and found is not _UNPLAIN:
                return found
        return super().resolve(context, ignore_failures)


class _Shown(VariableNode):
    """A value in the page."""

    def render(self, context: Context) -> str:
        """As Django's: text is escaped, unless it is known to be safe."""
        try:
            value = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            return ""
        kind = type(value)
        if kind is SafeString:
            return value
        if kind is str and context.autoescape:
            return escape(value)
        return render_value_in_context(value, context)


class _Words(TranslateNode):
    """Words of ours that are the same on every page; worded once for each language."""

    def __init__(self, filter_expression: FilterExpression, noop: bool, asvar: str | None) -> None:
        super().__init__(filter_expression, noop, asvar)
        self._known: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """As Django's."""
        language = get_language()
        if language not in self._known:
            shown = super().render(context)
            self._known[language] = context[self.asvar] if self.asvar else shown
        if not self.asvar:
            return self._known[language]
        context[self.asvar] = self._known[language]
        return ""


def _is_plain(node: TranslateNode) -> bool:
    """Whether it has nothing in it but words."""
    expression = node.filter_expression
    return node.message_context is None and not expression.filters and expression.var.lookups is None
