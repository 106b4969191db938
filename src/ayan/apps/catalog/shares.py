"""Declared bars: what was approved for each heading of the newest period, filled up to what was spent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ayan.apps.catalog import figures, grouped
from ayan.apps.catalog.asking import CITIZEN_UNIT, Ask
from ayan.apps.catalog.limits import MOST_LINES
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import By, GroupQuestion, Measure
from ayan.core.query.parse import parse
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Sort
from ayan.core.schema.definition import Dataset, View
from ayan.core.store.shelf import Release
from ayan.core.values import money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import writing
from ayan.ui.charts.measure import Measure as Counted
from ayan.ui.charts.measure import Scale
from ayan.ui.parts import Share
from ayan.wiring.city import City

ALL = Label("همه", "Total")
REST = Label("دیگر ردیف‌ها", "Other lines")


@dataclass(frozen=True, slots=True)
class Bars:
    """One declared view, worked out: its lines, their total, the unit of all numbers, and where they come from."""

    dataset: Dataset
    title: str
    name: str
    lines: tuple[Share, ...]
    total: Share
    scale: Scale
    release: Release
    rows: str
    groups: str
    api: str


def front(city: City, path_of: str, lang: Lang) -> list[Bars]:
    """The views that datasets put on the front page; those without rows are left out. ``path_of`` holds ``{slug}``."""
    return list(_front(city, path_of, lang))


def _front(city: City, path_of: str, lang: Lang) -> Iterator[Bars]:
    for dataset in city.registry.all():
        for view in dataset.views:
            if view.kind == "bars" and view.front:
                found = bars(city, dataset, view, path_of.format(slug=dataset.slug), lang)
                if found is not None:
                    yield found


def bars(city: City, dataset: Dataset, view: View, path: str, lang: Lang) -> Bars | None:
    """One view of the newest period; None where it has no rows or its question cannot be asked."""
    releases = city.shelf.state(dataset.slug).releases
    if not releases:
        return None
    newest = max(releases, key=lambda one: one.period)
    pairs = [(name, text) for name, _, text in (part.partition("=") for part in view.where.split("&")) if name]
    try:
        filters = parse(dataset, pairs).filters
    except BadQuestion:
        return None
    ask = Ask.bare(dataset, path, lang, *filters).but(release=(newest.period, newest.number))
    measured = [name for name in (view.measure, view.against) if name]
    question = GroupQuestion(
        scope=replace(ask.scope, size=MOST_LINES * 10),
        by=(By(view.by),),
        measures=tuple(Measure("sum", name) for name in measured),
        sort=Sort(f"sum_{view.measure}", descending=True),
    )
    try:
        found = figures.groups(city.reader, dataset, question, city.reader.standing(dataset, ask.question))
    except Unanswered:
        return None
    rows = [(row[view.by], row[f"sum_{view.measure}"] or 0, row.get(f"sum_{view.against}")) for row in found.rows]
    if not rows:
        return None
    return _made(ask, view, rows, newest, question)


def _made(
    ask: Ask, view: View, rows: list[tuple[object, int, int | None]], release: Release, question: GroupQuestion
) -> Bars:
    dataset, lang = ask.dataset, ask.lang
    shown, rest = (rows, []) if len(rows) <= MOST_LINES + 1 else (rows[:MOST_LINES], rows[MOST_LINES:])
    lines = [
        Share(grouped.label(dataset, By(view.by), value, lang), approved, spent, _rows_of(ask, view, value))
        for value, approved, spent in shown
    ]
    if rest:
        lines.append(Share(REST.of(lang), sum(one for _, one, _ in rest), _spent(rest)))
    code = SHOWN_UNITS[CITIZEN_UNIT]
    scale = Counted(lang, money.unit_label(code, lang), MONEY_UNITS[code]).scale(one.approved for one in lines)
    title = (view.title or dataset.title).of(lang).replace("{period}", writing.period_label(release.period, lang))
    return Bars(
        dataset,
        title,
        dataset.field(view.by).label.of(lang),
        tuple(lines),
        Share(ALL.of(lang), sum(one for _, one, _ in rows), _spent(rows)),
        scale,
        release,
        ask.address,
        ask.but(by=By(view.by)).address,
        grouped.api_address(dataset, replace(question, scope=ask.scope)),
    )


def _spent(rows: list[tuple[object, int, int | None]]) -> int | None:
    known = [one for *_, one in rows if one is not None]
    return sum(known) if known else None


def _rows_of(ask: Ask, view: View, value: object) -> str:
    one = Filter(view.by, "isnull", (True,)) if value is None else Filter(view.by, "eq", (str(value),))
    return ask.but(filters=(*ask.question.filters, one)).address
