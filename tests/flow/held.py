"""A city's published rows in memory, in which single cells are moved by a rial to see which equalities notice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import duckdb

from ayan.core.audit.balance import Balance, Key, Term
from ayan.core.audit.coverage import Covered, coverage
from ayan.core.audit.room import rows
from ayan.core.audit.weigh import keys_of, statement
from ayan.wiring.city import City

CELLS: Final = 3
"""Cells of each column that are moved, drawn by the hash of their places."""

Group = tuple[str, ...]


class Held:
    """Every dataset as a table, and what its equalities say of it; a moved cell is put back at once."""

    def __init__(self, city: City) -> None:
        self.datasets = {one.slug: one for one in city.registry.all()}
        balances = city.registry.balances().sound
        self.equalities = [one for one in balances if one.relation == "equal" and not one.tolerance]
        self.covered: list[Covered] = [one for one in coverage(balances, self.datasets) if one.whole or one.partly]
        self.con = duckdb.connect(config={"threads": 1})
        for slug in {slug for one in balances for slug in one.datasets}:
            files = [path for one in city.shelf.state(slug).releases for path in one.parts()]
            self.con.execute(f'CREATE TABLE "{slug}" AS {rows(self.datasets[slug], files)}')
        self.looked_at = {one: set(self._groups(one)) for one in self.equalities}

    def some_cells(self, one: Covered) -> list[int]:
        """The rows of a few cells of a column."""
        table, name = one.dataset.slug, one.field.name
        found = self.con.execute(
            f'SELECT rowid FROM "{table}" WHERE {name} IS NOT NULL ORDER BY hash(rowid) LIMIT {CELLS}'
        ).fetchall()
        assert found, (table, name)
        return [row[0] for row in found]

    def failing(self, one: Covered, row: int) -> dict[Balance, dict[Group, int]]:
        """With a cell a rial higher: by every equality that reads its dataset, the groups that differ and by what."""
        with self._moved(one, row):
            reading = [each for each in self.equalities if one.dataset.slug in each.datasets]
            return {each: {key: off for key, off in self._groups(each).items() if off} for each in reading}

    def containing(self, one: Covered, row: int) -> dict[Balance, dict[Group, int]]:
        """The same reckoned from the cell: its groups, and how far the aggregate of each term moves with it."""
        wanted: dict[Balance, dict[Group, int]] = {}
        for balance in self.equalities:
            if one.dataset.slug not in balance.datasets:
                continue
            off: dict[Group, int] = defaultdict(int)
            for sign, terms in ((1, balance.left), (-1, balance.right)):
                for term in terms:
                    if term.dataset == one.dataset.slug and (key := self._key(term, row)) is not None:
                        off[key] += sign * self._shift(one, row, term, key)
            wanted[balance] = {key: by for key, by in off.items() if by and key in self.looked_at[balance]}
        return wanted

    def _groups(self, balance: Balance) -> Mapping[Group, int]:
        keys = ", ".join(keys_of(balance))
        found = self.con.execute(f"SELECT {keys}, difference FROM ({statement(balance, self.datasets)})").fetchall()
        return {row[:-1]: row[-1] for row in found}

    def _key(self, term: Term, row: int) -> Group | None:
        """The group of a row in a term; None where the term passes it over."""
        fields = ", ".join(f"CAST({_plain(key)} AS VARCHAR)" for key in term.by)
        found = self._rows(f"SELECT {fields}", term, f"rowid = {row}")
        return None if not found or None in found[0] else tuple(found[0])

    def _shift(self, one: Covered, row: int, term: Term, key: Group) -> int:
        same = " AND ".join(
            f"CAST({_plain(field)} AS VARCHAR) = '{value}'" for field, value in zip(term.by, key, strict=True)
        )
        before = self._rows(f"SELECT {term.value}", term, same)[0][0]
        with self._moved(one, row):
            return int(self._rows(f"SELECT {term.value}", term, same)[0][0] - before)

    def _rows(self, select: str, term: Term, where: str) -> list[Any]:
        return self.con.execute(f'{select} FROM "{term.dataset}" WHERE {where} AND ({term.where or "TRUE"})').fetchall()

    @contextmanager
    def _moved(self, one: Covered, row: int) -> Iterator[None]:
        self.con.begin()
        try:
            name = one.field.name
            self.con.execute(f'UPDATE "{one.dataset.slug}" SET {name} = {name} + 1 WHERE rowid = {row}')
            yield
        finally:
            self.con.rollback()


def _plain(key: Key) -> str:
    assert key.part is None, "a part of a date would be reckoned here by the very macro that is tried"
    return key.field
