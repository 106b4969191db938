"""How many per cent of another number of its row a number is, by bands of a third: the median of each band."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from statistics import median
from typing import Any, Final

from ayan.apps.questions.limits import FEWEST_CASES, MOST_COMPARED
from ayan.apps.questions.worked_part import ExactFigure, PartSource, PartWork, WorkedPart, cases, counted, worded
from ayan.core.common_questions.common_question import RatioPart
from ayan.core.query.question import Filter, Question
from ayan.core.values.label import Label
from ayan.core.values.locale import Lang
from ayan.ui.charts.bars import BarLine, StackedBars, Whole
from ayan.ui.charts.figure import Figure, FigureColumn, FigureTable
from ayan.ui.charts.measure import ChartMeasure

FROM_TO: Final = Label("{low} تا {high}", "{low} to {high}")
AND_MORE: Final = Label("{low} و بیشتر", "{low} or more")
ALL: Final = Label("همه", "All")
_TENTH: Final = Decimal("0.1")
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(slots=True)
class Band:
    """The rows whose number is from ``low`` to ``high`` (without end where that is None), each by its ratio."""

    low: int
    high: int | None
    ratios: list[Decimal] = field(default_factory=list)

    def label(self, lang: Lang) -> str:
        """«۱», «۳ تا ۴», «۵ و بیشتر»."""
        low = counted(self.low, lang)
        if self.high is None:
            return AND_MORE.of(lang).format(low=low)
        return low if self.high == self.low else FROM_TO.of(lang).format(low=low, high=counted(self.high, lang))

    @property
    def ratio(self) -> Decimal | None:
        """The median of them in per cent; None where they are too few to say anything."""
        return median(self.ratios) if len(self.ratios) >= FEWEST_CASES else None


def ratio(work: PartWork) -> WorkedPart | None:
    """The median ratio of each band; None where too many rows would be read, or none has both numbers."""
    part: RatioPart = work.part
    lang = work.lang
    bands = [
        Band(low, following - 1 if following else None)
        for low, following in zip(part.bands, [*part.bands[1:], None], strict=True)
    ]
    read = _read(work, bands)
    everything = [each for band in bands for each in band.ratios]
    known = [band for band in bands if band.ratio is not None]
    if read is None or len(known) < 2:
        return None
    measure = ChartMeasure(lang, percent=True)
    links = [_rows_of(work, band) for band in bands]
    chart = StackedBars.of(
        part.name.of(lang),
        [
            Whole(band.label(lang), [None if band.ratio is None else _tenths(band.ratio)], address=link)
            for band, link in zip(bands, links, strict=True)
        ],
        measure,
        work.label_of(part.by),
        line=BarLine(Decimal(100), part.against_name.of(lang)),
    )
    whole = median(everything)
    ends = {"first": bands[0], "last": bands[-1]}
    words = {
        "all_ratio": _said(whole, lang),
        "rows": counted(len(everything), lang),
        "left_out": counted(read, lang),
        **{name: counted(band.low, lang) for name, band in ends.items()},
        **{f"{name}_ratio": _said(band.ratio, lang) for name, band in ends.items() if band.ratio is not None},
    }
    exact = {
        "all_ratio": ExactFigure(whole.quantize(_HUNDREDTH, ROUND_HALF_UP), "percent"),
        "rows": cases(len(everything)),
        "left_out": cases(read),
        **{
            f"{name}_ratio": ExactFigure(band.ratio.quantize(_HUNDREDTH, ROUND_HALF_UP), "percent")
            for name, band in ends.items()
            if band.ratio is not None
        },
    }
    title = worded(part.title, {part.code: WorkedPart(part, words)}, lang) or part.name.of(lang)
    drawn = work.figure(Figure(title, chart, part.code), title, len(everything))
    table = _table(work, bands, links, whole, len(everything))
    return WorkedPart(part, words, exact, (drawn,), "", table, (_source(work, len(everything)),))


def _read(work: PartWork, bands: Sequence[Band]) -> int | None:
    """Put each row into its band; how many were left out for want of a number, None where there are too many rows."""
    left_out = read = 0
    for by, part, whole in _numbers(work):
        read += 1
        if read > MOST_COMPARED:
            return None
        if by is None or part is None or not whole:
            left_out += 1
            continue
        band = next((each for each in reversed(bands) if by >= each.low), None)
        if band is None:
            left_out += 1
        else:
            band.ratios.append(Decimal(part) * 100 / Decimal(whole))
    return left_out


def _numbers(work: PartWork) -> Iterator[tuple[Any, Any, Any]]:
    """The three numbers of each row."""
    names = _names(work.part)
    for batch in work.city.query_service.stream(work.dataset, _question(work), work.snapshot):
        columns: list[Iterable[Any]] = [batch.column(batch.schema.get_field_index(name)).to_pylist() for name in names]
        yield from zip(*columns, strict=True)


def _question(work: PartWork) -> Question:
    return replace(work.ask.scope, size=None, fields=_names(work.part))


def _names(part: RatioPart) -> tuple[str, str, str]:
    return part.by.field, part.measure, part.against


def _source(work: PartWork, rows: int) -> PartSource:
    """The rows with the three numbers, from which a program works out the same."""
    query = _question(work).query_string()
    return PartSource(work.ask, work.snapshot, (f"/api/v1/datasets/{work.dataset.slug}/rows.json?{query}",), rows)


def _rows_of(work: PartWork, band: Band) -> str:
    name = work.part.by.field
    ends = [Filter(name, "gte", (band.low,)), *([] if band.high is None else [Filter(name, "lte", (band.high,))])]
    return work.having(*ends).ask.address


def _table(work: PartWork, bands: Sequence[Band], links: Sequence[str], whole: Decimal, rows: int) -> FigureTable:
    part, lang = work.part, work.lang

    def written(ratio: Decimal | None) -> str:
        return "–" if ratio is None else _said(ratio, lang)

    lines = [(band.label(lang), len(band.ratios), written(band.ratio)) for band in bands]
    heads = (
        FigureColumn(work.label_of(part.by), numeric=False),
        FigureColumn(part.each.of(lang)),
        FigureColumn(part.name.of(lang)),
    )
    return FigureTable(heads, (*lines, (ALL.of(lang), rows, written(whole))), (*links, work.ask.address))


def _tenths(ratio: Decimal) -> Decimal:
    return ratio.quantize(_TENTH, ROUND_HALF_UP)


def _said(ratio: Decimal, lang: Lang) -> str:
    return ChartMeasure(lang, percent=True).scale(()).write(_tenths(ratio))
