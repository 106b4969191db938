"""What the worker does by itself, again and again: all of it, under the names that the queue knows, and how often."""

from __future__ import annotations

from datetime import timedelta

from ayan.config.tasks import regular

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EXPECTED = {
    "ayan.apps.accounts.tasks.run_daily": HOUR,
    "ayan.apps.audits.balances.hold_all": HOUR,
    "ayan.apps.counter.case_dataset.send": DAY,
    "ayan.apps.counter.issued_records.send": 10 * MINUTE,
    "ayan.apps.counter.case_days.keep": HOUR,
    "ayan.apps.counter.case_figures.count": HOUR,
    "ayan.apps.counter.case_reminders.remind": HOUR,
    "ayan.apps.counter.accepted_objections.look": 10 * MINUTE,
    "ayan.apps.counter.drafts.sweep": 6 * HOUR,
    "ayan.apps.counter.one_time_codes.answer_again": 10 * MINUTE,
    "ayan.apps.counter.overdue.watch": HOUR,
    "ayan.apps.counter.place_counts.count": 6 * HOUR,
    "ayan.apps.counter.repeats.look": HOUR,
    "ayan.apps.counter.retention.erase": 6 * HOUR,
    "ayan.apps.counter.replies.actions.tidy": HOUR,
    "ayan.apps.desk.batches.file_batches.sweep": DAY,
    "ayan.apps.desk.held_periods.remind": 6 * HOUR,
    "ayan.apps.desk.releases.publication.retract_left": 30 * MINUTE,
    "ayan.apps.desk.tasks.expire_originals": DAY,
    "ayan.apps.desk.tasks.look_again": HOUR,
    "ayan.apps.desk.tasks.tidy": DAY,
    "ayan.apps.documents.preparation.tidy": DAY,
    "ayan.apps.documents.reader.page_pictures.tidy_pictures": 10 * MINUTE,
    "ayan.apps.flags.computation.refresh": 5 * MINUTE,
    "ayan.apps.follow.letters.ask_again": 10 * MINUTE,
    "ayan.apps.follow.letters.send_digests": HOUR,
    "ayan.apps.logbook.tasks.enter_all": 5 * MINUTE,
    "ayan.apps.logbook.tasks.tell_the_hub": MINUTE,
    "ayan.apps.outbox.delivery.look_after": MINUTE,
    "ayan.apps.outbox.delivery.look_for_reports": 30 * MINUTE,
    "ayan.apps.outbox.digest.collect": 30 * MINUTE,
    "ayan.apps.promises.missing_data.keep_day": HOUR,
    "ayan.apps.services.service_dataset.send": HOUR,
    "ayan.apps.sources.tasks.run_due_sources": MINUTE,
    "ayan.apps.websub.tasks.look_after": MINUTE,
}
"""By these names a worker knows what an earlier version put into its queue."""


def test_every_regular_task_is_scheduled_once_under_its_name() -> None:
    scheduled = [(task.module_path, rest) for task, rest in regular()]

    assert dict(scheduled) == EXPECTED
    assert len(scheduled) == len(EXPECTED)
