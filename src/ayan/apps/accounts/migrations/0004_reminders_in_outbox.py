"""What was reminded of stands in the outbox from now on, so that nothing is sent once more."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import migrations


def _kind(about: str, stage: str) -> str:
    if about.startswith("arrival/"):
        return "source.waits"
    if about == "findings":
        return "counter.waiting"
    return "data.late" if stage.startswith("late") else "data.due"


def take_over(apps: Any, _editor: Any) -> None:
    messages = apps.get_model("outbox", "OutboxMessage")
    for old in apps.get_model("accounts", "Reminder").objects.all().iterator():
        kind = _kind(old.about, old.stage)
        parts = (kind, old.about, old.stage, f"user:{old.user_id}", old.way)
        messages.objects.create(
            key=hashlib.sha256("\0".join(parts).encode()).hexdigest(),
            kind=kind,
            about=old.about,
            stage=old.stage,
            user_id=old.user_id,
            channel=old.way,
            lang="fa",
            state="sent" if old.sent_at else "failed",
            attempts=old.failures,
            reason="" if old.sent_at else "refused",
            created_at=old.claimed_at,
            next_at=old.claimed_at,
            sent_at=old.sent_at,
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_clock_of_the_city"),
        ("outbox", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(take_over, migrations.RunPython.noop, elidable=False),
        migrations.DeleteModel(name="Reminder"),
    ]
