"""Files in a zip or gzip: one table is unpacked within bounds, and then read like any other."""

from __future__ import annotations

import fnmatch
import gzip
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from ayan.core.documents import docx
from ayan.core.intake import document_tables
from ayan.core.intake.issues import format_refused, refuse, too_large
from ayan.core.intake.limits import LARGEST_RATIO, MOST_ARCHIVE_PARTS, MOST_OFFERED, MOST_SHEETS, RATIO_FROM_BYTES
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits, printable_name
from ayan.core.intake.workbook import reader
from ayan.core.intake.workbook.containers import CHUNK, damaged
from ayan.core.schema.definition import Layout
from ayan.core.schema.steps.shape_steps import Members
from ayan.core.schema.steps.step import matches, pattern_of
from ayan.core.values.label import Label

ENDINGS: Final = frozenset({
    ".csv", ".tsv", ".tab", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".json", ".geojson", ".ndjson",
    ".jsonl", ".xml", ".html", ".htm", ".shp", ".gpkg", ".kml", ".gml", ".dxf",
})  # fmt: skip
"""The endings of files that may be a table; others in an archive are passed over."""

SHAPE: Final = ".shp"
SHAPEFILE_PARTS: Final = (".shx", ".dbf", ".prj", ".cpg")
"""What belongs to a .shp of the same name; the others (indexes, remarks) say nothing of the features."""

UNPACKED: Final = "unpacked"
"""What the file that was taken out is called in the work folder, before its ending."""

