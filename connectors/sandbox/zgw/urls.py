"""Addresses of a back office: the three APIs, the desk, and sending notifications by hand."""

from __future__ import annotations

from functools import partial

from django.urls import URLPattern, URLResolver, include, path

from connectors.sandbox.zgw import cases, desk, parts, subscriptions, types
from connectors.sandbox.zgw.addresses import BESLUITEN, CATALOGI, DOCUMENTEN, NOTIFICATIES, ZAKEN
from connectors.sandbox.zgw.catalogue import RESOURCES
from connectors.sandbox.zgw.entry import Endpoint
from connectors.sandbox.zgw.manners import PREFIX
from connectors.sandbox.zgw.papers import urls as papers
from connectors.sandbox.zgw.tokens import (
    ADD_STATUS,
    CHANGE,
    CHANGE_CLOSED,
    CREATE,
    READ,
    READ_TYPES,
    REOPEN,
    SUBSCRIBE,
)

OF_TYPES = ("zaaktype", "zaaktypeIdentificatie", "status", "page")
OF_A_CASE = (CHANGE, CHANGE_CLOSED)


def _at(endpoint: Endpoint, address: str) -> URLPattern:
    return path(address, endpoint.view())


def _served(api: str, patterns: list[URLPattern]) -> list[URLResolver]:
    """An API in both places where a back office may have it; its own door knows which is right."""
    places = (f"{api}/api/v1", f"{PREFIX}/{api}/v1")
    return [path(f"<slug:agency>/{place}/", include(patterns)) for place in places]


def _types() -> list[URLPattern]:
    """The Catalogi API. Every kind of type has a list and a detail."""

    def resource(name: str, *parameters: str) -> Endpoint:
        return Endpoint(CATALOGI, name, parameters=parameters)

    found = [
        _at(resource("catalogussen", "domein", "rsin", "page").on(
            "GET", types.list_catalogussen, READ_TYPES), "catalogussen"),
        _at(resource("catalogussen").on("GET", types.show_catalogus, READ_TYPES), "catalogussen/<uuid:key>"),
        _at(resource("zaaktypen", "identificatie", "catalogus", "status", "page").on(
            "GET", types.list_zaaktypen, READ_TYPES), "zaaktypen"),
        _at(resource("zaaktypen").on("GET", types.show_zaaktype, READ_TYPES), "zaaktypen/<uuid:key>"),
    ]  # fmt: skip
    for name in RESOURCES:
        generic = ("omschrijvingGeneriek",) if name == "roltypen" else ()
        show_list, show_one = (
            partial(types.list_types, resource=name),
            partial(types.show_type, resource=name),
        )
        found += [
            _at(resource(name, *OF_TYPES, *generic).on("GET", show_list, READ_TYPES), name),
            _at(resource(name).on("GET", show_one, READ_TYPES), f"{name}/<uuid:key>"),
        ]
    return found


def _cases() -> list[URLPattern]:
    """The Zaken API."""

    def resource(name: str, *parameters: str, has_geometry: bool = False) -> Endpoint:
        return Endpoint(ZAKEN, name, parameters=parameters, has_geometry=has_geometry)

    zaken = resource(
        "zaken", "identificatie", "bronorganisatie", "zaaktype", "expand", "page", has_geometry=True
    )
    zaken.on("GET", cases.list_zaken, READ).on("POST", cases.create_zaak, CREATE)
    zaak = resource("zaken", "expand", has_geometry=True)
    zaak.on("GET", cases.show_zaak, READ).on("PATCH", cases.patch_zaak, *OF_A_CASE)
    roles = resource("rollen", "zaak", "roltype", "omschrijving", "omschrijvingGeneriek", "page")
    roles.on("GET", parts.list_roles, READ).on("POST", parts.create_role, *OF_A_CASE)
    properties = resource("zaakeigenschappen")
    properties.on("GET", parts.list_properties, READ).on("POST", parts.create_property, *OF_A_CASE)
    statuses = resource("statussen", "zaak", "statustype", "page")
    statuses.on("GET", parts.list_statuses, READ)
    statuses.on("POST", parts.create_status, CREATE, ADD_STATUS, REOPEN)
    results = resource("resultaten", "zaak", "resultaattype", "page")
    results.on("GET", parts.list_results, READ).on("POST", parts.create_result, *OF_A_CASE)
    of_a_case = "zaken/<uuid:zaak_key>/zaakeigenschappen"
    return [
        _at(zaken, "zaken"),
        _at(zaak, "zaken/<uuid:key>"),
        _at(roles, "rollen"),
        _at(resource("rollen").on("GET", parts.show_role, READ), "rollen/<uuid:key>"),
        _at(properties, of_a_case),
        _at(resource("zaakeigenschappen").on("GET", parts.show_property, READ), f"{of_a_case}/<uuid:key>"),
        _at(statuses, "statussen"),
        _at(resource("statussen").on("GET", parts.show_status, READ), "statussen/<uuid:key>"),
        _at(results, "resultaten"),
        _at(resource("resultaten").on("GET", parts.show_result, READ), "resultaten/<uuid:key>"),
    ]


def _notifications() -> list[URLPattern]:
    """The Notificaties API."""
    channels = Endpoint(NOTIFICATIES, "kanaal", parameters=("naam",))
    channels.on("GET", subscriptions.list_channels, SUBSCRIBE)
    channel = Endpoint(NOTIFICATIES, "kanaal").on("GET", subscriptions.show_channel, SUBSCRIBE)
    many = Endpoint(NOTIFICATIES, "abonnement").on("GET", subscriptions.list_subscriptions, SUBSCRIBE)
    many.on("POST", subscriptions.create_subscription, SUBSCRIBE)
    one = Endpoint(NOTIFICATIES, "abonnement").on("GET", subscriptions.show_subscription, SUBSCRIBE)
    one.on("PUT", subscriptions.put_subscription, SUBSCRIBE)
    one.on("PATCH", subscriptions.patch_subscription, SUBSCRIBE)
    one.on("DELETE", subscriptions.delete_subscription, SUBSCRIBE)
    return [
        _at(channels, "kanaal"),
        _at(channel, "kanaal/<uuid:key>"),
        _at(many, "abonnement"),
        _at(one, "abonnement/<uuid:key>"),
    ]


urlpatterns = [
    path("<slug:agency>/", desk.worklist, name="desk"),
    path("<slug:agency>/zaak/<uuid:key>/", desk.case, name="desk_case"),
    path("<slug:agency>/zaak/<uuid:key>/behandelen", desk.take_up, name="desk_take_up"),
    path("<slug:agency>/zaak/<uuid:key>/afsluiten", desk.close, name="desk_close"),
    path("<slug:agency>/zaak/<uuid:key>/document", desk.add_paper, name="desk_add_paper"),
    path("<slug:agency>/zaak/<uuid:key>/document/<uuid:document>", desk.download, name="desk_download"),
    path("<slug:agency>/meldingen", subscriptions.send, name="send_notification"),
    *_served(CATALOGI, [*_types(), *papers.of_types()]),
    *_served(ZAKEN, [*_cases(), *papers.of_cases()]),
    *_served(DOCUMENTEN, papers.of_documents()),
    *_served(BESLUITEN, papers.of_decisions()),
    *_served(NOTIFICATIES, _notifications()),
]
