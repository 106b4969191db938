"""Django's database, whichever it is: the migrations build it, and say all that the models say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from tests import template_database

ALL_STEPS = "from django.core.management import execute_from_command_line as run; run(['', 'migrate', '-v', '0'])"

NAMED_BY_DJANGO = re.compile(r"__unnamed|fk_\d+$|.*_[0-9a-f]{8}(_|$)")
"""What SQLite tells by a number, and what bears a digest of the names that its table and columns had when it was made."""

MADE_AFTER = {"django_migrations", "django_content_type", "auth_permission"}
"""What Django fills by itself, whichever way the tables came."""

# Django numbers the links of its own app as that app says, and in their migration as our settings say.
LINKS = ("auth_group_permissions", "id")


def seen(database: BaseDatabaseWrapper) -> dict[str, Any]:
    """What a database says of each of its tables, in whatever order its columns stand, and of migrations and triggers."""
    introspection, known = database.introspection, dict[str, Any]()
    with database.cursor() as cursor:
        for table in introspection.table_names(cursor):
            constraints = introspection.get_constraints(cursor, table)
            named = {name: what for name, what in constraints.items() if not NAMED_BY_DJANGO.match(name)}
            unnamed = sorted(repr(what) for name, what in constraints.items() if name not in named)
            columns = [
                column if (table, column.name) != LINKS else column[:1]
                for column in introspection.get_table_description(cursor, table)
            ]
            known[table] = {"columns": sorted(map(repr, columns)), "named": named, "unnamed": unnamed}
        triggers = {"sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"}.get(
            database.vendor, "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        )
        cursor.execute(triggers)
        known["triggers"] = sorted(cursor.fetchall())
    known["migrations"] = set(MigrationRecorder(database).applied_migrations())
    return known


def rows(database: BaseDatabaseWrapper, table: str) -> int:
    with database.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {database.ops.quote_name(table)}")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_an_empty_database_gets_at_once_what_all_migrations_come_to(tmp_path: Path) -> None:
    at_once = seen(connection)
    assert {model._meta.db_table for model in apps.get_models()} <= set(at_once)
    with template_database.empty(tmp_path) as (address, other):
        template_database.in_process(tmp_path, address, ALL_STEPS)
        step_by_step = seen(other)
        filled = {table for table in other.introspection.table_names() if rows(other, table)}
    assert filled <= MADE_AFTER, "what a migration enters into an empty database, nobody would enter at once"
    assert at_once.keys() == step_by_step.keys()
    for table, what in at_once.items():
        assert what == step_by_step[table], table


@pytest.mark.django_db
def test_no_model_has_changed_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
