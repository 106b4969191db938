"""A layout step and the table it works on: SQL over the cells of a file, each of which keeps the place it came from."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from dataclasses import fields as attributes
from typing import ClassVar, Final, Self

import pyarrow as pa
import pyarrow.compute as pc

from ayan.core.schema.tables import TomlTable
from ayan.core.values import sql
from ayan.core.values.canonical import Json
from ayan.core.values.label import Label, joined
from ayan.core.values.refusal import Refusal
from ayan.core.values.text import fold, fold_joined

JOINT: Final = " › "
STRIDE: Final = 10_000_000
"""Where one row of a file becomes several, ``_row`` is its number plus so many times the place among these."""


def file_row(number: int) -> int:
    """The row of the file that a row of a table was made of."""
    return number % STRIDE


def numbered(parts: int, at: int | str) -> str:
    """The number of a row of which ``parts`` are made, and ``at`` says which of them."""
    return f"((_row // {STRIDE}) * {parts} + {at}) * {STRIDE} + _row % {STRIDE}"


@dataclass(frozen=True, slots=True)
class StepColumn:
    """A column on its way: ``c<index>`` of the relation, and where it stands in the file.

    ``sources`` are the columns of the file, from 1, that its cells come from. Indexes may have gaps until all is done.
    """

    index: int
    letter: str
    header: str
    sources: frozenset[int] = frozenset()

    @property
    def name(self) -> str:
        """Its name in the relation."""
        return f"c{self.index}"


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where rows of one place number come from: a sheet, and for columns by index the file's own (letter, header)."""

    sheet: str | None = None
    columns: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepTable:
    """A table between two steps: its columns, the relation with ``_row``, ``_line`` and its cells, and its places.

    ``totals`` are the words that begin a row of sums, folded: what is filled or split leaves such rows alone.
    """

    columns: tuple[StepColumn, ...]
    relation: str
    places: tuple[RowPlace, ...] = (RowPlace(),)
    totals: tuple[str, ...] = ()

    @property
    def fresh(self) -> int:
        """An index that no column has."""
        return max((column.index for column in self.columns), default=0) + 1

    def pick(self, wanted: Sequence[str]) -> tuple[StepColumn, ...]:
        """The columns that a step names, in the order of the file; StepUnfit for a name that is nowhere."""
        chosen: dict[int, StepColumn] = {}
        for name in wanted:
            hits = [column for column in self.columns if _is_named(column.header, name)]
            if not hits:
                raise StepUnfit("step-column-missing", name=name)
            chosen |= {column.index: column for column in hits}
        return tuple(column for column in self.columns if column.index in chosen)

    def single(self, name: str) -> StepColumn:
        """The one column that a name means; StepUnfit where it is nowhere or stands for several."""
        hits = self.pick([name])
        if len(hits) > 1:
            raise StepUnfit("step-column-ambiguous", name=name)
        return hits[0]

    @property
    def first_cell(self) -> str:
        """The first filled cell of a row."""
        return f"coalesce({', '.join(column.name for column in self.columns)})" if self.columns else "NULL"

    @property
    def is_total(self) -> str:
        """Whether a row is one of sums, by its words."""
        if not self.totals:
            return "FALSE"
        looks = sql.literal(sql.begins_like(self.totals))
        words = sql.is_among(sql.fold(self.first_cell), self.totals)
        return f"coalesce(regexp_matches({self.first_cell}, {looks}) AND {words}, FALSE)"

    def selecting(self, changed: Mapping[int, str], where: str = "", also: str = "") -> str:
        """The relation with some cells computed anew, and with no rows but those that ``where`` keeps."""
        cells = [f"{changed.get(column.index, column.name)} AS {column.name}" for column in self.columns]
        condition = f" WHERE {where}" if where else ""
        return f"(SELECT {', '.join(['_row', '_line', *cells])}{also} FROM {self.relation}{condition})"


def pattern_of(name: str) -> str | None:
    """The pattern that a name between slashes is; None for a name that means itself."""
    return name[1:-1] if len(name) > 2 and name.startswith("/") and name.endswith("/") else None


