"""Addresses of the intakes, and of their desks."""

from __future__ import annotations

from django.urls import path

from connectors.sandbox.intake import desk, talk, views
from connectors.sandbox.intake.entry import address

urlpatterns = [
    path("<slug:agency>/", desk.worklist, name="intake"),
    path("<slug:agency>/verzoek/<str:number>/", desk.one_request, name="intake_request"),
    path("<slug:agency>/verzoek/<str:number>/zeg", desk.say, name="intake_say"),
    path("<slug:agency>/verzoek/<str:number>/brief", desk.show_paper, name="intake_paper"),
    path("<slug:agency>/verzoek/<str:number>/stuk/<str:reference>", desk.download, name="intake_document"),
    path(
        "<slug:agency>/v1/requests",
        address("requests", POST=views.file_request, GET=views.find_request),
    ),
    path("<slug:agency>/v1/requests/<str:number>", address("requests", GET=views.read_request)),
    path(
        "<slug:agency>/v1/requests/<str:number>/notes/<str:reference>", address("notes", PUT=views.put_note)
    ),
    path(
        "<slug:agency>/v1/requests/<str:number>/documents/<str:reference>",
        address("documents", PUT=talk.put_document),
    ),
    path("<slug:agency>/v1/requests/<str:number>/posts/<str:reference>", address("posts", PUT=talk.put_post)),
    path("<slug:agency>/v1/requests/<str:number>/papers/<str:key>", address("requests", GET=talk.read_paper)),
]
