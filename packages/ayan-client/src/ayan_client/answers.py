"""What questions answer: rows, groups, facets, differences, balances, and answers to words, each with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from ayan_client.schema import Value, Words
from ayan_client.sources import Source


class Row(dict[str, Value]):
    """A row: its values by the names of the columns.

    ``address`` is ``period/number#row``: the release, and the number of the record in the file that was sent.
    ``source`` is that of the page or record it came with.
    """

    __slots__ = ("address", "source")

    def __init__(self, values: Mapping[str, Value], address: str, source: Source) -> None:
        super().__init__(values)
        self.address, self.source = address, source

    @property
    def release(self) -> str:
        """``period/number``."""
        return self.address.partition("#")[0]

    @property
    def number(self) -> int:
        """The number of the record in the file that was sent."""
        return int(self.address.partition("#")[2])

    @property
    def proof(self) -> str:
        """Where the proof file of this row is."""
        return f"{self.source.portal}{self.proof_path}"

    @property
    def proof_path(self) -> str:
        """The path of it."""
        return f"/log/proof/{self.source.dataset}/{self.release}/{self.number}"


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows; ``total`` is how many match in all, where it was asked for, ``following`` the path of the next
    page.
    """

    rows: tuple[Row, ...]
    source: Source
    total: int | None
    following: str | None


@dataclass(frozen=True, slots=True)
class Groups(Sequence[Mapping[str, Value]]):
    """Groups of rows: keys and measures (``count``, ``sum_amount`` …) by name; ``total`` is how many groups there are.

    Sums of rials are int, averages Decimal.
    """

    groups: tuple[Mapping[str, Value], ...]
    total: int
    source: Source

    def __len__(self) -> int:
        return len(self.groups)

    def __getitem__(self, at: Any) -> Any:
        return self.groups[at]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a field, how many rows have it, and whether the question asks for it."""

    value: Value
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """The commonest values of a field; ``more`` says that there are others."""

    values: tuple[FacetValue, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Facets:
    """The commonest values of each field that was asked for."""

    by: Mapping[str, Facet]
    source: Source


@dataclass(frozen=True, slots=True)
class Side:
    """One of two states that are compared; ``release`` is set where it is of one release alone."""

    state: str
    as_of: datetime | None
    release: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows came, went, changed and stayed."""

    added: int
    removed: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class SumChange:
    """An exact sum before and after."""

    before: int | Decimal
    after: int | Decimal


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A value before and after."""

    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class Change:
    """A row that was ``added``, ``removed`` or ``changed``: the values that differ, and its address on either side."""

    change: str
    period: str
    key: str
    fields: Mapping[str, ValueChange]
    row_before: str | None
    row_after: str | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Rows of one side that are gone: a release that was withdrawn, or rows that were erased from one, and the code of
    why.
    """

    release: str
    reason: str
    rows: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Differences:
    """What differs between two states. ``counts`` and ``totals`` are of all rows, whichever changes were asked for."""

    start: Side
    end: Side
    counts: Counts
    totals: Mapping[str, SumChange]
    withdrawn: tuple[Missing, ...]
    erased: tuple[Missing, ...]
    changes: tuple[Change, ...]
    link: str


@dataclass(frozen=True, slots=True)
class ReleaseListed:
    """A release as the portal lists it: ``digest`` (hex) is the SHA-256 of its manifest, ``sealed_at`` an aware time.

    ``reason`` is the code of why it took the place of an earlier one.
    """

    dataset: str
    period: str
    number: int
    rows: int
    sealed_at: datetime
    digest: str
    current: bool
    withdrawn: bool
    erased_rows: int
    reason: str | None

    @property
    def name(self) -> str:
        """``period/number``."""
        return f"{self.period}/{self.number}"


@dataclass(frozen=True, slots=True)
class Version:
    """What one release says of a record: no ``rows`` where it is not in it, or where ``release`` is withdrawn."""

    release: ReleaseListed
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance and its outcome, to the last rial; ``off`` is the sum of the differences without their signs.

    ``relation`` is ``equal``, ``at-least`` or ``at-most``. ``failures`` are the worst groups that differ, each with its
    key, both sides and the difference, and with ``sql`` and ``releases`` only there where one balance was asked for.
    """

    code: str
    title: Words
    relation: str
    tolerance: int | Decimal
    holds: bool
    groups: int
    failed: int
    unknown: int
    off: int | Decimal
    link: str
    failures: tuple[BalanceFailure, ...] = ()
    sql: str | None = None
    releases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BalanceFailure:
    """A group whose sides differ."""

    key: tuple[str, ...]
    left: int | Decimal
    right: int | Decimal
    difference: int | Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of an answer: the exact number, None where nothing stands there; ``unit`` is ``rial``, ``count`` and
    the like.
    """

    label: Words
    value: int | Decimal | None
    unit: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the box to words. ``kind`` is ``figure``, ``list``, ``record``, ``page``, ``service`` or
    ``nothing``.

    ``text`` says it; ``nothing`` is an answer, too, and says why there is none. ``unread`` are words that it does not
    take into account. ``sources`` are those of the questions it was answered by, none where no data stand behind it;
    ``question`` is the path of the question.
    """

    kind: str
    text: Words
    link: str
    question: str | None
    figures: tuple[Figure, ...]
    unread: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class DatasetListed:
    """A dataset as the list of all names it; ``freshness`` is ``current``, ``late``, ``none``, ``withheld`` and the
    like.
    """

    slug: str
    title: Words
    owner: Words
    topic: str
    licence: str
    rows: int
    state: str
    freshness: str
