"""What the counter brings: its pages, its entry and part of the desk, reminders and tidying."""

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
    FooterEntry,
    Listener,
    MenuEntry,
    PageOf,
    RegularTask,
    SlotLink,
    SlotTemplate,
    Urls,
)


class CounterConfig(AppContract):
    name = "ayan.apps.counter"
    label = "counter"
    verbose_name = "پیشخان"
    menu = (
        MenuEntry(
            page="counter",
            label=Label("درخواست و پیگیری", "Ask and follow"),
            section="counter",
            current="true",
            order=36,
        ),
    )
    footer = (FooterEntry(column="checking", page="counter", label=Label("پیشخان", "The counter"), order=40),)
    desk_menu = (DeskEntry(page="desk_counter", label=Label("پیشخان", "Counter"), verb="case.view", order=47),)
    pages_of = (PageOf("counter", "counter"), PageOf("case", "counter_track"))
    slots = (
        SlotLink(slot="finding.reply", page="desk_replies", label=Label("پیشخان", "Counter")),
        SlotLink(slot="findings.replies", page="desk_replies", label=Label("پاسخ‌های رسیده", "Replies that came")),
        SlotLink(slot="flags.reply", page="counter", label=Label("پیشخان", "The counter")),
        SlotLink(
            slot="record.acts",
            page="counter_new",
            steps=("objection",),
            label=Label("اعتراض به یک مقدار", "Object to a value"),
            query="?about=row:{dataset}/{key}",
            order=20,
        ),
        SlotLink(
            slot="record.acts",
            page="counter_new",
            steps=("question",),
            label=Label("پرسش دربارهٔ این", "Ask about this"),
            query="?about=row:{dataset}/{key}",
            order=21,
        ),
        SlotLink(
            slot="record.news",
            page="counter",
            label=Label("آنچه مردم دربارهٔ این پرسیده‌اند", "What people asked about this"),
            query="?about=row:{dataset}/{key}",
            order=40,
        ),
        SlotLink(
            slot="dataset.acts",
            page="counter_new",
            steps=("question",),
            label=Label("پرسش دربارهٔ این داده", "Ask about these data"),
            query="?about=dataset:{dataset}",
        ),
        SlotTemplate(slot="record.acts", template="counter/of_record.html", order=22),
        SlotTemplate(slot="tariff.dispute", template="counter/of_tariff.html"),
    )

    def desk_parts(self) -> Iterator[DeskPart]:
        from ayan.apps.counter.case_reminders import waiting_part
        from ayan.apps.counter.replies import reply_list

        yield DeskPart(draw=waiting_part, order=14)
        yield DeskPart(draw=reply_list.waiting_part, order=15)

    def urls(self) -> Urls:
        from ayan.apps.counter import urls

        return Urls(public=tuple(urls.pages), desk=tuple(urls.officers), bare=tuple(urls.programs))

    def operations(self) -> Iterable[Any]:
        from ayan.apps.counter.georeport.operations import OPERATIONS

        return OPERATIONS

    def copied(self, records: int) -> Iterator[CopiedFile]:
        from ayan.apps.counter.public_cases import newest_numbers

        yield from CopiedFile.pages("counter", any_query=True)
        yield from CopiedFile.pages("counter_units")
        yield from CopiedFile.pages("counter_moderation")
        yield from CopiedFile.feeds("counter_feed")
        for number in newest_numbers(records):
            yield from CopiedFile.pages("counter_case", number)

    def regular_tasks(self) -> Iterator[RegularTask]:
        from ayan.apps.counter import (
            accepted_objections,
            case_dataset,
            case_days,
            case_figures,
            case_reminders,
            drafts,
            issued_records,
            one_time_codes,
            overdue,
            place_counts,
            repeats,
            retention,
        )
        from ayan.apps.counter.replies import actions

        yield RegularTask(drafts.sweep, timedelta(hours=6))
        yield RegularTask(one_time_codes.answer_again, timedelta(minutes=10))
        yield RegularTask(case_reminders.remind, timedelta(hours=1))
        yield RegularTask(actions.tidy, timedelta(hours=1))
        yield RegularTask(case_figures.count, timedelta(hours=1))
        yield RegularTask(place_counts.count, timedelta(hours=6))
        yield RegularTask(case_dataset.send, timedelta(hours=24))
        yield RegularTask(issued_records.send, timedelta(minutes=10))
        yield RegularTask(overdue.watch, timedelta(hours=1))
        yield RegularTask(accepted_objections.look, timedelta(minutes=10))
        yield RegularTask(repeats.look, timedelta(hours=1))
        yield RegularTask(retention.erase, timedelta(hours=6))
        yield RegularTask(case_days.keep, timedelta(hours=1))

    def message_kinds(self) -> Iterable[Any]:
        from ayan.apps.counter import officer_notices
        from ayan.apps.counter.case_messages import TO_PERSON
        from ayan.apps.counter.case_reminders import WAITING
        from ayan.apps.counter.one_time_codes import ONE_TIME
        from ayan.apps.counter.overdue import OVERDUE

        return (WAITING, TO_PERSON, ONE_TIME, *officer_notices.KINDS, OVERDUE)

    def listeners(self) -> Iterator[Listener]:
        from ayan.apps.accounts.units import UNIT_ENDS, UNIT_MERGED
        from ayan.apps.counter import case_desks, text_blocks
        from ayan.apps.counter.replies.actions import unit_merged

        yield Listener(UNIT_MERGED, unit_merged)
        yield Listener(UNIT_MERGED, case_desks.unit_merged)
        yield Listener(UNIT_MERGED, text_blocks.unit_merged)
        yield Listener(UNIT_ENDS, case_desks.unit_ends)
