"""The few addresses of logging in. allauth's own pages (sign-up, passwords, mail) are not mounted at all."""

from __future__ import annotations

from django.urls import path

from portal.people import views

app_name = "people"
urlpatterns = [
    path("inloggen/", views.login_page, name="login"),
    path("inloggen/oidc/<slug:provider_id>/login/", views.oidc_login, name="oidc-login"),
    path("inloggen/oidc/<slug:provider_id>/login/callback/", views.oidc_callback, name="oidc-callback"),
    path("uitloggen/", views.logout, name="logout"),
]
