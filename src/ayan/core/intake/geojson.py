"""GeoJSON: one record for each feature, its properties as columns and its geometry as the text that the file holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from ayan.core.intake.header import tidy
from ayan.core.intake.issues import refuse
from ayan.core.intake.json_text import BadJson, JsonWalker, SpelledNumber, nested, not_json
from ayan.core.intake.limits import DEEPEST
from ayan.core.intake.raw_parquet import RawWriter
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.schema.definition import Layout

GEOMETRY: Final = "geometry"
IDENTITY: Final = "id"

# A text that is never closed reaches to the end: were it none, each quote in it would begin another.
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*"?'
_TOKEN: Final = re.compile(_STRING + r"|[ \t\r\n]++", re.DOTALL)
_NESTING: Final = re.compile(_STRING + r"|[\[{]|[\]}]", re.DOTALL)
_WGS84: Final = re.compile(r"(?:.*:)?(?:CRS84|EPSG::?(?:[\d.]+:)?4326|4326)", re.IGNORECASE)


class _Features:
    """Collects the features of one collection: cells by column, columns in the order they are first seen."""

    def __init__(self, walker: JsonWalker) -> None:
        self.columns: dict[str, int] = {}
        self.rows: list[dict[str, str]] = []
        self.identified = False
        self.kind: object = None
        self.crs: object = None
        self._walker = walker
        self._columns_seen = False

    def collection(self, name: str, at: int) -> int:
        """One member of the collection itself."""
        if name == "features":
            self._columns_seen = True
            return self._walker.items(at, self._feature)
        value, end = self._walker.value(at)
        if name == "type":
            self.kind = value
        elif name == "crs":
            self.crs = value
        return end

    @property
    def valid(self) -> bool:
        """Whether this was a FeatureCollection."""
        return self.kind == "FeatureCollection" and self._columns_seen

    def _feature(self, at: int) -> int:
        row: dict[str, str] = {}

        def member(name: str, position: int) -> int:
            if name == "properties" and not self._walker.text.startswith("null", position):
                return self._walker.members(position, prop)
            if name == GEOMETRY:
                row["\0geometry"], end = self._cell(position)
                return end
            if name == IDENTITY:
                row["\0id"], end = self._cell(position)
                self.identified = True
                return end
            return self._walker.value(position)[1]

        def prop(name: str, position: int) -> int:
            self.columns.setdefault(name, len(self.columns))
            row[name], end = self._cell(position)
            return end

        end = self._walker.members(at, member)
        self.rows.append(row)
        return end

    def _cell(self, at: int) -> tuple[str, int]:
        """The text of a cell: strings as they are, null empty, numbers and nested values as the file writes them."""
        value, end = self._walker.value(at)
        if isinstance(value, str) and not isinstance(value, SpelledNumber):
            if not value.isascii() and any("\ud800" <= sign <= "\udfff" for sign in value):
                raise BadJson(at)
            return value, end
        if value is None:
            return "", end
        if isinstance(value, bool):
            return ("TRUE" if value else "FALSE"), end
        raw = self._walker.text[at:end]
        return _TOKEN.sub(lambda match: match[0] if match[0][0] == '"' else "", raw), end


def read(text: str, source: Layout, workdir: Path, limits: IntakeLimits) -> ChildReply | None:
    """The FeatureCollection in ``text``: feature n is row n + 1, as if the property names stood in row 1.

    None where it is JSON of another sort.
    """
    features = _parse(text)
    if not features.valid:
        return None
    _check_crs(features.crs)
    titles = [tidy(name) for name in features.columns]
    keys = list(features.columns)
    for title, key, present in ((GEOMETRY, "\0geometry", True), (IDENTITY, "\0id", features.identified)):
        if present:
            titles.append(title)
            keys.append(key)
    if len(titles) > limits.columns:
        raise refuse("columns-too-many", row=1, limit=limits.columns)
    with RawWriter(workdir, len(titles), limits) as writer:
        for number, row in enumerate(features.rows, 2):
            cells = [row.get(key, "") for key in keys]
            if any(cells):
                writer.add(number, None, cells)
    headers = list(source.headers) if source.headers is not None else titles
    return ChildReply(format="geojson", encoding="utf-8", headers=headers, header_row=None).with_rows(writer)


def _parse(text: str) -> _Features:
    depth = deepest = 0
    for match in _NESTING.finditer(text):
        sign = match[0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > DEEPEST:
                raise nested()
        elif sign in "]}":
            depth -= 1
    walker = JsonWalker(text)
    features = _Features(walker)
    try:
        end = walker.skip(walker.members(walker.skip(0), features.collection))
        if end != len(text):
            raise BadJson(end)
    except BadJson as bad:
        raise not_json(text, bad) from None
    except RecursionError:
        raise nested() from None
    return features


def _check_crs(crs: object) -> None:
    """Refuse a declared system other than WGS 84 (RFC 7946 section 4 allows no other)."""
    if crs is None:
        return
    name: object = crs
    if isinstance(crs, dict):
        properties = crs.get("properties")
        name = properties.get("name") if isinstance(properties, dict) else None
        if name is None and isinstance(properties, dict):
            name = properties.get("code")
    if not isinstance(name, str) or not _WGS84.fullmatch(name.strip()):
        raise refuse("map-projection", crs=str(name)[:60] if name is not None else "?")
