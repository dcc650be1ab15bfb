"""The officer's addresses."""

from __future__ import annotations

from django.urls import path

from portal.backoffice import views

app_name = "backoffice"

urlpatterns = [
    path("", views.worklist, name="worklist"),
    path("koppelingen/", views.connection_list, name="connections"),
    path("<str:reference>/", views.case, name="case"),
    path("<str:reference>/oppakken/", views.take_up_case, name="take-up"),
    path("<str:reference>/afronden/", views.conclude_case, name="conclude"),
]
