"""A city's published rows in memory, in which single cells are moved by a rial to see which equalities notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import duckdb

from ayan.core.audit.balance import Balance, BalanceKey, BalanceTerm
from ayan.core.audit.balance_coverage import Covered, coverage
from ayan.core.audit.reconciliation import keys_of, rows, statement
from ayan.wiring.city import City

CELLS: Final = 3
"""Cells of each column that are moved, drawn by the hash of their places."""

Group = tuple[str, ...]


class Held:
    """Every dataset as a table, and what its equalities say of it; a moved cell is put back at once.

    An equality that does not hold to begin with is left out: one rial more tells nothing of it.
    """

    def __init__(self, city: City) -> None:
        self.datasets = {dataset.slug: dataset for dataset in city.registry.all()}
        balances = [
            outcome.balance for outcome in city.auditor.outcomes(city.registry.balances().sound) if outcome.holds
        ]
        self.equalities = [balance for balance in balances if balance.relation == "equal" and not balance.tolerance]
        self.covered: list[Covered] = [
            covered for covered in coverage(balances, self.datasets) if covered.whole or covered.partly
        ]
        self.con = duckdb.connect(config={"threads": 1})
        for slug in {slug for balance in balances for slug in balance.datasets}:
            files = [path for release in city.release_store.snapshot(slug).releases for path in release.parts()]
            self.con.execute(f'CREATE TABLE "{slug}" AS {rows(self.datasets[slug], files)}')
        self.looked_at = {equality: set(self._groups(equality)) for equality in self.equalities}

    def some_cells(self, covered: Covered) -> list[int]:
        """The rows of a few cells of a column."""
        table, name = covered.dataset.slug, covered.field.name
        row_ids = self.con.execute(
            f'SELECT rowid FROM "{table}" WHERE {name} IS NOT NULL ORDER BY hash(rowid) LIMIT {CELLS}'
        ).fetchall()
        assert row_ids, (table, name)
        return [row[0] for row in row_ids]

    def failing(self, covered: Covered, row: int) -> dict[Balance, dict[Group, int]]:
        """With a cell a rial higher: by every equality that reads its dataset, the groups that differ and by what."""
        with self._moved(covered, row):
            reading = [each for each in self.equalities if covered.dataset.slug in each.datasets]
            return {each: {key: off for key, off in self._groups(each).items() if off} for each in reading}

    def containing(self, covered: Covered, row: int) -> dict[Balance, dict[Group, int]]:
        """The same reckoned from the cell: its groups, and how far the aggregate of each term moves with it."""
        wanted: dict[Balance, dict[Group, int]] = {}
        for balance in self.equalities:
            if covered.dataset.slug not in balance.datasets:
                continue
            off: dict[Group, int] = defaultdict(int)
            for sign, terms in ((1, balance.left), (-1, balance.right)):
                for term in terms:
                    if term.dataset == covered.dataset.slug and (key := self._key(term, row)) is not None:
                        off[key] += sign * self._shift(covered, row, term, key)
            wanted[balance] = {key: by for key, by in off.items() if by and key in self.looked_at[balance]}
        return wanted

    def _groups(self, balance: Balance) -> Mapping[Group, int]:
        keys = ", ".join(keys_of(balance))
        differences = self.con.execute(
            f"SELECT {keys}, difference FROM ({statement(balance, self.datasets)})"
        ).fetchall()
        return {row[:-1]: row[-1] for row in differences}

    def _key(self, term: BalanceTerm, row: int) -> Group | None:
        """The group of a row in a term; None where the term passes it over."""
        fields = ", ".join(f"CAST({_plain(key)} AS VARCHAR)" for key in term.by)
        key_rows = self._rows(f"SELECT {fields}", term, f"rowid = {row}")
        return None if not key_rows or None in key_rows[0] else tuple(key_rows[0])

    def _shift(self, covered: Covered, row: int, term: BalanceTerm, key: Group) -> int:
        same = " AND ".join(
            f"CAST({_plain(field)} AS VARCHAR) = '{value}'" for field, value in zip(term.by, key, strict=True)
        )
        before = self._rows(f"SELECT {term.value}", term, same)[0][0]
        with self._moved(covered, row):
            return int(self._rows(f"SELECT {term.value}", term, same)[0][0] - before)

    def _rows(self, select: str, term: BalanceTerm, where: str) -> list[Any]:
        return self.con.execute(f'{select} FROM "{term.dataset}" WHERE {where} AND ({term.where or "TRUE"})').fetchall()

    @contextmanager
    def _moved(self, covered: Covered, row: int) -> Iterator[None]:
        self.con.begin()
        try:
            name = covered.field.name
            self.con.execute(f'UPDATE "{covered.dataset.slug}" SET {name} = {name} + 1 WHERE rowid = {row}')
            yield
        finally:
            self.con.rollback()


def _plain(key: BalanceKey) -> str:
    assert key.part is None, "a part of a date would be reckoned here by the very macro that is tried"
    return key.field
