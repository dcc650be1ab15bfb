"""The officer's addresses."""

from __future__ import annotations

from django.urls import path

from portal.backoffice import (
    care_views,
    catalogue_views,
    clients,
    dispute_views,
    forward_views,
    outcome_views,
    representation_views,
    restriction_views,
    staff,
    talk_views,
    term_views,
    views,
    webhooks,
    worklist_views,
)
from portal.backoffice.restriction_views import asks_ground

app_name = "backoffice"

urlpatterns = [
    path("", worklist_views.worklist, name="worklist"),
    path("werklijst/verdelen/", worklist_views.share_out, name="share-out"),
    path("werklijst/weergaven/", worklist_views.save_view, name="save-view"),
    path("werklijst/weergaven/<uuid:view_id>/weg/", worklist_views.drop_view, name="drop-view"),
    path("vertegenwoordiging/", representation_views.representations, name="representations"),
    path(
        "vertegenwoordiging/<uuid:representation_id>/beeindigen/",
        representation_views.end_representation,
        name="end-representation",
    ),
    path("koppelingen/", views.connection_list, name="connections"),
    path("koppelingen/opnieuw/<uuid:row_id>/", views.replay_delivery, name="replay"),
    path("koppelingen/bericht-opnieuw/<uuid:row_id>/", views.replay_notice, name="replay-notice"),
    path("betwist/<reference:reference>/", dispute_views.dispute, name="dispute"),
    path("betwist/<reference:reference>/gemeld/", dispute_views.report, name="dispute-report"),
    path("betwist/<reference:reference>/afloop/", dispute_views.close, name="dispute-close"),
    path("betwist/<reference:reference>/bewijs/<uuid:proof_id>/", dispute_views.proof, name="proof"),
    path("programmas/", clients.client_list, name="clients"),
    path("programmas/nieuw/<slug:agency>/", clients.new_client, name="new-client"),
    path("programmas/<slug:client_id>/intrekken/", clients.revoke, name="revoke-client"),
    path("medewerkers/", staff.staff_list, name="staff"),
    path("medewerkers/nieuw/", staff.invite, name="invite"),
    path("medewerkers/uitnodiging/<uuid:invitation_id>/stop/", staff.withdraw, name="withdraw-invitation"),
    path("medewerkers/<uuid:user_id>/sluiten/", staff.close_account, name="close-account"),
    path("medewerkers/<uuid:user_id>/openen/", staff.open_account, name="open-account"),
    path("medewerkers/<uuid:user_id>/vernieuwen/", staff.renew, name="renew-account"),
    path("handelingen/", staff.action_list, name="actions"),
    path("catalogus/", catalogue_views.service_list, name="catalogue"),
    path("catalogus/<slug:service>/", catalogue_views.service, name="catalogue-service"),
    path("meldingen/", webhooks.webhook_list, name="webhooks"),
    path("meldingen/<slug:agency>/", webhooks.set_address, name="set-webhook"),
    path("meldingen/<slug:agency>/stop/", webhooks.remove, name="remove-webhook"),
    path("meldingen/<slug:agency>/opnieuw/", webhooks.retry, name="retry-webhook"),
    path("leesniveau/", outcome_views.reading_level, name="reading-level"),
    path("<reference:reference>/", asks_ground(views.case), name="case"),
    path("<reference:reference>/beperkt/", restriction_views.restricted, name="restricted"),
    path("<reference:reference>/regel/", asks_ground(outcome_views.rule), name="rule"),
    path("<reference:reference>/oppakken/", asks_ground(views.take_up_case), name="take-up"),
    path("<reference:reference>/naam/", care_views.show_handler, name="show-handler"),
    path("<reference:reference>/horen/", asks_ground(care_views.hear_first), name="hear"),
    path("<reference:reference>/bellen/", asks_ground(care_views.note_of_call), name="call"),
    path("<reference:reference>/vlag/", worklist_views.flag_case, name="flag"),
    path("<reference:reference>/termijn/", term_views.term, name="term"),
    path("<reference:reference>/gesprek/", asks_ground(talk_views.talk), name="talk"),
    path("<reference:reference>/gesprek/vraag/", asks_ground(talk_views.ask_citizen), name="ask"),
    path("<reference:reference>/gesprek/bericht/", asks_ground(talk_views.write_citizen), name="write"),
    path(
        "<reference:reference>/gesprek/document/",
        asks_ground(talk_views.add_document_for),
        name="add-document",
    ),
    path(
        "<reference:reference>/documenten/<uuid:document_id>/",
        asks_ground(talk_views.document),
        name="document",
    ),
    path("<reference:reference>/doorsturen/", asks_ground(forward_views.forward), name="forward"),
    path(
        "<reference:reference>/gesprek/<uuid:message_id>/doorsturen/",
        asks_ground(forward_views.forward_one),
        name="forward-message",
    ),
    path(
        "<reference:reference>/afronden/bevestigen/",
        asks_ground(outcome_views.confirm_outcome),
        name="confirm-outcome",
    ),
    path(
        "<reference:reference>/afronden/terugnemen/",
        asks_ground(outcome_views.take_outcome_back),
        name="take-outcome-back",
    ),
    path("<reference:reference>/afronden/", asks_ground(outcome_views.conclude_case), name="conclude"),
    path("<reference:reference>/bezwaar/", asks_ground(views.open_proceeding_of), name="open-proceeding"),
    path(
        "<reference:reference>/bezwaar/<int:proceeding_id>/klaar/",
        asks_ground(views.close_proceeding_of),
        name="close-proceeding",
    ),
]
