"""What a reader may choose of a result: order, groups, unit of money, columns, and downloads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from ayan.apps.catalog.explorer import figures, result_table
from ayan.apps.catalog.explorer.state import BY, ORDER, PAGE, ExplorerState, newest_first
from ayan.apps.catalog.limits import FEWEST_YEARS_OFFERED, MOST_LINKS_NAMED, MOST_YEARS_OFFERED
from ayan.apps.catalog.shown_units import CITIZEN_UNIT, list_unit
from ayan.core.query.answer import Snapshot
from ayan.core.query.formats import FORMATS, OFFERED, formats_of
from ayan.core.query.grouping import DatePart, GroupKey
from ayan.core.query.limits import MOST_BUNDLED_ROWS
from ayan.core.query.linked_rows import links_of
from ayan.core.query.query_service import QueryService
from ayan.core.query.question import Question
from ayan.core.query.statistics import Statistics
from ayan.core.query.values import sortable
from ayan.core.schema.definition import Dataset
from ayan.core.schema.field import Field
from ayan.core.values import locale
from ayan.core.values.label import Label
from ayan.core.values.limits import MOST_SHEET_ROWS
from ayan.core.values.locale import Lang
from ayan.core.values.money import SHOWN_UNITS, unit_label
from ayan.ui.component_parts import Download, File
from ayan.wiring import city

SAMPLE: Final = 300
_YEAR: Final = re.compile(r"[0-9]{4}[-/]")
THIS: Final = Label("همین نتیجه", "This result")
ALL: Final = Label("همهٔ داده", "All data")
BUNDLE: Final = Label("همین ردیف‌ها با {named}", "These rows with {named}")
AND_MORE: Final = Label("{named} و {n} دادهٔ وابستهٔ دیگر", "{named} and {n} other linked datasets")
TOO_MANY: Final = Label(
    "این بسته برای نتیجه‌ای تا {n} ردیف ساخته می‌شود؛ نتیجه را باریک‌تر کنید، مثلاً به یک سال.",
    "This bundle is made of a result of up to {n} rows; narrow the result, to one year for example.",
)
TOO_LONG: Final = Label(
    "یک برگهٔ اکسل تا {n} ردیف جا دارد؛ برای اکسل نتیجه را باریک‌تر کنید.",
    "A sheet of Excel holds {n} rows; narrow the result to have it in Excel.",
)
# Sorting by these roles answers a question people have; the headers of the columns sort by all others.
SORTED_ROLES: Final = ("date", "amount", "quantity", "rate", "title", "company", "person")
GROUPED_ROLES: Final = frozenset({"category", "unit", "status", "place", "company", "person"})
UNGROUPED: Final = Label("بی‌گروه", "No grouping")
PLAIN_ORDER: Final = Label("به ترتیب پرونده", "In the order of the files")
ORDERS: Final = {
    "date": (Label("تازه‌ترین، {}", "Newest, {}"), Label("کهنه‌ترین، {}", "Oldest, {}")),
    "number": (Label("بیشترین {}", "Largest, {}"), Label("کمترین {}", "Smallest, {}")),
    "words": (Label("وارونهٔ الفبا، {}", "Z to A, {}"), Label("الفبا، {}", "A to Z, {}")),
}
CALENDARS: Final = {"jalali": Label("هجری خورشیدی", "Jalali"), "gregorian": Label("میلادی", "Gregorian")}
PARTS: Final[Mapping[DatePart, Label]] = {
    "year": Label("سال {}", "Year, {}"),
    "quarter": Label("سه‌ماههٔ {}", "Quarter, {}"),
    "month": Label("ماه {}", "Month, {}"),
}


def downloads(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, rows: int | None, all_rows: int
) -> list[Download]:
    """This result, and all the data where this result is only some of them."""
    choices = [_download(reader, ask, snapshot, THIS, rows, api_query(ask))]
    if rows != all_rows or ask.question.fields:
        choices.append(_download(reader, ask, snapshot, ALL, all_rows, ""))
    return [*choices, *bundles(ask, rows)]


def bundles(ask: ExplorerState, rows: int | None) -> Iterator[Download]:
    """The rows of the page with those of other datasets that belong to them, where there are such."""
    registry = city.current().registry
    links = links_of(registry.as_declared(), ask.dataset)
    if not links or rows == 0:
        return
    language = locale.of(ask.lang)
    # Words of what was sealed are looked up for those alone that are named.
    linked = (registry.in_words(link.dataset) for link in links[:MOST_LINKS_NAMED])
    named = language.comma.join(dataset.title.of(ask.lang) for dataset in linked)
    if len(links) > MOST_LINKS_NAMED:
        named = AND_MORE.of(ask.lang).format(named=named, n=language.number(len(links) - MOST_LINKS_NAMED))
    title = BUNDLE.of(ask.lang).format(named=named)
    if rows is not None and rows > MOST_BUNDLED_ROWS:
        note = TOO_MANY.of(ask.lang).format(n=language.number(MOST_BUNDLED_ROWS))
        yield Download(title, None, (), note)
        return
    query = "&".join(part for part in (ask.scope.query_string(), _as_read(ask)) if part)
    yield Download(title, None, (File("ZIP", f"/api/v1/datasets/{ask.dataset.slug}/bundle.zip?{query}"),))


def workbook(ask: ExplorerState) -> str:
    """Where the rows are as a workbook in the reader's words."""
    query = "&".join(part for part in (ask.scope.query_string(), _as_read(ask)) if part)
    return f"/api/v1/datasets/{ask.dataset.slug}/rows.xlsx?{query}"


