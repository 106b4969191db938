"""The records of other datasets that belong to a record: those it names, and the rows round it with their figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from ayan.apps.catalog import choosing, composed, drawn, explorer, figures, grouped, records
from ayan.apps.catalog.asking import Ask
from ayan.apps.catalog.belonging import Belonging, belongings
from ayan.apps.catalog.composed import Portion
from ayan.apps.catalog.explorer import Line
from ayan.apps.catalog.grouped import Grouped
from ayan.apps.catalog.limits import (
    MOST_ALIKE,
    MOST_FIGURES,
    MOST_LINKED_COLUMNS,
    MOST_LINKED_DATASETS,
    MOST_LINKED_GROUPS,
)
from ayan.apps.catalog.prices import Prices
from ayan.core.query import keys
from ayan.core.query.answer import Answer, Row, Standing, TooHeavy, TooSlow, Unanswered
from ayan.core.query.grouping import By
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Question, Sort
from ayan.core.query.statistics import Statistics, amounts_of, axis_of
from ayan.core.schema.definition import Dataset, Field
from ayan.core.values import jalali
from ayan.core.values.locale import Lang
from ayan.ui.charts.figure import Figure
from ayan.wiring.city import City

# Rows shown of each dataset that belongs to a record; all of them are one link away.
SHOWN: Final = 5
# Rows read of each, newest first, for the time line.
READ: Final = 20
# By what rows are put together, in the order in which it tells most.
TELLING: Final = ("unit", "status", "category", "place")


@dataclass(frozen=True, slots=True)
class Named:
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
    more rows than are shown, and ``groups`` puts them together by what tells most.
    """

    belonging: Belonging
    rows: int
    totals: tuple[tuple[Field, int], ...]
    newest: tuple[Row, ...]
    lines: tuple[Line, ...]
    ask: Ask
    years: Figure | None = None
    real: bool = False
    made_of: Figure | None = None
    groups: Grouped | None = None
    portions: tuple[Portion, ...] = ()

    @property
    def dataset(self) -> Dataset:
        """The dataset that the rows are of."""
        return self.belonging.dataset

    @property
    def anchor(self) -> str:
        """What marks the rows on the page."""
        return _anchor(self.belonging)


@dataclass(frozen=True, slots=True)
class Around:
    """What belongs to a record: ``found`` with its rows, ``unread`` for want of time, ``without`` where nothing is."""

    found: tuple[Naming, ...] = ()
    unread: tuple[Ask, ...] = ()
    without: tuple[Ask, ...] = ()


def _anchor(one: Belonging) -> str:
    return f"{one.dataset.slug}-{one.field.name}"


def named(city: City, dataset: Dataset, row: Row, lang: Lang) -> dict[str, Named]:
    """By field, the records that this one names and that are published."""
    return {one.field.name: one for one in _named(city, dataset, row, lang)}


def _named(city: City, dataset: Dataset, row: Row, lang: Lang) -> Iterator[Named]:
    for field in dataset.published:
        value = row.values.get(field.name)
        if field.ref is None or not value or field.shown != "public":
            continue
        target = next((one for one in city.registry.all() if one.slug == field.ref.dataset), None)
        if target is None or not any(one.name == field.ref.field for one in target.published):
            continue
        # Where a value alone is no key, as a line's code in a budget of every year, the record's own year decides.
        alone = target.key == (field.ref.field,)
        found = _rows(city, target, Filter(field.ref.field, "eq", (str(value),)), 1 if alone else MOST_ALIKE)
        if found:
            one = found[0] if alone else _of_year(found, target, _year(dataset, row))
            yield Named(field, target, one, keys.key_of(target, one), records.title(target, one, lang))


def _of_year(found: Sequence[Row], target: Dataset, year: str) -> Row:
    """Of rows with the same value, newest first, the one of a year; else the newest."""
    return next((one for one in found if year and _year(target, one) == year), found[0])


def _year(dataset: Dataset, row: Row) -> str:
    axis = axis_of(dataset)
    value = row.values.get(axis.name) if axis else None
    return str(jalali.from_gregorian(value).year) if isinstance(value, date) else str(value or "")[:4]


def naming(city: City, dataset: Dataset, row: Row, path: str, lang: Lang, prices: Prices | None) -> Around:
    """What belongs to a record. ``path`` is a dataset's address with ``{slug}`` in it."""
    return around(city, dataset, belongings(city, dataset, row), path, lang, prices)


