import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Abonnement",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("agency", models.CharField(max_length=60)),
                ("callback_url", models.CharField(max_length=1000)),
                ("auth", models.CharField(max_length=1000)),
                ("kanalen", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("created_at", "uuid"),
            },
        ),
        migrations.AddField(
            model_name="fault",
            name="step",
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name="fault",
            name="times",
            field=models.PositiveIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="fault",
            name="register",
            field=models.CharField(max_length=60, unique=True),
        ),
        migrations.CreateModel(
            name="Zaak",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("agency", models.CharField(max_length=60)),
                ("identificatie", models.CharField(max_length=40)),
                ("bronorganisatie", models.CharField(max_length=9)),
                ("zaaktype", models.UUIDField()),
                ("einddatum", models.DateField(null=True)),
                ("content", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ("-created_at", "uuid"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency", "bronorganisatie", "identificatie"), name="one_zaak_a_reference"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rol",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("roltype", models.UUIDField()),
                ("content", models.JSONField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "zaak",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="rollen", to="sandbox.zaak"
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "uuid"),
            },
        ),
        migrations.CreateModel(
            name="Resultaat",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("resultaattype", models.UUIDField()),
                ("toelichting", models.CharField(blank=True, max_length=1000)),
                (
                    "zaak",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="resultaat",
                        to="sandbox.zaak",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ZaakEigenschap",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("eigenschap", models.UUIDField()),
                ("waarde", models.TextField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "zaak",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="zaakeigenschappen",
                        to="sandbox.zaak",
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "uuid"),
            },
        ),
        migrations.CreateModel(
            name="Status",
            fields=[
                (
                    "uuid",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("statustype", models.UUIDField()),
                ("set_at", models.DateTimeField()),
                ("toelichting", models.CharField(blank=True, max_length=1000)),
                (
                    "zaak",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statussen",
                        to="sandbox.zaak",
                    ),
                ),
            ],
            options={
                "ordering": ("-set_at", "uuid"),
                "constraints": [
                    models.UniqueConstraint(fields=("zaak", "set_at"), name="one_status_a_moment")
                ],
            },
        ),
    ]
