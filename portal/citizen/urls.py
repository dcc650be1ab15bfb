"""The citizen's addresses."""

from __future__ import annotations

from django.urls import path

from portal.citizen.views import (
    assist,
    cases,
    chance,
    disputes,
    download,
    erase,
    inbox,
    journey,
    late,
    lifeline,
    my_data,
    notices,
    outcome,
    questions,
    receipt,
    representing,
    restricting,
    sending,
    start,
    talk,
    uses,
)

app_name = "citizen"

_JOURNEY = "levensgebeurtenissen/<slug:slug>/<uuid:journey_id>/"
_DISPUTE = "mijn-gegevens/klopt-niet/<uuid:dispute_id>/"

urlpatterns = [
    path("", start.home, name="home"),
    path("uw-levensgebeurtenissen/", lifeline.lifeline, name="lifeline"),
    path("levensgebeurtenissen/", start.events, name="events"),
    path("levensgebeurtenissen/<slug:slug>/", start.event, name="event"),
    path("levensgebeurtenissen/<slug:slug>/stil/", notices.silence, name="silence"),
    path("levensgebeurtenissen/<slug:slug>/begin/", journey.begin, name="begin"),
    path(_JOURNEY, sending.plan, name="plan"),
    path(f"{_JOURNEY}gegevens/", journey.facts, name="facts"),
    path(f"{_JOURNEY}gegevens/<str:field>/invullen/", journey.enter_field, name="enter"),
    path(f"{_JOURNEY}gegevens/<str:field>/klopt-niet/", disputes.dispute_in_journey, name="dispute"),
    path(f"{_JOURNEY}vragen/<slug:group>/<int:number>/", questions.question, name="question"),
    path(f"{_JOURNEY}vragen/<slug:group>/<int:number>/weghalen/", questions.remove, name="remove"),
    path(f"{_JOURNEY}bijlagen/<uuid:file_id>/", questions.draft_file, name="draft-file"),
    path(f"{_JOURNEY}controle/", sending.review, name="review"),
    path(f"{_JOURNEY}alsnog/<slug:service>/", sending.follow_up, name="follow-up"),
    path(f"{_JOURNEY}stoppen/", journey.discard_draft, name="discard"),
    path("namens/", representing.representing, name="representing"),
    path("namens/kinderen/", representing.children, name="children"),
    path("namens/stoppen/", representing.stop_acting, name="stop-acting"),
    path("namens/code/", representing.accept_mandate, name="accept"),
    path("namens/toestemming/", representing.authorise_somebody, name="authorise"),
    path("namens/<uuid:representation_id>/", representing.act, name="act"),
    path("namens/<uuid:representation_id>/stoppen/", representing.revoke_mandate, name="revoke"),
    path("zonder-inloggen/", representing.without_login, name="without-login"),
    path("meekijken/", assist.assist, name="assist"),
    path("meekijken/stoppen/", assist.end_assist, name="end-assist"),
    path("kan-ik-dit-krijgen/<slug:rule>/", chance.ask, name="chance"),
    path("berichten/", inbox.inbox, name="inbox"),
    path("berichten/verplaatsen/", inbox.move, name="inbox-move"),
    path("aanvragen/", cases.case_list, name="cases"),
    path("aanvragen/<reference:reference>/", cases.case, name="case"),
    path("aanvragen/<reference:reference>/ontvangstbevestiging/", receipt.receipt, name="receipt"),
    path(
        "aanvragen/<reference:reference>/ontvangstbevestiging.pdf",
        receipt.receipt_on_paper,
        name="receipt-pdf",
    ),
    path("aanvragen/<reference:reference>/dossier.pdf", receipt.dossier, {"kind": "pdf"}, name="dossier-pdf"),
    path("aanvragen/<reference:reference>/dossier.zip", receipt.dossier, {"kind": "zip"}, name="dossier-zip"),
    path("aanvragen/<reference:reference>/intrekken/", cases.withdraw_case, name="withdraw"),
    path("aanvragen/<reference:reference>/beperken/", restricting.restrict_case, name="restrict-case"),
    path("aanvragen/<reference:reference>/bezwaar/", outcome.objection, name="objection"),
    path("aanvragen/<reference:reference>/besluit.pdf", outcome.on_paper, name="outcome-pdf"),
    path("aanvragen/<reference:reference>/te-laat/", late.late, name="late"),
    path("aanvragen/<reference:reference>/te-laat/brief.pdf", late.letter_on_paper, name="late-letter"),
    path("aanvragen/<reference:reference>/taken/<uuid:task_id>/", cases.task, name="task"),
    path("aanvragen/<reference:reference>/berichten/", talk.thread, name="messages"),
    path("aanvragen/<reference:reference>/documenten/<uuid:document_id>/", talk.document, name="document"),
    path(
        "aanvragen/<reference:reference>/<str:field>/klopt-niet/", disputes.dispute_sent, name="dispute-sent"
    ),
    path("hoe-wilt-u-bericht/", notices.preferences, name="notices"),
    path("hoe-wilt-u-bericht/<slug:channel>/", notices.contact, name="notices-contact"),
    path("mijn-gegevens/", my_data.my_data, name="my-data"),
    path("mijn-gegevens/gebruik/", uses.uses, name="uses"),
    path("mijn-gegevens/download.json", download.as_json, name="download-json"),
    path("mijn-gegevens/download.pdf", download.as_paper, name="download-pdf"),
    path("mijn-gegevens/download.zip", download.as_archive, name="download-zip"),
    path("mijn-gegevens/wissen/", erase.erase, name="erase"),
    path("mijn-gegevens/controleren/", download.how_to_check, name="how-to-check"),
    path("mijn-gegevens/controleren/controleer.py", download.script, name="check-script"),
    path("mijn-gegevens/controleren/sleutel.pem", download.key, name="log-key"),
    path("mijn-gegevens/<str:field>/beperken/", restricting.restrict_field, name="restrict-field"),
    path(
        "mijn-gegevens/beperking/<uuid:restriction_id>/opheffen/", restricting.lift, name="restriction-lift"
    ),
    path("mijn-gegevens/<str:field>/klopt-niet/", disputes.dispute_field, name="dispute-field"),
    path(_DISPUTE, disputes.dispute_shown, name="dispute-shown"),
    path(f"{_DISPUTE}verbeteren/", disputes.ask_for_correction, name="dispute-ask"),
    path(f"{_DISPUTE}klopt-toch/", disputes.take_back, name="dispute-withdraw"),
    path(f"{_DISPUTE}bewijs/<uuid:proof_id>/", disputes.proof, name="proof"),
]
