"""Many files at once: taken, looked at one by one, given their periods, and begun as a submission each by one nod."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django_tasks import TaskContext, task

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.accounts.policy import Denied, Subject
from ayan.apps.desk import sender_acts
from ayan.apps.desk.access import about_dataset, acting_on, add_step, dataset_of, keyed
from ayan.apps.desk.batches import batch_readings
from ayan.apps.desk.batches.batch_models import BatchFile, FileBatch
from ayan.apps.desk.files import typed_periods
from ayan.apps.desk.files.repeated_files import MARK
from ayan.apps.desk.files.resumable_uploads import too_many_files
from ayan.apps.desk.files.uploads import ReceivedFile
from ayan.apps.desk.fixing import layouts
from ayan.apps.desk.inputs import Inputs, inputs_of
from ayan.apps.desk.limits import BATCH_LASTS, MOST_BATCH_LINES, MOST_BATCH_SHEETS, MOST_FILES, MOST_TRIES
from ayan.apps.desk.models import EDITABLE, KnownHeader, Submission
from ayan.apps.desk.refusals import DeskRefused, PeriodTaken
from ayan.core.custody.private_files import BadOriginalKey, NotOpened
from ayan.core.custody.submission_folder import NoSubmission, SubmissionFolder
from ayan.core.intake.preview import Preview
from ayan.core.refine.column_mapping import ColumnChoice, header_fingerprint
from ayan.core.schema.definition import Dataset
from ayan.core.schema.issue import CannotRead
from ayan.core.values.canonical import Json
from ayan.core.values.label import Label
from ayan.core.values.period import NotAPeriod, parse
from ayan.core.values.period_names import NamedPeriods, periods_in, sheet_periods
from ayan.core.values.refusal import Refusal
from ayan.ui.contract import FILES_QUEUE
from ayan.wiring import city

UNOPENED: Final = Label(
    "پرونده با کلیدهای این دستگاه باز نشد. به مدیر سامانه بگویید.",
    "No key of this machine opens the file. Tell the administrator.",
)
TROUBLED: Final = Label(
    "خواندن این پرونده به اشکالی در سامانه برخورد. آن را جداگانه بفرستید.",
    "Reading this file met with a fault of the system. Send it by itself.",
)


def about(batch: FileBatch) -> Subject:
    """A batch as policy speaks of it."""
    return Subject("submission", batch.id.hex, batch.unit, batch.dataset)


def visible_batch(actor: policy.Actor, key: UUID | str, verb: str = "submission.view") -> FileBatch:
    """The batch, if the officer may see it or do ``verb``; Http404 alike for one that is not there."""
    batch = FileBatch.objects.filter(pk=key).first()
    if batch is None or not policy.can(actor, "submission.view", about(batch)):
        raise Http404
    policy.require(actor, verb, about(batch))
    return batch


# --- taken ------------------------------------------------------------------------------------------------------------


def receive(actor: User, dataset: Dataset, files: Sequence[ReceivedFile]) -> FileBatch:
    """Take files in as one batch and have each looked at. Raises Denied, and CannotRead where none can be kept."""
    where = about_dataset(actor, "submission.create", dataset.slug)
    policy.require(actor, "submission.create", where)
    if not files:
        raise DeskRefused(
            "پرونده‌ای انتخاب نشده یا پرونده‌ها خالی است.", "No file was chosen, or all are empty.", "files"
        )
    if len(files) > MOST_FILES:
        raise too_many_files()
    store, now = city.current().private_store, city.current().clock.now()
    folders: list[SubmissionFolder] = []
    try:
        with transaction.atomic():
            batch = FileBatch.objects.create(
                dataset=dataset.slug, unit=where.unit, by=actor, begun_at=now, changed_at=now, hands=[actor.pk]
            )
            for number, each in enumerate(files, 1):
                folders.append(SubmissionFolder.receive(store, each.name, each.path))
                said = periods_in(each.name, dataset.period)
                line = BatchFile.objects.create(
                    batch=batch,
                    number=number,
                    name=each.name,
                    size=each.size,
                    digest=keyed("original", each.digest),
                    folder=folders[-1].id,
                    **_named(said),
                )
                inspect.enqueue(str(batch.pk), line.pk)
            return batch
    except BaseException:
        for folder in folders:
            folder.discard()
        raise


def _named(said: NamedPeriods) -> dict[str, Any]:
    return {
        "named": [str(period) for period in (said.fitting or said.other)],
        "period": str(said.only) if said.only else "",
    }


# --- looked at --------------------------------------------------------------------------------------------------------


@task(takes_context=True, queue_name=FILES_QUEUE)
def inspect(context: TaskContext, key: str, number: int) -> None:
    """Look at one file of a batch; of a workbook with several full sheets each becomes a line of its own."""
    line = BatchFile.objects.select_related("batch").filter(pk=number, batch_id=UUID(key), seen__isnull=True).first()
    if line is None:
        return
    if context.attempt > MOST_TRIES:
        _note(line, {"refused": TROUBLED.words()})
        return
    try:
        dataset = city.current().registry.get(line.batch.dataset)
        folder = SubmissionFolder.opened(city.current().private_store, line.folder)
        look = folder.preview(dataset, sheet=line.sheet or None)
        if look.refused is not None and look.refused.code == "sheet-choose" and not line.sheet:
            _part(line, dataset, folder, look)
            return
        seen = _seen(look)
    except CannotRead as refusal:
        seen = {"refused": refusal.label.words()}
    except (NotOpened, BadOriginalKey):
        seen = {"refused": UNOPENED.words()}
    except Exception:
        _note(line, {"refused": TROUBLED.words()})
        raise
    _note(line, seen)


def _seen(look: Preview) -> dict[str, Any]:
    if look.refused is not None or look.table is None:
        issue = look.refused
        return {"refused": issue.label.words() if issue else TROUBLED.words()}
    return {"rows": look.rows, "header_row": look.header_row, "header": header_fingerprint(look.table)}


def _note(line: BatchFile, seen: Mapping[str, Any]) -> None:
    """Write down what was seen; of the sheets of one workbook those of another header are left out, until somebody
    wants them."""
    with transaction.atomic():
        batch = FileBatch.objects.select_for_update().get(pk=line.batch_id)
        BatchFile.objects.filter(pk=line.pk).update(seen=seen)
        sheets = list(batch.files.filter(number=line.number).exclude(sheet=""))
        if sheets and all(each.seen is not None for each in sheets):
            _leave_other_sheets(batch, sheets)


def _leave_other_sheets(batch: FileBatch, sheets: Sequence[BatchFile]) -> None:
    headers = Counter(each.seen["header"] for each in sheets if each.seen and "header" in each.seen)
    known = known_headers(batch, set(headers))
    wanted = known or {header for header, _ in headers.most_common(1)}
    for each in sheets:
        if not each.seen or each.seen.get("header") not in wanted:
            each.left_out = True
            each.save(update_fields=["left_out"])


def _part(line: BatchFile, dataset: Dataset, folder: SubmissionFolder, look: Preview) -> None:
    """Make a line of each full sheet, each with a copy of the file of its own."""
    store = city.current().private_store
    sheets = [sheet for sheet in look.sheets if sheet.name and sheet.head and not sheet.hidden][:MOST_BATCH_SHEETS]
    copies: list[SubmissionFolder] = []
    try:
        with store.scratch_folder() as scratch:
            plain = store.locker.open_into(folder.file, scratch)
            copies.extend(SubmissionFolder.receive(store, line.name, plain) for _ in sheets)
        with transaction.atomic():
            batch = FileBatch.objects.select_for_update().get(pk=line.batch_id)
            if batch.files.count() - 1 + len(sheets) > MOST_BATCH_LINES:
                raise CannotRead(look.refused) if look.refused else NoSubmission(folder.id)
            line.delete()
            for sheet, copy in zip(sheets, copies, strict=True):
                said = sheet_periods(sheet.name, line.name, dataset.period)
                file = BatchFile.objects.create(
                    batch=batch,
                    number=line.number,
                    name=line.name,
                    size=line.size,
                    digest=line.digest,
                    folder=copy.id,
                    sheet=sheet.name,
                    **_named(said),
                )
                inspect.enqueue(str(batch.pk), file.pk)
    except BaseException:
        for copy in copies:
            copy.discard()
        raise
    folder.discard()


def known_headers(batch: FileBatch, headers: set[str]) -> set[str]:
    """Those of some headers whose columns an officer of the unit has said before."""
    known = KnownHeader.objects.filter(unit=batch.unit, dataset=batch.dataset, fingerprint__in=headers)
    return set(known.values_list("fingerprint", flat=True))


# --- given their periods, and begun -----------------------------------------------------------------------------------


def save(actor: User, key: UUID, periods: Mapping[int, str], left_out: set[int]) -> FileBatch:
    """Keep what was written beside the files that are not begun yet, as it was written."""
    with transaction.atomic():
        batch = _held(actor, key)
        for line in batch.files.filter(submission=None):
            line.period = typed_periods.whole(periods.get(line.pk, line.period))[:20]
            line.left_out = line.pk in left_out
            line.save(update_fields=["period", "left_out"])
        return batch


def _held(actor: User, key: UUID) -> FileBatch:
    batch = FileBatch.objects.select_for_update().filter(pk=key).first()
    if batch is None or not policy.can(actor, "submission.view", about(batch)):
        raise Http404
    policy.require(actor, "submission.edit", about(batch))
    batch.changed_at = city.current().clock.now()
    batch.outcomes, batch.hands = [], sorted({*batch.hands, actor.pk})
    batch.save(update_fields=["changed_at", "outcomes", "hands"])
    return batch


def begin_all(actor: User, key: UUID) -> int:
    """Begin a submission of every file that is neither left out nor begun; how many. All that is missing is told first.

    A file whose period somebody else took meanwhile stays, and the page says so. Raises DeskRefused while a file has no
    period, two have the same, or some are still being looked at.
    """
    with transaction.atomic():
        batch = _held(actor, key)
        dataset = city.current().registry.get(batch.dataset)
        lines = [line for line in batch.files.filter(submission=None, left_out=False) if not refused(line)]
        _check(dataset, batch, lines)
        refusals: list[Json] = []
        begun = 0
        for line in lines:
            try:
                _begin(actor, dataset, line)
                begun += 1
            except PeriodTaken as taken:
                refusals.append({"file": line.pk, "words": dict(taken.label.words())})
        batch.outcomes = refusals
        batch.save(update_fields=["outcomes"])
        return begun


def refused(line: BatchFile) -> dict[str, str] | None:
    """Why a file cannot be read, in words; None where it can, or was not looked at yet."""
    words: dict[str, str] | None = (line.seen or {}).get("refused")
    return words


def _check(dataset: Dataset, batch: FileBatch, lines: Sequence[BatchFile]) -> None:
    if not lines:
        raise DeskRefused("پرونده‌ای برای آغاز نمانده است.", "No file is left to begin.")
    begun = batch.files.exclude(submission=None)
    taken: dict[str, str] = dict(begun.values_list("submission__period", "name"))
    for line in lines:
        place = f"period-{line.pk}"
        if line.seen is None:
            raise DeskRefused("هنوز همهٔ پرونده‌ها دیده نشده است.", "Not all files have been looked at yet.")
        try:
            when = canonical(dataset, line.period)
        except CannotRead as wrong:
            raise wrong.at(place) from None
        except DeskRefused as wrong:
            raise wrong.at(place) from None
        if when in taken:
            raise DeskRefused(
                "«{first}» و «{second}» برای یک دوره‌اند. یکی را کنار بگذارید.",
                "“{first}” and “{second}” are for the same period. Leave one of them out.",
                place,
            ).format(first=taken[when], second=line.name)
        taken[when] = line.name


def canonical(dataset: Dataset, typed: str) -> str:
    """The period of a line by its one name. Raises CannotRead or DeskRefused for what is none of the dataset's."""
    if dataset.period == "none":
        return "all"
    try:
        return str(parse(typed_periods.meant(dataset, typed)))
    except NotAPeriod:
        raise DeskRefused(
            "دوره را بنویسید؛ نام پرونده آن را بی‌تردید نمی‌گوید.",
            "Write the period; the name of the file leaves it open.",
        ) from None


