"""The back office of a municipality at the sandbox, as a test sees it: what it has, does, and suffers."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import jwt
import requests

from portal.local.stack import Stack
from tests.sandbox.back_office import place
from tests.stories.by_wire import SECONDS

STEPS = ("zaken", "rollen", "zaakeigenschappen", "statussen")
"""What is filed of one request, in this order; a fault can be set at each."""

ONE_OF_EACH = {"zaken": 1, "rollen": 1, "zaakeigenschappen": 6, "statussen": 1}
"""The count of the birth in `tests.cases.steps.ANSWERS`, in which nothing is remarked."""

_OWN_PROGRAM = "zaaksysteem"
"""The municipality's own client id, which may do everything."""

Json = dict[str, Any]


class Agency:
    """One municipality with a ZGW back office. Addresses of objects are URLs, as in the standard."""

    def __init__(self, stack: Stack, name: str = "gemeente-waterstad") -> None:
        self.stack, self.name = stack, name
        self.root = f"{stack.sandbox_url}/zgw/{name}"
        self.callback = f"{stack.url}/api/v1/notificaties/{name}/"

    # --- What ails it -------------------------------------------------------------------------------

    def breaks(self, fault: str, *, step: str = "", times: int | None = None) -> None:
        """Has this fault from now on; "none" ends it."""
        body = {"fault": fault, "step": step, "times": times}
        answer = requests.post(self._faults, json=body, timeout=SECONDS)
        assert answer.json()["fault"] == fault, answer.text

    def fault(self) -> str:
        """Its fault, or "none"."""
        return str(requests.get(self._faults, timeout=SECONDS).json()["fault"])

    @property
    def _faults(self) -> str:
        return f"{self.stack.sandbox_url}/storingen/{self.name}"

    # --- What it has --------------------------------------------------------------------------------

    def has(self, reference: str) -> dict[str, int]:
        """How many it stored of each of `STEPS`, by its own count; {} where it knows nothing of it."""
        counts = requests.get(f"{self.stack.sandbox_url}/tellers/", timeout=SECONDS).json()[self.name]
        return dict(counts.get(reference, {}))

    def toelichting(self, zaak: str) -> str:
        """What it reads beside a zaak."""
        path = zaak.removeprefix(f"{self.root}/{place(self.name, 'zaken')}")
        return str(self._calls("GET", "zaken", path)["toelichting"])

    # --- What it does -------------------------------------------------------------------------------

    def takes_up(self, zaak: str) -> None:
        """Somebody there begins to work on a zaak."""
        self._sets_status(zaak, "In behandeling")

    def closes(self, zaak: str, result: str, text: str) -> None:
        """A zaak gets its result, and then its last status."""
        kind = self._type("resultaattypen", zaak, result)
        self._calls("POST", "zaken", "/resultaten", zaak=zaak, resultaattype=kind, toelichting=text)
        self._sets_status(zaak, "Afgehandeld")

    def notifies(self, zaak: str, resource: str, authorization: str | None) -> int:
        """Sends one notification by hand, true or forged; gives the status of our answer."""
        letter: Json = {"to": self.callback, "body": notification(zaak, resource)}
        if authorization is not None:
            letter["authorization"] = authorization
        answer = requests.post(f"{self.root}/meldingen", json=letter, timeout=SECONDS)
        return int(answer.json()["status"])

    def subscriptions(self) -> list[Json]:
        """Everybody whom it tells of news, with the credential that it was given."""
        return list(self._calls("GET", "notificaties", "/abonnement"))

    def forgets(self, subscription: Json) -> None:
        """Tells this one nothing any more."""
        path = subscription["url"].removeprefix(f"{self.root}/{place(self.name, 'notificaties')}")
        self._calls("DELETE", "notificaties", path)

    def _sets_status(self, zaak: str, word: str) -> None:
        kind = self._type("statustypen", zaak, word)
        moment = datetime.now(UTC).isoformat()
        self._calls("POST", "zaken", "/statussen", zaak=zaak, statustype=kind, datumStatusGezet=moment)

    def _type(self, resource: str, zaak: str, word: str) -> str:
        """The address of the type that is called so, for this zaak."""
        path = zaak.removeprefix(f"{self.root}/{place(self.name, 'zaken')}")
        zaaktype = self._calls("GET", "zaken", path)["zaaktype"]
        listed = self._calls("GET", "catalogi", f"/{resource}?zaaktype={zaaktype}")["results"]
        (found,) = [str(one["url"]) for one in listed if one["omschrijving"] == word]
        return found

    def _calls(self, method: str, api: str, path: str, **body: str) -> Any:
        claims = {"client_id": _OWN_PROGRAM, "iat": int(time.time())}
        token = jwt.encode(claims, self.stack.env["ZGW_SECRET"], algorithm="HS256")
        headers = {"Authorization": f"Bearer {token}", "Accept-Crs": "EPSG:4326"}
        answer = requests.request(
            method,
            f"{self.root}/{place(self.name, api)}{path}",
            json=body or None,
            headers=headers,
            timeout=SECONDS,
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


def notification(zaak: str, resource: str) -> Json:
    """The body of a notification about a part of a zaak."""
    return {
        "kanaal": "zaken",
        "hoofdObject": zaak,
        "resource": resource,
        "resourceUrl": zaak,
        "actie": "create",
        "aanmaakdatum": "2026-11-20T12:00:00Z",
        "kenmerken": {},
    }
