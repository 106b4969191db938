"""What the page of a batch shows of each file: its period, header and clashes; and where each submission stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.desk.access import Permissions, reviewed_digest, valid_approvals
from ayan.apps.desk.approval import draft_comparison
from ayan.apps.desk.batches import batch_readings, file_batches
from ayan.apps.desk.batches.batch_models import BatchFile, FileBatch
from ayan.apps.desk.inputs import inputs_of
from ayan.apps.desk.limits import MOST_BATCHES
from ayan.apps.desk.models import OPEN, Submission, SubmissionState
from ayan.apps.desk.refusals import DeskRefused
from ayan.apps.desk.submission_page import SubmissionPage, officer, status
from ayan.core.publish.difference import stored_difference
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.values.label import Label, label_of
from ayan.core.values.locale import Lang
from ayan.core.values.period import parse
from ayan.ui.component_parts import Status
from ayan.ui.value_html import plain_number
from ayan.wiring import city

UNSEEN: Final = Label("هنوز دیده نشده", "Not looked at yet")
KNOWN: Final = Label("مانند دفعهٔ پیش", "As the last time")
NEW_HEADER: Final = Label("ستون‌ها یک بار پرسیده می‌شود", "Columns are asked once")
TWICE: Final = Label(
    "دو پرونده برای این دوره است؛ یکی را کنار بگذارید.", "Two files are for this period; leave one out."
)
AGAIN: Final = Label("همان محتوای «{name}» است.", "It has the content of “{name}”.")
HELD: Final = Label(
    "این دوره در دست {who} است و تا آن کار نماند آغاز نمی‌شود.",
    "{who} has this period in hand; until that is over it is not begun.",
)
PUBLISHED: Final = Label(
    "این دوره منتشر شده است؛ این پرونده اصلاح آن می‌شود و جایش را می‌گیرد.",
    "This period is published; this file will be its correction and take its place.",
)
CLEAN: Final = Label("بی‌اشکال؛ آمادهٔ فرستادن", "Clean; ready to send")
WARNED: Final = Label("{n} هشدار؛ ببینید", "{n} warnings; look at them")
FAULTY: Final = Label("{n} اشکال", "{n} errors")
UNNAMED: Final = Label("ستون‌ها را بگویید", "Say what its columns are")
UNREAD: Final = Label("خوانده نشد", "Not read")
READING: Final = Label("در حال خواندن و سنجیدن", "Being read and checked")
APART: Final = {
    "left": Label("ردیف‌هایی کنار گذاشته شده است", "rows were left out"),
    "cells": Label("خانه‌هایی عوض شده است", "cells were changed"),
    "waived": Label("برای یافته‌ای از دادهٔ شخصی اجازهٔ انتشار داده شده است", "a privacy hit was waived"),
    "warnings": Label("هشدار دارد", "it has warnings"),
    "correction": Label("جای انتشار پیشین را می‌گیرد", "it takes the place of an earlier release"),
    "balances": Label("موازنه‌ای برقرار نیست", "a balance fails"),
    "returned": Label("پیش‌تر برگردانده شده است", "it was returned before"),
    "codes": Label("متن‌هایی به کدی جز عنوانش خوانده شده است", "texts were read as codes that are titled otherwise"),
    "day": Label("روز انتشار دارد", "it has a day of publication"),
    "letter": Label("نامه دارد", "it has a letter"),
    "unseen": Label("مقایسه‌اش آماده نیست", "its difference is not ready"),
}
"""Why a file is decided on its own page: what an approver has to look at that a line of a list cannot show."""


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that is not begun yet: what its name says, what was seen, what stands in the way and what to know.

    ``period`` is the one that is written beside it, empty while that is none.
    """

    file: BatchFile
    named: tuple[str, ...]
    header: Status
    rows: int | None
    period: str = ""
    wrong: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BegunFile:
    """A file that became a submission: where it stands, what it changes, and whether it goes with the others.

    ``digest`` and ``reviewed`` are set where it may be sent, or approved, from the list.
    """

    file: BatchFile
    submission: Submission
    address: str
    status: Status
    facts: dict[str, Any]
    digest: str = ""
    reviewed: str = ""
    apart: tuple[str, ...] = ()
    supersedes: bool = False


