import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Fault",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("register", models.CharField(max_length=20, unique=True)),
                ("kind", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Person",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("bsn", models.CharField(max_length=9, unique=True)),
                ("record", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=120)),
                ("position", models.PositiveIntegerField()),
                ("origin", models.CharField(max_length=64)),
            ],
            options={
                "ordering": ("position", "id"),
            },
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pem", models.TextField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("subject", models.UUIDField(default=uuid.uuid4)),
                ("name", models.CharField(max_length=450)),
                ("bsn", models.CharField(blank=True, max_length=9)),
                ("level", models.CharField(blank=True, max_length=12)),
                ("role", models.CharField(blank=True, max_length=20)),
                ("agency", models.CharField(blank=True, max_length=60)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("bsn", ""), _negated=True),
                        fields=("bsn", "level"),
                        name="one_account_a_level",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("bsn", "")),
                        fields=("name", "role", "agency"),
                        name="one_account_a_role",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("register", models.CharField(max_length=20)),
                ("bsn", models.CharField(blank=True, max_length=9)),
                ("times", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("register", "bsn"), name="one_tally_a_person")
                ],
            },
        ),
    ]
