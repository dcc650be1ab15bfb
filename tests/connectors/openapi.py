"""Checks questions against a published OpenAPI 3.0 file (address, parameters, headers, body), and answers.

JSON Schema knows no `nullable`, `readOnly` or discriminator; here they mean what OpenAPI says. A
parameter or property that the file does not have counts as wrong too: a server would ignore it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.connectors.other_side import Asked

_HERE = "urn:specification"
_FORMATS = FormatChecker()
Schema = dict[str, Any]


@_FORMATS.checks("date-time", ValueError)
def _is_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@_FORMATS.checks("uri", ValueError)
def _is_uri(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).scheme and urlsplit(value).netloc)


class Specification:
    """One file; `start` is the path below which the API is served, `misspelled` are mistakes in the file."""

    def __init__(self, path: Path, start: str, misspelled: Mapping[str, str] | None = None) -> None:
        text = path.read_text(encoding="utf-8")
        for wrong, right in (misspelled or {}).items():
            text = re.sub(rf"\b{wrong}\b", right, text)
        document = yaml.load(text, Loader=yaml.CSafeLoader)
        self._document: Schema = _for_requests(document)
        self._start = start
        resource = Resource.from_contents(self._document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_HERE, resource)

    def covers(self, asked: Asked) -> bool:
        """Whether this question went to this API."""
        return asked.target.startswith(f"{self._start}/")

    def errors(self, asked: Asked) -> list[str]:
        """What is wrong with a question."""
        address = urlsplit(asked.target)
        found = self._operation(asked.method.lower(), address.path.removeprefix(self._start))
        if found is None:
            return [f"there is no {asked.method} {address.path}"]
        operation, words = found
        given = {"path": words, "query": dict(parse_qsl(address.query)), "header": asked.headers}
        wrong = list(self._parameter_errors(operation, given))
        if "requestBody" in operation:
            body = self._resolved(operation["requestBody"])
            schema = _json_of(body["content"])
            wrong += self._body_errors(schema, asked.json(), "body")
        elif asked.body:
            wrong.append("a body that nobody asked for")
        return wrong

    def answer_errors(self, method: str, path: str, body: Any, status: int = 200) -> list[str]:
        """What is wrong with the body of an answer with that status."""
        found = self._operation(method.lower(), path)
        if found is None:
            return [f"there is no {method} {path}"]
        answers = found[0]["responses"]
        chosen = answers[str(status)] if str(status) in answers else answers["default"]
        schema = _json_of(self._resolved(chosen)["content"])
        return [*self._schema_errors(schema, body, "body"), *self._strangers(schema, body, "body")]

    def _operation(self, method: str, path: str) -> tuple[Schema, dict[str, str]] | None:
        for template, methods in sorted(self._document["paths"].items()):
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
            match = re.fullmatch(pattern, path)
            if match and method in methods:
                operation = dict(methods[method])
                shared = methods.get("parameters", [])
                operation["parameters"] = [*shared, *operation.get("parameters", [])]
                return operation, match.groupdict()
        return None

    def _parameter_errors(self, operation: Schema, given: dict[str, dict[str, str]]) -> Iterator[str]:
        known = [self._resolved(one) for one in operation["parameters"]]
        for one in known:
            name = one["name"].lower() if one["in"] == "header" else one["name"]
            value = given[one["in"]].get(name)
            if value is None:
                if one.get("required"):
                    yield f"{one['in']} {one['name']} is missing"
            elif one["schema"].get("type") == "string":
                yield from self._schema_errors(one["schema"], value, f"{one['in']} {one['name']}")
        for name in given["query"].keys() - {one["name"] for one in known if one["in"] == "query"}:
            yield f"query {name} is unknown"

    def _body_errors(self, schema: Schema, body: Any, place: str) -> list[str]:
        whole = self._resolved(schema)
        chosen = whole.get("discriminator")
        if chosen:
            whole = self._resolved({"$ref": chosen["mapping"][body[chosen["propertyName"]]]})
        return [*self._schema_errors(whole, body, place), *self._strangers(whole, body, place)]

    def _schema_errors(self, schema: Schema, instance: Any, place: str) -> list[str]:
        based = {"$id": _HERE, **schema} if "$ref" not in schema else {"$ref": _HERE + schema["$ref"]}
        validator = Draft202012Validator(_absolute(based), registry=self._registry, format_checker=_FORMATS)
        return [f"{place}{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]

    def _strangers(self, schema: Schema, instance: Any, place: str) -> Iterator[str]:
        """Properties that the schema does not have, or that only the server may set."""
        if isinstance(instance, list):
            for item in instance:
                yield from self._strangers(self._resolved(schema.get("items", {})), item, place)
        if not isinstance(instance, dict) or schema.get("additionalProperties"):
            return
        known = self._properties(schema)
        for name, value in instance.items():
            if name not in known:
                yield f"{place}.{name} is unknown"
            elif known[name].get("readOnly"):
                yield f"{place}.{name} is for the server to set"
            else:
                yield from self._strangers(self._resolved(known[name]), value, f"{place}.{name}")

    def _properties(self, schema: Schema) -> Schema:
        whole = self._resolved(schema)
        found = dict(whole.get("properties", {}))
        for part in [*whole.get("allOf", []), *whole.get("anyOf", [])]:
            found |= self._properties(part)
        return found

    def _resolved(self, part: Schema) -> Schema:
        while "$ref" in part:
            found: Any = self._document
            for word in part["$ref"].removeprefix("#/").split("/"):
                found = found[word]
            part = found
        return part


def _json_of(content: Schema) -> Schema:
    """The schema of the body in JSON; some files name a charset beside the type."""
    schema: Schema = next(part["schema"] for kind, part in content.items() if "json" in kind)
    return schema


def _absolute(schema: Any) -> Any:
    """References within the file by its name, so that a schema can be checked on its own."""
    if isinstance(schema, dict):
        return {
            key: _HERE + value if key == "$ref" and value.startswith("#") else _absolute(value)
            for key, value in schema.items()
            if key != "$id"
        }
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema


def _for_requests(part: Any) -> Any:
    """The same document as JSON Schema: null where `nullable`, and nothing required that the server sets."""
    if isinstance(part, list):
        return [_for_requests(item) for item in part]
    if not isinstance(part, dict):
        return part
    changed = {key: _for_requests(value) for key, value in part.items()}
    if isinstance(changed.get("required"), list) and isinstance(changed.get("properties"), dict):
        set_by_server = {name for name, one in changed["properties"].items() if one.get("readOnly")}
        changed["required"] = [name for name in changed["required"] if name not in set_by_server]
    if changed.pop("nullable", False):
        by_server = {"readOnly": True} if changed.get("readOnly") else {}
        return {"anyOf": [changed, {"type": "null"}], **by_server}
    return changed
