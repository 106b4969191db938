"""The records of other datasets that belong to a record: those it names, and the rows round it with their figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ayan.apps.catalog.explorer import figures, group_table, portions, result_charts, result_options, result_table
from ayan.apps.catalog.explorer.figures import PriceIndex
from ayan.apps.catalog.explorer.group_table import GroupTable
from ayan.apps.catalog.explorer.portions import Portion
from ayan.apps.catalog.explorer.result_table import TableLine
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.catalog.limits import (
    MOST_ALIKE,
    MOST_FIGURES,
    MOST_LINKED_COLUMNS,
    MOST_LINKED_DATASETS,
    MOST_LINKED_GROUPS,
    REFERENCES_SHOWN,
)
from ayan.apps.catalog.record import records
from ayan.apps.catalog.record.ranked_rows import RankedAgainst, against, ranked, ranked_lines, ranking_of, with_bars
from ayan.apps.catalog.record.related_rows import RelatedRows, belongings
from ayan.apps.catalog.shown_units import list_unit
from ayan.core.query import keys
from ayan.core.query.additivity import SumPart
from ayan.core.query.answer import Answer, Row, Snapshot, TooHeavy, TooSlow, Unanswered
from ayan.core.query.grouping import GroupKey
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.statistics import Statistics, axis_of
from ayan.core.query.sum_parts import amounts_of, parted_sums
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import jalali
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import ShownUnit
from ayan.ui.charts.figure import Figure
from ayan.wiring.city import City

# Rows read of each, newest first, for the time line.
READ: Final = 20
# By what rows are put together, in the order in which it tells most.
TELLING: Final = ("unit", "status", "category", "place")


@dataclass(frozen=True, slots=True)
class NamedRecord:
    """A record that a field of this one names: its dataset, its row, its key in an address and what it is called."""

    field: Field
    dataset: Dataset
    row: Row
    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Naming:
    """The rows of another dataset that belong to this record: how many, what they come to, the newest of them.

    ``newest`` are the rows read, of which ``lines`` shows some. ``years`` and ``made_of`` are drawn where there are
    more rows than are shown, and ``groups`` puts them together by what tells most. ``by`` is the field that leads here,
    where rows of the same dataset belong to the record by another one, too. Rows that compete stand ``against`` an
    amount, where one is declared and published.
    """

    belonging: RelatedRows
    rows: int
    totals: tuple[tuple[SumPart, int], ...]
    newest: tuple[Row, ...]
    lines: tuple[TableLine, ...]
    ask: ExplorerState
    years: Figure | None = None
    real: bool = False
    made_of: Figure | None = None
    groups: GroupTable | None = None
    portions: tuple[Portion, ...] = ()
    by: Label | None = None
    against: RankedAgainst | None = None

    @property
    def dataset(self) -> Dataset:
        """The dataset that the rows are of."""
        return self.belonging.dataset

    @property
    def unit(self) -> ShownUnit:
        """The unit of money of its rows, where the reader chose none."""
        return list_unit(self.dataset)

    @property
    def anchor(self) -> str:
        """What marks the rows on the page."""
        return _anchor(self.belonging)

    @property
    def ranked(self) -> bool:
        """Whether the rows compete for one thing, and stand by their rank."""
        return ranking_of(self.belonging) is not None

    @property
    def telling(self) -> frozenset[str] | None:
        """The columns that a phone shows: of rows that stand by their rank, the amount and how each stands."""
        ranking = ranking_of(self.belonging)
        if ranking is None or not ranking.measure:
            return None
        return frozenset({ranking.measure, *(each.name for each in self.dataset.published if each.role == "status")})


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to a record: ``namings`` with rows, ``unread`` for want of time, ``without`` where nothing is."""

    namings: tuple[Naming, ...] = ()
    unread: tuple[ExplorerState, ...] = ()
    without: tuple[ExplorerState, ...] = ()


def _anchor(related: RelatedRows) -> str:
    return f"{related.dataset.slug}-{related.field.name}"


def named(city: City, dataset: Dataset, row: Row, lang: Lang) -> dict[str, NamedRecord]:
    """By field, the records that this one names and that are published."""
    return {record.field.name: record for record in _named(city, dataset, row, lang)}


