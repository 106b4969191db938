"""What changed between two states as a page tells it: figures first, then each row with its values before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from ayan.apps.catalog import explorer, records
from ayan.apps.catalog.limits import MOST_EDGES
from ayan.core.query import changes
from ayan.core.query.changes import Change, Changes
from ayan.core.query.changing import ChangeQuestion, What, edge_text
from ayan.core.query.sides import Side
from ayan.core.schema.definition import Dataset, Field
from ayan.core.store.shelf import Release, instant
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import writing
from ayan.wiring.city import City

PAGE_SIZE = 25
# Of a row that came or went, so many values are shown; all of them stand on its own page.
FEW = 4

WHATS: dict[What, Label] = {
    "changed": Label("عوض شده", "changed"),
    "added": Label("افزوده", "added"),
    "removed": Label("حذف‌شده", "removed"),
}
AFTER = Label("پس از {release}، {when}", "after {release}, {when}")
USUAL_START = Label("پیش از تازه‌ترین انتشار", "before the newest release")
USUAL_END = Label("امروز", "today")

NUMBERED: Final = Label("{period} شمارهٔ {number}", "{period} number {number}")


@dataclass(frozen=True, slots=True)
class Edge:
    """One moment that a comparison can start or end at."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Value:
    """One field of a row, before and after."""

    field: Field
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Told:
    """One row that differs, by its name, with the values that tell the difference; ``more`` have not been shown."""

    what: What
    label: str
    title: str
    key: str
    period: str
    values: tuple[Value, ...]
    more: int
    present: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """One amount over all rows, before and after."""

    field: Field
    before: int | Decimal
    after: int | Decimal

    @property
    def difference(self) -> int | Decimal:
        """By how much it grew."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of change: how many rows, and the address that shows it alone."""

    what: What
    label: str
    rows: int
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Differing:
    """The page's answer."""

    answer: Changes
    kinds: tuple[Kind, ...]
    sums: tuple[Sum, ...]
    rows: tuple[Told, ...]
    starts: tuple[Edge, ...]
    ends: tuple[Edge, ...]
    next_address: str
    whole_address: str
    api: str

    @property
    def nothing(self) -> bool:
        """Whether the two sides say the same."""
        tally = self.answer.summary.tally
        return not (tally.changed or tally.added or tally.removed or self.answer.sides.gone)


def differing(city: City, dataset: Dataset, question: ChangeQuestion, path: str, lang: Lang) -> Differing:
    """The comparison. Raises what `ayan.core.query.changes.changes` raises."""
    asked = replace(question, size=question.size or PAGE_SIZE)
    answer = changes.changes(city.shelf, dataset, asked)
    following = ""
    if answer.next:
        start, end = answer.sides.before.pinned, answer.sides.after.pinned
        following = _address(path, replace(question, start=start, end=end, cursor=answer.next))
    bare = replace(question, cursor=None)
    query = replace(bare, size=None, calendar="gregorian", lang=None).query_string()
    return Differing(
        answer,
        tuple(_kind(bare, answer, one, path, lang) for one in WHATS),
        tuple(Sum(one.field, one.before, one.after) for one in answer.summary.totals),
        tuple(_told(dataset, one, lang) for one in answer.rows),
        _edges(city, dataset, edge_text(question.start), USUAL_START, lang),
        _edges(city, dataset, edge_text(question.end), USUAL_END, lang),
        following,
        _address(path, replace(bare, what=None)),
        f"/api/v1/datasets/{dataset.slug}/changes{{}}{'?' + query if query else ''}",
    )


def _kind(question: ChangeQuestion, answer: Changes, what: What, path: str, lang: Lang) -> Kind:
    rows = getattr(answer.summary.tally, what)
    return Kind(what, WHATS[what].of(lang), rows, _address(path, replace(question, what=what)), question.what == what)


def _address(path: str, question: ChangeQuestion) -> str:
    query = replace(question, size=None, lang=None, calendar="gregorian").query_string()
    return f"{path}?{query}" if query else path


def _told(dataset: Dataset, one: Change, lang: Lang) -> Told:
    row = one.after or one.before
    assert row is not None  # noqa: S101 - a change has at least one side
    title = explorer.title_field(dataset)
    fields = [each for each in dataset.published if each.name in one.fields]
    if one.what != "changed":
        fields = [each for each in fields if each != title]
    shown = fields if one.what == "changed" else fields[:FEW]
    old, new = (side.values if side else {} for side in (one.before, one.after))
    return Told(
        one.what,
        WHATS[one.what].of(lang),
        records.title(dataset, row, lang),
        one.key,
        one.period,
        tuple(Value(each, old.get(each.name), new.get(each.name)) for each in shown),
        len(fields) - len(shown),
        one.after is not None,
    )


def _edges(city: City, dataset: Dataset, chosen: str, usual: Label, lang: Lang) -> tuple[Edge, ...]:
    """The usual edge, the moments after which the dataset was another, and the one asked for if it is another."""
    found = [Edge("", usual.of(lang), not chosen)]
    for one in reversed(city.shelf.releases(dataset.slug)[-MOST_EDGES:]):
        code = instant(one.sealed_at)
        words = AFTER.of(lang).format(release=_release(one, lang), when=writing.plain_moment(one.sealed_at, lang))
        found.append(Edge(code, words, code == chosen))
    if not any(one.chosen for one in found):
        found.append(Edge(chosen, writing.from_the_left(chosen), True))
    return tuple(found)


def _release(one: Release, lang: Lang) -> str:
    number = writing.plain_number(one.number, lang)
    period = "" if one.period == "all" else writing.period_label(one.period, lang)
    return NUMBERED.of(lang).format(period=period, number=number).strip()


def said(side: Side, lang: Lang) -> str:
    """One side in words: a release, or the state at a moment."""
    if side.release is not None:
        period, number = side.release
        return f"{writing.period_label(period, lang)}/{writing.plain_number(number, lang)}"
    moment = side.at or side.state.sealed_at
    return writing.plain_moment(moment, lang) if moment else "—"
