"""Makes a table append-only in the database itself, so that no code of ours can change what happened."""

from __future__ import annotations

from django.db.migrations import RunSQL

_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
"""


def append_only(table: str) -> RunSQL:
    """A migration operation: every UPDATE and DELETE of a row of `table` fails from now on.

    TRUNCATE is left to the privileges of the database role (`docs/settings.md`).
    """
    trigger = f"{table}_append_only"
    return RunSQL(
        sql=f"{_FUNCTION} CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change();",
        reverse_sql=f"DROP TRIGGER {trigger} ON {table};",
    )
