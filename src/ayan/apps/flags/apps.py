"""What flags bring: their pages and feeds, their answers for programs, their entry and part of the desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import (
    AppContract,
    CopiedFile,
    DeskEntry,
    DeskPart,
    Listener,
    MenuEntry,
    PageOf,
    RegularTask,
    Urls,
)


class FlagsConfig(AppContract):
    name = "ayan.apps.flags"
    label = "flags"
    verbose_name = "هشدار‌ها"
    menu = (
        MenuEntry(page="flags", label=Label("هشدارها", "Flags"), section="flags", current="true", spare=True, order=38),
    )
    desk_menu = (DeskEntry(page="desk_flags", label=Label("یافته‌ها", "Findings"), verb="finding.view", order=45),)
    pages_of = (PageOf("flag", "flag"),)

    def desk_parts(self) -> Iterator[DeskPart]:
        from ayan.apps.flags.finding_cases import waiting_part

        yield DeskPart(draw=waiting_part, order=16)

    def urls(self) -> Urls:
        from ayan.apps.flags import urls

        return Urls(public=tuple(urls.pages), desk=tuple(urls.officers), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.flags import api, views

        return (*api.OPERATIONS, *views.OPERATIONS)

    def copied(self, records: int) -> Iterator[CopiedFile]:
        from ayan.wiring import city

        del records
        registry = city.current().registry
        yield from CopiedFile.pages("flags")
        for flag in registry.flags().sound:
            yield from CopiedFile.pages("flag", flag.owner, flag.code)
            yield from CopiedFile.feeds("flag_feed", flag.owner, flag.code)
        yield from CopiedFile.feeds("findings_feed")
        for dataset in registry.all():
            yield from CopiedFile.feeds("findings_feed_of", dataset.slug)
        yield from CopiedFile.documents("/api/v1/flags")
        yield from CopiedFile.documents("/api/v1/findings", "csv")

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.flags import computation

        yield RegularTask(computation.refresh, timedelta(minutes=5))

    def listeners(self) -> Iterator[Listener]:
        from ayan.apps.accounts.units import UNIT_MERGED
        from ayan.apps.flags.actions import unit_merged

        yield Listener(UNIT_MERGED, unit_merged)