def given(batch: FileBatch, dataset: Dataset, lang: Lang) -> list[GivenFile]:
    """The files of a batch that are not begun yet."""
    files = list(batch.files.filter(submission=None))
    headers = {file.seen["header"] for file in files if file.seen and "header" in file.seen}
    known = file_batches.known_headers(batch, headers)
    periods = {file.pk: _period(dataset, file) for file in files}
    wanted = Counter(periods[file.pk] for file in files if not file.left_out and not file_batches.refused(file))
    begun = set(batch.files.exclude(submission=None).values_list("submission__period", flat=True))
    held = {
        submission.period: submission
        for submission in Submission.objects.filter(dataset=batch.dataset, state__in=OPEN)
        .exclude(kind="erasure")
        .select_related("started_by")
    }
    standing = set(dict(city.current().release_store.current(batch.dataset)))
    outcomes = {each["file"]: label_of(each["words"]).of(lang) for each in batch.outcomes if "file" in each}
    firsts: dict[tuple[str, str], str] = {}
    lines = []
    for file in files:
        refused = file_batches.refused(file)
        when, wrong, notes = periods[file.pk], "", []
        if refused:
            wrong = label_of(refused).of(lang)
        elif not file.left_out:
            if when and (wanted[when] > 1 or when in begun):
                wrong = TWICE.of(lang)
            if when in held and when not in begun:
                notes.append(HELD.of(lang).format(who=held[when].started_by))
            elif when in standing:
                notes.append(PUBLISHED.of(lang))
        same = firsts.setdefault((file.digest, file.sheet), file.name)
        if same is not file.name:
            notes.append(AGAIN.of(lang).format(name=same))
        if file.pk in outcomes:
            notes.append(outcomes[file.pk])
        seen = file.seen or {}
        lines.append(
            GivenFile(file, tuple(file.named), _header(file, known, lang), seen.get("rows"), when, wrong, tuple(notes))
        )
    return lines


def _period(dataset: Dataset, file: BatchFile) -> str:
    try:
        return file_batches.canonical(dataset, file.period)
    except (CannotRead, DeskRefused):
        return ""


def _header(file: BatchFile, known: set[str], lang: Lang) -> Status:
    if file.seen is None:
        return Status("info", UNSEEN.of(lang))
    if "header" not in file.seen:
        return Status("bad", UNREAD.of(lang))
    return Status("ok", KNOWN.of(lang)) if file.seen["header"] in known else Status("late", NEW_HEADER.of(lang))


def begun(request: HttpRequest, batch: FileBatch, dataset: Dataset, lang: Lang) -> list[BegunFile]:
    """The submissions of a batch, by period, each with what an officer may do to it from the list."""
    files = batch.files.exclude(submission=None).select_related("submission__started_by", "submission__sent_by")
    judged = files.prefetch_related(*(f"submission__{name}" for name in ("steps", "waivers", "overrides", "remarks")))
    pairs = [(file, file.submission) for file in judged if file.submission is not None]
    allowed = Permissions.of_many(request.user, [submission for _, submission in pairs])
    lines = []
    for file, submission in pairs:
        inputs = inputs_of(submission.steps.all())
        desk = SubmissionPage(request, submission, dataset, inputs, lang, allowed[submission.pk])
        lines.append(_begun(desk, file))
    return sorted(lines, key=lambda line: parse(line.submission.period))


def _begun(desk: SubmissionPage, file: BatchFile) -> BegunFile:
    submission, facts = desk.submission, _facts(desk, file)
    pages = "approve" if submission.state == SubmissionState.SENT and desk.may("submission.approve") else "overview"
    line = BegunFile(file, submission, desk.address(pages), status(submission, desk.lang), facts)
    line = replace(line, supersedes=facts.get("supersedes", False))
    if submission.editable:
        return _editable(desk, line)
    if pages == "approve":
        return _awaiting(desk, line)
    return line


