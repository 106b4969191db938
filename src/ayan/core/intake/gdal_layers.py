"""Map layers as GDAL reads them: one record for each feature, its shape as GeoJSON in WGS 84; it runs apart."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any, Final

from ayan.core.intake import encoding, reading_notes
from ayan.core.intake.archives import SHAPEFILE_PARTS
from ayan.core.intake.encoding import Encoding
from ayan.core.intake.geojson import GEOMETRY
from ayan.core.intake.header import tidy
from ayan.core.intake.issues import issue_as_json, refuse, unreadable
from ayan.core.intake.limits import MOST_OFFERED
from ayan.core.intake.raw_parquet import RawWriter
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits, printable_name
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead, Issue
from ayan.core.system.gdal import open_gdal
from ayan.core.values.coordinate_system import (
    DECIMALS,
    CoordinateSystemError,
    is_degrees,
    name_of,
    same_system,
    to_degrees,
)
from ayan.core.values.label import Label

_FOLDER: Final = "layer"
_BROKEN: Final = Label(
    "GDAL آن را نمی‌گشاید؛ شاید بریده یا آسیب‌دیده است", "GDAL does not open it; it may be cut off or damaged"
)
_DOCTYPE: Final = Label("اعلان DOCTYPE در آن پذیرفته نیست", "it declares a DOCTYPE, which is not accepted")
_VIRTUAL: Final = Label("جدول مجازی در آن پذیرفته نیست", "it holds a virtual table, which is not accepted")
_UTF16: Final = Label("رمزگذاری آن UTF-8 نیست", "it is not written in UTF-8")
_MARKUP: Final = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype")
# What programs that draw maps add to every placemark; of a feature they say nothing.
_OF_DRAWING: Final = frozenset({"altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon"})
_CAD_LAYER: Final = "Layer"


@dataclass(frozen=True, slots=True)
class MapFormat:
    """How one format is opened: GDAL's driver, the ending that it wants, and whether the text of it is XML."""

    name: str
    driver: str
    ending: str
    markup: bool = False


SHAPEFILE: Final = MapFormat("shapefile", "ESRI Shapefile", ".shp")
GEOPACKAGE: Final = MapFormat("gpkg", "GPKG", ".gpkg")
KML: Final = MapFormat("kml", "LIBKML", ".kml", markup=True)
GML: Final = MapFormat("gml", "GML", ".gml", markup=True)
DXF: Final = MapFormat("dxf", "DXF", ".dxf")


def reader_of(form: MapFormat) -> Any:
    """The reader of a format, as `formats` lists it."""
    return partial(_read, form)


def _read(
    form: MapFormat, path: Path, sheet: str | int | None, source: Layout, known: Sequence[str], workdir: Path,
    limits: IntakeLimits,
) -> ChildReply:  # fmt: skip
    """Feature n of one layer is row n + 1, as if the names of its attributes stood in row 1."""
    del known
    alone = _set_apart(form, path, workdir)
    gdal = open_gdal({form.driver})
    chosen = sheet if sheet is not None else source.sheet
    try:
        name, names = _layer(gdal, alone, None if form is DXF else chosen, workdir)
        codec = _codec(form, alone, source)
        meta, table = gdal.raw.read_arrow(alone, layer=name, encoding="ISO-8859-1" if codec is not None else None)
    except (RuntimeError, ValueError, OSError) as fault:
        raise unreadable(_BROKEN) from fault
    shapes = table.column(meta["geometry_name"] or "wkb_geometry").to_pylist()
    columns = {
        each: _texts(table.column(each).to_pylist())
        for each in table.column_names
        if each in set(meta["fields"]) and not (form is KML and each in _OF_DRAWING)
    }
    if codec is not None:
        columns = _decoded(columns, codec, workdir)
    if form is DXF:
        name, names, columns, shapes = _cad_layer(columns, shapes, chosen, workdir)
    if len(columns) + 1 > limits.columns:
        raise refuse("columns-too-many", row=1, limit=limits.columns)
    system = _system(meta["crs"], source)
    titles = [*map(tidy, columns), GEOMETRY]
    with RawWriter(workdir, len(titles), limits) as writer:
        for number, cells in enumerate(zip(*columns.values(), _in_degrees(shapes, system), strict=True), 2):
            if any(cells):
                writer.add(number, None, list(cells))
    reply = ChildReply(
        format=form.name, encoding=None, headers=list(source.headers) if source.headers is not None else titles,
        header_row=None, sheet=printable_name(name), sheets=names,
    )  # fmt: skip
    if not is_degrees(system):
        reply.issues.append(issue_as_json(Issue(code="crs-used", sheet=name, params={"crs": name_of(system)})))
    return reply.with_rows(writer)


