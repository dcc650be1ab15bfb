"""The helpdesk's addresses. None has a number of a person in it: a citizen has an id that says nothing."""

from __future__ import annotations

from django.urls import path

from portal.helpdesk import (
    assist_views,
    danger_views,
    filing_views,
    find_views,
    joining_views,
    moment_views,
    together_views,
)

app_name = "helpdesk"

urlpatterns = [
    path("", find_views.home, name="home"),
    path("uzelf/", find_views.say_self, name="say-self"),
    path("bevestig/", assist_views.confirm, name="confirm"),
    path("inwoner/<uuid:citizen_id>/", find_views.citizen, name="citizen"),
    path("inwoner/<uuid:citizen_id>/meekijken/", assist_views.start, name="start-assist"),
    path("inwoner/<uuid:citizen_id>/code/", assist_views.send, name="send-code"),
    path("inwoner/<uuid:citizen_id>/aan-de-balie/", find_views.seen_at_desk, name="seen-at-desk"),
    path("inwoner/<uuid:citizen_id>/opschrijven/", moment_views.note, name="note-contact"),
    path("inwoner/<uuid:citizen_id>/levensgevaar/", danger_views.ask, name="ask-danger"),
    path("levensgevaar/", danger_views.asks, name="dangers"),
    path("levensgevaar/<uuid:ask_id>/", danger_views.decide, name="danger"),
    path("levensgevaar/<uuid:ask_id>/beginnen/", danger_views.begin, name="begin-danger"),
    path("balie/", filing_views.counter, name="counter"),
    path("zonder-bsn/", filing_views.new_person, name="new-person"),
    path("inwoner/<uuid:citizen_id>/controlevragen/", filing_views.check, name="check"),
    path("inwoner/<uuid:citizen_id>/koppelbrief/", joining_views.join_letter, name="join-letter"),
    path("inwoner/<uuid:citizen_id>/invullen/", filing_views.file, name="file"),
    path("invullen/", filing_views.filing, name="filing"),
    path("invullen/klaar/", filing_views.stop, name="stop-filing"),
    path("invullen/formulier/<uuid:journey_id>/", filing_views.paper_form, name="paper-form"),
    path("beloofd/", moment_views.moment_list, name="moments"),
    path("beloofd/<uuid:moment_id>/", moment_views.moment, name="moment"),
    path("beloofd/<uuid:moment_id>/doen/", moment_views.take, name="take-moment"),
    path("meekijken/", assist_views.state, name="assist"),
    path("meekijken/langer/", assist_views.extend, name="extend-assist"),
    path("meekijken/code/", assist_views.send_again, name="send-code-again"),
    path("meekijken/akkoord/<uuid:journey_id>/", together_views.ask, name="send-to-confirm"),
    path("meekijken/versturen/", together_views.send, name="send-together"),
    path("meekijken/stop/", assist_views.stop, name="stop-assist"),
    path("elders-stoppen/", assist_views.stop_elsewhere, name="stop-elsewhere"),
]
