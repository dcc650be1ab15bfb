"""The Notificaties API (1.0.1): the channels, and who wants to hear from them.

A subscription is probed before it is kept: its callback must refuse a call without credentials (401 or 403)
and accept one with them (2xx).
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import requests
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from connectors.sandbox.zgw.addresses import NOTIFICATIES, address
from connectors.sandbox.zgw.answers import JSON, Answer, Call, created
from connectors.sandbox.zgw.catalogue import agencies
from connectors.sandbox.zgw.fields import LONGEST_URL, Fields
from connectors.sandbox.zgw.models import Abonnement
from connectors.sandbox.zgw.notifying import CHANNELS, is_this_machine, may_be_called, post
from connectors.sandbox.zgw.problems import not_found
from connectors.sandbox.zgw.shapes import moment

REFUSALS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


def list_channels(call: Call) -> Answer:
    """`GET kanaal?naam=`: a plain list."""
    wanted = call.only("naam")
    return Answer([_channel_body(call, name) for name in CHANNELS if wanted in (None, name)])


def show_channel(call: Call, key: UUID) -> Answer:
    """`GET kanaal/<uuid>`."""
    name = next((name for name in CHANNELS if key == _channel_key(call, name)), None)
    if name is None:
        raise not_found()
    return Answer(_channel_body(call, name))


def list_subscriptions(call: Call) -> Answer:
    """`GET abonnement`: a plain list."""
    return Answer([_body(one) for one in Abonnement.objects.filter(agency=call.agency)])


def create_subscription(call: Call) -> Answer:
    """`POST abonnement`."""
    return created(_body(_keep(call, Abonnement(agency=call.agency))))


def show_subscription(call: Call, key: UUID) -> Answer:
    """`GET abonnement/<uuid>`."""
    return Answer(_body(_find(call, key)))


def put_subscription(call: Call, key: UUID) -> Answer:
    """`PUT abonnement/<uuid>`: probed again."""
    return Answer(_body(_keep(call, _find(call, key))))


def patch_subscription(call: Call, key: UUID) -> Answer:
    """`PATCH abonnement/<uuid>`: what is not sent stays; probed again."""
    known = _find(call, key)
    call.body.update({name: value for name, value in _body(known).items() if name not in call.body})
    return Answer(_body(_keep(call, known)))


def delete_subscription(call: Call, key: UUID) -> Answer:
    """`DELETE abonnement/<uuid>`."""
    _find(call, key).delete()
    return Answer(None)


@csrf_exempt  # JSON only, which no form of another site can send
@require_POST
def send(request: HttpRequest, agency: str) -> JsonResponse:
    """For tests: `POST {"to": …, "body": {…}, "authorization": …}` sends that, true or forged.

    It goes to this machine only, at once and one time; what was answered comes back: `{"status": 204}`.
    """
    letter = _letter(request)
    if agency not in agencies() or letter is None or not is_this_machine(letter["to"]):
        error = {"error": "send JSON: to (an http address on this machine), body, authorization (optional)"}
        return JsonResponse(error, status=HTTPStatus.BAD_REQUEST)
    try:
        status = post(letter["to"], letter["body"], letter.get("authorization"))
    except requests.RequestException:
        return JsonResponse({"error": "no answer"}, status=HTTPStatus.BAD_GATEWAY)
    return JsonResponse({"status": status})


def _letter(request: HttpRequest) -> dict[str, Any] | None:
    try:
        letter = json.loads(request.body) if request.content_type == "application/json" else None
    except ValueError:
        return None
    if not isinstance(letter, dict) or not isinstance(letter.get("to"), str) or "body" not in letter:
        return None
    return letter if isinstance(letter.get("authorization"), (str, type(None))) else None


def _find(call: Call, key: UUID) -> Abonnement:
    found = Abonnement.objects.filter(agency=call.agency, pk=key).first()
    if found is None:
        raise not_found()
    return found


def _keep(call: Call, one: Abonnement) -> Abonnement:
    """Reads, probes, saves. Raises a problem otherwise; no transaction waits for the callback."""
    fields = Fields(call.body)
    one.callback_url = fields.text("callbackUrl", LONGEST_URL, is_required=True)
    one.auth = fields.text("auth", LONGEST_URL, is_required=True)
    one.kanalen = _channels(fields)
    if one.callback_url and not may_be_called(one.callback_url):
        fields.wrong("callbackUrl", "invalid-callback-url", "De zandbak belt alleen op deze computer.")
    fields.check()
    if _probe(one.callback_url, None) not in REFUSALS:
        fields.wrong("callbackUrl", "no-auth-on-callback-url", "De callback is niet beveiligd.")
    elif not 200 <= _probe(one.callback_url, one.auth) < 300:
        fields.wrong("callbackUrl", "invalid-callback-url", "De callback neemt geen meldingen aan.")
    fields.check()
    one.save()
    return one


def _channels(fields: Fields) -> list[JSON]:
    given = fields.body.get("kanalen")
    if not isinstance(given, list):
        fields.wrong("kanalen", "required", "Dit moet een lijst zijn.")
        return []
    for channel in given:
        if not isinstance(channel, dict) or channel.get("naam") not in CHANNELS:
            fields.wrong("naam", "kanaal_naam", "Dit kanaal bestaat niet.")
        elif not _is_filter(channel["naam"], channel.get("filters", {})):
            fields.wrong("filters", "inconsistent-abonnement-filters", "Dit filter bestaat niet.")
    if fields.wrongs:
        return []
    return [{"naam": one["naam"], "filters": dict(one.get("filters", {}))} for one in given]


def _is_filter(channel: str, given: object) -> bool:
    return isinstance(given, dict) and all(
        name in CHANNELS[channel] and isinstance(value, str) and value for name, value in given.items()
    )


def _probe(url: str, authorization: str | None) -> int:
    """The status of the answer to a notification about nothing; 0 when there was none."""
    nowhere = "http://127.0.0.1/zandbak/proef"
    body = {
        "kanaal": "test",
        "hoofdObject": nowhere,
        "resource": "test",
        "resourceUrl": nowhere,
        "actie": "create",
        "aanmaakdatum": moment(timezone.now()),
        "kenmerken": {},
    }
    try:
        return post(url, body, authorization)
    except requests.RequestException:
        return 0


def _body(one: Abonnement) -> JSON:
    """An `Abonnement`."""
    return {
        "url": address(one.agency, NOTIFICATIES, "abonnement", one.uuid),
        "callbackUrl": one.callback_url,
        "auth": one.auth,
        "kanalen": one.kanalen,
    }


def _channel_key(call: Call, name: str) -> UUID:
    return uuid5(NAMESPACE_URL, f"zandbak/{call.agency}/kanaal/{name}")


def _channel_body(call: Call, name: str) -> JSON:
    """A `Kanaal`."""
    return {
        "url": address(call.agency, NOTIFICATIES, "kanaal", _channel_key(call, name)),
        "naam": name,
        "filters": list(CHANNELS[name]),
    }
