"""A balance: two sums over published rows that must agree, group by group, and how exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from ayan.core.values.label import Label

Relation = Literal["equal", "at-least", "at-most"]
Pairs = Literal["either", "both", "left", "right"]
Part = Literal["year", "month"]
OnDraft = Literal["block", "warn"]
ROW: Final = "_row"
"""What a key says instead of a field where each row is a group of its own."""


@dataclass(frozen=True, slots=True)
class BalanceKey:
    """What the rows of a term are put together by: a field, the Jalali year or month of a date field, or nothing.

    With `ROW` as its field nothing is put together: each row is a group, known as ``period~number~row``.
    """

    field: str
    part: Part | None = None

    def __str__(self) -> str:
        return f"{self.field}:{self.part}" if self.part else self.field


@dataclass(frozen=True, slots=True)
class BalanceTerm:
    """One sum of a side: an aggregate (SQL over fields) of the rows of a dataset that meet ``where``, by ``by``."""

    dataset: str
    value: str
    by: tuple[BalanceKey, ...]
    where: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """Two sides that must agree for every group of rows.

    A side is the sum of its terms; a group that no row of a side has counts as 0 there. ``pairs`` says which groups
    are looked at: those of ``either`` side, of ``both``, or of the ``left`` or ``right`` one. ``tolerance`` is the
    largest difference, in the unit of the values, that still passes. ``on_draft`` says what becomes of a draft that
    would make it fail: it is not published until somebody overrides the balance, or its sender is told.
    """

    code: str
    owner: str
    title: Label
    says: Label
    parts: tuple[Label, ...]
    left: tuple[BalanceTerm, ...]
    right: tuple[BalanceTerm, ...]
    relation: Relation = "equal"
    pairs: Pairs = "either"
    tolerance: Decimal = Decimal(0)
    on_draft: OnDraft = "warn"

    @property
    def name(self) -> str:
        """Its name among all: the dataset that answers for it, and its code."""
        return f"{self.owner}/{self.code}"

    @property
    def terms(self) -> tuple[BalanceTerm, ...]:
        """The terms of both sides."""
        return self.left + self.right

    @property
    def datasets(self) -> frozenset[str]:
        """The slugs of the datasets it reads."""
        return frozenset(term.dataset for term in self.terms)

    @property
    def by_row(self) -> bool:
        """Whether each row is a group of its own."""
        return any(key.field == ROW for term in self.terms for key in term.by)