def yearly_workbooks(dataset: Dataset, releases: Iterable[str], lang: Lang) -> list[File]:
    """The rows of each of the newest years as a workbook, in the reader's words; none of a dataset without years.

    The years are those of its releases, ``period/number``.
    """
    years = sorted({release[:4] for release in releases if _YEAR.match(release)}, reverse=True)
    dated = next((each for each in dataset.published if each.name == dataset.period_field), None)
    dated = dated or next((each for each in dataset.published if each.kind.is_period), None)
    if dated is None or len(years) < FEWEST_YEARS_OFFERED:
        return []
    rows = f"/api/v1/datasets/{dataset.slug}/rows.xlsx?{in_words(lang)}"
    return [
        File(locale.of(lang).numerals(year), f"{rows}&{urlencode({dated.name: year})}")
        for year in years[:MOST_YEARS_OFFERED]
    ]


def _download(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, title: Label, rows: int | None, query: str
) -> Download:
    files = tuple(_files(reader, ask, snapshot, rows, query))
    note = ""
    if rows is not None and rows > MOST_SHEET_ROWS:
        note = TOO_LONG.of(ask.lang).format(n=locale.of(ask.lang).number(MOST_SHEET_ROWS))
    return Download(title.of(ask.lang), rows, files, note)


def api_query(ask: ExplorerState) -> str:
    """The page's rows as a program asks for them: the same conditions, order and columns."""
    asked = ask.question
    # Programs get the rows in the order of the files, unless somebody chose another.
    question = replace(
        ask.scope, sort=None if asked.sort == newest_first(ask.dataset) else asked.sort, fields=asked.fields
    )
    return question.query_string()


def _files(
    reader: QueryService, ask: ExplorerState, snapshot: Snapshot, rows: int | None, query: str
) -> Iterator[File]:
    base = f"/api/v1/datasets/{ask.dataset.slug}/rows"
    plain = query
    possible = formats_of(ask.dataset)
    for row_format in OFFERED:
        if row_format.name not in possible:
            continue
        ending = row_format.name
        query = "&".join(part for part in (plain, _as_read(ask)) if part) if row_format.in_words else plain
        if ending != "xlsx" or rows is None or rows <= MOST_SHEET_ROWS:
            has_estimate = rows is not None and ending == "csv"
            size = about((rows or 0) * _row_bytes(reader, ask.dataset, snapshot)) if has_estimate else None
            yield File(row_format.button, f"{base}.{ending}{'?' + query if query else ''}", size)


def _as_read(ask: ExplorerState) -> str:
    """What has a file for people speak as the page does; amounts that the page shortens to millions are exact there."""
    asked = ask.question
    unit = CITIZEN_UNIT if asked.unit == list_unit(ask.dataset) else asked.unit
    return in_words(ask.lang, asked.calendar, unit)


def in_words(lang: Lang, calendar: str = "", unit: str = CITIZEN_UNIT) -> str:
    """What asks for a file for people in their language, their calendar and a unit of money."""
    return urlencode({"_calendar": calendar or locale.of(lang).calendar, "_lang": lang, "_unit": unit})


def _row_bytes(reader: QueryService, dataset: Dataset, snapshot: Snapshot) -> float:
    """How long a row is as CSV, by the first rows of the state."""

    def measured() -> float:
        write = FORMATS["csv"].write
        assert write is not None  # noqa: S101 - CSV is a streamed format
        question = Question(slug=dataset.slug, size=SAMPLE)
        pieces = b"".join(write(reader, dataset, question, snapshot))
        _, _, body = pieces.partition(b"\n")
        return len(body) / (body.count(b"\n") or 1)

    return figures.once(("row-bytes", snapshot.snapshot_id, dataset.digest), measured)


