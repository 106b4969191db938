from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

OLD = "AYAN_SOURCE_"
PREFIXES = {"database": ("where", "AYAN_SOURCE_DB_"), "url": ("secret", "AYAN_SOURCE_WEB_")}


def name_by_kind(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Let each source name its variable under the prefix of its kind; the operator renames it in the environment."""
    for source in apps.get_model("sources", "Source").objects.filter(kind__in=PREFIXES):
        field, prefix = PREFIXES[source.kind]
        name = getattr(source, field)
        if name.startswith(OLD) and not name.startswith(prefix):
            setattr(source, field, prefix + name.removeprefix(OLD))
            source.save(update_fields=[field])


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial")]

    operations = [migrations.RunPython(name_by_kind, migrations.RunPython.noop)]
