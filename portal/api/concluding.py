"""An agency's program ends a case with its outcome, with what the desk asks for first."""

from __future__ import annotations

from typing import Any, Final

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.cases import REFERENCE, case_of
from portal.api.problems import Conflict
from portal.api.programs import ProgramView, actor_of_call
from portal.api.refusals import Refusals, as_problems, conflict, unprocessable
from portal.api.shapes import LONGEST_TEXT, LONGEST_WORD, SAYS_SOMETHING, OutcomeShape, Text
from portal.cases.back.concluding import AlreadyConcluded, Grounds, NotAnOutcome, TakenBack
from portal.cases.deciding.before import AlreadyProposed, NeedsReasons, NotConfirmed, conclude_by_program
from portal.cases.deciding.care import NotCalled, NotHeard, StillTime
from portal.cases.deciding.grounds import ARTICLES
from portal.cases.models import Case, Outcome, Proposal


def _not_confirmed(missing: NotConfirmed) -> Conflict:
    who = "somebody who leads the officers" if missing.by == Proposal.Confirmer.LEAD else "a colleague"
    return Conflict(f"The service asks that {who} agrees.", code="not_confirmed")


_UNKNOWN: Final = unprocessable("The service does not know this outcome.", "unknown_word")
_REFUSED: Final[Refusals] = {
    NotAnOutcome: _UNKNOWN,
    NeedsReasons: unprocessable("A deviation and its article come together.", "reasons"),
    NotConfirmed: _not_confirmed,
    TakenBack: conflict("The citizen withdrew the case.", "closed"),
    AlreadyConcluded: conflict("The case has another outcome already.", "concluded"),
    AlreadyProposed: conflict("An officer proposed an outcome, which is not final yet.", "proposed"),
    StillTime: conflict("The citizen has time to react until the last day.", "time_left"),
    NotHeard: conflict("Hear the citizen first, or say why not.", "not_heard"),
    NotCalled: conflict("Call the citizen first, or say why not.", "not_called"),
}


class OutcomeInput(serializers.Serializer[Any]):
    """How the case ends."""

    word = Text(
        min_length=1,
        max_length=LONGEST_WORD,
        help_text="`granted`, `partly` or `refused`, or a word of your own that the definition maps to one.",
    )
    motivation = Text(
        max_length=LONGEST_TEXT,
        validators=[SAYS_SOMETHING],
        help_text="What you decide, why, and from when. The citizen reads it.",
    )
    deviation = Text(
        max_length=2000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why you depart from the usual rule (maatwerk). The citizen reads it.",
    )
    deviationArticle = Text(
        max_length=200,
        required=False,
        allow_blank=True,
        default="",
        help_text="The article of law that lets you depart from it.",
    )
    decidedBy = serializers.ChoiceField(
        choices=Outcome.By.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text="Who judged it: `human`, or `rule` where nobody looked at it. The citizen reads it.",
    )
    confirmedBy = serializers.ChoiceField(
        choices=Proposal.Confirmer.choices,
        required=False,
        allow_blank=True,
        default="",
        help_text="Who else of yours agreed, where the service asks for a second pair of eyes: another "
        "officer (`colleague`), or one who leads them (`lead`).",
    )
    notHeard = serializers.ChoiceField(
        choices=list(ARTICLES),
        required=False,
        allow_blank=True,
        default="",
        help_text="Before a (partial) refusal, where you did not hear the citizen: on which ground. "
        + ", ".join(f"`{name}` ({article})" for name, article in ARTICLES.items())
        + ". The citizen reads it.",
    )
    notHeardBecause = Text(
        max_length=2000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why that ground fits. The citizen reads it.",
    )
    notCalledBecause = Text(
        max_length=2000,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why you did not call, where the service asks for that. The citizen reads it.",
    )


class OutcomeView(ProgramView):
    """How a case ends."""

    @extend_schema(
        operation_id="conclude",
        summary="Ends a case with its outcome. The same again is harmless; another one is refused.",
        description="Before a (partial) refusal it asks what the desk asks. 409 says what is missing: "
        "`not-heard` (hear the citizen first, or give `notHeard` with reasons), `time-left` (you asked, and "
        "the last day did not go by), `not-called` (call first, or give `notCalledBecause`), `not-confirmed` "
        "(the service asks for a second pair of eyes: `confirmedBy`). `proposed`: an officer proposed an "
        "outcome at the desk, which is not final yet. 422 `reasons`: a deviation comes with its article.",
        parameters=[REFERENCE],
        request=OutcomeInput,
        responses=OutcomeShape,
    )
    def put(self, request: Request, reference: str) -> Response:
        """A case that the citizen took back has no outcome; one that comes too soon is refused."""
        case, given = case_of(request, reference), OutcomeInput(data=request.data)
        given.is_valid(raise_exception=True)
        said: dict[str, Any] = given.validated_data
        kind = _outcome(case, said["word"])
        with as_problems(_REFUSED):
            outcome = conclude_by_program(
                case=case,
                actor=actor_of_call(request),
                kind=kind,
                motivation=said["motivation"],
                grounds=_grounds(said),
            )
        return Response(OutcomeShape(outcome).data)


def _outcome(case: Case, word: str) -> Outcome.Kind:
    words = {kind.value: kind.value for kind in Outcome.Kind} | case.definition.own_results
    if word not in words:
        raise _UNKNOWN(word)
    return Outcome.Kind(words[word])


def _grounds(said: dict[str, Any]) -> Grounds:
    return Grounds(
        deviation=said["deviation"],
        article=said["deviationArticle"],
        decided_by=Outcome.By(said["decidedBy"]),
        not_heard=said["notHeard"],
        not_heard_because=said["notHeardBecause"],
        not_called_because=said["notCalledBecause"],
        confirmed_by=said["confirmedBy"],
    )
