import uuid

import django.db.models.deletion
from django.db import migrations, models

import portal.people.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Citizen",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("bsn", models.BinaryField()),
                ("bsn_hmac", models.CharField(max_length=64, unique=True)),
                ("identity_hmac", models.CharField(db_index=True, max_length=64, null=True)),
                ("language", models.CharField(default="nl", max_length=8)),
                ("contact_preferences", models.JSONField(default=dict)),
                ("safety_flag", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "username",
                    models.CharField(
                        default=portal.people.models.opaque_username,
                        editable=False,
                        max_length=64,
                        unique=True,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("citizen", "Citizen"), ("officer", "Officer"), ("operator", "Operator")],
                        default="citizen",
                        max_length=16,
                    ),
                ),
                ("agency", models.CharField(blank=True, default="", max_length=64)),
                ("name", models.CharField(blank=True, default="", max_length=200)),
                ("is_active", models.BooleanField(default=True)),
                (
                    "citizen",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="user",
                        to="people.citizen",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["citizen", "officer", "operator"])),
                        name="people_user_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("agency", ""), ("citizen__isnull", False), ("role", "citizen")),
                            models.Q(models.Q(("role", "citizen"), _negated=True), ("citizen__isnull", True)),
                            _connector="OR",
                        ),
                        name="people_user_citizen_role",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "officer"), _negated=True),
                            models.Q(("agency", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="people_user_officer_agency",
                    ),
                ],
            },
        ),
    ]
