"""Whole results as files and tables, streamed: nothing of a download that broke off is kept."""

from __future__ import annotations

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from ayan_client import documents
from ayan_client.answers import Row
from ayan_client.conditions import Condition
from ayan_client.exact_json import parsed
from ayan_client.limits import LONGEST_LINE, MOST_DOWNLOAD
from ayan_client.refusals import BrokenOff, StateChanged
from ayan_client.schema import Schema
from ayan_client.sources import Source, source_of
from ayan_client.transport import PieceFile, Transport, pieces

if TYPE_CHECKING:
    import pyarrow as pa

_CODE: Final = re.compile(r'filename="[a-z0-9_-]+?-([0-9a-z]{22,})\.[a-z]+"')
_TAIL: Final = 1 << 14
_MAGIC: Final = b"PAR1"


@dataclass(frozen=True, slots=True)
class Download:
    """A file that was fetched whole: how many bytes, their SHA-256 (hex), and the page that keeps question and
    state.
    """

    path: Path
    bytes: int
    digest: str
    citation: str | None


class Downloads:
    """What a dataset gives as one file; `ayan_client.dataset.Dataset` is one."""

    slug: str
    root: str
    _transport: Transport

    def schema(self) -> Schema:
        """The columns."""
        raise NotImplementedError

    def download(
        self,
        path: Path | str,
        *conditions: Condition,
        kind: str = "csv",
        search: str | None = None,
        fields: Sequence[str] = (),
        as_of: date | datetime | str | None = None,
        release: str | None = None,
        lang: str | None = None,
        most: int = MOST_DOWNLOAD,
    ) -> Download:
        """All rows that match in one file: ``csv``, ``ndjson``, ``parquet``, ``xlsx``, ``geojson`` or ``geoparquet``.

        It is written beside its place first and put there when it is whole; what stood there before stays otherwise.
        ``lang`` (``fa``, ``en``) has headings in words. Raises BrokenOff where it ends before its end, Malformed where
        it is longer than ``most`` bytes, and whatever a question raises.
        """
        given = (("_search", search), ("_as_of", _text(as_of)), ("_release", release), ("_lang", lang))
        parameters = [(each.parameter, each.text) for each in conditions]
        parameters += [(name, text) for name, text in given if text is not None]
        parameters += [("_fields", ",".join(fields))] if fields else []
        below = f"{self.root}/rows.{quote(kind, safe='')}"
        return fetched(self._transport, _path(below, parameters), Path(path), kind, most)

    def table(
        self,
        *conditions: Condition,
        search: str | None = None,
        fields: Sequence[str] = (),
        as_of: date | datetime | str | None = None,
        release: str | None = None,
    ) -> pa.Table:
        """All rows that match as an Arrow table, by way of Parquet: rials int64 or decimal128, days date32, never
        floats.

        ``_row`` is the last column. The metadata of its schema holds ``ayan.state``, ``ayan.releases``,
        ``ayan.address`` and ``ayan.log``. Needs the extra ``arrow``.
        """
        import pyarrow.parquet as pq

        with tempfile.TemporaryDirectory(prefix="ayan-client-") as folder:
            file = self.download(
                Path(folder) / "rows.parquet", *conditions, kind="parquet", search=search, fields=fields, as_of=as_of,
                release=release,
            )  # fmt: skip
            return pq.read_table(file.path, memory_map=False)

    def stream(
        self, *conditions: Condition, search: str | None = None, fields: Sequence[str] = (), release: str | None = None
    ) -> Iterator[Row]:
        """All rows that match in one answer, one row held at a time: several times as fast as pages, and nothing
        installed.

        Such an answer does not say its state, so it is asked for before and after: where the city published meanwhile,
        StateChanged comes at the end, and the rows may be of either state. Raises BrokenOff where it ends before its
        end.
        """
        given = [(each.parameter, each.text) for each in conditions]
        given += [(name, text) for name, text in (("_search", search), ("_release", release)) if text is not None]
        given += [("_fields", ",".join(fields))] if fields else []
        before, schema = self._source(given), self.schema()
        path = _path(f"{self.root}/rows.ndjson", given)
        with self._transport.opened(path) as response:
            text = io.TextIOWrapper(io.BufferedReader(PieceFile(pieces(response, path, MOST_DOWNLOAD))), "utf-8")
            for line in _lines(text, path):
                document = parsed(line.encode(), path)
                if "incomplete" in document and "_row" not in document:
                    raise broken_off(path)
                values, address = documents.row_values(document, schema, path)
                yield Row(values, address, before)
        if self._source(given).state != before.state:
            raise StateChanged(
                "state-changed",
                "در میان خواندن، شهر چیزی منتشر کرد. از نو آغاز کنید.",
                "The city published something meanwhile; begin again",
            )

    def _source(self, given: Sequence[tuple[str, str]]) -> Source:
        """Where an answer to a question comes from at the moment."""
        path = _path(f"{self.root}/rows.json", [*given, ("_size", "1")])
        return source_of(self._transport.json(path), self._transport.site, self.slug, path)


