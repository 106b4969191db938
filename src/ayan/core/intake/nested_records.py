"""Records of JSON and XML as rows: nested members as columns with dotted titles, the members of a list as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from ayan.core.intake import reading_notes
from ayan.core.intake.header import tidy
from ayan.core.intake.issues import issue_as_json, refuse, unreadable
from ayan.core.intake.json_text import nested, written
from ayan.core.intake.limits import DEEPEST, MOST_OFFERED
from ayan.core.intake.raw_parquet import RawWriter
from ayan.core.intake.reading_notes import FIRST_ROWS, ChildReply
from ayan.core.intake.table import IntakeLimits, printable_name
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.values.label import Label

TEXT: Final = "\0text"
"""The name under which an XML element keeps its own text beside attributes and elements."""
ABOVE: Final = "$"
"""What the titles of members begin with that stand above a record, from the top of the file on."""

_SEPARATOR: Final = " | "
_TOLD_EVERY: Final = 5_000
RecordPath = tuple[str, ...]


def parts_of(path: str) -> RecordPath:
    """The names of a declared path; "" and "$" are the file's own list."""
    bare = path.strip().removeprefix(ABOVE).strip(".")
    return tuple(bare.split(".")) if bare else ()


def wanted_path(sheet: str | int | None, source: Layout) -> str | None:
    """The path of the records that somebody chose or the layout declares."""
    if source.path is not None and sheet in (None, source.sheet):
        return source.path
    return None if sheet is None else str(sheet)


def choose(paths: Sequence[RecordPath], wanted: str | None, workdir: Path) -> RecordPath:
    """Which list holds the records: the wanted one or that within which it lies, else the only one.

    Raises CannotRead: ``sheet-missing`` for a path that leads nowhere, ``sheet-choose`` where there are several.
    """
    # Of many lists those nearest the top are the likeliest, wherever they stand in the file.
    listed = [".".join(names) or ABOVE for names in sorted(paths, key=len)]
    offered = _SEPARATOR.join(printable_name(name) for name in listed[:MOST_OFFERED]) or "–"
    if wanted is not None:
        parts = parts_of(wanted)
        within = [names for names in paths if parts[: len(names)] == names]
        if not within:
            raise CannotRead(
                Issue(
                    code="sheet-missing",
                    params={"sheet": wanted, "sheets": offered},
                    wording=Label(
                        "در پرونده فهرستی به نشانی «{sheet}» نیست. فهرست‌ها: {sheets}.",
                        "There is no list at “{sheet}” in the file. Lists: {sheets}.",
                    ).format(sheet=wanted, sheets=offered),
                )
            )
        return max(within, key=len)
    if len(paths) == 1:
        return paths[0]
    reading_notes.write_sheets(
        workdir, [reading_notes.SheetPreview(name, None, None, False, ()) for name in listed[:MOST_OFFERED]]
    )
    raise CannotRead(
        Issue(
            code="sheet-choose",
            params={"sheets": offered},
            wording=Label(
                "پرونده چند فهرست دارد ({sheets}). بگویید کدام خوانده شود.",
                "The file holds several lists ({sheets}). Say which one to read.",
            ).format(sheets=offered),
        )
    )


def exploded(
    value: Any, parts: RecordPath, above: Mapping[str, Any], at: str
) -> Iterator[tuple[Any, Mapping[str, Any]]]:
    """Every record at ``parts`` below ``value``, each with what stands above it by title; ``at`` is where that is."""
    if isinstance(value, list):
        for each in value:
            yield from exploded(each, parts, above, at)
    elif not parts:
        yield value, above
    elif isinstance(value, dict) and parts[0] in value:
        own = {f"{at}.{name}": each for name, each in value.items() if name != parts[0]}
        yield from exploded(value[parts[0]], parts[1:], {**above, **own}, f"{at}.{parts[0]}")


