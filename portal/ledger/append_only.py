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


def append_only_for(table: str, *, column: str, days: int) -> RunSQL:
    """The same, but a row may be deleted once its moment in `column` is so many days ago.

    For what has a term: nobody wipes a trace while it is fresh, and it does go when it must.
    """
    trigger, function = f"{table}_append_only", f"{table}_refuse_change"
    return RunSQL(
        sql=f"""
CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.{column} < now() - interval '{days} days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}();
""",
        reverse_sql=f"DROP TRIGGER {trigger} ON {table}; DROP FUNCTION {function}();",
    )
