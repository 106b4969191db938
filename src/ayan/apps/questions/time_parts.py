"""Numbers along time, and what each place gets for each of its people."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from ayan.apps.catalog.explorer import figures, time_figures
from ayan.apps.catalog.explorer.state import ExplorerState
from ayan.apps.catalog.explorer.time_figures import TimeSeries
from ayan.apps.questions import small_pictures
from ayan.apps.questions.limits import MOST_GROUPS
from ayan.apps.questions.worked_part import (
    COUNT,
    PartSource,
    PartWork,
    WorkedPart,
    cases,
    counted,
    newest_whole,
    said,
    worded,
)
from ayan.core.common_questions.common_question import PerHeadPart, SeriesPart
from ayan.core.query.grouping import GroupKey, GroupMeasure, GroupQuestion
from ayan.core.query.question import Question, Sort
from ayan.core.query.values import as_asked
from ayan.core.schema.view import PeopleView
from ayan.core.values.asked_value import value_text
from ayan.core.values.digits import ExactNumber
from ayan.core.values.label import Label
from ayan.core.values.text import fold
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure, FigureColumn, FigureTable

HEAD: Final = Label("برای هر نفر در {period}", "for each person in {period}")
PEOPLE: Final = Label("جمعیت", "People")
EACH: Final = Label("برای هر نفر", "For each person")
_NEWEST_COLUMNS: Final = 12


def series(work: PartWork) -> WorkedPart | None:
    """A number along time, and from which period to which it is told."""
    part: SeriesPart = work.part
    question = work.question(
        (part.time,), (GroupMeasure(part.function, part.measure), COUNT), Sort(part.time.name, descending=False)
    )
    key, value, count = question.columns
    rows = [row for row in work.groups(question).rows if row[key] is not None]
    numbers = [(str(row[key]), row[value]) for row in rows]
    known = [(name, number) for name, number in numbers if number is not None]
    if not known:
        return None
    field, measure, lang = work.dataset.field(part.measure), work.measure(part.measure), work.lang
    coverage = work.coverage
    months = any(time_figures.is_month(name) for name, _ in numbers)
    coverage = coverage.by_months(name for name, _ in numbers) if months else coverage.up_to(numbers[-1][0])
    line = TimeSeries(part.name.of(lang), numbers, measure, lambda name: work.rows_of(part.time, name))
    index = work.prices if field.kind.is_money else None
    drawn = time_figures.figure(line, coverage, index, part.code)
    (first, first_value), (last, last_value) = known[0], known[-1]
    words = {
        "said": drawn.title if drawn else "",
        "first": value_html.period_label(first, lang),
        "first_value": said(measure, first_value),
        "last": value_html.period_label(last, lang),
        "last_value": said(measure, last_value),
        "periods": counted(len(known), lang),
    }
    exact = {
        "first_value": work.amount(part.measure, first_value, first),
        "last_value": work.amount(part.measure, last_value, last),
        "periods": cases(len(known)),
    }
    total = sum(int(row[count]) for row in rows)
    shown = (work.figure(drawn, worded(part.title, {}, lang), total),) if drawn else ()
    picture = small_pictures.columns([number for _, number in known[-_NEWEST_COLUMNS:]], lang)
    return WorkedPart(part, words, exact, shown, picture, sources=(work.source(question, rows=total),))


def per_head(work: PartWork) -> WorkedPart | None:
    """What each place gets for each of its people in the newest whole year."""
    part: PerHeadPart = work.part
    dated = work.question((part.time,), (COUNT,))
    year = newest_whole([str(row[part.time.name]) for row in work.groups(dated).rows], work.coverage)
    if year is None:
        return None
    part_work = work.within(part.time, year)
    question = part_work.question((part.by,), (GroupMeasure("sum", part.measure), COUNT))
    key, total, count = question.columns
    people, source = _people(work, year[:4])
    sums = {row[key]: int(row[total]) for row in part_work.groups(question).rows if row[key] is not None and row[total]}
    heads = {value: people[fold(value_text(value))] for value in sums if people.get(fold(value_text(value)))}
    if len(heads) < 2 or source is None:
        return None
    lang, measure = work.lang, work.measure(part.measure)
    # Computed, so that a table tells it to whole units.
    each = {value: Decimal(_rounded(sums[value], heads[value])) for value in heads}
    order = sorted(each, key=lambda value: each[value], reverse=True)
    names = {value: work.label(part.by, value) for value in order}
    label = work.field_label(part.by.field)
    bars = [Whole(names[value], [each[value]], address=part_work.rows_of(part.by, value)) for value in order]
    name = f"{work.field_label(part.measure)} {HEAD.of(lang).format(period=value_html.period_label(year, lang))}"
    chart = StackedBars.of(name, bars, measure, label)
    values: dict[str, ExactNumber] = {
        "top_value": each[order[0]],
        "least_value": each[order[-1]],
        "city_value": _rounded(sum(sums[value] for value in heads), sum(heads.values())),
    }
    words = {
        "period": value_html.period_label(year, lang),
        "top": titles.isolated_name(names[order[0]]),
        "least": titles.isolated_name(names[order[-1]]),
        **{name: said(measure, value) for name, value in values.items()},
    }
    exact_figures = {name: work.amount(part.measure, value, year) for name, value in values.items()}
    title = worded(part.title, {part.code: WorkedPart(part, words)}, lang) or name
    exact = measure.exact
    columns = (
        FigureColumn(label, numeric=False),
        FigureColumn(work.field_label(part.measure), measure.unit),
        FigureColumn(PEOPLE.of(lang)),
        FigureColumn(EACH.of(lang), measure.unit),
    )
    table = FigureTable(
        columns,
        tuple((names[value], exact(sums[value]), heads[value], exact(each[value])) for value in order),
        tuple(part_work.rows_of(part.by, value) for value in order),
    )
    rows = sum(int(row[count]) for row in part_work.groups(question).rows)
    drawn = work.figure(Figure(title, chart, part.code), title, rows)
    picture = small_pictures.bars([each[value] for value in order], lang)
    sources = (part_work.source(question, rows=rows), source)
    placed = work.placed(part.by, sums, measure, work.field_label(part.measure), words["period"], year[:4])
    return WorkedPart(part, words, exact_figures, (drawn,), picture, table, sources, placed)


def _rounded(total: int, people: int) -> int:
    """A part of whole rials, to whole rials; halves away from zero."""
    half = (2 * abs(total) + people) // (2 * people)
    return half if total >= 0 else -half


def _people(work: PartWork, year: str) -> tuple[Mapping[str, int], PartSource | None]:
    """How many lived in each place at the last count of a year, and where that was read."""
    for dataset in work.city.registry.declaring(PeopleView):
        view = dataset.view(PeopleView)
        if view is None or not view.location or not work.city.release_store.current(dataset.slug):
            continue
        known = as_asked(work.city.registry.in_words(dataset))
        lead = ExplorerState.bare(known, work.path.replace(work.dataset.slug, known.slug), work.lang)
        question = GroupQuestion(
            scope=Question(slug=known.slug, size=MOST_GROUPS),
            by=(GroupKey(view.year), GroupKey(view.location)),
            measures=(GroupMeasure("sum", view.people),),
        )
        snapshot = work.city.query_service.snapshot(known, question.scope)
        # The view says what its numbers are: people who lived at one time, of whom nobody lives twice in a year.
        rows = figures.groups(work.city.query_service, known, question, snapshot, known_meaning=True).rows
        of_year = [row for row in rows if str(row[view.year])[:4] == year and row[view.location] is not None]
        last = max((str(row[view.year]) for row in of_year), default="")
        people = {
            fold(value_text(row[view.location])): int(row[f"sum_{view.people}"] or 0)
            for row in of_year
            if str(row[view.year]) == last
        }
        other = PartWork(work.city, work.lang, work.part, known, snapshot, (), lead.path)
        return people, other.within(GroupKey(view.year), last).source(rows=len(people)) if people else None
    return {}, None
