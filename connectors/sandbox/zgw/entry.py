"""The door of every endpoint: the order of refusals, the headers, and the faults that are set."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.views.decorators.csrf import csrf_exempt

from connectors.sandbox.zgw import manners
from connectors.sandbox.zgw.answers import JSON, Answer, Call, check_parameters
from connectors.sandbox.zgw.catalogue import agencies, catalogue_of
from connectors.sandbox.zgw.faults import answer_with, nothing, take
from connectors.sandbox.zgw.problems import Problem, not_found
from connectors.sandbox.zgw.tokens import application_of

CRS = "EPSG:4326"
_WITH_BODY = ("POST", "PUT", "PATCH")

Handler = Callable[..., Answer]
View = Callable[..., HttpResponseBase]


class Endpoint:
    """One address of an API: the handler of each method, and the right that it needs (one of several)."""

    def __init__(
        self,
        api: str,
        step: str,
        *,
        parameters: Sequence[str] = (),
        has_geometry: bool = False,
        produces: str = "application/json",
        takes_form: bool = False,
    ) -> None:
        """`step` names it for faults, `parameters` is what a GET may have in its query.

        `takes_form`: what is sent is no JSON but a form, whose files are bytes in the body of the call.
        """
        self.api, self.step, self.has_geometry, self.produces = api, step, has_geometry, produces
        self.takes_form = takes_form
        self.parameters = parameters
        self._handlers: dict[str, tuple[Handler, tuple[str, ...]]] = {}

    def on(self, method: str, handler: Handler, *rights: str) -> Endpoint:
        """Adds a method."""
        self._handlers[method] = (handler, rights)
        return self

    def view(self) -> View:
        """What the list of addresses needs."""

        def view(request: HttpRequest, agency: str, **parts: Any) -> HttpResponseBase:
            fault = take(agency, self.step, is_write=request.method != "GET")
            if (refusal := nothing(fault)) is not None:
                return refusal
            try:
                response = self._respond(request, agency, parts)
            except Problem as problem:
                response = problem.as_response()
            response["API-version"] = manners.versions(agency)[self.api]
            if self.has_geometry:
                response["Content-Crs"] = CRS
            return answer_with(fault, request, response) if fault else response

        return csrf_exempt(view)  # no cookie says who calls, so no other site can make use of one

    def _respond(self, request: HttpRequest, agency: str, parts: dict[str, Any]) -> HttpResponse:
        if agency not in agencies() or not _is_its_address(request, agency, self.api):
            raise not_found()
        manners.dawdle(agency)
        if not request.accepts(self.produces):
            raise Problem(
                HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", f"Het antwoord is altijd {self.produces}."
            )
        handler, rights = self._handler(request)
        application = application_of(request.headers.get("Authorization", ""))
        application.needs(*rights)
        if self.has_geometry:
            _check_crs(request)
        if request.method == "GET":
            check_parameters(request.GET, self.parameters)
        body = self._body(request) if request.method in _WITH_BODY else {}
        url = f"{settings.SANDBOX_URL}{request.path}"
        answer = handler(Call(catalogue_of(agency), application, url, request.GET, body), **parts)
        if isinstance(answer.body, bytes):
            return HttpResponse(answer.body, content_type=self.produces)
        return _response(request, replace(answer, body=manners.dress(agency, answer.body)), answer)

    def _body(self, request: HttpRequest) -> JSON:
        return _form(request) if self.takes_form else _body(request)

    def _handler(self, request: HttpRequest) -> tuple[Handler, tuple[str, ...]]:
        found = self._handlers.get(request.method or "")
        if found is None:
            raise Problem(
                HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "Deze methode wordt hier niet gespeeld."
            )
        return found


def _is_its_address(request: HttpRequest, agency: str, api: str) -> bool:
    return request.path.startswith(f"/zgw/{agency}/{manners.path_of(agency, api)}/")


def _response(request: HttpRequest, answer: Answer, plain: Answer) -> HttpResponse:
    """`plain` is the answer before it was dressed: of that the ETag is made."""
    if answer.body is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    etag = _etag(plain.body if plain.told is None else plain.told)
    is_one = request.method == "GET" and isinstance(answer.body, dict) and "results" not in answer.body
    if is_one and etag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers={"ETag": etag})
    response = JsonResponse(answer.body, status=answer.status, safe=False)
    if is_one:
        response["ETag"] = etag
    if answer.location:
        response["Location"] = answer.location
    return response


def _etag(told: Any) -> str:
    text = json.dumps(told, sort_keys=True, cls=DjangoJSONEncoder)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _check_crs(request: HttpRequest) -> None:
    wanted = ["Accept-Crs", *(["Content-Crs"] if request.method in _WITH_BODY else [])]
    for name in wanted:
        given = request.headers.get(name)
        if given is None:
            raise Problem(
                HTTPStatus.PRECONDITION_FAILED, "precondition_failed", f"'{name}' header ontbreekt."
            )
        if given != CRS:
            raise Problem(
                HTTPStatus.NOT_ACCEPTABLE, "not_acceptable", "Dit coördinatenstelsel wordt niet gespeeld."
            )


def _body(request: HttpRequest) -> JSON:
    if request.content_type != "application/json":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "De invoer moet JSON zijn."
        )
    try:
        body = json.loads(request.body)
    except RequestDataTooBig:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "De invoer is te groot voor de zandbak."
        ) from None
    except ValueError:
        raise Problem(HTTPStatus.BAD_REQUEST, "parse_error", "De invoer is geen geldige JSON.") from None
    if not isinstance(body, dict):
        raise Problem(HTTPStatus.BAD_REQUEST, "invalid", "De invoer moet een object zijn.")
    return body


def _form(request: HttpRequest) -> JSON:
    if request.content_type != "multipart/form-data":
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", "De invoer moet een formulier zijn."
        )
    try:
        # Django reads one by itself for a POST only.
        fields, files = MultiPartParser(request.META, request, request.upload_handlers).parse()
    except (MultiPartParserError, RequestDataTooBig):
        raise Problem(HTTPStatus.BAD_REQUEST, "parse_error", "Dit formulier is niet te lezen.") from None
    return {**fields.dict(), **{name: cast(Any, file).read() for name, file in files.items()}}
