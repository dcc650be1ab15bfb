"""Every address of the portal. `portal.access.policy` says who may enter which."""

from __future__ import annotations

from django.urls import include, path, register_converter
from django.views.i18n import set_language

from portal import health
from portal.converters import ReferenceConverter
from portal.security_txt import security_txt

register_converter(ReferenceConverter, "reference")

urlpatterns = [
    path("", include("portal.citizen.urls")),
    path("medewerker/", include("portal.backoffice.urls")),
    path("helpdesk/", include("portal.helpdesk.urls")),
    path("", include("portal.people.urls")),
    path("api/v1/", include("portal.api.urls")),
    path("taal/", set_language, name="set_language"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.forbidden"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"
