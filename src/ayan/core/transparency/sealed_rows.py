"""The rows of a dataset's present releases, out of their sealed files: what every answer is held against.

Only the process that reads rows of others makes these (`row_check_process`).
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import pyarrow.parquet as pq

from ayan.core.store.manifest import file_name
from ayan.core.transparency.evidence import MANIFEST
from ayan.core.transparency.held_rows import ADDRESS, UNSENT, HeldRows
from ayan.core.transparency.limits import ROWS_AT_HAND
from ayan.core.transparency.shown_values import SealedField, key_text, sealed_fields
from ayan.core.values import period
from ayan.core.values.sql import identifier, literal

SealedRow = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SealedRelease:
    """A release that holds now, as ``period/number``, its manifest, and its parts in a folder."""

    ref: str
    manifest: Mapping[str, Any]
    parts: tuple[Path, ...]

    @classmethod
    def read(cls, ref: str, folder: Path) -> SealedRelease:
        """The release whose files are in a folder."""
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return cls(ref, manifest, tuple(folder / file_name(part) for part in manifest["resources"]))

    @property
    def rows(self) -> int:
        """How many rows stand in it."""
        return int(self.manifest["ayan"]["rows"])


class SealedRows:
    """Every row of a dataset now, by address and by ``key``: the columns by which a portal says that it names records.

    ``newest`` is the release whose words hold.

    ``columns`` are all that some release publishes, ``published`` those of the newest, and ``fields`` describe all of
    them, in the words of the newest release where it has them.
    """

    def __init__(
        self,
        connect: Callable[[], duckdb.DuckDBPyConnection],
        releases: Sequence[SealedRelease],
        key: Sequence[str] = (),
    ) -> None:
        self._connect = connect
        self.releases = tuple(releases)
        self.newest = max(releases, key=lambda release: (str(release.manifest["ayan"]["sealed_at"]), release.ref))
        self.key = tuple(key)
        described: dict[str, SealedField] = dict(sealed_fields(self.newest.manifest))
        for release in releases:
            described = {**sealed_fields(release.manifest), **described}
        self.rows = sum(release.rows for release in releases)
        self.held = HeldRows.read([(release.ref, release.parts) for release in releases], self.rows)
        self.columns = self._columns() if self.held is None else self.held.columns
        self.fields = {name: field for name, field in described.items() if name in self.columns}
        if not set(self.key) <= set(self.columns):
            raise ValueError("a key of columns that no release has")
        self.published = tuple(name for name in sealed_fields(self.newest.manifest) if name in self.columns)

    @cached_property
    def con(self) -> duckdb.DuckDBPyConnection:
        """A connection that knows the rows as ``released``; opened for whatever memory cannot answer."""
        con = self._connect()
        parts = [
            f"SELECT {literal(f'{release.ref}#')} || _row AS {ADDRESS}, {', '.join(_published(release.parts))} "
            f"FROM {read_parts(release.parts)}"
            for release in self.releases
        ]
        with suppress(duckdb.Error):
            con.execute("DROP VIEW IF EXISTS released")
        with suppress(duckdb.Error):
            con.execute("DROP TABLE IF EXISTS released")
        # Many rows stay in their files.
        what = "TABLE" if self.rows <= ROWS_AT_HAND else "VIEW"
        con.execute(f"CREATE {what} released AS {' UNION ALL BY NAME '.join(parts)}")
        return con

    def _columns(self) -> tuple[str, ...]:
        described = self.con.execute("DESCRIBE released").fetchall()
        return tuple(str(name) for name, *_ in described if name != ADDRESS)

    # --- rows that are asked for --------------------------------------------------------------------------------------

    def at(self, addresses: Sequence[str]) -> dict[str, SealedRow]:
        """The rows that stand at addresses, as ``period/number#row``."""
        rows: Iterable[SealedRow] = (
            self._select(f"WHERE {ADDRESS} IN (SELECT unnest($1))", [list(addresses)])
            if self.held is None
            else self.held.at(addresses)
        )
        return {str(row[ADDRESS]): row for row in rows}

    def keyed(self, key: str) -> list[SealedRow]:
        """The rows that a key names, of the newest period first."""
        parts = [unquote(part, errors="replace") for part in key.split("~")]
        if not self.key:
            return list(self.at([f"{parts[0]}/{parts[1]}#{parts[2]}"]).values()) if len(parts) == 3 else []
        if len(parts) != len(self.key):
            return []
        same = [f"coalesce(CAST({identifier(name)} AS VARCHAR), '') = ${at}" for at, name in enumerate(self.key, 1)]
        rows: list[SealedRow] = [
            *(
                self._select(f"WHERE {' AND '.join(same)}", parts)
                if self.held is None
                else self.held.keyed(self.key, parts)
            )
        ]
        return sorted(rows, key=lambda row: _begins(str(row[ADDRESS])), reverse=True)

    def every(self) -> Iterator[SealedRow]:
        """All rows."""
        if self.held is None:
            return self._select("", [])
        return (self.held.row(at) for at in range(len(self.held)))

    def key_of(self, row: SealedRow) -> str:
        """The key of a row, as addresses have it."""
        if self.key:
            return key_text([row.get(name) for name in self.key])
        place, _, number = str(row[ADDRESS]).partition("#")
        return key_text([*place.split("/"), number])

    def drawn(self, chance: random.Random, count: int) -> list[SealedRow]:
        """So many rows, each as likely as any other."""
        ends = list(accumulate(release.rows for release in self.releases))
        drawn: list[SealedRow] = []
        for position in sorted(chance.sample(range(self.rows), min(count, self.rows))):
            at = next(number for number, end in enumerate(ends) if position < end)
            release = self.releases[at]
            within = position - (ends[at - 1] if at else 0)
            if self.held is not None:
                drawn.append(self.held.nth(at, within))
                continue
            row = self.con.execute(
                f"SELECT _row FROM {read_parts(release.parts)} ORDER BY _row LIMIT 1 OFFSET {within}"
            ).fetchone()
            drawn += self.at([f"{release.ref}#{row[0]}"]).values() if row else ()
        return drawn

    @property
    def groupable(self) -> list[str]:
        """The columns of the newest release by whose values rows may be put together."""
        return [name for name in self.published if self.fields[name].kind.groupable]

    def summable(self, by: str) -> list[str]:
        """The columns whose values may be added up in groups of one value of ``by``, as the newest release says."""
        names = [name for name in self.published if self.fields[name].kind.summable and not self.fields[name].choices]
        return [name for name in names if self._is_added(self.fields[name], by)]

    def is_whole(self, column: str) -> bool:
        """Whether the sum of a column over all rows means something."""
        return self._is_added(self.fields[column], "")

    def _is_added(self, field: SealedField, by: str) -> bool:
        parted = self.side_of(field)
        return (
            field.nature in ("flow", "stock", "quantity")
            and (not self._is_dated(field) or field.at == by)
            and (parted is None or parted.name == by)
        )

    def _is_dated(self, field: SealedField) -> bool:
        return field.nature == "stock" and field.at in self.fields

    def side_of(self, field: SealedField) -> SealedField | None:
        """The column whose codes part the money of another into money in and money out; None where none does."""
        return next((each for each in self.fields.values() if each.sides and field.kind.is_money), None)

    def parted(self, column: str) -> dict[str, int]:
        """The sums of a column of money by the code of its side, empty where none is; of a stock at its latest date."""
        field = self.fields[column]
        parted, dated = self.side_of(field), field.at if self._is_dated(field) else None
        if self.held is None:
            side = f"coalesce(CAST({identifier(parted.name)} AS VARCHAR), '')" if parted else "''"
            when = f"WHERE {identifier(dated)} = (SELECT max({identifier(dated)}) FROM released)" if dated else ""
            question = f"SELECT {side}, coalesce(sum({identifier(column)}), 0) FROM released {when} GROUP BY 1"
            return {str(code): int(total) for code, total in self.con.execute(question).fetchall()}
        dates = self.held.values(dated) if dated else [None] * self.rows
        codes = self.held.values(parted.name) if parted else [None] * self.rows
        latest = max((each for each in dates if each is not None), key=str, default=None)
        sums: dict[str, int] = defaultdict(int)
        for each, code, value in zip(dates, codes, self.held.values(column), strict=True):
            if value is not None and each == latest:
                sums["" if code is None else str(code)] += int(str(value))
        return dict(sums)

    def total(self, column: str) -> int:
        """The sum of a column of money."""
        if self.held is not None:
            return self.held.total(column)
        row = self.con.execute(f"SELECT coalesce(sum({identifier(column)}), 0) FROM released").fetchone()
        return int(row[0]) if row else 0

    def groups(self, by: str, added: str) -> list[tuple[object, int, object]]:
        """For each value of a column how many rows have it, and the sum of another where one is named."""
        if self.held is not None:
            return self.held.groups(by, added)
        summed = f"sum({identifier(added)})" if added else "NULL"
        return self.con.execute(f"SELECT {identifier(by)}, count(*), {summed} FROM released GROUP BY 1").fetchall()

    def _select(self, where: str, values: Sequence[object]) -> Iterator[dict[str, object]]:
        """Rows by column; addresses have years in four digits, so their order is that of the text."""
        result = self.con.execute(f"SELECT * FROM released {where}", list(values))
        names = [str(name) for name, *_ in result.description]
        while some := result.fetchmany(1_000):
            yield from (dict(zip(names, row, strict=True)) for row in some)


def _published(parts: Sequence[Path]) -> list[str]:
    names = {name: identifier(name) for part in parts for name in pq.read_schema(part).names}
    return [column for name, column in names.items() if name not in UNSENT]


def read_parts(paths: Sequence[Path]) -> str:
    """A table expression over the parts of a release."""
    return f"read_parquet([{', '.join(literal(str(path)) for path in paths)}], union_by_name = true)"


def _begins(address: str) -> tuple[str, str]:
    name = address.partition("/")[0]
    try:
        return period.parse(name).start.isoformat(), name
    except period.NotAPeriod:
        return "", name
