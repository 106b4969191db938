"""The catalogue, declared bars worked out, and what the search box proposes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from ayan.apps.catalog import page_context, selectors
from ayan.apps.catalog.explorer import figures, group_table
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.limits import MOST_LINES
from ayan.apps.catalog.page_context import published
from ayan.apps.catalog.shown_units import CITIZEN_UNIT
from ayan.core.query.answer import Unanswered
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.problem import BadQuestion
from ayan.core.query.question import Filter, Sort
from ayan.core.query.question_parser import parse
from ayan.core.query.sum_parts import sum_parts
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.schema.view import BarsView
from ayan.core.store.release import Release
from ayan.core.values import money
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.core.values.money import MONEY_UNITS, SHOWN_UNITS
from ayan.ui import value_html
from ayan.ui.charts.measure import ChartMeasure as Counted
from ayan.ui.charts.measure import Scale
from ayan.ui.component_parts import Share
from ayan.wiring import city
from ayan.wiring.city import City

ALL = Label("همه", "Total")
REST = Label("دیگر ردیف‌ها", "Other lines")


@dataclass(frozen=True, slots=True)
class BudgetBars:
    """One declared view, worked out: its lines, their total, the unit of all numbers, and where they come from.

    ``whole`` is what the money is called that the lines are filled up to.
    """

    dataset: Dataset
    title: str
    name: str
    lines: tuple[Share, ...]
    whole: str
    total: Share
    scale: Scale
    release: Release
    rows: str
    groups: str
    api: str


def front(city: City, path_of: str, lang: Lang) -> list[BudgetBars]:
    """The views that datasets put on the front page; those without rows are left out. ``path_of`` holds ``{slug}``."""
    return list(_front(city, path_of, lang))


def _front(city: City, path_of: str, lang: Lang) -> Iterator[BudgetBars]:
    for dataset in city.registry.all():
        for view in dataset.views_of(BarsView):
            if view.front:
                chart = bars(city, dataset, view, path_of.format(slug=dataset.slug), lang)
                if chart is not None:
                    yield chart


def bars(city: City, dataset: Dataset, view: BarsView, path: str, lang: Lang) -> BudgetBars | None:
    """One view of the newest period; None where it has no rows or its question cannot be asked."""
    releases = city.release_store.snapshot(dataset.slug).releases
    if not releases:
        return None
    newest = max(releases, key=lambda release: release.period)
    pairs = [(name, text) for name, _, text in (part.partition("=") for part in view.where.split("&")) if name]
    try:
        filters = parse(dataset, pairs).filters
    except BadQuestion:
        return None
    ask = ExplorerState.bare(dataset, path, lang, *filters).but(release=(newest.period, newest.number))
    measured = [name for name in (view.measure, view.against) if name]
    try:
        standing = city.query_service.snapshot(dataset, ask.question)
        parts = sum_parts(
            city.query_service, dataset, [dataset.field(view.measure)], ask.scope, standing, GroupKey(view.by)
        )
    except Unanswered:
        return None
    if len(parts) != 1:
        # Bars of money on two sides would be compared as if they were one thing.
        return None
    question = GroupQuestion(
        scope=replace(ask.scope.having(*parts[0].conditions), size=MOST_LINES * 10),
        by=(GroupKey(view.by),),
        measures=tuple(GroupMeasure("sum", name) for name in measured),
        sort=Sort(f"sum_{view.measure}", descending=True),
    )
    try:
        answer = figures.groups(city.query_service, dataset, question, standing)
    except (Unanswered, BadQuestion):
        return None
    sums = [(row[view.by], row[f"sum_{view.measure}"], row.get(f"sum_{view.against}")) for row in answer.rows]
    if all(whole is None for _, whole, _ in sums):
        # No rows, or rows from before the column was declared: what nobody published is not nothing.
        return None
    rows = [(value, whole or 0, spent) for value, whole, spent in sums]
    return _bars(ask, view, rows, newest, question)


def _bars(
    ask: ExplorerState,
    view: BarsView,
    rows: list[tuple[object, int, int | None]],
    release: Release,
    question: GroupQuestion,
) -> BudgetBars:
    dataset, lang = ask.dataset, ask.lang
    shown, rest = (rows, []) if len(rows) <= MOST_LINES + 1 else (rows[:MOST_LINES], rows[MOST_LINES:])
    lines = [
        Share(group_table.label(dataset, GroupKey(view.by), value, lang), approved, spent, _rows_of(ask, view, value))
        for value, approved, spent in shown
    ]
    if rest:
        lines.append(Share(REST.of(lang), sum(approved for _, approved, _ in rest), _spent(rest)))
    code = SHOWN_UNITS[CITIZEN_UNIT]
    scale = Counted(lang, money.unit_label(code, lang), MONEY_UNITS[code]).scale(line.approved for line in lines)
    title = view.title.of(lang).replace("{period}", value_html.period_label(release.period, lang))
    return BudgetBars(
        dataset,
        title,
        dataset.field(view.by).label.of(lang),
        tuple(lines),
        dataset.field(view.measure).label.of(lang),
        Share(ALL.of(lang), sum(approved for _, approved, _ in rows), _spent(rows)),
        scale,
        release,
        ask.address,
        ask.but(by=GroupKey(view.by)).address,
        group_table.api_address(dataset, replace(question, scope=replace(question.scope, size=None))),
    )


def _spent(rows: list[tuple[object, int, int | None]]) -> int | None:
    known = [spent for *_, spent in rows if spent is not None]
    return sum(known) if known else None


def _rows_of(ask: ExplorerState, view: BarsView, value: object) -> str:
    condition = Filter(view.by, "isnull", (True,)) if value is None else Filter(view.by, "eq", (str(value),))
    return ask.but(filters=(*ask.question.filters, condition)).address


@published
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every dataset by topic."""
    current_city = city.current()
    topics = selectors.catalogue(current_city)
    context = {
        "topics": topics,
        "totals": selectors.totals(topics),
        "dark": selectors.dark(current_city, topics),
        "section": "data",
        "crumbs": page_context.crumbs(request),
    }
    return render(request, "catalog/catalogue.html", context)


def to_catalogue(request: HttpRequest) -> HttpResponse:
    """/data has one spelling, with its slash."""
    return HttpResponsePermanentRedirect(page_context.address(request, "catalogue"))


def tries(city: City, lang: Lang) -> list[str]:
    """At most one of each kind, of the largest row of the dataset that most others lead to and that tells of it.

    Nobody is held up as an example.
    """
    samples: dict[str, str] = {}
    for dataset in selectors.leading(city):
        wanted = [(kind, field) for kind, field in _telling(dataset) if kind not in samples]
        row = selectors.largest(city, dataset) if wanted else None
        if row is None:
            continue
        for kind, field in wanted:
            value = row.values.get(field.name)
            if value:
                words = value_html.value_plain(field, value, lang, "rial")
                # A district alone is in every dataset; of this one it is a question.
                samples.setdefault(kind, f"{dataset.title.of(lang)} {words}" if field.choices else words)
    return [samples[kind] for kind in ("key", "unit", "place") if kind in samples]


def _telling(dataset: Dataset) -> Iterator[tuple[str, Field]]:
    for field in dataset.published:
        if field.shown != "public":
            continue
        if dataset.key == (field.name,) and field.kind.is_code:
            yield "key", field
        elif field.role in ("unit", "place") and field.kind.is_free_text:
            yield field.role, field
