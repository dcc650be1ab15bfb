"""The desk of an agency with 200,000 requests, and a copy of the portal in which it has only 1,000.

All of them are copies of one that was filed, of as many citizens as there are groups of four: so the pages
have their rows, words and payload. `DESK_ROWS` asks for fewer, which proves less.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, Final

from django.conf import settings
from django.db import connection, models
from django.utils import timezone

from portal.cases.back.status import apply_status
from portal.cases.models import Case, Delivery, Journey, Message, Phase, Side, StatusUpdate
from portal.people.models import Citizen, User
from tests.bench.filed import filed
from tests.bench.served import Served, copy_of_database, started
from tests.cast import logged_in
from tests.factories import make_officer

ROWS: Final = int(os.environ.get("DESK_ROWS") or 200_000)
FEW: Final = 1_000
AGENCY: Final = "svb"
LIST: Final = "/medewerker/"
_A_CITIZEN: Final = 4


class Desk:
    """An officer, logged in with `cookie`, and a request at `case_path`, of who has `citizen_cookie`."""

    def __init__(self) -> None:
        (row,) = filed(1, agency=AGENCY)
        self.case = row.case
        Delivery.objects.filter(pk=row.pk).update(delivered_at=timezone.now())
        apply_status(
            case=self.case,
            phase=Phase.ARRIVED,
            text="",
            set_at=timezone.now(),
            external_id="arrived",
            heard_from=AGENCY,
        )
        self._message = Message.objects.create(
            case=self.case, side=Side.CITIZEN, text="Wanneer hoor ik iets?", external_id="bench"
        )
        self.officer = make_officer(AGENCY, name="Bea de Graaf")
        owner, _ = User.objects.get_or_create(citizen=self.case.citizen, defaults={"role": "citizen"})
        self.cookie, self.citizen_cookie = _cookie(self.officer), _cookie(owner)
        self.case_path = f"{LIST}{self.case.reference}/"
        self._copies(1, FEW - 1)
        _analyse()
        self._few_url = copy_of_database("desk_few")
        self._copies(FEW, ROWS - 1)
        _analyse()

    @cached_property
    def served(self) -> Served:
        """The portal in which the agency has all of them."""
        return self._warm(started(os.environ["DATABASE_URL"]))

    @cached_property
    def few(self) -> Served:
        """The same with only 1,000."""
        return self._warm(started(self._few_url))

    def stop(self) -> None:
        """Ends what was started."""
        for name in ("served", "few"):
            if name in self.__dict__:
                self.__dict__[name].stop()

    def _warm(self, served: Served) -> Served:
        """The copies have the hash of the definitions and not the definitions, which a process reads once."""
        served.get(self.case_path, cookie=self.cookie)
        return served

    def _copies(self, first: int, last: int) -> None:
        citizen, journey = _uuid("citizen", f"n / {_A_CITIZEN}"), _uuid("journey", "n")
        with _quickly():
            _copy(
                Citizen,
                self.case.citizen_id,
                range(first // _A_CITIZEN if first > 1 else 0, last // _A_CITIZEN + 1),
                id=_uuid("citizen", "n"),
                bsn_hmac="md5('citizen' || n)",
                identity_hmac="NULL",
            )
            numbers = range(first, last + 1)
            _copy(Journey, self.case.journey_id, numbers, id=journey, citizen_id=citizen, definitions="'[]'")
            _copy(
                Case,
                self.case.pk,
                numbers,
                id=_uuid("case", "n"),
                # No real one has a 0.
                reference="regexp_replace(to_char(n, 'FM00000000'), '(....)(....)', 'LL-\\1-\\2')",
                citizen_id=citizen,
                journey_id=journey,
                sealed_payload="''",
                phase="(ARRAY['arrived','handled','handled','needs_you','decided'])[1 + n %% 5]",
                phase_since="now() - n %% 400 * interval '1 hour'",
                received_on="current_date - n %% 90",
                due_on="CASE WHEN n %% 10 > 0 THEN current_date + 30 - n %% 60 END",
                handler_id=f"CASE WHEN n %% 7 = 0 THEN '{self.officer.pk}'::uuid END",
                is_flagged="n %% 50 = 0",
                created_at="now() - n * interval '1 minute'",
                report_id="NULL",
            )
            _copy(
                Delivery,
                Delivery.objects.get(case=self.case, kind="file").pk,
                numbers,
                id=_uuid("delivery", "n"),
                case_id=_uuid("case", "n"),
            )
            _copy(
                StatusUpdate,
                StatusUpdate.objects.get(case=self.case, external_id="arrived").pk,
                numbers,
                id=None,
                case_id=_uuid("case", "n"),
            )
            # All of them wrote something, and a tenth of that nobody read.
            _copy(
                Message,
                self._message.pk,
                numbers,
                id=_uuid("message", "n"),
                case_id=_uuid("case", "n"),
                read_at="CASE WHEN n %% 10 > 0 THEN now() END",
            )


def _cookie(user: User) -> str:
    value = logged_in(user).cookies[settings.SESSION_COOKIE_NAME].value
    return f"{settings.SESSION_COOKIE_NAME}={value}"


def _uuid(what: str, number: str) -> str:
    """Another than those of the crowd, which may be in the same database."""
    return f"md5('desk-{what}' || {number})::uuid"


def _copy(model: type[models.Model], pk: Any, numbers: range, **own: str | None) -> None:
    """A row as often as there are numbers (`n`), with columns of its own; None: as the database gives it."""
    table = model._meta.db_table
    names = [str(field.column) for field in model._meta.concrete_fields]
    columns = [name for name in names if own.get(name, "") is not None]
    values = [own.get(name) or f'one."{name}"' for name in columns]
    quoted = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({quoted}) SELECT {", ".join(values)} FROM "{table}" AS one, '  # noqa: S608
            "generate_series(%s::int, %s::int) AS n WHERE one.id = %s ON CONFLICT DO NOTHING",
            [numbers.start, numbers.stop - 1, pk],
        )


@contextmanager
def _quickly() -> Iterator[None]:
    """Without triggers and checks of keys."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = DEFAULT")


def _analyse() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
