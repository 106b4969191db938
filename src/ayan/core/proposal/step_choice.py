"""Which layout steps a table gives a reason for: told from its rows, each with what was counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Final

from ayan.core.intake.layout_steps import apply_steps
from ayan.core.intake.table import RawTable
from ayan.core.proposal.limits import FEWEST_TABLE_ROWS, FITS, STEP_HEAD, STEP_TAIL
from ayan.core.proposal.number_choice import SIGNED, choose_number_steps
from ayan.core.proposal.proposed_field import ChosenStep
from ayan.core.proposal.sheet_shape import is_number
from ayan.core.proposal.table_choice import TABLE
from ayan.core.proposal.time_headers import crosstab_of, sums_of
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.steps.cell_steps import Split
from ayan.core.schema.steps.row_steps import Carry, End, FillDown, Ignore, LeaveOut
from ayan.core.schema.steps.shape_steps import Crosstab, SideBySide
from ayan.core.schema.steps.step import RowRule, Sample
from ayan.core.system.duckdb import confined
from ayan.core.values.digits import to_latin
from ayan.core.values.text import fold, fold_joined

_WORD: Final = re.compile(r"[^\W_]+")
# «Page 2 of 7», «صفحهٔ ۲ از ۷»: the first cell, and the whole row of such a line.
_PAGE: Final = r"(?i)^\W*(page|pg|seite|p[aá]gina|صفح[هۀ])"
_PAGE_LINE: Final = re.compile(_PAGE + r"[ٔۀیي\u200c]*\W*\d+(\W*(of|/|von|de|sur|di|از)?\W*\d+)?\W*$")
# «نقل به صفحهٔ بعد», "brought forward", with an amount or two beside it.
_CARRIED: Final = (
    r"(?i)^\W*((نقل|مانده|جمع) (از|به) صفح[هۀ]|(balance |total |sum )?(brought|carried) (forward|over)|[bc]/f\b)"
)
_CARRIED_CELLS: Final = 4
# What is cast in a vote; of the first, some must be there.
_FOR: Final = frozenset(map(fold_joined, ("موافق", "موافقت", "for", "in favour", "in favor", "aye", "yea", "favour")))
_BALLOTS: Final = _FOR | frozenset(
    map(
        fold_joined,
        (
            "مخالف", "مخالفت", "ممتنع", "غایب", "غائب", "حاضر", "مرخصی", "رأی سفید", "سفید", "بدون رأی", "against",
            "no", "yes", "nay", "abstain", "abstained", "abstention", "absent", "present", "excused", "recused",
            "not voting", "did not vote", "-", "–", "—",
        ),
    )
)  # fmt: skip
# Such a column says what a body or the whole council thinks.
_OF_A_BODY: Final = re.compile(
    r"نظر|نتیجه|کمیسیون|کمیته|وضعیت|شهرداری|result|outcome|committee|recommend|status|decision"
)


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: tuple[str, ...]
    gap: bool = False

    @property
    def filled(self) -> tuple[int, ...]:
        return tuple(at for at, cell in enumerate(self.cells) if cell)

    @property
    def first(self) -> str:
        return next((cell for cell in self.cells if cell), "")


def choose_steps(raw: RawTable, title: str, answers: Mapping[str, str]) -> list[ChosenStep]:
    """The steps that the rows of ``raw`` give a reason for, in the order in which they are done.

    ``title`` stands above the table; of the ``answers`` those to `MINUS` and `POINT` are looked at.
    """
    table = _Seen(raw)
    chosen = [*_beside(table)]
    if not chosen and len(table.rows) >= FEWEST_TABLE_ROWS:
        chosen = [
            *_page_lines(table),
            *_carried_over(table),
            *_ends(table),
            *_headers_again(table),
            *_titles(table),
            *_last_words(table),
            *_filled_down(table),
        ]
    # Numbers are read before their columns become rows, for then the headers by which they are known are gone.
    chosen += choose_number_steps(
        {header: table.column(at) for at, header in enumerate(table.headers) if table.single(at)}, answers
    )
    if len(table.rows) >= FEWEST_TABLE_ROWS and not any(isinstance(each.step, SideBySide) for each in chosen):
        chosen += _crosstab(table, title, bool(raw.facts.mentions)) or _ballots(table)
    return [*chosen, *_split(table)]


def with_steps(raw: RawTable, chosen: Sequence[ChosenStep], workdir: Path) -> tuple[RawTable, list[ChosenStep]]:
    """The table after the steps, and those of them that can be done on it."""
    done: list[ChosenStep] = []
    table = raw
    for at, each in enumerate(chosen):
        folder = workdir / f"steps{at}"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            table = apply_steps(raw, [step.step for step in (*done, each)], folder, Layout().totals_words)
        except CannotRead:
            continue
        done.append(each)
    return table, done


class _Seen:
    """The first and the last rows of a table, and what is usual in it."""

    def __init__(self, raw: RawTable) -> None:
        self.headers = tuple(column.header for column in raw.columns)
        cells = ", ".join(["_row", *(f"trim(c{column.index})" for column in raw.columns)])
        with confined(paths=raw.files) as con:
            listed = con.execute(f"SELECT {cells} FROM {raw.relation} LIMIT {STEP_HEAD}").fetchall()
            if raw.rows > STEP_HEAD:
                last = f"SELECT * FROM (FROM {raw.relation} OFFSET {max(STEP_HEAD, raw.rows - STEP_TAIL)})"
                listed += con.execute(f"SELECT {cells} FROM ({last})").fetchall()
        self.rows: list[_Row] = []
        before: int | None = None
        for number, *texts in listed:
            # Behind the first rows of a long table some are passed over, which is no gap.
            gap = before is not None and number > before + 1 and len(self.rows) != STEP_HEAD
            self.rows.append(_Row(number, tuple(str(text or "").strip() for text in texts), gap))
            before = number
        self._totals = frozenset(Layout().totals_words)
        self.usual = median(len(row.filled) for row in self.rows) if self.rows else 0
        full = [row for row in self.rows if 2 * len(row.filled) >= self.usual]
        self.numeric = {at for at in range(len(self.headers)) if _mostly_numbers([row.cells[at] for row in full])}

    def keep(self, wanted: Callable[[_Row], bool]) -> int:
        """Go on with the rows that are wanted; how many are gone."""
        before = len(self.rows)
        self.rows = [row for row in self.rows if wanted(row)]
        return before - len(self.rows)

    def is_total(self, row: _Row) -> bool:
        """Whether a row is one of sums, by its words."""
        return fold(row.first) in self._totals

    def is_record(self, row: _Row) -> bool:
        """Whether a row is filled as rows usually are, with a number where they have some."""
        filled = row.filled
        if len(filled) < min(2, self.usual) or 2 * len(filled) < self.usual:
            return False
        held = [at for at in filled if at in self.numeric]
        return not self.numeric or (any(_is_number(row.cells[at]) for at in held) if held else len(filled) > 2)

    def column(self, at: int) -> list[str]:
        """The filled cells of a column, digits in Latin."""
        return [to_latin(row.cells[at]) for row in self.rows if row.cells[at]]

    def single(self, at: int) -> bool:
        """Whether a column's header means that column alone, so that a step can name it."""
        key = fold_joined(self.headers[at])
        return bool(key) and [fold_joined(header) for header in self.headers].count(key) == 1


