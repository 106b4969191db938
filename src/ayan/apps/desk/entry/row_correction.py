"""One published row corrected alone: its release as it is published, with this row as an officer says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID

from ayan.apps.accounts import policy
from ayan.apps.accounts.models import User
from ayan.apps.desk import sender_acts
from ayan.apps.desk.access import about_release, release_of
from ayan.apps.desk.entry import entry_table
from ayan.apps.desk.limits import MOST_ENTERED, MOST_REWRITTEN
from ayan.apps.desk.refusals import DeskRefused
from ayan.core.publish.entry_rows import absent_fields, published_texts
from ayan.core.publish.examination import taking
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.layouts import entry_fields
from ayan.core.store.correction_reason import CORRECTION_REASONS
from ayan.core.store.release import Release
from ayan.core.values.label import joined
from ayan.core.values.period import parse
from ayan.wiring import city


class RowNotAlone(DeskRefused):
    """Something stands in the way of correcting a row without the rest of its file."""

    code = "row-not-alone"
    fa = "این ردیف را به‌تنهایی نمی‌توان درست کرد."
    en = "This row cannot be corrected alone."
    status = 422


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """A row that is published now: its release, its number in it, and the texts of its cells by field."""

    dataset: Dataset
    release: Release
    number: int
    texts: Mapping[str, str]

    @property
    def taking(self) -> Dataset:
        """The dataset as rows of the period are held against it."""
        return taking(self.dataset, parse(self.release.period), city.current().clock)

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that can be corrected: those that are published whole."""
        absent = {field.name for field in absent_fields(self.dataset)}
        return tuple(field for field in entry_fields(self.dataset) if field.name not in absent)


def row_of(actor: User, ref: str, number: int) -> PublishedRow | None:
    """The row of a release; None where there is none, and DeskRefused where it cannot be corrected. Raises Denied."""
    if ref.count("/") != 2 or (release := release_of(ref)) is None or release.withdrawn:
        return None
    try:
        dataset = city.current().registry.get(release.slug)
    except KeyError:
        return None
    policy.require(actor, "release.correct", about_release(actor, "release.correct", ref))
    _judge(dataset, release)
    texts = next((texts for _, texts in published_texts(dataset, release.parts(), [number])), None)
    return None if texts is None else PublishedRow(dataset, release, number, texts)


def _judge(dataset: Dataset, release: Release) -> None:
    """Refuse what writing the whole release anew would spoil: an older one, a large one, values that would go lost."""
    standing = dict(city.current().release_store.current(dataset.slug)).get(release.period)
    if standing is None or standing.number != release.number:
        raise RowNotAlone(
            "پس از این انتشار، انتشار تازه‌تری برای همین دوره آمده است. ردیف را در آن پیدا کنید.",
            "A newer release of this period has come since. Find the row in that one.",
        )
    if release.rows > MOST_REWRITTEN:
        raise RowNotAlone(
            "این انتشار بیش از {most} ردیف دارد. پروندهٔ درست‌شدهٔ همین دوره را بفرستید.",
            "This release has more than {most} rows. Send the corrected file of the period.",
        ).format(most=MOST_REWRITTEN)
    lost = [field.label for field in absent_fields(dataset) if field.required or field.published]
    if lost:
        raise RowNotAlone(
            "این ستون‌ها کامل منتشر نمی‌شود و بی آن‌ها این داده ساخته نمی‌شود: {columns}. "
            "پروندهٔ درست‌شدهٔ همین دوره را بفرستید.",
            "These columns are not published whole, and without them the data cannot be made again: {columns}. "
            "Send the corrected file of the period.",
        ).format(columns=joined(lost))


def correct(actor: User, row: PublishedRow, texts: Mapping[str, str], code: str, why: str) -> UUID:
    """Begin the correction: a submission whose file holds the release with this row anew; its id.

    The reason goes with it to the form that sends it. Raises DeskRefused where nothing was changed or no reason was
    chosen, and PeriodTaken.
    """
    now = {field.name: entry_table.clean(texts.get(field.name, "")) for field in row.fields}
    # What is published may hold lines that a field of a form has not.
    kept = {name: text for name, text in row.texts.items() if entry_table.clean(text) == now.get(name)}
    cells = {name: text for name, text in (now | kept).items() if text}
    if cells == row.texts:
        raise DeskRefused("چیزی عوض نشده است.", "Nothing was changed.", row.fields[0].name)
    if code not in CORRECTION_REASONS:
        raise DeskRefused("علت را برگزینید.", "Choose a reason.", "code")

    def rows() -> Iterator[Mapping[str, str]]:
        for number, published in published_texts(row.dataset, row.release.parts()):
            yield cells if number == row.number else published

    period = None if row.dataset.period == "none" else row.release.period
    submission = sender_acts.begin(actor, row.dataset, period)
    try:
        if row.release.rows <= MOST_ENTERED:
            entry_table.begin_from(actor, submission.pk, row.release, rows())
            entry_table.check(actor, submission.pk, submission.revision)
        else:
            entry_table.give(actor, submission.pk, rows(), row.release.rows, submission.revision, row.release.ref)
        sender_acts.keep_typed(actor, submission.pk, "send", {"code": code, "why": why})
    except BaseException:
        submission.refresh_from_db()
        sender_acts.set_aside(actor, submission.pk, submission.revision)
        raise
    return submission.pk
