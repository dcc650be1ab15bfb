"""Samples of the destination `zgw`, and what its tests change in them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from connectors.destinations.zgw.destination import ZgwDestination
from tests.contract.agency import Agency
from tests.contract.samples import SECRET, Sample, Steps, build_destination, envelope, samples

SAMPLES = {sample.name: sample for sample in samples("destinations") if sample.connector.name == "zgw"}
HAPPY, CLOSED = SAMPLES["happy"], SAMPLES["closed"]
ZAAK = "{side}/zaken/api/v1/zaken/00000000-0000-4000-8000-000000000001"
ELSEWHERE = "https://elders.test/zaken/api/v1/zaken/00000000-0000-4000-8000-000000000001"
CALLBACK = "http://localhost:8000/api/v1/notificaties/gemeente-waterstad/"
CREDENTIAL = "Bearer only-the-agency-knows"
NOTIFICATIES = "/notificaties/api/v1"

Content = dict[str, Any]


def changed(change: Callable[[Content], None], sample: Sample = HAPPY) -> Sample:
    """The sample with something else in it."""
    content = copy.deepcopy(dict(sample.content))
    change(content)
    return Sample(sample.connector, sample.name, sample.kind, content)


def answer_to(content: Content, call: str) -> Content:
    found: Content = next(one for one in content["answers"] if one["call"].endswith(call))
    return found


def listed(content: Content, call: str) -> list[Content]:
    items: list[Content] = answer_to(content, call)["json"]["results"]
    return items


def filed(sample: Sample, steps: Steps | None = None) -> Agency:
    with Agency(sample.content) as agency:
        build_destination(sample, agency.url).file(envelope(sample), steps or Steps())
    return agency


def sent(agency: Agency, kept: str) -> list[Content]:
    return [agency_body for where, agency_body in agency.effects if where == kept]


def subscriptions() -> Content:
    """An agency that keeps subscriptions."""
    return {
        "answers": [
            {
                "call": f"POST {NOTIFICATIES}/abonnement",
                "keeps": "abonnementen",
                "json": {"url": f"{{side}}{NOTIFICATIES}/abonnement/{{id}}"},
            },
            {"call": f"GET {NOTIFICATIES}/abonnement", "finds": "abonnementen"},
            {
                "call": f"GET {NOTIFICATIES}/kanaal",
                "json": [{"naam": "zaken"}, {"naam": "besluiten"}, {"naam": "documenten"}],
            },
            {"call": "GET /catalogi/api/v1/catalogussen", "json": {"results": []}},
            {"call": "GET /zaken/api/v1/zaken", "json": {"results": []}},
            {"call": f"PUT {NOTIFICATIES}/abonnement/{{uuid}}", "keeps": "updates", "status": 200},
        ]
    }


def subscriber(agency: Agency, **more: str) -> ZgwDestination:
    """The destination with a Notificaties API."""
    return ZgwDestination(
        f"{agency.url}/zaken/api/v1",
        f"{agency.url}/catalogi/api/v1",
        "sample",
        SECRET,
        "999190015",
        notificaties_url=f"{agency.url}{NOTIFICATIES}",
        **more,  # type: ignore[arg-type]
    )
