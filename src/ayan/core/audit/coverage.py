"""Which columns of money the balances hold, and which none of them does: said openly, for a gap invites errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ayan.core.audit.balance import ROW, Balance
from ayan.core.schema.definition import Dataset, Field
from ayan.core.schema.expression import aggregate_expression


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
    exact = [one for one in balances if one.relation == "equal" and not one.tolerance]
    held = [(one, _columns(one, datasets)) for one in exact]
    return tuple(
        Covered(
            dataset,
            field,
            tuple(one for one, found in held if found.get((slug, field.name)) is True),
            tuple(one for one, found in held if found.get((slug, field.name)) is False),
        )
        for slug, dataset in sorted(datasets.items())
        for field in dataset.published
        if field.kind == "rial" and field.shown == "public"
    )


def in_rial(balance: Balance, datasets: Mapping[str, Dataset]) -> bool:
    """Whether every value that a balance adds up is money, so that its differences are rials."""
    named = {
        (term.dataset, one.name)
        for term in balance.terms
        for one in datasets[term.dataset].published
        if one.kind == "rial" and one.name in term.value
    }
    return {slug for slug, _ in named} == balance.datasets


def _columns(balance: Balance, datasets: Mapping[str, Dataset]) -> dict[tuple[str, str], bool]:
    """The (dataset, field) pairs whose values ``balance`` adds up, and whether it looks at every cell of them."""
    found: dict[tuple[str, str], bool] = {}
    for side, terms in (("left", balance.left), ("right", balance.right)):
        for term in terms:
            dataset = datasets[term.dataset]
            grouped = all(one.field == ROW or dataset.field(one.field).required for one in term.by)
            whole = term.where is None and grouped and balance.pairs in ("either", side)
            for name in aggregate_expression(term.value, tuple(one.name for one in dataset.fields)).names:
                found[(term.dataset, name)] = found.get((term.dataset, name), False) or whole
    return found
