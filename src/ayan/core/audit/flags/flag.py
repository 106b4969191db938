"""A flag as it is declared: what it reads, how its query may judge, what it says, what may innocently lie behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from ayan.core.audit.limits import LONGEST_QUERY
from ayan.core.schema.definition import Dataset
from ayan.core.values import sql as written
from ayan.core.values.label import Label
from ayan.core.values.refusal import Refusal

FlagMeasure = Literal["rial", "per-mille", "days", "count", "number"]
"""What the value of a finding is; ``per-mille`` is a share in thousandths, shown in per cent."""
KEY: Final = "_key"
"""The key of a record in the tables of a query, as addresses write it."""

HOLIDAYS: Final = "holiday"
WEEKENDS: Final = "weekend"
CALENDAR: Final = frozenset({HOLIDAYS, WEEKENDS})
"""Tables of the working calendar: ``holiday`` (day, name) and ``weekend`` (weekday, after ISO 8601)."""

MACROS: Final[Mapping[str, str]] = {
    # The estimate that depends least on how values are spread (the eighth of Hyndman and Fan).
    "quantile_r8": """CREATE TEMP MACRO quantile_r8(xs, share) AS (
  CASE WHEN len(xs) = 0 THEN NULL
       WHEN (len(xs) + 1.0 / 3) * share + 1.0 / 3 < 1 THEN list_min(xs)
       WHEN (len(xs) + 1.0 / 3) * share + 1.0 / 3 >= len(xs) THEN list_max(xs)
       ELSE list_sort(xs)[CAST(floor((len(xs) + 1.0 / 3) * share + 1.0 / 3) AS BIGINT)]
            + ((len(xs) + 1.0 / 3) * share + 1.0 / 3 - floor((len(xs) + 1.0 / 3) * share + 1.0 / 3))
              * (list_sort(xs)[CAST(floor((len(xs) + 1.0 / 3) * share + 1.0 / 3) AS BIGINT) + 1]
                 - list_sort(xs)[CAST(floor((len(xs) + 1.0 / 3) * share + 1.0 / 3) AS BIGINT)])
  END)""",
    "jalali_year": f"CREATE TEMP MACRO jalali_year(day) AS ({written.jalali_year('day')})",
}
"""What a query may call besides functions of DuckDB, and how it is made."""

_FUNCTIONS: Final = frozenset({
    "Abs", "And", "AnyValue", "ArgMax", "ArgMin", "Array", "ArrayAgg", "ArrayConcat", "ArrayDistinct", "ArraySort",
    "Avg", "Case", "Cast", "Ceil", "Coalesce", "Concat", "Count", "DateDiff", "Day", "DayOfWeekIso", "Exists",
    "Explode", "Extract", "Floor", "Greatest", "GroupConcat", "If", "Lag", "Lead", "Least", "Length", "LogicalAnd",
    "LogicalOr", "Lower", "Max", "Min", "Month", "Nullif", "Or", "Rank", "Round", "RowNumber", "Substring", "Sum",
    "Trim", "TryCast", "Upper", "Year",
})  # fmt: skip
_REFUSED: Final = (
    exp.Command,
    exp.DDL,
    exp.DML,
    exp.Into,
    exp.Lock,
    exp.Pragma,
    exp.Set,
    exp.SessionParameter,
    exp.Copy,
    exp.Attach,
)


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
    measure: FlagMeasure
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


# --- the query: what it may hold, and the SQL that is run -------------------------------------------------------------


class QueryError(Refusal, ValueError):
    """The query of a flag is not allowed; says what stands in it."""

    code = "flag-query"
    fa = "این پرسش پذیرفته نیست."
    en = "This query is not allowed."
    status = 500


def judged(text: str, tables: frozenset[str], numbers: frozenset[str]) -> exp.Expr:
    """The query, if it only reads ``tables`` (and what it builds of them) and names no number beyond ``numbers``.

    Raises QueryError.
    """
    if len(text) > LONGEST_QUERY:
        raise QueryError("پرسش بیش از اندازه بلند است.", "The query is too long.")
    try:
        trees = [tree for tree in sqlglot.parse(text, read="duckdb") if tree is not None]
    except (SqlglotError, RecursionError) as fault:
        raise QueryError("این SQL درست نیست.", "This is not valid SQL.") from fault
    if len(trees) != 1 or not isinstance(trees[0], exp.Select | exp.SetOperation):
        raise QueryError("تنها یک SELECT بنویسید.", "Write one SELECT.")
    (tree,) = trees
    known = tables | CALENDAR | {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    for node in tree.walk():
        _hold(node, known, numbers)
    return tree


def _hold(node: exp.Expr, tables: frozenset[str], numbers: frozenset[str]) -> None:
    if isinstance(node, _REFUSED) or (isinstance(node, exp.With) and node.args.get("recursive")):
        raise _not_allowed(type(node).__name__)
    if isinstance(node, exp.Table):
        if not isinstance(node.this, exp.Identifier) or node.args.get("db") or node.name not in tables:
            raise QueryError("جدول «{name}» در ورودی‌ها نیست.", "The table “{name}” is not among the inputs.").format(
                name=node.name[:60]
            )
    elif isinstance(node, exp.Anonymous):
        if str(node.this).lower() not in MACROS:
            raise _not_allowed(str(node.this))
    elif isinstance(node, exp.Placeholder):
        if node.name not in numbers:
            raise QueryError("آستانه‌ای به نام «{name}» نیست.", "There is no threshold “{name}”.").format(name=node.name)
    elif isinstance(node, exp.Func) and type(node).__name__ not in _FUNCTIONS:
        raise _not_allowed(type(node).__name__)


def _not_allowed(said: str) -> QueryError:
    return QueryError("«{said}» در پرسش پذیرفته نیست.", "“{said}” is not allowed in a query.").format(said=said[:40])


def statement(flag: Flag, datasets: Mapping[str, Dataset], calendar: str = "") -> str:
    """The whole SELECT over one table a dataset, named by its slug: anybody may run it over the published files.

    ``calendar`` is the text of the tables of the working calendar, where the query reads them.
    """
    tree = judged(
        flag.query,
        frozenset(flag_input.name for flag_input in flag.inputs),
        frozenset(threshold.name for threshold in flag.thresholds),
    )
    values = {threshold.name: threshold.value for threshold in flag.thresholds}
    tree = tree.transform(lambda node: _number(values[node.name]) if isinstance(node, exp.Placeholder) else node)
    own = tree.args.get("with_")
    tables = [_table(flag_input, datasets[flag_input.dataset]) for flag_input in flag.inputs]
    tables += [calendar] if calendar and reads_calendar(flag) else []
    if own is not None:
        tables += [expression.sql(dialect="duckdb") for expression in own.expressions]
        tree.set("with_", None)
    return f"WITH {', '.join(tables)} {tree.sql(dialect='duckdb', comments=False)}"


def reads_calendar(flag: Flag) -> bool:
    """Whether the query reads a table of the working calendar."""
    tree = sqlglot.parse_one(flag.query, read="duckdb")
    return any(table.name in CALENDAR for table in tree.find_all(exp.Table))


def macros(flag: Flag) -> list[str]:
    """How to make the macros that the query calls."""
    return [macro for name, macro in MACROS.items() if name in flag.query]


def _number(value: Decimal) -> exp.Expr:
    return exp.Literal.number(format(value, "f"))


def _table(flag_input: FlagInputDataset, dataset: Dataset) -> str:
    columns = [f"{written.identifier(field)} AS {name}" for name, field in flag_input.fields]
    columns += [f"{key_text(dataset)} AS {KEY}"] if dataset.key else []
    return f"{flag_input.name} AS (SELECT {', '.join(columns)} FROM {written.identifier(flag_input.dataset)})"


def key_text(dataset: Dataset) -> str:
    """The key of a record as addresses write it, before it is percent-encoded; as `ayan.core.query.keys` makes it."""
    return " || '~' || ".join(_part(name, dataset) for name in dataset.key)


def _part(name: str, dataset: Dataset) -> str:
    text = f"coalesce(CAST({written.identifier(name)} AS VARCHAR), '')"
    field = dataset.field(name)
    # Numbers, days, periods and legal IDs hold nothing that an address writes in another way.
    if not field.is_text or field.kind.is_period or field.kind.is_company:
        return text
    return f"replace(replace(replace({text}, '%', '%25'), '~', '%7E'), '/', '%2F')"