def _named(city: City, dataset: Dataset, row: Row, lang: Lang) -> Iterator[NamedRecord]:
    for field in dataset.published:
        value = row.values.get(field.name)
        if field.ref is None or not value or field.shown != "public":
            continue
        target = next((declared for declared in city.registry.all() if declared.slug == field.ref.dataset), None)
        if target is None or not any(published.name == field.ref.field for published in target.published):
            continue
        # Where a value alone is no key, as a line's code in a budget of every year, the record's own year decides.
        alone = target.key == (field.ref.field,)
        matches = _rows(city, target, Filter(field.ref.field, "eq", (str(value),)), 1 if alone else MOST_ALIKE)
        if matches:
            target_row = matches[0] if alone else _of_year(matches, target, _year(dataset, row))
            yield NamedRecord(
                field, target, target_row, keys.key_of(target, target_row), records.title(target, target_row, lang)
            )


def _of_year(matches: Sequence[Row], target: Dataset, year: str) -> Row:
    """Of rows with the same value, newest first, the one of a year; else the newest."""
    return next((match for match in matches if year and _year(target, match) == year), matches[0])


def _year(dataset: Dataset, row: Row) -> str:
    axis = axis_of(dataset)
    value = row.values.get(axis.name) if axis else None
    return str(jalali.from_gregorian(value).year) if isinstance(value, date) else str(value or "")[:4]


def naming(city: City, dataset: Dataset, row: Row, path: str, lang: Lang, prices: PriceIndex | None) -> Around:
    """What belongs to a record. ``path`` is a dataset's address with ``{slug}`` in it."""
    return around(city, dataset, belongings(city, dataset, row), path, lang, prices)


def around(
    city: City, dataset: Dataset, belonging: Sequence[RelatedRows], path: str, lang: Lang, prices: PriceIndex | None
) -> Around:
    """The same of what is known to belong to a record of ``dataset``."""
    namings: list[Naming] = []
    unread: list[ExplorerState] = []
    without: list[ExplorerState] = []
    for related in belonging[:MOST_LINKED_DATASETS]:
        ask = ExplorerState.bare(related.dataset, path.format(slug=related.dataset.slug), lang, *related.conditions)
        full = sum(each.years is not None for each in namings) < MOST_FIGURES
        # What an amount is made of is told once of a dataset, of the rows that stand first.
        apart = all(each.made_of is None or each.dataset != related.dataset for each in namings)
        try:
            naming = _naming(city, related, ask, prices, full=full, apart=apart)
        except (TooSlow, TooHeavy):
            unread.append(ask)
            continue
        except (Unanswered, BadQuestion):
            continue
        if naming is None:
            without.append(ask)
        elif not (related.dataset == dataset and naming.rows < 2):
            # A record is no company to itself.
            namings.append(naming)
    return Around(_distinguished(namings), tuple(unread), tuple(without))


def _distinguished(namings: Sequence[Naming]) -> tuple[Naming, ...]:
    """The same, with the field that leads to them where two would have one heading."""
    often = Counter(each.dataset.slug for each in namings if not each.belonging.title)
    return tuple(
        replace(each, by=each.belonging.field.label)
        if not each.belonging.title and often[each.dataset.slug] > 1
        else each
        for each in namings
    )


def _naming(
    city: City, related: RelatedRows, ask: ExplorerState, prices: PriceIndex | None, *, full: bool, apart: bool
) -> Naming | None:
    """The rows of one belonging; None where there are none. Raises Unanswered."""
    axis = axis_of(related.dataset)
    sort = Sort(axis.name, descending=True) if axis else None
    asked = Question(slug=related.dataset.slug, filters=related.conditions, sort=sort, size=READ)
    standing = city.query_service.snapshot(related.dataset, asked)
    answer = city.query_service.rows(related.dataset, asked, standing)
    if not answer.rows:
        return None
    statistics = None
    if answer.next is not None or (len(answer.rows) > REFERENCES_SHOWN and full):
        statistics = figures.sums(city.query_service, related.dataset, ask.scope, standing)
    if answer.next is None or statistics is None:
        # All of them are here, so nothing else need be asked.
        every = [row.values for row in answer.rows]
        rows, totals = len(every), parted_sums(related.dataset, amounts_of(related.dataset), every)
    else:
        rows = statistics.rows
        known = [(each.part, each.total) for each in statistics.amounts if each.field.kind.is_money]
        totals = tuple((part, int(total)) for part, total in known if total is not None)
    made_of = result_charts.parts(city.query_service, ask, standing, f"made-of-{_anchor(related)}") if apart else None
    return _drawn(city, related, answer, rows, totals, ask, statistics if full else None, made_of, prices)


