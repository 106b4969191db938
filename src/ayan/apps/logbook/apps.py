"""What the logbook brings: the pages of the log and of checking, and what programs read of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, CopiedFile, FooterEntry, MenuEntry, PageOf, RegularTask, SlotLink, Urls


class LogbookConfig(AppContract):
    name = "ayan.apps.logbook"
    label = "logbook"
    verbose_name = "ثبت عمومی"
    menu = (
        MenuEntry(
            page="log",
            label=Label("ثبت عمومی تغییرات", "The public log"),
            section="log",
            current="true",
            spare=True,
            order=60,
        ),
    )
    footer = (
        FooterEntry(
            column="checking",
            page="verify",
            label=Label("این همان است که منتشر شد؟", "Is this what was published?"),
            order=10,
        ),
        FooterEntry(column="checking", page="log", label=Label("ثبت عمومی تغییرات", "The public log"), order=20),
    )
    slots = (
        SlotLink(slot="footer.seal", page="verify", label=Label("خودتان وارسی کنید", "Check it yourself")),
        SlotLink(
            slot="release.check", page="verify", label=Label("خودتان وارسی کنید", "Check it yourself"), query="?q={ref}"
        ),
        SlotLink(
            slot="download.check",
            page="verify",
            label=Label("پرونده‌ای را که گرفته‌اید وارسی کنید", "Verify a file that you downloaded"),
        ),
        SlotLink(
            slot="record.check",
            page="verify",
            label=Label("آیا این ردیف همان است که مهر شد؟", "Is this row what was sealed?"),
            query="?q=/data/{dataset}/r/{key}",
        ),
        SlotLink(
            slot="record.acts",
            page="verify",
            label=Label("وارسی", "Verify"),
            query="?q=/data/{dataset}/r/{check}",
            order=20,
        ),
        SlotLink(
            slot="result.check",
            page="verify",
            label=Label("آیا این نتیجه همان است که مهر شد؟", "Is this result what was sealed?"),
            query="?q={address}",
        ),
        SlotLink(
            slot="declared.changes",
            page="declared_changes",
            label=Label("تغییرهای آن", "Its changes"),
            query="?of={folder}&code={code}",
        ),
        SlotLink(
            slot="declared.all-changes",
            page="declared_changes",
            label=Label("تغییرهای تازه", "Recent changes"),
            query="?of={folder}",
        ),
    )
    pages_of = (
        PageOf("check", "verify"),
        PageOf("leaf", "leaf"),
        PageOf("row proof", "row_proof", bare=True),
    )

    def urls(self) -> Urls:
        from ayan.apps.logbook import urls

        return Urls(public=tuple(urls.pages), bare=tuple(urls.urlpatterns))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.logbook import change_feed, change_pages

        return (*change_feed.OPERATIONS, *change_pages.OPERATIONS)

    def copied(self, records: int) -> Iterable[CopiedFile]:
        from ayan.apps.logbook import ledger_files
        from ayan.wiring import city

        del records
        current_city = city.current()
        return ledger_files.copied(current_city.log, current_city.log_replay.now()) if current_city.log else ()

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.logbook import tasks

        yield RegularTask(tasks.enter_all, timedelta(minutes=5))
        yield RegularTask(tasks.tell_the_hub, timedelta(minutes=1))
