"""XML: a row for each record of one repeated element; attributes, elements and those below them as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from ayan.core.intake.issues import refuse, unreadable
from ayan.core.intake.json_text import nested
from ayan.core.intake.limits import DEEPEST
from ayan.core.intake.nested_records import (
    ABOVE,
    TEXT,
    RecordPath,
    RecordWriter,
    choose,
    exploded,
    parts_of,
    wanted_path,
)
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.intake.workbook.containers import walk
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.values.label import Label

_CHUNK: Final = 1024 * 1024


def read(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply:
    """Read the records of one repeated element: declared by its path below the root, chosen, or the only one."""
    del known
    survey = _Survey(limits)
    walk_file(path, survey)
    if not survey.count:
        raise broken(None)
    wanted = wanted_path(sheet, source)
    paths = survey.paths(parts_of(wanted) if wanted is not None else None)
    if not paths:
        raise unreadable(Label("فهرستی از رکوردها در آن نیست", "it holds no list of records"))
    base = choose(paths, wanted, workdir)
    whole = parts_of(wanted) if wanted is not None else base
    above, at = survey.above(base), ".".join((ABOVE, *base))
    with RecordWriter(workdir, limits) as writer:

        def take(tree: Any) -> None:
            for record, around in exploded(tree, whole[len(base) :], above, at):
                writer.add(({TEXT: record} if record else {}) if isinstance(record, str) else record, None, around)

        walk_file(path, _Trees(base, survey.repeated, take))
    return writer.reply("xml", source, whole, paths, None)


def walk_file(path: Path, listener: Any) -> None:
    """Tell ``listener`` (``start``, ``end``, ``text``) of the elements of a file; CannotRead where it is damaged."""
    walk(_chunks(path), listener.start, listener.end, listener.text, broken)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def broken(error: expat.ExpatError | None) -> CannotRead:
    """The refusal of what is not XML, with its line."""
    line = error.lineno if error else 1
    return unreadable(Label("نادرستی XML در سطر {line}", "not valid XML at line {line}").format(line=line))


def local(name: str) -> str:
    """A name without the prefix of its namespace."""
    return name.rpartition(":")[2]


def _attributes(attributes: dict[str, str]) -> dict[str, str]:
    """The attributes that say something of a record: not its namespaces, and not that it is empty."""
    return {
        f"@{local(name)}": value
        for name, value in attributes.items()
        if not name.startswith("xmlns") and local(name) not in ("nil", "schemaLocation", "noNamespaceSchemaLocation")
    }


class _Survey:
    """Which elements of a document are repeated within one, which hold more than text, and the single values above."""

    def __init__(self, limits: IntakeLimits) -> None:
        self.repeated: set[RecordPath] = set()
        self.count = 0
        self._rich: dict[RecordPath, None] = {}
        self._texts: dict[RecordPath, str] = {}
        self._values: dict[RecordPath, str] = {}
        self._most = 4 * limits.columns
        self._limits = limits
        self._stack: list[tuple[RecordPath, set[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count += 1
        if len(self._stack) > DEEPEST:
            raise nested()
        if not self._stack:
            names: RecordPath = ()
        else:
            above, seen = self._stack[-1]
            own = local(name)
            names = (*above, own)
            self._rich.setdefault(above)
            if own in seen:
                self.repeated.add(names)
            seen.add(own)
        stated = _attributes(attributes)
        if stated:
            self._rich.setdefault(names)
        for each, value in stated.items():
            self._values[*names, each] = value
        self._stack.append((names, set()))
        self._texts[names] = ""
        if max(len(self._texts), len(self._values), len(self._rich)) > self._most:
            raise refuse("columns-too-many", row=1, limit=self._limits.columns)

    def text(self, text: str) -> None:
        """Text within the innermost element."""
        names = self._stack[-1][0]
        # Only values of elements that stand once are of use, and those are short.
        if names not in self.repeated and len(self._texts[names]) < self._limits.cell_chars:
            self._texts[names] += text

    def end(self, _name: str) -> None:
        """An element ends."""
        names, _ = self._stack.pop()
        if names and names not in self._rich and names not in self.repeated:
            self._values[names] = self._texts[names]

    def paths(self, wanted: RecordPath | None) -> list[RecordPath]:
        """The outermost repeated elements that hold more than text; with a wanted path also those that lead to it."""
        outer = [names for names in self._texts if names in self.repeated and not self._within(names)]
        if wanted is not None:
            leading = [names for names in outer if wanted[: len(names)] == names]
            # An element that stands once is a list of one record where somebody says so.
            single = [wanted] if not leading and wanted in self._texts else []
            return [*outer, *single]
        return [names for names in outer if names in self._rich]

    def _within(self, names: RecordPath) -> bool:
        return any(names[:size] in self.repeated for size in range(1, len(names)))

    def above(self, path: RecordPath) -> dict[str, str]:
        """The single values that stand in the elements on the way to ``path``, by title."""
        return {
            ".".join((ABOVE, *names)): value
            for names, value in self._values.items()
            if names[:-1] == path[: len(names) - 1]
            and len(names) <= len(path)
            and names not in self.repeated
            and value.strip()
        }


class _Trees:
    """Builds a tree of each element at a path; an element that is ever repeated is always a list."""

    def __init__(self, path: RecordPath, repeated: set[RecordPath], take: Any) -> None:
        self._path, self._repeated, self._take = path, repeated, take
        self._names: list[str] = []
        self._depth = 0
        self._open: list[tuple[RecordPath, dict[str, Any], list[str]]] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._depth:
            self._names.append(local(name))
        self._depth += 1
        if self._open or tuple(self._names) == self._path:
            self._open.append((tuple(self._names), dict(_attributes(attributes)), []))

    def text(self, text: str) -> None:
        """Text within the innermost element."""
        if self._open:
            self._open[-1][2].append(text)

    def end(self, _name: str) -> None:
        """An element ends: it joins the one above it, or is a record."""
        self._depth -= 1
        if self._open:
            names, members, pieces = self._open.pop()
            text = "".join(pieces)
            value: Any = text if text.strip() else ""
            if members:
                value = {**({TEXT: text.strip()} if text.strip() else {}), **members}
            if not self._open:
                self._take(value)
            elif names in self._repeated:
                self._open[-1][1].setdefault(names[-1], []).append(value)
            else:
                self._open[-1][1][names[-1]] = value
        if self._names:
            self._names.pop()
