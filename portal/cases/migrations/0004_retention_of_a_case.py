from django.db import migrations, models
from django.db.models import Value
from django.db.models.functions import Concat


def name_the_class(apps, schema_editor):
    """Cases that stand already keep the key that sealed them."""
    apps.get_model("cases", "Case").objects.update(retention=Concat(Value("case:"), "service"))


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_wider_references_and_calls")]

    operations = [
        migrations.AddField("Case", "retention", models.CharField(max_length=80, default="")),
        migrations.RunPython(name_the_class, migrations.RunPython.noop),
        migrations.AlterField("Case", "retention", models.CharField(max_length=80)),
    ]
