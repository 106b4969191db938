"""A table that is entered by hand: its rows as they are kept, saved row by row, and made into the submission's file."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

from cryptography.fernet import InvalidToken
from django.db import transaction
from django.http import Http404

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.desk.access import acting_on, add_step, dataset_of, keyed, release_of, subject
from ayan.apps.desk.limits import LONGEST_ENTERED, LONGEST_NUMBER, LONGEST_TABLE, MOST_ENTERED
from ayan.apps.desk.models import EntryTable, Submission
from ayan.apps.desk.refusals import DeskRefused, OriginalUnopened, SubmissionClosed
from ayan.apps.desk.sender_acts import again
from ayan.core.custody.submission_folder import SubmissionFolder
from ayan.core.publish.entry_rows import entry_choice, entry_file, published_texts
from ayan.core.schema.definition import Dataset
from ayan.core.schema.layouts import entry_fields
from ayan.core.store.release import Release
from ayan.core.values.period import parse
from ayan.ui import text_encryption
from ayan.wiring import city

_PURPOSE: Final = b"ayan entry tables 1"
_ID: Final = re.compile(r"[0-9a-f]{8}")


class TableFull(DeskRefused):
    """More rows or longer texts than a table by hand may have."""

    code = "entry-table-full"
    fa = "جدولی که با دست نوشته می‌شود ردیف بیشتری نمی‌گیرد. برای جدول بزرگ‌تر پرونده بدهید."
    en = "A table entered by hand takes no more rows. Give a file for a larger table."
    status = 413


class RowsMoved(DeskRefused):
    """Rows were changed elsewhere since the page was drawn: what was typed into them is not saved yet."""

    code = "entry-rows-moved"
    fa = "این ردیف‌ها را پس از باز شدن صفحه در جای دیگری تغییر داده‌اند. هر دو را ببینید و دوباره ذخیره کنید."
    en = "These rows were changed elsewhere since the page was opened. Look at both and save again."
    status = 409


@dataclass(slots=True)
class EntryRow:
    """One row: its ``id``, its texts by field, and in which version of the table and on which page it changed last."""

    id: str
    version: int
    cells: dict[str, str]
    tab: str = ""


@dataclass(slots=True)
class EntryRows:
    """All rows in their order; ``begun_with`` is the release that they were copied from,
    ``begun_digest`` what it was then.

    ``written`` are the ids of those that the file holds which was checked last, in its order, ``checked`` the version
    of the table then.
    """

    rows: list[EntryRow] = field(default_factory=list)
    version: int = 0
    begun_with: str = ""
    begun_digest: str = ""
    written: list[str] = field(default_factory=list)
    checked: int = 0

    @property
    def filled(self) -> list[EntryRow]:
        """The rows in which something stands."""
        return [row for row in self.rows if row.cells]

    def row(self, name: str) -> EntryRow | None:
        """The row of that id."""
        return next((row for row in self.rows if row.id == name), None)


@dataclass(frozen=True, slots=True)
class SentRow:
    """A row as a page sends it: its texts, and the version of it that the page was drawn from (0 for a new one).

    ``tab`` is the mark of that drawing: what it sends twice, the second time before it knows of the first, is no
    conflict.
    """

    id: str
    seen: int
    cells: Mapping[str, str]
    tab: str = ""


def fresh_id() -> str:
    """The id of a row that is not kept yet."""
    return secrets.token_hex(4)


def sent_rows(post: Mapping[str, str]) -> list[SentRow]:
    """The rows of a form, ``seen:ROW`` and ``cell:ROW:FIELD``, in their order; anything else is dropped."""
    cells: dict[str, dict[str, str]] = {}
    for name, text in post.items():
        kind, _, rest = name.partition(":")
        row, _, column = rest.partition(":")
        if kind == "cell" and _ID.fullmatch(row):
            cells.setdefault(row, {})[column] = text
    tab = post.get("tab", "")[:8]
    return [SentRow(row, _number(post.get(f"seen:{row}", "")), texts, tab) for row, texts in cells.items()]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def rows_of(submission: Submission) -> EntryRows:
    """What is kept of the table of a submission, empty where nothing is; OriginalUnopened where no key opens it."""
    kept = EntryTable.objects.filter(submission=submission).first()
    return _opened(kept) if kept else EntryRows()


def save(actor: User, key: UUID, sent: Sequence[SentRow]) -> EntryRows:
    """Keep what was typed; RowsMoved where a row was changed elsewhere meanwhile: all others are kept then too.

    No act, as nothing of it can be sent before it is checked; but whoever types has a hand in the submission.
    """
    with _open(actor, key) as (dataset, table, keep):
        before = table.version
        moved = _merge(table, sent, [column.name for column in entry_fields(dataset)])
        if table.version != before:
            keep()
    if moved:
        raise RowsMoved
    return table


def _merge(table: EntryRows, sent: Sequence[SentRow], names: Sequence[str]) -> bool:
    """Put what was typed into the table; whether some of it was not, the row being another one by now."""
    coming, moved = table.version + 1, False
    for each in sent:
        known = table.row(each.id)
        before = known.cells if known else {}
        typed = {name: clean(each.cells[name]) for name in names if name in each.cells}
        # What is published may hold lines that a field of a form has not.
        typed = {name: text for name, text in typed.items() if text != clean(before.get(name, ""))}
        now = {name: typed.get(name, before.get(name, "")) for name in names}
        texts = {name: text for name, text in now.items() if text}
        if texts == before:
            continue
        if known is None:
            table.rows.append(EntryRow(each.id, coming, texts, each.tab))
        elif known.version > each.seen and not (each.tab and known.tab == each.tab):
            moved = True
            continue
        else:
            known.cells, known.version, known.tab = texts, coming, each.tab
        table.version = coming
    return moved


def clean(text: str) -> str:
    """A text as a cell holds it: one line without blanks around."""
    return " ".join(text.replace("\0", " ").split())[:LONGEST_ENTERED]


def copy_row(actor: User, key: UUID, name: str) -> EntryRows:
    """Put a copy of a row below it."""
    with _open(actor, key) as (_, table, keep):
        row = table.row(name)
        if row is not None:
            table.version += 1
            table.rows.insert(table.rows.index(row) + 1, EntryRow(fresh_id(), table.version, dict(row.cells)))
            keep()
    return table


def remove_row(actor: User, key: UUID, name: str) -> EntryRows:
    """Take a row out of the table."""
    with _open(actor, key) as (_, table, keep):
        row = table.row(name)
        if row is not None:
            table.version += 1
            table.rows.remove(row)
            keep()
    return table


def empty(actor: User, key: UUID) -> EntryRows:
    """Take all rows out, so that the table can begin with something else."""
    with _open(actor, key) as (_, table, keep):
        table.version += 1
        table.rows, table.begun_with, table.begun_digest = [], "", ""
        keep()
    return table


def starts(dataset: Dataset, period: str) -> dict[str, Release]:
    """What a table may begin with: the release of its own period (``published``) and the one before it (``last``)."""
    standing = dict(city.current().release_store.current(dataset.slug))
    offered = {"published": standing[period]} if period in standing else {}
    if dataset.period != "none":
        own = parse(period).start
        earlier = [text for text in standing if parse(text).start < own]
        if earlier:
            offered["last"] = standing[max(earlier, key=lambda text: parse(text).start)]
    return offered


def begin_with(actor: User, key: UUID, start: str) -> EntryRows:
    """Copy the rows of a release into a table that is still empty."""
    with _open(actor, key) as (dataset, table, _):
        release = starts(dataset, Submission.objects.get(pk=key).period).get(start)
        if release is None or table.filled:
            raise DeskRefused(
                "جدول خالی نیست یا چیزی برای آغاز از آن منتشر نشده است.",
                "The table is not empty, or there is nothing published to begin with.",
            )
    return begin_from(actor, key, release, (texts for _, texts in published_texts(dataset, release.parts())))


def begin_from(actor: User, key: UUID, release: Release, rows: Iterable[Mapping[str, str]]) -> EntryRows:
    """Let these rows, made of a release, be the table."""
    if release.rows > MOST_ENTERED:
        raise TableFull
    with _open(actor, key) as (_, table, keep):
        table.version += 1
        table.begun_with, table.begun_digest = release.ref, release.digest
        table.rows = [EntryRow(fresh_id(), table.version, dict(texts)) for texts in rows]
        keep()
    return table


def check(actor: User, key: UUID, expected_revision: int) -> None:
    """Make the table the file of its submission, and have it checked like any other; nothing needs to be said of it.

    Raises CannotRead when the city cannot keep the file.
    """
    submission = Submission.objects.filter(pk=key).first()
    if submission is None:
        raise Http404
    table = rows_of(submission)
    if not table.filled:
        raise DeskRefused("هنوز ردیفی نوشته نشده است.", "No row has been entered yet.", "table")
    if table.begun_with:
        release = release_of(table.begun_with)
        if release is None or release.withdrawn or release.digest != table.begun_digest:
            # Rows were erased from it, say: copied here they must not come back.
            raise DeskRefused(
                "انتشاری که این جدول با آن آغاز شد از آن پس عوض شده است. جدول را خالی و از نو آغاز کنید.",
                "The release that this table began with has changed since. Empty the table and begin anew.",
                "table",
            )
    rows = [row.cells for row in table.filled]
    give(actor, key, rows, len(rows), expected_revision, table.begun_with)
    with _open(actor, key) as (_, kept, keep):
        if kept.version == table.version:
            kept.written, kept.checked = [row.id for row in table.filled], table.version
            keep()


def give(
    actor: User,
    key: UUID,
    rows: Iterable[Mapping[str, str]],
    count: int,
    expected_revision: int,
    begun_with: str,
    appended: Mapping[str, Any] | None = None,
) -> None:
    """Write so many rows into a file of the submission, which is read in the layout of such tables.

    ``appended`` says of rows that nobody entered what of a file was added to what is published.
    """
    submission = Submission.objects.get(pk=key)
    dataset, digest, size = dataset_of(submission), hashlib.sha256(), 0

    def passing() -> Iterator[bytes]:
        nonlocal size
        for line in entry_file(dataset, rows):
            digest.update(line)
            size += len(line)
            yield line

    name = f"{submission.dataset}-{submission.period}.csv"
    folder = SubmissionFolder.receive(city.current().private_store, name, passing())
    try:
        facts: dict[str, Any] = {"size": size, "file": keyed("original", digest.hexdigest())}
        facts["appended" if appended else "entered"] = count
        with acting_on(actor, key, "submission.edit", expected_revision, **facts) as held:
            choice, given = entry_choice(dataset).as_json(), {"id": folder.id, "name": name, "size": size}
            if appended:
                # One step, which is undone as one: then the file that was sent is there again, as it was read.
                add_step(held, actor, "file", {**given, "appended": dict(appended), "choice": choice})
            else:
                add_step(held, actor, "file", {**given, "entered": {"rows": count, "from": begun_with}})
                add_step(held, actor, "columns", {"choice": choice, "place": [None, None]})
            again(held)
    except BaseException:
        folder.discard()
        raise


@contextmanager
def _open(actor: User, key: UUID) -> Iterator[tuple[Dataset, EntryRows, Callable[[], None]]]:
    """The table of a submission, held, and what keeps it as it is then. Raises Http404, Denied and SubmissionClosed."""
    with transaction.atomic():
        submission = Submission.objects.select_for_update().filter(pk=key).first()
        if submission is None:
            raise Http404
        policy.require(actor, "submission.edit", subject(submission))
        if not submission.takes_data:
            raise SubmissionClosed
        table = rows_of(submission)

        def keep() -> None:
            _keep(submission, table)
            submission.contributors.add(actor)

        yield dataset_of(submission), table, keep


def _keep(submission: Submission, table: EntryRows) -> None:
    # A row that was emptied keeps its place, but not without end.
    size = sum(len(text) for row in table.rows for text in row.cells.values())
    if len(table.filled) > MOST_ENTERED or len(table.rows) > 2 * MOST_ENTERED or size > LONGEST_TABLE:
        raise TableFull
    text = json.dumps(asdict(table), ensure_ascii=False, separators=(",", ":"))
    facts = {
        "locked": text_encryption.lock(text, _PURPOSE),
        "version": table.version,
        "changed_at": city.current().clock.now(),
    }
    EntryTable.objects.update_or_create(submission=submission, defaults=facts)


def _opened(kept: EntryTable) -> EntryRows:
    try:
        said = json.loads(text_encryption.unlock(kept.locked, _PURPOSE))
    except InvalidToken:
        raise OriginalUnopened from None
    rows = [EntryRow(**row) for row in said.pop("rows")]
    return EntryRows(rows, **said)
