"""GeoJSON: one record for each feature, its properties as columns and its geometry as the text that the file holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from ayan.core.intake.header import tidy
from ayan.core.intake.issues import refuse, too_large, unreadable
from ayan.core.intake.limits import LARGEST_GEOJSON
from ayan.core.intake.raw_parquet import RawWriter
from ayan.core.intake.reading_notes import ChildReply
from ayan.core.intake.table import IntakeLimits
from ayan.core.schema.definition import Layout
from ayan.core.schema.issue import CannotRead
from ayan.core.values.label import Label

DEPTH: Final = 64
GEOMETRY: Final = "geometry"
IDENTITY: Final = "id"

_SPACE: Final = re.compile(r"[ \t\r\n]*")
# A text that is never closed reaches to the end: were it none, each quote in it would begin another.
_STRING: Final = r'"[^"\\]*+(?:\\.[^"\\]*+)*"?'
_TOKEN: Final = re.compile(_STRING + r"|[ \t\r\n]++", re.DOTALL)
_NESTING: Final = re.compile(_STRING + r"|[\[{]|[\]}]", re.DOTALL)
_WGS84: Final = re.compile(r"(?:.*:)?(?:CRS84|EPSG::?(?:[\d.]+:)?4326|4326)", re.IGNORECASE)


class _Bad(ValueError):
    """The text is not JSON; the argument is the character where that shows."""


class _Walker:
    """Walks over JSON text member by member, so that numbers and geometries keep the spelling of the file."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=self._refuse)

    @staticmethod
    def _refuse(name: str) -> object:
        raise ValueError(name)

    def skip(self, at: int) -> int:
        """Where the next token begins."""
        match = _SPACE.match(self.text, at)
        return match.end() if match else at

    def value(self, at: int) -> tuple[Any, int]:
        """The value that begins at ``at`` and where it ends."""
        try:
            return self._decoder.raw_decode(self.text, at)
        except (ValueError, StopIteration):
            raise _Bad(at) from None

    def members(self, at: int, take: Callable[[str, int], int]) -> int:
        """Call ``take(name, where its value begins)`` for each member; it answers where the value ends."""
        seen: set[str] = set()

        def member(position: int) -> int:
            name, position = self.value(position)
            if not isinstance(name, str) or name in seen or not self.text.startswith('"', position - 1):
                raise _Bad(position)
            seen.add(name)
            position = self.skip(position)
            if not self.text.startswith(":", position):
                raise _Bad(position)
            return take(name, self.skip(position + 1))

        return self._list(at, "{}", member)

    def items(self, at: int, take: Callable[[int], int]) -> int:
        """Call ``take(where the item begins)`` for each item of an array; it answers where the item ends."""
        return self._list(at, "[]", take)

    def _list(self, at: int, brackets: str, take: Callable[[int], int]) -> int:
        opening, closing = brackets[0], brackets[1]
        if not self.text.startswith(opening, at):
            raise _Bad(at)
        position = self.skip(at + 1)
        if self.text.startswith(closing, position):
            return position + 1
        while True:
            position = self.skip(take(position))
            if self.text.startswith(closing, position):
                return position + 1
            if not self.text.startswith(",", position):
                raise _Bad(position)
            position = self.skip(position + 1)


class _Features:
    """Collects the features of one collection: cells by column, columns in the order they are first seen."""

    def __init__(self, walker: _Walker) -> None:
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
        if isinstance(value, str):
            return value, end
        if value is None:
            return "", end
        if isinstance(value, bool):
            return ("TRUE" if value else "FALSE"), end
        raw = self._walker.text[at:end]
        return _TOKEN.sub(lambda match: match[0] if match[0][0] == '"' else "", raw), end


def read(path: Path, source: Layout, workdir: Path, limits: IntakeLimits) -> ChildReply:
    """Read the FeatureCollection at ``path``; feature n is row n + 1, as if the property names stood in row 1."""
    features = _parse(_text(path, limits))
    _check_crs(features.crs)
    if not features.valid:
        raise unreadable(Label("FeatureCollection نیست", "it is not a FeatureCollection"))
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


def _text(path: Path, limits: IntakeLimits) -> str:
    size = path.stat().st_size
    limit = min(LARGEST_GEOJSON, limits.bytes)
    if size > limit:
        raise too_large(size, limit)
    data = path.read_bytes()
    if (nul := data.find(b"\0")) >= 0:
        raise refuse("file-nul", line=data.count(b"\n", 0, nul) + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise refuse("encoding-other", line=data.count(b"\n", 0, error.start) + 1, encoding="utf-8") from None


def _parse(text: str) -> _Features:
    depth = deepest = 0
    for match in _NESTING.finditer(text):
        sign = match[0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if deepest > DEPTH:
                raise _nested()
        elif sign in "]}":
            depth -= 1
    walker = _Walker(text)
    features = _Features(walker)
    try:
        end = walker.skip(walker.members(walker.skip(0), features.collection))
        if end != len(text):
            raise _Bad(end)
    except _Bad as bad:
        line = text.count("\n", 0, int(bad.args[0])) + 1
        raise unreadable(
            Label("نادرستی JSON در سطر {line}", "not valid JSON at line {line}").format(line=line)
        ) from None
    except RecursionError:
        raise _nested() from None
    return features


def _nested() -> CannotRead:
    return unreadable(Label("تودرتویی بیش از اندازه", "nested too deeply"))


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