def _begin(actor: User, dataset: Dataset, line: BatchFile) -> None:
    submission = sender_acts.begin(actor, dataset, None if dataset.period == "none" else line.period)
    place = (line.sheet or None, None)
    facts: dict[str, Any] = {"size": line.size, "file": line.digest, "batch": str(line.batch_id)}
    with acting_on(actor, submission.pk, "submission.edit", submission.revision, **facts) as held:
        add_step(held, actor, "file", {"id": line.folder, "name": line.name, "size": line.size, MARK: line.digest})
        if line.sheet:
            add_step(held, actor, "sheet", {"sheet": line.sheet, "header_row": None})
        # It was looked at just so, and need not be again.
        held.previewed = {"file": line.folder, "sheet": place[0], "header_row": None}
        choice = _known(held, line)
        if choice is not None:
            add_step(held, actor, "columns", {"choice": choice.as_json(), "place": list(place)})
        sender_acts.again(held)
        held.contributors.add(*User.objects.filter(pk__in=line.batch.hands))
    line.submission = submission
    line.save(update_fields=["submission"])


def _known(submission: Submission, line: BatchFile) -> ColumnChoice | None:
    """What an officer said of this header the last time, where no layout steps come before it."""
    known = sender_acts.remembered(submission, (line.seen or {}).get("header", ""))
    if known is None or layouts.known_steps(submission, inputs_of(submission.steps.all()), _look(line)):
        return None
    return replace(known, sheet=line.sheet or None, header_row=None)


