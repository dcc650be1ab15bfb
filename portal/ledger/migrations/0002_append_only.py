from __future__ import annotations

from django.db import migrations

from portal.ledger.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [append_only("ledger_datause"), append_only("ledger_staffaction")]
