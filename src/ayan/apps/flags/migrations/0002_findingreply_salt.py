"""Each reply has a salt of its own, so that its digest can stand where its text must not last."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import migrations, models

import ayan.apps.flags.models


def salt_all(apps: Any, _schema: Any) -> None:
    reply_model = apps.get_model("flags", "FindingReply")
    for reply in reply_model.objects.filter(salt="").iterator():
        reply.salt = secrets.token_hex(32)
        reply.save(update_fields=["salt"])


class Migration(migrations.Migration):
    dependencies = [("flags", "0001_initial")]

    operations = [
        migrations.AddField(
            "findingreply", "salt", models.CharField(default="", max_length=64), preserve_default=False
        ),
        migrations.RunPython(salt_all, migrations.RunPython.noop),
        migrations.AlterField(
            "findingreply", "salt", models.CharField(default=ayan.apps.flags.models.new_salt, max_length=64)
        ),
    ]
