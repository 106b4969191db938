"""The tables of a database, brought to this version: step by step, or all at once where there are none yet."""

from __future__ import annotations

from typing import Any


def bring_up() -> None:
    """Bring the tables of the database in use to this version; Django is set up, and nobody else does so meanwhile.

    An empty database gets them as the models say, and each migration counts as seen: what the migrations would have
    come to in the end, for a fifth of the time. One that holds any table, also somebody else's, goes their way.
    """
    from django.core.management import call_command
    from django.core.management.sql import emit_post_migrate_signal
    from django.db import connection

    if connection.introspection.table_names():
        call_command("migrate", verbosity=0, interactive=False)
        return
    _make_all(connection)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def _make_all(connection: Any) -> None:
    from django.apps import apps
    from django.db import router
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    seen = MigrationLoader(connection).disk_migrations
    recorder = MigrationRecorder(connection)
    # One transaction on either database: whoever is killed here leaves an empty one.
    with connection.schema_editor(atomic=True) as editor:
        for config in apps.get_app_configs():
            for model in router.get_migratable_models(config, connection.alias, include_auto_created=False):
                if model._meta.can_migrate(connection):
                    editor.create_model(model)
        editor.create_model(recorder.Migration)
        recorder.migration_qs.bulk_create([recorder.Migration(app=app, name=name) for app, name in sorted(seen)])