def _editable(desk: SubmissionPage, line: BegunFile) -> BegunFile:
    submission, counts, lang = desk.submission, desk.submission.counts or {}, desk.lang
    if submission.state == SubmissionState.RETURNED:
        return line
    if submission.busy:
        return replace(line, status=Status("info", READING.of(lang)))
    if submission.trouble:
        return replace(line, status=Status("bad", UNREAD.of(lang)))
    if desk.inputs.choice is None:
        return replace(line, status=Status("late", UNNAMED.of(lang)), address=desk.address("columns"))
    if counts.get("errors") or not submission.digest:
        words = FAULTY.of(lang).format(n=plain_number(counts.get("errors", 0), lang))
        return replace(line, status=Status("bad", words), address=desk.address("fix"))
    if counts.get("warnings"):
        words = WARNED.of(lang).format(n=plain_number(counts["warnings"], lang))
        return replace(line, status=Status("late", words), address=desk.address("fix"))
    if (submission.difference or {}).get("blocking"):
        return replace(line, status=Status("bad", APART["balances"].of(lang)), address=desk.address("diff"))
    digest = submission.digest if desk.may("submission.send") else ""
    return replace(line, status=Status("ok", CLEAN.of(lang)), digest=digest, address=desk.address("diff"))


def _awaiting(desk: SubmissionPage, line: BegunFile) -> BegunFile:
    """Whether it may be approved from the list: only where the line shows all that its own page would."""
    submission = desk.submission
    if any(given.by_id == officer(desk.request).pk for given in valid_approvals(submission)):
        return line
    apart = tuple(APART[code].of(desk.lang) for code in line.facts["apart"])
    if apart:
        return replace(line, apart=apart)
    return replace(line, digest=submission.digest, reviewed=reviewed_digest(submission))


def _facts(desk: SubmissionPage, file: BatchFile) -> dict[str, Any]:
    """What the line of a submission tells: amounts first, what changes, what an approver has to look at."""
    submission = desk.submission
    waiting = draft_comparison.waiting_of(submission)
    compared = stored_difference(waiting, desk.dataset) if waiting else None
    if waiting is None or compared is None:
        return {"tally": None, "totals": [], "note": submission.note, "apart": ("unseen",)}
    counts = submission.counts or {}
    decided = (step.undone_at is None and step.kind in ("fix", "partial") for step in submission.steps.all())
    apart = {
        "left": waiting.draft.facts.rows_left_out > 0,
        "cells": any(decided),
        "waived": bool(submission.waivers.all()),
        "warnings": bool(counts.get("warnings")),
        "correction": waiting.base is not None,
        "balances": bool((submission.difference or {}).get("blocking") or submission.overrides.all()),
        "returned": bool(submission.remarks.all()),
        "codes": batch_readings.reads_otherwise(file, submission),
        "day": submission.publish_on is not None,
        "letter": bool(submission.letter),
    }
    totals = [draft_comparison.shown_total(desk, total) for total in compared.totals]
    money = [total.field.kind.is_money for total in compared.totals]
    ordered = [total for _, total in sorted(zip(money, totals, strict=True), key=lambda pair: not pair[0])]
    return {
        "tally": compared.tally,
        "totals": ordered,
        "supersedes": waiting.base is not None,
        "note": submission.note,
        "apart": tuple(code for code, is_so in apart.items() if is_so),
    }


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One batch in the list of them."""

    address: str
    title: str
    who: str
    when: datetime
    files: int


def listed(actor: User, lang: Lang) -> list[BatchLine]:
    """The batches that an officer may see, the newest first."""
    seen = FileBatch.objects.filter(policy.within(actor, "submission.view", unit="unit")).select_related("by")
    titles = {dataset.slug: dataset.title.of(lang) for dataset in city.current().registry.all()}
    return [
        BatchLine(
            reverse(f"{lang}:desk_batch", args=(batch.id,)),
            titles.get(batch.dataset, batch.dataset),
            str(batch.by),
            batch.begun_at,
            batch.files.count(),
        )
        for batch in seen[:MOST_BATCHES]
    ]


def is_busy(batch: FileBatch, lines: Sequence[BegunFile]) -> bool:
    """Whether something of it is still being looked at or read."""
    return batch.files.filter(seen__isnull=True).exists() or any(line.submission.busy for line in lines)
