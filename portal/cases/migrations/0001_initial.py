import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import portal.cases.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscription",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agency", models.CharField(max_length=60)),
                ("credential_hmac", models.CharField(max_length=64, unique=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="Case",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "reference",
                    models.CharField(default=portal.cases.models.new_reference, max_length=12, unique=True),
                ),
                ("service", models.CharField(max_length=60)),
                ("agency", models.CharField(max_length=60)),
                ("sealed_payload", models.BinaryField()),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("prepared", "Prepared"),
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("arrived", "Arrived"),
                            ("handled", "Handled"),
                            ("needs_you", "Needs You"),
                            ("decided", "Decided"),
                            ("done", "Done"),
                            ("withdrawn", "Withdrawn"),
                            ("stopped", "Stopped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("phase_since", models.DateTimeField(default=django.utils.timezone.now)),
                ("received_on", models.DateField(null=True)),
                ("due_on", models.DateField(null=True)),
                ("their_reference", models.CharField(blank=True, max_length=200)),
                ("version", models.PositiveIntegerField(default=0)),
                ("heard_version", models.CharField(blank=True, max_length=100)),
                ("read_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "citizen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="people.citizen"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CitizenTask",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(choices=[("confirm-change", "Confirm Change")], max_length=20)),
                ("about", models.JSONField(default=list)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("answered_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, max_length=20)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="cases.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Journey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("event", models.CharField(max_length=60)),
                ("definitions", models.JSONField()),
                ("definitions_hash", models.CharField(max_length=64)),
                ("sealed_answers", models.BinaryField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("draft", "Draft"), ("submitted", "Submitted")],
                        default="draft",
                        max_length=10,
                    ),
                ),
                ("trace_id", models.CharField(default=portal.cases.models.new_trace_id, max_length=32)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("submitted_at", models.DateTimeField(null=True)),
                ("submission_hash", models.CharField(blank=True, max_length=64)),
                (
                    "citizen",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="journeys",
                        to="people.citizen",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="journey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="cases", to="cases.journey"
            ),
        ),
        migrations.CreateModel(
            name="Outcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("granted", "Granted"), ("partly", "Partly"), ("refused", "Refused")],
                        max_length=10,
                    ),
                ),
                ("motivation", models.TextField()),
                ("deviation", models.TextField(blank=True)),
                ("effective_on", models.DateField()),
                ("remedy", models.CharField(max_length=30)),
                ("remedy_until", models.DateField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="outcome", to="cases.case"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatusUpdate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("prepared", "Prepared"),
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("arrived", "Arrived"),
                            ("handled", "Handled"),
                            ("needs_you", "Needs You"),
                            ("decided", "Decided"),
                            ("done", "Done"),
                            ("withdrawn", "Withdrawn"),
                            ("stopped", "Stopped"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("set_at", models.DateTimeField()),
                ("heard_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("heard_from", models.CharField(max_length=60)),
                ("external_id", models.CharField(max_length=200)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="updates", to="cases.case"
                    ),
                ),
            ],
            options={
                "ordering": ["-set_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("kind", models.CharField(choices=[("file", "File"), ("release", "Release")], max_length=10)),
                ("destination", models.CharField(max_length=60)),
                ("not_before", models.DateTimeField(default=django.utils.timezone.now)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("lease_until", models.DateTimeField(null=True)),
                ("progress", models.JSONField(default=dict)),
                ("delivered_at", models.DateTimeField(null=True)),
                (
                    "needs_human",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("refused", "Refused"),
                            ("config", "Config"),
                            ("exceeded", "Exceeded"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=10,
                    ),
                ),
                ("last_error", models.CharField(blank=True, max_length=200)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deliveries",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("delivered_at", None), ("needs_human", "")),
                        fields=["not_before"],
                        name="deliveries_due",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("case", "kind"), name="one_delivery_per_case_and_kind")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="journey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "draft")),
                fields=("citizen", "event"),
                name="one_draft_per_event",
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["citizen", "-created_at"], name="cases_of_citizen"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["agency", "phase"], name="cases_of_agency"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["agency", "their_reference"], name="cases_by_their_reference"),
        ),
        migrations.AddConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(fields=("journey", "service"), name="one_case_per_service"),
        ),
        migrations.AddConstraint(
            model_name="statusupdate",
            constraint=models.UniqueConstraint(
                fields=("case", "external_id"), name="one_update_per_external_id"
            ),
        ),
    ]