def _set_apart(form: MapFormat, path: Path, workdir: Path) -> Path:
    """The file alone in a folder of its own, under a name of ours: nothing beside it is taken for a part of it."""
    folder = workdir / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    alone = folder / f"features{form.ending}"
    shutil.copyfile(path, alone)
    if form is SHAPEFILE:
        for ending in SHAPEFILE_PARTS:
            # Only parts that were unpacked here; beside a file of somebody's own stands whatever it may.
            part = path.with_suffix(ending)
            if path.parent == workdir and part.is_file():
                shutil.copyfile(part, alone.with_suffix(ending))
        missing = [ending for ending in (".shx", ".dbf") if not alone.with_suffix(ending).exists()]
        if missing:
            raise refuse("shapefile-parts", missing=list(missing))
    if form.markup:
        _refuse_markup(alone)
    if form is GEOPACKAGE:
        _refuse_virtual(alone)
    return alone


def _refuse_markup(path: Path) -> None:
    """Refuse what could define entities, and encodings in which that could not be seen."""
    text = path.read_bytes()
    if b"\0" in text[:64] or text.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise unreadable(_UTF16)
    if any(mark in text for mark in _MARKUP):
        raise unreadable(_DOCTYPE)


def _refuse_virtual(path: Path) -> None:
    """Refuse a database whose tables are programs; indexes of places are all that GeoPackage needs of them."""
    import sqlite3

    try:
        with sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True) as base:
            statements = [str(row[0] or "").lower() for row in base.execute("SELECT sql FROM sqlite_master")]
    except sqlite3.Error:
        raise unreadable(_BROKEN) from None
    if any("virtual" in text.split("(", 1)[0] and "using rtree" not in " ".join(text.split()) for text in statements):
        raise unreadable(_VIRTUAL)


def _layer(gdal: Any, path: Path, wanted: str | int | None, workdir: Path) -> tuple[str, list[str]]:
    """The name of the layer that was asked for, or of the only one with shapes; and the names of all."""
    names = [str(name) for name, kind in gdal.list_layers(path) if kind is not None]
    if not names:
        raise unreadable(Label("لایه‌ای با شکل در آن نیست", "it holds no layer with shapes"))
    return _chosen(names, wanted, workdir), [printable_name(name) for name in names[:MOST_OFFERED]]


def _chosen(names: Sequence[str], wanted: str | int | None, workdir: Path) -> str:
    offered = " | ".join(printable_name(name) for name in names[:MOST_OFFERED])
    reading_notes.write_sheets(
        workdir,
        [reading_notes.SheetPreview(printable_name(name), None, None, False, ()) for name in names[:MOST_OFFERED]],
    )
    if isinstance(wanted, int) and 1 <= wanted <= len(names):
        return names[wanted - 1]
    if wanted is not None:
        if str(wanted) in names:
            return str(wanted)
        words = Label(
            "لایهٔ «{sheet}» در پرونده نیست. لایه‌ها: {sheets}.",
            "There is no layer “{sheet}” in the file. Layers: {sheets}.",
        )
        raise _worded("sheet-missing", words, sheet=wanted, sheets=offered)
    if len(names) > 1:
        words = Label(
            "پرونده چند لایه دارد ({sheets}). بگویید کدام خوانده شود.",
            "The file holds several layers ({sheets}). Say which one to read.",
        )
        raise _worded("sheet-choose", words, sheets=offered)
    return names[0]