def around(
    city: City, dataset: Dataset, belonging: Sequence[Belonging], path: str, lang: Lang, prices: Prices | None
) -> Around:
    """The same of what is known to belong to a record of ``dataset``."""
    found: list[Naming] = []
    unread: list[Ask] = []
    without: list[Ask] = []
    for one in belonging[:MOST_LINKED_DATASETS]:
        ask = Ask.bare(one.dataset, path.format(slug=one.dataset.slug), lang, *one.conditions)
        full = sum(each.years is not None for each in found) < MOST_FIGURES
        # What an amount is made of is told once of a dataset, of the rows that stand first.
        apart = all(each.made_of is None or each.dataset != one.dataset for each in found)
        try:
            made = _naming(city, one, ask, prices, full=full, apart=apart)
        except (TooSlow, TooHeavy):
            unread.append(ask)
            continue
        except (Unanswered, BadQuestion):
            continue
        if made is None:
            without.append(ask)
        elif not (one.dataset == dataset and made.rows < 2):
            # A record is no company to itself.
            found.append(made)
    return Around(tuple(found), tuple(unread), tuple(without))


def _naming(city: City, one: Belonging, ask: Ask, prices: Prices | None, *, full: bool, apart: bool) -> Naming | None:
    """The rows of one belonging; None where there are none. Raises Unanswered."""
    axis = axis_of(one.dataset)
    sort = Sort(axis.name, descending=True) if axis else None
    asked = Question(slug=one.dataset.slug, filters=one.conditions, sort=sort, size=READ)
    standing = city.reader.standing(one.dataset, asked)
    answer = city.reader.rows(one.dataset, asked, standing)
    if not answer.rows:
        return None
    told = None
    if answer.next is not None or (len(answer.rows) > SHOWN and full):
        told = figures.sums(city.reader, one.dataset, ask.scope, standing)
    if answer.next is None or told is None:
        # All of them are here, so nothing else need be asked.
        rows, totals = len(answer.rows), _added(one.dataset, answer.rows)
    else:
        rows = told.rows
        totals = tuple((each.field, each.total) for each in told.amounts if each.total is not None)
    made_of = composed.parts(city.reader, ask, standing, f"made-of-{_anchor(one)}") if apart else None
    return _drawn(city, one, answer, rows, totals, ask, told if full else None, made_of, prices)


def _drawn(
    city: City,
    one: Belonging,
    answer: Answer,
    rows: int,
    totals: tuple[tuple[Field, int], ...],
    ask: Ask,
    told: Statistics | None,
    made_of: Figure | None,
    prices: Prices | None,
) -> Naming:
    shown = _columns(one)
    lines = tuple(explorer.lines(one.dataset, answer.rows[:SHOWN], shown))
    years = drawn.by_year(ask, told, 0, prices, f"years-{_anchor(one)}", mini=True) if told else None
    if years is not None:
        # Two drawings of one page may have the same numbers, and voices tell them apart by their names.
        years = replace(years, title=f"{(one.title or one.dataset.title).of(ask.lang)}: {years.title}")
    return Naming(
        one,
        rows,
        totals,
        answer.rows,
        lines,
        ask,
        years,
        drawn.is_real(years),
        made_of,
        _together(city, one, ask, answer.standing) if told and rows > SHOWN else None,
        composed.portions(city.reader, ask, answer.standing, rows),
    )


def _together(city: City, one: Belonging, ask: Ask, standing: Standing) -> Grouped | None:
    """The rows by what tells most; None where one value says it all."""
    offered = [by for by in choosing.groupings(one.dataset) if by.part is None and by.field != one.field.name]
    for role in TELLING:
        for by in (each for each in offered if one.dataset.field(each.field).role == role):
            found = grouped.grouped(city.reader, ask, By(by.field), standing, MOST_LINKED_GROUPS)
            return found if found.total > 1 else None
    return None


def _added(dataset: Dataset, rows: Sequence[Row]) -> tuple[tuple[Field, int], ...]:
    """The sums of the amounts of rows that are at hand."""
    out = []
    for field in amounts_of(dataset):
        values = [value for row in rows if isinstance(value := row.values.get(field.name), int)]
        if values:
            out.append((field, sum(values)))
    return tuple(out)


def _columns(one: Belonging) -> tuple[Field, ...]:
    """A few columns for a short table: what names a row, when, how much, how it stands.

    What all rows have in common is left out, by its number and by its name.
    """
    dataset, field = one.dataset, one.field
    same = {field} if one.condition.op != "contains" else set()
    if field.kind == "company":
        same |= {each for each in dataset.published if each.role == "company" and each.ref is None}
    title_field = explorer.title_field(dataset)
    wanted = [each for each in dataset.published if each.role in ("date", "amount", "rate", "status", "category")]
    ordered = [*([title_field] if title_field else []), *wanted, *dataset.published]
    plain = [each for each in dict.fromkeys(ordered) if each not in same and each.kind not in ("geometry", "link")]
    chosen = plain[:MOST_LINKED_COLUMNS]
    return tuple(each for each in dataset.published if each in chosen)


def _rows(city: City, dataset: Dataset, condition: Filter, most: int) -> tuple[Row, ...]:
    axis = axis_of(dataset) if most > 1 else None
    sort = Sort(axis.name, descending=True) if axis else None
    question = Question(slug=dataset.slug, filters=(condition,), sort=sort, size=most)
    try:
        return city.reader.rows(dataset, question).rows
    except (Unanswered, BadQuestion):
        return ()
