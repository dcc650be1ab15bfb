from __future__ import annotations

from django.db import migrations

from portal.ledger.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("ledger", "0002_append_only")]

    operations = [append_only("cases_statusupdate"), append_only("cases_outcome")]
