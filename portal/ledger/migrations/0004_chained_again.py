import base64
import hashlib
import json
from datetime import UTC

from django.db import migrations

START = "0" * 64
TABLE = "ledger_datause"


def chain_again(apps, schema_editor):
    """Puts the lines that stand already in the new form. No head was published yet that promises the old one."""
    line_model, head_model = apps.get_model("ledger", "DataUse"), apps.get_model("ledger", "LogHead")
    schema_editor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_append_only")
    heads, started = {}, {}
    for line in line_model.objects.select_related("citizen").order_by("id").iterator():
        previous, number = heads.get(line.citizen_id, (START, 0))
        started.setdefault(line.operation_id, line.at)
        line.chain, line.number, line.previous_hash = line.citizen_id, number + 1, previous
        line.subject = base64.b64encode(bytes(line.citizen.bsn)).decode()
        line.started_at, line.retention = started[line.operation_id], ""
        line.status = "Unset" if line.moment == "begin" else "Ok"
        # The salt stood in the old commitments, in another form.
        line.commitment = ""
        line.line_hash = hashlib.sha256(previous.encode() + _content(line)).hexdigest()
        line.save()
        heads[line.citizen_id] = line.line_hash, line.number
    for chain, (newest, lines) in heads.items():
        head_model.objects.create(chain=chain, newest=newest, lines=lines)
    schema_editor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_append_only")


def _content(line):
    """As `portal.ledger.log.chain.content_of` was when this migration was written."""
    content = {
        "chain": str(line.chain),
        "number": line.number,
        "subject": line.subject,
        "at": _moment(line.at),
        "started_at": _moment(line.started_at),
        "trace_id": line.trace_id,
        "operation_id": str(line.operation_id),
        "operation": line.operation,
        "moment": line.moment,
        "status": line.status,
        "activities": line.activities,
        "ground": line.ground,
        "fields": line.fields,
        "source": line.source,
        "recipient": line.recipient,
        "outcome": line.outcome,
        "retention": line.retention,
        "commitment": line.commitment,
    }
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _moment(at):
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_lines_after_the_standard")]

    operations = [migrations.RunPython(chain_again, migrations.RunPython.noop)]
