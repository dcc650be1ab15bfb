"""The OpenAPI document, and that the API does as it says."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from portal.api.schema import document
from portal.cases.models import Case
from tests.cast import Cast


def test_anybody_may_read_the_document_from_any_site(cast: Cast) -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer.json()["openapi"].startswith("3.0.")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/api/v1/openapi.json", 200),
        ("/api/v1/cases", 401),
        ("/api/v1/cases/", 404),
        ("/api/v1/bestaat-niet", 404),
        ("/api/v1/token", 405),
    ],
)
def test_every_answer_has_the_version_and_every_error_is_a_problem(cast: Cast, path: str, code: int) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["API-Version"]) == (code, "1.0.0")
    if code != 200:
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == code


def test_paths_are_kebab_case_without_a_slash_at_the_end_and_each_error_is_documented() -> None:
    for path, operations in document()["paths"].items():
        assert path == path.lower() or "{" in path
        assert not path.endswith("/")
        for method, operation in operations.items():
            wanted = {"406"} if path == "/openapi.json" else {"400", "401", "403", "404", "429"}
            assert wanted <= operation["responses"].keys(), (path, method)


def test_what_is_not_json_is_refused(case: Case, program: Client) -> None:
    path = f"/api/v1/cases/{case.reference}/outcome"
    answer = program.put(path, "word=granted", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer["Content-Type"]) == (415, "application/problem+json")


def test_the_document_says_who_to_ask_and_how_to_get_a_token() -> None:
    made: dict[str, Any] = document()
    assert set(made["info"]["contact"]) == {"name", "url", "email"}
    (flow,) = made["components"]["securitySchemes"]["oauth2"]["flows"].values()
    assert flow["tokenUrl"].endswith("/api/v1/token")
    assert {"cases:read", "cases:write", "service:kinderbijslag"} <= flow["scopes"].keys()
