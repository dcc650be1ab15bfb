import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ConnectorState",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("down_since", models.DateTimeField(null=True)),
                ("probed_at", models.DateTimeField(null=True)),
                ("last_success", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LogHead",
            fields=[
                (
                    "citizen",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        serialize=False,
                        to="people.citizen",
                    ),
                ),
                (
                    "newest",
                    models.CharField(
                        default="0000000000000000000000000000000000000000000000000000000000000000",
                        max_length=64,
                    ),
                ),
                ("lines", models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="StaffAction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("operation_id", models.UUIDField()),
                ("what", models.CharField(max_length=60)),
                ("reference", models.CharField(blank=True, max_length=40)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DataKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("retention", models.CharField(max_length=60)),
                ("wrapped", models.BinaryField()),
                (
                    "citizen",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.citizen"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("citizen", "retention"), name="one_key_per_retention")
                ],
            },
        ),
        migrations.CreateModel(
            name="DataUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("trace_id", models.CharField(max_length=32)),
                ("operation_id", models.UUIDField()),
                (
                    "operation",
                    models.CharField(
                        choices=[
                            ("fetch", "Fetch"),
                            ("disclosure", "Disclosure"),
                            ("view", "View"),
                            ("outcome", "Outcome"),
                        ],
                        max_length=20,
                    ),
                ),
                ("moment", models.CharField(choices=[("begin", "Begin"), ("end", "End")], max_length=5)),
                ("activities", models.JSONField()),
                ("ground", models.TextField()),
                ("fields", models.JSONField()),
                ("source", models.CharField(blank=True, max_length=40)),
                ("recipient", models.CharField(max_length=60)),
                ("outcome", models.CharField(blank=True, max_length=40)),
                ("commitment", models.CharField(blank=True, max_length=64)),
                ("previous_hash", models.CharField(max_length=64)),
                ("line_hash", models.CharField(max_length=64)),
                (
                    "citizen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="people.citizen"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["citizen", "-id"], name="uses_newest_first")],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("field", models.CharField(max_length=60)),
                ("sealed", models.BinaryField(null=True)),
                ("absent", models.BooleanField(default=False)),
                ("source", models.CharField(max_length=40)),
                ("activities", models.JSONField(default=list)),
                ("under_investigation", models.BooleanField(default=False)),
                ("secret", models.BooleanField(default=False)),
                ("observed_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                (
                    "citizen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="facts", to="people.citizen"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("citizen", "field"), name="one_fact_per_field")
                ],
            },
        ),
        migrations.CreateModel(
            name="SourceRound",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trace_id", models.CharField(max_length=32)),
                ("source", models.CharField(max_length=40)),
                ("running_since", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("failure", models.CharField(blank=True, max_length=40)),
                (
                    "citizen",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.citizen"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("trace_id", "citizen", "source"), name="one_round_per_trace_and_source"
                    )
                ],
            },
        ),
    ]
