"""Changes as JSON pages, as JSON lines, and as CSV with one line for each value that differs.

Every shape names a change's fields with the value before and after, and the row's address (``period/release#row``) on
either side. A CSV line holds numbers as they are; a text that a spreadsheet would run gets an apostrophe.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import orjson

from ayan.core.query.change_question import ChangeQuestion, ChangeSort, SnapshotSide, UnreadableRelease
from ayan.core.query.changes import Changes, ChangeTotal, RowDifference
from ayan.core.query.formats.csv_text import broken_cells, cell
from ayan.core.query.formats.document import broken_line, plain
from ayan.core.query.part_comparison import ComparisonCounts
from ayan.core.query.question import ShownCalendar
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.release import Release
from ayan.core.store.tombstone import instant
from ayan.core.values.label import Label
from ayan.core.values.refusal import Wording
from ayan.core.values.spreadsheet import safe

# Changes of one piece of a streamed file.
PIECE: Final = 2_000
HEADS: Final = ("change", "period", "key", "field", "before", "after", "row_before", "row_after")
HEAD_LABELS: Final = (
    Label("تغییر", "Change"),
    Label("دوره", "Period"),
    Label("کلید", "Key"),
    Label("ستون", "Field"),
    Label("پیش از آن", "Before"),
    Label("پس از آن", "After"),
    Label("نشانی ردیف پیش از آن", "Row before"),
    Label("نشانی ردیف پس از آن", "Row after"),
)
WHAT_LABELS: Final[dict[ChangeSort, Label]] = {
    "changed": Label("تغییر کرد", "changed"),
    "added": Label("افزوده شد", "added"),
    "removed": Label("حذف شد", "removed"),
}


DifferenceWriter = Callable[[Iterable[RowDifference], ChangeQuestion, Dataset], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class ChangeFormat:
    """A format of changes: media type, how all of them are written (None for pages), parameters that mean nothing.

    ``broken`` writes the last line of a text that breaks off.
    """

    media_type: str
    write: DifferenceWriter | None
    refuse: tuple[str, ...] = ()
    broken: Callable[[Wording], bytes] | None = None


def changes_page(answer: Changes, question: ChangeQuestion, dataset: Dataset, next_url: str | None) -> bytes:
    """The document of one page; ``next_url`` is the address of the page that follows."""
    out: dict[str, object] = {
        "from": _side(answer.sides.before),
        "to": _side(answer.sides.after),
        "counts": _tally(answer.summary.tally),
        "totals": {total.field.name: _total(total) for total in answer.summary.totals},
        "periods": [
            {
                "period": period_change.period,
                "before": period_change.before,
                "after": period_change.after,
                "counts": _tally(period_change.tally),
            }
            for period_change in answer.summary.periods
        ],
        "withdrawn": [_gone(unreadable) for unreadable in answer.sides.gone],
        "erased": [
            {"release": _name(release), "reason": erasure.code, "erased_at": instant(erasure.at), "rows": erasure.count}
            for release, erasure in answer.sides.erased
        ],
        "changes": [document(change, question.calendar) for change in answer.rows],
        "next": next_url,
        "question": question.as_json(),
    }
    if question.lang:
        out["labels"] = {field.name: field.label.of(question.lang) for field in dataset.published}
    return orjson.dumps(out)


def document(change: RowDifference, calendar: ShownCalendar) -> dict[str, object]:
    """One change as JSON holds it."""
    old, new = (row.values if row else {} for row in (change.before, change.after))
    return {
        "change": change.what,
        "period": change.period,
        "key": change.key,
        "fields": {
            name: {"before": plain(old.get(name), calendar), "after": plain(new.get(name), calendar)}
            for name in change.fields
        },
        "row_before": change.before.address if change.before else None,
        "row_after": change.after.address if change.after else None,
    }


def change_lines(changes: Iterable[RowDifference], question: ChangeQuestion, _dataset: Dataset) -> Iterator[bytes]:
    """All changes, one JSON object a line, in pieces, at least one."""
    for piece in _pieces(changes):
        yield b"".join(
            orjson.dumps(document(change, question.calendar), option=orjson.OPT_APPEND_NEWLINE) for change in piece
        )


def change_cells(changes: Iterable[RowDifference], question: ChangeQuestion, dataset: Dataset) -> Iterator[bytes]:
    """All changes as CSV: the mark and the header, then a line for each value that differs, in pieces."""
    lang = question.lang
    fields = {field.name: field for field in dataset.published}
    titles = {name: safe(field.label.of(lang) if lang else name) for name, field in fields.items()}
    head = [label.of(lang) for label in HEAD_LABELS] if lang else list(HEADS)
    start: list[list[str]] = [head]
    mark = codecs.BOM_UTF8
    for piece in _pieces(changes):
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows(start)
        for change in piece:
            writer.writerows(_lines(change, fields, titles, question))
        yield mark + out.getvalue().encode()
        start, mark = [], b""


CHANGE_FORMATS: Final[Mapping[str, ChangeFormat]] = {
    "json": ChangeFormat("application/json", None),
    "ndjson": ChangeFormat(
        "application/x-ndjson; charset=utf-8", change_lines, ("_size", "_next", "_lang"), broken_line
    ),
    "csv": ChangeFormat("text/csv; charset=utf-8; header=present", change_cells, ("_size", "_next"), broken_cells),
}


def _pieces(changes: Iterable[RowDifference]) -> Iterator[list[RowDifference]]:
    """Lists of changes, the first one also where there is none."""
    source = iter(changes)
    yield list(islice(source, PIECE))
    while piece := list(islice(source, PIECE)):
        yield piece


def _lines(
    change: RowDifference, fields: Mapping[str, Field], titles: Mapping[str, str], question: ChangeQuestion
) -> Iterator[tuple[str, ...]]:
    """A line for each value that differs; what all of them begin and end with is put together once."""
    what = WHAT_LABELS[change.what].of(question.lang) if question.lang else change.what
    period, key = change.period, safe(change.key)
    before = change.before.address if change.before else ""
    after = change.after.address if change.after else ""
    old, new = (row.values if row else {} for row in (change.before, change.after))
    for name in change.fields:
        field = fields[name]
        cells = _cell(field, old.get(name), question), _cell(field, new.get(name), question)
        yield what, period, key, titles[name], *cells, before, after


def _cell(field: Field, value: Any, question: ChangeQuestion) -> str:
    if value is not None and field.choices is not None and question.lang:
        value = field.choices.label(value, question.lang)
    return cell(value, question.calendar)


def _side(side: SnapshotSide) -> dict[str, object]:
    sealed = side.snapshot.sealed_at
    return {
        "state": side.snapshot.digest,
        "as_of": instant(sealed) if sealed else None,
        "release": f"{side.release[0]}/{side.release[1]}" if side.release else None,
    }


def _tally(counts: ComparisonCounts) -> dict[str, int]:
    return {"added": counts.added, "removed": counts.removed, "changed": counts.changed, "unchanged": counts.same}


def _total(total: ChangeTotal) -> dict[str, object]:
    return {"before": plain(total.before), "after": plain(total.after)}


def _gone(unreadable: UnreadableRelease) -> dict[str, object]:
    return {
        "release": _name(unreadable.release),
        "reason": unreadable.code,
        "withdrawn_at": instant(unreadable.at),
        "rows": unreadable.rows,
    }


def _name(release: Release) -> str:
    return f"{release.period}/{release.number}"
