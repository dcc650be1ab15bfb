"""What an agency's program says of a value that is wrong by the citizen's word (Wet BRP 2.34)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.cases import REFERENCE, case_of
from portal.api.problems import Conflict
from portal.api.programs import ProgramView, actor_of_call
from portal.api.shapes import DisputeShape, ReportResult
from portal.cases.disputes.holders import (
    close_report,
    disputes_at,
    has_reported,
    may_report,
    report_to_holder,
)
from portal.cases.models import Dispute
from portal.converters import ReferenceConverter

DISPUTE = OpenApiParameter(
    "dispute",
    {"type": "string", "pattern": f"^{ReferenceConverter.regex}$"},
    OpenApiParameter.PATH,
    description="Reference of the dispute, as the case names it.",
)


class ReportView(ProgramView):
    """That the agency told who keeps the register."""

    @extend_schema(
        operation_id="reportToRegister",
        summary="You told who keeps the register that the value is doubted. Again is harmless.",
        parameters=[REFERENCE, DISPUTE],
        request=None,
        responses=DisputeShape,
    )
    def put(self, request: Request, reference: str, dispute: str) -> Response:
        """Refused for a dispute that is over, and for the agency that decides on it itself."""
        actor, found = actor_of_call(request), _dispute(request, reference, dispute)
        if not has_reported(actor=actor, dispute=found) and not may_report(actor=actor, dispute=found):
            raise Conflict("There is nothing to report (any more).", code="closed")
        report_to_holder(actor=actor, dispute=found)
        return Response(DisputeShape(_dispute(request, reference, dispute)).data)


class ReportResultView(ProgramView):
    """What came of it."""

    @extend_schema(
        operation_id="closeReport",
        summary="What who keeps the register made of your report; the citizen reads the reason.",
        parameters=[REFERENCE, DISPUTE],
        request=ReportResult,
        responses=DisputeShape,
    )
    def put(self, request: Request, reference: str, dispute: str) -> Response:
        """Refused before there was a report, and when the dispute is over."""
        actor, found = actor_of_call(request), _dispute(request, reference, dispute)
        given = ReportResult(data=request.data)
        given.is_valid(raise_exception=True)
        if not found.is_open or not has_reported(actor=actor, dispute=found):
            raise Conflict("It was not reported, or it is over.", code="closed")
        said: dict[str, Any] = given.validated_data
        close_report(
            actor=actor, dispute=found, corrected=said["result"] == "corrected", reason=said["reason"]
        )
        return Response(DisputeShape(_dispute(request, reference, dispute)).data)


def _dispute(request: Request, reference: str, dispute: str) -> Dispute:
    """One that goes with a case that the program may see. Any other is as one that does not exist.

    Of a restricted case too: it is restricted for as long as what is contested is looked into (AVG 18(1)(a)).
    """
    case = case_of(request, reference, restricted_too=True)
    found = next((one for one in disputes_at(case) if one.reference == dispute), None)
    if found is None:
        raise exceptions.NotFound
    return found
