"""What the desk brings: its pages, its entries of the menu, its part of the first page, and clearing up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from ayan.core.values.label import Label
from ayan.ui.contract import AppContract, DeskEntry, DeskPart, Listener, PageOf, RegularTask, SlotLink, Urls


class DeskConfig(AppContract):
    name = "ayan.apps.desk"
    label = "desk"
    verbose_name = "میز کار"
    desk_menu = (
        DeskEntry(page="desk_list", label=Label("پرونده‌ها", "Submissions"), verb="submission.view", order=20),
        DeskEntry(
            page="desk_held_periods",
            label=Label("دوره‌های در جریان", "Periods in hand"),
            verb="submission.free",
            order=25,
        ),
        DeskEntry(page="desk_releases", label=Label("انتشارها", "Releases"), verb="submission.view", order=25),
        DeskEntry(page="desk_advance", label=Label("تأیید از پیش", "In advance"), verb="advance.give", order=30),
        DeskEntry(page="desk_originals", label=Label("پرونده‌های اصلی", "Originals"), verb="original.read", order=70),
    )

    slots = (
        SlotLink(
            slot="record.correct",
            page="desk_correct_row",
            label=Label("اصلاح این ردیف (ویژهٔ کارکنان)", "Correct this row (for officers)"),
            query="?release={release}&row={row}",
        ),
    )
    pages_of = (
        PageOf("submission", "desk_amendments"),
        PageOf("new submission", "desk_new"),
        PageOf("submission to repair", "desk_fix"),
    )

    def desk_parts(self) -> Iterator[DeskPart]:
        from ayan.apps.desk.releases.publication_day import calendar_part
        from ayan.apps.desk.work_lists import waiting_part

        yield DeskPart(draw=waiting_part, order=20)
        yield DeskPart(draw=calendar_part, order=20, page="calendar")

    def urls(self) -> Urls:
        from ayan.apps.desk.urls import urlpatterns

        return Urls(desk=tuple(urlpatterns))

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.desk import held_periods, tasks
        from ayan.apps.desk.batches import file_batches
        from ayan.apps.desk.releases import publication

        yield RegularTask(tasks.look_again, timedelta(hours=1))
        yield RegularTask(tasks.tidy, timedelta(days=1))
        yield RegularTask(file_batches.sweep, timedelta(days=1))
        yield RegularTask(publication.retract_left, timedelta(minutes=30))
        yield RegularTask(tasks.expire_originals, timedelta(days=1))
        yield RegularTask(held_periods.remind, timedelta(hours=6))

    def message_kinds(self) -> Iterable[Any]:
        from ayan.apps.desk.notice_kinds import KINDS

        return KINDS

    def uses_of_table(self, slug: str) -> Iterator[Label]:
        from ayan.apps.desk.batches.batch_models import FileBatch
        from ayan.apps.desk.models import OPEN, Submission

        if Submission.objects.filter(dataset=slug, state__in=OPEN).exists():
            yield Label("پرونده‌ای از آن در جریان است", "a submission of it is under way")
        if FileBatch.objects.filter(dataset=slug, files__submission=None).exists():
            yield Label("دسته‌ای از پرونده‌هایش هنوز آغاز نشده است", "a batch of its files is not begun yet")

    def listeners(self) -> Iterator[Listener]:
        from ayan.apps.accounts.units import UNIT_ENDS, UNIT_MERGED
        from ayan.apps.desk import notices, unit_changes
        from ayan.apps.desk.access import ACTED
        from ayan.apps.desk.batches import file_batches
        from ayan.apps.desk.fixing import new_values
        from ayan.apps.desk.releases.publication import SUBMISSION_WORKED
        from ayan.apps.tables.changes import CHANGED

        yield Listener(ACTED, notices.acted)
        yield Listener(SUBMISSION_WORKED, file_batches.follow)
        yield Listener(UNIT_MERGED, unit_changes.merged)
        yield Listener(UNIT_ENDS, unit_changes.ends)
        yield Listener(CHANGED, new_values.check_again)
