"""What the hub of feeds brings: its address, and the work of asking and sending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ayan.ui.contract import AppContract, RegularTask, Urls


class WebsubConfig(AppContract):
    name = "ayan.apps.websub"
    label = "websub"
    verbose_name = "گره خوراک‌ها"

    def urls(self) -> Urls:
        from ayan.apps.websub import urls

        return Urls(bare=tuple(urls.urlpatterns))

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.websub import tasks

        yield RegularTask(tasks.look_after, timedelta(minutes=1))
