"""Everything fresh: what was practised goes, who works here stays.

The log of a citizen can never be changed, here no more than elsewhere: its tables are emptied as a whole,
which only their owner may do. What was published of the log goes with it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from allauth.idp.oidc.models import Client
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.cache import cache
from django.db import connection, transaction
from django.db.models import Model, QuerySet

from portal.access.models import ApiClient
from portal.cases.models import Webhook
from portal.people.models import User
from portal.practice.asking import require_practice
from portal.practice.place import WrongPlace, kind_of

_STAYS: Final = frozenset({"practice_place", "django_content_type", "auth_permission", "django_migrations"})


def reset() -> None:
    """Empties all tables but for staff, their logins and the programs of agencies.

    Raises `WrongPlace` where the database is not one to practise in, and `NotInPractice`.
    """
    require_practice()
    if kind_of(connection) is not True:
        raise WrongPlace("this database is not one to practise in")
    with transaction.atomic():
        kept = serializers.serialize("python", list(_kept()))
        tables = ", ".join(connection.ops.quote_name(name) for name in sorted(_tables()))
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {tables}")
        for one in serializers.deserialize("python", kept):
            one.save()
    cache.clear()
    _forget_heads()


def _kept() -> Iterator[Model]:
    """Each after what it refers to."""
    staff = User.objects.filter(citizen=None).exclude(username__startswith="practice:")
    own: tuple[QuerySet[Any], ...] = (
        staff,
        SocialAccount.objects.filter(user__in=staff),
        Authenticator.objects.filter(user__in=staff),
        ApiClient.objects.all(),
        Client.objects.all(),
        Webhook.objects.all(),
    )
    for rows in own:
        yield from rows


def _tables() -> set[str]:
    return {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - _STAYS


def _forget_heads() -> None:
    """They are those of a log that is gone."""
    folder = Path(settings.LOG_HEADS_FOLDER) if settings.LOG_HEADS_FOLDER else None
    for one in folder.iterdir() if folder and folder.is_dir() else ():
        shutil.rmtree(one) if one.is_dir() else one.unlink()
