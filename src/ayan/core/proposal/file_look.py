"""One file looked at for a proposal: its sheet or list of records, where its table stands, its steps, its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Final

from ayan.core.intake.encoding_choices import guesses
from ayan.core.intake.preview import Preview, preview_file
from ayan.core.intake.reading_notes import SheetPreview
from ayan.core.intake.table import IntakeLimits, RawTable
from ayan.core.intake.table_reader import read_table
from ayan.core.proposal.answers import WITHOUT, BadAnswer
from ayan.core.proposal.chapter_rows import chapters_among, sums_among
from ayan.core.proposal.column_evidence import evidence_of, lay_rows
from ayan.core.proposal.columns_of_files import FileEvidence
from ayan.core.proposal.limits import FEWEST_ROWS, MOST_LISTS, MOST_OPTIONS
from ayan.core.proposal.number_choice import MINUS, POINT, POINTS
from ayan.core.proposal.proposed_field import ChosenStep, OpenQuestion
from ayan.core.proposal.sheet_shape import SheetShape, shape_of
from ayan.core.proposal.step_choice import choose_steps, with_steps
from ayan.core.proposal.table_choice import TABLE, ListedTable, choose_table
from ayan.core.proposal.time_headers import is_month, is_year
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.schema.steps.shape_steps import Members, Sheets, TableOf
from ayan.core.system.duckdb import confined
from ayan.core.values.label import Label
from ayan.core.values.text import fold_joined

_RECORDS: Final = frozenset({"json", "ndjson", "xml"})
_ITSELF: Final = "$"
# Single values beside its lists from which a document is itself the record.
_PLAIN_MEMBERS: Final = 3
# How many times the records of any other list make it clear which one is meant.
_FAR_MORE: Final = 4
_WHICH_LIST: Final = Label(
    "کدام فهرست پرونده رکوردها را دارد؟ پیشنهاد از «{name}» است.",
    "Which list of the file holds the records? The proposal is made from “{name}”.",
)
_WHICH_SHEET: Final = Label(
    "کدام برگه را می‌خواهید؟ پیشنهاد از «{name}» است.", "Which sheet is meant? The proposal is made from “{name}”."
)
_WHICH_MEMBER: Final = Label(
    "کدام پروندهٔ بایگانی را می‌خواهید؟ پیشنهاد از «{name}» است.",
    "Which file of the archive is meant? The proposal is made from “{name}”.",
)
_WHICH_ENCODING: Final = Label(
    "پرونده نمی‌گوید در کدام کدگذاری است. کدام خوانده می‌شود؟ {words}",
    "The file does not say in which encoding it is. Which of these reads rightly? {words}",
)
# Refusals of a first look that the shape of the sheet answers: which sheet, how many rows its header has.
_READ_FURTHER: Final = frozenset({"sheet-choose", "header-deeper"})
_UNREADABLE: Final = frozenset({"encoding-mixed", "encoding-unsure"})
_MINUS: Final = Label(
    "کدام نشانه از مبلغ کم می‌کند: CR (بستانکار) یا DR (بدهکار)؟",
    "Which sign takes away: CR (credit) or DR (debit)?",
)

_POINT: Final = Label(
    "نقطهٔ عددها، مثل ۱۲٫۳۴۵ که «12.345» نوشته شده، جداکنندهٔ هزارگان است یا ممیز؟",
    "Does the point in numbers such as 12.345 part thousands, or is it a decimal sign?",
)
_OF_NUMBERS: Final = (OpenQuestion(MINUS, _MINUS, ("CR", "DR"), 1), OpenQuestion(POINT, _POINT, POINTS, 1))


def looked_at(
    path: Path, workdir: Path, answers: Mapping[str, str], limits: IntakeLimits, questions: list[OpenQuestion]
) -> FileEvidence:
    """Read one file where its table stands, do its steps, and count what its columns hold. Raises CannotRead."""
    look = _Look(path, workdir, answers, limits, questions)
    return look.evidence()


class _Look:
    """The way from a file to its evidence."""

    def __init__(
        self,
        path: Path,
        workdir: Path,
        answers: Mapping[str, str],
        limits: IntakeLimits,
        questions: list[OpenQuestion],
    ) -> None:
        self._path, self._workdir, self._answers = path, workdir, answers
        self._limits, self._questions = limits, questions
        self._member = answers.get("member")
        self._encoding = answers.get("encoding")
        self._members: Members | None = None
        self._undone: list[ChosenStep] = []

    def evidence(self) -> FileEvidence:
        """Everything that a proposal takes from the file."""
        look = self._first_look()
        several: Sheets | Members | TableOf | None = None
        records: str | None = None
        sheet: SheetPreview | None = None
        if look.sheets and self._of_records(look):
            records = self._records(look)
            look = self._preview(f"records-{len(look.sheets)}", Layout(path=records, member=self._member))
        elif look.sheets:
            several, sheet = self._sheet(look.sheets)
        several = self._members or several
        if look.refused is not None and (look.refused.code not in _READ_FURTHER or sheet is None):
            raise CannotRead(look.refused)
        shape = self._shape(sheet)
        wanted = self._answers.get(TABLE) if several is None else None
        # Who names the row of the header has said which table it is.
        unsaid = several is None and "header_row" not in self._answers
        passed_over = unsaid and sheet is not None and _rows_above(sheet, shape) > 1
        if sheet is not None and (wanted is not None or passed_over):
            chosen_table = self._which(wanted, sheet)
            if chosen_table is not None:
                several, shape = chosen_table.step, chosen_table.shape
        raw = self._table(look, shape, sheet, several, records)
        chosen = self._steps(raw, shape)
        if several is None and sheet is not None and any(each.asks == TABLE for each in chosen):
            self._which(None, sheet)
        table, done = with_steps(raw, chosen, self._workdir)
        with confined(paths=table.files) as con:
            totals = lay_rows(con, table)
            columns = tuple(evidence_of(con, column) for column in table.columns)
            chapters = chapters_among(con, table.columns)
            sums = sums_among(con, table.columns)
        steps = ([ChosenStep(several, _why(several))] if several else []) + done
        return FileEvidence(
            name=self._path.name,
            raw=table,
            shape=shape,
            columns=columns,
            totals=totals,
            sheets=tuple(each.name for each in look.sheets),
            path=records,
            member=None if self._members else self._member,
            encoding=self._encoding,
            steps=tuple(steps),
            undone=tuple(self._undone),
            chapters=chapters,
            sums=sums,
        )

    def _preview(self, folder: str, layout: Layout) -> Preview:
        sheet = self._answers.get("sheet") if layout.path is None else None
        return preview_file(
            self._path, self._workdir / folder, source=layout, known=(), limits=self._limits, sheet=sheet
        )

    def _first_look(self) -> Preview:
        look = self._preview("first", Layout(member=self._member, encoding=self._encoding))
        if look.refused is not None and look.refused.code in _UNREADABLE and self._encoding is None:
            read = guesses(self._path, MOST_OPTIONS)
            if read:
                words = " | ".join(f"{each.name}: {each.words}" for each in read)
                self._encoding = read[0].name
                if all(each.key != "encoding" for each in self._questions):
                    options = tuple(each.name for each in read)
                    text = _WHICH_ENCODING.format(words=words)
                    self._questions.append(OpenQuestion("encoding", text, options, 0))
                look = self._preview("encoded", Layout(encoding=self._encoding))
        if look.refused is not None and look.refused.code == "archive-choose" and self._member is None:
            names = [name for name in str(look.refused.params.get("names", "")).split(" | ") if name]
            count = int(str(look.refused.params.get("count", 0)))
            if count > 1 and names:
                looks = [
                    self._preview(f"member{at}", Layout(member=name, encoding=self._encoding))
                    for at, name in enumerate(names)
                ]
                look, self._member = looks[0], names[0]
                self._members = self._alike(names, looks) if count == len(names) else None
                if self._members is None:
                    self._ask("member", _WHICH_MEMBER, names[0], names)
        return look

    def _alike(self, names: Sequence[str], looks: Sequence[Preview]) -> Members | None:
        """The step that reads all members of one shape as one table; None where they are not of one."""
        keys = [_member_key(look) for look in looks]
        if keys[0] is None or any(key != keys[0] for key in keys):
            return None
        stems = [PurePosixPath(name).stem for name in names]
        first = replace(looks[0].sheets[0], name=stems[0])
        return Members(into=_heading([first, *(replace(first, name=stem) for stem in stems[1:])], _FILE))

    def _ask(self, key: str, text: Label, name: str, options: Sequence[str]) -> None:
        if all(each.key != key for each in self._questions):
            ordered = tuple(dict.fromkeys((name, *options)))[:MOST_OPTIONS]
            self._questions.append(OpenQuestion(key, text.format(name=name), ordered, 0))

    # --- records of JSON and XML ----------------------------------------------------------------------------------

    def _of_records(self, look: Preview) -> bool:
        if look.table is not None:
            return look.table.facts.format in _RECORDS
        return look.refused is not None and look.refused.code == "sheet-choose" and not any(s.head for s in look.sheets)

    def _records(self, look: Preview) -> str:
        """The path of the records: answered, the only one, or the one that is guessed and asked about."""
        if (answered := self._answers.get("sheet")) is not None:
            return answered
        if look.table is not None:
            return look.table.facts.sheet or _ITSELF
        names = [sheet.name for sheet in look.sheets]
        guess, alone = self._best_list(names)
        if not alone:
            self._ask("sheet", _WHICH_LIST, guess, sorted(names, key=lambda name: name.count(".")))
        return guess

    def _best_list(self, names: Sequence[str]) -> tuple[str, bool]:
        """The document itself where it says more than lists; else the least deep list with the most cells.

        Whether nothing else can well be meant: the list alone is of many records.
        """
        lists = sorted((name for name in names if name != _ITSELF), key=lambda name: name.count("."))
        top = [name for name in lists if name.count(".") == lists[0].count(".")][:MOST_LISTS]
        if _ITSELF in names and (itself := self._read(_ITSELF)) is not None:
            plain = [column for column in itself.columns if column.header and "." not in column.header]
            if itself.rows == 1 and len(plain) - len([name for name in top if "." not in name]) >= _PLAIN_MEMBERS:
                return _ITSELF, False
        every = len(lists) <= MOST_LISTS
        tables = {name: self._read(name) for name in (lists if every else top)}
        rows = {name: table.rows if table else 0 for name, table in tables.items()}
        cells = {name: rows[name] * len(table.columns) if table else 0 for name, table in tables.items()}
        best = max(top, key=lambda name: cells[name])
        others = max((count for name, count in rows.items() if name != best), default=0)
        return best, every and rows[best] >= FEWEST_ROWS and rows[best] > _FAR_MORE * others

    def _read(self, records: str) -> RawTable | None:
        folder = self._workdir / f"list-{abs(hash(records))}"
        try:
            layout = Layout(path=records, member=self._member)
            return read_table(self._path, source=layout, workdir=folder, limits=self._limits)
        except CannotRead:
            return None

    # --- sheets ---------------------------------------------------------------------------------------------------

    def _sheet(self, sheets: Sequence[SheetPreview]) -> tuple[Sheets | None, SheetPreview | None]:
        """Several sheets of one shape as one, or the sheet that was chosen, else the first, which is asked about."""
        if (wanted := self._answers.get("sheet")) is not None:
            chosen = next((sheet for sheet in sheets if sheet.name == wanted), None)
            if chosen is None and wanted.isdecimal() and 0 < int(wanted) <= len(sheets):
                chosen = sheets[int(wanted) - 1]
            return None, chosen
        filled = [sheet for sheet in sheets if not sheet.hidden and any(row.cells for row in sheet.head)]
        if len(filled) < 2:
            return None, filled[0] if filled else None
        alike = _of_one_shape(filled)
        if len(alike) > 1 and (len(alike) == len(filled) or all(map(_is_time, alike))):
            names = [sheet.name for sheet in alike]
            every = len(alike) == len([sheet for sheet in sheets if not sheet.hidden])
            step = Sheets(sheets=("*",) if every else tuple(names), into=_heading(alike))
            return step, alike[0]
        names = [sheet.name for sheet in filled]
        self._ask("sheet", _WHICH_SHEET, names[0], names)
        return None, filled[0]

    def _shape(self, sheet: SheetPreview | None) -> SheetShape:
        row = self._answers.get("header_row")
        if row is not None and not (row.isdecimal() and 0 < int(row) < 1000):
            raise BadAnswer("ردیف سرستون عدد است.", "The row of the header is a number.")
        return shape_of(sheet, int(row) if row else None) if sheet else SheetShape(1)

    def _table(
        self,
        look: Preview,
        shape: SheetShape,
        sheet: SheetPreview | None,
        several: Sheets | Members | TableOf | None,
        records: str | None,
    ) -> RawTable:
        """The table as the layout so far reads it; what the first look has read is not read again."""
        raw = look.table
        if raw is not None and several is None:
            same = (raw.facts.header_row, 1, None) == (shape.header_row, shape.header_rows, shape.data_row)
            if same or sheet is None or raw.facts.format == "geojson":
                return raw
        width = max((len(row.cells) for row in sheet.head), default=0) if sheet else 0
        one_sheet = several is None or isinstance(several, TableOf)
        layout = Layout(
            sheet=sheet.name if sheet and sheet.name and one_sheet else None,
            header_row=shape.header_row,
            header_rows=shape.header_rows,
            data_row=shape.data_row,
            headers=None if shape.header_row or sheet is None else ("",) * width,
            member=self._member,
            encoding=self._encoding,
            path=records,
            steps=(several,) if several else (),
        )
        return read_table(self._path, source=layout, workdir=self._workdir / "second", limits=self._limits)

    def _which(self, answer: str | None, sheet: SheetPreview) -> ListedTable | None:
        """The table of the sheet that was answered; without an answer it is asked about."""
        layout = Layout(sheet=sheet.name or None, member=self._member, encoding=self._encoding, headers=(), data_row=1)
        return choose_table(
            answer,
            lambda whole: read_table(self._path, source=whole, workdir=self._workdir / "whole", limits=self._limits),
            layout,
            self._questions,
        )

    def _steps(self, raw: RawTable, shape: SheetShape) -> list[ChosenStep]:
        """The steps that the table gives a reason for, but those that somebody did not want."""
        wanted = self._answers.get("steps")
        if raw.facts.format == "geojson" or wanted == "none":
            return []
        chosen = choose_steps(raw, shape.title, self._answers)
        if wanted is not None:
            names = {name.strip() for name in wanted.split(",")}
            chosen = [each for each in chosen if each.step.do in names]
        unwanted = {mark.strip() for mark in self._answers.get(WITHOUT, "").split(",")}
        self._undone = [each for each in chosen if each.mark in unwanted]
        chosen = [each for each in chosen if each.mark not in unwanted]
        asked = {each.asks for each in chosen}.difference(each.key for each in self._questions)
        self._questions.extend(question for question in _OF_NUMBERS if question.key in asked)
        return chosen


def _rows_above(sheet: SheetPreview, shape: SheetShape) -> int:
    """How many rows of several cells stand above the header: a title has one, and a table of its own has many."""
    above = sheet.head[: (shape.header_row or 1) - 1]
    return sum(sum(bool(cell.strip()) for cell in row.cells) > 1 for row in above)


def _of_one_shape(sheets: Sequence[SheetPreview]) -> list[SheetPreview]:
    """The sheets that have the header of the first that shares its own with another."""
    keys = [_header_key(sheet) for sheet in sheets]
    common = next((key for key in keys if key[1] and keys.count(key) > 1), None)
    return [sheet for sheet, key in zip(sheets, keys, strict=True) if key == common] if common else []


def _header_key(sheet: SheetPreview) -> tuple[SheetShape, tuple[str, ...]]:
    shape = shape_of(sheet)
    if shape.header_row is None:
        return shape, ()
    rows = [row.cells for row in sheet.head][shape.header_row - 1 : shape.header_row - 1 + shape.header_rows]
    titles = tuple(fold_joined(cell) for row in rows for cell in row)
    bare = SheetShape(shape.header_row, shape.header_rows, shape.data_row)
    return (bare, titles) if len([title for title in titles if title]) > 1 else (bare, ())


def _why(step: Sheets | Members | TableOf) -> str:
    """What speaks for the step that says which table is read."""
    if isinstance(step, TableOf):
        return "as answered"
    return f"{'files' if isinstance(step, Members) else 'sheets'} with the same header"


def _is_time(sheet: SheetPreview) -> bool:
    return is_month(sheet.name) or is_year(sheet.name)


def _member_key(look: Preview) -> tuple[object, ...] | None:
    """By what files of an archive are of one shape: their titles, and where these stand; None where nobody can tell."""
    if look.table is not None and look.table.facts.format in _RECORDS:
        return (look.table.facts.sheet, frozenset(column.header for column in look.columns))
    filled = [sheet for sheet in look.sheets if not sheet.hidden and any(row.cells for row in sheet.head)]
    if len(filled) != 1:
        return None
    key = _header_key(filled[0])
    return key if key[1] else None


_SHEET: Final = ("برگه", "Sheet")
_FILE: Final = ("پرونده", "File")


def _heading(sheets: Sequence[SheetPreview], plain: tuple[str, str] = _SHEET) -> str:
    """What the column of the names of sheets is headed by, in the language of the table; ``plain`` where no time is."""
    persian = any(not cell.isascii() for row in sheets[0].head for cell in row.cells)
    for words, test in ((("ماه", "Month"), is_month), (("سال", "Year"), is_year)):
        if all(test(sheet.name) for sheet in sheets):
            return words[0] if persian else words[1]
    return plain[0] if persian else plain[1]