def _drawn(
    city: City,
    related: RelatedRows,
    answer: Answer,
    rows: int,
    totals: tuple[tuple[SumPart, int], ...],
    ask: ExplorerState,
    statistics: Statistics | None,
    made_of: Figure | None,
    prices: PriceIndex | None,
) -> Naming:
    shown = _columns(related)
    ranking = ranking_of(related)
    if ranking:
        competing = ranked(city, related, ranking, answer)
        lines = ranked_lines(related.dataset, ranking, competing, shown)
        standing = against(city, related, ranking, competing, every=answer.next is None)
        lines = with_bars(lines, ranking, standing.amount) if standing else lines
    else:
        lines, standing = tuple(result_table.lines(related.dataset, answer.rows[:REFERENCES_SHOWN], shown)), None
    coverage = Coverage.of(related.dataset, answer.snapshot)
    years = (
        result_charts.by_year(ask, statistics, 0, prices, f"years-{_anchor(related)}", coverage, mini=True)
        if statistics
        else None
    )
    if years is not None:
        # Two drawings of one page may have the same numbers, and voices tell them apart by their names.
        years = replace(years, title=f"{(related.title or related.dataset.title).of(ask.lang)}: {years.title}")
    return Naming(
        related,
        rows,
        totals,
        answer.rows,
        lines,
        ask,
        years,
        result_charts.is_real(years),
        made_of,
        _together(city, related, ask, answer.snapshot)
        if statistics and rows > REFERENCES_SHOWN and not ranking
        else None,
        portions.portions(city.query_service, ask, answer.snapshot, rows),
        against=standing,
    )


def _together(city: City, related: RelatedRows, ask: ExplorerState, snapshot: Snapshot) -> GroupTable | None:
    """The rows by what tells most; None where one value says it all."""
    offered = [
        by for by in result_options.groupings(related.dataset) if by.part is None and by.field != related.field.name
    ]
    for role in TELLING:
        for by in (each for each in offered if related.dataset.field(each.field).role == role):
            table = group_table.grouped(city.query_service, ask, GroupKey(by.field), snapshot, MOST_LINKED_GROUPS)
            return table if table.total > 1 else None
    return None


def _columns(related: RelatedRows) -> tuple[Field, ...]:
    """A few columns for a short table: what names a row, when, how much, how it stands.

    What all rows have in common is left out, by its number and by its name.
    """
    dataset, field = related.dataset, related.field
    same = {field} if related.condition.op != "contains" else set()
    if field.kind.is_company:
        same |= {each for each in dataset.published if each.role == "company" and each.ref is None}
    title_field = result_table.title_field(dataset)
    ranking = ranking_of(related)
    # Of rows that compete, how each stands says more than the day that all were opened on.
    roles = ("amount", "rate", "status") if ranking else ("date", "amount", "rate", "status", "category")
    wanted = [each for each in dataset.published if each.role in roles]
    ranked = [dataset.field(name) for name in (ranking.rank, ranking.measure) if name] if ranking else []
    ordered = [*([title_field] if title_field else []), *ranked, *wanted, *dataset.published]
    plain = [each for each in dict.fromkeys(ordered) if each not in same and each.kind.brief]
    chosen = plain[:MOST_LINKED_COLUMNS]
    return tuple(each for each in dataset.published if each in chosen)


def _rows(city: City, dataset: Dataset, condition: Filter, most: int) -> tuple[Row, ...]:
    axis = axis_of(dataset) if most > 1 else None
    sort = Sort(axis.name, descending=True) if axis else None
    question = Question(slug=dataset.slug, filters=(condition,), sort=sort, size=most)
    try:
        return city.query_service.rows(dataset, question).rows
    except (Unanswered, BadQuestion):
        return ()
