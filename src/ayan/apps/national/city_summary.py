"""What the pages over all cities are told of one: its tables, its figures by year, its people, and its companies.

All of it is asked for at the doors that readers have, of what is published and stands; nothing else is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial

from ayan.apps.national.limits import LONGEST_NAME, MOST_GROUPS
from ayan.core.query.answer import Snapshot, Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.problem import BadQuestion
from ayan.core.query.query_service import answer_groups
from ayan.core.query.question import Filter, Question
from ayan.core.query.statistics import axis_of
from ayan.core.query.sum_parts import amount_field, measures_of, sum_parts
from ayan.core.query.values import as_asked
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import PeopleView
from ayan.core.store.objects import StoreError
from ayan.core.values.label import Label, in_each
from ayan.core.values.text import publish
from ayan.ui import sum_words
from ayan.wiring.city import City

ROWS = Label("ردیف‌ها", "Rows")
COUNT = "count"


@dataclass(frozen=True, slots=True)
class TableSummary:
    """One published dataset: under which declaration, and which release of it was sealed last.

    ``digest`` is that of the declaration: figures are compared only under equal ones.
    """

    slug: str
    digest: str
    title: Label
    description: Label
    rows: int
    release: str
    manifest: str
    sealed_at: str


@dataclass(frozen=True, slots=True)
class YearlyFigure:
    """One number of a dataset in a year.

    ``measure`` is ``count`` or ``sum_FIELD``; ``side`` which money it is where there are two; ``query`` the conditions
    under which the city's own page shows the rows behind it, ``release`` the newest one that it rests on.
    """

    slug: str
    measure: str
    side: str
    label: Label
    is_money: bool
    unit: Label
    year: str
    value: int | Decimal
    query: str
    release: str


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """How many people the city counted in a year."""

    slug: str
    year: str
    people: int
    release: str


@dataclass(frozen=True, slots=True)
class CompanyRows:
    """The rows of a dataset that name one legal ID: how many, and their money where they have any.

    ``total`` is of money out where a dataset has money in, too.
    """

    slug: str
    field: str
    legal_id: str
    name: str
    rows: int
    total: int | None
    release: str


@dataclass(frozen=True, slots=True)
class CitySummary:
    """All that is told of a city, under its site ``version`` and the ``mark`` of its store.

    The mark is empty where nothing was ever published, and None where nobody could say.

    ``damaged`` are the datasets that could not be read and of which nothing is told; ``shortened`` those of whose
    companies only the first are.
    """

    version: str
    mark: str | None
    name: Label
    demo: bool
    log_size: int
    damaged: tuple[str, ...]
    shortened: tuple[str, ...]
    tables: tuple[TableSummary, ...]
    figures: tuple[YearlyFigure, ...]
    people: tuple[PeopleCount, ...]
    companies: tuple[CompanyRows, ...]


def summary_of(city: City) -> CitySummary | None:
    """What is told of a city now; None where something was published or withdrawn meanwhile: ask again."""
    mark = city.release_store.mark()
    version, damaged = city.state()
    sealed_city = city.as_sealed
    sealed_city = sealed_city.without(damaged) if damaged else sealed_city
    unread = set(damaged)
    tables: list[TableSummary] = []
    figures: list[YearlyFigure] = []
    people: list[PeopleCount] = []
    companies: list[CompanyRows] = []
    shortened: list[str] = []
    for dataset in sealed_city.registry.all():
        try:
            summary = _DatasetSummary.of(sealed_city, city, dataset)
        except (StoreError, OSError, Unanswered):
            unread.add(dataset.slug)
            continue
        if summary is None:
            continue
        tables.append(summary.table)
        figures += summary.figures
        people += summary.people
        companies += summary.companies
        shortened += [dataset.slug] if summary.shortened else []
    if (city.release_store.mark(), city.state()[0]) != (mark, version):
        return None
    return CitySummary(
        version=version,
        # Where nothing was ever published there is no mark, and nothing to be taken back.
        mark="" if mark is None and not tables and not unread else mark,
        name=city.profile.name,
        demo=city.profile.demo,
        log_size=city.log.size if city.log is not None else 0,
        damaged=tuple(sorted(unread)),
        shortened=tuple(shortened),
        tables=tuple(tables),
        figures=tuple(figures),
        people=tuple(people),
        companies=tuple(companies),
    )


@dataclass(frozen=True, slots=True)
class _DatasetSummary:
    table: TableSummary
    figures: tuple[YearlyFigure, ...]
    people: tuple[PeopleCount, ...]
    companies: tuple[CompanyRows, ...]
    shortened: bool

    @classmethod
    def of(cls, sealed_city: City, declared: City, dataset: Dataset) -> _DatasetSummary | None:
        """What is told of one dataset; None where nothing of it is published."""
        snapshot = sealed_city.query_service.snapshot(dataset, Question(slug=dataset.slug))
        newest = snapshot.source.newest
        if newest is None:
            return None
        asked = _Asked(sealed_city, dataset, snapshot)
        companies, shortened = asked.companies()
        table = TableSummary(
            dataset.slug,
            declared.registry.get(dataset.slug).digest,
            dataset.title,
            dataset.description,
            snapshot.source.rows,
            f"{newest.period}/{newest.number}",
            newest.digest,
            newest.sealed_at.isoformat(timespec="seconds"),
        )
        return cls(table, tuple(asked.figures()), tuple(asked.people()), companies, shortened)


class _Asked:
    """The questions about one state of a dataset."""

    def __init__(self, city: City, dataset: Dataset, snapshot: Snapshot) -> None:
        self._city, self._dataset, self._snapshot = city, as_asked(dataset), snapshot

    def figures(self) -> Iterator[YearlyFigure]:
        """How many rows each year has, and each sum that says something."""
        axis = axis_of(self._dataset)
        if axis is None:
            return
        year = GroupKey(axis.name, "year")
        scope = Question(slug=self._dataset.slug, size=MOST_GROUPS)
        yield from self._by_year(year, scope, GroupMeasure("count"), "", ROWS, None)
        service = self._city.query_service
        for part in sum_parts(service, self._dataset, measures_of(self._dataset), scope, self._snapshot, year):
            measure = GroupMeasure("sum", part.field.name)
            narrowed = replace(scope, filters=part.conditions)
            label = in_each(partial(sum_words.sided, self._dataset, part))
            yield from self._by_year(year, narrowed, measure, part.side, label, part.field)

    def _by_year(
        self, year: GroupKey, scope: Question, measure: GroupMeasure, side: str, label: Label, field: Field | None
    ) -> Iterator[YearlyFigure]:
        question = GroupQuestion(scope=scope, by=(year,), measures=(measure,))
        try:
            groups = answer_groups(self._city.query_service, self._dataset, question, self._snapshot)
        except BadQuestion:
            # A sum that would mean nothing is told nowhere.
            return
        conditions = replace(scope, size=None).query_string()
        for row in groups.rows:
            key, value = row[year.name], row[measure.name]
            if key is None or value is None:
                continue
            named = str(key)
            query = "&".join(filter(None, (conditions, f"{year.field}={named}")))
            unit = field.unit if field is not None and field.unit is not None else Label("", "")
            is_money = field is not None and field.kind.is_money
            yield YearlyFigure(
                self._dataset.slug, measure.name, side, label, is_money, unit, named, value, query, self._release(named)
            )

    def people(self) -> Iterator[PeopleCount]:
        """How many people lived here, by year, at the latest date of each."""
        view = self._dataset.view(PeopleView)
        if view is None or not all(self._is_open(name) for name in (view.year, view.people)):
            return
        question = GroupQuestion(
            scope=Question(slug=self._dataset.slug, size=MOST_GROUPS),
            by=(GroupKey(view.year),),
            measures=(GroupMeasure("sum", view.people),),
        )
        # The view says what its numbers are: people who lived at one time.
        groups = answer_groups(self._city.query_service, self._dataset, question, self._snapshot, known_meaning=True)
        last: dict[str, tuple[str, int]] = {}
        for row in groups.rows:
            moment, number = str(row[view.year]), row[f"sum_{view.people}"]
            if number is not None:
                last[moment[:4]] = max(last.get(moment[:4], ("", 0)), (moment, int(number)))
        for year, (_, number) in sorted(last.items()):
            yield PeopleCount(self._dataset.slug, year, number, self._release(year))

    def companies(self) -> tuple[tuple[CompanyRows, ...], bool]:
        """The rows of each legal ID that the dataset names openly, and whether there were more than are told."""
        summary: list[CompanyRows] = []
        more = False
        for field in self._dataset.published:
            if field.kind.is_company and field.shown == "public":
                rows, cut = self._of_companies(field)
                summary += rows
                more = more or cut
        return tuple(summary), more

    def _of_companies(self, field: Field) -> tuple[Sequence[CompanyRows], bool]:
        known = Question(slug=self._dataset.slug, filters=(Filter(field.name, "isnull", (False,)),), size=MOST_GROUPS)
        names = [each for each in self._dataset.published if each.role == "company" and not each.kind.is_company]
        name = next((each for each in names if each.shown == "public"), None)
        keys = (GroupKey(field.name), *([GroupKey(name.name)] if name else []))
        service = self._city.query_service
        counted = answer_groups(service, self._dataset, GroupQuestion(scope=known, by=keys), self._snapshot)
        rows: dict[str, int] = {}
        called: dict[str, tuple[int, str]] = {}
        for row in counted.rows:
            legal_id, count = str(row[field.name]), int(row[COUNT])
            rows[legal_id] = rows.get(legal_id, 0) + count
            words = publish(str(row[name.name] or ""))[:LONGEST_NAME] if name else ""
            called[legal_id] = max(called.get(legal_id, (0, "")), (count, words))
        totals = self._totals(field, known)
        release = self._release("")
        return [
            CompanyRows(
                self._dataset.slug, field.name, legal_id, called[legal_id][1], count, totals.get(legal_id), release
            )
            for legal_id, count in rows.items()
        ], counted.total > len(counted.rows)

    def _totals(self, field: Field, known: Question) -> dict[str, int]:
        """The money of each legal ID, money out where there are two sides; nothing where it may not be added up."""
        amount = amount_field(self._dataset)
        if amount is None or amount not in measures_of(self._dataset):
            return {}
        service = self._city.query_service
        parts = sum_parts(service, self._dataset, (amount,), known, self._snapshot)
        part = next((each for each in parts if each.side in ("", "out")), None)
        if part is None:
            return {}
        question = GroupQuestion(
            scope=known.having(*part.conditions),
            by=(GroupKey(field.name),),
            measures=(GroupMeasure("sum", amount.name),),
        )
        try:
            groups = answer_groups(service, self._dataset, question, self._snapshot)
        except BadQuestion:
            return {}
        named = GroupMeasure("sum", amount.name).name
        return {str(row[field.name]): int(row[named]) for row in groups.rows if row[named] is not None}

    def _is_open(self, name: str) -> bool:
        return any(field.name == name and field.shown == "public" for field in self._dataset.published)

    def _release(self, year: str) -> str:
        """The newest release of a year, or of all where none is of it alone."""
        of_year = [each for each in self._snapshot.source.releases if year and each.period.startswith(year)]
        newest = max(of_year or self._snapshot.source.releases, key=lambda each: (each.sealed_at, each.ref))
        return f"{newest.period}/{newest.number}"
