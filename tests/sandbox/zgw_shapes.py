"""Checks answers against the published ZGW specifications (OpenAPI 3.0)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FILES = {
    "catalogi": "catalogi-1.3.1.yaml",
    "zaken": "zaken-1.5.1.yaml",
    "notificaties": "notificaties-1.0.1.yaml",
    "documenten": "documenten-1.4.3.yaml",
    "besluiten": "besluiten-1.1.0.yaml",
}
CATALOGI_ELSEWHERE = (
    "https://raw.githubusercontent.com/VNG-Realisatie/gemma-zaken/master/api-specificatie/ztc"
    "/current_version/openapi.yaml"
)
"""Where the file of the Zaken API looks for the types that it expands."""


class ZgwShapes:
    """The schemas of the five APIs."""

    def __init__(self, folder: Path) -> None:
        documents = {api: _read(folder / name) for api, name in FILES.items()}
        # Every server answers with a list, which the file calls a text.
        types = documents["catalogi"]["components"]["schemas"]["ZaakType"]["properties"]
        types["informatieobjecttypen"] = {"type": "array", "items": {"type": "string"}}
        documents["catalogi"]["components"]["schemas"]["InformatieObjectType"]["properties"]["zaaktypen"] = {
            "type": "array",
            "items": {"type": "string"},
        }
        # A name may be no longer than this, and every server answers with an address.
        link = documents["catalogi"]["components"]["schemas"]["ZaakTypeInformatieObjectType"]
        link["properties"]["informatieobjecttype"] = {"type": "string", "maxLength": 1000}
        # Otherwise everything is an empty object, and also what it should be: one too many for `oneOf`.
        documents["zaken"]["components"]["schemas"]["EmptyObject"]["maxProperties"] = 0
        resources = [(f"urn:{api}", one) for api, one in documents.items()]
        resources.append((CATALOGI_ELSEWHERE, documents["catalogi"]))
        self._registry: Registry[Any] = Registry().with_resources(
            (name, Resource.from_contents(one, default_specification=DRAFT202012)) for name, one in resources
        )

    def errors(self, api: str, schema: str, instance: Any) -> list[str]:
        """What is wrong with an instance of a named schema."""
        reference = {"$ref": f"urn:{api}#/components/schemas/{schema}"}
        validator = Draft202012Validator(reference, registry=self._registry, format_checker=FormatChecker())
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]


def _read(path: Path) -> dict[str, Any]:
    document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    read: dict[str, Any] = _without_nullable(document)
    return read


def _without_nullable(part: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema says that null is one of the types."""
    if isinstance(part, list):
        return [_without_nullable(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {name: _without_nullable(one) for name, one in part.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if part.get("nullable") is True else plain
