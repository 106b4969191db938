from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_NAMES = """
SELECT 'INDEX', indexname FROM pg_indexes
WHERE schemaname = current_schema() AND tablename = 'counter_letterreply' AND indexname LIKE 'counter_case%'
UNION ALL
SELECT 'SEQUENCE', relname FROM pg_class WHERE relkind = 'S' AND relname LIKE 'counter_case\\_%'
AND relnamespace = current_schema()::regnamespace
"""
_KEYS = """
SELECT conname FROM pg_constraint WHERE conrelid = 'counter_letterreply'::regclass AND contype = 'f'
AND conname LIKE 'counter_case%'
"""


def rename_what_belongs_to_it(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """On PostgreSQL indexes, keys and the sequence keep the name of the table that had them; a new one needs it."""
    if editor.connection.vendor != "postgresql":
        return
    with editor.connection.cursor() as cursor:
        cursor.execute(_NAMES)
        for what, name in cursor.fetchall():
            other = name.replace("counter_case", "counter_letterreply", 1)[:63]
            cursor.execute(f'ALTER {what} "{name}" RENAME TO "{other}"')
        cursor.execute(_KEYS)
        for (name,) in cursor.fetchall():
            other = name.replace("counter_case", "counter_letterreply", 1)[:63]
            cursor.execute(f'ALTER TABLE counter_letterreply RENAME CONSTRAINT "{name}" TO "{other}"')


class Migration(migrations.Migration):
    """What was called a case so far is a reply to a finding."""

    dependencies = [("counter", "0001_initial")]

    operations = [
        migrations.RenameModel("Case", "LetterReply"),
        migrations.RunPython(rename_what_belongs_to_it, migrations.RunPython.noop),
    ]
