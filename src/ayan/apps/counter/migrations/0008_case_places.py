"""Where a case is follows what an officer let be public, as its sentence does; and both are searched."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from ayan.core.values.text import fold

LONGEST = 120


def follow_what_is_public(apps: StateApps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Take over the place as it was checked; forget one that nobody checked, once its time is over."""
    cases, values = apps.get_model("counter", "Case"), apps.get_model("counter", "CaseValue")
    checked = values.objects.filter(field="place", privacy="public", checked=True)
    public = dict(checked.values_list("case_id", "public"))
    for case in cases.objects.exclude(place="", checked_at=None).iterator():
        if case.checked_at is None:
            case.place = "" if "texts" in case.erased.split() else case.place
        else:
            case.place = public.get(case.pk, case.place)[:LONGEST]
            case.searched = "" if case.hidden else fold(f"{case.summary} {case.place}")[:400]
        case.save(update_fields=["place", "searched"])


class Migration(migrations.Migration):
    dependencies = [("counter", "0007_public_pages")]

    operations = [migrations.RunPython(follow_what_is_public, migrations.RunPython.noop, elidable=False)]
