"""JSON and NDJSON: a row for each record of one list, which is declared, chosen, or the only one."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from ayan.core.intake import encoding, geojson
from ayan.core.intake.issues import refuse, unreadable
from ayan.core.intake.json_text import BadJson, JsonWalker, nested, not_json, whole_text
from ayan.core.intake.limits import DEEPEST, LONGEST_RECORD
from ayan.core.intake.nested_records import ABOVE, RecordPath, RecordWriter, choose, exploded, parts_of, wanted_path
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook import grids
from ayan.core.schema.definition import Layout
from ayan.core.values.label import Label

# Where documents that keep their rows as bare lists say what these hold, and what of a column is its title.
_OF_COLUMNS: Final = frozenset({"columns", "fields", "headers", "header", "cols"})
_TITLED: Final = ("name", "title", "label", "id", "fieldName")
_FEATURES: Final = re.compile(r'"type"\s*+:\s*+"FeatureCollection"')


def read(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    """Read a JSON file: GeoJSON as such unless a path is declared, else the records of one list."""
    text = whole_text(path, limits)
    wanted = wanted_path(sheet, source)
    try:
        if wanted is None and _FEATURES.search(text):
            features = geojson.read(text, source, workdir, limits)
            if features is not None:
                return features
        return _records(text, wanted, source, known, workdir, limits)
    except BadJson as bad:
        raise not_json(text, bad) from None
    except RecursionError:
        raise nested() from None


def _records(
    text: str, wanted: str | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    walker = JsonWalker(text)
    survey = _Survey(walker)
    end = walker.skip(survey.value(walker.skip(0), ()))
    if end != len(text):
        raise BadJson(end)
    paths = list(survey.lists)
    if wanted is not None and not parts_of(wanted) and () not in survey.lists:
        # The document is one record, as a release by itself is.
        with RecordWriter(workdir, limits) as writer:
            writer.add(walker.value(walker.skip(0))[0], 1, {})
        return writer.reply("json", source, (), [(), *paths], "utf-8")
    if not paths:
        raise unreadable(Label("فهرستی از رکوردها در آن نیست", "it holds no list of records"))
    offered = paths if len(paths) == 1 else [*paths, ()]
    base = choose(offered if wanted is None else paths, wanted, workdir)
    whole = parts_of(wanted) if wanted is not None else base
    if survey.rowwise[base] and whole == base:
        grid = _grid(walker, survey.lists[base], base)
        if source.headers is None and source.header_row is None and (titles := _titles(walker, survey, grid)):
            source = replace(source, headers=titles, data_row=1)
        return grids.read([grid], "json", None, source, known, workdir, limits)
    above = survey.above(base)
    at = ".".join((ABOVE, *base))
    line, counted = 1, 0
    with RecordWriter(workdir, limits) as writer:

        def record(position: int) -> int:
            nonlocal line, counted
            line, counted = line + text.count("\n", counted, position), position
            value, end = walker.value(position)
            for each, around in exploded(value, whole[len(base) :], above, at):
                writer.add(each, line, around, position / len(text))
            return end

        walker.items(survey.lists[base], record)
    return writer.reply("json", source, whole, paths, "utf-8")


def _grid(walker: JsonWalker, at: int, base: RecordPath) -> grids.Grid:
    """A list of lists: the rows of a table with its header among them."""
    rows: list[list[str]] = []

    def row(position: int) -> int:
        value, end = walker.value(position)
        rows.append([grids.json_cell(each) for each in value] if isinstance(value, list) else [grids.json_cell(value)])
        return end

    walker.items(at, row)
    return grids.Grid(".".join(base), rows)


def _titles(walker: JsonWalker, survey: _Survey, grid: grids.Grid) -> tuple[str, ...]:
    """The headers that a list named for columns or fields has for the rows of ``grid``: as many as their cells."""
    widths = {len(row) for row in grid.rows}
    for names, at in {**survey.lists, **survey.words}.items():
        if not names or names[-1].lower() not in _OF_COLUMNS:
            continue
        listed = walker.value(at)[0]
        titles = [_title(each) for each in listed]
        if widths == {len(titles)} and all(titles) and titles != grid.rows[0]:
            return tuple(titles)
    return ()


def _title(column: Any) -> str:
    if isinstance(column, dict):
        column = next((column[key] for key in _TITLED if isinstance(column.get(key), str)), "")
    return column.strip() if isinstance(column, str) else ""


class _Survey:
    """Where the lists of a document stand that are not within another, and what single values stand beside them."""

    def __init__(self, walker: JsonWalker) -> None:
        self.lists: dict[RecordPath, int] = {}
        self.rowwise: dict[RecordPath, bool] = {}
        self.words: dict[RecordPath, int] = {}
        self._values: dict[RecordPath, dict[str, Any]] = {}
        self._walker = walker

    def value(self, at: int, names: RecordPath) -> int:
        """Look at the value at ``at``, the member ``names`` of the document; where it ends."""
        text = self._walker.text
        if len(names) > DEEPEST:
            raise nested()
        if text.startswith("[", at):
            first = text[self._walker.skip(at + 1) : self._walker.skip(at + 1) + 1]
            if first in ("{", "["):
                self.lists[names], self.rowwise[names] = at, first == "["
            elif first == '"':
                self.words[names] = at
            return self._walker.items(at, lambda position: self._walker.value(position)[1])
        if text.startswith("{", at):
            values = self._values.setdefault(names, {})

            def member(name: str, position: int) -> int:
                if text.startswith(("{", "["), position):
                    return self.value(position, (*names, name))
                values[name], end = self._walker.value(position)
                return end

            return self._walker.members(at, member)
        return self._walker.value(at)[1]

    def above(self, path: RecordPath) -> dict[str, Any]:
        """The single values that stand in the objects on the way to the list at ``path``, by title."""
        return {
            ".".join((ABOVE, *names, name)): value
            for names, values in self._values.items()
            if names == path[: len(names)]
            for name, value in values.items()
        }


def read_lines(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    """Read a file with one JSON object a line; a path leads to the records within each."""
    del known
    wanted = wanted_path(sheet, source)
    parts = parts_of(wanted) if wanted is not None else ()
    with RecordWriter(workdir, limits) as writer:
        for number, text, done in _lines(path, limits):
            walker = JsonWalker(text)
            try:
                value, end = walker.value(walker.skip(0))
                if walker.skip(end) != len(text) or not isinstance(value, dict):
                    raise BadJson(end)
                for record, above in exploded(value, parts, {}, ABOVE):
                    writer.add(record, number, above, done)
            except BadJson as bad:
                raise not_json(text, bad, number) from None
            except RecursionError:
                raise nested() from None
    return writer.reply("ndjson", source, parts, [parts], "utf-8")


def _lines(path: Path, limits: IntakeLimits) -> Iterator[tuple[int, str, float]]:
    """The lines that are not blank: number, text, and the share of the file that is read."""
    size = max(1, path.stat().st_size)
    with path.open("rb") as file:
        head = file.read(16)
        codec = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
        state = encoding.mark(head)
        file.seek(state.start if state and codec == "utf-8" else 0)
        # JSON may hold the other line ends of Unicode within a text, so lines end at \n alone.
        lines, number = io.TextIOWrapper(file, encoding=codec, newline="\n"), 0
        try:
            while line := lines.readline(LONGEST_RECORD):
                number += 1
                if len(line) >= LONGEST_RECORD:
                    raise refuse("cell-too-long", line=number, limit=limits.cell_chars)
                if "\0" in line:
                    raise refuse("file-nul", line=number)
                if line.strip(" \t\r\n"):
                    yield number, line, file.tell() / size
        except UnicodeError:
            raise refuse("encoding-other", line=number + 1, encoding=codec) from None
