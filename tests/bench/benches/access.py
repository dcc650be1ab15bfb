"""The door: how many questions to the database its checks add to a page, and what a login of staff takes."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.people.models import Role, User
from tests.bench.harness import Bench, Measure
from tests.bench.world import World
from tests.cast import logged_in
from tests.factories import make_citizen_user, make_staff, spare_bsns

PAGES = ("/", "/aanvragen/", "/mijn-gegevens/")
"""Of a citizen; what their views ask for themselves is taken off."""
_OF_THE_DOOR = re.compile(r'FROM "(django_session|people_user|people_citizen|access_\w+)"')
EMAIL, PASSWORD = "meting@levensloket.example", "vier woorden voor de meting"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@contextmanager
def _access(_world: World) -> Iterator[Measure]:
    """The most of these pages: the session, who it is, and for whom that one acts."""
    client = logged_in(make_citizen_user(next(spare_bsns())))
    client.defaults["HTTP_HOST"] = "localhost"

    def measure() -> float:
        return float(max(_questions(client, page) for page in PAGES))

    yield measure


def _questions(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page)
        assert answer.status_code == 200, (page, answer.status_code, answer.headers)
    return sum(bool(_OF_THE_DOOR.search(query["sql"])) for query in queries.captured_queries)


@contextmanager
def _login(_world: World) -> Iterator[Measure]:
    """Address and password, then a code, until the first page is asked for: all of it our own time."""
    user = make_staff(Role.OFFICER, "svb", name="Meting")
    user.email = EMAIL
    user.set_password(PASSWORD)
    user.save()
    TOTP.activate(user, SECRET)

    def measure() -> float:
        cache.clear()
        browser = Client(HTTP_HOST="localhost")
        begun = time.perf_counter()
        assert (
            browser.post("/inloggen/medewerker/", {"email": EMAIL, "password": PASSWORD}).status_code == 302
        )
        code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
        assert browser.post("/inloggen/medewerker/code/", {"code": code}).status_code == 302
        return (time.perf_counter() - begun) * 1000

    yield measure
    Authenticator.objects.filter(user=user).delete()
    User.objects.filter(pk=user.pk).delete()


BENCHES = [
    Bench(
        name="access",
        about="questions to the database that the door adds to a page",
        unit="queries",
        prepare=_access,
        limit=2,
    ),
    Bench(
        name="login",
        about="staff, password and code together",
        unit="ms",
        prepare=_login,
        limit=400,
    ),
]
