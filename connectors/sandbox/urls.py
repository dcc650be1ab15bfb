"""Addresses of the sandbox."""

from __future__ import annotations

from django.urls import include, path

from connectors.sandbox import pages, switches
from connectors.sandbox.bag import views as bag
from connectors.sandbox.brp import views as brp
from connectors.sandbox.identity import views as identity
from connectors.sandbox.municipality import views as municipality
from connectors.sandbox.registers import views as registers

urlpatterns = [
    path("", pages.index, name="index"),
    path("health/live", pages.live, name="live"),
    path("haalcentraal/api/brp/personen", brp.persons, name="brp"),
    path("lvbag/individuelebevragingen/v2/adressen", bag.find, name="bag"),
    path("lvbag/individuelebevragingen/v2/info", bag.info, name="bag_info"),
    path("registers/<slug:register>/<slug:call>", registers.ask, name="register"),
    path("gemeente/", municipality.people, name="people"),
    path("gemeente/geboorte/", municipality.birth, name="birth"),
    path("zgw/", include("connectors.sandbox.zgw.urls")),
    path("intake/", include("connectors.sandbox.intake.urls")),
    path("storingen/", switches.faults_page, name="faults"),
    path("storingen/<slug:register>", switches.fault_json, name="fault"),
    path("tellers/", switches.tallies, name="tallies"),
    path("inloggen/", identity.login_page, name="account_login"),
    # Before allauth's own, which it wraps: no login outlives the redirect that it was for.
    path("identity/o/authorize", identity.authorize),
    path("", include("allauth.idp.urls")),
]