def _look(line: BatchFile) -> Preview | None:
    with suppress(LookupError):
        look = SubmissionFolder.opened(city.current().private_store, line.folder).stored_preview()
        return look if look and look.table else None
    return None


# --- what was said of one header holds for all of the batch -----------------------------------------------------------


def follow(key: UUID | str) -> None:
    """Read the submissions of a batch as the officers have said of their headers, once one of them has been read.

    May be called any number of times; what people have in hand otherwise is left to them.
    """
    line = BatchFile.objects.filter(submission_id=UUID(str(key))).select_related("batch__by").first()
    if line is None:
        return
    waiting = Submission.objects.filter(batch_file__batch=line.batch, state__in=EDITABLE)
    for submission in waiting.select_related("batch_file"):
        if submission.busy or submission.trouble:
            continue
        if submission.digest:
            batch_readings.note(submission.batch_file, submission)
            continue
        with suppress(Refusal, Denied, LookupError):
            _follow_one(line.batch.by, submission)


def _follow_one(actor: User, submission: Submission) -> None:
    held: Inputs = inputs_of(submission.steps.all())
    if not held.file or held.choice is not None or submission.steps.filter(kind="columns").exists():
        return
    steps = layouts.known_steps(submission, held, held.folder.stored_preview())
    if steps:
        sender_acts.add_layout(actor, submission.pk, list[Json](steps), submission.revision)
        return
    offered = held.folder.columns(dataset_of(submission), sheet=held.sheet, header_row=held.header_row)
    known = sender_acts.remembered(submission, offered.fingerprint)
    if known is not None:
        choice = replace(known, sheet=held.sheet, header_row=held.header_row)
        sender_acts.set_columns(actor, submission.pk, choice, offered.fingerprint, submission.revision)


# --- cleared up -------------------------------------------------------------------------------------------------------


@task
def sweep() -> None:
    """Remove the files that nobody began for a long time, and batches of which nothing is left."""
    old = city.current().clock.now() - BATCH_LASTS
    for batch in FileBatch.objects.filter(changed_at__lte=old):
        for line in batch.files.filter(submission=None):
            with suppress(LookupError):
                SubmissionFolder.opened(city.current().private_store, line.folder).discard()
            line.delete()
        if not batch.files.exists():
            batch.delete()