_WORKBOOKS: Final = ("xl/workbook.xml", "xl/workbook.bin", "ppt/presentation.xml", "mimetype")
_WORKBOOK_ENDINGS: Final = frozenset({".xlsx", ".xlsm", ".xlsb", ".ods"})
_GZIP: Final = b"\x1f\x8b"
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A file that was taken out of an archive: where it stands, and what it is called there."""

    path: Path
    member: str


def read_zip(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> ChildReply | tuple[Unpacked, ...]:
    """A workbook, which is a zip too, as such; of any other zip the one table, or those that the layout names."""
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            if any(entry.filename == docx.BODY for entry in entries[:MOST_ARCHIVE_PARTS]):
                if path.suffix.lower() in _WORKBOOK_ENDINGS:
                    raise format_refused(path.suffix.lower(), Label("سند ورد", "a Word document"))
                return document_tables.read_docx(path, sheet, source, known, workdir, limits)
            if len(entries) <= MOST_ARCHIVE_PARTS and not {entry.filename for entry in entries}.isdisjoint(_WORKBOOKS):
                return reader.read(path, sheet, source, known, workdir, limits)
            if path.suffix.lower() in {*_WORKBOOK_ENDINGS, ".docx"}:
                raise format_refused(path.suffix.lower(), Label("پروندهٔ زیپ", "a zip file"))
            chosen = _chosen([entry for entry in entries if not entry.is_dir()], source)
            unpacked: list[Unpacked] = []
            left = limits.unpacked
            for entry in chosen:
                if entry.flag_bits & 1:
                    raise refuse("file-password")
                # Other ways of packing claim memory by a word of the file.
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise damaged()
                # Together they are bounded as one would be.
                bounds = replace(limits, unpacked=left)
                with package.open(entry) as packed:
                    target = f"{UNPACKED}{len(unpacked) or ''}"
                    file = _unpacked(packed.read, entry.compress_size, entry.filename, workdir / target, bounds)
                left -= file.path.stat().st_size
                unpacked.append(file)
                if file.path.suffix == SHAPE:
                    _parts_of(package, entry, entries, file.path, bounds)
            return tuple(unpacked)
    except _BROKEN as error:
        raise error if hasattr(error, "issue") else damaged() from None


def _parts_of(
    package: zipfile.ZipFile,
    shape: zipfile.ZipInfo,
    entries: Sequence[zipfile.ZipInfo],
    place: Path,
    bounds: IntakeLimits,
) -> None:
    """Unpack what belongs to a .shp beside it, each part bounded as a file of its own."""
    stem = shape.filename[: -len(SHAPE)].lower()
    for entry in entries:
        name = entry.filename.lower()
        ending = PurePosixPath(name).suffix
        if ending not in SHAPEFILE_PARTS or name != f"{stem}{ending}":
            continue
        if entry.flag_bits & 1:
            raise refuse("file-password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged()
        with package.open(entry) as packed:
            _written(packed.read, entry.compress_size, place.with_suffix(ending), bounds)


def _chosen(entries: Sequence[zipfile.ZipInfo], source: Layout) -> list[zipfile.ZipInfo]:
    files = [entry for entry in entries if not _is_beside(PurePosixPath(entry.filename))]
    tables = [entry for entry in files if PurePosixPath(entry.filename).suffix.lower() in ENDINGS]
    several = next((step for step in source.steps if isinstance(step, Members)), None)
    if several is not None:
        wanted = [entry for entry in tables if any(_is_meant(entry.filename, each) for each in several.members)]
        if not wanted or len(wanted) > MOST_SHEETS:
            names = _names(tables or files)
            raise refuse("members-none", names=list(several.members), members=names, step=several.label)
        return sorted(wanted, key=lambda entry: entry.filename)
    if source.member is not None:
        matching = [entry for entry in files if _is_named(entry.filename, source.member)]
    else:
        matching = tables or (files if len(files) == 1 else [])
    if len(matching) != 1:
        raise refuse("archive-choose", count=len(matching), names=_names(matching or files))
    return matching


def _names(entries: Sequence[zipfile.ZipInfo]) -> str:
    """The first of them by name."""
    return " | ".join(printable_name(entry.filename) for entry in entries[:MOST_OFFERED]) or "–"


def _is_meant(name: str, wanted: str) -> bool:
    """Whether a member is one of several that are named: by a pattern between slashes, or as a single one is."""
    pattern = pattern_of(wanted)
    return matches(pattern, name) if pattern is not None else _is_named(name, wanted)


def _is_beside(name: PurePosixPath) -> bool:
    """What systems put into archives of their own accord."""
    return "__MACOSX" in name.parts or name.name.startswith(".") or name.name.lower() in ("thumbs.db", "desktop.ini")


def _is_named(name: str, wanted: str) -> bool:
    """Whether a member is the wanted one: by its whole name or the last part of it, with * and ? for what changes."""
    return any(fnmatch.fnmatchcase(each, wanted) for each in (name, PurePosixPath(name).name))


def read_gzip(
    path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path, limits: IntakeLimits
) -> tuple[Unpacked, ...]:
    """What a gzip holds, called as the file without its ending."""
    del sheet, source, known
    try:
        with gzip.open(path) as packed:
            return (_unpacked(packed.read, path.stat().st_size, path.stem, workdir / UNPACKED, limits),)
    except _BROKEN as error:
        raise error if hasattr(error, "issue") else damaged() from None


def _unpacked(read: Callable[[int], bytes], size: int, name: str, place: Path, limits: IntakeLimits) -> Unpacked:
    """Write what is packed in ``size`` bytes to ``place``, with its ending; CannotRead when it is far more."""
    ending = PurePosixPath(name).suffix.lower()
    target = place.with_name(f"{place.name}{ending if ending in ENDINGS else ''}")
    _written(read, size, target, limits)
    return Unpacked(target, printable_name(name))


def _written(read: Callable[[int], bytes], size: int, target: Path, limits: IntakeLimits) -> None:
    most = min(limits.unpacked, limits.bytes, max(RATIO_FROM_BYTES, size * LARGEST_RATIO))
    total = 0
    with target.open("wb") as file:
        while chunk := read(CHUNK):
            if not total and chunk.startswith(_GZIP):
                # Packed twice: nothing that can be read stands in it.
                raise damaged()
            total += len(chunk)
            if total > most:
                raise too_large(total, most)
            file.write(chunk)
    if not total:
        raise refuse("file-empty")
