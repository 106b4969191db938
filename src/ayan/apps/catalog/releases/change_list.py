"""What changed between two states as a page tells it: figures first, then each row with its values before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from ayan.apps.catalog.explorer import result_table
from ayan.apps.catalog.limits import CHANGES_PAGE, MOST_EDGES
from ayan.apps.catalog.record import records
from ayan.core.query import changes
from ayan.core.query.change_question import ChangeQuestion, ChangeSort, Edge, SnapshotSide, edge_text
from ayan.core.query.changes import Changes, RowDifference
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.store.tombstone import instant
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.wiring.city import City

# Of a row that came or went, so many values are shown; all of them stand on its own page.
FEW = 4

WHATS: dict[ChangeSort, Label] = {
    "changed": Label("عوض شده", "changed"),
    "added": Label("افزوده", "added"),
    "removed": Label("حذف‌شده", "removed"),
}
AFTER = Label("پس از {release}، {when}", "after {release}, {when}")
USUAL_START = Label("پیش از تازه‌ترین انتشار", "before the newest release")
USUAL_END = Label("امروز", "today")

NUMBERED: Final = Label("{period} شمارهٔ {number}", "{period} number {number}")


@dataclass(frozen=True, slots=True)
class ChangeEdge:
    """One moment that a comparison can start or end at."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One field of a row, before and after."""

    field: Field
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that differs, by its name, with the values that tell the difference; ``more`` have not been shown.

    ``named`` says its key in words, for titles may be shared.
    """

    what: ChangeSort
    label: str
    title: str
    named: str
    key: str
    period: str
    values: tuple[ValueChange, ...]
    more: int
    present: bool


@dataclass(frozen=True, slots=True)
class SumChange:
    """One amount over all rows, before and after."""

    field: Field
    before: int | Decimal
    after: int | Decimal

    @property
    def difference(self) -> int | Decimal:
        """By how much it grew."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class ChangeKind:
    """One kind of change: how many rows, and the address that shows it alone."""

    what: ChangeSort
    label: str
    rows: int
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class ChangeList:
    """The page's answer."""

    answer: Changes
    kinds: tuple[ChangeKind, ...]
    sums: tuple[SumChange, ...]
    rows: tuple[RowChange, ...]
    starts: tuple[ChangeEdge, ...]
    ends: tuple[ChangeEdge, ...]
    next_address: str
    whole_address: str
    api: str

    @property
    def nothing(self) -> bool:
        """Whether the two sides say the same."""
        tally = self.answer.summary.tally
        return not (tally.changed or tally.added or tally.removed or self.answer.sides.gone)


def differing(city: City, dataset: Dataset, question: ChangeQuestion, path: str, lang: Lang) -> ChangeList:
    """The comparison. Raises what `ayan.core.query.changes.changes` raises."""
    asked = replace(question, size=question.size or CHANGES_PAGE)
    answer = changes.changes(city.release_store, dataset, asked, city.index_store.spill)
    following = ""
    if answer.next:
        start, end = answer.sides.before.pinned, answer.sides.after.pinned
        following = _address(path, replace(question, start=start, end=end, cursor=answer.next))
    bare = replace(question, cursor=None)
    query = replace(bare, size=None, calendar="gregorian", lang=None).query_string()
    return ChangeList(
        answer,
        tuple(_kind(bare, answer, code, path, lang) for code in WHATS),
        tuple(SumChange(total.field, total.before, total.after) for total in answer.summary.totals),
        tuple(_row_change(dataset, change, lang) for change in answer.rows),
        _edges(city, dataset, question.start, USUAL_START, lang),
        _edges(city, dataset, question.end, USUAL_END, lang),
        following,
        _address(path, replace(bare, what=None)),
        f"/api/v1/datasets/{dataset.slug}/changes{{}}{'?' + query if query else ''}",
    )


def _kind(question: ChangeQuestion, answer: Changes, what: ChangeSort, path: str, lang: Lang) -> ChangeKind:
    rows = getattr(answer.summary.tally, what)
    return ChangeKind(
        what, WHATS[what].of(lang), rows, _address(path, replace(question, what=what)), question.what == what
    )


def _address(path: str, question: ChangeQuestion) -> str:
    query = replace(question, size=None, lang=None, calendar="gregorian").query_string()
    return f"{path}?{query}" if query else path


def _row_change(dataset: Dataset, change: RowDifference, lang: Lang) -> RowChange:
    row = change.after or change.before
    assert row is not None  # noqa: S101 - a change has at least one side
    title = result_table.title_field(dataset)
    fields = [each for each in dataset.published if each.name in change.fields]
    if change.what != "changed":
        fields = [each for each in fields if each != title]
    shown = fields if change.what == "changed" else fields[:FEW]
    old, new = (side.values if side else {} for side in (change.before, change.after))
    return RowChange(
        change.what,
        WHATS[change.what].of(lang),
        records.title(dataset, row, lang),
        records.key_in_words(dataset, row, lang),
        change.key,
        change.period,
        tuple(ValueChange(each, old.get(each.name), new.get(each.name)) for each in shown),
        len(fields) - len(shown),
        change.after is not None,
    )


def _edges(city: City, dataset: Dataset, asked: Edge, usual: Label, lang: Lang) -> tuple[ChangeEdge, ...]:
    """The usual edge, the moments after which the dataset was another, and the one asked for if it is another."""
    chosen = edge_text(asked)
    edges = [ChangeEdge("", usual.of(lang), not chosen)]
    for release in reversed(city.release_store.releases(dataset.slug)[-MOST_EDGES:]):
        code = instant(release.sealed_at)
        named, when = _numbered(release.period, release.number, lang), value_html.plain_moment(release.sealed_at, lang)
        words = AFTER.of(lang).format(release=named, when=when)
        edges.append(ChangeEdge(code, words, isinstance(asked, datetime) and instant(asked) == code))
    if not any(edge.chosen for edge in edges):
        edges.append(ChangeEdge(chosen, _edge_in_words(asked, lang), True))
    return tuple(edges)


def _edge_in_words(edge: Edge, lang: Lang) -> str:
    if isinstance(edge, tuple):
        period, number = edge
        return _numbered(period, number, lang)
    return value_html.plain_moment(edge, lang) if edge else ""


def _numbered(release_period: str, release_number: int, lang: Lang) -> str:
    number = value_html.plain_number(release_number, lang)
    period = "" if release_period == "all" else value_html.period_label(release_period, lang)
    return NUMBERED.of(lang).format(period=period, number=number).strip()


def side_text(side: SnapshotSide, lang: Lang) -> str:
    """One side in words: a release, or the state at a moment."""
    if side.release is not None:
        period, number = side.release
        return _numbered(period, number, lang)
    moment = side.at or side.snapshot.sealed_at
    return value_html.plain_moment(moment, lang) if moment else "—"
