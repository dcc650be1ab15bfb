"""The table and the door that holds requests against it."""

from __future__ import annotations

import logging
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from portal.access import policy
from portal.access.checks import compare
from portal.access.middleware import AccessMiddleware
from portal.access.policy import ANYONE, CITIZEN, NOBODY, OFFICER, OPERATOR, who_may_enter
from portal.access.requests import actor_of, actor_or_none
from portal.access.routes import every_route
from portal.people.actor import Actor
from tests.cast import Cast, logged_in, make_cast


def a_view(request: HttpRequest, name: str = "") -> HttpResponse:
    actor = actor_or_none(request)
    return HttpResponse(actor.capacity if actor else "anonymous")


inner = [path("<int:number>/", a_view, name="inner"), path("nameless/", a_view)]
urlpatterns = [
    path("open/", a_view, name="open"),
    path("citizens/", a_view, name="citizens"),
    path("officers/", a_view, name="officers"),
    path("operators/", a_view, name="operators"),
    path("forgotten/", a_view, name="forgotten"),
    path("nested/<slug:name>/", include((inner, "outer"))),
    path("", include("portal.people.urls")),
]
TABLE = {
    "open": ANYONE,
    "citizens": CITIZEN,
    "officers": OFFICER,
    "operators": OPERATOR,
    "people:login": ANYONE,
}


@pytest.fixture
def cast(db: None, settings: object, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """Everybody, in a site of five doors."""
    settings.ROOT_URLCONF = __name__  # type: ignore[attr-defined]
    monkeypatch.setattr(policy, "POLICY", TABLE)
    return make_cast()


@pytest.mark.parametrize(
    ("door", "who", "expected"),
    [
        ("open", "anonymous", "anonymous"),
        ("open", "citizen", "self"),
        ("open", "operator", "operator"),
        ("citizens", "anonymous", 302),
        ("citizens", "citizen", "self"),
        ("citizens", "officer", 404),
        ("citizens", "operator", 404),
        ("officers", "anonymous", 302),
        ("officers", "citizen", 404),
        ("officers", "officer", "officer"),
        ("officers", "other_officer", "officer"),
        ("officers", "operator", 404),
        ("operators", "officer", 404),
        ("operators", "operator", "operator"),
        ("forgotten", "anonymous", 404),
        ("forgotten", "citizen", 404),
        ("forgotten", "officer", 404),
        ("forgotten", "operator", 404),
    ],
)
def test_who_may_enter(cast: Cast, door: str, who: str, expected: str | int) -> None:
    response = logged_in(cast.user(who)).get(f"/{door}/")
    assert expected == (response.content.decode() if response.status_code == 200 else response.status_code)


def test_nobody_may_enter_what_is_not_in_the_table() -> None:
    assert who_may_enter("no-such-route") is NOBODY
    assert not NOBODY.admits(None)
    assert not NOBODY.admits(Actor.system())


def test_the_system_is_no_visitor(cast: Cast) -> None:
    assert not any(who.admits(Actor.system()) for who in (CITIZEN, OFFICER, OPERATOR))


def test_an_anonymous_visitor_comes_back_after_logging_in() -> None:
    response = Client().get("/aanvragen/", {"stap": "2"})
    address = urlsplit(response["Location"])
    assert address.path == "/inloggen/"
    assert parse_qs(address.query) == {"next": ["/aanvragen/?stap=2"]}


def test_a_form_is_not_come_back_to(cast: Cast) -> None:
    response = Client().post("/citizens/")
    assert response["Location"] == "/inloggen/"


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("http://localhost:8000/aanvragen/?a=1", "/inloggen/?next=%2Faanvragen%2F%3Fa%3D1"),
        ("https://evil.example//evil.example/", "/inloggen/"),
        ("", "/inloggen/"),
    ],
)
def test_a_fragment_takes_its_whole_page_to_the_login(cast: Cast, page: str, back: str) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": page}
    response = Client().get("/citizens/", headers=headers)
    assert (response.status_code, response.content) == (200, b"")
    assert response["HX-Redirect"] == back


def test_a_refusal_is_logged_without_the_address(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logged_in(cast.citizen).get("/officers/", {"secret": "in-the-address"})
    lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
    denied = [line for line in lines if line["event"] == "denied"]
    assert [(line["route"], line["user"]) for line in denied] == [("officers", str(cast.citizen.pk))]
    assert "in-the-address" not in str(denied)


def test_a_page_for_everybody_costs_an_anonymous_visitor_no_query(
    cast: Cast, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        Client().get("/open/")


def test_the_door_costs_a_citizen_two_queries(cast: Cast, django_assert_num_queries: object) -> None:
    """The session, and the user with the citizen."""
    client = logged_in(cast.citizen)
    with django_assert_num_queries(2):  # type: ignore[operator]
        client.get("/citizens/")


def test_a_view_without_an_actor_finds_nothing() -> None:
    from django.http import Http404

    with pytest.raises(Http404):
        actor_of(RequestFactory().get("/"))


def test_routes_are_found_with_namespace_and_all_parameters() -> None:
    routes = {route.pattern: route for route in every_route(__name__)}
    inner_route = routes["nested/<slug:name>/<int:number>/"]
    assert inner_route.name == "outer:inner"
    assert inner_route.parameters == {"name", "number"}
    assert routes["nested/<slug:name>/nameless/"].name == ""


def test_table_and_urls_must_name_the_same_routes() -> None:
    problems = compare(every_route(__name__), {**TABLE, "gone": ANYONE})
    found = [(problem.id, problem.msg) for problem in problems]
    assert ("access.E003", "portal/access/policy.py names 'gone', and there is no such route") in found
    assert sum("forgotten" in message for code, message in found if code == "access.E002") == 1
    assert [code for code, message in found if "nameless" in message] == ["access.E001"]


def test_the_real_table_fits_the_real_urls() -> None:
    assert [problem for problem in run_checks() if str(problem.id).startswith("access.")] == []


def test_the_door_is_the_last_middleware(settings: object) -> None:
    last = settings.MIDDLEWARE[-1]  # type: ignore[attr-defined]
    assert last == f"{AccessMiddleware.__module__}.{AccessMiddleware.__qualname__}"
