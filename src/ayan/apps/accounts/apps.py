"""The accounts app's name for Django, and what it puts up in the database after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from ayan.core.values.label import Label


def guard_trail(using: str, **_more: Any) -> None:
    from django.db import connections

    from ayan.apps.accounts import audit

    if audit.TABLE in connections[using].introspection.table_names():
        audit.put_up_triggers(connections[using])


class AccountsConfig(AppConfig):
    name = "ayan.apps.accounts"
    label = "accounts"
    verbose_name = "کارکنان"
    regular = ("ayan.apps.accounts.tasks.REGULAR",)

    def ready(self) -> None:
        from ayan.apps.accounts import desk_layout
        from ayan.apps.accounts.views.home import due_part

        post_migrate.connect(guard_trail, sender=self)
        desk_layout.add_menu("desk", Label("امروز", "Today"), order=0)
        desk_layout.add_menu("calendar", Label("تقویم", "Calendar"), "due.view", order=60)
        desk_layout.add_part(due_part, order=10)
        desk_layout.add_menu("people", Label("کارکنان", "People"), "people.manage", order=80)
        desk_layout.add_menu("trail", Label("رد کارها", "Audit trail"), "audit.view", order=90)
