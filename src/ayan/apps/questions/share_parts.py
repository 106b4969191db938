"""Of how many something holds: by year, and by year beside what rows are put together by."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from ayan.apps.catalog.explorer import time_figures
from ayan.apps.catalog.explorer.year_coverage import Coverage
from ayan.apps.questions import small_pictures
from ayan.apps.questions.limits import FEWEST_CASES, FEWEST_ENDS, MOST_ROWS, MOST_YEARS
from ayan.apps.questions.spread_tiles import averaged, spread
from ayan.apps.questions.worked_part import (
    COUNT,
    ExactFigure,
    PartWork,
    WorkedPart,
    capital,
    cases,
    counted,
    exact_share,
    newest_whole,
    per_cent,
    share_words,
    worded,
)
from ayan.core.common_questions.common_question import SharePart
from ayan.core.query.grouping import FUNCTION_LABELS, GroupKey, GroupMeasure
from ayan.core.query.question import Filter
from ayan.core.values import jalali
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts import titles
from ayan.ui.charts.events import ChartEvent
from ayan.ui.charts.figure import Figure, FigureColumn, FigureTable
from ayan.ui.charts.heat import HeatRow, HeatTable
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.years import YearBar, YearBars

ALL: Final = Label("همه", "All")
HAPPENED: Final = Label("{when}: {words}", "{when}: {words}")
CASES: Final = Label("همهٔ موارد", "All cases")
SUCH: Final = Label("از آن‌ها", "Of these")
SHARE: Final = Label("سهم", "Share")
FROM_TO: Final = Label(
    "{name}: {first_share} در {first}، {share} در {period}", "{name}: {first_share} in {first}, {share} in {period}"
)
ENDS: Final = Label(
    "{name}: از {low} در {least} تا {high} در {most}", "{name}: from {low} in {least} to {high} in {most}"
)
MOST: Final = Label(
    "بیشترین سهم در {period}: {name} با {share} (از آن‌ها که {least} مورد یا بیشتر دارند)",
    "The largest share of {period}: {name} with {share} (among those of {least} cases and more)",
)
WHOLE_CITY: Final = Label("همهٔ شهر", "Whole city")
OF: Final = Label("{part} از {whole}", "{part} of {whole}")
BY: Final = Label("{name}، بر پایهٔ {by}", "{name}, by {by}")
_EVERY: Final = ""
_TENTH, _HUNDREDTH = Decimal("0.1"), Decimal("0.01")


def share(work: PartWork) -> WorkedPart | None:
    """The share by period, and by what rows are put together by; None where there are no rows."""
    part: SharePart = work.part
    such = work.having(*work.conditions(part.such))
    asked, held = (each.question((part.time,), (COUNT,)) for each in (work, such))
    every = {str(row[part.time.name]): int(row["count"]) for row in work.groups(asked).rows if row[part.time.name]}
    some = {str(row[part.time.name]): int(row["count"]) for row in such.groups(held).rows if row[part.time.name]}
    names = sorted(every)
    coverage = work.coverage.up_to(names[-1]) if names else work.coverage
    last = newest_whole(names, work.coverage)
    if last is None:
        return None
    lang, percent = work.lang, ChartMeasure(work.lang, percent=True)
    bars = [
        YearBar(
            value_html.period_label(name, lang),
            per_cent(some.get(name, 0), every[name]),
            None,
            coverage.note(name, lang, known=True),
            such.rows_of(part.time, name),
            _of(some.get(name, 0), every[name], lang),
        )
        for name in names
    ]
    averages = _averages(work, part)
    words, exact = _words(work, every, some, last), _exact(every, some, last)
    for figure, at in (("average", last), ("first_average", names[0])):
        if at in averages:
            words[figure] = averaged(averages[at], lang)
            exact[figure] = ExactFigure(averages[at].quantize(_HUNDREDTH, ROUND_HALF_UP), "", at)
    name = part.name.of(lang)
    axis = (time_figures.MONTH if time_figures.is_month(names[0]) else time_figures.YEAR).of(lang)
    rows = sum(every.values())
    drawn = []
    if len(names) > 1:
        chart = YearBars(bars, percent, name, "", axis, events=_events(work, names))
        title = worded(part.title, {part.code: WorkedPart(part, words)}, lang) or _title(part, bars, words, lang)
        drawn.append(work.figure(Figure(title, chart, part.code), title, rows))
    held_apart = list(dict.fromkeys(name for name in (_first_whole(names, coverage, lang), last) if name))
    tiles = spread(work, such, held_apart, averages, words)
    if tiles is not None:
        drawn.insert(0, work.figure(tiles, rows=sum(every[name] for name in held_apart)))
    both = (part.by, part.time) if part.by is not None else ()
    sources = [
        each.source(whole, *([each.question(both, (COUNT,))] if both else []), rows=number)
        for each, whole, number in ((such, held, sum(some.values())), (work, asked, rows))
    ]
    placed = None
    if part.by is not None:
        heat, shown, newest = _by(work, such, part, names[-MOST_YEARS:], last, bars[-MOST_YEARS:])
        if heat is not None:
            if shown:
                words |= {"worst": titles.isolated_name(shown[0]), "worst_share": shown[1]}
                exact["worst_share"] = shown[2]
            title = _most(words["period"], shown, lang) if shown else ""
            title = title or BY.of(lang).format(name=name, by=work.label_of(part.by))
            drawn.append(work.figure(Figure(title, heat, f"{part.code}-by"), title, rows))
            placed = work.placed(part.by, newest, percent, name, words["period"])
    picture = small_pictures.hundred((some.get(last, 0), every[last] - some.get(last, 0)), lang)
    table = _table(work, every, some, names, such, averages)
    return WorkedPart(part, words, exact, tuple(drawn), picture, table, tuple(sources), placed)


def _exact(every: dict[str, int], some: dict[str, int], last: str) -> dict[str, ExactFigure]:
    first = min(every)
    return {
        "share": exact_share(some.get(last, 0), every[last], last),
        "count": cases(some.get(last, 0), last),
        "of": cases(every[last], last),
        "first_share": exact_share(some.get(first, 0), every[first], first),
        "all_count": cases(sum(some.values())),
        "all_of": cases(sum(every.values())),
        "all_share": exact_share(sum(some.values()), sum(every.values())),
    }


def _first_whole(names: list[str], coverage: Coverage, lang: Lang) -> str:
    return next((name for name in names if not coverage.note(name, lang, known=True)), "")


def _title(part: SharePart, bars: list[YearBar], words: dict[str, str], lang: Lang) -> str:
    """The first share and the newest, for how many per cent a share rose would be a riddle.

    Where tiles have told these, the least and the greatest of the whole periods.
    """
    name = part.name.of(lang)
    whole = [(bar.value, bar.label) for bar in bars if bar.value is not None and not bar.note]
    if part.spread is None or len(whole) < FEWEST_ENDS:
        return FROM_TO.of(lang).format(name=name, **words)
    (low, least), (high, most) = min(whole), max(whole)
    low_share, high_share = titles.per_cent(low, lang), titles.per_cent(high, lang)
    return ENDS.of(lang).format(name=name, least=least, low=low_share, most=most, high=high_share)


def _most(period: str, shown: tuple[str, str, ExactFigure], lang: Lang) -> str:
    name, least = titles.isolated_name(shown[0], lang), counted(FEWEST_CASES, lang)
    return MOST.of(lang).format(period=period, name=name, share=shown[1], least=least)


def _words(work: PartWork, every: dict[str, int], some: dict[str, int], last: str) -> dict[str, str]:
    lang, first = work.lang, min(every)
    return {
        "period": value_html.period_label(last, lang),
        "share": share_words(some.get(last, 0), every[last], lang),
        "count": counted(some.get(last, 0), lang),
        "of": counted(every[last], lang),
        "first": value_html.period_label(first, lang),
        "first_share": share_words(some.get(first, 0), every[first], lang),
        "all_count": counted(sum(some.values()), lang),
        "all_of": counted(sum(every.values()), lang),
        "all_share": share_words(sum(some.values()), sum(every.values()), lang),
    }


def _events(work: PartWork, names: list[str]) -> list[ChartEvent]:
    """What the city tells of the years or months of the columns."""
    lang, events = work.lang, []
    for number, event in enumerate(work.events, start=1):
        day = jalali.from_gregorian(event.when.start)
        name = next((each for each in names if each in (f"{day.year}", f"{day.year}-{day.month:02}")), "")
        if name:
            words = HAPPENED.of(lang).format(when=event.when.label(lang), words=event.words.of(lang))
            events.append(ChartEvent(value_html.period_label(name, lang), number, words))
    return events


def _averages(work: PartWork, part: SharePart) -> dict[str, Decimal]:
    """The average of the number by which cases are spread, of each period, and of all under an empty name."""
    if part.spread is None:
        return {}
    total = GroupMeasure("sum", part.spread.field)
    averages: dict[str, Decimal] = {}
    for by in ((), (part.time,)):
        known = work.having(Filter(part.spread.field, "isnull", (False,)))
        for row in known.groups(known.question(by, (total, COUNT))).rows:
            name = str(row[part.time.name]) if by else _EVERY
            if row[total.name] is not None and row["count"]:
                averages[name] = Decimal(int(row[total.name])) / int(row["count"])
    return averages


def _table(
    work: PartWork, every: dict[str, int], some: dict[str, int], names: list[str], such: PartWork,
    averages: dict[str, Decimal],
) -> FigureTable:  # fmt: skip
    part, lang = work.part, work.lang
    if averages:
        return _with_averages(_table(work, every, some, names, such, {}), work, names, averages)
    rows: list[tuple[Any, ...]] = [
        (
            value_html.period_label(name, lang),
            every[name],
            some.get(name, 0),
            share_words(some.get(name, 0), every[name], lang),
        )
        for name in reversed(names)
    ]
    links = [such.rows_of(part.time, name) for name in reversed(names)]
    whole, held = sum(every.values()), sum(some.values())
    rows.append((ALL.of(lang), whole, held, share_words(held, whole, lang)))
    heads = (
        FigureColumn(work.label_of(part.time), numeric=False),
        FigureColumn(capital(part.each.of(lang)) if part.each else CASES.of(lang)),
        FigureColumn(part.such_name.of(lang) if part.such_name else SUCH.of(lang)),
        FigureColumn(SHARE.of(lang)),
    )
    return FigureTable(heads, tuple(rows), (*links, such.ask.address))


def _with_averages(table: FigureTable, work: PartWork, names: list[str], averages: dict[str, Decimal]) -> FigureTable:
    """The table with the average of each period after its number of cases."""
    head = FigureColumn(FUNCTION_LABELS["avg"].of(work.lang).format(label=work.label_of(work.part.spread)))
    cells = [
        averages[name].quantize(_TENTH, ROUND_HALF_UP) if name in averages else None
        for name in (*reversed(names), _EVERY)
    ]
    rows = tuple((*row[:2], each, *row[2:]) for row, each in zip(table.rows, cells, strict=True))
    return FigureTable((*table.columns[:2], head, *table.columns[2:]), rows, table.links)


def _of(part: int, whole: int, lang: Lang) -> str:
    return OF.of(lang).format(part=counted(part, lang), whole=counted(whole, lang)) if whole else ""


def _by(
    work: PartWork, such: PartWork, part: SharePart, names: list[str], last: str, bars: list[YearBar]
) -> tuple[HeatTable | None, tuple[str, str, ExactFigure] | None, dict[Any, Decimal | None]]:
    """The shares of those with most cases, and of all, period by period; the greatest of the newest whole one, and all
    of that one.
    """
    assert part.by is not None  # noqa: S101 - who asks has looked
    keys = (part.by, part.time)
    every, some = (
        {
            (row[part.by.name], str(row[part.time.name])): int(row["count"])
            for row in each.groups(each.question(keys, (COUNT,))).rows
            if row[part.by.name] is not None
        }
        for each in (work, such)
    )
    cases: dict[Any, int] = {}
    for (value, name), count in every.items():
        if name in names:
            cases[value] = cases.get(value, 0) + count
    order = sorted(cases, key=lambda value: (-cases[value], str(value)))[:MOST_ROWS]
    if len(order) < 2 or len(names) < 2:
        return None, None, {}
    lang = work.lang
    newest = {value: per_cent(some.get((value, last), 0), every.get((value, last), 0)) for value in cases}
    rows = [
        HeatRow(
            work.label(part.by, value),
            [per_cent(some.get((value, name), 0), every.get((value, name), 0)) for name in names],
            such.rows_of(part.by, value),
            # A cell leads to the very rows that it counts; one that counts none leads nowhere.
            [such.within(part.by, value).rows_of(part.time, name) if some.get((value, name)) else "" for name in names],
            [_of(some.get((value, name), 0), every.get((value, name), 0), lang) for name in names],
        )
        for value in order
    ]
    heat = HeatTable(
        [value_html.period_label(name, lang) for name in names],
        rows,
        ChartMeasure(lang, percent=True),
        part.name.of(lang),
        work.label_of(GroupKey(part.by.field)),
        whole=HeatRow(
            WHOLE_CITY.of(lang),
            [bar.value for bar in bars],
            such.ask.address,
            [bar.address for bar in bars],
            [bar.under for bar in bars],
        ),
    )
    judged = [value for value in order if every.get((value, last), 0) >= FEWEST_CASES]
    if not judged:
        return heat, None, newest
    worst = max(judged, key=lambda value: Decimal(some.get((value, last), 0)) / every[value, last])
    held, of = some.get((worst, last), 0), every[worst, last]
    largest = work.label(part.by, worst), share_words(held, of, lang), exact_share(held, of, last)
    return heat, largest if held else None, newest