def _lines(text: IO[str], path: str) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if not line.endswith("\n"):
            raise broken_off(path)
        yield line


def _path(below: str, parameters: Sequence[tuple[str, str]]) -> str:
    query = urlencode(parameters, safe=",-.:/_", quote_via=quote)
    return f"{below}?{query}" if query else below


def fetched(transport: Transport, path: str, place: Path, kind: str, most: int) -> Download:
    """A file put in its place when it has come whole. Raises BrokenOff."""
    with _written_aside(place) as out, transport.opened(path) as response:
        state, size, tail, head = hashlib.sha256(), 0, b"", b""
        for piece in pieces(response, path, most):
            state.update(piece)
            out.write(piece)
            size, tail, head = size + len(piece), (tail + piece)[-_TAIL:], head or piece[:4]
        if not _is_whole(kind, head, tail):
            raise broken_off(path)
        code = _CODE.search(response.headers.get("Content-Disposition", ""))
    return Download(place, size, state.hexdigest(), f"{transport.site}/c/{code[1]}" if code else None)


@contextmanager
def _written_aside(place: Path) -> Iterator[IO[bytes]]:
    handle, name = tempfile.mkstemp(prefix=f".{place.name}.", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
        Path(name).replace(place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _is_whole(kind: str, head: bytes, tail: bytes) -> bool:
    """Whether a file has its end: a server closes a broken one as if it were whole."""
    last = tail.rstrip(b"\r\n").rpartition(b"\n")[2]
    match kind:
        case "parquet" | "geoparquet":
            return head == _MAGIC and tail.endswith(_MAGIC)
        case "csv":
            return not (last.startswith(b'"INCOMPLETE') and last.endswith(b"," * 1_000)) and bool(tail)
        case "ndjson":
            return not last.startswith(b'{"incomplete":')
        case "geojson":
            return last.endswith(b"}") and b'"incomplete"' not in last[:40]
        case "xlsx":
            return head[:2] == b"PK" and b"PK\x05\x06" in tail
    return True


def broken_off(path: str) -> BrokenOff:
    """The fault of a file without its end."""
    return BrokenOff("broken-off", f"پرونده نیمه‌کاره ماند ({path})", f"The file broke off ({path})")


def to_pandas(table: pa.Table) -> Any:
    """The table as a pandas data frame of Arrow's types, so that whole numbers beside empty cells stay whole."""
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)


def to_polars(table: pa.Table) -> Any:
    """The table as a polars data frame."""
    import polars as pl

    return pl.from_arrow(table)


def _text(moment: date | datetime | str | None) -> str | None:
    if isinstance(moment, datetime) and moment.tzinfo is None:
        raise ValueError("a time without its zone: say which moment is meant")
    return moment if moment is None or isinstance(moment, str) else moment.isoformat()
