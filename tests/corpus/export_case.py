"""Files as the programs of offices export them, undeclared: what must be read of each once its questions are answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.corpus.office_files import Cell, OfficeFile


@dataclass(frozen=True, kw_only=True)
class ExportCase:
    """One file: how it is written, what somebody answers, and the records by their titles.

    What is ``unasked`` is said without being asked, as whoever knows the file may.
    ``titles`` are headers (their lowest level) or labels of fields, ``records`` what stands under them, money in rials,
    days in ISO 8601; ``errors`` the codes of what must be asked about a row; ``units`` in English what numbers that are
    no rials are in; ``most`` how many questions may be asked.
    """

    name: str
    write: Callable[[Path], Path]
    titles: tuple[str, ...]
    records: Sequence[tuple[object, ...]]
    answers: Mapping[str, str] = field(default_factory=dict)
    errors: frozenset[str] = frozenset()
    units: Mapping[str, str] = field(default_factory=dict)
    unasked: bool = False
    most: int = 3


def text(name: str, lines: str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    """A text file in an encoding."""

    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(lines.encode(encoding))
        return path

    return write


def book(
    stem: str, rows: Sequence[Sequence[Cell]], form: str = "xlsx", spans: Sequence[tuple[int, int, int, int]] = (),
    more: Mapping[str, Sequence[Sequence[Cell]]] | None = None, sheet: str = "Sheet1",
) -> Callable[[Path], Path]:  # fmt: skip
    """A workbook of one sheet or several."""

    def write(folder: Path) -> Path:
        return OfficeFile(rows, stem=stem, spans=spans, more=more or {}, sheet=sheet).written(folder, form)

    return write
