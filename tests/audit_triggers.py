"""The triggers by which the database refuses to change the audit trail, taken down for a test and put up again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

from ayan.apps.accounts.audit import TABLE, TRIGGERS, put_up_triggers


def take_down_triggers(connection: BaseDatabaseWrapper) -> None:
    """Let the database no longer refuse."""
    with connection.cursor() as cursor:
        for name in TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + ("" if connection.vendor == "sqlite" else f" ON {TABLE}"))


@contextmanager
def triggers_lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Do something while the database does not refuse."""
    take_down_triggers(connection)
    try:
        yield
    finally:
        put_up_triggers(connection)
