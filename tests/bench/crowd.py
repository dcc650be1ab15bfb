"""A portal that has been used for years: millions of messages of others, and two citizens among them.

`BENCH_ROWS` says how many messages there are (5 million where it is not set): with fewer the same is
measured, in less time, and less is proven. One citizen has 100 messages and one 5,000, each about one case.
The 5,000 are spread over the whole table, as they would lie after years. Both have three things to do.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.cases.back.status import apply_status
from portal.cases.models import Case, Delivery, Phase
from portal.cases.talk.asking import ask
from portal.people.actor import Actor
from portal.people.models import User
from tests.bench.filed import filed
from tests.bench.served import Served, copy_of_database, started
from tests.cast import logged_in
from tests.factories import make_officer

ROWS: Final = int(os.environ.get("BENCH_ROWS") or 5_000_000)
FEW, MANY = 100, 5_000
_A_CASE, _A_CITIZEN = 10, 200
"""Messages of the others: so many about one case, and so many of one citizen."""

_TABLES = ("cases_journey", "cases_case", "cases_message", "cases_inboxitem")

_WORDS: Final = """
aanvraag adres akte antwoord baby bankrekening bedrag bericht besluit betaling bewijs bezwaar bijlage brief
burger datum dochter document echtgenoot formulier gegevens gemeente geboorte gezin huis huwelijk huur inkomen
instantie jaar kind kinderbijslag kinderopvang kopie leeftijd loon maand medewerker moeder naam nummer ouder
partner paspoort periode plaats postcode reden register rekening rijbewijs school straat telefoon termijn
toeslag trouwboekje vader vakantie verhuizing verklaring verzoek vraag week werk werkgever woning zoon zorg
afspraak balie bezoek contact dag geld handtekening informatie kaart kosten
"""
WORDS: Final = _WORDS.split()
"""What the texts are made of; each of them is in about half of all texts."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A citizen of the bench: logged in with this cookie, with one case."""

    user: User
    case: Case
    cookie: str

    @property
    def actor(self) -> Actor:
        """Who looks."""
        return Actor.of_user(self.user)

    @property
    def case_path(self) -> str:
        """The address of the case."""
        return f"/aanvragen/{self.case.reference}/"


class Crowd:
    """Two citizens, a copy of the portal with only one of them, and then everybody else."""

    def __init__(self) -> None:
        self.few, self.many = _somebody(), _somebody()
        _write(of=self.few, many=FEW)
        self._quiet_url = copy_of_database("quiet")
        _write(of=self.many, many=MANY, spread=ROWS)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")

    @cached_property
    def served(self) -> Served:
        """The portal with everybody in it."""
        return started(os.environ["DATABASE_URL"])

    @cached_property
    def quiet(self) -> Served:
        """The same with only the citizen who has few, and nobody else's messages."""
        return started(self._quiet_url)

    def stop(self) -> None:
        """Ends what was started."""
        for name in ("served", "quiet"):
            if name in self.__dict__:
                self.__dict__[name].stop()


def _somebody() -> Somebody:
    (row,) = filed(1)
    case = row.case
    Delivery.objects.filter(pk=row.pk).update(delivered_at=timezone.now())
    apply_status(
        case=case,
        phase=Phase.ARRIVED,
        text="",
        set_at=timezone.now(),
        external_id="arrived",
        heard_from=case.agency,
    )
    officer = Actor.of_user(make_officer(case.agency))
    for number in range(3):
        fresh = Case.objects.select_related("journey", "citizen").get(pk=case.pk)
        ask(
            case=fresh,
            actor=officer,
            what=f"Stuur bewijs {number}",
            why="Dat missen wij.",
            external_id=f"q{number}",
        )
    user, _ = User.objects.get_or_create(citizen=case.citizen, defaults={"role": "citizen"})
    browser = logged_in(user)
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return Somebody(user, case, f"{settings.SESSION_COOKIE_NAME}={cookie}")


# --- Rows by the million --------------------------------------------------------------------------

