"""The addresses of the API, version 1."""

from __future__ import annotations

from django.urls import path

from portal.api.cases import CaseView, IntakeView, StatusesView
from portal.api.concluding import OutcomeView
from portal.api.deciding import CallsView, EndingView, HearingsView, ReopeningView
from portal.api.disputes import ReportResultView, ReportView
from portal.api.forwarding import ForwardingView, MessageForwardingView
from portal.api.listing import CasesView
from portal.api.notifications import Notifications
from portal.api.schema import OpenApiView
from portal.api.talk import DocumentsView, DocumentView, MessagesView, QuestionsView
from portal.api.terms import TermView
from portal.api.token import TokenView

app_name = "api"

_CASE = "cases/<reference:reference>"
_DISPUTE = f"{_CASE}/disputes/<reference:dispute>"

urlpatterns = [
    path("notificaties/<slug:agency>/", Notifications.as_view(), name="notifications"),
    path("openapi.json", OpenApiView.as_view(), name="openapi"),
    path("token", TokenView.as_view(), name="token"),
    path("cases", CasesView.as_view(), name="cases"),
    path(_CASE, CaseView.as_view(), name="case"),
    path(f"{_CASE}/intake", IntakeView.as_view(), name="intake"),
    path(f"{_CASE}/statuses", StatusesView.as_view(), name="statuses"),
    path(f"{_CASE}/term", TermView.as_view(), name="term"),
    path(f"{_DISPUTE}/report", ReportView.as_view(), name="report"),
    path(f"{_DISPUTE}/result", ReportResultView.as_view(), name="report-result"),
    path(f"{_CASE}/questions", QuestionsView.as_view(), name="questions"),
    path(f"{_CASE}/messages", MessagesView.as_view(), name="messages"),
    path(f"{_CASE}/documents", DocumentsView.as_view(), name="documents"),
    path(f"{_CASE}/documents/<uuid:document>", DocumentView.as_view(), name="document"),
    path(f"{_CASE}/hearings", HearingsView.as_view(), name="hearings"),
    path(f"{_CASE}/calls", CallsView.as_view(), name="calls"),
    path(f"{_CASE}/ending", EndingView.as_view(), name="ending"),
    path(f"{_CASE}/reopening", ReopeningView.as_view(), name="reopening"),
    path(f"{_CASE}/forwarding", ForwardingView.as_view(), name="forwarding"),
    path(
        f"{_CASE}/messages/<uuid:message>/forwarding",
        MessageForwardingView.as_view(),
        name="message-forwarding",
    ),
    path(f"{_CASE}/outcome", OutcomeView.as_view(), name="outcome"),
]
