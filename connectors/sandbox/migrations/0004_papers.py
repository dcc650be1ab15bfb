import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0003_slow_ms"),
    ]

    operations = [
        migrations.AlterField(
            model_name="fault",
            name="step",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.CreateModel(
            name="Besluit",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("identificatie", models.CharField(max_length=50)),
                ("besluittype", models.UUIDField()),
                ("fields", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "zaak",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="besluiten",
                        to="sandbox.zaak",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "uuid"),
            },
        ),
        migrations.CreateModel(
            name="Informatieobject",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("agency", models.CharField(max_length=60)),
                ("identificatie", models.CharField(max_length=40)),
                ("bronorganisatie", models.CharField(max_length=9)),
                ("informatieobjecttype", models.UUIDField()),
                ("fields", models.JSONField()),
                ("content", models.BinaryField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("created_at", "uuid"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "bronorganisatie", "identificatie"), name="one_document_a_reference"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BesluitInformatieobject",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "besluit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="informatieobjecten",
                        to="sandbox.besluit",
                    ),
                ),
                (
                    "informatieobject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="besluiten",
                        to="sandbox.informatieobject",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "uuid"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("besluit", "informatieobject"), name="one_letter_a_decision"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ZaakInformatieobject",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("titel", models.CharField(blank=True, max_length=200)),
                ("beschrijving", models.TextField(blank=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "informatieobject",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zaken",
                        to="sandbox.informatieobject",
                    ),
                ),
                (
                    "zaak",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zaakinformatieobjecten",
                        to="sandbox.zaak",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "uuid"),
                "constraints": [
                    models.UniqueConstraint(fields=("zaak", "informatieobject"), name="one_link_a_document")
                ],
            },
        ),
    ]
