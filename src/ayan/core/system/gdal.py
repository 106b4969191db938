"""Opens GDAL in a process that was started for it, with the named drivers and no others, and without any network."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Any, Final

# Every driver that the wheel brings for tables of features. Whatever is not asked for is put off before GDAL looks for
# its drivers; one that a later wheel adds ends the process before a file is opened (`open_gdal`).
DRIVERS: Final = (
    "PCIDSK", "PDS4", "VICAR", "PDF", "MBTiles", "EEDA", "OGCAPI", "GDALG", "ESRI Shapefile", "MapInfo File", "LVBAG",
    "S57", "DGN", "OGR_VRT", "CSV", "GML", "GPX", "LIBKML", "KML", "GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON",
    "OGR_GMT", "GPKG", "SQLite", "WAsP", "OpenFileGDB", "DXF", "FlatGeobuf", "GeoRSS", "VFK", "PGDUMP", "OSM",
    "GPSBabel", "OGR_PDS", "WFS", "OAPIF", "EDIGEO", "Idrisi", "ODS", "XLSX", "Elasticsearch", "Carto", "AmigoCloud",
    "SXF", "Selafin", "JML", "PLSCENES", "CSW", "VDV", "MVT", "NGW", "MapML", "GTFS", "PMTiles", "JSONFG",
    "MiraMonVector", "ADBC", "AVCBin", "AVCE00", "AIVector", "HTTP",
)  # fmt: skip
_ALWAYS: Final = "MEM"
"""What GDAL keeps features in while it works; it opens no file."""

_SETTINGS: Final = {
    # A schema, a linked file or a grid is never fetched, nor looked for beside the file.
    "GML_DOWNLOAD_SCHEMA": "NO",
    "GML_SKIP_RESOLVE_ELEMS": "ALL",
    "GDAL_DISABLE_READDIR_ON_OPEN": "FALSE",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": "none",
    "CPL_CURL_ENABLE_VSIMEM": "NO",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_CONNECTTIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "PROJ_NETWORK": "OFF",
    # What a database brings along is data: no view of it may call more than SQL itself has.
    "OGR_SQLITE_LOAD_EXTENSIONS": "",
    "OGR_SQLITE_PRAGMA": "trusted_schema=0",
    "OGR_SQLITE_LIST_VIRTUAL_OGR": "NO",
    "SQLITE_LIST_ALL_TABLES": "NO",
    # What a drawing closes is an area.
    "DXF_CLOSED_LINE_AS_POLYGON": "YES",
    "DXF_INCLUDE_RAW_CODE_VALUES": "FALSE",
    "GDAL_NUM_THREADS": "1",
}


class DriverMissing(RuntimeError):
    """The process holds other drivers than those that were asked for."""


def open_gdal(drivers: Collection[str], **settings: str) -> Any:
    """The module ``pyogrio``, imported here for the first time, with these drivers alone. Raises DriverMissing.

    Only to be called in a process apart: the settings are those of the whole process, and cannot be taken back.
    """
    os.environ.update({**_SETTINGS, **settings})
    os.environ["GDAL_SKIP"] = ",".join(name for name in DRIVERS if name not in drivers)
    os.environ["GDAL_DRIVER_PATH"] = "disable"
    import pyogrio

    if not set(drivers) <= set(pyogrio.list_drivers()) <= {*drivers, _ALWAYS}:
        raise DriverMissing(", ".join(sorted(pyogrio.list_drivers())))
    return pyogrio
