"""Everything that leaves a place to practise says so; nothing of a real portal does."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import structlog
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.urls import path, reverse
from django.utils.translation import override

import portal.urls
from portal.access import policy
from portal.access.policy import ANYONE
from portal.access.routes import every_route
from portal.cases.notices.words import assist_words, code_words, news_words, reminder_words
from portal.citizen.download import export
from portal.logs import logging_config
from portal.paper import paper
from portal.practice_mark import HEADER
from tests.access.objects import make_objects
from tests.access.walking import text_of
from tests.cast import Cast, actor, logged_in, make_cast
from tests.registers import Register

SENTENCE: Final = "Dit is een oefenomgeving. Niets is hier echt."
WHO: Final = (
    "anonymous",
    "citizen",
    "officer",
    "lead",
    "helpdesk",
    "helpdesk_lead",
    "operator",
    "auditor",
    "editor",
)


@dataclass(frozen=True, slots=True)
class Got:
    """What one address gave to one person."""

    who: str
    route: str
    status: int
    kind: str
    headers: str
    body: str

    @property
    def is_page(self) -> bool:
        """A whole page for people."""
        return self.kind.startswith("text/html") and "<html" in self.body

    @property
    def is_marked(self) -> bool:
        """The strip, the title and the frame."""
        title = re.search(r"<title>(.*?)</title>", self.body, re.DOTALL)
        return (
            SENTENCE in self.body
            and 'class="ll-strip ll-strip--practice"' in self.body
            and 'data-ll-practice="Oefenomgeving"' in self.body
            and title is not None
            and title[1].startswith("Oefenen: ")
        )

    def __str__(self) -> str:
        return f"{self.who} {self.route} {self.status}"


@pytest.fixture
def cast(db: None, register: Register, settings: Any) -> Cast:
    """Everybody; nobody listens where one logs in."""
    down = {"server_url": "http://127.0.0.1:1"}
    settings.LOGIN_PROVIDERS = {name: {**entry, **down} for name, entry in settings.LOGIN_PROVIDERS.items()}
    return make_cast()


def walk(cast: Cast) -> Iterator[Got]:
    """Every route that somebody may enter, with one object that is there; and what is closed to them."""
    objects = {label: one for label, one in make_objects(cast).items() if not label.startswith("no-")}
    routes = [route for route in every_route() if route.name]
    for who in WHO:
        user = cast.user(who)
        client, acting = logged_in(user), actor(user) if user else None
        client.raise_request_exception = False
        yield _got(who, "-", client, "/bestaat-niet/")
        for route in routes:
            fits = [one for one in objects.values() if route.parameters <= one.keys()]
            if not fits or not policy.who_may_enter(route.name).admits(acting):
                continue
            wanted = {name: fits[0][name] for name in route.parameters}
            yield _got(who, route.name, client, reverse(route.name, kwargs=wanted))


def _got(who: str, route: str, client: Client, address: str) -> Got:
    answer = client.get(address)
    raw = b"".join(answer) if answer.streaming else answer.content
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return Got(who, route, answer.status_code, answer.headers.get("Content-Type", ""), headers, text_of(raw))


def test_everything_that_anybody_gets_where_one_practises_is_marked(cast: Cast, settings: Any) -> None:
    settings.PRACTICE = True
    found = list(walk(cast))
    assert [str(one) for one in found if f"{HEADER}: true" not in one.headers] == []
    pages = [one for one in found if one.is_page]
    assert [str(one) for one in pages if not one.is_marked] == []
    assert {one.who for one in pages if one.status == 200} == set(WHO)
    sheets = [one for one in found if one.kind.startswith(("application/pdf", "application/zip"))]
    made = [one for one in sheets if one.route not in ("citizen:document", "backoffice:document")]
    assert {one.route for one in made} >= {
        "citizen:receipt-pdf",
        "citizen:dossier-pdf",
        "citizen:dossier-zip",
    }
    assert [str(one) for one in made if one.kind.endswith("pdf") and SENTENCE not in one.body] == []
    files = [one for one in found if "attachment" in one.headers]
    assert [str(one) for one in files if 'filename="oefenen-' not in one.headers] == []
    assert files


def test_nothing_of_a_real_portal_is_marked(cast: Cast) -> None:
    objects = make_objects(cast)
    reference = objects["case"]["reference"]
    both = ("/bestaat-niet/", "/inloggen/")
    pages = {
        "anonymous": ("/", *both),
        "citizen": ("/", f"/aanvragen/{reference}/ontvangstbevestiging.pdf", "/mijn-gegevens/"),
        "officer": ("/medewerker/", f"/medewerker/{reference}/", *both),
        "helpdesk": ("/helpdesk/", *both),
        "operator": ("/medewerker/koppelingen/",),
    }
    for who, addresses in pages.items():
        for address in addresses:
            one = _got(who, address, logged_in(cast.user(who)), address)
            assert one.status in (200, 302, 404), str(one)
            assert HEADER not in one.headers, str(one)
            assert "oefen" not in f"{one.headers}{one.body}".casefold(), str(one)
            assert "practice" not in f"{one.headers}{one.body}".casefold(), str(one)


# --- What is not an answer to a browser ------------------------------------------------------------


def test_each_sheet_of_paper_says_it(settings: Any) -> None:
    from io import BytesIO

    from pypdf import PdfReader

    settings.PRACTICE = True
    letter = {"letter": {"language": "nl", "words": {"subject": "Bericht", "sentences": ["Een zin."] * 90}}}
    sheets = PdfReader(BytesIO(paper("citizen/notice_print.html", letter))).pages
    assert len(sheets) > 1
    assert [SENTENCE in sheet.extract_text() for sheet in sheets] == [True] * len(sheets)


def test_a_mail_and_a_text_say_it_first(settings: Any) -> None:
    every = (news_words(), reminder_words(), code_words("123456"), assist_words("123456", "assist"))
    assert not any("oefen" in f"{one.subject} {one.body} {one.short}".casefold() for one in every)
    settings.PRACTICE = True
    for one in (news_words(), reminder_words(), code_words("123456"), assist_words("123456", "assist")):
        assert one.subject.startswith("Oefenen: ")
        assert one.body.startswith(SENTENCE)
        assert one.short.startswith(SENTENCE)
    with override("en"):
        assert news_words().body.startswith("This is a place to practise. Nothing here is real.")


def test_a_download_says_it_in_the_file_itself(cast: Cast, settings: Any) -> None:
    noor = actor(cast.citizen)
    assert "practice" not in export(actor=noor)
    settings.PRACTICE = True
    document = export(actor=noor)
    assert document["practice"] is True
    assert document["notes"][0] == SENTENCE


def test_each_line_of_the_log_says_it() -> None:
    for practice in (True, False):
        config = logging_config("INFO", practice=practice)["formatters"]["json"]
        formatter = structlog.stdlib.ProcessorFormatter(
            processors=config["processors"], foreign_pre_chain=config["foreign_pre_chain"]
        )
        line = formatter.format(logging.LogRecord("x", logging.INFO, "f", 1, "gedaan", (), None))
        assert json.loads(line).get("practice") is (True if practice else None)


def _table(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        "a,b\r\n1,2\r\n",
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="t.csv"', "Content-Length": "10"},
    )


def _long_table(request: HttpRequest) -> StreamingHttpResponse:
    return StreamingHttpResponse(iter([b"a,b\r\n", b"1,2\r\n"]), content_type="text/csv")


class Tables:
    """The portal with two tables beside it."""

    handler400, handler403 = portal.urls.handler400, portal.urls.handler403
    handler404, handler500 = portal.urls.handler404, portal.urls.handler500
    urlpatterns = (
        *portal.urls.urlpatterns,
        path("tabel.csv", _table, name="a-table"),
        path("lang.csv", _long_table, name="a-long-table"),
    )


@pytest.mark.parametrize("address", ["/tabel.csv", "/lang.csv"])
def test_a_table_says_it_in_its_first_line(
    address: str, cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_to_all = {"a-table": ANYONE, "a-long-table": ANYONE}
    monkeypatch.setattr(policy, "POLICY", {**policy.POLICY, **open_to_all})
    settings.ROOT_URLCONF = Tables
    plain = Client().get(address)
    assert text_of(b"".join(plain)).splitlines() == ["a,b", "1,2"]
    settings.PRACTICE = True
    answer = Client().get(address)
    content = b"".join(answer)
    assert text_of(content).splitlines() == [SENTENCE, "a,b", "1,2"]
    if "Content-Length" in answer:
        assert int(answer["Content-Length"]) == len(content)
        assert answer["Content-Disposition"] == 'attachment; filename="oefenen-t.csv"'


# --- From the real portal to where one practises ---------------------------------------------------


@pytest.mark.parametrize("who", ["officer", "helpdesk"])
def test_staff_find_the_way_to_it_and_nothing_goes_along(who: str, cast: Cast, settings: Any) -> None:
    start = {"officer": "/medewerker/", "helpdesk": "/helpdesk/"}[who]
    assert "Oefenen" not in logged_in(cast.user(who)).get(start).content.decode()
    settings.PRACTICE_URL = "https://oefenen.example"
    page = logged_in(cast.user(who)).get(start).content.decode()
    assert 'href="https://oefenen.example/medewerker/' in page
    assert re.search(r'href="https://oefenen\.example[^"?#]*" rel="noreferrer"', page)
    settings.PRACTICE = True
    assert "https://oefenen.example" not in logged_in(cast.user(who)).get(start).content.decode()


def test_a_citizen_sees_no_such_way(cast: Cast, settings: Any) -> None:
    settings.PRACTICE_URL = "https://oefenen.example"
    assert "oefenen.example" not in logged_in(cast.citizen).get("/").content.decode()
