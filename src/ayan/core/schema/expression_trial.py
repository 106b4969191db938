"""Trying patterns, date formats and expressions on an empty DuckDB, so that what is declared is known to run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, cached_property

import duckdb

from ayan.core.schema.field import Field
from ayan.core.schema.limits import TRIAL_MEMORY
from ayan.core.system.duckdb import confined
from ayan.core.values import sql


class ExpressionTrial:
    """A look into a closed and empty database, opened when first needed; use it in a ``with`` block."""

    def __enter__(self) -> ExpressionTrial:
        return self

    def __exit__(self, *_: object) -> None:
        if "_con" in self.__dict__:
            self._con.close()

    @cached_property
    def _con(self) -> duckdb.DuckDBPyConnection:
        return _empty(os.getpid()).cursor()

    def pattern(self, pattern: str) -> str | None:
        """Why ``pattern`` is not RE2, or None when it is."""
        try:
            self._con.execute("SELECT regexp_full_match('', ?)", [pattern])
        except duckdb.Error as fault:
            return _fault_text(fault)
        return None

    def matches(self, pattern: str, text: str) -> bool:
        """Whether the whole of ``text`` matches ``pattern``, which is RE2."""
        return self._con.execute("SELECT regexp_full_match(?, ?)", [text, pattern]).fetchone() == (True,)

    def format(self, text: str, *, whole_day: bool) -> bool:
        """Whether the strptime format ``text`` writes a day (or only its month) and reads the same one back."""
        step = sql.literal("day" if whole_day else "month")
        try:
            row = self._con.execute(
                f"SELECT date_trunc({step}, strptime(strftime(DATE '2024-11-23', $1), $1)) "
                f"= date_trunc({step}, TIMESTAMP '2024-11-23')",
                [text],
            ).fetchone()
        except duckdb.Error:
            return False
        return row == (True,)

    def type_of(self, expression: str, fields: Sequence[Field]) -> str:
        """The DuckDB type of ``expression`` over one row of ``fields``. Raises ValueError when they do not fit."""
        columns = ", ".join(f"CAST(NULL AS {field.storage}) AS {sql.identifier(field.name)}" for field in fields)
        try:
            rows = self._con.execute(f"DESCRIBE SELECT {expression} AS result FROM (SELECT {columns})").fetchall()
        except duckdb.Error as fault:
            raise ValueError(_fault_text(fault)) from fault
        return str(rows[0][1])


@cache
def _empty(_process: int) -> duckdb.DuckDBPyConnection:
    """The empty database of one process: opening one takes longer than a trial, and a fork needs its own."""
    return confined(threads=1, memory=TRIAL_MEMORY)


def _fault_text(fault: duckdb.Error) -> str:
    """The first line of what the database says, short."""
    lines = str(fault).splitlines()
    return lines[0][:160] if lines else "?"
