"""The list of an agency's cases, for its own program: narrowed, and by pages that miss nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import django_filters
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, generics, pagination
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.programs import ProgramView, actor_of_call
from portal.api.shapes import CaseLine
from portal.cases.models import Case, Phase
from portal.cases.reading.inbox import worklist_for


class ByChange(pagination.CursorPagination):
    """Oldest change first: what changes while somebody turns the pages comes again, and is not missed."""

    ordering = ("changed_at", "id")
    page_size = 50

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """As it is; the example of the base class is no address."""
        page = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": page, "previous": page, "results": schema},
        }


class _MomentField(django_filters.fields.IsoDateTimeField):
    """A moment in UTC: the database knows fewer time zones than one can write."""

    def to_python(self, value: Any) -> datetime | None:
        """Refuses what has no moment in UTC."""
        moment: datetime | None = super().to_python(value)
        try:
            return moment.astimezone(UTC) if moment is not None else None
        except OverflowError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class _MomentFilter(django_filters.IsoDateTimeFilter):
    field_class = _MomentField


class CaseFilter(django_filters.FilterSet):
    """What the list can be narrowed to."""

    service = django_filters.CharFilter(help_text="Id of a service.")
    phase = django_filters.ChoiceFilter(choices=Phase.choices)
    theirReference = django_filters.CharFilter(
        field_name="their_reference",
        help_text="Your own reference, as you gave it.",
    )
    changedSince = _MomentFilter(
        field_name="changed_at", lookup_expr="gte", help_text="Changed at or after this moment."
    )

    class Meta:
        model = Case
        fields = ()


class CasesView(ProgramView, generics.ListAPIView[Case]):
    """The list."""

    serializer_class = CaseLine
    pagination_class = ByChange
    filter_backends = (DjangoFilterBackend,)
    filterset_class = CaseFilter
    queryset = Case.objects.none()

    def get_queryset(self) -> QuerySet[Case]:
        """Those of the own agency and of the services in scope."""
        return worklist_for(actor=actor_of_call(self.request)).order_by()

    @extend_schema(operation_id="listCases", summary="Cases of your agency, without personal data.")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A word that we do not know is refused: a filter with a slip in it would give everything."""
        known = {*CaseFilter.base_filters, ByChange.cursor_query_param}
        given = request.query_params
        if wrong := sorted(
            name for name in given if name not in known or given.getlist(name) != [given[name]]
        ):
            raise exceptions.ValidationError(dict.fromkeys(wrong, "Unknown, or given twice."))
        if empty := sorted(name for name in given if not given[name]):
            raise exceptions.ValidationError(dict.fromkeys(empty, "Leave it out, or say something."))
        return super().list(request, *args, **kwargs)