def _is_number(cell: str) -> bool:
    """Whether a cell is written in digits, with the sign of an account behind them or not."""
    return is_number(cell) or SIGNED.fullmatch(to_latin(cell)) is not None


def _mostly_numbers(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and 2 * sum(map(_is_number, filled)) > len(filled)


def _beside(table: _Seen) -> Iterable[ChosenStep]:
    sample = Sample(table.headers, tuple(row.cells for row in table.rows))
    if (step := SideBySide.proposed(sample)) is not None and step.width > 1:
        yield ChosenStep(step, f"the header begins again after {step.width} columns")


# --- where the table ends, rows that are none -------------------------------------------------------------------------


def _page_lines(table: _Seen) -> Iterable[ChosenStep]:
    """Numbers of pages between the rows, as a program prints them; no record begins so."""
    begun = [row for row in table.rows if re.match(_PAGE, row.first)]
    most = max((len(row.filled) for row in begun), default=0)
    lines = [row for row in begun if _PAGE_LINE.match(to_latin(" ".join(row.cells[at] for at in row.filled)))]
    if not lines or lines != begun or most >= max(table.usual, 2):
        return
    table.keep(lambda row: row not in lines)
    rule = RowRule(pattern=_PAGE, filled_at_most=most)
    yield ChosenStep(LeaveOut(when=rule), f"{len(lines)} rows are numbers of pages")


def _carried_over(table: _Seen) -> Iterable[ChosenStep]:
    """Sums that are carried from page to page: they are no records, and no sums of a part either."""
    gone = table.keep(lambda row: re.match(_CARRIED, row.first) is None or len(row.filled) > _CARRIED_CELLS)
    if gone:
        rule = RowRule(pattern=_CARRIED, filled_at_most=_CARRIED_CELLS)
        yield ChosenStep(LeaveOut(when=rule), f"{gone} rows carry a sum from page to page")


def _ends(table: _Seen) -> Iterable[ChosenStep]:
    """A second table below the records, or notes, signatures and formulas over nothing."""
    rows = table.rows
    cut = _second_table(table)
    if cut is not None:
        rule = _rule_for(rows, cut)
        if rule is not None:
            number = rows[cut].number
            table.keep(lambda row: row.number < number)
            why = f"a table with another header follows, from row {number} on"
            yield ChosenStep(End(when=rule), why, asks=TABLE)
        return
    last = max((at for at, row in enumerate(rows) if _belongs(table, row)), default=-1)
    always = _worded_always(table, rows[: last + 1]) if any(map(table.is_record, rows[: last + 1])) else set()
    while 0 < last < len(rows) - 1 and len(always) > 1 and always <= set(rows[last + 1].filled):
        # A record of which only the number is missing: its name and the like stand there.
        last += 1
    behind = rows[last + 1 :]
    if last < 1 or not behind:
        return
    number, what = behind[0].number, f"{len(behind)} rows without a record follow the last one"
    if behind[0].gap and not any(row.gap for row in rows[1 : last + 1]):
        table.keep(lambda row: row.number < number)
        yield ChosenStep(End(when=RowRule(gap=True)), what)
    elif max(len(row.filled) for row in behind) > 1 and (named := _always_filled(table, rows[: last + 1], behind)):
        table.keep(lambda row: row.number < number)
        yield ChosenStep(LeaveOut(when=RowRule(column=named, empty=True)), what)
    elif max(len(row.filled) for row in behind) > 1 and (rule := _rule_for(rows, last + 1)) is not None:
        table.keep(lambda row: row.number < number)
        yield ChosenStep(End(when=rule), what)


def _belongs(table: _Seen, row: _Row) -> bool:
    """Whether a row is a record, a row of sums, or has a number other than zero where records have some."""
    if table.is_record(row) or table.is_total(row):
        return True
    held = [to_latin(row.cells[at]) for at in row.filled if at in table.numeric]
    return any(_is_number(cell) and cell.strip("0.,") for cell in held)


def _worded_always(table: _Seen, records: Sequence[_Row]) -> set[int]:
    """The columns of words that every record fills."""
    return set.intersection(*(set(row.filled) for row in records if table.is_record(row))) - set(table.numeric)


def _always_filled(table: _Seen, records: Sequence[_Row], behind: Sequence[_Row]) -> str | None:
    """The header of a column of words that every record fills and none of the rows ``behind``."""
    for at, header in enumerate(table.headers):
        empty = not any(row.cells[at] for row in behind)
        filled = all(row.cells[at] for row in records if not table.is_total(row))
        if at not in table.numeric and empty and filled and table.single(at):
            return header
    return None


def _second_table(table: _Seen) -> int | None:
    """The row at which a table of another shape begins: words where the records have numbers, and records below."""
    rows = table.rows
    header = [fold_joined(text) for text in table.headers]
    for at in range(2, len(rows) - 1):
        row, above = rows[at], rows[at - 1]
        filled = row.filled
        worded = [position for position in filled if position in table.numeric]
        if len(filled) < 2 or not worded or any(_is_number(cell) for cell in row.cells if cell):
            continue
        apart = row.gap or len(above.filled) == 1 or table.is_total(above)
        again = [fold_joined(cell) for cell in row.cells] == header
        if apart and not again and len({*row.cells}) > 2 and any(map(_is_number, rows[at + 1].cells)):
            cut = at
            while cut > 1 and len(rows[cut - 1].filled) == 1 and not table.is_total(rows[cut - 1]):
                cut -= 1
            return cut
    return None


def _rule_for(rows: Sequence[_Row], cut: int) -> RowRule | None:
    """A rule that first means the row at ``cut``: the gap before it, else its first words, which none above has."""
    if rows[cut].gap and not any(row.gap for row in rows[1:cut]):
        return RowRule(gap=True)
    words = [match[0] for match in _WORD.finditer(rows[cut].first)]
    for count in range(1, min(3, len(words)) + 1):
        pattern = r"^\W*" + r"\W+".join(map(re.escape, words[:count]))
        if not any(re.match(pattern, row.first) for row in rows[:cut]):
            return RowRule(pattern=pattern)
    return None


def _headers_again(table: _Seen) -> Iterable[ChosenStep]:
    header = [fold(text) for text in table.headers]
    gone = table.keep(lambda row: [fold(cell) for cell in row.cells] != header) if any(header) else 0
    if gone:
        yield ChosenStep(LeaveOut(when=RowRule(header=True)), f"{gone} rows repeat the header")


def _titles(table: _Seen) -> Iterable[ChosenStep]:
    """Rows in which one cell is filled with words, the first of all among them, each above fuller rows."""
    rows = table.rows
    if len(rows) < FEWEST_TABLE_ROWS or not _is_title(table, rows[0]):
        return
    titles = [at for at, row in enumerate(rows[:-1]) if _is_title(table, row)]
    # Beside a single column of amounts such a row may be a record that lacks its own, unless a sum stands above it.
    if len(table.headers) < FEWEST_TABLE_ROWS and not all(table.is_total(rows[at - 1]) for at in titles if at):
        return
    headed = [at for at in titles if len(rows[at + 1].filled) > 1]
    places = {rows[at].filled[0] for at in titles}
    if len(headed) > 1 and len(places) == 1 and 2 * len(titles) <= len(rows):
        persian = not rows[0].first.isascii()
        gone = table.keep(lambda row: not _is_title(table, row))
        yield ChosenStep(Carry(into="بخش" if persian else "Section"), f"{gone} rows are titles of those under them")


def _is_title(table: _Seen, row: _Row) -> bool:
    return len(row.filled) == 1 and not _is_number(row.first) and not table.is_total(row)


def _last_words(table: _Seen) -> Iterable[ChosenStep]:
    """Notes below the records that are no end of their own: one cell each, and no such row stands elsewhere."""
    rows = table.rows
    single = [at for at, row in enumerate(rows) if len(row.filled) == 1]
    at_end = bool(single) and single == list(range(len(rows) - len(single), len(rows)))
    if table.usual > 2 and at_end and all(_is_title(table, rows[at]) for at in single):
        table.keep(lambda row: len(row.filled) > 1)
        yield ChosenStep(LeaveOut(when=RowRule(filled_at_most=1)), f"{len(single)} rows of one cell at the end")


def _filled_down(table: _Seen) -> Iterable[ChosenStep]:
    """Columns before the first that is always filled: filled where a group begins, and never twice alike in a row."""
    rows = [row for row in table.rows if not table.is_total(row) and len(row.filled) > 1]
    if len(rows) < FEWEST_TABLE_ROWS:
        return
    names = []
    for at in range(len(table.headers)):
        cells = [row.cells[at] for row in rows]
        filled = [cell for cell in cells if cell]
        if len(filled) == len(cells):
            # A number of each row may stand before the columns that were merged.
            if filled == [str(number) for number in range(1, len(filled) + 1)]:
                continue
            break
        apart = all(cell != other for cell, other in pairwise(filled))
        sparse = 4 * (len(cells) - len(filled)) >= len(cells)
        if not cells[0] or not apart or not sparse or len(filled) < 2 or not table.single(at):
            break
        names.append(table.headers[at])
    else:
        return
    if names:
        yield ChosenStep(FillDown(columns=tuple(names)), "filled where a group of rows begins, empty below")


# --- columns and cells ------------------------------------------------------------------------------------------------


def _crosstab(table: _Seen, title: str, units: bool) -> list[ChosenStep]:
    step = crosstab_of(table.headers, title, units=units)
    if step is None:
        return []
    columns = [at for at, header in enumerate(table.headers) if header in step.columns]
    cells = [cell for at in columns for cell in table.column(at)]
    if not columns or not cells or sum(map(_is_number, cells)) < FITS * len(cells):
        return []
    sums = sums_of(step, table.headers, [row.cells for row in table.rows])
    ignored = [ChosenStep(Ignore(columns=sums), "in every row the sum of the columns that become rows")] if sums else []
    turned = f"{len(columns)} columns are headed by {'months' if step.into[0] in ('ماه', 'Month') else 'years'}"
    return [*ignored, ChosenStep(step, turned)]


def _ballots(table: _Seen) -> list[ChosenStep]:
    """Columns beside each other that hold nothing but votes: each is headed by who cast them.

    Yes and no alone may be anything; somebody who is for or against a thing is a voter.
    """
    runs: list[list[int]] = [[]]
    for at, header in enumerate(table.headers):
        cells = {fold_joined(cell) for cell in table.column(at)}
        cast = bool(cells) and cells <= _BALLOTS and table.single(at) and not _OF_A_BODY.search(fold(header))
        if cast:
            runs[-1].append(at)
        elif runs[-1]:
            runs.append([])
    columns = max(runs, key=len)
    cells = {fold_joined(cell) for at in columns for cell in table.column(at)}
    if len(columns) < FEWEST_TABLE_ROWS or not cells & _FOR or not cells - _FOR:
        return []
    headers = tuple(table.headers[at] for at in columns)
    persian = any(not cell.isascii() for cell in cells)
    into, value = ("عضو", "رأی") if persian else ("Member", "Vote")
    step = Crosstab(columns=headers, into=(into,), value=value)
    return [ChosenStep(step, f"{len(columns)} columns hold votes, each of the one who heads it")]


def _split(table: _Seen) -> Iterable[ChosenStep]:
    step = Split.proposed(Sample(table.headers, tuple(row.cells for row in table.rows)))
    if step is not None and len(table.rows) >= 2 * FEWEST_TABLE_ROWS:
        yield ChosenStep(step, f"header and cells all come apart at “{step.by}”")
