from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations, models

from portal.people.bsn import may_be_here
from portal.people.keys import CannotDecrypt, decrypt
from portal.practice.place import WrongPlace


def say_what_it_is_for(apps: Any, schema_editor: Any) -> None:
    """From now on it stands in the database. One with real people in it never becomes a place to practise."""
    if settings.PRACTICE and not _has_invented_people_only(apps):
        raise WrongPlace("PRACTICE is set, and this database holds real people: choose another one")
    apps.get_model("practice", "Place").objects.create(pk=1, is_practice=settings.PRACTICE)


def _has_invented_people_only(apps: Any) -> bool:
    """Also of a database of before this, such as that of a demo; one that cannot be read is not ours."""
    rows = apps.get_model("people", "Citizen").objects.exclude(bsn=None).values_list("pk", "bsn")
    try:
        return all(
            may_be_here(decrypt(bytes(sealed), context=f"people.citizen.bsn:{pk}".encode()).decode())
            for pk, sealed in rows.iterator()
        )
    except CannotDecrypt:
        return False


class Migration(migrations.Migration):
    initial = True

    dependencies = [("people", "0004_without_bsn")]

    operations = [
        migrations.CreateModel(
            name="Place",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_practice", models.BooleanField()),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_place")],
            },
        ),
        migrations.RunPython(say_what_it_is_for, migrations.RunPython.noop),
    ]
