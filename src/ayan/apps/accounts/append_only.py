"""The database's own refusal to change or remove an act, for SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE: Final = "accounts_act"
NAMES: Final = ("accounts_act_no_update", "accounts_act_no_delete")

_SQLITE: Final = tuple(
    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, 'the audit trail is only added to'); END"
    for name, event in zip(NAMES, ("UPDATE", "DELETE"), strict=True)
)
_POSTGRES: Final = (
    (
        "CREATE OR REPLACE FUNCTION accounts_act_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is only added to'; END $$"
    ),
    f"DROP TRIGGER IF EXISTS {NAMES[0]} ON {TABLE}",
    f"DROP TRIGGER IF EXISTS {NAMES[1]} ON {TABLE}",
    f"CREATE TRIGGER {NAMES[0]} BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION accounts_act_refuse()",
    (
        f"CREATE TRIGGER {NAMES[1]} BEFORE DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION accounts_act_refuse()"
    ),
)


def stand(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database refuses both."""
    asked = (
        "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s)"
        if connection.vendor == "sqlite"
        else "SELECT count(*) FROM pg_trigger WHERE tgenabled = 'O' AND tgname IN (%s, %s)"
    )
    with connection.cursor() as cursor:
        cursor.execute(asked, NAMES)
        return bool(cursor.fetchone()[0] == len(NAMES))


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Let the database refuse; nothing happens where it does already.

    Asked for after every migration, because SQLite forgets the triggers of a table that a migration makes anew.
    """
    if stand(connection):
        return
    with connection.cursor() as cursor:
        for statement in _SQLITE if connection.vendor == "sqlite" else _POSTGRES:
            cursor.execute(statement)


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Let the database no longer refuse: for tests that clear their tables, and for nothing else."""
    with connection.cursor() as cursor:
        for name in NAMES:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if connection.vendor == "sqlite" else f" ON {TABLE}"))


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Do something while the database does not refuse."""
    take_down(connection)
    try:
        yield
    finally:
        put_up(connection)
