"""GeoJSON: one record for each feature, its properties as columns and its geometry as the text that the file holds."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from ayan.core.intake.header import tidy
from ayan.core.intake.issues import issue_as_json, refuse
from ayan.core.intake.json_text import BadJson, JsonWalker, SpelledNumber, nested, not_json
from ayan.core.intake.limits import DEEPEST
from ayan.core.intake.raw_parquet import RawWriter
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import Issue
from ayan.core.values.coordinate_system import (
    WGS84,
    CoordinateSystemError,
    in_degrees,
    is_degrees,
    name_of,
    same_system,
    to_degrees,
)

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
    system = _system(features.crs, source)
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
            if system is not None and row.get("\0geometry"):
                row["\0geometry"] = _brought(row["\0geometry"], system)
            cells = [row.get(key, "") for key in keys]
            if any(cells):
                writer.add(number, None, cells)
    headers = list(source.headers) if source.headers is not None else titles
    reply = ChildReply(format="geojson", encoding="utf-8", headers=headers, header_row=None)
    if system is not None:
        reply.issues.append(issue_as_json(Issue(code="crs-used", params={"crs": name_of(system)})))
    return reply.with_rows(writer)


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


def _system(crs: object, source: Layout) -> str | None:
    """The system to bring coordinates from: the one the file names, else the declared one; None for WGS 84.

    RFC 7946 (section 4) takes WGS 84 where nothing is said. CannotRead for a system that nobody knows, and for two.
    """
    own: object = crs
    if isinstance(crs, dict):
        properties = crs.get("properties")
        own = (properties.get("name") or properties.get("code")) if isinstance(properties, dict) else None
    if crs is not None and not isinstance(own, str):
        raise refuse("map-projection", crs=str(own)[:60] if own is not None else "?")
    named = own.strip() if isinstance(own, str) else None
    if named is not None and _WGS84.fullmatch(named):
        named = WGS84
    system = named or source.crs
    if system is None or (system == WGS84 and source.crs is None):
        return None
    try:
        if named is not None and source.crs is not None and not same_system(named, source.crs):
            raise refuse("crs-differs", crs=name_of(named), declared=name_of(source.crs))
        to_degrees(system)
        return None if is_degrees(system) else system
    except CoordinateSystemError:
        raise refuse("map-projection", crs=system[:60]) from None


def _brought(text: str, system: str) -> str:
    """The text of a geometry with its positions in WGS 84; what is none stays, and is judged with the cells."""
    try:
        return json.dumps(in_degrees(json.loads(text), system), separators=(",", ":"))
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return text
