"""The accounts app's name for Django, and what it puts up in the database after every migration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.db.models.signals import post_migrate

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, DeskEntry, DeskPart, Listener, RegularTask, Urls


def guard_trail(using: str, **_more: Any) -> None:
    from django.db import connections

    from ayan.apps.accounts import audit

    if audit.TABLE in connections[using].introspection.table_names():
        audit.put_up_triggers(connections[using])


class AccountsConfig(AppContract):
    name = "ayan.apps.accounts"
    label = "accounts"
    verbose_name = "کارکنان"
    desk_menu = (
        DeskEntry(page="desk", label=Label("امروز", "Today"), order=0),
        DeskEntry(page="calendar", label=Label("تقویم", "Calendar"), verb="due.view", order=60),
        DeskEntry(page="people", label=Label("کارکنان", "People"), verb="people.manage", order=80),
        DeskEntry(
            page="access_requests", label=Label("درخواست‌های اختیار", "Access requests"), verb="people.object", order=85
        ),
        DeskEntry(page="messages", label=Label("پیام‌ها", "Messages"), verb="message.manage", order=87),
        DeskEntry(page="health", label=Label("سلامت سامانه", "Health"), verb="health.view", order=88),
        DeskEntry(page="trail", label=Label("رد کارها", "Audit trail"), verb="audit.view", order=90),
    )

    def ready(self) -> None:
        post_migrate.connect(guard_trail, sender=self)

    def desk_parts(self) -> Iterator[DeskPart]:
        from ayan.apps.accounts.views.home import due_part
        from ayan.apps.accounts.views.messages import messages_part
        from ayan.apps.accounts.views.privileges import access_part

        yield DeskPart(draw=access_part, order=5)
        yield DeskPart(draw=messages_part, order=8)
        yield DeskPart(draw=due_part, order=10)

    def urls(self) -> Urls:
        from ayan.apps.accounts.urls import urlpatterns

        return Urls(desk=tuple(urlpatterns))

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.accounts import tasks

        yield RegularTask(tasks.run_daily, timedelta(hours=1))

    def message_kinds(self) -> Iterable[Any]:
        from ayan.apps.accounts import messages, reminders

        return (*messages.KINDS, *reminders.KINDS)

    def listeners(self) -> Iterator[Listener]:
        from ayan.apps.accounts import messages
        from ayan.apps.outbox import delivery

        yield Listener(delivery.MESSAGE_SENT, messages.sent)
        yield Listener(delivery.MESSAGE_FAILED, messages.failed)