def _is_named(header: str, name: str) -> bool:
    """Whether a header is meant by a name: the same text however spelt, or a pattern between slashes (RE2)."""
    pattern = pattern_of(name)
    if pattern is not None:
        return bool(header) and matches(pattern, header)
    return bool(header) and fold_joined(header) == fold_joined(name)


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of RE2 is found in a text: its time grows with the text, whoever wrote the pattern."""
    return bool(pc.match_substring_regex(pa.array([text]), pattern)[0].as_py())


def pattern_groups(pattern: str) -> int | None:
    """How many groups a pattern of RE2 has; None where it is none."""
    try:
        matches(pattern, "")
    except pa.ArrowInvalid:
        return None
    bare = pattern.replace("\\\\", "").replace("\\(", "")
    return bare.count("(") - bare.count("(?:")


class StepUnfit(Exception):
    """A step that cannot be done on this table: the code of the issue and what its wording needs."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.code, self.params = code, params


class BadStep(Refusal, ValueError):
    """A step that was kept or typed is none."""

    code = "bad-step"
    fa = "این گام پذیرفته نیست."
    en = "This step cannot be taken."
    status = 422
    nothing: ClassVar = Label("گامی نوشته نشده است.", "No step is written.")

    def __init__(self, words: Label, field: str = "") -> None:
        super().__init__(field=field)
        self.worded(words)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step made.

    ``left`` is a query for the rows (``_row``, ``_line``) of which cells stand nowhere any more; ``columns_left`` are
    columns that are gone; ``filled`` are columns of which empty cells were filled; ``unfit`` by column a condition for
    cells that do not have the shape the step speaks of: they stay as they were, or empty, and are issues.
    """

    table: StepTable
    left: str = ""
    columns_left: tuple[StepColumn, ...] = ()
    filled: tuple[StepColumn, ...] = ()
    unfit: tuple[tuple[StepColumn, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a table, from which a step may be proposed."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, at: int) -> list[str]:
        """The filled cells of one column, from 0."""
        return [row[at].strip() for row in self.rows if at < len(row) and row[at].strip()]


class Step(ABC):
    """One kind of step; a class a kind, its parameters the keys of TOML."""

    do: ClassVar[str]
    label: ClassVar[Label]

    @classmethod
    @abstractmethod
    def read(cls, table: TomlTable) -> Self | None:
        """The step that a table of TOML declares; None, with the problems noted, where it cannot be one."""

    @abstractmethod
    def apply(self, table: StepTable) -> StepResult:
        """The table after the step. Raises StepUnfit where the file is not such a one."""

    @property
    def named(self) -> frozenset[str]:
        """The headers that the step names as they are: by them the header of a file is recognised, too."""
        said = [getattr(self, key, ()) for key in ("columns", "once")]
        names = {name for part in said for name in part} | {getattr(self, "column", None) or ""}
        return frozenset(name for name in names if name and pattern_of(name) is None)

    @property
    def particulars(self) -> Label:
        """What the step was told, in one line: its names and texts as they were written."""
        said = {key: value for key, value in self.as_json().items() if key != "do"}
        return joined((_flat(value) for value in said.values()), " · ")

    def as_json(self) -> dict[str, Json]:
        """The step as it is declared, what is left to its default left out."""
        said: dict[str, Json] = {"do": self.do}
        for part in attributes(self):  # type: ignore[arg-type]  # every kind is a dataclass
            value = getattr(self, part.name)
            if value == part.default or value is None or value == ():
                continue
            if isinstance(value, RowRule):
                said[part.name] = value.as_json()
            else:
                said[part.name] = list(value) if isinstance(value, tuple) else value
        return said


# --- which rows -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """Which rows a step means; everything stated must hold. ``column`` is by default the first filled cell."""

    column: str | None = None
    texts: tuple[str, ...] = ()
    pattern: str | None = None
    empty: bool | None = None
    filled_at_most: int | None = None
    filled_at_least: int | None = None
    header: bool = False
    gap: bool = False

    @classmethod
    def read(cls, table: TomlTable | None) -> RowRule | None:
        """The rule of the table ``when``; None where there is none or it says nothing."""
        if table is None:
            return None
        rule = cls(
            column=table.text("column"),
            texts=table.texts("is") or (),
            pattern=table.text("matches", trimmed=False),
            empty=table.boolean("empty"),
            filled_at_most=table.whole("filled_at_most", 0, 16_384),
            filled_at_least=table.whole("filled_at_least", 1, 16_384),
            header=table.boolean("header") or False,
            gap=table.boolean("gap") or False,
        )
        table.close()
        if rule.pattern is not None and pattern_groups(rule.pattern) is None:
            table.refuse("matches", "step-pattern")
            return None
        if rule == replace(cls(), column=rule.column):
            table.refuse("", "step-rule-empty")
            return None
        return rule

    def as_json(self) -> dict[str, Json]:
        """The rule as it is declared."""
        said: dict[str, Json] = {
            "column": self.column,
            "is": list[Json](self.texts),
            "matches": self.pattern,
            "empty": self.empty,
            "filled_at_most": self.filled_at_most,
            "filled_at_least": self.filled_at_least,
            "header": self.header or None,
            "gap": self.gap or None,
        }
        return {key: value for key, value in said.items() if value is not None and value != []}

    def condition(self, table: StepTable) -> str:
        """The rule in SQL over a row of the table, never NULL; ``gap`` looks at the row before."""
        subject = table.single(self.column).name if self.column else table.first_cell
        filled = " + ".join(f"({column.name} IS NOT NULL)::INTEGER" for column in table.columns) or "0"
        tests: list[str] = []
        if self.texts:
            words = sorted({fold(text) for text in self.texts})
            # Folding costs more than a look at the first letters.
            looks = sql.literal(sql.begins_like(words))
            tests.append(f"regexp_matches({subject}, {looks}) AND {sql.is_among(sql.fold(subject), words)}")
        if self.pattern is not None:
            tests.append(f"regexp_matches(coalesce({subject}, ''), {sql.literal(self.pattern)})")
        if self.empty is not None:
            tests.append(f"({sql.trimmed(subject)}) IS {'' if self.empty else 'NOT '}NULL")
        if self.filled_at_most is not None:
            tests.append(f"({filled}) <= {self.filled_at_most}")
        if self.filled_at_least is not None:
            tests.append(f"({filled}) >= {self.filled_at_least}")
        if self.header:
            tests += [_repeats(column) for column in table.columns if column.header]
        if self.gap:
            tests.append("coalesce(_row > 1 + lag(_row) OVER (ORDER BY _row), FALSE)")
        return "(" + " AND ".join(f"coalesce({test}, FALSE)" for test in tests) + ")"


def _repeats(column: StepColumn) -> str:
    """Whether a cell says what its column is headed, by its whole path or its last level."""
    titles = sorted({fold(column.header), fold(column.header.rpartition(JOINT)[2])})
    return sql.is_among(sql.fold(column.name), titles)


def rule_needed(table: TomlTable, default: RowRule | None = None) -> RowRule | None:
    """The rule of a step that needs one, or has one by default."""
    if default is not None and not table.has("when"):
        table.raw_value("when")
        return default
    return RowRule.read(table.table("when")) if table.needed("when") else None


def texts_needed(table: TomlTable, key: str = "columns") -> tuple[str, ...]:
    """A list of names that must not be empty, its patterns readable; () with the problem noted otherwise."""
    names = (table.texts(key) if table.needed(key) else None) or ()
    if table.has(key) and table.raw.get(key) == []:
        table.refuse(key, "empty")
    for name in names:
        if (pattern := pattern_of(name)) is not None and pattern_groups(pattern) is None:
            table.refuse(key, "step-pattern")
            return ()
    return names


def _flat(value: Json) -> Label:
    if isinstance(value, Mapping):
        return joined(part for item in value.values() if (part := _flat(item)).fa)
    if isinstance(value, list):
        return joined(map(_flat, value))
    text = "" if isinstance(value, bool) else str(value)
    return Label(text, text)
