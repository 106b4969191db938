"""How a dataset wants to be shown, and what it is to other pages: one class for each kind of view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from ayan.core.values.label import Label

NameMatch = Literal["same", "words"]

SELF: Final = "self"
"""The step of a chain that is the record itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What all views have: the code by which addresses and messages call one, and the word of its kind.

    A text that names a field, a dataset or a query is empty where the declaration leaves it out.
    """

    kind: ClassVar[str]

    code: str

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        """What it says of other datasets: the key that says it, the dataset, and its field."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceView(View):
    """A record in one sentence: ``text`` with ``{field}`` blanks."""

    kind: ClassVar[str] = "sentence"

    text: Label


@dataclass(frozen=True, slots=True, kw_only=True)
class BarsView(View):
    """The sum of ``measure`` for each value of ``by``, filled up to the sum of ``against`` where there is one.

    Over the rows of ``where`` (a query) in the newest period; ``front`` puts it on the front page.
    """

    kind: ClassVar[str] = "bars"

    title: Label
    by: str
    measure: str
    against: str = ""
    where: str = ""
    front: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceIndexView(View):
    """The decimal ``index`` of each ``year``, by which money of other years is compared, and who made it."""

    kind: ClassVar[str] = "price-index"

    year: str
    index: str
    publisher: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleView(View):
    """How many ``people`` lived in a ``year``, in a ``location`` where there is one: sums are told for each of them."""

    kind: ClassVar[str] = "people"

    year: str
    people: str
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedView(View):
    """What belongs to a record besides its references: rows of another dataset.

    ``rows`` (``slug.field``) are those that hold what the record holds in ``by``, or its words where ``match`` says so;
    or that name one of the rows that do (``through``).
    """

    kind: ClassVar[str] = "related"

    title: Label | None = None
    by: str
    rows: str
    through: str = ""
    match: NameMatch = "same"

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        """The rows, and those that lead to them."""
        return (*_pointer("rows", self.rows), *_pointer("through", self.through))


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterView(View):
    """What the rows that name one record in ``by`` add to its ``against`` (``slug.field``).

    It is the running sum of ``measure`` over those of ``where``, in per cent, with a word of warning from ``warn`` and
    another beyond ``limit``; ``text`` says on what ground. ``spent`` (``slug.field``) is what was paid of the amount,
    by rows that name the same record.
    """

    kind: ClassVar[str] = "meter"

    title: Label
    text: Label | None = None
    by: str
    measure: str
    against: str
    where: str = ""
    warn: int = 0
    limit: int
    spent: str = ""

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        """What it is measured against, and what was paid of that."""
        return _pointer("against", self.against) + _pointer("spent", self.spent)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsView(View):
    """The fields ``parts`` that ``measure`` is the sum of."""

    kind: ClassVar[str] = "parts"

    measure: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareView(View):
    """The part of some rows that ``where`` holds for, beside the same part of all rows."""

    kind: ClassVar[str] = "share"

    title: Label
    text: Label | None = None
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaysView(View):
    """What the dataset is to the pages of budget, council and organisation, and to the home page.

    ``part`` is one of `ayan.core.schema.view_places.PARTS`, ``places`` are its places with the fields in them.
    """

    kind: ClassVar[str] = "plays"

    part: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView(View):
    """Each row is something the city does, called by ``text``; ``by`` holds the slugs of the datasets that prove it.

    They are parted by spaces. Rows that ``where`` holds for are a sample that nobody has confirmed. ``measured`` holds
    what of these datasets proves it: questions of groups that name rows, a measure and a period; without it the
    datasets themselves do.
    """

    kind: ClassVar[str] = "proof"

    text: Label
    by: str
    measured: str = ""
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberingView(View):
    """The codes of ``by`` end in a running number, so that those which no row has are missing.

    It runs from ``first`` on where that is said.
    """

    kind: ClassVar[str] = "numbering"

    title: Label
    text: Label | None = None
    by: str
    first: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnnamedView(View):
    """Of the sum of ``measure`` it is told how much stands in rows that leave ``by`` empty."""

    kind: ClassVar[str] = "unnamed"

    title: Label
    text: Label | None = None
    by: str
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingView(View):
    """In which order the rows stand that compete for what ``by`` names: by ``rank``, then by the amount in ``measure``.

    Rows without a rank stand last. The one of rank 1 is marked with ``title``. ``against`` (``slug.field``) is an
    amount of the record that they compete for, which each of theirs is drawn against.
    """

    kind: ClassVar[str] = "ranking"

    title: Label
    by: str
    rank: str
    measure: str = ""
    against: str = ""

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        """What their amounts are drawn against."""
        return _pointer("against", self.against)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainView(View):
    """The ``steps`` of a record's life from first to last.

    Each is a reference of the record (``field``), rows that belong to it (``slug.field``) or the record itself
    (``self``).
    """

    kind: ClassVar[str] = "chain"

    title: Label
    text: Label | None = None
    steps: tuple[str, ...]

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        """The steps that lead to rows of others."""
        return tuple(pointer for step in self.steps if "." in step for pointer in _pointer("steps", step))


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressView(View):
    """How far a record has come: through the days from its ``begins`` to its ``ends``, and with its work.

    ``moved`` and ``done`` (``slug.field``) are of rows that name the record: the day to which the newest of them put
    the end off, and the per cent of the work that the newest of them says is done.
    """

    kind: ClassVar[str] = "progress"

    begins: str
    ends: str
    moved: str = ""
    done: str = ""

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        """What moves its end, and what tells how much is done."""
        return _pointer("moved", self.moved) + _pointer("done", self.done)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedView(View):
    """Where rows without a place of their own lie: with the rows that have in ``at`` what a row has in ``by``.

    ``at`` is the ``slug.field`` of a dataset with a place. A row that names none of its rows has no place.
    """

    kind: ClassVar[str] = "placed"

    by: str
    at: str

    @property
    def points(self) -> tuple[tuple[str, str, str], ...]:
        """The rows that have the place."""
        return _pointer("at", self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class LacksView(View):
    """Something that readers look for and no dataset tells, with the reason."""

    kind: ClassVar[str] = "lacks"

    title: Label
    text: Label


def _pointer(key: str, text: str) -> tuple[tuple[str, str, str], ...]:
    dataset, _, name = text.partition(".")
    return ((key, dataset, name),) if text else ()
