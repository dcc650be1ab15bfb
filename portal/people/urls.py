"""The few addresses of logging in. allauth's own pages (sign-up, passwords, mail) are not mounted at all."""

from __future__ import annotations

from django.urls import path

from portal.people import session_views, views
from portal.people.providers import speaks_saml
from portal.people.staff import account_views, login_views

app_name = "people"
urlpatterns = [
    path("inloggen/", views.login_page, name="login"),
    path("inloggen/oidc/<slug:provider_id>/login/", views.oidc_login, name="oidc-login"),
    path("inloggen/oidc/<slug:provider_id>/login/callback/", views.oidc_callback, name="oidc-callback"),
    path("inloggen/medewerker/", login_views.login, name="staff-login"),
    path("inloggen/medewerker/code/", login_views.second_step_page, name="staff-code"),
    path("inloggen/medewerker/tweede-stap/", login_views.enrol, name="staff-enrol"),
    path("uitnodiging/", login_views.accept, name="accept"),
    path("uitnodiging/<str:link>/", login_views.open_link, name="invitation"),
    path("medewerker/account/", account_views.account, name="account"),
    path("medewerker/account/wachtwoord/", account_views.change_password, name="change-password"),
    path("medewerker/account/passkey/", account_views.add_passkey, name="add-passkey"),
    path("medewerker/account/codes/", account_views.new_codes, name="new-codes"),
    path("medewerker/account/<int:number>/weg/", account_views.remove_step, name="remove-step"),
    path("uitloggen/", views.logout, name="logout"),
    path("snel-weg/", views.leave_quickly, name="leave-quickly"),
    path("ingelogd/", session_views.session_list, name="sessions"),
    path("ingelogd/<int:number>/beeindigen/", session_views.end_session, name="end-session"),
    path("ingelogd/elders-beeindigen/", session_views.end_others, name="end-others"),
    path("ingelogd/tijd/", session_views.time_left, name="time-left"),
    path("ingelogd/blijven/", session_views.stay, name="stay"),
]

if speaks_saml():
    # Here and not above: what it needs is an extra, which may not be installed.
    from portal.people.saml import views as saml

    urlpatterns += [
        path("inloggen/saml/<slug:provider_id>/login/", saml.login, name="saml-login"),
        path("inloggen/saml/<slug:provider_id>/acs/", saml.acs, name="saml-acs"),
        path("inloggen/saml/<slug:provider_id>/klaar/", saml.finish, name="saml-finish"),
        path("inloggen/saml/<slug:provider_id>/metadata/", saml.metadata, name="saml-metadata"),
    ]
