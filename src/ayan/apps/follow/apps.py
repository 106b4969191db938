"""What following brings: its page and feeds, and the letters that tell of news."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, FooterEntry, RegularTask, Urls


class FollowConfig(AppContract):
    name = "ayan.apps.follow"
    label = "follow"
    verbose_name = "دنبال کردن"
    footer = (FooterEntry(column="data", page="follow", label=Label("دنبال کردن", "Follow"), order=50),)

    def urls(self) -> Urls:
        from ayan.apps.follow.urls import pages

        return Urls(public=tuple(pages))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.follow import feeds

        return feeds.OPERATIONS

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.follow import tasks

        yield RegularTask(tasks.send_digests, timedelta(hours=1))
