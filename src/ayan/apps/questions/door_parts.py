"""What is told of a budget, of the newest rows and of all datasets together: mostly for doors."""

from __future__ import annotations

from typing import Final

from ayan.apps.catalog import selectors
from ayan.apps.catalog.front.views import bars as declared_bars
from ayan.apps.questions import small_pictures
from ayan.apps.questions.limits import MOST_NEWEST, MOST_TILES
from ayan.apps.questions.worked_part import PartWork, WorkedPart, cases, counted, exact_share, said, share_words
from ayan.core.common_questions.common_question import NewestPart, QuestionPart
from ayan.core.query.question import Question, Sort
from ayan.core.schema.view import BarsView
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure, FigureCell, FigureColumn, FigureTable
from ayan.wiring.city import City

RATIO: Final = Label("{pro} به {contra}", "{pro} to {contra}")


def bars(work: PartWork) -> WorkedPart | None:
    """The bars that a dataset declares for the front page."""
    view = next((view for view in work.dataset.views_of(BarsView) if view.front), None)
    shown = declared_bars(work.city, work.dataset, view, work.path, work.lang) if view else None
    if view is None or shown is None or not shown.lines or not shown.total.approved:
        return None
    lang, measure, whole = work.lang, work.measure(view.measure), shown.total
    top = max(shown.lines, key=lambda line: line.approved)
    chart = StackedBars.of(
        shown.whole, [Whole(line.label, [line.approved], address=line.address) for line in shown.lines], measure,
        shown.name,
    )  # fmt: skip
    words = {
        "period": value_html.period_label(shown.release.period, lang),
        "total": said(measure, whole.approved),
        "spent_share": share_words(whole.spent, whole.approved, lang) if whole.spent is not None else "",
        "top": titles.isolated_name(top.label),
        "top_value": said(measure, top.approved),
        "top_share": share_words(top.approved, whole.approved, lang),
    }
    period = shown.release.period
    exact = {
        "total": work.amount(view.measure, whole.approved, period),
        "top_value": work.amount(view.measure, top.approved, period),
        "top_share": exact_share(top.approved, whole.approved, period),
    }
    if whole.spent is not None:
        exact["spent_share"] = exact_share(whole.spent, whole.approved, period)
    columns = [FigureColumn(shown.name, numeric=False), FigureColumn(shown.whole, measure.unit)]
    rows: list[tuple[FigureCell, ...]] = [(line.label, measure.exact(line.approved)) for line in shown.lines]
    if view.against and whole.spent is not None:
        columns.append(FigureColumn(work.field_label(view.against), measure.unit))
        rows = [(*row, measure.exact(line.spent)) for row, line in zip(rows, shown.lines, strict=True)]
    table = FigureTable(tuple(columns), tuple(rows), tuple(line.address for line in shown.lines))
    drawn = work.figure(Figure(shown.title, chart, work.part.code), shown.title, shown.release.rows)
    source = work.source()
    return WorkedPart(
        work.part,
        words,
        exact,
        (drawn,),
        small_pictures.hundred([line.approved for line in sorted(shown.lines, key=lambda line: -line.approved)], lang),
        table,
        (type(source)(source.ask, source.snapshot, (shown.api,), shown.release.rows),),
    )


def newest(work: PartWork) -> WorkedPart | None:
    """The newest rows: what the first of them is called, its day, and the two numbers that stand against each other."""
    part: NewestPart = work.part
    question = Question(
        slug=work.dataset.slug, filters=work.filters, sort=Sort(part.time.field, descending=True), size=MOST_NEWEST
    )
    rows = work.city.query_service.rows(work.dataset, question, work.snapshot).rows
    row = next(
        (
            row
            for row in rows
            if all(row.values.get(name) is not None for name in (part.pro, part.contra, part.outcome))
        ),
        None,
    )
    if row is None:
        return None
    lang, values = work.lang, row.values
    pro, contra = int(str(values[part.pro])), int(str(values[part.contra]))
    words = {
        "title": titles.isolated_name(
            value_html.value_plain(work.dataset.field(part.name), values[part.name], lang, "toman")
        ),
        "day": value_html.value_plain(work.dataset.field(part.time.field), values[part.time.field], lang, "toman"),
        "ratio": RATIO.of(lang).format(pro=counted(pro, lang), contra=counted(contra, lang)),
        "outcome": value_html.value_plain(work.dataset.field(part.outcome), values[part.outcome], lang, "toman"),
    }
    return WorkedPart(part, words, picture=small_pictures.seats(pro, contra, lang), sources=(work.source(),))


def freshness(city: City, part: QuestionPart, lang: Lang) -> WorkedPart | None:
    """How many of all datasets are late, and of how many nothing has come."""
    totals = selectors.totals(selectors.catalogue(city))
    if not totals.datasets:
        return None
    words = {
        "late": counted(totals.late, lang),
        "datasets": counted(totals.datasets, lang),
        "none": counted(totals.none, lang),
    }
    shown = min(totals.datasets, MOST_TILES)
    exact = {"late": cases(totals.late), "datasets": cases(totals.datasets), "none": cases(totals.none)}
    return WorkedPart(part, words, exact, picture=small_pictures.tiles(min(totals.late, shown), shown, lang))
