"""Which columns of money the balances hold, and which none of them does: said openly, for a gap invites errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlglot
from sqlglot import exp

from ayan.core.audit.balance import ROW, Balance, BalanceTerm
from ayan.core.schema.definition import Dataset
from ayan.core.schema.expression import aggregate_expression
from ayan.core.schema.field import Field

_NAMES_A_CODE: Final = re.compile(r"(?P<field>[a-z_][a-z0-9_]*) = '(?P<code>[^']*)'")
_ADDING: Final = (exp.Sum, exp.Add, exp.Sub, exp.Neg, exp.Paren)


@dataclass(frozen=True, slots=True)
class Covered:
    """A published column of money and the balances that hold it.

    Those in ``whole`` fail if any one of its cells is a rial off; those in ``partly`` look at some of its cells only:
    rows that meet a condition, or groups that the other side has too.
    """

    dataset: Dataset
    field: Field
    whole: tuple[Balance, ...]
    partly: tuple[Balance, ...]


def coverage(balances: Iterable[Balance], datasets: Mapping[str, Dataset]) -> tuple[Covered, ...]:
    """Every published column of money, by dataset and in declared order, with the equalities that hold its cells.

    Only a balance of equals without tolerance holds a cell: what may be less or more passes with a rial off.
    """
    exact = [balance for balance in balances if balance.relation == "equal" and not balance.tolerance]
    held = [(balance, _columns(balance, datasets)) for balance in exact]
    return tuple(
        Covered(
            dataset,
            field,
            tuple(balance for balance, columns in held if columns.get((slug, field.name)) is True),
            tuple(balance for balance, columns in held if columns.get((slug, field.name)) is False),
        )
        for slug, dataset in sorted(datasets.items())
        for field in dataset.published
        if field.kind.is_money and field.shown == "public"
    )


def in_rial(balance: Balance, datasets: Mapping[str, Dataset]) -> bool:
    """Whether every value that a balance adds up is money, so that its differences are rials."""
    named = {
        (term.dataset, field.name)
        for term in balance.terms
        for field in datasets[term.dataset].published
        if field.kind.is_money and field.name in term.value
    }
    return {slug for slug, _ in named} == balance.datasets


def _columns(balance: Balance, datasets: Mapping[str, Dataset]) -> dict[tuple[str, str], bool]:
    """The (dataset, field) pairs whose values ``balance`` adds up, and whether it looks at every cell of them."""
    looks: dict[tuple[str, str], list[tuple[str, BalanceTerm, bool]]] = {}
    for side, terms in (("left", balance.left), ("right", balance.right)):
        for term in terms:
            dataset = datasets[term.dataset]
            grouped = all(key.field == ROW or dataset.field(key.field).required for key in term.by)
            sure = grouped and balance.pairs in ("either", side)
            for name in aggregate_expression(term.value, tuple(field.name for field in dataset.fields)).names:
                looks.setdefault((term.dataset, name), []).append((side, term, sure and _moves(term.value, name)))
    return {cell: _whole(datasets[cell[0]], cell[1], cell_looks) for cell, cell_looks in looks.items()}


def _whole(dataset: Dataset, name: str, looks: Sequence[tuple[str, BalanceTerm, bool]]) -> bool:
    """Whether the terms that read a field see each of its cells: one of them all, or each its part of a code list."""
    # What is looked at from both sides may move both alike, unless the rows are others.
    if all(sure for _, _, sure in looks) and _divided(dataset, [term.where for _, term, _ in looks]):
        return True
    # Rows that have no such value have no cell to be wrong.
    alone = len({side for side, _, _ in looks}) == 1
    return alone and any(sure and term.where in (None, f"{name} IS NOT NULL") for _, term, sure in looks)


def _divided(dataset: Dataset, conditions: Sequence[str | None]) -> bool:
    """Whether every row meets exactly one of the conditions: they name the codes of one required list, each once."""
    named = [_NAMES_A_CODE.fullmatch(condition or "") for condition in conditions]
    pairs = [(match["field"], match["code"]) for match in named if match]
    fields = {field for field, _ in pairs}
    if len(pairs) != len(conditions) or len(fields) != 1:
        return False
    field = next((candidate for candidate in dataset.fields if candidate.name in fields), None)
    codes = [entry.code for entry in field.choices.entries] if field and field.required and field.choices else []
    return sorted(codes) == sorted(code for _, code in pairs)


def _moves(value: str, name: str) -> bool:
    """Whether an aggregate changes with any one cell of a field: where it is simply added, or both highest and lowest.

    What stands in for another value, or under a condition, may be passed over.
    """
    tree = sqlglot.parse_one(value, read="duckdb")
    places = [column for column in tree.find_all(exp.Column) if column.name == name]
    ends = {type(end) for column in places for end in [column.find_ancestor(exp.Max, exp.Min)] if end is not None}
    return ends == {exp.Max, exp.Min} if ends else any(_added(column) for column in places)


def _added(column: Any) -> bool:
    """Whether all that a column stands in adds it up as it is."""
    inner, outer = column, column.parent
    while outer is not None:
        first = isinstance(outer, exp.Coalesce) and outer.this is inner
        if not first and not isinstance(outer, _ADDING):
            return False
        inner, outer = outer, outer.parent
    return True
