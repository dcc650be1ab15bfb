"""An agency's program says what happens to the term of a case: it stands still, runs again, takes longer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from lifeevents.terms import GROUNDS
from lifeevents.terms.suspension import SUPPLEMENT
from portal.api.cases import IDEMPOTENCY_KEY, REFERENCE, case_of, key_of
from portal.api.problems import Conflict, Unprocessable
from portal.api.programs import ProgramView, actor_of_call
from portal.api.shapes import LONGEST_TEXT, TermShape, Text
from portal.cases.models import Case, TermEvent
from portal.cases.restricting.standing import require_step
from portal.cases.terms.asking import run_again, stand_still
from portal.cases.terms.verbs import TermRefused, extend, tell

_VERBS: Final[dict[str, Callable[..., TermEvent]]] = {
    TermEvent.Kind.SUSPENDED: stand_still,
    TermEvent.Kind.RESUMED: run_again,
    TermEvent.Kind.EXTENDED: extend,
    TermEvent.Kind.TOLD: tell,
}
_TAKES: Final[dict[str, tuple[str, ...]]] = {
    TermEvent.Kind.SUSPENDED: ("article", "since", "until"),
    TermEvent.Kind.RESUMED: ("since", "of"),
    TermEvent.Kind.EXTENDED: ("since", "until", "weeks"),
    TermEvent.Kind.TOLD: ("until",),
}
_NEEDS: Final = {TermEvent.Kind.SUSPENDED: ("article",), TermEvent.Kind.TOLD: ("until",)}
_AT_ODDS: Final = frozenset({"closed", "no-clock", "over", "once", "not-suspended"})
"""What the case itself stands in the way of: 409. Everything else is wrong in what was said: 422."""


class TermInput(serializers.Serializer[Any]):
    """What happens to the term."""

    kind = serializers.ChoiceField(
        choices=tuple(_VERBS),
        help_text="`suspended` (by `article`, from `since`, to `until`), `resumed` (from `since`, the "
        "suspension with key `of`), `extended` (told on `since`, by `weeks` or to `until`), or `told`: "
        "you expect to decide on `until`, which moves no term.",
    )
    article = serializers.ChoiceField(
        choices=tuple(article for article in GROUNDS if article.startswith("4:15")),
        required=False,
        help_text="The ground in the Algemene wet bestuursrecht.",
    )
    since = serializers.DateField(required=False, help_text="Its legal day; today, if you leave it out.")
    until = serializers.DateField(
        required=False, help_text="The last day that you set or agreed, or by which you decide."
    )
    weeks = serializers.IntegerField(required=False, min_value=1, max_value=104)
    of = Text(
        required=False,
        min_length=8,
        max_length=100,
        help_text="The Idempotency-Key of the suspension that ends; without it, the oldest open one.",
    )
    text = Text(
        max_length=LONGEST_TEXT,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why. The citizen reads it.",
    )


class TermView(ProgramView):
    """The term of a case."""

    @extend_schema(
        operation_id="setTerm",
        summary="Says that the term stands still, runs again or takes longer, where the law lets it.",
        parameters=[REFERENCE, IDEMPOTENCY_KEY],
        request=TermInput,
        responses={201: TermShape},
    )
    def post(self, request: Request, reference: str) -> Response:
        """201 with the event, the first time and every time.

        Of a restricted case too: the term runs on, and what happens to it the citizen must hear (Awb 4:14).
        """
        case = case_of(request, reference, restricted_too=True)
        given = TermInput(data=request.data)
        given.is_valid(raise_exception=True)
        said = dict(given.validated_data)
        if _asks(said):
            require_step(case, actor_of_call(request))
        key = key_of(request)
        _check_fields(said)
        event = _say(case, said, key, request)
        if event.kind != said["kind"] or event.text != said["text"] or _differs(event, said):
            raise Conflict("This key was used for something else.", code="key_used_before")
        return Response(TermShape(event).data, status=201)


def _asks(said: dict[str, Any]) -> bool:
    """Whether it asks the citizen to complete the request: a step with it, and not only with its term."""
    return said["kind"] == TermEvent.Kind.SUSPENDED and said.get("article") == SUPPLEMENT


def _check_fields(said: dict[str, Any]) -> None:
    """Raises `Unprocessable` for what the kind does not have, or lacks."""
    kind = said["kind"]
    if extra := sorted(set(said) - {*_TAKES[kind], "kind", "text"}):
        raise Unprocessable(f"Not with {kind}: {', '.join(extra)}.", code="wrong_fields")
    if missing := sorted(set(_NEEDS.get(kind, ())) - set(said)):
        raise Unprocessable(f"Needed with {kind}: {', '.join(missing)}.", code="wrong_fields")


def _say(case: Case, said: dict[str, Any], key: str, request: Request) -> TermEvent:
    kind = said["kind"]
    given = {name: said[name] for name in (*_TAKES[kind], "text") if name in said}
    if kind == TermEvent.Kind.RESUMED:
        given = {"on": said.get("since"), "text": said["text"]}
        given["of"] = f"api:{said['of']}" if "of" in said else ""
    try:
        return _VERBS[kind](case=case, actor=actor_of_call(request), external_id=key, **given)
    except TermRefused as refused:
        code = refused.reason.replace("-", "_")
        if refused.reason in _AT_ODDS:
            raise Conflict("The law does not let the term do this.", code=code) from None
        raise Unprocessable("The law does not let the term do this.", code=code) from None


def _differs(event: TermEvent, said: dict[str, Any]) -> bool:
    """The same key, and another word."""
    names = ("until", "weeks", *(["article"] if event.kind == TermEvent.Kind.SUSPENDED else []))
    return any(getattr(event, name) != said.get(name) for name in names) or (
        "since" in said and event.since != said["since"]
    )
