from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0002_append_only"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="heard_version",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AlterField(
            model_name="case",
            name="their_reference",
            field=models.CharField(blank=True, max_length=1000),
        ),
        migrations.AlterField(
            model_name="delivery",
            name="needs_human",
            field=models.CharField(
                blank=True,
                choices=[
                    ("refused", "Refused"),
                    ("config", "Config"),
                    ("exceeded", "Exceeded"),
                    ("unknown", "Unknown"),
                    ("call", "Call"),
                ],
                max_length=10,
            ),
        ),
    ]
