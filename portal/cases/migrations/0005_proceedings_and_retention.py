import django.db.models.deletion
from django.db import migrations, models

import portal.cases.models


class Migration(migrations.Migration):
    """Journeys that stand already keep the one class that sealed their answers."""

    dependencies = [("cases", "0004_retention_of_a_case")]

    operations = [
        migrations.AddField("Journey", "retention", models.CharField(default="journeys", max_length=80)),
        migrations.AlterField(
            "Journey",
            "retention",
            models.CharField(default=portal.cases.models.journeys_of_this_year, max_length=80),
        ),
        migrations.CreateModel(
            name="Proceeding",
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
                        choices=[
                            ("objection", "Objection"),
                            ("appeal", "Appeal"),
                            ("complaint", "Complaint"),
                        ],
                        max_length=10,
                    ),
                ),
                ("opened_on", models.DateField()),
                ("closed_on", models.DateField(null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proceedings",
                        to="cases.case",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_on", None)),
                        fields=("case", "kind"),
                        name="one_running_of_a_kind",
                    )
                ]
            },
        ),
    ]
