import django.db.models.deletion
from django.db import migrations, models

from portal.ledger.append_only import append_only


class Migration(migrations.Migration):
    """The columns of the new lines; those that stand already are filled in by the next migration."""

    dependencies = [("ledger", "0002_append_only"), ("people", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="KeyDestruction",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("retention", models.CharField(max_length=80)),
                ("at", models.DateTimeField()),
                (
                    "citizen",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="people.citizen"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OperationLink",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("operation_id", models.UUIDField(unique=True)),
                ("of", models.UUIDField(db_index=True)),
            ],
        ),
        append_only("ledger_keydestruction"),
        append_only("ledger_operationlink"),
        migrations.DeleteModel(name="LogHead"),
        migrations.CreateModel(
            name="LogHead",
            fields=[
                ("chain", models.UUIDField(primary_key=True, serialize=False)),
                ("newest", models.CharField(default="0" * 64, max_length=64)),
                ("lines", models.PositiveBigIntegerField(default=0)),
                ("changed_at", models.DateTimeField(auto_now=True, db_index=True)),
            ],
        ),
        migrations.AddField("ConnectorState", "failures", models.PositiveIntegerField(default=0)),
        migrations.AddField("Fact", "given_hmac", models.CharField(blank=True, max_length=64, default="")),
        migrations.AlterField("Fact", "given_hmac", models.CharField(blank=True, max_length=64)),
        migrations.AlterField("DataKey", "retention", models.CharField(max_length=80)),
        migrations.AddField("DataUse", "chain", models.UUIDField(null=True)),
        migrations.AddField("DataUse", "number", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("DataUse", "subject", models.CharField(max_length=120, null=True)),
        migrations.AddField("DataUse", "started_at", models.DateTimeField(null=True)),
        migrations.AddField("DataUse", "status", models.CharField(max_length=5, null=True)),
        migrations.AddField("DataUse", "retention", models.CharField(blank=True, max_length=80, null=True)),
    ]
