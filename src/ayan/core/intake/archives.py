"""Files in a zip or gzip: one table is unpacked within bounds, and then read like any other."""

from __future__ import annotations

import fnmatch
import gzip
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from ayan.core.intake.issues import format_refused, refuse, too_large
from ayan.core.intake.limits import MOST_OFFERED
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits, printable_name
from ayan.core.intake.workbook import reader
from ayan.core.intake.workbook.containers import CHUNK, PARTS, RATIO, RATIO_FROM, damaged
from ayan.core.schema.definition import Layout
from ayan.core.values.label import Label

ENDINGS: Final = frozenset({
    ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json", ".geojson", ".ndjson",
    ".jsonl", ".xml", ".html", ".htm",
})  # fmt: skip
"""The endings of files that may be a table; others in an archive are passed over."""

UNPACKED: Final = "unpacked"
"""What the file that was taken out is called in the work folder, before its ending."""

_WORKBOOKS: Final = ("xl/workbook.xml", "xl/workbook.bin", "word/document.xml", "ppt/presentation.xml", "mimetype")
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that was taken out of an archive: where it stands, and what it is called there."""

    path: Path
    member: str


def read_zip(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply | Unpacked:
    """A workbook, which is a zip too, as such; of any other zip the one table, or the one that the layout names."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if len(entries) <= PARTS and not {entry.filename for entry in entries}.isdisjoint(_WORKBOOKS):
                return reader.read(path, sheet, source, known, workdir, limits)
            if path.suffix.lower() in (".xlsx", ".xlsm", ".xlsb", ".ods"):
                raise format_refused(path.suffix.lower(), Label("پروندهٔ زیپ", "a zip file"))
            entry = _chosen([entry for entry in entries if not entry.is_dir()], source)
            if entry.flag_bits & 1:
                raise refuse("file-password")
            # Other ways of packing claim memory by a word of the file.
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise damaged()
            with package.open(entry) as packed:
                return _unpacked(packed.read, entry.compress_size, entry.filename, workdir, limits)
    except _BROKEN as error:
        raise error if hasattr(error, "issue") else damaged() from None


def _chosen(entries: Sequence[zipfile.ZipInfo], source: Layout) -> zipfile.ZipInfo:
    files = [entry for entry in entries if not _is_beside(PurePosixPath(entry.filename))]
    tables = [entry for entry in files if PurePosixPath(entry.filename).suffix.lower() in ENDINGS]
    if source.member is not None:
        matching = [entry for entry in files if _is_named(entry.filename, source.member)]
    else:
        matching = tables or (files if len(files) == 1 else [])
    if len(matching) != 1:
        names = " | ".join(printable_name(entry.filename) for entry in (matching or files)[:MOST_OFFERED]) or "–"
        raise refuse("archive-choose", count=len(matching), names=names)
    return matching[0]


def _is_beside(name: PurePosixPath) -> bool:
    """What systems put into archives of their own accord."""
    return "__MACOSX" in name.parts or name.name.startswith(".") or name.name.lower() in ("thumbs.db", "desktop.ini")


def _is_named(name: str, wanted: str) -> bool:
    """Whether a member is the wanted one: by its whole name or the last part of it, with * and ? for what changes."""
    return any(fnmatch.fnmatchcase(each, wanted) for each in (name, PurePosixPath(name).name))


def read_gzip(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> Unpacked:
    """What a gzip holds, called as the file without its ending."""
    del sheet, source, known
    try:
        with gzip.open(path) as packed:
            return _unpacked(packed.read, path.stat().st_size, path.stem, workdir, limits)
    except _BROKEN as error:
        raise error if hasattr(error, "issue") else damaged() from None


def _unpacked(read: Callable[[int], bytes], size: int, name: str, workdir: Path, limits: IntakeLimits) -> Unpacked:
    """Write what is packed in ``size`` bytes beside the table; CannotRead when it is far more than that."""
    ending = PurePosixPath(name).suffix.lower()
    target = workdir / f"{UNPACKED}{ending if ending in ENDINGS else ''}"
    most = min(limits.unpacked, limits.bytes, max(RATIO_FROM, size * RATIO))
    total = 0
    with target.open("wb") as file:
        while chunk := read(CHUNK):
            total += len(chunk)
            if total > most:
                raise too_large(total, most)
            file.write(chunk)
    if not total:
        raise refuse("file-empty")
    return Unpacked(target, printable_name(name))
