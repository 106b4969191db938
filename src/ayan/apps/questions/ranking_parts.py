"""Who has the most, by what each got it; and how often each chose what."""

from __future__ import annotations

from typing import Any, Final

from ayan.apps.questions import small_pictures
from ayan.apps.questions.limits import MOST_CODES, MOST_RECORDS
from ayan.apps.questions.worked_part import (
    COUNT,
    PartWork,
    WorkedPart,
    cases,
    counted,
    exact_share,
    newest_whole,
    said,
    share_words,
    worded,
)
from ayan.core.common_questions.common_question import RankingPart, TallyPart
from ayan.core.query.grouping import GroupKey, GroupMeasure
from ayan.core.query.question import Filter, Sort
from ayan.core.values.label import Label
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.bars import StackedBars, Whole
from ayan.ui.charts.figure import Figure, FigureColumn, FigureTable
from ayan.ui.charts.measure import ChartMeasure

IN_PERIOD: Final = Label("{name}، {period}", "{name}, {period}")
ROWS: Final = Label("تعداد", "Count")
SHARE: Final = Label("درصد از کل", "Per cent of all")
VOTES: Final = Label("رأی", "votes")


def ranking(work: PartWork) -> WorkedPart | None:
    """The largest of some things in the newest whole period, each divided by a field of codes where one is named."""
    part: RankingPart = work.part
    dated = work.question((part.time,), (COUNT,))
    period = newest_whole([str(row[part.time.name]) for row in work.groups(dated).rows], work.coverage)
    if period is None:
        return None
    part_work = work.within(part.time, period)
    amount = GroupMeasure("sum", part.measure)
    question = part_work.question((part.by,), (amount, COUNT), Sort(amount.name, descending=True), part.most + 1)
    answer = part_work.groups(question)
    key, value, count = question.columns
    rows = [row for row in answer.rows if row[key] is not None and row[value]][: part.most]
    whole = part_work.question((), (amount, COUNT))
    total, every = (part_work.groups(whole).rows[0][name] for name in whole.columns)
    if not rows or not total:
        return None
    lang, measure = work.lang, work.measure(part.measure)
    names = [work.label(part.by, row[key]) for row in rows]
    sums = [int(row[value]) for row in rows]
    links = [part_work.rows_of(part.by, row[key]) for row in rows]
    asked, named = [question, whole], None
    chart = StackedBars.of(
        IN_PERIOD.of(lang).format(name=work.field_label(part.measure), period=value_html.period_label(period, lang)),
        [Whole(name, [each], address=link) for name, each, link in zip(names, sums, links, strict=True)],
        measure,
        work.label_of(part.by),
    )
    if part.split:
        divided = part_work.question((part.by, GroupKey(part.split)), (amount,))
        by_code = part_work.question((GroupKey(part.split),), (amount, COUNT))
        codes = {row[part.split]: int(row[by_code.columns[1]] or 0) for row in part_work.groups(by_code).rows}
        named = codes.get(part.code_named, 0) if part.code_named else None
        asked += [by_code, divided]
        chart = _divided(part_work, part, divided, [row[key] for row in rows], names, links, measure) or chart
    shares = {"top_share": sums[0], "shown_share": sum(sums), **({} if named is None else {"named_share": named})}
    amounts = {"top_value": sums[0], "total": int(total)}
    counts = {"groups": answer.total, "shown": len(rows), "rows": int(every)}
    words = {
        "period": value_html.period_label(period, lang),
        "top": titles.isolated_name(names[0]),
        **{name: said(measure, number) for name, number in amounts.items()},
        **{name: share_words(number, total, lang) for name, number in shares.items()},
        **{name: counted(number, lang) for name, number in counts.items()},
    }
    exact = {
        **{name: work.amount(part.measure, number, period) for name, number in amounts.items()},
        **{name: exact_share(number, total, period) for name, number in shares.items()},
        **{name: cases(number, period) for name, number in counts.items()},
    }
    title = worded(part.title, {part.code: WorkedPart(part, words)}, lang)
    title = title or titles.largest(chart.name, list(zip(names, sums, strict=True)), whole=False, lang=lang)
    table = _table(work, names, [(each, int(row[count])) for each, row in zip(sums, rows, strict=True)], total, links)
    drawn = work.figure(Figure(title, chart, part.code), title, int(every))
    picture = small_pictures.bars(sums, lang)
    return WorkedPart(part, words, exact, (drawn,), picture, table, (part_work.source(*asked, rows=int(every)),))


