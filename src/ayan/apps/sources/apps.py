"""What sources bring: their pages, the door for systems, their entry of the desk, and what they hear from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, DeskEntry, DeskPart, Listener, RegularTask, Urls


class SourcesConfig(AppContract):
    name = "ayan.apps.sources"
    label = "sources"
    verbose_name = "منبع‌ها"
    desk_menu = (DeskEntry(page="sources", label=Label("منبع‌ها", "Sources"), verb="source.manage", order=75),)

    def desk_parts(self) -> Iterator[DeskPart]:
        from ayan.apps.sources.source_health import failing_part
        from ayan.apps.sources.views import waiting_part

        yield DeskPart(draw=failing_part, order=14)
        yield DeskPart(draw=waiting_part, order=15)

    def urls(self) -> Urls:
        from ayan.apps.sources import urls

        return Urls(desk=tuple(urls.pages), bare=tuple(urls.doors))

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.sources import tasks

        yield RegularTask(tasks.run_due_sources, timedelta(minutes=1))

    def listeners(self) -> Iterator[Listener]:
        from ayan.apps.accounts.units import UNIT_MERGED
        from ayan.apps.desk.releases.publication import SUBMISSION_WORKED
        from ayan.apps.sources.actions import unit_merged
        from ayan.apps.sources.tasks import heard

        yield Listener(SUBMISSION_WORKED, heard)
        yield Listener(UNIT_MERGED, unit_merged)

    def message_kinds(self) -> Iterable[Any]:
        from ayan.apps.sources.source_notices import KINDS

        return KINDS
