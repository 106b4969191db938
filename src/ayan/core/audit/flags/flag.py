"""A flag as it is declared: what it reads, how it judges, what it says, and what may innocently lie behind it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from ayan.core.values.label import Label

Measure = Literal["rial", "per-mille", "days", "count", "number"]
"""What the value of a finding is; ``per-mille`` is a share in thousandths, shown in per cent."""


@dataclass(frozen=True, slots=True)
class FlagInputDataset:
    """A table of the query: the fields of a dataset under the names that the query calls them by."""

    name: str
    dataset: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number that the query judges by (``$name`` in it), what it is, and where it comes from."""

    name: str
    value: Decimal
    says: Label
    source: Label


@dataclass(frozen=True, slots=True)
class InnocentCause:
    """Why a record cannot be judged: the code that the query gives, and its words."""

    code: str
    says: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One flag.

    ``query`` is a SELECT over the inputs that gives one row for each record it judges: ``subject`` (the key of a record
    of the dataset ``about``), ``fires`` (NULL where it cannot be judged, with the code of a cause in ``why``),
    ``value`` and, as it likes, ``threshold``, ``party_id`` and ``party`` (whom a finding names), ``unit``, and a list
    of keys under the name of an input (the records behind the finding). The fields ``value`` and ``against`` are what
    the number (without a name it is not shown) and what stands in ``threshold`` are called. ``standard`` is its code in
    a public catalogue of flags. A finding holds for ``expires_days`` after it was published.
    """

    code: str
    owner: str
    about: str
    title: Label
    says: Label
    why: Label
    innocent: tuple[Label, ...]
    inputs: tuple[FlagInputDataset, ...]
    query: str
    measure: Measure
    standard: str = ""
    value: Label | None = None
    against: Label | None = None
    thresholds: tuple[Threshold, ...] = ()
    causes: tuple[InnocentCause, ...] = ()
    needs: Label | None = None
    expires_days: int = 730

    @property
    def name(self) -> str:
        """Owner and code, as addresses and the API call it."""
        return f"{self.owner}/{self.code}"

    @property
    def datasets(self) -> frozenset[str]:
        """The slugs of the datasets it reads."""
        return frozenset(flag_input.dataset for flag_input in self.inputs)

    def input(self, name: str) -> FlagInputDataset:
        """The input of this name. Raises KeyError."""
        return {flag_input.name: flag_input for flag_input in self.inputs}[name]