class RecordWriter:
    """Takes records one by one and writes each as a row; a member that is new opens a further column.

    The header stands in row 1, so record n is row n + 1. What is a list within a record stays in its cell, as JSON; a
    list that stands above the records is left out. Both are told.
    """

    def __init__(self, workdir: Path, limits: IntakeLimits) -> None:
        self.columns: dict[RecordPath, int] = {}
        self._titles: list[str] = []
        self._workdir, self._limits = workdir, limits
        self._writer = RawWriter(workdir, 1, limits)
        self._head: list[tuple[int, int | None, list[str]]] = []
        self._kept: set[str] = set()
        self._left: set[str] = set()
        self._number = 1

    def __enter__(self) -> Self:
        self._writer.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._writer.__exit__(kind, error, at)

    def add(self, record: Any, line: int | None, above: Mapping[str, Any], done: float | None = None) -> None:
        """Write one record that begins on ``line``; ``done`` is the share of the file that is read."""
        self._number += 1
        cells: list[str] = []
        self._flat(record if isinstance(record, dict) else {"value": record}, (), cells, 0)
        for name, value in above.items():
            if isinstance(value, list):
                self._left.add(name)
            else:
                self._flat(value, (name,), cells, 0, apart=True)
        if any(cells):
            if len(self._head) < FIRST_ROWS:
                self._head.append((self._number, line, list(cells)))
            self._writer.add(self._number, line, cells)
        if done is not None and not self._number % _TOLD_EVERY:
            reading_notes.write_progress(self._workdir, done)

    def _flat(self, value: Any, names: RecordPath, cells: list[str], depth: int, *, apart: bool = False) -> None:
        if isinstance(value, dict):
            if depth > DEEPEST:
                raise nested()
            for name, each in value.items():
                self._flat(each, names if name == TEXT else (*names, name), cells, depth + 1, apart=apart)
            return
        if isinstance(value, list):
            if apart:
                self._left.add(".".join(names))
                return
            if value:
                self._kept.add(".".join(names))
        place = self.columns.get(names)
        if place is None:
            place = self._open(names)
        if place >= len(cells):
            cells.extend([""] * (place + 1 - len(cells)))
        cells[place] = self._text(value)

    def _open(self, names: RecordPath) -> int:
        if len(self.columns) >= self._limits.columns:
            raise refuse("columns-too-many", row=self._number, limit=self._limits.columns)
        self._titles.append(tidy(".".join(names)) or "value")
        return self.columns.setdefault(names, len(self.columns))

    def _text(self, value: Any) -> str:
        """Strings as they are, null and empty lists empty, numbers as the file writes them, lists as JSON."""
        if value is None or value == []:
            return ""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        text = value if isinstance(value, str) else written(value)
        if not text.isascii() or "\0" in text:
            _check(text, self._number)
        if len(text) > self._limits.cell_chars:
            raise refuse("cell-too-long", line=self._number, limit=self._limits.cell_chars)
        return text

    def reply(
        self, form: str, source: Layout, path: RecordPath, paths: Sequence[RecordPath], encoding: str | None
    ) -> ChildReply:
        """What was written, with what is to be told of it; ``path`` is where the records stand."""
        name = printable_name(".".join(path))
        listed = [printable_name(".".join(each)) for each in paths if each][:MOST_OFFERED]
        head = reading_notes.head_of([(1, None, self._titles), *self._head])
        seen = [reading_notes.SheetPreview(each, None, None, False, ()) for each in listed if each != name]
        shown = reading_notes.SheetPreview(name, self._writer.rows + 1, len(self._titles), False, head)
        reading_notes.write_sheets(self._workdir, [shown, *seen])
        titles = list(source.headers) if source.headers is not None else self._titles
        reply = ChildReply(
            format=form, encoding=encoding, headers=titles, header_row=None, sheet=name or None, sheets=listed
        )
        issues = [Issue(code="records-read", sheet=name, params={"path": name})] if path else []
        for code, names in (("lists-kept", self._kept), ("lists-left", self._left)):
            if names:
                some = _SEPARATOR.join(printable_name(each) for each in sorted(names)[:MOST_OFFERED])
                issues.append(Issue(code=code, sheet=name or None, count=len(names), params={"names": some}))
        reply.issues += map(issue_as_json, issues)
        return reply.with_rows(self._writer)


def _check(text: str, row: int) -> None:
    """Refuse halves of characters and NULs, which JSON can spell and no text may hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "\0"
    if "\0" in text:
        words = Label("رکورد {row} نویسه‌ای دارد که متن نیست", "record {row} holds a sign that is no text")
        raise unreadable(words.format(row=row - 1))