def about(size: float) -> int:
    """Two digits are all that an estimate can answer for."""
    whole = round(size)
    step: int = 10 ** max(0, len(str(whole)) - 2)
    return round(whole / step) * step


@dataclass(frozen=True, slots=True)
class ResultOption:
    """One thing to choose."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the forms above a result offer; ``carried`` is what it sends along unseen."""

    orders: tuple[ResultOption, ...]
    groups: tuple[ResultOption, ...]
    units: tuple[ResultOption, ...]
    calendars: tuple[ResultOption, ...]
    columns: tuple[ResultOption, ...]
    carried: tuple[tuple[str, str], ...]
    carried_for_columns: tuple[tuple[str, str], ...]
    usual_columns: str

    @property
    def shown_columns(self) -> int:
        """How many columns the table has."""
        return sum(column.chosen for column in self.columns)


def choices(ask: ExplorerState, shown: Sequence[Field], statistics: Statistics | None = None) -> Choices:
    """What may be chosen in one state of a page."""
    lang = ask.lang
    fields = ask.dataset.published
    own = {BY, ORDER, PAGE, "_sort", "_sort_desc", "_unit", "_calendar", "_next"}
    every = ask.parameters()
    return Choices(
        orders=tuple(_orders(ask)),
        groups=tuple(_groups(ask, statistics)),
        units=tuple(
            ResultOption(code, unit_label(unit, lang), code == ask.question.unit) for code, unit in SHOWN_UNITS.items()
        )
        if any(field.kind.is_money for field in fields)
        else (),
        calendars=tuple(
            ResultOption(code, label.of(lang), code == ask.question.calendar) for code, label in CALENDARS.items()
        )
        if any(field.kind.is_day for field in fields)
        else (),
        columns=tuple(
            ResultOption(field.name, field.label.of(lang), field in shown)
            for field in fields
            if not field.kind.is_shape
        ),
        carried=tuple(pair for pair in every if pair[0] not in own),
        carried_for_columns=tuple(pair for pair in every if pair[0] not in ("_fields", "_next", PAGE)),
        usual_columns=ask.but(fields=()).address if ask.question.fields else "",
    )


def _orders(ask: ExplorerState) -> Iterator[ResultOption]:
    sort = ask.question.sort
    now = f"{'-' if sort.descending else ''}{sort.field}" if sort else ""
    if newest_first(ask.dataset) is None:
        yield ResultOption("", PLAIN_ORDER.of(ask.lang), not now)
    wanted = [
        field for role in SORTED_ROLES for field in ask.dataset.published if field.role == role and sortable(field)
    ]
    if sort and sort.field not in {field.name for field in wanted}:
        wanted.append(ask.dataset.field(sort.field))
    for field in wanted:
        kind = "date" if field.kind.is_day else "number" if result_table.largest_first(field) else "words"
        for descending, label in zip((True, False), ORDERS[kind], strict=True):
            code = f"{'-' if descending else ''}{field.name}"
            # Nobody reads a list of names from its end; it stays on offer only while it is in force.
            if kind != "words" or not descending or code == now:
                yield ResultOption(code, label.of(ask.lang).format(field.label.of(ask.lang)), code == now)


def _groups(ask: ExplorerState, statistics: Statistics | None) -> Iterator[ResultOption]:
    yield ResultOption("", UNGROUPED.of(ask.lang), ask.by is None)
    offered = groupings(ask.dataset)
    axis = statistics.axis if statistics is not None and statistics.months else None
    if axis is not None and axis.kind.is_period and GroupKey(axis.name) in offered:
        # What is recorded month by month, which only its rows say.
        offered += [GroupKey(axis.name, "year"), GroupKey(axis.name, "quarter")]
    if ask.by is not None and ask.by not in offered:
        offered.append(ask.by)
    for by in offered:
        yield ResultOption(by.name, by_label(ask.dataset, by, ask.lang), by == ask.by)


def groupings(dataset: Dataset) -> list[GroupKey]:
    """What rows can usefully be put together by: years and months of the date, lists, units, parties."""
    out: list[GroupKey] = []
    for field in dataset.published:
        if field.kind.is_day and field.role == "date":
            out += [GroupKey(field.name, part) for part in PARTS]
        elif field.choices is not None or field.role in GROUPED_ROLES or field.kind.few:
            out.append(GroupKey(field.name))
    return out


def by_label(dataset: Dataset, by: GroupKey, lang: Lang) -> str:
    """What rows are put together by, in words."""
    label = dataset.field(by.field).label.of(lang)
    return PARTS[by.part].of(lang).format(label) if by.part else label
