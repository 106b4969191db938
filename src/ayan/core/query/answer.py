"""An answer: the rows of one page with what they were read from, and the reasons why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ayan.core.query.limits import COSTLY_RETRY_SECONDS, INDEX_RETRY_SECONDS, MOST_NAMED_RELEASES
from ayan.core.schema.field import Field
from ayan.core.store.release import DatasetSnapshot, Release
from ayan.core.values.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a question is answered from: one state of one dataset, which each engine reads in its own way."""

    source: DatasetSnapshot

    @property
    def slug(self) -> str:
        """The dataset."""
        return self.source.slug

    @property
    def snapshot_id(self) -> str:
        """The digest that names the state."""
        return self.source.digest

    @property
    def as_of(self) -> datetime | None:
        """When the newest of its releases was sealed; None for a dataset without any."""
        return self.source.sealed_at

    @property
    def releases(self) -> tuple[str, ...]:
        """Its releases as ``period/number``."""
        return self.source.names

    @property
    def named(self) -> tuple[str, ...]:
        """Those of its releases that an answer names: the ones sealed last, in the order in which they stand."""
        names = self.source.names
        if len(names) <= MOST_NAMED_RELEASES:
            return names
        return tuple(names[at] for at in sorted(self.source.by_sealing[-MOST_NAMED_RELEASES:]))


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its values by field name, and where it stands: period, release number and row number in it."""

    values: Mapping[str, object]
    period: str
    release: int
    number: int

    @property
    def address(self) -> str:
        """``period/release#row``: the row as answers cite it."""
        return f"{self.period}/{self.release}#{self.number}"


def newest(releases: Sequence[Release]) -> list[Release]:
    """The releases that were sealed last, as many as an answer names, in the order in which they stood."""
    if len(releases) <= MOST_NAMED_RELEASES:
        return list(releases)
    last = set(sorted(releases, key=lambda release: (release.sealed_at, release.period))[-MOST_NAMED_RELEASES:])
    return [release for release in releases if release in last]


def as_rows(columns: Sequence[Field], records: Iterable[Sequence[Any]]) -> tuple[Row, ...]:
    """Rows from tuples of the columns' values and the three parts of the address."""
    width = len(columns)
    names = [column.name for column in columns]
    return tuple(Row(dict(zip(names, row, strict=False)), *row[width : width + 3]) for row in records)


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of rows.

    Values are Python's: int for whole numbers and rial, Decimal, date, bool, str, None where empty. ``total`` is None
    unless it was asked for. ``next`` is the cursor of the page that follows, None on the last.
    """

    rows: tuple[Row, ...]
    columns: tuple[Field, ...]
    total: int | None
    next: str | None
    snapshot: Snapshot

    @property
    def state(self) -> str:
        """The digest of the state that was read."""
        return self.snapshot.snapshot_id

    @property
    def as_of(self) -> datetime | None:
        """When the newest release of the state was sealed."""
        return self.snapshot.as_of

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases that the state consists of, as ``period/number``."""
        return self.snapshot.releases


class Unanswered(Refusal):
    """A question that is right but has no answer."""

    code = "unanswered"
    fa = "پاسخی نیست."
    en = "There is no answer."
    status = 503

    def __init__(self) -> None:
        super().__init__()


class TooSlow(Unanswered):
    """The answer took longer than one reader may take."""

    code = "too-slow"
    fa = "پاسخ بیش از اندازه طول کشید و متوقف شد. پرسش را با صافی باریک‌تر کنید یا پروندهٔ کامل را بگیرید."
    en = "The answer took too long and was stopped. Narrow the question with a filter or take the whole file."
    status = 503
    retry_after = COSTLY_RETRY_SECONDS


class IndexPending(TooSlow):
    """The answer would take too long without an index, and the worker is building it."""

    code = "index-pending"
    # The number is that of `INDEX_RETRY_SECONDS`; a test holds both sentences to it.
    fa = "این داده هنوز برای چنین پرسشی آماده نشده و در دست آماده شدن است. ۳۰ ثانیهٔ دیگر دوباره بخواهید."
    en = "These data are still being prepared for such a question. Ask again in 30 seconds."
    status = 503
    retry_after = INDEX_RETRY_SECONDS


class TooHeavy(Unanswered):
    """The answer needed more memory than one reader may take."""

    code = "too-heavy"
    fa = "پاسخ بیش از اندازه حافظه می‌خواهد. مرتب‌سازی را بردارید یا پرسش را با صافی باریک‌تر کنید."
    en = "The answer needs too much memory. Leave out the sort or narrow the question with a filter."
    status = 503
    retry_after = COSTLY_RETRY_SECONDS


class TooLarge(Unanswered):
    """A sum or a median left the 38 digits in which numbers are exact: no waiting helps, only another question."""

    code = "too-large"
    fa = "عددها برای حساب دقیق بیش از اندازه بزرگ‌اند. پرسش را با صافی باریک‌تر کنید."
    en = "The numbers are too large to be added up exactly. Narrow the question with a filter."
    status = 400


class CursorExpired(Unanswered):
    """The state that a cursor pins can no longer be read, for a release of it has been withdrawn."""

    code = "cursor-expired"
    fa = "بخشی از داده‌ها از زمان صفحهٔ پیش برداشته شده و آن وضعیت دیگر در دست نیست. از صفحهٔ نخست آغاز کنید."
    en = "Some of the data have been withdrawn since the page before. Start again from the first page."
    status = 410


class NoSuchRelease(Unanswered):
    """The release asked for is not in the store."""

    code = "no-such-release"
    fa = "چنین انتشاری نیست. فهرست انتشارها را ببینید."
    en = "There is no such release. See the list of releases."
    status = 404


class ReleaseWithdrawn(Unanswered):
    """The release asked for has been withdrawn; ``reason`` is the code on its tombstone."""

    code = "withdrawn"
    fa = "این انتشار برداشته شده و ردیف‌های آن دیگر در دست نیست."
    en = "This release has been withdrawn and its rows are no longer kept."
    status = 410

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason


class RowErased(Unanswered):
    """The row asked for was erased from its release; ``reason`` is the code it was erased for."""

    code = "erased"
    fa = "این ردیف از انتشار پاک شده و دیگر در دست نیست."
    en = "This row has been erased from its release and is no longer kept."
    status = 410

    def __init__(self, reason: str) -> None:
        super().__init__()
        self.reason = reason
