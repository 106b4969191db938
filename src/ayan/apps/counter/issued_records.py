"""Documents that the counter issued on their way into the data: handed in like the rows of any other system, once.

An administrator sets it up by a source with the code `SOURCE`, for the datasets that kinds name in ``[record]``;
without one nothing is sent. What is handed in is a submission of the desk: it is read, checked, added to what is
published of its period and approved as the city declares. Which records are still to come follows from the database
alone, so a round that was cut short is simply done again.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from itertools import groupby
from typing import Final

from django.db import transaction
from django.urls import reverse
from django_tasks import task

from ayan.apps.counter import case_record
from ayan.apps.counter.limits import MOST_RECORDS, RECORDS_REST_DAYS
from ayan.apps.counter.models import Case, CaseRecord
from ayan.apps.counter.published_changes import row_of
from ayan.apps.desk.models import Submission, SubmissionState
from ayan.apps.sources.made_files import hand_in_part, sender
from ayan.apps.sources.models import Source
from ayan.core.casework.case_kind import CaseKind
from ayan.core.publish.added_rows import may_append
from ayan.core.publish.entry_rows import entry_file, entry_text
from ayan.core.query.answer import Row
from ayan.core.schema.definition import Dataset
from ayan.core.values.clock import today
from ayan.core.values.locale import Lang
from ayan.wiring import city

log = logging.getLogger(__name__)

SOURCE: Final = "issued-documents"
"""The code of the source in whose name issued documents are sent: of the type that uploads, and of their datasets."""


@task()
def send() -> None:
    """Hand in the records of issued documents that are not published yet."""
    send_records()


def issued(case: Case, kind: CaseKind) -> None:
    """Keep which record a case becomes that has just been issued; it is handed in as soon as that has been written."""
    if case_record.keep(case, kind, list(case.entries.order_by("number"))) is not None:
        transaction.on_commit(send.enqueue)


def send_records() -> int:
    """Hand in what is still to come, each period of a dataset as one file; how many records are under way now."""
    sending = sender(SOURCE)
    waiting = CaseRecord.objects.filter(published_on=None).order_by("pk")[:MOST_RECORDS]
    known = {dataset.slug: dataset for dataset in city.current().registry.all()}
    left = [each for each in waiting if each.dataset in known and not _is_published(each, known[each.dataset])]
    if sending is None:
        return 0
    source, _ = sending
    under_way = 0
    for slug, of_dataset in groupby(sorted(left, key=lambda each: (each.dataset, each.pk)), lambda each: each.dataset):
        if slug in source.datasets:
            under_way += _of_dataset(source, known[slug], list(of_dataset))
    return under_way


def _is_published(record: CaseRecord, dataset: Dataset) -> bool:
    """Whether a record stands in the data, or stood there once: whoever took it out again has decided so."""
    submission = Submission.objects.filter(pk=record.submission).first() if record.submission else None
    row = row_of(dataset, record.key, None)
    if (submission is None or submission.state != SubmissionState.PUBLISHED) and not _stands(record, dataset, row):
        return False
    CaseRecord.objects.filter(pk=record.pk).update(published_on=today(city.current().clock))
    return True


def _stands(record: CaseRecord, dataset: Dataset, row: Row | None) -> bool:
    if row is None:
        return False
    # A new one that somebody else has brought in meanwhile is the city's word, and is not written over.
    return not record.changes or _changed(record, dataset, row) == _cells(dataset, row)


def _of_dataset(source: Source, dataset: Dataset, records: list[CaseRecord]) -> int:
    if not may_append(dataset):
        log.warning("records are not added to %s: not all of its columns are published whole", dataset.slug)
        return 0
    by_period: dict[str, list[tuple[CaseRecord, dict[str, str]]]] = {}
    for record in records:
        row = row_of(dataset, record.key, None) if record.changes else None
        if record.changes and row is None:
            # What it changes is not published: there is nothing to be added to.
            continue
        period = row.period if row is not None else record.period
        by_period.setdefault(period, []).append((record, _changed(record, dataset, row)))
    return sum(_handed(source, dataset, period, pairs) for period, pairs in sorted(by_period.items()))


def _handed(source: Source, dataset: Dataset, period: str, pairs: list[tuple[CaseRecord, dict[str, str]]]) -> int:
    # Of one key the last word counts: a file that says two things of one record is refused.
    rows = {record.key: texts for record, texts in pairs}
    content = b"".join(entry_file(dataset, rows.values()))
    submission = hand_in_part(source, dataset, period, content, timedelta(days=RECORDS_REST_DAYS))
    if submission is None:
        return 0
    CaseRecord.objects.filter(pk__in=[record.pk for record, _ in pairs]).update(submission=submission)
    return len(rows)


def _changed(record: CaseRecord, dataset: Dataset, row: Row | None) -> dict[str, str]:
    return {**(_cells(dataset, row) if row is not None else {}), **record.texts}


def _cells(dataset: Dataset, row: Row) -> dict[str, str]:
    public = [field for field in dataset.published if field.shown == "public"]
    cells = {field.name: entry_text(field, row.values.get(field.name)) for field in public}
    return {name: text for name, text in cells.items() if text}


# --- the way from a case to its record, and back ----------------------------------------------------------------------


def record_address(case: Case, lang: Lang) -> str:
    """The page of the record that a case became or changed; empty while it is not published."""
    record = CaseRecord.objects.filter(case=case).first()
    dataset = next((each for each in city.current().registry.all() if record and each.slug == record.dataset), None)
    if record is None or dataset is None:
        return ""
    row = row_of(dataset, record.key, None)
    if row is None or (record.published_on is None and not _stands(record, dataset, row)):
        return ""
    return reverse(f"{lang}:record", args=(record.dataset, record.key))
