"""The portal's addresses, and `bench/bare/`: a view with session, user and one query, and nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from portal import urls
from portal.access.requests import actor_of
from portal.cases.models import Case


def _bare(request: HttpRequest) -> HttpResponse:
    citizen = actor_of(request).require_citizen()
    return HttpResponse(str(Case.objects.filter(citizen=citizen).exists()))


# By the name of a real one, so that the door lets the same people in; last, so that it is nobody's address.
_as_a_real_one = ([path("", _bare, name="cases")], "citizen")
urlpatterns = [*urls.urlpatterns, path("bench/bare/", include(_as_a_real_one))]

handler400, handler403 = urls.handler400, urls.handler403
handler404, handler500 = urls.handler404, urls.handler500
