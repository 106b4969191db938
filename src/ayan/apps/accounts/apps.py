"""The accounts app's name for Django, and what it puts up in the database after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from ayan.apps.accounts import append_only


def guard_trail(using: str, **_more: Any) -> None:
    from django.db import connections

    if append_only.TABLE in connections[using].introspection.table_names():
        append_only.put_up(connections[using])


class AccountsConfig(AppConfig):
    name = "ayan.apps.accounts"
    label = "accounts"
    verbose_name = "کارکنان"

    def ready(self) -> None:
        post_migrate.connect(guard_trail, sender=self)