def _worded(code: str, words: Label, **params: object) -> CannotRead:
    return CannotRead(Issue(code=code, params=params, wording=words.format(**params)))


def _cad_layer(
    columns: dict[str, list[str]], shapes: list[bytes | None], wanted: str | int | None, workdir: Path
) -> tuple[str, list[str], dict[str, list[str]], list[bytes | None]]:
    """Of a drawing the entities of one of its own layers; which, somebody says where there are several."""
    layers = columns.get(_CAD_LAYER, [])
    names = sorted(set(layers))
    if not names:
        raise unreadable(Label("لایه‌ای با شکل در آن نیست", "it holds no layer with shapes"))
    name = _chosen(names, wanted, workdir)
    kept = [at for at, layer in enumerate(layers) if layer == name]
    of_layer = {title: [cells[at] for at in kept] for title, cells in columns.items()}
    return name, [printable_name(each) for each in names[:MOST_OFFERED]], of_layer, [shapes[at] for at in kept]


# --- cells ------------------------------------------------------------------------------------------------------------


def _texts(values: Sequence[Any]) -> list[str]:
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    """A value as its file would write it: numbers shortest, days year first, nothing empty."""
    if value is None or value != value:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _codec(form: MapFormat, path: Path, source: Layout) -> Encoding | None:
    """How the texts of a table of dBASE are written, where nothing beside it says so: UTF-8, if that fits."""
    if form is not SHAPEFILE:
        return None
    if source.encoding is not None:
        return Encoding(encoding.declared(source.encoding))
    return None if path.with_suffix(".cpg").exists() else Encoding("utf-8")


def _decoded(columns: dict[str, list[str]], codec: Encoding, workdir: Path) -> dict[str, list[str]]:
    """Texts that were read byte by byte, as they are meant; CannotRead where no encoding is certain."""
    lines = [text.encode("latin-1", "replace") for cells in columns.values() for text in cells]
    try:
        for line in lines:
            line.decode(codec.codec)
    except UnicodeDecodeError:
        if codec.codec != "utf-8":
            raise refuse("encoding-other", line=1, encoding=codec.label) from None
        seen = workdir / "attributes.txt"
        seen.write_bytes(b"\n".join(line for line in lines if line))
        codec = encoding.other_than_utf8(seen)
        seen.unlink()
    return {
        title: [text.encode("latin-1", "replace").decode(codec.codec) for text in cells]
        for title, cells in columns.items()
    }


# --- shapes -----------------------------------------------------------------------------------------------------------


def _system(own: str | None, source: Layout) -> str:
    """The file's own system, or the declared one where it has none; CannotRead where that is not certain."""
    declared = source.crs
    if own is None and declared is None:
        raise refuse("crs-missing")
    try:
        if own is not None and declared is not None and not same_system(own, declared):
            raise refuse("crs-differs", crs=name_of(own), declared=name_of(declared))
        system = own or declared or ""
        to_degrees(system)
    except CoordinateSystemError:
        raise refuse("map-projection", crs=" ".join(str(own or declared).split())[:60]) from None
    return system


def _in_degrees(shapes: Sequence[bytes | None], system: str) -> list[str]:
    """Shapes in WKB as GeoJSON; what is no shape is told by its first bytes, and judged with the cells."""
    import numpy as np
    import shapely

    read_shapes = shapely.force_2d(shapely.from_wkb(np.array(shapes, dtype=object), on_invalid="ignore"))
    if not is_degrees(system):
        degrees = to_degrees(system)

        def moved(at: Any) -> Any:
            return np.round(np.column_stack(degrees(at[:, 0], at[:, 1])), DECIMALS)

        read_shapes = shapely.transform(read_shapes, moved)
    texts = shapely.to_geojson(read_shapes).tolist()
    # A shape without any point says as little as none.
    empty = shapely.is_empty(read_shapes).tolist()
    return [
        "" if is_empty or (text is None and shape is None) else text or f"WKB {(shape or b'')[:60].hex()}"
        for text, shape, is_empty in zip(texts, shapes, empty, strict=True)
    ]
