"""What sums of the published rows may be, reckoned from the files by another road: declarations as text, rows by DuckDB.

Nothing of the program that answers readers is asked here: what a number means is read out of the TOML, and rows out of
the Parquet files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb

from ayan.core.values import jalali

DATASETS = Path(__file__).parents[2] / "src" / "ayan" / "datasets"
ADDED = ("flow", "stock", "quantity")
NUMBERS = ("rial", "integer", "decimal")


@dataclass(frozen=True)
class Sum:
    """A sum that means something: of a field, of one side of money, over the rows of one date."""

    field: str
    side: str
    value: Decimal


@dataclass(frozen=True)
class Book:
    """One dataset: its declaration as it is written, and its rows as a table expression."""

    slug: str
    rows: str
    con: duckdb.DuckDBPyConnection
    where: Sequence[str] = field(default=())

    @cached_property
    def declared(self) -> Mapping[str, Any]:
        return tomllib.loads((DATASETS / self.slug / "dataset.toml").read_text(encoding="utf-8"))

    @cached_property
    def fields(self) -> dict[str, Mapping[str, Any]]:
        """The fields that are published whole, by name."""
        every = self.declared["field"]
        public = [each for each in every if each.get("shown", "public") == "public" and each.get("role") != "counter"]
        return {each["name"]: each for each in public}

    @property
    def measures(self) -> list[str]:
        """What pages tell the sums of: money declared as an amount, else quantities."""
        added = {name: each for name, each in self.fields.items() if each.get("nature") in ADDED}
        money = [name for name, each in added.items() if (each["kind"], each.get("role")) == ("rial", "amount")]
        return money or [name for name, each in added.items() if each.get("role") in ("amount", "quantity")]

    @property
    def numbers(self) -> list[str]:
        """Every number that is no code."""
        return [name for name, each in self.fields.items() if each["kind"] in NUMBERS and "choices" not in each]

    @property
    def axis(self) -> str | None:
        """The field that tells the year of a row."""
        dates = [name for name, each in self.fields.items() if (each["kind"], each.get("role")) == ("date", "date")]
        return next(iter([*dates, *(name for name, each in self.fields.items() if each["kind"] == "period")]), None)

    def narrowed(self, *conditions: str) -> Book:
        """The same rows under conditions."""
        return Book(self.slug, self.rows, self.con, (*self.where, *conditions))

    def select(self, columns: str, rest: str = "") -> list[tuple[Any, ...]]:
        where = f" WHERE {' AND '.join(self.where)}" if self.where else ""
        return self.con.execute(f"SELECT {columns} FROM {self.rows}{where} {rest}").fetchall()

    def at(self, name: str) -> str | None:
        """The field that dates a stock; None of what has no date of its own."""
        at = self.fields[name].get("at")
        return None if at in (None, "_release") else str(at)

    def side(self, name: str) -> str:
        """The side of a row, as SQL: ``in``, ``out``, or what else its code says; the same for all but money."""
        sided = next((each for each in self.fields.values() if "side" in each), None)
        if sided is None or self.fields[name]["kind"] != "rial":
            return "''"
        cases = "".join(
            f" WHEN {sided['name']} IN ({', '.join(map(repr, codes))}) THEN '{way}'"
            for way, codes in sided["side"].items()
        )
        return f"CASE{cases} ELSE coalesce({sided['name']}, '?') END"

    def sums(self) -> list[Sum]:
        """Every sum that means something over these rows: of a stock what stands at their latest date."""
        return [each for name in self.measures for each in self._sums(name)]

    def _sums(self, name: str) -> Iterator[Sum]:
        at, book = self.at(name), self
        if at is not None:
            ((latest,),) = self.select(f"max({at})")
            book = self.narrowed(f"{at} = {latest!r}" if isinstance(latest, str) else f"{at} = DATE '{latest}'")
        for side, value in book.select(f"{self.side(name)}, sum({name})", "GROUP BY 1"):
            if value is not None:
                yield Sum(name, side, Decimal(value))

    def by_value(self, name: str) -> dict[Any, list[Sum]]:
        """The sums of each value of a field; a stock stands at the latest date of all rows, not of each group."""
        out: dict[Any, list[Sum]] = {value: [] for (value,) in self.select(f"DISTINCT {name}")}
        for measure in self.measures:
            at, book = self.at(measure), self
            if at is not None and at != name:
                ((latest,),) = self.select(f"max({at})")
                book = self.narrowed(f"{at} = '{latest}'")
            for value, side, total in book.select(f"{name}, {self.side(measure)}, sum({measure})", "GROUP BY 1, 2"):
                if total is not None:
                    out[value].append(Sum(measure, side, Decimal(total)))
        return out

    def by_year(self) -> dict[str, list[Sum]]:
        """The sums of each year of the axis; of a stock what stands at the last date of the year."""
        out: dict[str, list[Sum]] = {}
        for measure in self.measures:
            at = self.at(measure) or self.axis
            rows = self.select(f"{at}, {self.side(measure)}, sum({measure})", "GROUP BY 1, 2")
            last: dict[str, Any] = {}
            for moment, *_ in rows:
                if moment is not None:
                    last[year_of(moment)] = max(moment, last.get(year_of(moment), moment))
            sums: dict[tuple[str, str], Decimal] = {}
            for moment, side, total in rows:
                year = None if moment is None else year_of(moment)
                if year is None or total is None or (self.at(measure) and moment != last[year]):
                    continue
                sums[year, side] = sums.get((year, side), Decimal(0)) + Decimal(total)
            for (year, side), total in sums.items():
                out.setdefault(year, []).append(Sum(measure, side, total))
        return out


def year_of(moment: date | str) -> str:
    """The Jalali year of a day, or the year that a period begins with."""
    return str(jalali.from_gregorian(moment).year) if isinstance(moment, date) else moment[:4]