def _table(
    work: PartWork, names: list[str], numbers: list[tuple[int, int]], total: int, links: list[str]
) -> FigureTable:
    """Each with its sum, the number of its rows and its share of all."""
    part, measure = work.part, work.measure(work.part.measure)
    heads = (
        FigureColumn(work.label_of(part.by), numeric=False),
        FigureColumn(work.field_label(part.measure), measure.unit),
        FigureColumn(ROWS.of(work.lang)),
        FigureColumn(SHARE.of(work.lang)),
    )
    rows = tuple(
        (name, measure.exact(amount), count, share_words(amount, total, work.lang))
        for name, (amount, count) in zip(names, numbers, strict=True)
    )
    return FigureTable(heads, rows, tuple(links))


def _divided(
    part_work: PartWork, part: RankingPart, question: Any, keys: list[Any], names: list[str], links: list[str],
    measure: ChartMeasure,
) -> StackedBars | None:  # fmt: skip
    """The bars divided by the codes of a field, in the order of its list; None where they cannot be."""
    key, split, value = question.columns
    cells = {(row[key], row[split]): int(row[value] or 0) for row in part_work.groups(question).rows}
    shown = {code for (who, code), amount in cells.items() if who in keys and amount}
    order = [code for code in part_work.codes(part.split) if code in shown]
    if not 1 < len(order) <= MOST_CODES or None in shown:
        return None
    wholes = [
        Whole(name, [cells.get((who, code), 0) for code in order], address=link)
        for who, name, link in zip(keys, names, links, strict=True)
    ]
    if any(amount < 0 for whole in wholes for amount in whole.values if amount is not None):
        return None
    parts = [part_work.label(GroupKey(part.split), code) for code in order]
    return StackedBars(parts, wholes, measure, part_work.field_label(part.measure), part_work.label_of(part.by))


def tally(work: PartWork, others: PartWork) -> WorkedPart | None:
    """How often each has each code, in the rows that name one of the chosen records of another dataset."""
    part: TallyPart = work.part
    lang, decided = work.lang, others.dataset.key[0]
    dated = others.question((part.time,), (COUNT,))
    period = newest_whole([str(row[part.time.name]) for row in others.groups(dated).rows], others.coverage)
    if period is None:
        return None
    chosen = others.within(part.time, period)
    records = chosen.question((GroupKey(decided),), (COUNT,), size=MOST_RECORDS + 1)
    keys = [str(row[decided]) for row in chosen.groups(records).rows]
    if not keys or len(keys) > MOST_RECORDS:
        return None
    part_work = work.having(Filter(part.through, "in", tuple(keys)))
    question = part_work.question((part.by, GroupKey(part.split)), (COUNT,))
    key, split, count = question.columns
    cells = {(row[key], row[split]): int(row[count]) for row in part_work.groups(question).rows if row[key] is not None}
    order = [code for code in part_work.codes(part.split) if any(each == code for _, each in cells)]
    sums = {who: sum(cells.get((who, code), 0) for code in order) for who, _ in cells}
    if not sums or not 1 <= len(order) <= MOST_CODES:
        return None
    lead = part.code_named or order[0]
    ranked = sorted(sums, key=lambda who: (-cells.get((who, lead), 0) / max(1, sums[who]), str(who)))
    names, links = (
        [part_work.label(part.by, who) for who in ranked],
        [part_work.rows_of(part.by, who) for who in ranked],
    )
    parts = [part_work.label(GroupKey(part.split), code) for code in order]
    wholes = [
        Whole(name, [cells.get((who, code), 0) for code in order], address=link)
        for who, name, link in zip(ranked, names, links, strict=True)
    ]
    chart = StackedBars(parts, wholes, ChartMeasure(lang, VOTES.of(lang)), "", part_work.label_of(part.by))
    words = {
        "period": value_html.period_label(period, lang),
        "records": counted(len(keys), lang),
        "rows": counted(sum(sums.values()), lang),
        "top": titles.isolated_name(names[0]),
        "top_share": share_words(cells.get((ranked[0], lead), 0), sums[ranked[0]], lang),
    }
    exact = {
        "records": cases(len(keys), period),
        "rows": cases(sum(sums.values()), period),
        "top_share": exact_share(cells.get((ranked[0], lead), 0), sums[ranked[0]], period),
    }
    title = worded(part.title, {part.code: WorkedPart(part, words)}, lang)
    drawn = part_work.figure(
        Figure(title or titles.hottest(chart.item_name, [], chart.scale), chart, part.code),
        title,
        sum(sums.values()),
    )
    sources = (part_work.source(question, rows=sum(sums.values())), chosen.source(records, rows=len(keys)))
    return WorkedPart(part, words, exact, (drawn,), "", None, sources)
