"""The few addresses of logging in. allauth's own pages (sign-up, passwords, mail) are not mounted at all."""

from __future__ import annotations

from django.urls import path

from portal.people import session_views, views

app_name = "people"
urlpatterns = [
    path("inloggen/", views.login_page, name="login"),
    path("inloggen/oidc/<slug:provider_id>/login/", views.oidc_login, name="oidc-login"),
    path("inloggen/oidc/<slug:provider_id>/login/callback/", views.oidc_callback, name="oidc-callback"),
    path("uitloggen/", views.logout, name="logout"),
    path("snel-weg/", views.leave_quickly, name="leave-quickly"),
    path("ingelogd/", session_views.session_list, name="sessions"),
    path("ingelogd/<int:number>/beeindigen/", session_views.end_session, name="end-session"),
    path("ingelogd/elders-beeindigen/", session_views.end_others, name="end-others"),
    path("ingelogd/tijd/", session_views.time_left, name="time-left"),
    path("ingelogd/blijven/", session_views.stay, name="stay"),
]
