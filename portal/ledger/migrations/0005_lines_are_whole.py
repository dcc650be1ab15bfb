from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_chained_again")]

    operations = [
        migrations.AlterField("DataUse", "chain", models.UUIDField()),
        migrations.AlterField("DataUse", "number", models.PositiveBigIntegerField()),
        migrations.AlterField("DataUse", "subject", models.CharField(max_length=120)),
        migrations.AlterField("DataUse", "started_at", models.DateTimeField()),
        migrations.AlterField(
            "DataUse",
            "status",
            models.CharField(choices=[("Unset", "Unset"), ("Ok", "Ok"), ("Error", "Error")], max_length=5),
        ),
        migrations.AlterField("DataUse", "retention", models.CharField(blank=True, max_length=80)),
        migrations.AlterField("DataUse", "operation_id", models.UUIDField(db_index=True)),
        migrations.AlterField(
            "DataUse",
            "operation",
            models.CharField(
                choices=[
                    ("fetch", "Fetch"),
                    ("disclosure", "Disclosure"),
                    ("view", "View"),
                    ("outcome", "Outcome"),
                    ("dispute", "Dispute"),
                    ("export", "Export"),
                    ("mention", "Mention"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            "DataUse", models.UniqueConstraint(fields=("chain", "number"), name="one_line_per_number")
        ),
    ]