_TEXTS = """
CREATE TEMP TABLE said AS
SELECT n, text, inbox_words(text) AS words FROM (
    SELECT n, string_agg((%(words)s::text[])[1 + (hashint4(n * 1000 + m) & 1048575) %% %(many)s],
        ' ' ORDER BY m)
        || ' nummer' || n AS text
    FROM generate_series(0, 1999) AS n, generate_series(1, 40) AS m GROUP BY n
) AS made;
"""
"""Two thousand texts, each with a word of its own."""

_OTHERS = """
INSERT INTO cases_journey (id, citizen_id, event, definitions, definitions_hash, retention, state,
    trace_id, created_at, submitted_at, submission_hash)
SELECT md5('journey' || n)::uuid, md5('citizen' || n * %(a_case)s / %(a_citizen)s)::uuid, 'kind-krijgen',
    '[]', '', 'journeys/2026', 'submitted', md5('trace' || n), now(), now(), ''
FROM generate_series(0, %(rows)s / %(a_case)s) AS n;

INSERT INTO cases_case (id, reference, citizen_id, journey_id, service, agency, sealed_payload, retention,
    phase, phase_since, changed_at, their_reference, version, heard_version, created_at)
SELECT md5('case' || n)::uuid, 'X-' || n, md5('citizen' || n * %(a_case)s / %(a_citizen)s)::uuid,
    md5('journey' || n)::uuid, 'geboorteaangifte', 'gemeente-waterstad', '', 'geboorte/2026', 'arrived',
    now(), now(), '', 1, '', now()
FROM generate_series(0, %(rows)s / %(a_case)s) AS n;
"""

_MESSAGES = """
WITH made AS MATERIALIZED (
    SELECT n, is_theirs, now() - (%(rows)s - n) * interval '12 seconds' AS at,
        CASE WHEN is_theirs THEN %(case)s::uuid ELSE md5('case' || n / %(a_case)s)::uuid END AS case_id,
        CASE WHEN is_theirs THEN %(citizen)s::uuid ELSE md5('citizen' || n / %(a_citizen)s)::uuid END
            AS citizen_id,
        (%(prefix)s || lpad(to_hex(n), 12, '0'))::uuid AS id
    FROM generate_series(%(first)s, %(last)s) AS n, LATERAL (SELECT n %% %(every)s = 0) AS one (is_theirs)
), kept AS (
    INSERT INTO cases_message (id, case_id, side, text, external_id, written_at, created_at)
    SELECT id, case_id, 'agency', said.text, 'bench-' || made.n, at, at
    FROM made JOIN said ON said.n = made.n %% 2000
)
INSERT INTO cases_inboxitem (citizen_id, case_id, kind, source, agency, event, moment, is_open, by_citizen,
    place, words)
SELECT citizen_id, case_id, 'message', id, 'gemeente-waterstad', 'kind-krijgen', at, false, false,
    (extract(epoch FROM at) * 1000000)::bigint, said.words
FROM made JOIN said ON said.n = made.n %% 2000
"""

_AT_ONCE = 500_000


def _write(*, of: Somebody, many: int, spread: int = 0) -> None:
    """So many messages to somebody, among `spread` of others in the same tables."""
    rows = spread or many
    given = {
        "rows": rows,
        "every": rows // many,
        "a_case": _A_CASE,
        "a_citizen": _A_CITIZEN,
        "case": of.case.pk,
        "citizen": of.user.citizen_id,
        "prefix": f"00000000-0000-4000-{'8' if spread else '9'}000-",
        "words": WORDS,
        "many": len(WORDS),
    }
    with _in_bulk() as cursor:
        cursor.execute(_TEXTS, given)
        if spread:
            cursor.execute(_OTHERS, given)
        for first in range(1, rows + 1, _AT_ONCE):
            cursor.execute(_MESSAGES, given | {"first": first, "last": min(first + _AT_ONCE - 1, rows)})
        cursor.execute("DROP TABLE said")


@contextmanager
def _in_bulk() -> Iterator[Any]:
    """Without triggers and checks of keys, and with the indexes made at the end: ten times as quick."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '256MB'")
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE tablename = ANY(%s) AND indexdef NOT LIKE '%%UNIQUE%%'",
            [list(_TABLES)],
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        yield cursor
        for _, made_by in indexes:
            cursor.execute(made_by)
        cursor.execute("SET session_replication_role = DEFAULT; RESET maintenance_work_mem")
