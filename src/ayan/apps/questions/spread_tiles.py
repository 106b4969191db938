"""The cases of a share one by one, by a number: those of the newest whole period beside those of the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from ayan.apps.questions.limits import MOST_NUMBERS
from ayan.apps.questions.worked_part import PartWork, counted
from ayan.core.common_questions.common_question import SharePart
from ayan.core.query.grouping import GroupMeasure
from ayan.core.query.question import Filter
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui import value_html
from ayan.ui.charts.figure import Figure
from ayan.ui.charts.measure import ChartMeasure
from ayan.ui.charts.tile_columns import TileColumn, TileColumns, TilePanel

SUCH: Final = Label("از آن‌ها", "Of these")
REST: Final = Label("دیگر موارد", "the others")
CASES: Final = Label("{n} مورد", "{n} cases")
CASES_OF: Final = Label("{n} {each}", "{n} {each}")
AVERAGE: Final = Label("{cases}، میانگین {value}", "{cases}, average {value}")
AND_MORE: Final = Label("{low} و بیشتر", "{low} or more")
FROM_TO: Final = Label(
    "{such}: {first_count} از {first_of} در {first}، {count} از {of} در {period}",
    "{such}: {first_count} of {first_of} in {first}, {count} of {of} in {period}",
)
SPREAD: Final = Label(
    "{n} مورد {period} به تفکیک «{label}»: بیشتر از همه {value} ({most} مورد)",
    "The {n} cases of {period} by “{label}”: most often {value} ({most} cases)",
)
_TENTH: Final = Decimal("0.1")


def spread(
    work: PartWork,
    such: PartWork,
    periods: Sequence[str],
    averages: Mapping[str, Decimal],
    words: Mapping[str, str],
) -> Figure | None:
    """A tile for each case of ``periods``, in columns by the number; None where there are too few numbers.

    ``such`` are the cases that the share is of, ``averages`` those of the number in each period, ``words`` the figures
    of the part.
    """
    part: SharePart = work.part
    if part.spread is None:
        return None
    lang, key, numbers = work.lang, part.spread, GroupMeasure("count")
    counts, held = (
        {
            name: {
                int(row[key.name]): int(row["count"])
                for row in within.groups(within.question((key,), (numbers,))).rows
                if row[key.name] is not None
            }
            for name in periods
            for within in (each.within(part.time, name),)
        }
        for each in (work, such)
    )
    every = sorted({number for of in counts.values() for number in of})
    if len(every) < 2:
        return None
    # Beyond so many columns the highest numbers, which few have, share the last one.
    low = every[MOST_NUMBERS - 1] if len(every) > MOST_NUMBERS else None
    panels = [_panel(work, name, every, low, counts[name], held[name], averages) for name in periods]
    label, newest = work.label_of(key), counts[periods[-1]]
    such_name = (part.such_name or SUCH).of(lang)
    if len(periods) > 1:
        title = FROM_TO.of(lang).format(
            such=such_name, first_count=counted(sum(held[periods[0]].values()), lang),
            first_of=counted(sum(counts[periods[0]].values()), lang), first=value_html.period_label(periods[0], lang),
            count=words["count"], of=words["of"], period=words["period"],
        )  # fmt: skip
    else:
        most = max(newest, key=lambda number: (newest[number], -number))
        title = SPREAD.of(lang).format(
            n=counted(sum(newest.values()), lang), period=words["period"], label=label, value=counted(most, lang),
            most=counted(newest[most], lang),
        )  # fmt: skip
    chart = TileColumns(panels, lang, title, label, such_name, REST.of(lang))
    return Figure(title, chart, f"{part.code}-spread")


def _panel(
    work: PartWork,
    period: str,
    every: Sequence[int],
    low: int | None,
    counts: Mapping[int, int],
    held: Mapping[int, int],
    averages: Mapping[str, Decimal],
) -> TilePanel:
    part: SharePart = work.part
    assert part.spread is not None  # noqa: S101 - who draws has looked
    lang, within = work.lang, work.within(part.time, period)
    columns = []
    for number in [each for each in every if low is None or each < low]:
        # A column is marked where all in it are of those that the share is of.
        marked = 0 < counts.get(number, 0) == held.get(number, 0)
        address = within.rows_of(part.spread, number) if counts.get(number) else ""
        columns.append(TileColumn(counted(number, lang), counts.get(number, 0), address, marked))
    if low is not None:
        rest = sum(count for number, count in counts.items() if number >= low)
        address = within.having(Filter(part.spread.field, "gte", (low,))).ask.address if rest else ""
        columns.append(TileColumn(AND_MORE.of(lang).format(low=counted(low, lang)), rest, address))
    return TilePanel(value_html.period_label(period, lang), _note(work, period, counts, averages), columns)


def _note(work: PartWork, period: str, counts: Mapping[int, int], averages: Mapping[str, Decimal]) -> str:
    part: SharePart = work.part
    assert part.spread is not None  # noqa: S101 - who draws has looked
    lang, n = work.lang, counted(sum(counts.values()), work.lang)
    note = CASES_OF.of(lang).format(n=n, each=part.each.of(lang)) if part.each else CASES.of(lang).format(n=n)
    if period not in averages:
        return note
    return AVERAGE.of(lang).format(cases=note, value=averaged(averages[period], lang))


def averaged(value: Decimal, lang: Lang) -> str:
    """A number with one decimal, in the digits of the language."""
    return ChartMeasure(lang).scale(()).write(value.quantize(_TENTH, ROUND_HALF_UP))
