"""What the outbox brings: its one kind of message, and the work of sending."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.ui.contract import AppContract, RegularTask


class OutboxConfig(AppContract):
    name = "ayan.apps.outbox"
    label = "outbox"
    verbose_name = "پیام‌ها"

    def message_kinds(self) -> Iterable[Any]:
        from ayan.apps.outbox.digest import DIGEST

        return (DIGEST,)

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.outbox import delivery, digest

        yield RegularTask(delivery.look_after, timedelta(minutes=1))
        yield RegularTask(digest.collect, timedelta(minutes=30))
        yield RegularTask(delivery.look_for_reports, timedelta(minutes=30))
